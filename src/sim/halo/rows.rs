//! Clients and sites as the vendor's schemas show them.

use serde_json::{Number, Value, json};

use super::super::books;
use super::super::party::Company;
use super::super::world::{DAY, World};

/// What a site's number is, beside its client's.
const SITE: u32 = 500_000;

/// A whole number as the decimal that the vendor's schema has for it.
pub(super) fn decimal(n: i64) -> Value {
    let number = format!("{n}.0").parse::<Number>();
    number.map_or(Value::Null, Value::Number)
}

/// When a client was changed last.
pub(super) fn updated(world: &World, c: &Company) -> crate::domain::time::Ts {
    world.base.plus_seconds(-i64::from(c.id % 300) * DAY)
}

fn tenant(c: &Company, id: &str) -> Value {
    json!({"id": c.id, "client_id": c.id, "azure_tenant_id": id, "azure_tenant_name": c.name,
        "azure_tenant_domain": "", "licence_import_type": 0})
}

/// The tenant that a client had before it moved to another.
fn former_tenant(c: &Company) -> String {
    format!("f0f0f0f0-0000-4000-8000-{:012x}", c.id)
}

/// A client; its Microsoft tenants only where they are asked for.
pub(super) fn client(world: &World, c: &Company, with_tenants: bool) -> Value {
    let tenants = match c.tenant_id.as_str() {
        "" => json!([]),
        // The one that is bought for is not always the first.
        id if c.id.is_multiple_of(2) => json!([tenant(c, &former_tenant(c)), tenant(c, id)]),
        id => json!([tenant(c, id)]),
    };
    let mut row = json!({
        "id": c.id,
        "name": c.name,
        "toplevel_id": c.parent.unwrap_or(1),
        "toplevel_name": "Customers",
        "inactive": c.status == "Inactive",
        "colour": "#a75ded",
        "website": c.website,
        "domain": c.email_domain,
        "accountsemailaddress": "",
        "main_phonenumber": c.phone,
        "main_site_id": SITE + c.id,
        "main_site_name": "Main",
        "currencyisocode": "USD",
        "ref": "",
        "connectwiseid": 0,
        "autotaskid": 0,
        "customertype_new": c.kind,
        "alastupdate": spelt(&updated(world, c).to_string()),
    });
    if with_tenants {
        row["azure_tenants"] = tenants;
    }
    row
}

/// A site; a client in nine has an older one beside the main one.
pub(super) fn sites(c: &Company) -> Vec<Value> {
    let (line1, line2) = match c.address.split_once(", ") {
        Some((line1, line2)) => (line1, line2),
        None => (c.address.as_str(), ""),
    };
    let site = |id: u32, inactive: bool, line1: &str| {
        json!({
            "id": id,
            "name": if inactive { "Old office" } else { "Main" },
            "client_id": decimal(c.id.into()),
            "client_name": c.name,
            "inactive": inactive,
            "phonenumber": if inactive { "" } else { c.phone.as_str() },
            "emaildomain": "",
            "country_code_name": c.country,
            "delivery_address": {"id": id, "type": 0, "line1": line1, "line2": line2, "line3": c.city, "line4": c.state,
                "postcode": c.postal_code, "primary": true, "lat": 0.0, "long": 0.0},
            "invoice_address": null,
        })
    };
    let main = site(SITE + c.id, false, line1);
    match c.id % 9 {
        0 => vec![site(SITE / 2 + c.id, true, "1 Former Rd"), main],
        _ => vec![main],
    }
}

/// The catalogue.
pub(super) fn items(world: &World) -> Vec<Value> {
    let items = books::catalogue(world).into_values();
    let row = |item: books::Item| {
        json!({"id": item.id, "name": item.description, "internalreference": item.identifier, "externalreference": "",
            "supplier_part_code": item.part_number, "isrecurringitem": true, "baseprice": 0.0, "costprice": 0.0,
            "recurringprice": 0.0, "recurringcost": 0.0, "status": 0, "type": 0})
    };
    items.map(row).collect()
}

/// A time as the vendor writes it: without a zone.
pub(super) fn spelt(time: &str) -> String {
    time.trim_end_matches('Z').to_owned()
}
