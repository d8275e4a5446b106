//! One product from two distributors for one customer: often the rest of a move that nobody finished.

use std::collections::BTreeMap;

use crate::domain::finding::{Finding, FindingKind};
use crate::domain::money::Money;
use crate::domain::vendor::Vendor;

use super::context::Context;
use super::evidence::{self, Draft};
use super::position::Position;
use super::purchase::Purchase;

/// The finding, if seats of the product are paid for at more than one distributor. What is new does not count: a move
/// takes some days. The amount is the cost of all parts but the largest.
pub(super) fn find<'a>(context: &Context<'a>, position: &Position<'a>) -> Option<Finding> {
    let mut parts: BTreeMap<Vendor, (Money, Vec<&Purchase<'a>>)> = BTreeMap::new();
    let mut like = None;
    for purchase in position.billable().filter(|p| !p.is_new) {
        let seats = purchase.seats().filter(|n| *n > 0);
        let (Some(seats), Ok(cost)) = (seats, purchase.cost()) else {
            continue;
        };
        let (sum, purchases) = parts.entry(purchase.account.vendor).or_default();
        *sum = *sum + cost.money.times(seats);
        purchases.push(purchase);
        like = Some(cost);
    }
    if parts.len() < 2 {
        return None;
    }
    let largest = *parts.iter().max_by_key(|(_, (sum, _))| *sum)?.0;
    let mut evidence = evidence::bought(parts.values().flat_map(|(_, p)| p.iter().copied()));
    for (vendor, (sum, _)) in &parts {
        let sum = evidence::price(evidence::of(like?, *sum));
        evidence.push(format!("{} costs {sum} a month", vendor.label()));
    }
    let smaller = || parts.iter().filter(|(vendor, _)| **vendor != largest);
    let total: Money = smaller().map(|(_, (sum, _))| *sum).sum();
    let purchases = || smaller().flat_map(|(_, (_, p))| p.iter().copied());
    let hindrance = evidence::hindrance(context, purchases());
    let action = format!(
        "Bring the seats of {} to {}, or make sure that both are meant.{hindrance}",
        evidence::vendors(purchases()),
        largest.label()
    );
    Some(
        Draft {
            kind: FindingKind::OverlappingVendors,
            about: evidence::single(purchases().collect::<Vec<_>>().into_iter()),
            product: context.product_key(position.item),
            amount: evidence::of(like?, total),
            evidence,
            action,
        }
        .finding(position),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Shop, days_ago};
    use super::*;

    #[test]
    fn the_smaller_part_is_the_amount() {
        // 10 × 9.00 = 90.00 at TD SYNNEX, 3 × 8.00 = 24.00 at Pax8
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").bills("P", 13, "12");
        shop.buys_at(Vendor::Pax8, "B", 3, "8").linked("B", "P");
        let found = shop.find(FindingKind::OverlappingVendors);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].monthly_amount, Money::from_cents(2_400));
        assert_eq!(found[0].vendor, Some(Vendor::Pax8));
        assert_eq!(
            found[0].action,
            "Bring the seats of Pax8 to TD SYNNEX, or make sure that both are meant."
        );
        shop.last_sub().starts_on = Some(days_ago(2));
        shop.last_bought().first_seen_at = days_ago(2);
        assert_eq!(shop.find(FindingKind::OverlappingVendors), []);
    }
}
