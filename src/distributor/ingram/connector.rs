//! Ingram Micro as a [`Distributor`]: lists by offset, and a call for each subscription whose seats may have changed.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::future::join_all;
use serde_json::Value;

use super::config::IngramConfig;
use super::endpoints::{self, CUSTOMERS, SUBSCRIPTIONS};
use super::grant::{IngramGrantor, KEY_HEADER};
use super::list_row::{self, Listed};
use super::memory::Memory;
use super::paging::{self, Ended, LEAST_LIMIT, Place};
use super::problems::Failed;
use super::{customers, detail};
use crate::distributor::twins::last_of_each;
use crate::distributor::{
    Cursor, Distributor, Evidence, Known, Page, Reach, Stream, Unread, Visible,
};
use crate::domain::ids::VendorCustomerId;
use crate::domain::problem::Problem;
use crate::domain::time::Calendar;
use crate::domain::vendor::Vendor;
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::grant::{GrantError, GrantStore, Granted};
use crate::http::json::sightings::Sighting;
use crate::http::json::surprises::{Surprise, Surprises};
use crate::http::pacing::Class;
use crate::http::problems::no_client;
use crate::http::request::Parts;

/// Details that are asked for at once: with many more, most of them were refused (live clients).
const AT_ONCE: usize = 4;

/// Rows of a list whose details make a page of ours, so that little is read again after an interruption.
const ROWS_AT_ONCE: usize = 20;

/// The page size after the server broke over a larger one.
const SMALL_LIMIT: u64 = 25;

/// After so many subscriptions in a row that could not be read, it is not the subscriptions.
const MOST_IN_A_ROW: u32 = 5;

/// Test counts customers exactly up to this many pages.
const TEST_PAGES: u32 = 5;

/// Ingram Micro's Cloud Marketplace, read-only. Make one for each run.
pub struct Ingram {
    granted: Granted,
    calendar: Calendar,
    surprises: Surprises,
    memory: Memory,
    /// The page of the list whose details are being read.
    listed: Mutex<Option<(Place, Arc<Value>)>>,
    failed_in_a_row: AtomicU32,
}

impl Ingram {
    /// A connector for one marketplace. Fails on a base URL that cannot be one; sends nothing.
    pub fn new(
        config: IngramConfig,
        parts: Parts,
        store: Arc<dyn GrantStore>,
        calendar: Calendar,
    ) -> Result<Self, Problem> {
        let origin = endpoints::origin(&config.base_url, &config.region)?;
        let tokens = endpoints::token_endpoints(&origin)?;
        let client = ApiClient::new(origin, Some(tokens), parts).map_err(no_client)?;
        let beside = Auth::none().and(KEY_HEADER, config.subscription_key.clone());
        let grantor = IngramGrantor {
            username: config.username,
            password: config.password,
            subscription_key: config.subscription_key,
            marketplace: config.marketplace,
        };
        let (client, grantor) = (Arc::new(client), Arc::new(grantor));
        Ok(Self {
            granted: Granted::new(client, grantor, store, calendar.clone(), beside),
            calendar,
            surprises: Surprises::default(),
            memory: Memory::default(),
            listed: Mutex::default(),
            failed_in_a_row: AtomicU32::default(),
        })
    }

    /// The page of a list at its place, which is changed to a smaller page where the server takes no larger one.
    async fn list(&self, path: &str, place: &mut Place, class: Class) -> Result<Value, Failed> {
        loop {
            let failed = match self.granted.get(path, &place.query(), class).await {
                Ok(json) => return Ok(json),
                Err(error) => Failed::from(error),
            };
            place.limit = match failed.status() {
                Some(400) if place.limit > LEAST_LIMIT => (place.limit / 2).max(LEAST_LIMIT),
                Some(500..) if place.limit > SMALL_LIMIT => SMALL_LIMIT,
                _ => return Err(failed),
            };
        }
    }

    async fn customers(&self, cursor: Option<&Cursor>, class: Class) -> Result<Page, Failed> {
        let mut place = Place::of(cursor);
        let json = self.list(CUSTOMERS, &mut place, class).await?;
        let rows = paging::rows(&json, &self.surprises).map_err(Failed::Shape)?;
        let mut page = Page {
            asked: place.limit,
            received: rows.rows.len() as u64,
            ..Page::default()
        };
        for value in rows.rows {
            match customers::map(value, &self.surprises) {
                Ok(customer) => page.customers.push(customer),
                Err(row) => page.quarantined.push(row),
            }
        }
        let before = page.customers.len();
        page.customers = last_of_each(page.customers, |customer| customer.id.clone());
        page.twice = (before - page.customers.len()) as u64;
        let (next, ended) = place.after(&rows);
        let ids = page.customers.iter().map(|customer| customer.id.clone());
        self.memory.add_customers(ids, ended == Ended::Yes);
        page.requests_left = Some(next.total.map_or(1, |total| {
            total.saturating_sub(next.offset).div_ceil(next.limit)
        }));
        self.turn(&mut page, &next, ended);
        Ok(page)
    }

