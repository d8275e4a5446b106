//! Pax8 as a [`Distributor`]: token, listings, products, failures, put together.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use serde_json::Value;

use super::config::Pax8Config;
use super::grantor::Pax8Grantor;
use super::listing::{self, LARGEST_PAGE, Listed, MODEST_PAGE, NotAListing, Place};
use super::problems::Read;
use super::products::Products;
use super::{companies, contacts, endpoints, problems, subscriptions};
use crate::distributor::twins::last_of_each;
use crate::distributor::{Cursor, Distributor, Evidence, Known, Page, Stream, Visible};
use crate::domain::ids::VendorCustomerId;
use crate::domain::problem::Problem;
use crate::domain::subscription::CostPeriod;
use crate::domain::time::Calendar;
use crate::domain::vendor::Vendor;
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::grant::{GrantError, GrantStore, Granted};
use crate::http::json::sightings::Sighting;
use crate::http::json::surprises::{Surprise, Surprises};
use crate::http::pacing::Class;
use crate::http::problems::{no_client, of_no_use};
use crate::http::request::Parts;

/// Pax8, read-only. Make one for each run.
pub struct Pax8 {
    api: Granted,
    cost_period: CostPeriod,
    products: Products,
    surprises: Surprises,
    /// The page size to ask for; smaller where the largest was refused.
    size: AtomicU64,
}

impl Pax8 {
    /// A connector for one partner account. Fails on addresses that cannot be ones; sends nothing.
    pub fn new(
        config: Pax8Config,
        parts: Parts,
        store: Arc<dyn GrantStore>,
        calendar: Calendar,
    ) -> Result<Self, Problem> {
        let origin = endpoints::origin(&config.base_url)?;
        let tokens = endpoints::tokens(&origin, config.token_url.as_deref())?;
        let client = ApiClient::new(origin, Some(tokens), parts).map_err(no_client)?;
        let grantor = Pax8Grantor {
            client_id: config.client_id,
            client_secret: config.client_secret,
            audience: config.audience,
        };
        let api = Granted::new(
            Arc::new(client),
            Arc::new(grantor),
            store,
            calendar,
            Auth::none(),
        );
        Ok(Self {
            api,
            cost_period: config.cost_period,
            products: Products::default(),
            surprises: Surprises::default(),
            size: AtomicU64::new(LARGEST_PAGE),
        })
    }

    /// Reads a page at its place, and the size that was asked for; modestly if the first page is refused at the largest
    /// size. A place that was stored keeps its size: numbers count in it.
    async fn read(
        &self,
        stream: Stream,
        place: Option<&Place>,
        class: Class,
    ) -> Result<(Value, u64), GrantError> {
        let size = place.map_or_else(|| self.size.load(Ordering::Relaxed), |place| place.size);
        match self.read_sized(stream, place, size, class).await {
            Err(GrantError::Api(refusal))
                if refusal.status() == Some(400) && place.is_none() && size > MODEST_PAGE =>
            {
                let modest = self.read_sized(stream, None, MODEST_PAGE, class).await;
                // What is refused in any size is told as it was first.
                let json = modest.map_err(|_| GrantError::Api(refusal))?;
                self.size.store(MODEST_PAGE, Ordering::Relaxed);
                Ok((json, MODEST_PAGE))
            }
            other => other.map(|json| (json, size)),
        }
    }

    async fn read_sized(
        &self,
        stream: Stream,
        place: Option<&Place>,
        size: u64,
        class: Class,
    ) -> Result<Value, GrantError> {
        let query = listing::query(size, place, Some(endpoints::sort(stream)));
        self.api
            .get(endpoints::listing(stream), &query, class)
            .await
    }

    fn map_companies(&self, rows: &[Value], page: &mut Page) {
        for value in rows {
            match companies::map(value, &self.surprises) {
                Ok(company) => page.customers.push(company),
                Err(row) => page.quarantined.push(row),
            }
        }
        let customers = std::mem::take(&mut page.customers);
        page.customers = last_of_each(customers, |company| company.id.clone());
    }

