//! From when on something counts as a finding. The defaults are those of the blueprint; everything can be configured.

use std::collections::BTreeMap;

use crate::domain::ids::{CustomerId, Sku};
use crate::domain::money::Money;
use crate::domain::vendor::Vendor;

/// A share in hundredths of a percent: 1,000 is 10 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct BasisPoints(pub u32);

/// All of it.
const WHOLE: i64 = 10_000;

impl BasisPoints {
    /// True if `part`, without its sign, is at least this share of `whole`. Anything is a large share of nothing.
    pub fn reached_by(self, part: i64, whole: i64) -> bool {
        i128::from(part).abs() * i128::from(WHOLE) >= i128::from(whole).abs() * i128::from(self.0)
    }

    /// The least price at which this share of it is left as margin: `cost / (1 − share)`, half to even at eight places.
    /// A share of 100 % or more cannot be reached and leaves the cost as it is.
    pub fn price_over(self, cost: Money) -> Money {
        let rest = WHOLE - i64::from(self.0);
        if rest <= 0 {
            return cost;
        }
        cost.scaled(WHOLE, rest)
    }
}

/// In percent, without needless zeros: `10 %`, `2.5 %`.
impl std::fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match part {
            0 => write!(f, "{whole} %"),
            p if p % 10 == 0 => write!(f, "{whole}.{} %", p / 10),
            p => write!(f, "{whole}.{p:02} %"),
        }
    }
}

/// The least margin, with exceptions: the customer's own goes before the SKU's, and that before the distributor's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floors {
    /// Where nothing else is said.
    pub default: BasisPoints,
    /// By distributor.
    pub by_vendor: BTreeMap<Vendor, BasisPoints>,
    /// By SKU.
    pub by_sku: BTreeMap<Sku, BasisPoints>,
    /// By customer.
    pub by_customer: BTreeMap<CustomerId, BasisPoints>,
}

impl Floors {
    /// The floor that holds for a customer's SKU.
    pub fn of(&self, vendor: Vendor, sku: &Sku, customer: CustomerId) -> BasisPoints {
        self.by_customer
            .get(&customer)
            .or_else(|| self.by_sku.get(sku))
            .or_else(|| self.by_vendor.get(&vendor))
            .copied()
            .unwrap_or(self.default)
    }
}

/// From when on something counts as a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The least margin.
    pub floors: Floors,
    /// Drift from this many seats …
    pub drift_seats: i64,
    /// … and this share from one captured week to the next …
    pub drift_week: BasisPoints,
    /// … or this share over four weeks.
    pub drift_four_weeks: BasisPoints,
    /// Days in which a new subscription is not yet expected in the PSA.
    pub grace_days: u32,
    /// A change of unit cost from this share.
    pub cost_moved: BasisPoints,
    /// How many days ahead a renewal is announced.
    pub renewal_days: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            floors: Floors {
                default: BasisPoints(1_000),
                by_vendor: BTreeMap::new(),
                by_sku: BTreeMap::new(),
                by_customer: BTreeMap::new(),
            },
            drift_seats: 1,
            drift_week: BasisPoints(500),
            drift_four_weeks: BasisPoints(1_000),
            grace_days: 7,
            cost_moved: BasisPoints(100),
            renewal_days: 30,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_turns_a_cost_into_a_price() {
        // 18.00 / 0.9 = 20.00; 17.95 / 0.9 = 19.944444444… → 19.94444444
        assert_eq!(
            BasisPoints(1_000).price_over(Money::from_cents(1_800)),
            Money::from_cents(2_000)
        );
        let price = BasisPoints(1_000).price_over(Money::from_cents(1_795));
        assert_eq!(price.to_string(), "19.94444444");
        let cost = Money::from_cents(500);
        assert_eq!(BasisPoints(10_000).price_over(cost), cost);
    }

    #[test]
    fn shares_include_their_limit() {
        assert!(BasisPoints(500).reached_by(-2, 40));
        assert!(!BasisPoints(500).reached_by(1, 40));
        assert!(BasisPoints(500).reached_by(1, 0));
        assert_eq!(BasisPoints(250).to_string(), "2.5 %");
    }

    #[test]
    fn the_nearest_floor_holds() {
        let mut floors = Rules::default().floors;
        let sku = Sku::from("A");
        let floor = |f: &Floors| f.of(Vendor::Pax8, &sku, CustomerId(1)).0;
        assert_eq!(floor(&floors), 1_000);
        floors.by_vendor.insert(Vendor::Pax8, BasisPoints(1));
        assert_eq!(floor(&floors), 1);
        floors.by_sku.insert(sku.clone(), BasisPoints(2));
        assert_eq!(floor(&floors), 2);
        floors.by_customer.insert(CustomerId(1), BasisPoints(3));
        assert_eq!(floor(&floors), 3);
    }
}
