//! Sherweb as a [`Distributor`]: two listings without paging, the second of which takes two calls for each customer.

use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::future::join_all;
use tokio::sync::OnceCell;

use super::charges::Costs;
use super::config::{Fees, SherwebConfig};
use super::customer_read::{self, CustomerRead};
use super::customers::{self, Holder, Holders};
use super::endpoints::{self, CUSTOMERS, PAYABLE};
use super::grant::{COST, KEY_HEADER, SherwebGrantor};
use super::problems::Failed;
use super::subscription_row::Reading;
use super::{platforms, told_wait};
use crate::distributor::{Cursor, Distributor, Evidence, Page, Stream, Unread, Visible};
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
use crate::http::request::{Habits, Parts};

/// Customers that are read at once, one call of each at a time: no limit is published, so few.
const AT_ONCE: usize = 4;

/// After so many customers in a row that could not be read, it is not the customers.
const MOST_IN_A_ROW: u32 = 5;

/// Names in English whatever the account's language is, else matching suffers.
const HABITS: Habits = Habits {
    headers: &[("accept-language", "en")],
    queries: &[],
    told_wait: Some(told_wait::told_wait),
};

/// Sherweb, read-only. Make one for each run.
pub struct Sherweb {
    granted: Granted,
    calendar: Calendar,
    fees: Fees,
    asks_for_cost: bool,
    surprises: Surprises,
    /// The customers, once they were listed.
    holders: Mutex<Option<Arc<Holders>>>,
    costs: OnceCell<Costs>,
    /// True once the account turned out to lack the newer calls.
    deprecated: AtomicBool,
    failed_in_a_row: AtomicU32,
    any_read: AtomicBool,
}

impl Sherweb {
    /// A connector. Fails on a base URL that cannot be one; sends nothing.
    pub fn new(
        config: SherwebConfig,
        parts: Parts,
        store: Arc<dyn GrantStore>,
        calendar: Calendar,
    ) -> Result<Self, Problem> {
        let origin = endpoints::origin(&config.base_url)?;
        let tokens = endpoints::token_endpoints(&origin)?;
        let client = ApiClient::new(origin, Some(tokens), parts).map_err(no_client)?;
        let beside = Auth::none().and(KEY_HEADER, config.subscription_key.clone());
        let asks_for_cost = config.scope.split(' ').any(|word| word == COST);
        let grantor = SherwebGrantor {
            client_id: config.client_id,
            client_secret: config.client_secret,
            subscription_key: config.subscription_key,
            scope: config.scope,
        };
        let client = Arc::new(client.with(HABITS));
        Ok(Self {
            granted: Granted::new(client, Arc::new(grantor), store, calendar.clone(), beside),
            calendar,
            fees: config.fees,
            asks_for_cost,
            surprises: Surprises::default(),
            holders: Mutex::default(),
            costs: OnceCell::new(),
            deprecated: AtomicBool::default(),
            failed_in_a_row: AtomicU32::default(),
            any_read: AtomicBool::default(),
        })
    }

