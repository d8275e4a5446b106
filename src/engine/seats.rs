//! The seats of one customer's SKU over the last weeks, beside what is contracted now: the chart of a finding.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::judge::licensing_of;
use crate::domain::ids::{CustomerId, Sku};
use crate::domain::problem::Problem;
use crate::domain::time::Week;
use crate::domain::vendor::Vendor;

/// A quarter.
const WEEKS: i64 = 13;

/// Whose seats of what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeatsOf {
    /// The hub customer.
    pub customer: CustomerId,
    /// The distributor.
    pub vendor: Vendor,
    /// The SKU.
    pub sku: Sku,
}

/// Seats week by week.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SeatWeeks {
    /// From the first captured week to this one, with the billable seats; none where a week was not captured.
    pub weeks: Vec<(Week, Option<i64>)>,
    /// The seats contracted today; none where the SKU is linked to no product of the PSA. Contracts of earlier weeks are
    /// not kept.
    pub contracted: Option<i64>,
}

/// The captured weeks of what is the customer's, up to a quarter back.
///
/// # Errors
/// If the database cannot be read.
pub async fn weeks_of(ctx: &Context, of: &SeatsOf) -> Result<SeatWeeks, Problem> {
    let store = &ctx.store;
    let this_week = ctx.calendar.now().week();
    let since = this_week.plus(1 - WEEKS);
    let bought = store.subscriptions_about(of.customer).await?.into_iter();
    let bought: HashSet<_> = bought
        .filter(|row| row.vendor == of.vendor && row.subscription.sku == of.sku)
        // What is on its accounts may have been given to a sister company.
        .filter(|row| row.customer_id.is_none_or(|owner| owner == of.customer))
        .map(|row| (row.connection, row.subscription.id))
        .collect();
    let mut seats: BTreeMap<Week, i64> = BTreeMap::new();
    for (connection, id, usage) in store.usage_about(of.customer, since).await? {
        if bought.contains(&(connection, id)) && usage.status.is_billable() {
            let sum = seats.entry(usage.week).or_default();
            *sum = sum.saturating_add(usage.seats.unwrap_or(0));
        }
    }
    let licensing = licensing_of(ctx, of.customer).await?;
    let row = licensing
        .iter()
        .find(|row| row.vendor == of.vendor && row.sku == of.sku);
    let first = seats.keys().next().copied().unwrap_or(this_week);
    let weeks = (0..=this_week.since(first).max(0)).map(|n| {
        let week = first.plus(n);
        (week, seats.get(&week).copied())
    });
    Ok(SeatWeeks {
        weeks: weeks.collect(),
        contracted: row.and_then(|row| row.contracted),
    })
}
