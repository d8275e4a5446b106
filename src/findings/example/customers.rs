//! The twelve customers. All prices are USD a month unless a comment says otherwise.

use std::ops::RangeInclusive;

use crate::domain::agreement::Coverage;
use crate::domain::commitment::ScheduledSeats;
use crate::domain::ids::CustomerId;
use crate::domain::money::Currency;
use crate::domain::party::LinkState;
use crate::domain::subscription::{BillingCycle, SubscriptionStatus};
use crate::domain::vendor::Vendor;

use super::super::sample::{Shop, days_ago};
use super::{MISSED, WEEKS};

/// The week in which three things happened: Oak Law's cost rose, Mill Bakery cancelled, Cove Hotel moved.
const TURN: i64 = -4;
/// The week from which a line of Vale Motors bills nothing, although nobody gave it an end.
const LAPSED: i64 = -3;

/// The same seats in some weeks, paid for.
fn used(shop: &mut Shop, weeks: RangeInclusive<i64>, seats: i64) {
    shop.used(&weeks.map(|w| (w, seats)).collect::<Vec<_>>());
}

/// Seats that are cancelled from a week on.
fn used_until(shop: &mut Shop, end: i64, seats: i64) {
    used(shop, *WEEKS.start()..=end - 1, seats);
    for w in end..=*WEEKS.end() {
        shop.last_usage(w, seats, SubscriptionStatus::Cancelled);
    }
}

/// Everybody's purchases over all weeks, and the lines as they were in week `n`.
pub(super) fn story(n: i64) -> Shop {
    let mut shop = Shop::new();
    harbour_dental(&mut shop);
    oak_law(&mut shop);
    mill_bakery(&mut shop);
    quay_shipping(&mut shop);
    northwind_clinic(&mut shop);
    fern_school(&mut shop);
    abbey_care(&mut shop);
    strangers(&mut shop);
    vale_motors(&mut shop, n);
    brook_farm(&mut shop);
    cove_hotel(&mut shop);
    for bought in &mut shop.input.subscriptions {
        let account = &shop.input.accounts[bought.account];
        if account.vendor == Vendor::IngramMicro {
            let missed = super::week(MISSED);
            bought.usage.retain(|row| row.week != missed);
        }
    }
    shop
}

/// 1 buys 38 and is billed 38 at 24.00, until a line of 3 ends on 2026-10-31. A year's commitment until 2027-01-03.
fn harbour_dental(shop: &mut Shop) {
    shop.customer(1, "Harbour Dental");
    shop.buys("M365-BP", 38, "17.95").bills("BP", 35, "24");
    shop.bills("BP", 3, "24").last_line().ends_on = "2026-10-31".parse().ok();
    used(shop, WEEKS, 38);
    shop.last_sub().term = "P1Y".to_owned();
    shop.last_sub().renews_on = "2027-01-03T00:00:00Z".parse().ok();
}

/// 2 is billed 32.00 for what cost 28.00, and costs 30.00 since the turn.
fn oak_law(shop: &mut Shop) {
    shop.customer(2, "Oak Law").at(Vendor::Pax8);
    shop.buys("M365-E3", 20, "28").bills("E3", 20, "32");
    used(shop, *WEEKS.start()..=TURN - 1, 20);
    shop.last_sub().unit_cost = "30".parse().ok();
    used(shop, TURN..=0, 20);
}

/// 3 cancelled ten seats at the turn and is billed for them still. Three seats of a defender are billed nowhere.
fn mill_bakery(shop: &mut Shop) {
    shop.customer(3, "Mill Bakery").at(Vendor::Sherweb);
    shop.buys("M365-BS", 10, "9").bills("BS", 10, "12");
    used_until(shop, TURN, 10);
    shop.buys("DEF-W", 3, "2.50").linked("DEF-W", "DEF");
    used(shop, WEEKS, 3);
}

/// 4 has one product from two distributors; together it agrees with the contract.
fn quay_shipping(shop: &mut Shop) {
    shop.customer(4, "Quay Shipping");
    shop.buys("M365-BP", 25, "17.95").bills("BP", 30, "24");
    used(shop, WEEKS, 25);
    shop.at(Vendor::Pax8).buys("MST-BP", 5, "18.50");
    shop.linked("MST-BP", "BP");
    used(shop, WEEKS, 5);
}

/// 5 grew from 36 to 40 seats while the listing was missed, and to 44 this week; the contract has them since long. 48 are
/// ordered for December.
fn northwind_clinic(shop: &mut Shop) {
    shop.customer(5, "Northwind Clinic").at(Vendor::IngramMicro);
    shop.buys("EXO-P1", 36, "5").bills("EXO", 44, "8");
    used(shop, *WEEKS.start()..=-3, 36);
    shop.used(&[(-1, 40), (0, 44)]);
    shop.last_sub().commitment.scheduled = "2026-12-01"
        .parse()
        .ok()
        .map(|on| ScheduledSeats { on, seats: 48 });
}

