//! Subscriptions: rows without seats, details with them.

use serde_json::{Map, Value, json};

use super::super::catalogue::{Kind, Maker};
use super::super::dice::Dice;
use super::super::hostility::Hostility;
use super::super::licence::{Cycle, Status, Subscription, Term};
use super::super::world::World;
use super::rows::{customer_id, date, money};
use crate::domain::vendor::Vendor;

/// The id: digits, as text.
pub(super) fn id(s: &Subscription) -> String {
    s.id.to_string()
}

/// Every subscription, newest first; trials are not sold here.
pub(super) fn newest_first(world: &World) -> Vec<&Subscription> {
    let all = world.subscriptions_at(Vendor::IngramMicro).iter();
    let mut all: Vec<&Subscription> = all.filter(|s| !s.trial).collect();
    all.sort_by_key(|s| std::cmp::Reverse((s.purchased, s.id)));
    all
}

/// The vendor's word for a state.
pub(super) fn status(s: &Subscription) -> &'static str {
    match s.status {
        Status::Active => "active",
        Status::Suspended => "hold",
        Status::Cancelled | Status::Expired => "terminated",
        Status::Deleted => "removed",
        Status::Pending => "pending",
    }
}

/// A row of the list: the older description has six members beside the id, so the others may lack.
pub(super) fn row(s: &Subscription, hostility: Hostility) -> Value {
    let mut row = Map::new();
    let mut put = |key: &str, value: Value| row.insert(key.to_owned(), value);
    put("id", id(s).into());
    put("customerId", customer_id(s.customer).into());
    put("status", status(s).into());
    put("renewalStatus", s.auto_renew.into());
    put("creationDate", date(s.purchased));
    put("renewalDate", date(s.end));
    put("lastModifiedDate", date(s.updated));
    if !s.id.is_multiple_of(4) {
        put("name", name(s).into());
        put("expirationDate", date(s.end));
        put("billingModel", "prepaid".into());
        if let Some(period) = billing_period(s) {
            put("billingPeriod", period);
        }
        if let Some(period) = term_period(s) {
            put("subscriptionPeriod", period);
        }
        put("totalPrice", money(s.price.times(s.seats), s.currency));
    }
    spoil(hostility, s, Value::Object(row))
}

/// A subscription by id: with its products, unless it is of a kind that has none.
pub(super) fn details(world: &World, s: &Subscription, hostility: Hostility) -> Value {
    let mut row = row(s, Hostility::None);
    row["name"] = name(s).into();
    row["planId"] = format!("PLAN-{}", s.product.weight).into();
    row["totalPrice"] = money(s.price.times(s.seats), s.currency);
    if s.product.kind != Kind::Usage {
        row["products"] = json!([item(s)]);
    }
    if s.product.maker == Maker::Microsoft {
        let owner = world
            .customers_at(Vendor::IngramMicro)
            .iter()
            .find(|c| c.id == s.customer);
        row["fulfillmentParameters"] = json!([
            {"name": "ms_customer_id", "value": owner.map(|c| c.tenant_id.as_str())},
            {"name": "domain", "value": owner.map(|c| c.tenant_domain.as_str())},
        ]);
    }
    spoil_details(hostility, s, row)
}

fn item(s: &Subscription) -> Value {
    // A whole number that may come with a fraction of nothing.
    let quantity = match s.id % 5 {
        0 => format!("{}.0", s.seats)
            .parse()
            .map_or(Value::Null, Value::Number),
        _ => s.seats.into(),
    };
    let mut item = json!({
        "id": format!("MST-{}", s.product.psa_code), "mpn": s.product.part(), "name": s.product.name,
        "vendor": vendor(s.product.maker), "serviceName": service(s.product.maker), "quantity": quantity,
        "unitPrice": money(s.price, s.currency), "extendedPrice": money(s.price.times(s.seats), s.currency),
    });
    // Without it the cost is not known.
    if !s.id.is_multiple_of(19) {
        item["unitCost"] = money(s.cost, s.currency);
    }
    item
}

fn vendor(maker: Maker) -> &'static str {
    match maker {
        Maker::Microsoft => "Microsoft",
        Maker::Acronis => "Acronis",
        Maker::Sophos => "Sophos",
        Maker::Google => "Google",
    }
}

fn service(maker: Maker) -> &'static str {
    match maker {
        Maker::Microsoft => "Microsoft NCE",
        other => vendor(other),
    }
}

/// With term words that are no part of the product's name.
fn name(s: &Subscription) -> String {
    let cycle = s.cycle.word().replace("annual", "yearly");
    match (s.product.maker, s.term.iso()) {
        (Maker::Microsoft, Some(term)) => format!("{} (NCE, {term}, {cycle})", s.product.name),
        _ => s.product.name.to_owned(),
    }
}

fn billing_period(s: &Subscription) -> Option<Value> {
    match s.cycle {
        Cycle::Monthly => Some(json!({"type": "month", "duration": 1})),
        Cycle::Annual => Some(json!({"type": "year", "duration": 1})),
        Cycle::OneTime => None,
    }
}

fn term_period(s: &Subscription) -> Option<Value> {
    match s.term {
        Term::Month => Some(json!({"type": "month", "duration": 1})),
        Term::Year => Some(json!({"type": "year", "duration": 1})),
        Term::ThreeYears => Some(json!({"type": "year", "duration": 3})),
        Term::Perpetual => None,
    }
}

/// Chaos: states outside the list, nulls for whatever may lack, rows without an id.
fn spoil(hostility: Hostility, s: &Subscription, mut row: Value) -> Value {
    let Some(mut dice) = hostility.dice("ingram subscription", s.id) else {
        return row;
    };
    if dice.chance(4) {
        for optional in [
            "name",
            "renewalDate",
            "expirationDate",
            "billingPeriod",
            "totalPrice",
        ] {
            row[optional] = Value::Null;
        }
    }
    if dice.below(60) == 0 {
        row["status"] = "hibernating".into();
    }
    if let Some(members) = row.as_object_mut().filter(|_| dice.below(120) == 0) {
        members.remove("id");
    }
    row
}

/// Chaos: quantities and amounts that are none.
fn spoil_details(hostility: Hostility, s: &Subscription, mut row: Value) -> Value {
    let Some(mut dice) = hostility.dice("ingram details", s.id) else {
        return row;
    };
    if dice.below(40) == 0 {
        break_item(&mut row, &mut dice);
    }
    row
}

fn break_item(row: &mut Value, dice: &mut Dice) {
    let Some(item) = row.pointer_mut("/products/0") else {
        return;
    };
    match dice.below(4) {
        0 => item["quantity"] = json!(2.5),
        1 => item["quantity"] = json!(-4),
        2 => item["unitCost"] = json!({"amount": "seventeen", "currency": "USD"}),
        _ => item["mpn"] = Value::Null,
    }
}
