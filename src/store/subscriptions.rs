//! What the distributors listed: subscriptions and their weekly seats.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::connections::vendor;
use super::db::{Cells, Row};
use super::{Store, StoreError};
use crate::domain::commitment::Commitment;
use crate::domain::ids::{ConnectionName, CustomerId, Sku, SubscriptionId};
use crate::domain::money::Currency;
use crate::domain::subscription::{BillingCycle, Subscription, SubscriptionStatus, UsageRow};
use crate::domain::time::{Ts, Week};
use crate::domain::vendor::Vendor;

/// A subscription with its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionRow {
    /// Which connection lists it.
    pub connection: ConnectionName,
    /// The distributor.
    pub vendor: Vendor,
    /// What was listed.
    pub subscription: Subscription,
    /// Only where a person gave it to another customer than its account's.
    pub customer_id: Option<CustomerId>,
    /// When it was first listed.
    pub first_seen_at: Ts,
    /// When it was last listed.
    pub last_seen_at: Ts,
    /// Since when a complete listing has lacked it.
    pub gone_since: Option<Ts>,
}

/// How far a connection has read what it lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRow {
    /// Which connection.
    pub connection: ConnectionName,
    /// When it was last read whole, so that nothing is missing.
    pub read_at: Option<Ts>,
    /// When the first of its subscriptions was seen; none before there is one.
    pub first_seen_at: Option<Ts>,
}

/// Reads fourteen columns, from the id to `renews_on`. What only some distributors tell is filled in later.
fn subscription(c: &mut Cells<'_>) -> Result<Subscription, StoreError> {
    Ok(Subscription {
        id: c.id()?,
        vendor_customer_id: c.id()?,
        sku: c.id()?,
        product_name: c.take()?,
        status: SubscriptionStatus::from_tag(&c.take::<String>()?),
        status_raw: c.take()?,
        seats: c.take()?,
        unit_cost: c.take()?,
        unit_price: c.take()?,
        currency: c
            .take::<Option<String>>()?
            .and_then(|t| Currency::parse(&t)),
        billing_cycle: BillingCycle::from_tag(&c.take::<String>()?),
        term: c.take()?,
        starts_on: c.take()?,
        renews_on: c.take()?,
        commitment: Commitment::default(),
        revision: String::new(),
    })
}

const COLUMNS: &str = "s.connection, s.vendor, s.vendor_subscription_id, s.vendor_customer_id, s.sku, s.product_name,
    s.status, s.status_raw, s.seats, s.unit_cost, s.unit_price, s.currency, s.billing_cycle, s.term, s.starts_on,
    s.renews_on, s.customer_id, s.first_seen_at, s.last_seen_at, s.gone_since";

fn listed(row: Row) -> Result<SubscriptionRow, StoreError> {
    let mut c = row.cells();
    Ok(SubscriptionRow {
        connection: c.id()?,
        vendor: vendor(&c.take::<String>()?)?,
        subscription: subscription(&mut c)?,
        customer_id: c.take::<Option<i64>>()?.map(CustomerId),
        first_seen_at: c.take()?,
        last_seen_at: c.take()?,
        gone_since: c.take()?,
    })
}

/// What one customer (`$2`) buys, as `about`: on its accounts, and what a person gave to it. A cross join, here and where
/// `about` is joined to others, is SQLite's word for reading the few first: it would walk through all rows of the other
/// table otherwise, since those lie in the order that is asked for.
pub(super) const ABOUT: &str = "WITH about AS (
    SELECT s.connection, s.vendor_customer_id, s.vendor_subscription_id
    FROM vendor_customers v CROSS JOIN license_subscriptions s
    WHERE v.tenant = $1 AND v.customer_id = $2 AND s.tenant = $1 AND s.connection = v.connection
        AND s.vendor_customer_id = v.vendor_customer_id
    UNION SELECT connection, vendor_customer_id, vendor_subscription_id
    FROM license_subscriptions WHERE tenant = $1 AND customer_id = $2)";

/// A subscription `s` counts only where its account is known.
macro_rules! of_known_account {
    () => {
        " AND EXISTS (SELECT 1 FROM vendor_customers v WHERE v.tenant = $1 AND v.connection = s.connection
            AND v.vendor_customer_id = s.vendor_customer_id)"
    };
}

