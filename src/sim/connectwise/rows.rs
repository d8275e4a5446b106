//! Rows as the vendor's OpenAPI document shows them.

use serde_json::{Number, Value, json};

use super::super::books::{Agreement, Item};
use super::super::licence::{Cycle, Line};
use super::super::party::Company;
use super::super::wire::amount;
use super::super::world::{DAY, World};

/// What a company's number is in the recycle bin's copy.
pub(super) const RECYCLED: u32 = 8_000_000;

fn day(date: jiff::civil::Date) -> Value {
    format!("{date}T00:00:00Z").into()
}

fn reference(id: u32, name: &str) -> Value {
    json!({"id": id, "name": name, "_info": {"name_href": "https://api-na.myconnectwise.net/"}})
}

/// A company; the copy in the recycle bin has the same name.
pub(super) fn company(world: &World, c: &Company, recycled: bool) -> Value {
    let updated = world.base.plus_seconds(-i64::from(c.id % 300) * DAY);
    let identifier: String = c
        .name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(25)
        .collect();
    let (line1, line2) = match c.address.split_once(", ") {
        Some((line1, line2)) => (line1, line2),
        None => (c.address.as_str(), ""),
    };
    json!({
        "id": if recycled { RECYCLED + c.id } else { c.id },
        "identifier": format!("{identifier}{}", c.id % 97),
        "name": c.name,
        "status": reference(if c.status == "Active" { 1 } else { 2 }, c.status),
        "types": [reference(1, c.kind)],
        "deletedFlag": recycled,
        "website": c.website,
        "phoneNumber": c.phone,
        "addressLine1": line1,
        "addressLine2": line2,
        "city": c.city,
        "state": c.state,
        "zip": c.postal_code,
        "country": reference(1, &c.country),
        "parentCompany": c.parent.map(|parent| reference(parent, "")),
        "territory": reference(2, "Main"),
        "_info": {"lastUpdated": updated.to_string(), "updatedBy": "admin1"},
    })
}

/// An agreement.
pub(super) fn agreement(world: &World, a: &Agreement, lines: &[&Line]) -> Value {
    let start = lines.iter().map(|l| l.start).min();
    json!({
        "id": a.id,
        "name": a.name,
        "type": reference(3, "Managed"),
        "company": {"id": a.company, "identifier": format!("C{}", a.company), "name": ""},
        "billToCompany": null,
        "parentAgreement": a.parent.map(|parent| reference(parent, a.name)),
        // The texts lag behind the dates.
        "agreementStatus": if a.id.is_multiple_of(41) { "Expired" } else { "Active" },
        "startDate": start.map(day),
        "endDate": null,
        "noEndingDateFlag": true,
        "cancelledFlag": false,
        "billingCycle": match a.cycle {
            Cycle::Monthly => reference(2, "Monthly"),
            Cycle::Annual => reference(5, "Annual"),
            Cycle::OneTime => reference(1, "None"),
        },
        "billAmount": 0.0,
        "currency": {"id": 7, "currencyCode": a.currency, "symbol": "$", "name": a.currency},
        "prorateFlag": true,
        "_info": {"lastUpdated": world.base.to_string()},
    })
}

/// An addition.
pub(super) fn addition(a: &Agreement, l: &Line, item: &Item) -> Value {
    let quantity = format!("{}.0", l.quantity).parse::<Number>();
    let mut row = json!({
        "id": l.id,
        "product": {"id": item.id, "identifier": item.identifier},
        "quantity": quantity.map_or(Value::Null, Value::Number),
        "lessIncluded": 0.0,
        "unitPrice": amount(l.unit_price),
        "unitCost": l.unit_cost.map_or(Value::Null, amount),
        "billCustomer": match (l.billable, l.id % 2) {
            (true, _) => "Billable",
            (false, 0) => "DoNotBill",
            (false, _) => "NoCharge",
        },
        "effectiveDate": day(l.start),
        "taxableFlag": true,
        "description": l.product_name,
        "invoiceDescription": l.product_name,
        "agreementId": a.id,
        "agreementStatus": "Active",
        "_info": {"lastUpdated": "2026-11-20T08:15:30Z"},
    });
    // A line's last day is the day before its cancelled date. "Not cancelled" is written in three ways.
    match l.end.and_then(|end| end.tomorrow().ok()) {
        Some(first_without) => row["cancelledDate"] = day(first_without),
        None if l.id.is_multiple_of(3) => row["cancelledDate"] = "".into(),
        None if l.id % 3 == 1 => row["cancelledDate"] = Value::Null,
        None => {}
    }
    row
}

/// An item of the catalogue.
pub(super) fn item(item: &Item) -> Value {
    json!({
        "id": item.id,
        "identifier": item.identifier,
        "description": item.description,
        "customerDescription": item.description,
        "manufacturerPartNumber": item.part_number,
        "productClass": "Agreement",
        "inactiveFlag": false,
        "_info": {"lastUpdated": "2026-11-20T08:15:30Z"},
    })
}
