//! The review queue: accounts that wait for a person, the dearest first.

use std::collections::{BTreeMap, HashMap};

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::connections::{json, vendor};
use super::db::Row;
use super::{Store, StoreError, profile};
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::money::{Currency, Money};
use crate::domain::party::{Candidate, Profile, ReviewItem};
use crate::domain::subscription::BillingCycle;

/// What is bought on an account.
#[derive(Default)]
pub(super) struct Bought {
    seats: i64,
    monthly: BTreeMap<Currency, Money>,
}

impl Bought {
    /// The sum over the currencies: only to put the dearest first, never shown.
    pub(super) fn weight(&self) -> i64 {
        self.monthly
            .values()
            .fold(0, |sum: i64, m| sum.saturating_add(m.units()))
    }
}

/// So many items are read by one statement.
pub const REVIEW_PAGE: usize = 16;

/// An item's place in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which account.
    pub key: AccountKey,
    /// Another one than before: the item must be read again.
    pub revision: i64,
}

/// What waits for a person; what the matcher has not looked at yet (a weight of -1) does not.
macro_rules! waits {
    () => {
        "link_state = 'pending' AND gone_since IS NULL AND review_weight >= 0"
    };
}

/// The items of the keys in `$2, $3, $4, …` that wait, as `q`. The cross joins are SQLite's word for reading the few keys
/// first.
fn of_keys(keys: usize, rest: &str) -> String {
    let pairs: Vec<String> = (0..keys)
        .map(|n| format!("(${}, ${})", 2 * n + 2, 2 * n + 3))
        .collect();
    format!(
        concat!(
            "WITH k (c, id) AS (VALUES {}), q AS (SELECT v.* FROM k CROSS JOIN vendor_customers v
                 WHERE v.tenant = $1 AND v.connection = k.c AND v.vendor_customer_id = k.id AND ",
            waits!(),
            ") {}"
        ),
        pairs.join(", "),
        rest
    )
}

impl Store {
    /// The items that wait, by the monthly cost of their billable subscriptions, dearest first. The order is that of the
    /// last [`Store::save_links`]; the cost shown is the present one.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_queue(&self, limit: u32) -> Result<Vec<ReviewItem>, StoreError> {
        let waiting = self.review_keys(limit, 0).await?;
        let keys: Vec<AccountKey> = waiting.into_iter().map(|w| w.key).collect();
        let mut items = Vec::with_capacity(keys.len());
        for page in keys.chunks(REVIEW_PAGE) {
            items.extend(self.review_items(page).await?);
        }
        Ok(items)
    }

    /// The places of the items that wait, dearest first, after the first `skip`: what of [`Store::review_queue`] tells
    /// whether an item must be read (again).
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_keys(&self, limit: u32, skip: u32) -> Result<Vec<Waiting>, StoreError> {
        let rows = self.db.all(KEYS, args![self.tenant(), limit, skip]).await?;
        let waiting = rows.iter().map(|row| {
            let mut c = row.cells();
            Ok(Waiting {
                key: AccountKey::new(c.take::<String>()?, c.take::<String>()?),
                revision: c.take()?,
            })
        });
        waiting.collect()
    }

    /// One item; none if it does not wait.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_item(&self, key: &AccountKey) -> Result<Option<ReviewItem>, StoreError> {
        let items = self.review_items(std::slice::from_ref(key)).await?;
        Ok(items.into_iter().next())
    }

    /// How many items wait.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_count(&self) -> Result<u64, StoreError> {
        let row = self
            .db
            .first(
                concat!(
                    "SELECT count(*) FROM vendor_customers WHERE tenant = $1 AND ",
                    waits!()
                ),
                args![self.tenant()],
            )
            .await?;
        row.map_or(Ok(0), |row| row.cells().count())
    }

    /// Those of the items that wait, in the order of the queue; [`REVIEW_PAGE`] at the most.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_items(&self, keys: &[AccountKey]) -> Result<Vec<ReviewItem>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut filter = vec![Arg::from(self.tenant())];
        for key in keys {
            filter.push(Arg::from(&key.connection));
            filter.push(Arg::from(&key.vendor_customer_id));
        }
        let read = async |rest| {
            let sql = of_keys(keys.len(), rest);
            self.db.all(AssertSqlSafe(sql), &filter).await
        };
        // A person waits for it: the statements go to the database side by side.
        let (bought_rows, candidate_rows, items) =
            tokio::try_join!(read(BOUGHT), read(CANDIDATES), read(ITEMS))?;
        let mut bought = bought(&bought_rows)?;
        let mut candidates = candidates(&candidate_rows)?;
        items
            .iter()
            .map(|row| {
                let mut c = row.cells();
                let key = AccountKey::new(c.take::<String>()?, c.take::<String>()?);
                let bought = bought.remove(&key).unwrap_or_default();
                Ok(ReviewItem {
                    vendor: vendor(&c.take::<String>()?)?,
                    profile: profile::read(&mut c)?,
                    seats: bought.seats,
                    monthly_cost: bought.monthly.into_iter().collect(),
                    candidates: candidates.remove(&key).unwrap_or_default(),
                    first_seen_at: c.take()?,
                    note: c.take()?,
                    key,
                })
            })
            .collect()
    }
}

