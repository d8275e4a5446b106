//! The subscriptions' resources.

use serde_json::{Map, Value, json};

use super::super::catalogue::{Kind, Maker};
use super::super::licence::{Cycle, Status, Subscription, Term};
use super::super::party::Customer;
use super::super::server::Query;
use super::super::server::Reply;
use super::super::wire::{amount, amount_with_residue, time};
use super::super::world::{DAY, MSP_NAME, World};
use super::dialect::Manner;
use super::errors;

/// The page that is served when none is asked for.
const DEFAULT_LIMIT: usize = 100;

/// `GET …/subscriptions`: account-wide, by `pagination.limit` and `pagination.offset`.
pub(super) fn list(
    world: &World,
    query: &Query,
    cap: usize,
    manner: Manner,
    request: &str,
) -> Reply {
    let limit = query.number(&["pagination.limit", "limit"]);
    let offset = query.number(&["pagination.offset", "offset"]);
    let (limit, offset) = match (limit, offset) {
        (Ok(limit), Ok(offset)) => (limit.unwrap_or(DEFAULT_LIMIT), offset.unwrap_or(0)),
        (Err(name), _) | (_, Err(name)) => return errors::invalid_argument(name, request),
    };
    let rows: Vec<&Subscription> = world
        .subscriptions
        .iter()
        .filter(|s| wanted(s, query))
        .collect();
    let items: Vec<Value> = rows
        .iter()
        .skip(offset)
        .take(limit.clamp(1, cap.max(1)))
        .map(|s| manner.subscription(s.id, subscription(world, s, manner)))
        .collect();
    let mut body = Map::new();
    if !items.is_empty() {
        body.insert("items".into(), Value::Array(items));
    }
    body.insert(
        "paginationResponse".into(),
        json!({"totalSize": rows.len()}),
    );
    Reply::json(200, &Value::Object(body))
}

/// `GET …/customers/{id}/subscriptions/{id}`: the same row with its history.
pub(super) fn one(world: &World, customer: &str, id: &str, manner: Manner, request: &str) -> Reply {
    let found = world
        .subscriptions
        .iter()
        .find(|s| s.id.to_string() == id && s.customer.to_string() == customer);
    let Some(found) = found else {
        return errors::error(
            404,
            "NOT_FOUND",
            &format!("Subscription {id} not found"),
            request,
        );
    };
    let mut row = manner.subscription(found.id, subscription(world, found, manner));
    if let Value::Object(row) = &mut row {
        row.insert("activityLogs".into(), activity(found));
        row.insert("billingData".into(), billing(world, found));
        for empty in [
            "entitlements",
            "attributes",
            "resources",
            "lineItems",
            "contacts",
            "reservations",
            "products",
            "priceAdjustments",
            "customFields",
        ] {
            row.insert(empty.into(), json!([]));
        }
    }
    Reply::json(200, &row)
}

fn wanted(sub: &Subscription, query: &Query) -> bool {
    let same =
        |names: &[&str], value: &str| query.get(names).is_none_or(|w| folded(w) == folded(value));
    let (provider, provider_name, resource) = provider(sub);
    same(&["customerId", "customer_id"], &sub.customer.to_string())
        && same(
            &["subscriptionStatus", "subscription_status"],
            sub.status.word(),
        )
        && same(&["subscriptionId", "subscription_id"], &sub.provider_id)
        && same(&["subscriptionName", "subscription_name"], &sub.name)
        && same(&["providerId", "provider_id"], provider)
        && same(&["cloudProviderName", "cloud_provider_name"], provider_name)
        && same(&["resourceType", "resource_type"], resource)
        && same(&["billingCycle", "billing_cycle"], sub.cycle.word())
        && same(
            &["billingTerm", "billing_term"],
            sub.term.iso().unwrap_or_default(),
        )
        && same(&["ccpProductId", "ccp_product_id"], sub.product.family)
        && same(&["totalLicense", "total_license"], &sub.seats.to_string())
        && same(
            &["customerPo", "customer_po"],
            sub.customer_po.as_deref().unwrap_or_default(),
        )
}

