//! The review queue: accounts that wait for a person, the dearest first.

use std::collections::{BTreeMap, HashMap};

use super::arg::args;
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

/// Which items: all that wait down to a limit, or one.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    First(u32),
    One(&'a AccountKey),
}

/// The items that wait, as `q`; what the matcher has not looked at yet (a weight of -1) does not wait for a person: `$1` tenant, `$2` and `$3` a key or nothing, `$4` a limit.
macro_rules! queue {
    ($rest:literal) => {
        concat!(
            "WITH q AS (SELECT * FROM vendor_customers
                WHERE tenant = $1 AND link_state = 'pending' AND gone_since IS NULL AND review_weight >= 0
                    AND ($2 IS NULL OR connection = $2) AND ($3 IS NULL OR vendor_customer_id = $3)
                ORDER BY review_weight DESC, name, connection, vendor_customer_id LIMIT $4) ",
            $rest
        )
    };
}

impl Store {
    /// The items that wait, by the monthly cost of their billable subscriptions, dearest first. The order is that of the
    /// last [`Store::save_links`]; the cost shown is the present one.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_queue(&self, limit: u32) -> Result<Vec<ReviewItem>, StoreError> {
        self.waiting(Wanted::First(limit)).await
    }

    /// One item; none if it does not wait.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_item(&self, key: &AccountKey) -> Result<Option<ReviewItem>, StoreError> {
        Ok(self.waiting(Wanted::One(key)).await?.into_iter().next())
    }

    /// How many items wait.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_count(&self) -> Result<u64, StoreError> {
        let row = self
            .db
            .first(
                "SELECT count(*) FROM vendor_customers
                 WHERE tenant = $1 AND link_state = 'pending' AND gone_since IS NULL AND review_weight >= 0",
                args![self.tenant()],
            )
            .await?;
        row.map_or(Ok(0), |row| row.cells().count())
    }

    async fn waiting(&self, wanted: Wanted<'_>) -> Result<Vec<ReviewItem>, StoreError> {
        let (key, limit) = match wanted {
            Wanted::First(limit) => (None, limit),
            Wanted::One(key) => (Some(key), 1),
        };
        let filter = args![
            self.tenant(),
            key.map(|k| k.connection.as_str()),
            key.map(|k| k.vendor_customer_id.as_str()),
            limit
        ];
        let mut bought = bought(&self.db.all(BOUGHT, filter).await?)?;
        let mut candidates = candidates(&self.db.all(CANDIDATES, filter).await?)?;
        self.db
            .all(ITEMS, filter)
            .await?
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

const ITEMS: &str = queue!(
    "SELECT connection, vendor_customer_id, vendor, name, domain, email, phone, address, city, state, postcode,
         country, ms_tenant_id, first_seen_at, link_reason
     FROM q ORDER BY review_weight DESC, name, connection, vendor_customer_id"
);
const BOUGHT: &str = queue!(
    "SELECT s.connection, s.vendor_customer_id, s.seats, s.unit_cost, s.currency, s.billing_cycle
     FROM q JOIN license_subscriptions s ON s.tenant = q.tenant AND s.connection = q.connection
         AND s.vendor_customer_id = q.vendor_customer_id
     WHERE s.tenant = $1 AND s.status IN ('active', 'suspended') AND s.gone_since IS NULL"
);
const CANDIDATES: &str = queue!(
    "SELECT m.connection, m.vendor_customer_id, m.customer_id, coalesce(c.psa_id, ''), m.score, m.reasons,
         c.name, c.domain, c.email, c.phone, c.address, c.city, c.state, c.postcode, c.country, c.ms_tenant_id
     FROM q JOIN match_candidates m ON m.tenant = q.tenant AND m.connection = q.connection
         AND m.vendor_customer_id = q.vendor_customer_id
     JOIN customers c ON c.tenant = m.tenant AND c.id = m.customer_id
     WHERE m.tenant = $1 ORDER BY m.connection, m.vendor_customer_id, m.rank"
);

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