const KEYS: &str = concat!(
    "SELECT connection, vendor_customer_id, revision FROM vendor_customers WHERE tenant = $1 AND ",
    waits!(),
    " ORDER BY review_weight DESC, name, connection, vendor_customer_id LIMIT $2 OFFSET $3"
);
const ITEMS: &str =
    "SELECT connection, vendor_customer_id, vendor, name, domain, email, phone, address, city, state, postcode,
         country, ms_tenant_id, first_seen_at, link_reason
     FROM q ORDER BY review_weight DESC, name, connection, vendor_customer_id";
const BOUGHT: &str =
    "SELECT s.connection, s.vendor_customer_id, s.seats, s.unit_cost, s.currency, s.billing_cycle
     FROM q CROSS JOIN license_subscriptions s WHERE s.tenant = $1 AND s.connection = q.connection
         AND s.vendor_customer_id = q.vendor_customer_id
         AND s.status IN ('active', 'suspended') AND s.gone_since IS NULL";
const CANDIDATES: &str =
    "SELECT m.connection, m.vendor_customer_id, m.customer_id, coalesce(c.psa_id, ''), m.score, m.reasons,
         c.name, c.domain, c.email, c.phone, c.address, c.city, c.state, c.postcode, c.country, c.ms_tenant_id
     FROM q CROSS JOIN match_candidates m CROSS JOIN customers c
     WHERE m.tenant = $1 AND m.connection = q.connection AND m.vendor_customer_id = q.vendor_customer_id
         AND c.tenant = $1 AND c.id = m.customer_id
     ORDER BY m.connection, m.vendor_customer_id, m.rank";

/// What is bought on all accounts that wait.
pub(super) const BOUGHT_ALL: &str =
    "SELECT s.connection, s.vendor_customer_id, s.seats, s.unit_cost, s.currency, s.billing_cycle
     FROM vendor_customers v JOIN license_subscriptions s ON s.tenant = v.tenant AND s.connection = v.connection
         AND s.vendor_customer_id = v.vendor_customer_id
     WHERE v.tenant = $1 AND v.link_state = 'pending' AND v.gone_since IS NULL
         AND s.status IN ('active', 'suspended') AND s.gone_since IS NULL";

/// Seats and monthly cost by account, from rows of connection, account, seats, unit cost, currency, cycle. The cost is
/// brought to a month here, since only the domain knows how to round.
pub(super) fn bought(rows: &[Row]) -> Result<HashMap<AccountKey, Bought>, StoreError> {
    let mut accounts: HashMap<AccountKey, Bought> = HashMap::new();
    for row in rows {
        let mut c = row.cells();
        let key = AccountKey::new(c.take::<String>()?, c.take::<String>()?);
        let seats: Option<i64> = c.take()?;
        let cost: Option<Money> = c.take()?;
        let currency = c
            .take::<Option<String>>()?
            .and_then(|t| Currency::parse(&t));
        let months = BillingCycle::from_tag(&c.take::<String>()?).months();
        let bought = accounts.entry(key).or_default();
        bought.seats = bought.seats.saturating_add(seats.unwrap_or(0));
        if let (Some(seats), Some(cost), Some(currency), Some(months)) =
            (seats, cost, currency, months)
        {
            let sum = bought.monthly.entry(currency).or_default();
            *sum = *sum + cost.times(seats).divided_by(months);
        }
    }
    Ok(accounts)
}

/// Candidates by account, best first, each with its hub profile.
fn candidates(rows: &[Row]) -> Result<HashMap<AccountKey, Vec<(Candidate, Profile)>>, StoreError> {
    let mut found: HashMap<AccountKey, Vec<(Candidate, Profile)>> = HashMap::new();
    for row in rows {
        let mut c = row.cells();
        let key = AccountKey::new(c.take::<String>()?, c.take::<String>()?);
        let customer_id = CustomerId(c.take()?);
        let psa_id = c.id()?;
        let score = c.take()?;
        let reasons = json(&c.take::<String>()?)?;
        let profile = profile::read(&mut c)?;
        let name = profile.name.clone();
        let candidate = Candidate {
            customer_id,
            psa_id,
            name,
            score,
            reasons,
        };
        found.entry(key).or_default().push((candidate, profile));
    }
    Ok(found)
}
