//! What the rows of a run say about questions that the documents leave open.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{Sku, SubscriptionId, VendorCustomerId};
use crate::domain::money::Money;
use crate::domain::problem::Problem;
use crate::domain::subscription::{BillingCycle, Subscription, SubscriptionStatus};
use crate::domain::time::Ts;
use crate::engine::context::Context;
use crate::store::connections::Connection;

/// The rows of a run, and what was counted of them.
#[derive(Debug, Default)]
pub(super) struct RowFacts {
    /// As they were kept in this run.
    pub subscriptions: Vec<Subscription>,
    /// Rows that are paid for.
    pub active: u64,
    /// Of these, rows whose renewal date is past.
    pub active_past_renewal: u64,
    /// Of these, rows without a recurring cycle.
    pub active_without_cycle: u64,
    /// Of these, rows without a seat count, or with none.
    pub active_without_seats: u64,
    /// Of these, rows that cost nothing.
    pub active_without_cost: u64,
    /// Rows that are cancelled or expired.
    pub ended: u64,
    /// Of these, rows that still name a cost.
    pub ended_with_cost: u64,
    /// Rows whose customer is not in the list of customers, with one of them.
    pub orphans: u64,
    /// One of them, and the customer that is missing.
    pub orphan: Option<(SubscriptionId, VendorCustomerId)>,
    /// Customers and SKUs that have several rows which are paid for.
    pub shared_skus: u64,
    /// Rows by currency.
    pub currencies: BTreeMap<String, u64>,
    /// Rows billed once a year or less often, that are paid for.
    pub yearly: u64,
}

impl RowFacts {
    /// Reads the rows that a run begun at `since` has seen.
    pub(super) async fn gather(
        ctx: &Context,
        connection: &Connection,
        since: Ts,
    ) -> Result<Self, Problem> {
        let kept = ctx.store.subscriptions().await?;
        let accounts = ctx.store.accounts().await?;
        let known: BTreeSet<&VendorCustomerId> = (accounts.iter())
            .filter(|a| a.key.connection == connection.name)
            .map(|a| &a.key.vendor_customer_id)
            .collect();
        let of_this_run = kept
            .into_iter()
            .filter(|row| row.connection == connection.name && row.last_seen_at >= since)
            .map(|row| row.subscription);
        Ok(Self::of(of_this_run.collect(), &known, ctx.calendar.now()))
    }

    fn of(subscriptions: Vec<Subscription>, known: &BTreeSet<&VendorCustomerId>, now: Ts) -> Self {
        let mut facts = Self::default();
        let mut purchases: BTreeMap<(&VendorCustomerId, &Sku), u64> = BTreeMap::new();
        for row in &subscriptions {
            if !known.contains(&row.vendor_customer_id) {
                facts.orphans += 1;
                let orphan = || (row.id.clone(), row.vendor_customer_id.clone());
                facts.orphan.get_or_insert_with(orphan);
            }
            let currency = row.currency.as_ref().map_or("none", |c| c.as_str());
            *facts.currencies.entry(currency.to_owned()).or_default() += 1;
            let has_cost = row.unit_cost.is_some_and(|cost| cost > Money::ZERO);
            if row.status.is_billable() {
                facts.active += 1;
                facts.active_past_renewal += u64::from(row.renews_on.is_some_and(|at| at < now));
                facts.active_without_cycle += u64::from(row.billing_cycle.months().is_none());
                facts.active_without_seats += u64::from(row.seats.unwrap_or(0) == 0);
                facts.active_without_cost += u64::from(!has_cost);
                let is_yearly = row
                    .billing_cycle
                    .months()
                    .is_some_and(|months| months >= 12);
                facts.yearly += u64::from(is_yearly);
                if row.billing_cycle != BillingCycle::OneTime {
                    *purchases
                        .entry((&row.vendor_customer_id, &row.sku))
                        .or_default() += 1;
                }
            }
            let is_ended = matches!(
                row.status,
                SubscriptionStatus::Cancelled | SubscriptionStatus::Expired
            );
            facts.ended += u64::from(is_ended);
            facts.ended_with_cost += u64::from(is_ended && has_cost);
        }
        facts.shared_skus = purchases.values().filter(|rows| **rows > 1).count() as u64;
        facts.subscriptions = subscriptions;
        facts
    }
}
