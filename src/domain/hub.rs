//! The hub as people look through it: each customer with its sums.

use serde::{Deserialize, Serialize};

use super::money::Totals;
use super::party::Customer;
use super::time::Ts;

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
    /// True if some of it is stale: not read by the last sync, or in a listing that is too old.
    #[serde(default)]
    pub stale: bool,
    /// When the oldest of that was read; none if it never was.
    #[serde(default)]
    pub stale_since: Option<Ts>,
}

/// `stale since 2026-11-17`, or `stale` for what was never read whole.
pub fn stale_words(since: Option<Ts>) -> String {
    match since {
        Some(at) => format!("stale since {}", at.date()),
        None => "stale".to_owned(),
    }
}