/// Without case, spaces, underscores and the second `l` of "cancelled".
fn folded(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    plain.replace("canceled", "cancelled")
}

fn subscription(world: &World, s: &Subscription, manner: Manner) -> Value {
    let [cost, price, msrp] = manner.amounts(s);
    let product = s.product;
    let owner = world.customer(s.customer);
    let millis = Some(s.id * 37);
    let mut row = Map::new();
    let mut put = |key: &str, value: Value| row.insert(key.to_owned(), value);
    put("id", s.id.to_string().into());
    put("customerId", s.customer.to_string().into());
    put("resellerId", world.account_id.to_string().into());
    let (provider, provider_name, resource) = provider(s);
    put("isvId", "15700".into());
    put("cloudProviderId", provider.into());
    if product.maker != Maker::Microsoft {
        put("cloudProviderName", provider_name.into());
    }
    put("subscriptionId", s.provider_id.clone().into());
    put("subscriptionName", s.name.clone().into());
    put("resourceType", resource.into());
    let sku = sku(s);
    put("ccpProductId", product.family.into());
    put("ccpSkuId", sku.clone().into());
    put("ccpPlanId", plan(s).into());
    identify(s, &mut put);
    put("subscriptionTotalLicenses", s.seats.to_string().into());
    if s.id.is_multiple_of(4) {
        put("unitType", "Licenses".into());
    }
    put("subscriptionStatus", status(s).into());
    put("subscriptionPurchasedDate", time(s.purchased, millis));
    put("subscriptionStartDate", time(s.start, millis));
    put("subscriptionEndDate", time(s.end, millis));
    if world.now().seconds_since(s.start) < 7 * DAY {
        put(
            "cancellationAllowedUntilDate",
            time(s.start.plus_seconds(7 * DAY), millis),
        );
    }
    put(
        "subscriptionBillingType",
        if product.kind == Kind::Usage {
            "usage"
        } else {
            "license"
        }
        .into(),
    );
    put("subscriptionBillingCycle", s.cycle.word().into());
    if let Some(term) = s.term.iso() {
        put("subscriptionBillingTerm", term.into());
        put(
            "subscriptionRenewStatus",
            if s.auto_renew { "ENABLED" } else { "DISABLED" }.into(),
        );
    }
    if s.id.is_multiple_of(6) {
        put("resellerPO", format!("RPO-{}", s.id % 1000).into());
    }
    if product.kind == Kind::Usage {
        put("parentSubscriptionId", (s.id - 1).to_string().into());
    }
    if let Some(po) = &s.customer_po {
        put("customerPO", po.clone().into());
    }
    put(
        "ccpProductInfo",
        json!({
            "productId": product.family, "productDisplayName": product.family.trim_end_matches("-nce"),
            "skuId": sku, "skuDisplayName": product.name, "planId": plan(s), "planDisplayName": product.name,
        }),
    );
    if s.trial || s.id.is_multiple_of(5) {
        put("isTrial", s.trial.into());
    }
    put("autoRenew", s.auto_renew.into());
    put(
        "customerName",
        owner
            .map_or("(removed)", |c| c.organisation.as_str())
            .into(),
    );
    put("partnerName", MSP_NAME.into());
    put(
        "lastUpdatedDate",
        time(s.updated, s.id.is_multiple_of(2).then_some(s.id * 91)),
    );
    let spell = if s.id.is_multiple_of(29) {
        amount_with_residue
    } else {
        amount
    };
    put("price", spell(price));
    put("cost", spell(cost));
    put("currency", s.currency.into());
    put("margin", amount(price - cost));
    put("total", amount(price.times(s.seats)));
    put("msrp", amount(msrp));
    put("renewalDate", time(s.end, millis));
    Value::Object(row)
}

