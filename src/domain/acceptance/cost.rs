//! What a distributor's costs refer to, and the rows that say so.

use serde::Serialize;

use crate::domain::ids::Sku;
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::CostPeriod;

/// What costs refer to, as far as the costs of one SKU under monthly and annual cycles tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostReading {
    /// The setting with which the run was made.
    pub in_force: CostPeriod,
    /// The reading that fits most pairs; none where there is no pair, or no majority.
    pub reading: Option<CostPeriod>,
    /// Pairs that fit a billing cycle.
    pub fit_cycle: u64,
    /// Pairs that fit a month.
    pub fit_month: u64,
    /// Pairs that fit neither.
    pub fit_neither: u64,
    /// The pairs that were compared, the first of them.
    pub evidence: Vec<CostPair>,
    /// The command that sets the reading, where another is in force.
    pub command: Option<String>,
}

impl CostReading {
    /// True where the setting in force is not the reading that fits.
    pub fn differs(&self) -> bool {
        self.reading.is_some_and(|fits| fits != self.in_force)
    }
}

/// The unit costs of one SKU under both cycles, as they arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostPair {
    /// The SKU.
    pub sku: Sku,
    /// What people call it.
    pub product_name: String,
    /// The term of the monthly rows.
    pub monthly_term: String,
    /// The term of the annual rows.
    pub annual_term: String,
    /// Of both costs.
    pub currency: Currency,
    /// The median unit cost of the rows billed monthly.
    pub monthly_cost: Money,
    /// The median unit cost of the rows billed annually.
    pub annual_cost: Money,
    /// Annual over monthly, with two decimals.
    pub ratio: String,
    /// The reading that fits; none where neither does.
    pub fits: Option<CostPeriod>,
}
