//! Charges: what a customer owes the MSP, what the MSP owes Sherweb.

use serde_json::{Value, json};

use super::super::licence::{Cycle, Subscription};
use super::super::wire::{cents, in_cents};
use super::super::world::World;
use super::names::{Language, customer_id, product_name, sku, uuid};
use super::subscriptions;
use crate::domain::money::Money;
use crate::domain::vendor::Vendor;

/// The first and the last day of the billing period that holds a day, `2026-11-01`, `2026-11-30`.
fn period(day: &str) -> (String, String) {
    let month = day.get(..7).unwrap_or("2026-01");
    let date: Option<jiff::civil::Date> = format!("{month}-01").parse().ok();
    let last = date.map_or_else(|| format!("{month}-28"), |d| d.last_of_month().to_string());
    (format!("{month}-01"), last)
}

/// The day that is asked for, or today.
fn day(world: &World, asked: Option<&str>) -> String {
    match asked.filter(|day| day.len() == 10) {
        Some(day) => day.to_owned(),
        None => world.now().date().to_string(),
    }
}

/// `ReceivableCharges` of one customer.
pub(super) fn receivable(
    world: &World,
    customer: u64,
    date: Option<&str>,
    language: Language,
) -> Value {
    let (from, to) = period(&day(world, date));
    let charges: Vec<Value> = billed(world, customer)
        .map(|s| {
            json!({
                "productName": product_name(s.product, language), "sku": sku(s.product, s.term, s.cycle),
                "chargeId": uuid(world, "sherweb charge", s.id), "chargeName": "Recurring fee",
                "chargeType": "Recurring", "billingCycleType": cycle(s), "periodFrom": from, "periodTo": to,
                "quantity": s.seats, "costPrice": in_cents(s.price), "costPriceProrated": in_cents(s.price),
                "currency": s.currency, "isProratable": true,
            })
        })
        .collect();
    json!({"periodFrom": from, "periodTo": to, "charges": charges})
}

/// `PayableCharges` of all customers.
pub(super) fn payable(world: &World, date: Option<&str>, language: Language) -> Value {
    let (from, to) = period(&day(world, date));
    let mut charges = Vec::new();
    for c in world.customers_at(Vendor::Sherweb) {
        let tags = json!([
            {"name": "CustomerName", "value": c.organisation},
            {"name": "CustomerId", "value": customer_id(world, c.id)},
        ]);
        for s in billed(world, c.id) {
            let mut charge = charge(world, s, (&from, &to), language);
            charge["tags"] = tags.clone();
            charges.push(charge);
        }
    }
    json!({"periodFrom": from, "periodTo": to, "charges": charges})
}

/// What is charged this month; one in forty is missing, so that its cost is not known.
fn billed(world: &World, customer: u64) -> impl Iterator<Item = &Subscription> {
    let own = subscriptions::of(world, customer);
    own.filter(|s| s.status.is_billed() && !s.id.is_multiple_of(40))
}

fn cycle(s: &Subscription) -> &'static str {
    match s.cycle {
        Cycle::Monthly => "Monthly",
        Cycle::Annual => "Yearly",
        Cycle::OneTime => "OneTime",
    }
}

/// `netPrice` is `listPrice` less deductions; `subTotal` is the quantity times `netPriceProrated`.
fn charge(world: &World, s: &Subscription, (from, to): (&str, &str), language: Language) -> Value {
    let net = cents(s.cost);
    let list = cents(net.scaled(1000, 975));
    let off = list - net;
    let deductions = match off > Money::ZERO {
        true => json!([{
            "code": "TIER", "name": "Performance", "deductionType": "PerformancePercentage", "value": 2.5,
            "unitValue": in_cents(off), "totalValue": in_cents(off.times(s.seats)),
        }]),
        false => Value::Null,
    };
    json!({
        "productId": uuid(world, &format!("sherweb product {}", s.product.psa_code), 0),
        "productName": product_name(s.product, language), "sku": sku(s.product, s.term, s.cycle),
        "chargeId": uuid(world, "sherweb charge", s.id), "chargeName": "Recurring fee", "chargeType": "Recurring",
        "billingCycleType": cycle(s), "periodFrom": from, "periodTo": to, "quantity": s.seats,
        "listPrice": in_cents(list), "netPrice": in_cents(net), "netPriceProrated": in_cents(net),
        "subTotal": in_cents(net.times(s.seats)), "currency": s.currency, "isBilled": true, "isProratable": true,
        "deductions": deductions, "fees": [],
        "invoice": {"number": "INV-1", "date": from, "periodFrom": from, "periodTo": to}, "taxes": [],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_the_month_of_the_day() {
        assert_eq!(
            period("2026-11-24"),
            ("2026-11-01".to_owned(), "2026-11-30".to_owned())
        );
        assert_eq!(period("2028-02-03").1, "2028-02-29");
    }
}
