//! What must be found in the worked example, and what must not.

use std::ops::RangeInclusive;

use super::super::LicensingRow;
use super::super::sample::{Shop, week};
use super::{MISSED, WEEKS, msp, msp_in};
use crate::domain::finding::{Finding, FindingKind, UnjudgedReason};
use crate::domain::money::Totals;
use FindingKind::{
    BelowMargin, CancelledStillBilled, CostMoved, OverlappingVendors, RenewalAhead, SeatDrift,
    UncontractedSeats, UnmatchedSpend,
};
use UnjudgedReason::{
    ExcludedCustomer, LapsedContract, StaleListing, UnknownCost, UnmappedCustomer, UnmappedProduct,
};

/// Every finding: its kind, whose it is, in which weeks it stands, and its amount.
const FINDINGS: [(FindingKind, &str, RangeInclusive<i64>, &str); 14] = [
    // 38 bought, 35 + 3 contracted until October; from November on 38 − 35 = 3; × 24.00
    (UncontractedSeats, "Harbour Dental", -3..=0, "72.00 USD"),
    // 12 − 10 = 2; × 30.00 EUR
    (UncontractedSeats, "Fern School", -7..=0, "60.00 EUR"),
    // 12 − 10 = 2; × 15.00
    (UncontractedSeats, "Abbey Care", -7..=0, "30.00 USD"),
    // 3 − 0 = 3; no line gives a price, so × the cost, 2.50
    (UncontractedSeats, "Mill Bakery", -7..=0, "7.50 USD"),
    // At 28.00: 28.00 / 0.9 = 31.11111111 is less than 32.00. At 30.00: 33.33333333; − 32.00 = 1.33333333; × 20
    (BelowMargin, "Oak Law", -4..=0, "26.6666666 USD"),
    // 10 × 12.00
    (CancelledStillBilled, "Mill Bakery", -4..=0, "120.00 USD"),
    // 10 → 0 in the week of the turn, and over four weeks for three weeks more; −10 × 9.00
    (SeatDrift, "Mill Bakery", -4..=-1, "-90.00 USD"),
    // 36 → 40 since the captured week before, two weeks ago; then 40 → 44. Each time 4 × 5.00
    (SeatDrift, "Northwind Clinic", -1..=0, "20.00 USD"),
    // 30.00 − 28.00 = 2.00; × 20
    (CostMoved, "Oak Law", -4..=-4, "40.00 USD"),
    // 21.00 − 20.00 = 1.00 EUR; × 12
    (CostMoved, "Fern School", 0..=0, "12.00 EUR"),
    // 6 × 9.00
    (UnmatchedSpend, "Harbor Dental LLC", -7..=0, "54.00 USD"),
    // 25 × 17.95 = 448.75 at TD SYNNEX; 5 × 18.50 = 92.50 at Pax8
    (OverlappingVendors, "Quay Shipping", -7..=0, "92.50 USD"),
    // 5 × 5.00 = 25.00 at Ingram Micro; what its sister gave, 2 × 5.10 = 10.20, at Sherweb, where all are since the turn
    (OverlappingVendors, "Cove Hotel", -7..=-5, "10.20 USD"),
    // The listed date is past; a year on it is 2026-12-10, 30 days after 2026-11-10. 120.00 / 12 = 10.00; × 2
    (RenewalAhead, "Abbey Care", -2..=0, "20.00 USD"),
];

/// Every row that cannot be judged: why, in which weeks, and how many.
const UNJUDGED: [(UnjudgedReason, RangeInclusive<i64>, u64); 7] = [
    // Harbor Dental LLC
    (UnmappedCustomer, -7..=0, 1),
    // Cove Hotel's Visio
    (UnmappedProduct, -7..=-3, 1),
    (UnmappedProduct, -1..=0, 1),
    // Vale Motors' M365-BS
    (UnknownCost, -7..=0, 1),
    // Northwind Clinic's mailboxes and Cove Hotel's Visio; what Cove Hotel moved to Sherweb was read
    (StaleListing, MISSED..=MISSED, 2),
    // Our own
    (ExcludedCustomer, -7..=0, 1),
    // Vale Motors' backup
    (LapsedContract, -3..=0, 1),
];

fn found(shop: &Shop) -> Vec<(FindingKind, String, String)> {
    let told = |f: &Finding| {
        let amount = format!("{} {}", f.monthly_amount, f.currency);
        (f.kind, f.customer.clone(), amount)
    };
    let mut found: Vec<_> = shop.evaluate().findings.iter().map(told).collect();
    found.sort();
    found
}

fn opportunity(shop: &Shop) -> Totals {
    let findings = shop.evaluate().findings;
    let counted = findings.iter().filter(|f| f.kind.is_opportunity());
    counted.map(|f| (&f.currency, f.monthly_amount)).collect()
}

#[test]
fn every_finding_and_amount_of_every_week() {
    for n in WEEKS {
        let standing = FINDINGS
            .iter()
            .filter(|(_, _, weeks, _)| weeks.contains(&n));
        let mut expected: Vec<_> = standing
            .map(|(kind, customer, _, amount)| {
                (*kind, (*customer).to_owned(), (*amount).to_owned())
            })
            .collect();
        expected.sort();
        assert_eq!(found(&msp_in(n)), expected, "week {n}");
    }
}

