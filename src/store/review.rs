//! The review queue: accounts that wait for a person, the dearest first.

use std::collections::{BTreeMap, HashMap};

use super::arg::args;
use super::connections::{json, vendor};
use super::{Store, StoreError, profile};
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::money::{Currency, Money};
use crate::domain::party::{Candidate, Profile, ReviewItem};
use crate::domain::subscription::BillingCycle;

/// What is bought on an account.
#[derive(Default)]
struct Bought {
    seats: i64,
    monthly: BTreeMap<Currency, Money>,
}

impl Bought {
    /// The sum over the currencies: only to put the dearest first, never shown.
    fn weight(&self) -> i64 {
        self.monthly
            .values()
            .fold(0, |sum: i64, m| sum.saturating_add(m.units()))
    }
}

type Candidates = HashMap<AccountKey, Vec<(Candidate, Profile)>>;

impl Store {
    /// The items that wait, by the monthly cost of their billable subscriptions, dearest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_queue(&self, limit: u32) -> Result<Vec<ReviewItem>, StoreError> {
        let mut items = self.pending(None).await?;
        items.sort_by_key(|(_, bought)| std::cmp::Reverse(bought.weight()));
        items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let mut candidates = match items.as_slice() {
            [] => HashMap::new(),
            [(only, _)] => self.candidates(Some(&only.key)).await?,
            _ => self.candidates(None).await?,
        };
        Ok(items
            .into_iter()
            .map(|(item, bought)| filled(item, bought, &mut candidates))
            .collect())
    }

    /// One item; none if it does not wait.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn review_item(&self, key: &AccountKey) -> Result<Option<ReviewItem>, StoreError> {
        let Some((item, bought)) = self.pending(Some(key)).await?.into_iter().next() else {
            return Ok(None);
        };
        let mut candidates = self.candidates(Some(key)).await?;
        Ok(Some(filled(item, bought, &mut candidates)))
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
                 WHERE tenant = $1 AND link_state = 'pending' AND gone_since IS NULL",
                args![self.tenant()],
            )
            .await?;
        row.map_or(Ok(0), |row| row.cells().count())
    }

    /// The items that wait, or the one of that key, with what is bought on each and still without candidates.
    async fn pending(
        &self,
        key: Option<&AccountKey>,
    ) -> Result<Vec<(ReviewItem, Bought)>, StoreError> {
        let (connection, id) = halves(key);
        let filter = args![self.tenant(), connection, id];
        let mut bought = self.bought(key).await?;
        self.db
            .all(
                "SELECT connection, vendor_customer_id, vendor, name, domain, email, phone, address, city, state,
                     postcode, country, ms_tenant_id, first_seen_at
                 FROM vendor_customers
                 WHERE tenant = $1 AND link_state = 'pending' AND gone_since IS NULL
                     AND ($2 IS NULL OR connection = $2) AND ($3 IS NULL OR vendor_customer_id = $3)
                 ORDER BY name, connection, vendor_customer_id",
                filter,
            )
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                let key = AccountKey::new(c.take::<String>()?, c.take::<String>()?);
                let bought = bought.remove(&key).unwrap_or_default();
                let item = ReviewItem {
                    key,
                    vendor: vendor(&c.take::<String>()?)?,
                    profile: profile::read(&mut c)?,
                    seats: bought.seats,
                    monthly_cost: Vec::new(),
                    candidates: Vec::new(),
                    first_seen_at: c.take()?,
                };
                Ok((item, bought))
            })
            .collect()
    }

    /// Seats and monthly cost of the billable subscriptions of accounts that wait. The cost is summed by cycle in the
    /// database and brought to a month here.
    async fn bought(
        &self,
        key: Option<&AccountKey>,
    ) -> Result<HashMap<AccountKey, Bought>, StoreError> {
        let (connection, id) = halves(key);
        let rows = self
            .db
            .all(
                "SELECT s.connection, s.vendor_customer_id, s.seats, s.unit_cost, s.currency, s.billing_cycle
                 FROM vendor_customers v JOIN license_subscriptions s ON s.tenant = v.tenant
                     AND s.connection = v.connection AND s.vendor_customer_id = v.vendor_customer_id
                 WHERE v.tenant = $1 AND v.link_state = 'pending' AND v.gone_since IS NULL
                     AND ($2 IS NULL OR v.connection = $2) AND ($3 IS NULL OR v.vendor_customer_id = $3)
                     AND s.status IN ('active', 'suspended') AND s.gone_since IS NULL",
                args![self.tenant(), connection, id],
            )
            .await?;
        let mut accounts: HashMap<AccountKey, Bought> = HashMap::new();
        for row in &rows {
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

    /// The candidates of the accounts that wait, best first, each with its hub profile.
    async fn candidates(&self, key: Option<&AccountKey>) -> Result<Candidates, StoreError> {
        let (connection, id) = halves(key);
        let rows = self
            .db
            .all(
                "SELECT m.connection, m.vendor_customer_id, m.customer_id, coalesce(c.psa_id, ''), m.score, m.reasons,
                     c.name, c.domain, c.email, c.phone, c.address, c.city, c.state, c.postcode, c.country,
                     c.ms_tenant_id
                 FROM match_candidates m JOIN customers c ON c.tenant = m.tenant AND c.id = m.customer_id
                 WHERE m.tenant = $1 AND ($2 IS NULL OR m.connection = $2)
                     AND ($3 IS NULL OR m.vendor_customer_id = $3)
                 ORDER BY m.connection, m.vendor_customer_id, m.rank",
                args![self.tenant(), connection, id],
            )
            .await?;
        let mut found = Candidates::new();
        for row in &rows {
            let mut c = row.cells();
            let key = AccountKey::new(c.take::<String>()?, c.take::<String>()?);
            let customer_id = CustomerId(c.take()?);
            let psa_id = c.id()?;
            let score = c.take()?;
            let reasons = json(&c.take::<String>()?)?;
            let profile = profile::read(&mut c)?;
            let candidate = Candidate {
                customer_id,
                psa_id,
                name: profile.name.clone(),
                score,
                reasons,
            };
            found.entry(key).or_default().push((candidate, profile));
        }
        Ok(found)
    }
}

fn halves(key: Option<&AccountKey>) -> (Option<&str>, Option<&str>) {
    (
        key.map(|k| k.connection.as_str()),
        key.map(|k| k.vendor_customer_id.as_str()),
    )
}

fn filled(mut item: ReviewItem, bought: Bought, candidates: &mut Candidates) -> ReviewItem {
    item.candidates = candidates.remove(&item.key).unwrap_or_default();
    item.monthly_cost = bought.monthly.into_iter().collect();
    item
}
