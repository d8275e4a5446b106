//! A customer's subscriptions: seats in one answer, fees in another, both in a third.

use serde_json::{Map, Value, json};

use super::super::catalogue::Kind;
use super::super::dice::Dice;
use super::super::hostility::Hostility;
use super::super::licence::{Cycle, Status, Subscription, Term};
use super::super::wire::in_cents;
use super::super::world::{DAY, World};
use super::names::{Language, description, product_name, sku, time, uuid};
use crate::domain::vendor::Vendor;

/// How rows are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) language: Language,
    pub(super) hostility: Hostility,
}

/// The id of a subscription.
pub(super) fn id(world: &World, s: &Subscription) -> String {
    uuid(world, "sherweb subscription", s.id)
}

/// A customer's subscriptions; what was cancelled has left, and there are no trials.
pub(super) fn of(world: &World, customer: u64) -> impl Iterator<Item = &Subscription> {
    let listed = |s: &&Subscription| {
        let there = matches!(
            s.status,
            Status::Active | Status::Suspended | Status::Pending
        );
        there && !s.trial
    };
    let all = world
        .subscriptions_at(Vendor::Sherweb)
        .iter()
        .filter(listed);
    all.filter(move |s| s.customer == customer)
}

/// `SubscriptionDetails`: seats, no price.
pub(super) fn details(world: &World, s: &Subscription, manner: Manner) -> Value {
    let mut row = json!({
        "id": id(world, s), "productName": product_name(s.product, manner.language),
        "description": description(s, manner.language), "sku": sku(s.product, s.term, s.cycle),
        "quantity": s.seats, "renewalSettingsConfigurable": s.term == Term::Year,
        "purchaseDate": time(s.purchased, s.id),
    });
    place(&mut row, "commitmentTerm", commitment(world, s), s.id);
    spoil(manner.hostility, s, row)
}

/// `SubscriptionPricingInformation`: fees, no seats.
pub(super) fn pricing(world: &World, s: &Subscription) -> Value {
    let mut row = json!({"id": id(world, s), "billingCycle": billing_cycle(s)});
    place(&mut row, "fees", fees(s), s.id);
    place(&mut row, "commitmentTerm", commitment(world, s), s.id);
    row
}

/// `Subscription` of the deprecated call: both.
pub(super) fn both(world: &World, s: &Subscription, manner: Manner) -> Value {
    let mut row = details(world, s, manner);
    let priced = pricing(world, s);
    if let (Some(row), Value::Object(priced)) = (row.as_object_mut(), priced) {
        let more: Map<String, Value> = priced.into_iter().filter(|(key, _)| key != "id").collect();
        row.extend(more);
    }
    row
}

/// What may be null may be absent too: both occur.
fn place(row: &mut Value, member: &str, value: Value, number: u64) {
    if !value.is_null() || number.is_multiple_of(2) {
        row[member] = value;
    }
}

/// None for the few without an item in the catalogue.
fn fees(s: &Subscription) -> Value {
    if s.id.is_multiple_of(37) {
        return Value::Null;
    }
    let currency = match s.currency {
        _ if s.id.is_multiple_of(53) => "Undefined",
        "CAD" => "Cad",
        _ => "Usd",
    };
    json!({"recurringFee": in_cents(s.price), "setupFee": 0, "currency": currency})
}

fn billing_cycle(s: &Subscription) -> &'static str {
    match s.cycle {
        Cycle::Annual => "yearly",
        Cycle::OneTime => "none",
        // Any case occurs.
        Cycle::Monthly if s.id.is_multiple_of(9) => "Monthly",
        Cycle::Monthly => "monthly",
    }
}

/// None for what is not tied to a commitment.
fn commitment(world: &World, s: &Subscription) -> Value {
    let kind = match s.term {
        _ if s.product.kind == Kind::Usage => return Value::Null,
        Term::Month => "Monthly",
        Term::Year => "Annual",
        Term::ThreeYears => "Triennial",
        Term::Perpetual => return Value::Null,
    };
    let mut end = s.end;
    while end.seconds_since(world.now()) < 0 {
        end = end.plus_seconds(s.term.days() * DAY);
    }
    // Below the seats: a decrease to come.
    let scheduled = s.id.is_multiple_of(13).then_some((s.seats - 2).max(1));
    let renewal = match s.auto_renew {
        true => json!({
            "renewalDate": end.plus_seconds(DAY).date().to_string(), "scheduledQuantity": scheduled,
        }),
        false => Value::Null,
    };
    let until = world.now().plus_seconds(3 * DAY);
    let minimal = match s.id % 17 {
        0 => json!([{"committedUntil": until.date().to_string(), "quantity": 0}]),
        // Described as a date-time, declared a date.
        1 => json!([{"committedUntil": time(until, s.id), "quantity": (s.seats - 1).max(0)}]),
        _ => Value::Null,
    };
    json!({
        "type": kind, "termEndDate": end.date().to_string(), "renewalConfiguration": renewal,
        "committedMinimalQuantities": minimal,
    })
}

/// Chaos: quantities that are none, rows without an id, unknown words.
fn spoil(hostility: Hostility, s: &Subscription, mut row: Value) -> Value {
    let Some(mut dice) = hostility.dice("sherweb subscription", s.id) else {
        return row;
    };
    if dice.chance(4) {
        row["commitmentTerm"] = Value::Null;
    }
    if dice.below(60) == 0 {
        break_row(&mut row, &mut dice);
    }
    row
}

fn break_row(row: &mut Value, dice: &mut Dice) {
    match dice.below(5) {
        0 => row["quantity"] = "many".into(),
        1 => row["quantity"] = json!(-4),
        2 => row["quantity"] = json!(2.5),
        3 => row["purchaseDate"] = "yesterday".into(),
        _ => {
            if let Some(members) = row.as_object_mut() {
                members.remove("id");
            }
        }
    }
}