/// 6 pays and is billed in EUR: 12 seats, 10 of them at 30.00. The cost rose from 20.00 to 21.00 this week.
fn fern_school(shop: &mut Shop) {
    shop.customer(6, "Fern School");
    shop.buys("A3", 12, "20").bills("A3", 10, "30");
    shop.last_sub().currency = Currency::parse("EUR");
    shop.last_line().currency = Currency::parse("EUR");
    used(shop, *WEEKS.start()..=-1, 12);
    shop.last_sub().unit_cost = "21".parse().ok();
    used(shop, 0..=0, 12);
}

/// 7 pays 120.00 a year, is billed 10 of 12 seats at 15.00, and renews on 2026-12-10.
fn abbey_care(shop: &mut Shop) {
    shop.customer(7, "Abbey Care").at(Vendor::Pax8);
    shop.buys("DEF", 12, "120").bills("DEF", 10, "15");
    used(shop, WEEKS, 12);
    shop.last_sub().billing_cycle = BillingCycle::Annual;
    shop.last_sub().term = "P1Y".to_owned();
    shop.last_sub().renews_on = "2025-12-10T00:00:00Z".parse().ok();
}

/// 8 is an account that nobody has decided about; 9 is the MSP itself.
fn strangers(shop: &mut Shop) {
    shop.customer(8, "Harbor Dental LLC").at(Vendor::Pax8);
    shop.buys("MST-BP", 6, "9");
    used(shop, WEEKS, 6);
    shop.account().state = LinkState::Pending;
    shop.account().customer = None;
    shop.input.customers.remove(&CustomerId(8));

    shop.customer(9, "Our own").buys("M365-BP", 3, "17.95");
    used(shop, WEEKS, 3);
    shop.account().state = LinkState::Excluded;
}

/// 10's distributor tells no cost of one product; the contract of the other lapsed without an end date.
fn vale_motors(shop: &mut Shop, n: i64) {
    shop.customer(10, "Vale Motors").at(Vendor::Sherweb);
    shop.buys("M365-BS", 7, "9").bills("BS", 5, "12");
    shop.last_sub().unit_cost = None;
    used(shop, WEEKS, 7);
    shop.buys("BKP", 4, "2").bills("BKP", 4, "3");
    shop.last_line().active = n < LAPSED;
    used(shop, WEEKS, 4);
}

/// 11 replaced a subscription by a new one this week, and went from a trial to paid. Both are billed by one line, a bundle
/// of 8 at 30.00. A subscription on its account at Sherweb is its sister's, Cove Hotel.
fn brook_farm(shop: &mut Shop) {
    shop.customer(11, "Brook Farm");
    shop.buys("M365-BP", 8, "17.95").bills("DESK", 8, "30");
    used_until(shop, 0, 8);
    shop.buys("M365-BP", 8, "17.95");
    used(shop, 0..=0, 8);
    shop.last_sub().starts_on = Some(days_ago(5));
    shop.last_bought().first_seen_at = days_ago(5);
    shop.buys("DEF-S", 8, "2").linked("DEF-S", "DEF");
    shop.linked("DEF-S", "DESK");
    shop.last_usage(-1, 25, SubscriptionStatus::Trial);
    used(shop, 0..=0, 8);
    shop.last_sub().starts_on = Some(days_ago(2));
    let links = shop.input.products.iter_mut();
    let bundle = links.filter(|link| link.product_code == "DESK");
    bundle.for_each(|link| link.coverage = Coverage::Bundle);

    shop.at(Vendor::Sherweb).buys("EXO-W", 2, "5.10");
    shop.linked("EXO-W", "EXO");
    used(shop, WEEKS, 2);
    shop.last_bought().customer = Some(CustomerId(12));
}

/// 12 moved from Ingram Micro to Sherweb at the turn, is billed more than it buys, and has something that nobody linked to
/// a product.
fn cove_hotel(shop: &mut Shop) {
    shop.customer(12, "Cove Hotel").at(Vendor::IngramMicro);
    shop.buys("EXO-P1", 5, "5").bills("EXO", 9, "8");
    used_until(shop, TURN, 5);
    shop.buys("VISIO", 1, "4.50");
    used(shop, WEEKS, 1);
    shop.at(Vendor::Sherweb).buys("EXO-W", 5, "5.10");
    used(shop, TURN..=0, 5);
    shop.last_sub().starts_on = Some(days_ago(-7 * TURN));
    shop.last_bought().first_seen_at = days_ago(-7 * TURN);
}
