//! The export of the weekly seats.

use serde::Serialize;

use crate::domain::ids::{ConnectionName, CustomerId, Sku, SubscriptionId};
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::SubscriptionStatus;
use crate::domain::time::Week;
use crate::domain::vendor::Vendor;

use super::sheet::{Cell, Sheet};

/// One subscription's week as it leaves the program, under the names of the table `license_usage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsageExport {
    /// The connection that lists it.
    pub connection: ConnectionName,
    /// The distributor.
    pub vendor: Vendor,
    /// The subscription's id there.
    pub vendor_subscription_id: SubscriptionId,
    /// The hub customer, where it is decided.
    pub customer_id: Option<CustomerId>,
    /// Its name, or the account's.
    pub customer: String,
    /// The SKU.
    pub sku: Sku,
    /// What people call it.
    pub product_name: String,
    /// The week's Monday.
    pub week_start: Week,
    /// Seats bought.
    pub seats: Option<i64>,
    /// Per seat and billing cycle.
    pub unit_cost: Option<Money>,
    /// Of the cost.
    pub currency: Option<Currency>,
    /// In our words.
    pub status: SubscriptionStatus,
}

/// Every column, for files.
pub fn sheet(rows: &[UsageExport]) -> Sheet {
    let columns = [
        "connection",
        "vendor",
        "vendor_subscription_id",
        "customer_id",
        "customer",
        "sku",
        "product_name",
        "week_start",
        "seats",
        "unit_cost",
        "currency",
        "status",
    ];
    Sheet::of(&columns, rows, |row| {
        vec![
            Cell::text(row.connection.as_str()),
            Cell::text(row.vendor.tag()),
            Cell::text(row.vendor_subscription_id.as_str()),
            Cell::number(row.customer_id),
            Cell::text(&row.customer),
            Cell::text(row.sku.as_str()),
            Cell::text(&row.product_name),
            Cell::text(row.week_start.to_string()),
            Cell::number(row.seats),
            Cell::number(row.unit_cost),
            Cell::maybe(row.currency.as_ref()),
            Cell::text(row.status.tag()),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::super::csv::{Guard, csv};
    use super::*;

    #[test]
    fn an_unknown_number_is_empty_and_a_week_is_its_monday() {
        let row = UsageExport {
            connection: "main".into(),
            vendor: Vendor::IngramMicro,
            vendor_subscription_id: "s/1".into(),
            customer_id: None,
            customer: "Oak Law".to_owned(),
            sku: "A".into(),
            product_name: "Suite".to_owned(),
            week_start: "2026-W47".parse().unwrap(),
            seats: None,
            unit_cost: Some("5.2935803".parse().unwrap()),
            currency: Currency::parse("usd"),
            status: SubscriptionStatus::Active,
        };
        let text = csv(&sheet(std::slice::from_ref(&row)), Guard::Formulas);
        let line = "\"main\",\"ingram_micro\",\"s/1\",,\"Oak Law\",\"A\",\"Suite\",\"2026-11-16\",,5.2935803,\"USD\",\"active\"";
        assert_eq!(text.lines().nth(1).unwrap(), line);
        assert_eq!(
            serde_json::to_value(&row).unwrap()["week_start"],
            "2026-11-16"
        );
    }
}
