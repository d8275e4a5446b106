//! A worked example: an MSP with twelve customers, four distributors and eight weeks, every amount computed by hand.

use crate::domain::finding::{FindingKind, UnjudgedReason};
use crate::domain::ids::CustomerId;
use crate::domain::money::Totals;
use crate::domain::party::LinkState;
use crate::domain::subscription::{BillingCycle, SubscriptionStatus};
use crate::domain::vendor::Vendor;

use super::sample::{Shop, days_ago, week};

/// Eight weeks of the same seats.
const STEADY: std::ops::RangeInclusive<i64> = -7..=0;

fn steady(shop: &mut Shop, seats: i64) {
    shop.used(&STEADY.map(|w| (w, seats)).collect::<Vec<_>>());
}

/// The MSP. Today is Tuesday 2026-11-24; all prices are USD a month unless a comment says otherwise.
pub(crate) fn msp() -> Shop {
    let mut shop = Shop::new();

    // 1 buys 38 and is billed 35 at 24.00. A year's commitment until 2027-01-03.
    shop.customer(1, "Harbour Dental");
    shop.buys("M365-BP", 38, "17.95").bills("BP", 35, "24");
    steady(&mut shop, 38);
    shop.last_sub().term = "P1Y".to_owned();
    shop.last_sub().renews_on = Some("2027-01-03T00:00:00Z".parse().unwrap());

    // 2 is billed 32.00 for what costs 30.00.
    shop.customer(2, "Oak Law").at(Vendor::Pax8);
    shop.buys("M365-E3", 20, "30").bills("E3", 20, "32");
    steady(&mut shop, 20);

    // 3 cancelled ten seats in October and is billed for them still.
    shop.customer(3, "Mill Bakery").at(Vendor::Sherweb);
    shop.buys("M365-BS", 10, "9").bills("BS", 10, "12");
    shop.last_sub().status = SubscriptionStatus::Cancelled;
    for w in STEADY {
        let status = match w {
            ..-4 => SubscriptionStatus::Active,
            _ => SubscriptionStatus::Cancelled,
        };
        shop.last_usage(w, 10, status);
    }

    // 4 has one product from two distributors; together it agrees with the contract.
    shop.customer(4, "Quay Shipping");
    shop.buys("M365-BP", 25, "17.95").bills("BP", 30, "24");
    steady(&mut shop, 25);
    shop.at(Vendor::Pax8).buys("MST-BP", 5, "18.50");
    shop.linked("MST-BP", "BP");
    steady(&mut shop, 5);

    // 5 went from 40 to 44 seats this week; the contract has followed.
    shop.customer(5, "Northwind Clinic").at(Vendor::IngramMicro);
    shop.buys("EXO-P1", 44, "5").bills("EXO", 44, "8");
    steady(&mut shop, 40);
    shop.last_bought().usage.last_mut().unwrap().seats = Some(44);

    // 6's distributor raised the cost from 20.00 to 21.00 this week.
    shop.customer(6, "Fern School");
    shop.buys("A3", 10, "20").bills("A3", 10, "30");
    steady(&mut shop, 10);
    let raised = Some("21".parse().unwrap());
    shop.last_sub().unit_cost = raised;
    shop.last_bought().usage.last_mut().unwrap().unit_cost = raised;

    // 7 pays 120.00 a year, is billed 10 of 12 seats at 15.00, and renews on 2026-12-10.
    shop.customer(7, "Abbey Care").at(Vendor::Pax8);
    shop.buys("DEF", 12, "120").bills("DEF", 10, "15");
    steady(&mut shop, 12);
    shop.last_sub().billing_cycle = BillingCycle::Annual;
    shop.last_sub().term = "P1Y".to_owned();
    shop.last_sub().renews_on = Some("2025-12-10T00:00:00Z".parse().unwrap());

    // 8 is an account that nobody has decided about.
    shop.customer(8, "Harbor Dental LLC").at(Vendor::Pax8);
    shop.buys("MST-BP", 6, "9");
    steady(&mut shop, 6);
    shop.account().state = LinkState::Pending;
    shop.account().customer = None;
    shop.input.customers.remove(&CustomerId(8));

    // 9 is the MSP itself.
    shop.customer(9, "Our own");
    shop.buys("M365-BP", 3, "17.95");
    steady(&mut shop, 3);
    shop.account().state = LinkState::Excluded;

    // 10's distributor tells no cost.
    shop.customer(10, "Vale Motors").at(Vendor::Sherweb);
    shop.buys("M365-BS", 7, "9").bills("BS", 5, "12");
    steady(&mut shop, 7);
    shop.last_sub().unit_cost = None;

    // 11 replaced a subscription by a new one this week, and went from a trial to paid; all agrees.
    shop.customer(11, "Brook Farm");
    shop.buys("M365-BP", 8, "17.95").bills("BP", 8, "24");
    steady(&mut shop, 8);
    shop.last_sub().status = SubscriptionStatus::Cancelled;
    shop.last_bought().usage.last_mut().unwrap().status = SubscriptionStatus::Cancelled;
    shop.buys("M365-BP", 8, "17.95").used(&[(0, 8)]);
    shop.last_sub().starts_on = Some(days_ago(5));
    shop.last_bought().first_seen_at = days_ago(5);
    shop.buys("DEF-S", 8, "2").bills("DEF", 8, "3");
    shop.last_usage(-1, 25, SubscriptionStatus::Trial)
        .used(&[(0, 8)]);
    shop.last_sub().starts_on = Some(days_ago(2));

    // 12 is billed more than it buys, and has something that nobody linked to a product.
    shop.customer(12, "Cove Hotel").at(Vendor::IngramMicro);
    shop.buys("EXO-P1", 5, "5").bills("EXO", 9, "8");
    steady(&mut shop, 5);
    shop.buys("VISIO", 1, "4.50");
    steady(&mut shop, 1);
    shop
}