impl Store {
    /// All subscriptions of all connections, those that are gone included.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn subscriptions(&self) -> Result<Vec<SubscriptionRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM license_subscriptions s WHERE s.tenant = $1
             ORDER BY s.connection, s.vendor_subscription_id"
        );
        self.with_details(sql, None).await
    }

    /// What one customer buys.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn subscriptions_about(
        &self,
        customer: CustomerId,
    ) -> Result<Vec<SubscriptionRow>, StoreError> {
        let sql = format!(
            "{ABOUT} SELECT {COLUMNS} FROM about a CROSS JOIN license_subscriptions s
             WHERE s.tenant = $1 AND s.connection = a.connection AND s.vendor_subscription_id = a.vendor_subscription_id
             ORDER BY s.connection, s.vendor_subscription_id"
        );
        self.with_details(sql, Some(customer)).await
    }

    /// The rows of a statement about everybody, or about one customer (`$2`).
    async fn with_details(
        &self,
        sql: String,
        about: Option<CustomerId>,
    ) -> Result<Vec<SubscriptionRow>, StoreError> {
        let mut filter = vec![Arg::from(self.tenant())];
        filter.extend(about.map(Arg::from));
        let rows = self.db.read(AssertSqlSafe(sql), &filter, listed);
        let (mut rows, details): (Vec<_>, _) = tokio::try_join!(rows, self.details(about))?;
        details.fill(&mut rows);
        Ok(rows)
    }

    /// How far each connection has read.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn listings(&self) -> Result<Vec<ListingRow>, StoreError> {
        let sql = concat!(
            "SELECT c.name, c.listed_at, (SELECT s.first_seen_at FROM license_subscriptions s
                 WHERE s.tenant = $1 AND s.connection = c.name",
            of_known_account!(),
            " ORDER BY s.first_seen_at LIMIT 1) FROM connections c WHERE c.tenant = $1"
        );
        self.db
            .read(sql, args![self.tenant()], |row| {
                let mut c = row.cells();
                Ok(ListingRow {
                    connection: c.id()?,
                    read_at: c.take()?,
                    first_seen_at: c.take()?,
                })
            })
            .await
    }

    /// The first of the names, in the order of their bytes, under which each SKU with a link to a product is listed.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn linked_names(&self) -> Result<BTreeMap<(Vendor, Sku), String>, StoreError> {
        let sql = format!(
            concat!(
                "SELECT k.vendor, k.sku, (SELECT s.product_name FROM license_subscriptions s
                     WHERE s.tenant = $1 AND s.vendor = k.vendor AND s.sku = k.sku",
                of_known_account!(),
                " ORDER BY s.product_name{} LIMIT 1)
                 FROM (SELECT DISTINCT vendor, sku FROM product_links
                     WHERE tenant = $1 AND link_state IN ('auto', 'confirmed')) k"
            ),
            self.engine().by_bytes()
        );
        let rows = self
            .db
            .all(AssertSqlSafe(sql), args![self.tenant()])
            .await?;
        let mut names = BTreeMap::new();
        for row in &rows {
            let mut c = row.cells();
            let key = (vendor(&c.take::<String>()?)?, c.id()?);
            if let Some(name) = c.take::<Option<String>>()? {
                names.insert(key, name);
            }
        }
        Ok(names)
    }

    /// The weekly seats of all subscriptions from a week on, each subscription's weeks in order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn usage_since(
        &self,
        week: Week,
    ) -> Result<Vec<(ConnectionName, SubscriptionId, UsageRow)>, StoreError> {
        let sql = "SELECT connection, vendor_subscription_id, week_start, seats, unit_cost, currency, status
             FROM license_usage WHERE tenant = $1 AND week_start >= $2
             ORDER BY connection, vendor_subscription_id, week_start";
        self.db.read(sql, args![self.tenant(), week], usage).await
    }

    /// As [`Store::usage_since`], of what one customer buys.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn usage_about(
        &self,
        customer: CustomerId,
        week: Week,
    ) -> Result<Vec<(ConnectionName, SubscriptionId, UsageRow)>, StoreError> {
        let sql = format!(
            "{ABOUT} SELECT u.connection, u.vendor_subscription_id, u.week_start, u.seats, u.unit_cost, u.currency, u.status
             FROM about a JOIN license_usage u ON u.tenant = $1 AND u.connection = a.connection
                 AND u.vendor_subscription_id = a.vendor_subscription_id
             WHERE u.tenant = $1 AND u.week_start >= $3
             ORDER BY u.connection, u.vendor_subscription_id, u.week_start"
        );
        self.db
            .read(
                AssertSqlSafe(sql),
                args![self.tenant(), customer, week],
                usage,
            )
            .await
    }
}

/// A week of a subscription.
fn usage(row: Row) -> Result<(ConnectionName, SubscriptionId, UsageRow), StoreError> {
    let mut c = row.cells();
    let (connection, id) = (c.id()?, c.id()?);
    let usage = UsageRow {
        week: c.take()?,
        seats: c.take()?,
        unit_cost: c.take()?,
        currency: c
            .take::<Option<String>>()?
            .and_then(|t| Currency::parse(&t)),
        status: SubscriptionStatus::from_tag(&c.take::<String>()?),
    };
    Ok((connection, id, usage))
}
