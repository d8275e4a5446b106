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
        let unlisted = ctx.store.unlisted(&connection.name).await?;
        let known: BTreeSet<&VendorCustomerId> = (accounts.iter())
            .filter(|a| a.key.connection == connection.name)
            .map(|a| &a.key.vendor_customer_id)
            .filter(|id| !unlisted.contains(id))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn row(id: &str, customer: &str, status: SubscriptionStatus) -> Subscription {
        Subscription {
            id: SubscriptionId::from(id),
            vendor_customer_id: VendorCustomerId::from(customer),
            sku: Sku::from("A"),
            product_name: String::new(),
            status,
            status_raw: String::new(),
            seats: Some(1),
            unit_cost: Some(Money::from_cents(100)),
            unit_price: None,
            currency: Currency::parse("USD"),
            billing_cycle: BillingCycle::Monthly,
            term: String::new(),
            starts_on: None,
            renews_on: "2026-11-01T00:00:00Z".parse().ok(),
            commitment: Default::default(),
            revision: String::new(),
        }
    }

    #[test]
    fn rows_are_counted_for_what_they_say() {
        use SubscriptionStatus::{Active, Cancelled, Pending, Suspended};
        let mut rows = vec![
            row("1", "c", Active),
            row("2", "c", Suspended),
            row("3", "d", Active),
            row("4", "missing", Cancelled),
            row("5", "d", Pending),
        ];
        rows[2].renews_on = None;
        rows[2].unit_cost = None;
        rows[2].currency = None;
        rows[2].billing_cycle = BillingCycle::Usage;
        rows[2].seats = None;
        let (c, d) = (VendorCustomerId::from("c"), VendorCustomerId::from("d"));
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        let facts = RowFacts::of(rows, &[&c, &d].into(), now);
        assert_eq!((facts.active, facts.active_past_renewal), (3, 2));
        assert_eq!(
            (
                facts.active_without_cycle,
                facts.active_without_seats,
                facts.active_without_cost
            ),
            (1, 1, 1)
        );
        assert_eq!((facts.ended, facts.ended_with_cost), (1, 1));
        assert_eq!((facts.orphans, facts.shared_skus), (1, 1));
        let orphan = facts.orphan.map(|(id, of)| format!("{id} {of}"));
        assert_eq!(orphan.as_deref(), Some("4 missing"));
        let currencies: Vec<_> = facts.currencies.into_iter().collect();
        assert_eq!(currencies, [("USD".to_owned(), 4), ("none".to_owned(), 1)]);
    }
}
