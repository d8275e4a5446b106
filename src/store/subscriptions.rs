//! What the distributors listed: subscriptions and their weekly seats.

use super::arg::args;
use super::connections::vendor;
use super::db::Cells;
use super::{Store, StoreError};
use crate::domain::ids::{ConnectionName, CustomerId, SubscriptionId};
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

/// Reads fourteen columns, from the id to `renews_on`.
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
    })
}

impl Store {
    /// All subscriptions of all connections, those that are gone included.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn subscriptions(&self) -> Result<Vec<SubscriptionRow>, StoreError> {
        self.db
            .all(
                "SELECT connection, vendor, vendor_subscription_id, vendor_customer_id, sku, product_name, status,
                     status_raw, seats, unit_cost, unit_price, currency, billing_cycle, term, starts_on, renews_on,
                     customer_id, first_seen_at, last_seen_at, gone_since
                 FROM license_subscriptions WHERE tenant = $1 ORDER BY connection, vendor_subscription_id",
                args![self.tenant()],
            )
            .await?
            .iter()
            .map(|row| {
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
            })
            .collect()
    }

    /// The weekly seats of all subscriptions from a week on, each subscription's weeks in order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn usage_since(
        &self,
        week: Week,
    ) -> Result<Vec<(ConnectionName, SubscriptionId, UsageRow)>, StoreError> {
        self.db
            .all(
                "SELECT connection, vendor_subscription_id, week_start, seats, unit_cost, currency, status
                 FROM license_usage WHERE tenant = $1 AND week_start >= $2
                 ORDER BY connection, vendor_subscription_id, week_start",
                args![self.tenant(), week],
            )
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                let (connection, id) = (c.id()?, c.id()?);
                let usage = UsageRow {
                    week: c.take()?,
                    seats: c.take()?,
                    unit_cost: c.take()?,
                    currency: c.take::<Option<String>>()?.and_then(|t| Currency::parse(&t)),
                    status: SubscriptionStatus::from_tag(&c.take::<String>()?),
                };
                Ok((connection, id, usage))
            })
            .collect()
    }
}
