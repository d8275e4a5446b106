//! What holds of every input, however odd.

use proptest::prelude::*;

use crate::domain::finding::{FindingKind, UnjudgedReason};
use crate::domain::money::{Currency, Money};
use crate::domain::party::LinkState;
use crate::domain::subscription::{BillingCycle, SubscriptionStatus};
use crate::domain::vendor::Vendor;

use super::input::{Input, Listing};
use super::sample::{Shop, days_ago};

/// A subscription, its line and its weeks as small numbers; what is odd about it comes from `odd`.
#[derive(Debug, Clone)]
struct Row {
    customer: i64,
    vendor: usize,
    sku: usize,
    bought: i64,
    contracted: i64,
    cost: i64,
    price: i64,
    last_week: i64,
    odd: u8,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let seats = || 0i64..40;
    let row = (
        (1i64..4, 0usize..4, 0usize..3, any::<u8>()),
        (seats(), seats(), 1i64..3_000, 1i64..3_000, seats()),
    );
    let row = row.prop_map(
        |((customer, vendor, sku, odd), (bought, contracted, cost, price, last_week))| Row {
            customer,
            vendor,
            sku,
            bought,
            contracted,
            cost,
            price,
            last_week,
            odd,
        },
    );
    proptest::collection::vec(row, 0..12)
}

fn cents(n: i64) -> String {
    Money::from_cents(n).to_string()
}

/// A world in which anything may be missing.
fn odd_world(rows: &[Row]) -> Shop {
    let mut shop = Shop::new();
    for row in rows {
        let vendor = Vendor::ALL[row.vendor];
        let (sku, product) = (format!("S{}", row.sku), format!("P{}", row.sku));
        shop.customer(row.customer, &format!("Customer {}", row.customer));
        shop.buys_at(vendor, &sku, row.bought, &cents(row.cost));
        shop.used(&[(-1, row.last_week), (0, row.bought)]);
        if row.odd != 1 {
            shop.bills(&product, row.contracted, &cents(row.price));
        }
        match row.odd {
            2 => shop.last_sub().unit_cost = None,
            3 => shop.last_sub().seats = None,
            4 => shop.last_sub().status = SubscriptionStatus::Unknown,
            5 => shop.last_sub().currency = Currency::parse("EUR"),
            6 => shop.last_line().seats = None,
            7 => shop.last_line().unit_price = None,
            8 => shop.last_line().active = false,
            9 => shop.last_line().currency = Currency::parse("CAD"),
            10 => shop.account().listing = Listing::Stale { read_at: None },
            11 => shop.account().state = LinkState::Pending,
            12 => shop.account().state = LinkState::Excluded,
            13 => shop.last_bought().gone = true,
            14 => shop.last_sub().status = SubscriptionStatus::Cancelled,
            15 => shop.last_sub().status = SubscriptionStatus::Trial,
            16 => shop.last_sub().billing_cycle = BillingCycle::Usage,
            17 => shop.last_sub().billing_cycle = BillingCycle::Annual,
            18 => shop.last_bought().first_seen_at = days_ago(1),
            19 => shop.last_sub().starts_on = None,
            20 => shop.last_line().ends_on = Some(days_ago(3).date()),
            _ => (),
        }
    }
    shop
}

/// The same rows the other way round.
fn reversed(input: &Input) -> Input {
    let mut other = input.clone();
    other.accounts.reverse();
    other.subscriptions.reverse();
    other.lines.reverse();
    other.products.reverse();
    for bought in &mut other.subscriptions {
        bought.account = input.accounts.len() - 1 - bought.account;
    }
    other
}

/// The reasons that belong to accounts rather than to customers' rows.
fn is_of_account(reason: UnjudgedReason) -> bool {
    matches!(
        reason,
        UnjudgedReason::UnmappedCustomer | UnjudgedReason::ExcludedCustomer
    )
}

proptest! {
    #[test]
    fn order_is_irrelevant_and_twice_is_once(mut rows in rows()) {
        rows.iter_mut().for_each(|row| row.odd %= 24);
        let mut shop = odd_world(&rows);
        let outcome = shop.evaluate();
        prop_assert_eq!(&shop.evaluate(), &outcome);
        shop.input = reversed(&shop.input);
        prop_assert_eq!(&shop.evaluate(), &outcome);
    }

    #[test]
    fn what_is_unjudged_gives_no_finding_and_is_counted(mut rows in rows()) {
        rows.iter_mut().for_each(|row| row.odd %= 24);
        let outcome = odd_world(&rows).evaluate();
        let unjudged: Vec<_> = outcome.licensing.iter().filter(|r| r.unjudged.is_some()).collect();
        for finding in &outcome.findings {
            let about = |r: &&&super::LicensingRow| {
                Some(r.customer_id) == finding.customer_id
                    && Some(&r.sku) == finding.sku.as_ref()
                    && finding.vendor.is_none_or(|v| v == r.vendor)
            };
            prop_assert_eq!(unjudged.iter().find(about), None);
        }
        let counted = outcome.unjudged.iter().filter(|(reason, _)| !is_of_account(**reason));
        prop_assert_eq!(counted.map(|(_, n)| n).sum::<u64>(), unjudged.len() as u64);
    }

    #[test]
    fn fingerprints_tell_findings_apart(mut rows in rows()) {
        rows.iter_mut().for_each(|row| row.odd %= 24);
        let findings = odd_world(&rows).evaluate().findings;
        let distinct: std::collections::BTreeSet<_> = findings.iter().map(|f| &f.fingerprint).collect();
        prop_assert_eq!(distinct.len(), findings.len());
    }

    /// Where all is known, the findings of uncontracted seats are what is bought above the contract, no more and no less.
    #[test]
    fn seats_and_money_are_conserved(mut rows in rows(), price in 1i64..3_000) {
        rows.iter_mut().for_each(|row| {
            row.odd = 0;
            row.price = price;
        });
        let shop = odd_world(&rows);
        let mut above = 0;
        for customer in 1..4 {
            for sku in 0..3 {
                let of = || rows.iter().filter(|r| r.customer == customer && r.sku == sku);
                let bought: i64 = of().map(|r| r.bought).sum();
                above += (bought - of().map(|r| r.contracted).sum::<i64>()).max(0);
            }
        }
        let found = shop.find(FindingKind::UncontractedSeats);
        let money: Money = found.iter().map(|f| f.monthly_amount).sum();
        prop_assert_eq!(money, Money::from_cents(price).times(above));
        let rows = shop.evaluate().licensing;
        prop_assert_eq!(rows.iter().filter_map(|r| r.uncontracted).sum::<i64>(), above);
    }
}
