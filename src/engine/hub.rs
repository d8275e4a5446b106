//! The sums of each customer, kept ready for lists: made anew of everything when findings are judged, and of one customer
//! when a person has decided about it.

use std::collections::HashMap;

use super::context::Context;
use super::event::Topic;
use super::judge;
use crate::domain::hub::CustomerLine;
use crate::domain::ids::CustomerId;
use crate::domain::money::Totals;
use crate::domain::party::Customer;
use crate::domain::problem::Problem;
use crate::findings::LicensingRow;
use crate::store::links::AccountRow;

/// Each customer with the sums of its accounts and its licensing rows.
pub fn lines(
    customers: Vec<Customer>,
    accounts: &[AccountRow],
    licensing: &[LicensingRow],
) -> Vec<CustomerLine> {
    let mut counts: HashMap<CustomerId, u64> = HashMap::new();
    for customer in accounts.iter().filter_map(|a| a.customer_id) {
        *counts.entry(customer).or_default() += 1;
    }
    let mut places = HashMap::with_capacity(customers.len());
    let mut lines: Vec<CustomerLine> = Vec::with_capacity(customers.len());
    for customer in customers {
        places.insert(customer.id, lines.len());
        lines.push(CustomerLine {
            vendor_label: String::new(),
            accounts: counts.get(&customer.id).copied().unwrap_or(0),
            subscriptions: 0,
            seats: 0,
            contracted: 0,
            uncontracted: 0,
            monthly_cost: Totals::default(),
            monthly_revenue: Totals::default(),
            customer,
        });
    }
    for row in licensing {
        let place = places.get(&row.customer_id);
        if let Some(line) = place.and_then(|n| lines.get_mut(*n)) {
            add(line, row);
        }
    }
    lines
}

fn add(line: &mut CustomerLine, row: &LicensingRow) {
    line.vendor_label.clone_from(&row.vendor_label);
    line.subscriptions += 1;
    line.seats += row.seats.unwrap_or(0);
    line.contracted += row.contracted.unwrap_or(0);
    line.uncontracted += row.uncontracted.unwrap_or(0);
    if let (Some(cost), Some(currency)) = (row.unit_cost, &row.currency) {
        line.monthly_cost
            .add(currency, cost.times(row.seats.unwrap_or(0)));
    }
    let currency = row.price_currency.as_ref().or(row.currency.as_ref());
    if let (Some(price), Some(currency)) = (row.unit_price, currency) {
        line.monthly_revenue
            .add(currency, price.times(row.contracted.unwrap_or(0)));
    }
}

/// Everybody's sums as they are now: for a database whose findings were never judged by a version that keeps them. That
/// they cannot be kept is no reason not to show them.
pub async fn first_lines(ctx: &Context) -> Result<Vec<CustomerLine>, Problem> {
    let (_, lines) = judge::evaluate_all(ctx).await?;
    if let Err(error) = ctx.store.save_hub(&lines).await {
        tracing::warn!(%error, "the customers' sums were not kept");
    }
    Ok(lines)
}

/// Keeps everybody's sums as they are now, without judging.
pub async fn refresh(ctx: &Context) -> Result<(), Problem> {
    let (_, lines) = judge::evaluate_all(ctx).await?;
    ctx.store.save_hub(&lines).await?;
    ctx.changed(&[Topic::Customers]);
    Ok(())
}

/// Keeps the sums of the customers that a decision was about. The decision stands whatever becomes of this: then the
/// next judgement sums up.
pub(super) async fn follow(ctx: &Context, decision: i64) {
    if let Err(error) = try_follow(ctx, decision).await {
        tracing::warn!(%error, decision, "the sums of its customers were not kept");
    }
}

async fn try_follow(ctx: &Context, decision: i64) -> Result<(), Problem> {
    let mut lines = Vec::new();
    for customer in ctx.store.customers_of_decision(decision).await? {
        lines.extend(judge::line_of(ctx, customer).await?);
    }
    ctx.store.save_hub(&lines).await?;
    Ok(())
}