    /// Where the listing goes on, and what it has told of its size.
    fn turn(&self, page: &mut Page, next: &Place, ended: Ended) {
        let total = next
            .total
            .and_then(|total| total.checked_add_signed(next.extra));
        page.total = total;
        match ended {
            Ended::No => page.next = next.cursor(),
            Ended::Yes => {
                if next.moved {
                    page.reach = Reach::Moved;
                }
                page.requests_left = Some(0);
            }
        }
    }

    async fn subscriptions(&self, cursor: Option<&Cursor>) -> Result<Page, Failed> {
        let mut place = Place::of(cursor);
        if place.is_first() {
            self.memory.begin();
        }
        if place.customer.is_some() {
            return self.by_customer(place).await;
        }
        let held = self.held(&place);
        let json = match held {
            Some(json) => json,
            None => match self.list(SUBSCRIPTIONS, &mut place, Class::Bulk).await {
                Ok(json) => Arc::new(json),
                Err(failed) if failed.is_server_error() => {
                    place.customer = Some(String::new());
                    let mut page = self.by_customer(place).await?;
                    page.notes.push(format!(
                        "the server breaks over the list of subscriptions ({}); it is read by customer",
                        failed.explain().seen
                    ));
                    return Ok(page);
                }
                Err(failed) => return Err(failed),
            },
        };
        let rows = paging::rows(&json, &self.surprises).map_err(Failed::Shape)?;
        let from = place.within.min(rows.rows.len());
        let to = (from + ROWS_AT_ONCE).min(rows.rows.len());
        let part = &rows.rows[from..to];
        let mut page = Page {
            asked: place.limit,
            received: part.len() as u64,
            ..Page::default()
        };
        place.extra += self.take(part, &mut page).await?;
        let (next, ended) = if to < rows.rows.len() {
            let next = Place {
                within: to,
                total: place.total.or(rows.total),
                ..place.clone()
            };
            self.hold(Some((next.clone(), json.clone())));
            (next, Ended::No)
        } else {
            self.hold(None);
            place.after(&rows)
        };
        let seen = next.offset + next.within as u64;
        let left = next.total.map(|total| total.saturating_sub(seen));
        let details = if self.memory.has_recalled() { 0 } else { 1 };
        page.requests_left = left.map(|rows| rows.div_ceil(next.limit) + rows * details);
        self.turn(&mut page, &next, ended);
        Ok(page)
    }

    /// The page in hand, if it is that of the place.
    fn held(&self, place: &Place) -> Option<Arc<Value>> {
        let held = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.as_ref().filter(|(of, _)| of == place);
        found.map(|(_, json)| json.clone())
    }

    fn hold(&self, page: Option<(Place, Arc<Value>)>) {
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = page;
    }

    /// Takes listed rows: those that have not changed as they are, the others with their details. Gives how many rows
    /// there are beyond those listed.
    async fn take(&self, rows: &[Value], page: &mut Page) -> Result<i64, Failed> {
        let mut beyond = 0;
        let mut to_read = Vec::new();
        let mut seen = BTreeSet::new();
        for value in rows {
            let listed = match list_row::read(value, self.calendar.now(), &self.surprises) {
                Ok(listed) => listed,
                Err(row) => {
                    page.quarantined.push(row);
                    continue;
                }
            };
            if !seen.insert(listed.id.clone()) {
                page.twice += 1;
                continue;
            }
            match self.memory.unchanged(&listed) {
                Some(ids) => {
                    beyond += self.memory.beyond(&listed, ids.len());
                    page.unchanged.extend(ids);
                }
                None => to_read.push(listed),
            }
        }
        for some in to_read.chunks(AT_ONCE) {
            let details = some.iter().map(|listed| self.detail(listed));
            for (read, listed) in join_all(details).await.into_iter().zip(some) {
                match read {
                    Ok(json) => {
                        self.failed_in_a_row.store(0, Ordering::Relaxed);
                        beyond += self.add(&json, listed, page);
                    }
                    Err(failed) => {
                        beyond -= 1;
                        if failed.status() == Some(404) {
                            note(page, "subscriptions that were listed are not found by id");
                        } else {
                            page.unread.push(self.missed(&listed.customer, failed)?);
                        }
                    }
                }
            }
        }
        page.subscriptions = last_of_each(std::mem::take(&mut page.subscriptions), |row| {
            row.id.clone()
        });
        Ok(beyond)
    }

