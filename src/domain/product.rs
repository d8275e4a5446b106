//! SKUs and the PSA products that they are sold as: what waits for a person, and what a person decides.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::agreement::Coverage;
use super::ids::SkuKey;
use super::money::Totals;
use super::party::LinkState;

/// A SKU with what is bought of it, over all accounts, as of the last matching. Counts are of billable subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkuLine {
    /// Which.
    pub key: SkuKey,
    /// What the distributor calls it.
    pub name: String,
    /// The words of its name that make it another product: plan, edition.
    pub edition: String,
    /// For how long one commits: `1 year`; several where subscriptions differ.
    pub term: String,
    /// How often it is billed: `monthly`; several where subscriptions differ.
    pub cycle: String,
    /// Seats bought.
    pub seats: i64,
    /// Customers who buy it; an account that is not linked yet counts as one.
    pub customers: i64,
    /// What it costs a month, where that is known.
    pub monthly_cost: Totals,
}

/// A product of the PSA, over all agreements, as of the last matching. Counts are of the lines that bill.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PsaProduct {
    /// Its code; its name where it has none.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The distributor's number for it, where the PSA keeps one.
    pub vendor_sku: String,
    /// As in [`SkuLine::edition`].
    pub edition: String,
    /// As in [`SkuLine::term`], where its name tells it.
    pub term: String,
    /// How often it is billed; several where lines differ.
    pub cycle: String,
    /// Seats contracted.
    pub seats: i64,
    /// Customers who are billed for it.
    pub customers: i64,
}

/// A PSA product beside a SKU: what it is sold as, or a suggestion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductCandidate {
    /// Which.
    pub product: PsaProduct,
    /// How many seats one unit of it stands for.
    pub seats_per_unit: i64,
    /// What a person said of it.
    pub coverage: Coverage,
    /// How sure the matcher is, 0 to 1; 0 where a person found it.
    pub score: f64,
    /// Why and why not, in words; `+` in front speaks for it, `-` against.
    pub reasons: Vec<String>,
}

/// A SKU of the product queue, or one that is linked or decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductItem {
    /// What is bought of it.
    pub line: SkuLine,
    /// How it stands: pending, linked by the matcher or a person, or sold as no product.
    pub state: LinkState,
    /// While it waits, what the matcher suggests, best first; else what it is sold as.
    pub candidates: Vec<ProductCandidate>,
}

impl ProductItem {
    /// True if a person should decide it: something speaks for a product, or somebody pays for it.
    pub fn waits(&self) -> bool {
        self.state == LinkState::Pending && (self.line.customers > 0 || !self.candidates.is_empty())
    }
}

/// One of the products that a person says a SKU is sold as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldAs {
    /// The PSA's code.
    pub code: String,
    /// How many seats one unit of it stands for; at least 1.
    pub seats_per_unit: i64,
    /// What the product covers.
    pub coverage: Coverage,
}

/// `M365-BP`, `WORKPLACE (bundle)`, `PACK-10 (10 seats a unit)`.
impl fmt::Display for SoldAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        match said(self.seats_per_unit, self.coverage) {
            none if none.is_empty() => Ok(()),
            said => write!(f, " ({said})"),
        }
    }
}

/// What was said of a product, in words; nothing where there is nothing to say.
pub fn said(seats_per_unit: i64, coverage: Coverage) -> String {
    let mut said = Vec::new();
    if seats_per_unit != 1 {
        said.push(format!("{seats_per_unit} seats a unit"));
    }
    match coverage {
        Coverage::Inferred => {}
        Coverage::OneProduct => said.push("one product".to_owned()),
        Coverage::Bundle => said.push("bundle".to_owned()),
    }
    said.join(", ")
}

/// What a person decides about a SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ProductVerdict {
    /// It is sold as these products together.
    Link {
        /// Which; at least one.
        sold_as: Vec<SoldAs>,
    },
    /// It is sold as no product of the PSA.
    NoProduct,
}
