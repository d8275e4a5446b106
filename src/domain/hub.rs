//! The hub as people look through it: each customer with its sums.

use serde::{Deserialize, Serialize};

use super::money::Totals;
use super::party::Customer;

/// A customer of the hub with its sums.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerLine {
    /// Who.
    pub customer: Customer,
    /// `TD SYNNEX`, `Mixed`, ….
    pub vendor_label: String,
    /// Distributor accounts linked to it.
    pub accounts: u64,
    /// Their billable subscriptions.
    pub subscriptions: u64,
    /// Seats bought.
    pub seats: i64,
    /// Seats contracted.
    pub contracted: i64,
    /// Seats bought beyond the contract.
    pub uncontracted: i64,
    /// What the MSP pays a month.
    pub monthly_cost: Totals,
    /// What the MSP bills a month.
    pub monthly_revenue: Totals,
}