    async fn customers(&self, class: Class) -> Result<(Page, Arc<Holders>), Failed> {
        let json = self.granted.get(CUSTOMERS, &[], class).await?;
        let read = customers::listing(&json, self.calendar.now(), &self.surprises);
        let (page, holders) = read.map_err(|why| Failed::Shape("listing of customers", why))?;
        let holders = Arc::new(holders);
        *self.known() = Some(holders.clone());
        Ok((page, holders))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<Arc<Holders>>> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The customers; a run that goes on in a later process lists them again.
    async fn holders(&self) -> Result<Arc<Holders>, Failed> {
        let known = self.known().clone();
        match known {
            Some(holders) => Ok(holders),
            None => Ok(self.customers(Class::Bulk).await?.1),
        }
    }

    /// What a unit costs, asked for once in a run.
    async fn costs(&self, notes: &mut Vec<String>) -> Result<&Costs, Failed> {
        self.costs.get_or_try_init(|| self.read_costs(notes)).await
    }

    /// What may not be known, or cannot be had, is unknown: it harms no seats.
    async fn read_costs(&self, notes: &mut Vec<String>) -> Result<Costs, Failed> {
        if !self.asks_for_cost {
            notes.push(format!("cost is unknown: the scope lacks '{COST}'"));
            return Ok(Costs::default());
        }
        let today = self.calendar.now().date();
        let month_before = today.first_of_month().yesterday().ok();
        for date in [Some(today), month_before].into_iter().flatten() {
            let query = [("date", date.to_string())];
            match self.granted.get(PAYABLE, &query, Class::Bulk).await {
                Ok(json) => match Costs::read(&json, &self.surprises) {
                    Some(costs) if !costs.is_empty() => {
                        if date != today {
                            notes.push(format!("nothing is charged yet; cost is that of {date}"));
                        }
                        return Ok(costs);
                    }
                    // Nothing may be charged yet at the beginning of a month.
                    Some(_) => {}
                    None => {
                        notes.push("cost is unknown: the payable charges are no list".to_owned());
                        return Ok(Costs::default());
                    }
                },
                Err(error)
                    if error.is_of_one_read() || matches!(error.status(), Some(401 | 403)) =>
                {
                    let seen = Failed::from(error).explain().seen;
                    notes.push(format!(
                        "cost is unknown: the payable charges cannot be read ({seen})"
                    ));
                    return Ok(Costs::default());
                }
                Err(error) => return Err(error.into()),
            }
        }
        notes.push("cost is unknown: the payable charges hold nothing that recurs".to_owned());
        Ok(Costs::default())
    }

    /// The next customers' subscriptions. A customer that fails harms no other.
    async fn subscriptions(&self, cursor: Option<&Cursor>) -> Result<Page, Problem> {
        let holders = self.holders().await.map_err(|failed| failed.explain())?;
        let mut page = Page::default();
        let costs = self.costs(&mut page.notes).await;
        let costs = costs.map_err(|failed| failed.explain())?;
        let from = match cursor {
            Some(Cursor(last)) => Bound::Excluded(VendorCustomerId::new(last.as_str())),
            None => Bound::Unbounded,
        };
        let mut left = holders.range((from, Bound::Unbounded));
        let batch: Vec<_> = left.by_ref().take(AT_ONCE).collect();
        let reads = batch
            .iter()
            .map(|(id, holder)| self.subscriptions_of(id, holder, costs));
        let mut last = None;
        for (read, (id, _)) in join_all(reads).await.into_iter().zip(&batch) {
            match read {
                Ok(read) => {
                    self.failed_in_a_row.store(0, Ordering::Relaxed);
                    self.any_read.store(true, Ordering::Relaxed);
                    read.add_to(&mut page);
                }
                Err(failed) => page.unread.push(self.missed(id, &failed)?),
            }
            last = Some(*id);
        }
        let left = left.count() as u64;
        page.requests_left = Some(left * 2);
        page.next = last
            .filter(|_| left > 0)
            .map(|id| Cursor(id.as_str().to_owned()));
        let nothing_read = page.next.is_none() && !self.any_read.load(Ordering::Relaxed);
        match page.unread.first() {
            Some(first) if nothing_read => Err(first.problem.clone()),
            _ => Ok(page),
        }
    }

    /// Goes on without a customer, unless the failure is everybody's.
    fn missed(&self, id: &VendorCustomerId, failed: &Failed) -> Result<Unread, Problem> {
        let problem = failed.explain();
        let in_a_row = self.failed_in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
        if !failed.is_of_one_customer() || in_a_row >= MOST_IN_A_ROW {
            return Err(problem);
        }
        Ok(Unread {
            customer: id.clone(),
            problem,
        })
    }

    async fn subscriptions_of(
        &self,
        customer: &VendorCustomerId,
        holder: &Holder,
        costs: &Costs,
    ) -> Result<CustomerRead, Failed> {
        let reading = Reading {
            customer,
            holder,
            costs,
            fees: self.fees,
            now: self.calendar.now(),
            surprises: &self.surprises,
        };
        let query = [("customerId", customer.as_str().to_owned())];
        let get = |path| self.granted.get(path, &query, Class::Bulk);
        let newer = async || {
            let details = get(endpoints::DETAILS).await?;
            if customer_read::is_empty(&details) {
                return Ok(CustomerRead::default());
            }
            let pricing = get(endpoints::PRICING).await?;
            customer_read::joined(&details, &pricing, &reading)
        };
        if !self.deprecated.load(Ordering::Relaxed) {
            match newer().await {
                Err(failed) if failed.status() == Some(404) => {}
                read => return read,
            }
        }
        // Unknown customer, or an account without the newer calls: the deprecated one tells which.
        let both = get(endpoints::BOTH).await?;
        self.deprecated.store(true, Ordering::Relaxed);
        customer_read::in_one(&both, &reading)
    }
}

#[async_trait]
impl Distributor for Sherweb {
    fn vendor(&self) -> Vendor {
        Vendor::Sherweb
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

    async fn page(&self, stream: Stream, cursor: Option<&Cursor>) -> Result<Page, Problem> {
        match stream {
            Stream::Customers => match self.customers(Class::Bulk).await {
                Ok((page, _)) => Ok(page),
                Err(failed) => Err(failed.explain()),
            },
            Stream::Subscriptions => self.subscriptions(cursor).await,
        }
    }

    async fn test(&self) -> Result<Visible, Problem> {
        match self.customers(Class::Interactive).await {
            Ok((page, _)) => Ok(Visible {
                customers: page.received,
                exact: true,
            }),
            Err(failed) => Err(failed.explain()),
        }
    }

    async fn evidence(
        &self,
        customer: &VendorCustomerId,
        class: Class,
    ) -> Result<Evidence, Problem> {
        let Some(path) = endpoints::platforms(customer) else {
            return Ok(Evidence::default());
        };
        let mut best = Evidence::default();
        let get = async |path: &str| match self.granted.get(path, &[], class).await {
            Ok(json) => Ok(Some(json)),
            Err(GrantError::Api(error)) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(Failed::from(error).explain()),
        };
        let Some(configured) = get(&path).await? else {
            return Ok(best);
        };
        for platform in platforms::configured(&configured, &self.surprises) {
            let path = endpoints::platform_details(customer, &platform);
            let Some(details) = get(&path).await? else {
                continue;
            };
            let told = platforms::evidence(&details, &self.surprises);
            if !told.ms_tenant_id.is_empty() {
                return Ok(told);
            }
            if best.domain.is_empty() {
                best = told;
            }
        }
        Ok(best)
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

#[cfg(test)]
mod tests;
