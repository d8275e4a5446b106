//! The world's PSA as Autotask's entities: a service has its own period and price list number, a contract its services,
//! and the units stand in rows of their own, one for each period.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::licence::{Cycle, Line};
use super::super::wire::amount;
use super::super::world::World;
use super::bundles::{Bundles, is_bundled};

pub(super) fn at(day: Date) -> Value {
    format!("{day}T00:00:00Z").into()
}

/// The numbers of this account's types of companies, by what the world calls them; the vendor fixes that of customers.
const TYPES: [(u32, &str); 4] = [(1, "Client"), (3, "Prospect"), (6, "Vendor"), (8, "Owner")];

/// This account's pick list of types.
pub(super) fn company_types() -> Value {
    let word = |(number, word): (u32, &str)| {
        let label = if number == 1 { "Customer" } else { word };
        json!({"value": number.to_string(), "label": label, "isDefaultValue": false, "isActive": true})
    };
    json!({"fields": [
        {"name": "companyName", "dataType": "string", "isPickList": false},
        {"name": "companyType", "dataType": "short", "isPickList": true, "picklistValues": TYPES.map(word)},
    ]})
}

/// Companies; one in forty has no more than a name.
pub(super) fn companies(world: &World) -> Vec<Value> {
    let countries = country_names(world);
    let row = |c: &super::super::party::Company| {
        json!({
            "id": c.id, "companyName": c.name, "companyNumber": format!("A{}", c.id),
            "companyType": TYPES.iter().find(|(_, word)| *word == c.kind).map(|(number, _)| *number),
            "isActive": c.status == "Active", "webAddress": c.website, "phone": c.phone, "address1": c.address,
            "address2": null, "city": c.city, "state": c.state, "postalCode": c.postal_code,
            "countryID": countries.get(c.country.as_str()), "parentCompanyID": c.parent, "taxID": "",
            "lastActivityDate": at(world.now().date()),
        })
    };
    world.companies.iter().map(row).collect()
}

fn country_names(world: &World) -> BTreeMap<&str, u64> {
    let names: std::collections::BTreeSet<&str> =
        world.companies.iter().map(|c| c.country.as_str()).collect();
    names.into_iter().zip(237..).collect()
}

/// Countries, by the numbers that companies name.
pub(super) fn countries(world: &World) -> Vec<Value> {
    let names = country_names(world).into_iter();
    names
        .map(|(name, id)| json!({"id": id, "displayName": name, "isActive": true}))
        .collect()
}

/// A contract for each agreement.
pub(super) fn contracts(world: &World) -> Vec<Value> {
    let mut all: BTreeMap<u32, Vec<&Line>> = BTreeMap::new();
    for line in &world.lines {
        all.entry(line.agreement_id).or_default().push(line);
    }
    let end = world
        .base
        .plus_seconds(2 * 365 * super::super::world::DAY)
        .date();
    let rows = all.into_iter().filter_map(|(id, lines)| {
        let first = lines.first()?;
        let start = lines.iter().map(|l| l.start).min()?;
        Some(json!({
            "id": id, "companyID": first.company, "contractName": first.agreement, "contractType": 7, "status": 1,
            "startDate": at(start), "endDate": at(end), "billToCompanyID": null, "contractPeriodType": "m",
        }))
    });
    rows.collect()
}

/// What tells one service from another: its code and its period.
pub(super) fn service_key(line: &Line) -> (String, Cycle) {
    let code = match line.product_code.as_str() {
        "" => &line.product_name,
        code => code,
    };
    (code.to_owned(), line.cycle)
}

/// Services by their keys, each with its number and a line that sells it.
pub(super) fn service_ids(world: &World) -> BTreeMap<(String, Cycle), (u64, &Line)> {
    let mut all: BTreeMap<(String, Cycle), &Line> = BTreeMap::new();
    for line in &world.lines {
        all.entry(service_key(line)).or_insert(line);
    }
    all.into_iter()
        .zip(700..)
        .map(|((key, line), id)| (key, (id, line)))
        .collect()
}

/// The numbers of this account's pick list of periods.
pub(super) fn periods() -> Value {
    let word = |value: &str, label: &str| json!({"value": value, "label": label, "isDefaultValue": false, "isActive": true});
    json!({"fields": [
        {"name": "name", "dataType": "string", "isPickList": false},
        {"name": "periodType", "dataType": "integer", "isPickList": true, "picklistValues": [
            word("11", "Monthly"), word("12", "Quarterly"), word("14", "Yearly"), word("15", "One-Time")]},
    ]})
}

/// Services.
pub(super) fn services(world: &World) -> Vec<Value> {
    let ids = service_ids(world).into_values();
    let row = |(id, line): (u64, &Line)| {
        json!({
            "id": id, "name": line.product_name, "description": "", "invoiceDescription": line.product_name,
            "sku": service_key(line).0, "manufacturerServiceProviderProductNumber": line.vendor_sku,
            "catalogNumberPartNumber": null, "externalID": null, "internalID": null, "isActive": true,
            "periodType": match line.cycle {
                Cycle::Monthly => 11,
                Cycle::Annual => 14,
                Cycle::OneTime => 15,
            },
            "unitPrice": amount(line.unit_price),
        })
    };
    ids.map(row).collect()
}

/// Services on contracts: prices, no quantities.
pub(super) fn contract_services(world: &World, bundles: Bundles) -> Vec<Value> {
    let ids = service_ids(world);
    let row = |l: &Line| {
        let service = ids.get(&service_key(l)).map(|(id, _)| *id);
        json!({
            "id": l.id, "contractID": l.agreement_id, "serviceID": service, "unitPrice": amount(l.unit_price),
            "unitCost": l.unit_cost.map_or(Value::Null, amount), "internalCurrencyUnitPrice": amount(l.unit_price),
            "invoiceDescription": l.product_name, "internalDescription": null, "quoteItemID": null,
        })
    };
    let alone = world.lines.iter().filter(|l| !is_bundled(l, bundles));
    alone.map(row).collect()
}

/// The units of services.
pub(super) fn units(world: &World, bundles: Bundles) -> Vec<Value> {
    let ids = service_ids(world);
    let today = world.now().date();
    let mut rows = Vec::new();
    for line in world.lines.iter().filter(|l| !is_bundled(l, bundles)) {
        let service = ids.get(&service_key(line)).map(|(id, _)| *id);
        periods_of(line, today, |start, end, units| {
            rows.push(json!({
                "id": 80_000 + rows.len() + 1, "contractID": line.agreement_id, "contractServiceID": line.id,
                "serviceID": service, "startDate": at(start), "endDate": at(end), "units": units,
                "price": amount(line.unit_price.times(units)), "cost": 0, "approveAndPostDate": null,
            }));
        });
    }
    rows
}

/// The periods of a line with the units of each: last month and this one, and on one line in seven a change of today,
/// where the old row ends.
pub(super) fn periods_of(line: &Line, today: Date, mut tell: impl FnMut(Date, Date, i64)) {
    let mut period = |start: Date, end: Date, units: i64| {
        if start <= end {
            tell(start, end, units);
        }
    };
    let (first, last) = (today.first_of_month(), today.last_of_month());
    let Ok(before) = first.yesterday() else {
        return;
    };
    let end = line.end.unwrap_or(last).min(last);
    period(
        before.first_of_month().max(line.start),
        end.min(before),
        line.quantity,
    );
    match line.id.is_multiple_of(7) && line.start < today && end >= today {
        true => {
            period(first.max(line.start), today, line.quantity + 3);
            period(today, end, line.quantity);
        }
        false => period(first.max(line.start), end, line.quantity),
    }
}
