//! What each customer's licensing comes to.

use std::collections::HashMap;

use super::licensing::LicensingRow;
use crate::domain::hub::CustomerLine;
use crate::domain::ids::CustomerId;
use crate::domain::money::Totals;
use crate::domain::party::Customer;

/// Each customer with the sums of its accounts and its licensing rows; `accounts` names the customer of each account
/// that has one.
pub fn customer_lines(
    customers: Vec<Customer>,
    accounts: impl Iterator<Item = CustomerId>,
    licensing: &[LicensingRow],
) -> Vec<CustomerLine> {
    let mut counts: HashMap<CustomerId, u64> = HashMap::new();
    for customer in accounts {
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
            stale: false,
            stale_since: None,
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
    if row.stale {
        // What was never read is the oldest.
        let before = line.stale.then_some(line.stale_since);
        line.stale_since = before.map_or(row.stale_since, |at| at.min(row.stale_since));
        line.stale = true;
    }
    if let (Some(cost), Some(currency)) = (row.unit_cost, &row.currency) {
        line.monthly_cost
            .add(currency, cost.times(row.seats.unwrap_or(0)));
    }
    let currency = row.price_currency.as_ref().or(row.currency.as_ref());
    if let (Some(revenue), Some(currency)) = (row.revenue, currency) {
        line.monthly_revenue.add(currency, revenue);
    }
}