#[test]
fn every_row_that_cannot_be_judged_in_every_week() {
    for n in WEEKS {
        let standing = UNJUDGED.iter().filter(|(_, weeks, _)| weeks.contains(&n));
        let mut expected: Vec<_> = standing.map(|(reason, _, rows)| (*reason, *rows)).collect();
        expected.sort();
        assert_eq!(msp_in(n).unjudged(), expected, "week {n}");
    }
}

#[test]
fn the_opportunity_grows_by_hand() {
    // 30.00 + 7.50
    assert_eq!(opportunity(&msp_in(-7)).get("USD").to_string(), "37.50");
    // … + 26.6666666 + 120.00
    let turned = opportunity(&msp_in(-4));
    assert_eq!(turned.get("USD").to_string(), "184.1666666");
    // … + 72.00
    assert_eq!(opportunity(&msp()).get("USD").to_string(), "256.1666666");
    for n in WEEKS {
        assert_eq!(opportunity(&msp_in(n)).get("EUR").to_string(), "60.00");
    }
}

#[test]
fn nothing_is_shouted_twice() {
    let quiet = |customer: &str| {
        let of = |n| {
            found(&msp_in(n))
                .into_iter()
                .filter(|f| f.1 == customer)
                .count()
        };
        WEEKS.map(of).sum::<usize>()
    };
    // A replacement, a trial that became paid, a bundle without a price of its own.
    assert_eq!(quiet("Brook Farm"), 0);
    // Another distributor at equal seats: only the overlap of three weeks, which ends with it.
    assert_eq!(quiet("Cove Hotel"), 3);
    // Nobody is told of the MSP's own seats, nor of what cannot be judged.
    assert_eq!(quiet("Our own") + quiet("Vale Motors"), 0);
}

#[test]
fn the_arithmetic_stands_in_the_evidence() {
    let says = |n, kind, customer: &str, words: &str| {
        let findings = msp_in(n).evaluate().findings;
        let finding = findings
            .iter()
            .find(|f| f.kind == kind && f.customer == customer);
        let lines = &finding.unwrap().evidence;
        assert!(
            lines.iter().any(|line| line.contains(words)),
            "{words} in {lines:#?}"
        );
    };
    says(
        0,
        UncontractedSeats,
        "Harbour Dental",
        "with 3 seats ended 2026-10-31",
    );
    says(
        0,
        UncontractedSeats,
        "Harbour Dental",
        "3 × 24.00 USD = 72.00 USD a month (basis: price)",
    );
    says(
        0,
        UncontractedSeats,
        "Mill Bakery",
        "3 × 2.50 USD = 7.50 USD a month (basis: cost)",
    );
    says(
        -1,
        SeatDrift,
        "Northwind Clinic",
        "36 → 40 seats from 2026-W45 to 2026-W47: +4 seats",
    );
    says(
        0,
        SeatDrift,
        "Northwind Clinic",
        ", 48 seats from 2026-12-01",
    );
    says(
        -5,
        OverlappingVendors,
        "Cove Hotel",
        "given from the account Brook Farm",
    );
    says(0, RenewalAhead, "Abbey Care", "renews on 2026-12-10");
    says(
        0,
        RenewalAhead,
        "Abbey Care",
        "at 10.00 USD a month (120.00 / 12 months)",
    );
}

#[test]
fn licensing_adds_up() {
    let rows = msp().evaluate().licensing;
    let row = |customer: &str, sku: &str| {
        let same = |r: &&LicensingRow| r.customer == customer && r.sku.as_str() == sku;
        rows.iter().find(same).unwrap()
    };
    let quay = row("Quay Shipping", "MST-BP");
    // 30 contracted: 25 for what was there first by order of distributor, 5 for the other.
    assert_eq!((quay.contracted, quay.uncontracted), (Some(5), Some(0)));
    assert_eq!(quay.vendor_label, "Mixed");
    // 9 − (5 + 2)
    assert_eq!(row("Cove Hotel", "EXO-W").over_contracted, Some(2));
    let abbey = row("Abbey Care", "DEF").unit_cost.unwrap();
    assert_eq!(abbey.to_string(), "10.00");
    assert_eq!(row("Mill Bakery", "M365-BS").over_contracted, Some(10));
    // The bundle's price is no part's.
    let suite = row("Brook Farm", "M365-BP");
    assert_eq!((suite.contracted, suite.unit_price), (Some(8), None));
    // 38 + 20 + (0 + 3) + 30 + 44 + 12 + 12 + (7 + 4) + (8 + 8) + (7 + 1)
    assert_eq!(rows.iter().filter_map(|r| r.seats).sum::<i64>(), 194);
}

#[test]
fn a_week_later_without_changes_only_moved_costs_are_over() {
    let mut shop = msp();
    let before = shop.evaluate().findings;
    shop.input.as_of = shop.input.as_of.plus_seconds(7 * 86_400);
    for bought in &mut shop.input.subscriptions {
        let mut row = bought.usage.last().unwrap().clone();
        row.week = week(1);
        bought.usage.push(row);
    }
    let after = shop.evaluate().findings;
    let kept = before.iter().filter(|f| f.kind != CostMoved);
    // Northwind Clinic: 36 → 44 is 10 % over four weeks; everything else stays the same finding.
    let kept: Vec<_> = kept.map(|f| &f.fingerprint).collect();
    let same: Vec<_> = after.iter().map(|f| &f.fingerprint).collect();
    assert_eq!(kept, same);
}
