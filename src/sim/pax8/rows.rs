//! Companies and their contacts as the vendor writes them, and times in its four spellings.

use serde_json::{Map, Value, json};

use super::super::dice::Dice;
use super::super::hostility::{Hostility, hostile_text};
use super::super::licence::{Status, Subscription};
use super::super::party::Customer;
use super::super::world::World;
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

/// An id of the vendor's for a thing of the world, always the same.
pub(super) fn uuid(world: &World, purpose: &str, number: u64) -> String {
    Dice::new(world.seed, purpose, number).guid()
}

/// The id of a company.
pub(super) fn company_id(world: &World, customer: u64) -> String {
    uuid(world, "pax8 company", customer)
}

/// The customer of a company's id.
pub(super) fn customer<'a>(world: &'a World, id: &str) -> Option<&'a Customer> {
    let all = world.customers_at(Vendor::Pax8);
    all.iter().find(|c| company_id(world, c.id) == id)
}

/// A time in one of the spellings of the vendor's own examples: most with `Z`, some with an offset without a colon, some
/// as a date alone.
pub(super) fn time(at: Ts, number: u64) -> Value {
    let text = at.to_string();
    let plain = text.trim_end_matches('Z');
    Value::String(match number % 9 {
        3 => {
            let west = at.plus_seconds(-7 * 3600).to_string();
            format!("{}.{:03}-0700", west.trim_end_matches('Z'), number % 1000)
        }
        5 => at.date().to_string(),
        1 | 7 => text,
        _ => format!("{plain}.{:03}Z", number * 37 % 1000),
    })
}

/// True for a company whose every subscription has ended: the vendor has it deleted and still lists it.
fn is_deleted(world: &World, customer: u64) -> bool {
    let mut own = world
        .subscriptions_at(Vendor::Pax8)
        .iter()
        .filter(|s| s.customer == customer)
        .peekable();
    let ended = |s: &Subscription| {
        matches!(
            s.status,
            Status::Cancelled | Status::Deleted | Status::Expired
        )
    };
    own.peek().is_some() && own.all(ended)
}

/// A company.
pub(super) fn company(world: &World, c: &Customer, hostility: Hostility) -> Value {
    let status = match (is_deleted(world, c.id), c.active) {
        (true, _) => "Deleted",
        (_, false) => "Inactive",
        _ => "Active",
    };
    let mut address = Map::new();
    let mut put = |key: &str, value: &str| {
        if !value.is_empty() {
            address.insert(key.to_owned(), value.into());
        }
    };
    put("street", &c.street);
    put("street2", c.suite.as_deref().unwrap_or_default());
    put("city", &c.city);
    put("stateOrProvince", &c.state);
    put("postalCode", &c.zip);
    put("country", &c.country);
    let mut row = json!({
        "id": company_id(world, c.id), "name": c.organisation, "address": address,
        "website": website(c), "status": status,
        "billOnBehalfOfEnabled": c.id.is_multiple_of(5), "selfServiceAllowed": c.id.is_multiple_of(7),
        "updatedDate": time(c.updated, c.id),
    });
    if let Some(phone) = &c.phone {
        row["phone"] = phone.as_str().into();
    }
    if !c.id.is_multiple_of(6) {
        row["orderApprovalRequired"] = false.into();
    }
    if let Some(external) = external_id(world, c) {
        row["externalId"] = external.into();
    }
    spoil_company(hostility, c, row)
}

/// The PSA's id, which the partner wrote into one company in five.
fn external_id(world: &World, c: &Customer) -> Option<String> {
    let company = world.company_at(Vendor::Pax8, c.id)?;
    let mut dice = Dice::new(world.seed, "pax8 external id", c.id);
    dice.chance(20).then(|| company.to_string())
}

/// Described as a full address; every example is a bare domain.
fn website(c: &Customer) -> String {
    let domain = c.tenant_domain.as_str();
    match (domain.ends_with(".onmicrosoft.com"), c.id % 4) {
        (true, _) => String::new(),
        (_, 0) => format!("https://www.{domain}/"),
        _ => domain.to_owned(),
    }
}

/// A company's one contact; none for those that are inactive for want of one.
pub(super) fn contacts(world: &World, c: &Customer) -> Vec<Value> {
    if !c.active {
        return Vec::new();
    }
    let (first, last) = c.contact.split_once(' ').unwrap_or((&c.contact, ""));
    let email = c
        .email
        .clone()
        .unwrap_or_else(|| format!("admin@{}", c.tenant_domain));
    vec![json!({
        "id": uuid(world, "pax8 contact", c.id), "firstName": first, "lastName": last, "email": email,
        "phone": c.phone.as_deref().unwrap_or("555-0100"), "createdDate": c.created.date().to_string(),
        "types": [
            {"type": "Admin", "primary": true}, {"type": "Billing", "primary": true},
            {"type": "Technical", "primary": true},
        ],
    })]
}

/// Chaos: hostile names, nulls for whatever may lack, rows without an id.
fn spoil_company(hostility: Hostility, c: &Customer, mut row: Value) -> Value {
    let Some(mut dice) = hostility.dice("pax8 company", c.id) else {
        return row;
    };
    if dice.chance(6) {
        row["name"] = hostile_text(&c.organisation, &mut dice).into();
    }
    if dice.chance(5) {
        for optional in ["address", "phone", "website", "externalId", "updatedDate"] {
            row[optional] = Value::Null;
        }
    }
    if let Some(members) = row.as_object_mut().filter(|_| dice.below(150) == 0) {
        members.remove("id");
    }
    row
}