/// The vendor's ids. Usage plans carry theirs in other fields and have no `mfgPartNumber`.
fn identify(s: &Subscription, put: &mut impl FnMut(&str, Value) -> Option<Value>) {
    let (product, sku) = (s.product.product_id, s.product.sku_id);
    if s.product.kind == Kind::Usage {
        put("subscriptionProductId", product.into());
        put("subscriptionSkuId", sku.into());
        return;
    }
    put("subscriptionProductId", "NL".into());
    put("subscriptionSkuId", product.into());
    put("subscriptionOfferId", format!("NL,{product},{sku}").into());
    let cycle = match s.cycle {
        Cycle::Annual => "Y",
        Cycle::Monthly | Cycle::OneTime => "M",
    };
    if let Some(term) = s.term.iso() {
        put(
            "mfgPartNumber",
            format!("{product}:{sku}:{term}:{cycle}").into(),
        );
    }
}

fn provider(s: &Subscription) -> (&'static str, &'static str, &'static str) {
    match (s.product.maker, s.product.kind) {
        (Maker::Microsoft, Kind::Usage) => ("30", "Microsoft", "AZURE::CustomerEntitlement"),
        (Maker::Microsoft, _) => ("30", "Microsoft", "AZURE::Subscription"),
        (Maker::Acronis, _) => ("97", "Acronis", "ACRONIS::Tenant"),
        (Maker::Sophos, _) => ("112", "Sophos", "SOPHOS::Tenant"),
        (Maker::Google, _) => ("45", "Google", "GSUITE::Subscription"),
    }
}

/// Ion's own catalogue id of the SKU.
pub(super) fn sku(s: &Subscription) -> String {
    s.product.name.replace([' ', '(', ')', ','], "-")
}

pub(super) fn plan(s: &Subscription) -> String {
    let name = match (s.term, s.cycle) {
        (Term::Perpetual, _) => "OneTime",
        (Term::Month, _) => "Monthly",
        (_, Cycle::Annual) => "Annual",
        _ => "Annual-paid-monthly",
    };
    format!("{name}-n{}", s.product.weight + 60)
}

/// Lower case as in real answers; a few rows spell it otherwise.
fn status(s: &Subscription) -> String {
    match s.status {
        Status::Active if s.trial && s.id.is_multiple_of(2) => "trial".to_owned(),
        Status::Active if s.id.is_multiple_of(53) => "ACTIVE".to_owned(),
        Status::Active if s.id.is_multiple_of(67) => "Active".to_owned(),
        Status::Cancelled if s.id.is_multiple_of(3) => "canceled".to_owned(),
        other => other.word().to_owned(),
    }
}

/// Newest first; the seats are inside the text alone.
fn activity(s: &Subscription) -> Value {
    let item = |n: u64, kind: &str, at, seats: i64| {
        json!({
            "id": (s.id * 10 + n).to_string(), "actionType": kind, "actionDate": time(at, None), "actionStatus": "Success",
            "productId": s.product.family, "actionDetails": format!("New Quantity: {seats}; Status: {}; ", s.status.word()),
            "ccpUserId": "5432", "ccpUserName": "Jordan Avery", "ccpUserEmail": "jordan.avery@tallgrass-it.com",
        })
    };
    let before = (s.seats - 1).max(1);
    json!({"totalCount": "2", "items": [
        item(2, "Subscription Updated", s.updated, s.seats),
        item(1, "Subscription Created", s.purchased, before),
    ]})
}

fn billing(world: &World, s: &Subscription) -> Value {
    let owner: Option<&Customer> = world.customer(s.customer);
    json!([{
        "id": (s.id * 3).to_string(), "accountId": world.account_id.to_string(), "subscriptionId": s.id.to_string(),
        "customerName": owner.map(|c| c.organisation.as_str()), "productName": s.product.name, "skuName": s.product.name,
        "billingCycle": s.cycle.word(), "sellerCost": amount(s.cost.times(s.seats)),
        "customerCost": amount(s.price.times(s.seats)), "margin": amount((s.price - s.cost).times(s.seats)),
        "usageQuantity": s.seats.to_string(), "unit": "Licenses", "currency": s.currency,
    }])
}
