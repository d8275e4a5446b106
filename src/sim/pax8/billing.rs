//! Invoices, draft items and usage: what the vendor bills.

use serde_json::{Value, json};

use super::super::catalogue::Kind;
use super::super::licence::Subscription;
use super::super::wire::in_cents;
use super::super::world::{DAY, MSP_NAME, World};
use super::products::Offer;
use super::rows::{company_id, uuid};
use super::subscriptions;
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

/// The last two invoices, newest first.
pub(super) fn invoices(world: &World) -> Vec<Value> {
    [0, 1].map(|back| invoice(world, back)).to_vec()
}

/// The invoice of an id.
pub(super) fn find(world: &World, id: &str) -> Option<u64> {
    [0, 1]
        .into_iter()
        .find(|back| invoice_id(world, *back) == id)
}

/// One invoice, so many months back.
pub(super) fn invoice(world: &World, back: u64) -> Value {
    let made = fifth(
        world
            .now()
            .plus_seconds(-30 * DAY * i64::try_from(back).unwrap_or(0)),
    );
    let total = billed(world).fold(crate::domain::money::Money::ZERO, |sum, s| {
        sum + s.cost.times(s.seats)
    });
    json!({
        "id": invoice_id(world, back), "invoiceDate": made, "dueDate": made, "balance": 0, "carriedBalance": 0,
        "total": in_cents(total), "currencyCode": "USD", "partnerName": MSP_NAME,
    })
}

/// Items of an invoice, or of the one to come; drafts have no id.
pub(super) fn items(world: &World, company: Option<&str>, is_draft: bool) -> Vec<Value> {
    billed(world)
        .filter(|s| company.is_none_or(|id| company_id(world, s.customer) == id))
        .map(|s| item(world, s, is_draft))
        .collect()
}

fn item(world: &World, s: &Subscription, is_draft: bool) -> Value {
    let offer = Offer {
        product: s.product,
        term: s.term,
    };
    let name = world
        .customers_at(Vendor::Pax8)
        .iter()
        .find(|c| c.id == s.customer);
    let day = fifth(world.now());
    let mut row = json!({
        "type": "subscription", "companyId": company_id(world, s.customer),
        "companyName": name.map(|c| c.organisation.as_str()), "startPeriod": day, "endPeriod": day,
        "quantity": s.seats, "term": "Monthly", "sku": offer.row(world)["sku"],
        "rateType": "flat (Single price for any quantity, same as single)", "chargeType": "per",
        "price": in_cents(s.price), "subTotal": in_cents(s.price.times(s.seats)),
        "cost": in_cents(s.cost), "costTotal": in_cents(s.cost.times(s.seats)),
        "total": in_cents(s.price.times(s.seats)), "productId": offer.id(world), "productName": offer.name(),
        "subscriptionId": subscriptions::id(world, s), "vendorName": offer.row(world)["vendorName"],
        "currencyCode": s.currency, "amountDue": in_cents(s.cost.times(s.seats)), "billingFee": 0,
        "billedByPax8": true, "salesTax": 0,
    });
    if !is_draft {
        row["id"] = uuid(world, "pax8 invoice item", s.id).into();
    }
    row
}

/// Usage summaries of a metered subscription: one for each resource group.
pub(super) fn summaries(world: &World, s: &Subscription) -> Vec<Value> {
    if s.product.kind != Kind::Usage {
        return Vec::new();
    }
    let offer = Offer {
        product: s.product,
        term: s.term,
    };
    vec![json!({
        "id": uuid(world, "pax8 usage", s.id), "companyId": company_id(world, s.customer),
        "productId": offer.id(world), "resourceGroup": "production", "vendorName": "Microsoft",
        "currentCharges": s.id % 900, "currencyCode": s.currency, "partnerTotal": s.id % 800, "isTrial": false,
    })]
}

fn invoice_id(world: &World, back: u64) -> String {
    uuid(world, "pax8 invoice", back)
}

fn billed(world: &World) -> impl Iterator<Item = &Subscription> {
    let all = world.subscriptions_at(Vendor::Pax8).iter();
    all.filter(|s| s.status.is_billed() && !s.trial)
}

/// Invoices are made about the fifth.
fn fifth(at: Ts) -> String {
    let text = at.date().to_string();
    format!("{}-05", text.get(..7).unwrap_or("2026-01"))
}
