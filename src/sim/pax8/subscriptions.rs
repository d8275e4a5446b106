//! Subscriptions as the vendor writes them.

use serde_json::{Map, Value, json};

use super::super::dice::Dice;
use super::super::hostility::Hostility;
use super::super::licence::{Status, Subscription, Term};
use super::super::wire::in_cents;
use super::super::world::World;
use super::products::{Offer, billing_term, commitment};
use super::rows::{company_id, time, uuid};
use crate::domain::vendor::Vendor;

/// The vendor's id.
pub(super) fn id(world: &World, s: &Subscription) -> String {
    uuid(world, "pax8 subscription", s.id)
}

/// The subscription of an id.
pub(super) fn find<'a>(world: &'a World, wanted: &str) -> Option<&'a Subscription> {
    let all = world.subscriptions_at(Vendor::Pax8);
    all.iter().find(|s| id(world, s) == wanted)
}

/// The vendor's word for a state.
pub(super) fn status(s: &Subscription) -> &'static str {
    match s.status {
        Status::Active if s.trial => "Trial",
        Status::Active if s.id.is_multiple_of(41) => "Activated",
        Status::Active => "Active",
        // On its way out, and still billed.
        Status::Suspended => "PendingCancel",
        Status::Cancelled | Status::Deleted | Status::Expired => "Cancelled",
        Status::Pending => match s.id % 4 {
            0 => "PendingManual",
            1 => "PendingAutomated",
            2 => "WaitingForDetails",
            _ => "PendingActivation",
        },
    }
}

/// A subscription; no member is certain at this vendor, and some lack.
pub(super) fn row(world: &World, s: &Subscription, hostility: Hostility) -> Value {
    let offer = Offer {
        product: s.product,
        term: s.term,
    };
    let billing = if s.trial {
        "Trial"
    } else {
        billing_term(s.cycle, s.term)
    };
    let mut row = Map::new();
    let mut put = |key: &str, value: Value| row.insert(key.to_owned(), value);
    put("id", id(world, s).into());
    put("companyId", company_id(world, s.customer).into());
    put("productId", offer.id(world).into());
    put("productName", offer.name().into());
    put("vendorSubscriptionId", s.provider_id.clone().into());
    if s.id.is_multiple_of(2) {
        put("vendorSkuId", s.product.part().into());
    }
    put("quantity", s.seats.into());
    put("startDate", time(s.start, s.id));
    if s.term != Term::Month || s.id.is_multiple_of(3) {
        put("endDate", time(s.end, s.id + 1));
    }
    put("createdDate", time(s.purchased, s.id + 2));
    if !s.id.is_multiple_of(11) {
        put("updatedDate", time(s.updated, s.id + 3));
    }
    put("billingStart", s.start.date().to_string().into());
    put("status", status(s).into());
    put("price", in_cents(s.price));
    if !s.id.is_multiple_of(23) {
        put("partnerCost", in_cents(s.cost));
    }
    put("currencyCode", s.currency.into());
    put("billingTerm", billing.into());
    if matches!(s.term, Term::Year | Term::ThreeYears) {
        put(
            "commitmentTerm",
            json!({
                "id": uuid(world, "pax8 commitment", s.id), "term": commitment(s.term),
                // A date-time by the schema, a date in the examples.
                "endDate": s.end.date().to_string(),
            }),
        );
    }
    spoil(hostility, s, Value::Object(row))
}

/// `…/history`: newest first, content without a page.
pub(super) fn history(world: &World, s: &Subscription) -> Value {
    let now = row(world, s, Hostility::None);
    let mut before = now.clone();
    before["quantity"] = (s.seats - 1).max(1).into();
    before["updatedDate"] = time(s.purchased, s.id);
    json!({"content": [now, before]})
}

/// Chaos: states outside the list, quantities that are none, nulls for whatever may lack, rows without an id.
fn spoil(hostility: Hostility, s: &Subscription, mut row: Value) -> Value {
    let Some(mut dice) = hostility.dice("pax8 subscription", s.id) else {
        return row;
    };
    if dice.chance(4) {
        nulls(&mut row);
    }
    if dice.below(60) == 0 {
        row["status"] = "Hibernating".into();
    }
    if dice.below(80) == 0 {
        break_row(&mut row, &mut dice);
    }
    row
}

fn nulls(row: &mut Value) {
    for optional in [
        "parentSubscriptionId",
        "vendorSkuId",
        "vendorSubscriptionId",
        "endDate",
        "updatedDate",
        "createdDate",
        "billingStart",
        "partnerCost",
        "price",
        "commitmentTerm",
        "productName",
    ] {
        row[optional] = Value::Null;
    }
}

fn break_row(row: &mut Value, dice: &mut Dice) {
    match dice.below(5) {
        0 => row["quantity"] = "many".into(),
        1 => row["quantity"] = json!(-4),
        2 => row["quantity"] = json!(2.5),
        3 => row["partnerCost"] = json!(-3.25),
        _ => {
            if let Some(members) = row.as_object_mut() {
                members.remove("id");
            }
        }
    }
}