    async fn map_subscriptions(&self, rows: &[Value], page: &mut Page) -> Result<(), GrantError> {
        let ids: BTreeSet<String> = rows.iter().map(subscriptions::product_id).collect();
        let ids = ids.into_iter().filter(|id| !id.is_empty()).collect();
        let notes = self
            .products
            .learn(&ids, &self.api, &self.surprises)
            .await?;
        page.notes.extend(notes);
        for value in rows {
            match subscriptions::map(value, self.cost_period, &self.products, &self.surprises) {
                Ok(subscription) => page.subscriptions.push(subscription),
                Err(row) => page.quarantined.push(row),
            }
        }
        let rows = std::mem::take(&mut page.subscriptions);
        page.subscriptions = last_of_each(rows, |row| row.id.clone());
        Ok(())
    }
}

fn useless(NotAListing(why): &NotAListing, stream: Stream) -> Problem {
    of_no_use(
        Vendor::Pax8.label(),
        format!("{why} (listing of {})", stream.tag()),
    )
}

fn explain(error: &GrantError, what: Read) -> Problem {
    match error {
        GrantError::Token(error) => problems::token(error),
        GrantError::Api(error) => problems::read(error, what),
    }
}

#[async_trait]
impl Distributor for Pax8 {
    fn vendor(&self) -> Vendor {
        Vendor::Pax8
    }

    fn streams(&self) -> &'static [Stream] {
        &[Stream::Customers, Stream::Subscriptions]
    }

    async fn authenticate(&self) -> Result<(), Problem> {
        let access = self.api.access().await;
        access.map(|_| ()).map_err(|error| problems::token(&error))
    }

    fn recall(&self, known: Known) {
        self.products.recall(&known);
    }

    async fn page(&self, stream: Stream, cursor: Option<&Cursor>) -> Result<Page, Problem> {
        let place = cursor.and_then(Place::of);
        let read = self.read(stream, place.as_ref(), Class::Bulk).await;
        let (json, size) = read.map_err(|error| explain(&error, Read::Listing(stream)))?;
        let listed = listing::read(&json, size, place.as_ref(), &self.surprises);
        let Listed {
            rows,
            total,
            next,
            pages_left,
            notes,
            reach,
        } = listed.map_err(|failed| useless(&failed, stream))?;
        let mut page = Page {
            notes,
            asked: size,
            received: rows.len() as u64,
            total,
            next: next.and_then(|place| place.cursor()),
            reach,
            requests_left: pages_left,
            ..Page::default()
        };
        match stream {
            Stream::Customers => self.map_companies(rows, &mut page),
            Stream::Subscriptions => {
                let mapped = self.map_subscriptions(rows, &mut page).await;
                mapped.map_err(|error| explain(&error, Read::Products))?;
            }
        }
        let usable = page.customers.len() + page.subscriptions.len() + page.quarantined.len();
        if usable < rows.len() {
            page.twice = (rows.len() - usable) as u64;
            page.notes
                .push(format!("{} rows were listed twice on one page", page.twice));
        }
        Ok(page)
    }

    /// One page of companies, whose total is told beside it. Deleted ones are counted: they are visible.
    async fn test(&self) -> Result<Visible, Problem> {
        let stream = Stream::Customers;
        let read = self.read(stream, None, Class::Interactive).await;
        let (json, size) = read.map_err(|error| explain(&error, Read::Listing(stream)))?;
        let listed = listing::read(&json, size, None, &self.surprises);
        let listed = listed.map_err(|failed| useless(&failed, stream))?;
        let received = listed.rows.len() as u64;
        Ok(Visible {
            customers: listed.total.unwrap_or(received).max(received),
            exact: listed.total.is_some() || listed.next.is_none(),
        })
    }

    /// The Microsoft tenant is not in version 1 of the API; the contacts' mail addresses tell the domain.
    async fn evidence(
        &self,
        customer: &VendorCustomerId,
        class: Class,
    ) -> Result<Evidence, Problem> {
        let Some(path) = endpoints::contacts(customer) else {
            return Ok(Evidence::default());
        };
        let query = listing::query(LARGEST_PAGE, None, None);
        match self.api.get(&path, &query, class).await {
            Ok(json) => Ok(contacts::evidence(&json, &self.surprises)),
            Err(GrantError::Api(error)) if error.status() == Some(404) => Ok(Evidence::default()),
            Err(error) => Err(explain(&error, Read::Contacts)),
        }
    }

    fn surprises(&self) -> Vec<Surprise> {
        let mut all = self.surprises.list();
        all.extend(self.api.client().surprises());
        all
    }

    fn sightings(&self) -> Vec<Sighting> {
        self.surprises.seen.list()
    }
}

#[cfg(test)]
mod tests;
