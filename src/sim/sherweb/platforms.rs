//! Platforms: where a customer is known, with keys that no document names; the tenant is among them.

use serde_json::{Value, json};

use super::super::catalogue::{Kind, PRODUCTS};
use super::super::licence::{Cycle, Term};
use super::super::party::Customer;
use super::super::wire::in_cents;
use super::super::world::World;
use super::names::{Language, customer_id, product_name, sku, uuid};
use super::subscriptions;

/// The id of Microsoft's platform.
pub(super) fn microsoft(world: &World) -> String {
    uuid(world, "sherweb platform", 0)
}

/// `GET /platforms`.
pub(super) fn all(world: &World) -> Value {
    json!({"platforms": [{
        "id": microsoft(world),
        "name": [{"culture": "en", "value": "Microsoft 365"}, {"culture": "fr", "value": "Microsoft 365"}],
    }]})
}

/// A customer's platforms.
pub(super) fn configured(world: &World, c: &Customer) -> Value {
    json!({"customerId": customer_id(world, c.id), "configuredPlatforms": [{"id": microsoft(world)}]})
}

/// A platform's details for a customer: free keys.
pub(super) fn details(world: &World, c: &Customer) -> Value {
    json!({
        "customerId": customer_id(world, c.id),
        "platformDetails": {
            "platformId": microsoft(world),
            "details": {
                "MicrosoftTenantId": c.tenant_id,
                "DefaultDomain": c.tenant_domain,
                "Note": null,
            },
        },
    })
}

/// A platform's meters for a customer.
pub(super) fn usages(world: &World, c: &Customer) -> Value {
    let rows: Vec<Value> = subscriptions::of(world, c.id)
        .filter(|s| s.product.kind == Kind::Usage)
        .map(|s| {
            json!({
                "meterId": format!("meter-{}", s.id), "totalQuantities": 100, "consumedQuantities": s.id % 100,
                "availableQuantities": 100 - s.id % 100,
            })
        })
        .collect();
    json!({"customerId": customer_id(world, c.id), "platformId": microsoft(world), "meterUsages": rows})
}

/// The meters of a customer's subscriptions.
pub(super) fn meters(world: &World, c: &Customer) -> Value {
    let rows: Vec<Value> = subscriptions::of(world, c.id)
        .filter(|s| s.product.kind == Kind::Usage)
        .map(|s| {
            let id = format!("meter-{}", s.id);
            json!({
                "subscriptionId": subscriptions::id(world, s),
                "meters": [{"id": id, "name": "Consumption", "description": null}],
            })
        })
        .collect();
    json!({"customerId": customer_id(world, c.id), "platformId": microsoft(world), "subscriptionMeters": rows})
}

/// A customer's catalogue.
pub(super) fn catalog(world: &World, c: &Customer) -> Value {
    let items: Vec<Value> = PRODUCTS
        .iter()
        .map(|p| {
            let names = [(Language::English, "en"), (Language::French, "fr")]
                .map(|(language, culture)| json!({"culture": culture, "value": product_name(p, language)}));
            json!({
                "sku": sku(p, Term::Month, Cycle::Monthly), "name": names, "description": names,
                "billingCycle": "monthly", "commitmentTerm": "monthly",
            })
        })
        .collect();
    json!({"customerId": customer_id(world, c.id), "catalogItems": items})
}

/// Prices of some SKUs of a customer's catalogue.
pub(super) fn catalog_pricing(world: &World, c: &Customer, body: &[u8]) -> Value {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let wanted = body["skus"].as_array().cloned().unwrap_or_default();
    let items: Vec<Value> = PRODUCTS
        .iter()
        .map(|p| (sku(p, Term::Month, Cycle::Monthly), p))
        .filter(|(sku, _)| wanted.iter().any(|w| w == sku))
        .map(|(sku, p)| {
            let fee = p.list.parse().map_or(Value::Null, in_cents);
            json!({"sku": sku, "pricingInformation": {
                "recurringFee": fee, "setupFee": 0, "currency": "Usd", "billingCycle": "monthly",
            }})
        })
        .collect();
    json!({"customerId": customer_id(world, c.id), "catalogItems": items})
}