#[test]
fn every_finding_and_amount() {
    let outcome = msp().evaluate();
    let found: Vec<_> = outcome
        .findings
        .iter()
        .map(|f| (f.kind, f.customer.as_str(), f.monthly_amount.to_string()))
        .collect();
    let expected = [
        // 38 − 35 = 3; × 24.00
        (FindingKind::UncontractedSeats, "Harbour Dental", "72.00"),
        // 12 − 10 = 2; × 15.00
        (FindingKind::UncontractedSeats, "Abbey Care", "30.00"),
        // 30.00 / 0.9 = 33.33333333; − 32.00 = 1.33333333; × 20
        (FindingKind::BelowMargin, "Oak Law", "26.6666666"),
        // 10 × 12.00
        (FindingKind::CancelledStillBilled, "Mill Bakery", "120.00"),
        // 44 − 40 = 4; × 5.00
        (FindingKind::SeatDrift, "Northwind Clinic", "20.00"),
        // 21.00 − 20.00 = 1.00; × 10
        (FindingKind::CostMoved, "Fern School", "10.00"),
        // 6 × 9.00
        (FindingKind::UnmatchedSpend, "Harbor Dental LLC", "54.00"),
        // 25 × 17.95 = 448.75 at TD SYNNEX; 5 × 18.50 = 92.50 at Pax8
        (FindingKind::OverlappingVendors, "Quay Shipping", "92.50"),
        // The listed date is past; a year on it is 2026-12-10. 120.00 / 12 = 10.00; × 2
        (FindingKind::RenewalAhead, "Abbey Care", "20.00"),
    ];
    let found: Vec<_> = found.iter().map(|(k, c, a)| (*k, *c, a.as_str())).collect();
    assert_eq!(found, expected);

    // 72.00 + 30.00 + 26.6666666 + 120.00
    let opportunity: Totals = outcome
        .findings
        .iter()
        .filter(|f| f.kind.is_opportunity())
        .map(|f| (&f.currency, f.monthly_amount))
        .collect();
    assert_eq!(opportunity.get("USD").to_string(), "248.6666666");
}

#[test]
fn every_row_that_cannot_be_judged() {
    let unjudged = msp().unjudged();
    assert_eq!(
        unjudged,
        [
            (UnjudgedReason::UnmappedCustomer, 1), // Harbor Dental LLC
            (UnjudgedReason::UnmappedProduct, 1),  // Cove Hotel's Visio
            (UnjudgedReason::UnknownCost, 1),      // Vale Motors
            (UnjudgedReason::ExcludedCustomer, 1), // Our own
        ]
    );
}

#[test]
fn licensing_adds_up() {
    let rows = msp().evaluate().licensing;
    let row = |customer: &str, sku: &str| {
        let same = |r: &&super::LicensingRow| r.customer == customer && r.sku.as_str() == sku;
        rows.iter().find(same).unwrap()
    };
    let quay = row("Quay Shipping", "MST-BP");
    // 30 contracted: 25 for what was there first by order of distributor, 5 for the other.
    assert_eq!((quay.contracted, quay.uncontracted), (Some(5), Some(0)));
    assert_eq!(quay.vendor_label, "Mixed");
    assert_eq!(row("Cove Hotel", "EXO-P1").over_contracted, Some(4));
    assert_eq!(
        row("Abbey Care", "DEF").unit_cost.unwrap().to_string(),
        "10.00"
    );
    assert_eq!(row("Mill Bakery", "M365-BS").over_contracted, Some(10));
    // 38 + 20 + 0 + 30 + 44 + 10 + 12 + 7 + 16 + 6
    assert_eq!(rows.iter().filter_map(|r| r.seats).sum::<i64>(), 183);
}

#[test]
fn a_week_later_without_changes_drift_and_moves_are_over() {
    let mut shop = msp();
    let before = shop.evaluate().findings;
    shop.input.as_of = shop.input.as_of.plus_seconds(7 * 86_400);
    for bought in &mut shop.input.subscriptions {
        let mut row = bought.usage.last().unwrap().clone();
        row.week = week(1);
        bought.usage.push(row);
    }
    let after = shop.evaluate().findings;
    let passing = |kind| matches!(kind, FindingKind::CostMoved);
    let kept: Vec<_> = before.iter().filter(|f| !passing(f.kind)).collect();
    // 40 → 44 is still 10 % over four weeks; everything else stays the same finding.
    let same: Vec<_> = after.iter().map(|f| &f.fingerprint).collect();
    assert_eq!(
        kept.iter().map(|f| &f.fingerprint).collect::<Vec<_>>(),
        same
    );
}