    async fn detail(&self, listed: &Listed) -> Result<Value, Failed> {
        let path = endpoints::subscription(&listed.id);
        Ok(self.granted.get(&path, &[], Class::Bulk).await?)
    }

    /// Adds what the details tell, and how many rows that is beyond the one listed.
    fn add(&self, json: &Value, listed: &Listed, page: &mut Page) -> i64 {
        let detailed = detail::read(json, listed, &self.surprises);
        if detailed.is_bare {
            note(page, "details without products: their seats are unknown");
        }
        if let Some(tenant) = detailed.ms_tenant_id
            && self.memory.is_news(&listed.customer)
        {
            let evidence = Evidence {
                ms_tenant_id: tenant,
                domain: String::new(),
            };
            page.evidence.push((listed.customer.clone(), evidence));
        }
        let count = detailed.rows.len() + detailed.quarantined.len();
        let ids = detailed.rows.iter().map(|row| row.id.clone());
        self.memory.keep(listed, ids.collect());
        page.subscriptions.extend(detailed.rows);
        page.quarantined.extend(detailed.quarantined);
        self.memory.beyond(listed, count)
    }

    /// Goes on without a subscription, whose customer then counts as not read; unless the failure is everybody's.
    fn missed(&self, customer: &VendorCustomerId, failed: Failed) -> Result<Unread, Failed> {
        let in_a_row = self.failed_in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
        if !failed.is_of_one_row() || in_a_row >= MOST_IN_A_ROW {
            return Err(failed);
        }
        Ok(Unread {
            customer: customer.clone(),
            problem: failed.explain(),
        })
    }
}

fn note(page: &mut Page, words: &str) {
    if !page.notes.iter().any(|known| known == words) {
        page.notes.push(words.to_owned());
    }
}

#[async_trait]
impl Distributor for Ingram {
    fn vendor(&self) -> Vendor {
        Vendor::IngramMicro
    }

    fn streams(&self) -> &'static [Stream] {
        &[Stream::Customers, Stream::Subscriptions]
    }

    async fn authenticate(&self) -> Result<(), Problem> {
        let access = self.granted.access().await;
        access
            .map(|_| ())
            .map_err(|error| Failed::from(GrantError::Token(error)).explain())
    }

    fn recall(&self, known: Known) {
        self.memory.recall(known);
    }

    async fn page(&self, stream: Stream, cursor: Option<&Cursor>) -> Result<Page, Problem> {
        let page = match stream {
            Stream::Customers => self.customers(cursor, Class::Bulk).await,
            Stream::Subscriptions => self.subscriptions(cursor).await,
        };
        page.map_err(|failed| failed.explain())
    }

    async fn test(&self) -> Result<Visible, Problem> {
        let (mut cursor, mut customers) = (None, 0);
        for _ in 0..TEST_PAGES {
            let page = self.customers(cursor.as_ref(), Class::Interactive).await;
            let page = page.map_err(|failed| failed.explain())?;
            customers += page.received;
            let seen = |customers| Visible {
                customers,
                exact: true,
            };
            match (page.total, page.next) {
                (Some(total), _) => return Ok(seen(total)),
                (None, None) => return Ok(seen(customers)),
                (None, next) => cursor = next,
            }
        }
        Ok(Visible {
            customers,
            exact: false,
        })
    }

    async fn evidence(
        &self,
        customer: &VendorCustomerId,
        class: Class,
    ) -> Result<Evidence, Problem> {
        let id = customer.as_str();
        if id.contains('/') {
            return Ok(Evidence::default());
        }
        let path = endpoints::customer(id);
        match self.granted.get(&path, &[], class).await {
            Ok(json) => Ok(customers::evidence(&json, &self.surprises)),
            Err(GrantError::Api(error)) if error.status() == Some(404) => Ok(Evidence::default()),
            Err(error) => Err(Failed::from(error).explain()),
        }
    }

    fn surprises(&self) -> Vec<Surprise> {
        let mut all = self.surprises.list();
        all.extend(self.granted.client().surprises());
        all
    }

    fn sightings(&self) -> Vec<Sighting> {
        self.surprises.seen.list()
    }
}

mod by_customer;
#[cfg(test)]
mod tests;
