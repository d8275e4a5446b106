//! Bundles: several services sold as one, by units of their own and at one price. Services and bundles on contracts share
//! numbers, as at the vendor.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::licence::Line;
use super::super::wire::amount;
use super::super::world::World;
use super::rows::{at, periods_of, service_ids, service_key};

/// What is sold in bundles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bundles {
    /// Nothing.
    #[default]
    None,
    /// Of the licences on contracts one in four, each together with another service.
    Sold,
}

/// What a bundle's number is, beside its service's.
const BUNDLE: u64 = 40_000;
/// What the number is of a bundle on a contract: that of the service before it.
const BEFORE: u32 = 1;

/// True if a line is sold as a bundle.
pub(super) fn is_bundled(line: &Line, bundles: Bundles) -> bool {
    bundles == Bundles::Sold && line.product.is_some() && line.id.is_multiple_of(4)
}

/// The lines that are, each with the number of its service.
fn bundled(world: &World, bundles: Bundles) -> Vec<(&Line, u64)> {
    let ids = service_ids(world);
    let own = world.lines.iter().filter(|l| is_bundled(l, bundles));
    own.filter_map(|l| Some((l, ids.get(&service_key(l))?.0)))
        .collect()
}

/// Bundles: one for each service that is sold in any.
pub(super) fn bundles(world: &World, bundles: Bundles) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    for (line, service) in bundled(world, bundles) {
        let id = BUNDLE + service;
        if rows.iter().all(|row| row["id"] != id) {
            rows.push(json!({"id": id, "name": format!("Managed seat: {}", line.product_name), "description": "",
                "isActive": true, "periodType": 11, "unitPrice": 0, "unitDiscount": 0,
                "percentageDiscount": 0}));
        }
    }
    rows
}

/// Which service is part of which bundle: a licence, and the first of the services that are none.
pub(super) fn parts(world: &World, of: Bundles) -> Vec<Value> {
    let ids = service_ids(world).into_values();
    let first = ids
        .filter(|(_, l)| l.product.is_none())
        .map(|(id, _)| id)
        .min();
    let bundles = bundles(world, of).into_iter();
    let pairs = bundles.flat_map(|row| {
        let bundle = row["id"].as_u64().unwrap_or(0);
        let own = bundle.saturating_sub(BUNDLE);
        let other = first.filter(|first| *first != own);
        std::iter::once(own)
            .chain(other)
            .map(move |service| (bundle, service))
    });
    let rows = pairs.enumerate().map(|(at, (bundle, service))| {
        json!({"id": at + 1, "serviceBundleID": bundle, "serviceID": service})
    });
    rows.collect()
}

/// Bundles on contracts: the price of all services together.
pub(super) fn on_contracts(world: &World, bundles: Bundles) -> Vec<Value> {
    let row = |(l, service): (&Line, u64)| {
        json!({
            "id": l.id - BEFORE, "contractID": l.agreement_id, "serviceBundleID": BUNDLE + service,
            "unitPrice": amount(l.unit_price.times(2)), "adjustedPrice": null, "internalCurrencyUnitPrice": null,
            "invoiceDescription": format!("Managed seat: {}", l.product_name), "internalDescription": null,
            "quoteItemID": null,
        })
    };
    bundled(world, bundles).into_iter().map(row).collect()
}

/// Their units, in rows for each period like those of services.
pub(super) fn units(world: &World, bundles: Bundles) -> Vec<Value> {
    let today = world.now().date();
    let mut rows = Vec::new();
    for (line, service) in bundled(world, bundles) {
        periods_of(line, today, |start: Date, end: Date, units| {
            rows.push(json!({
                "id": 60_000 + rows.len() + 1, "contractID": line.agreement_id,
                "contractServiceBundleID": line.id - BEFORE, "serviceBundleID": BUNDLE + service,
                "startDate": at(start), "endDate": at(end), "units": units,
                "price": amount(line.unit_price.times(units)), "cost": 0, "approveAndPostDate": null,
            }));
        });
    }
    rows
}
