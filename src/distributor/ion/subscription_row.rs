//! One row of Ion's subscription listing, mapped tolerantly.

use serde_json::Value;

use crate::distributor::quarantine::quarantined;
use crate::distributor::words::{self, Word};
use crate::distributor::{Stream, fields};
use crate::domain::commitment::Commitment;
use crate::domain::ids::{Sku, SubscriptionId, VendorCustomerId};
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::{
    BillingCycle, CostPeriod, Quarantined, Subscription, SubscriptionStatus,
};
use crate::http::json::row::{Reason, Row};
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

/// The row as the vendor's OpenAPI document and the answers published by its staff have it.
pub(super) const SHAPE: Shape = Shape {
    path: "subscriptions",
    fields: &[
        always("id", Kind::Text),
        always("customerId", Kind::Text),
        always("subscriptionId", Kind::Text),
        always("subscriptionName", Kind::Text),
        always("subscriptionStatus", Kind::Text),
        always("subscriptionTotalLicenses", Kind::Text),
        always("subscriptionBillingCycle", Kind::Text),
        always("cost", Kind::Number),
        always("currency", Kind::Text),
        often("price", Kind::Number),
        often("margin", Kind::Number),
        often("total", Kind::Number),
        often("msrp", Kind::Number),
        often("customerCost", Kind::Number),
        often("billingCurrency", Kind::Text),
        often("resellerId", Kind::Text),
        often("isvId", Kind::Text),
        often("cloudProviderId", Kind::Text),
        often("cloudProviderName", Kind::Text),
        often("resourceType", Kind::Text),
        often("ccpProductId", Kind::Text),
        often("ccpSkuId", Kind::Text),
        often("ccpPlanId", Kind::Text),
        often("ccpProductInfo", Kind::Object),
        often("subscriptionProductId", Kind::Text),
        often("subscriptionSkuId", Kind::Text),
        often("subscriptionOfferId", Kind::Text),
        often("mfgPartNumber", Kind::Text),
        often("unitType", Kind::Text),
        often("subscriptionPurchasedDate", Kind::Text),
        often("subscriptionStartDate", Kind::Text),
        often("subscriptionEndDate", Kind::Text),
        often("cancellationAllowedUntilDate", Kind::Text),
        often("renewalDate", Kind::Text),
        often("lastUpdatedDate", Kind::Text),
        often("subscriptionBillingType", Kind::Text),
        often("subscriptionBillingTerm", Kind::Text),
        often("subscriptionRenewStatus", Kind::Text),
        often("autoRenew", Kind::Flag),
        often("isTrial", Kind::Flag),
        often("parentSubscriptionId", Kind::Text),
        often("resellerPO", Kind::Text),
        often("customerPO", Kind::Text),
        often("customerName", Kind::Text),
        often("partnerName", Kind::Text),
        often("accountId", Kind::Text),
        often("additionalData", Kind::Any),
        often("attributes", Kind::Any),
        often("customFields", Kind::Any),
    ],
};

const PRODUCT_SHAPE: Shape = Shape {
    path: "subscriptions.ccpProductInfo",
    fields: &[
        often("productId", Kind::Text),
        often("productDisplayName", Kind::Text),
        often("skuId", Kind::Text),
        often("skuDisplayName", Kind::Text),
        often("planId", Kind::Text),
        often("planDisplayName", Kind::Text),
    ],
};

/// Fields whose words no document settles; what comes is told in the acceptance report.
const WATCHED: [&str; 9] = [
    "subscriptionStatus",
    "subscriptionBillingCycle",
    "subscriptionBillingTerm",
    "subscriptionBillingType",
    "subscriptionRenewStatus",
    "currency",
    "resellerId",
    "resourceType",
    "unitType",
];

/// Maps one row, or puts it aside with the reason.
pub(super) fn map(
    value: &Value,
    period: CostPeriod,
    surprises: &Surprises,
) -> Result<Subscription, Quarantined> {
    let Some(row) = Row::of(value, &SHAPE, surprises) else {
        return Err(aside(value, "the row is no object"));
    };
    look(&row, surprises);
    read(&row, period, surprises).map_err(|reason| aside(value, &reason))
}

fn aside(value: &Value, reason: &str) -> Quarantined {
    quarantined(
        Stream::Subscriptions,
        value,
        &["id", "subscriptionId"],
        reason,
    )
}

fn look(row: &Row<'_>, surprises: &Surprises) {
    for key in WATCHED {
        let path = format!("{}.{key}", SHAPE.path);
        surprises.seen.count(&path, &row.text(key));
    }
    let provider = row.first_text(&["cloudProviderId", "cloudProviderName"]);
    let state = format!("{provider}: {}", row.text("subscriptionStatus"));
    surprises
        .seen
        .count("subscriptions.subscriptionStatus (by provider)", &state);
}

fn read(row: &Row<'_>, period: CostPeriod, surprises: &Surprises) -> Result<Subscription, Reason> {
    let id = row.id("id")?;
    let customer = row.id("customerId")?;
    let billing_cycle = read_cycle(row, surprises);
    // Seats travel as text (vendor's OpenAPI document), elsewhere as numbers; both are read.
    let seats = fields::seats(row, "subscriptionTotalLicenses")?;
    let money = |key| fields::money(row, key, SHAPE.path, surprises);
    let price = money("price")?;
    check_total(row, price, seats, surprises);
    let unit = |amount: Option<Money>| amount.map(|amount| period.per_cycle(amount, billing_cycle));
    let status_raw = row.text("subscriptionStatus");
    Ok(Subscription {
        id: SubscriptionId::new(id),
        vendor_customer_id: VendorCustomerId::new(customer),
        sku: sku(row),
        product_name: product_name(row, surprises),
        status: read_status(row, &status_raw, surprises),
        status_raw,
        // A usage plan says 1, which counts nothing (answers published by the vendor's staff).
        seats: seats.filter(|_| billing_cycle != BillingCycle::Usage),
        unit_cost: unit(money("cost")?),
        unit_price: unit(price),
        currency: read_currency(row, surprises)?,
        billing_cycle,
        term: fields::term(
            &row.text("subscriptionBillingTerm"),
            "subscriptions.subscriptionBillingTerm",
            surprises,
        ),
        starts_on: row
            .time("subscriptionStartDate")
            .or_else(|| row.time("subscriptionPurchasedDate")),
        renews_on: row
            .time("renewalDate")
            .or_else(|| row.time("subscriptionEndDate")),
        commitment: Commitment::default(),
        revision: String::new(),
    })
}

/// The line's total is price times seats where seats are counted (answers published by the vendor's staff). It is no
/// input, but tells whether amounts are per licence as assumed.
fn check_total(row: &Row<'_>, price: Option<Money>, seats: Option<i64>, surprises: &Surprises) {
    let total = row.money("total").ok().flatten();
    if let (Some(total), Some(price), Some(seats)) = (total, price, seats) {
        let difference = (total.money - price.times(seats)).abs();
        let fits = difference <= Money::from_cents(1);
        let word = if fits {
            "price × seats"
        } else {
            "something else"
        };
        surprises.seen.count("subscriptions.total", word);
        if !fits {
            surprises.count(
                format!("{}.total is not price × seats", SHAPE.path),
                Odd::Contradiction,
                || format!("{} ≠ {price} × {seats}", total.money),
            );
        }
    }
}

fn read_currency(row: &Row<'_>, surprises: &Surprises) -> Result<Option<Currency>, Reason> {
    let (own, billing) = (row.text("currency"), row.text("billingCurrency"));
    let parse = |text: &str| Currency::parse(text);
    if let (Some(a), Some(b)) = (parse(&own), parse(&billing))
        && a != b
    {
        return Err(format!("two currencies in one row: {a} and {b}"));
    }
    let found = parse(&own).or_else(|| parse(&billing));
    if found.is_none() && !own.is_empty() {
        surprises.unknown_value("subscriptions.currency", &own);
    }
    Ok(found)
}

fn read_status(row: &Row<'_>, raw: &str, surprises: &Surprises) -> SubscriptionStatus {
    let status = fields::status(raw, "subscriptions.subscriptionStatus", surprises);
    let on_trial = status == SubscriptionStatus::Active && row.flag("isTrial") == Some(true);
    if on_trial {
        SubscriptionStatus::Trial
    } else {
        status
    }
}

fn read_cycle(row: &Row<'_>, surprises: &Surprises) -> BillingCycle {
    let is_usage = |key| words::cycle(&row.text(key)) == Word::Known(BillingCycle::Usage);
    if is_usage("subscriptionBillingType") || is_usage("unitType") {
        return BillingCycle::Usage;
    }
    let word = row.text("subscriptionBillingCycle");
    if !word.is_empty() {
        match words::cycle(&word) {
            Word::Known(BillingCycle::Unknown) => {}
            Word::Known(cycle) => return cycle,
            Word::New => surprises.unknown_value("subscriptions.subscriptionBillingCycle", &word),
        }
    }
    let part = row.text("mfgPartNumber");
    match part.split(':').nth(3).map(words::cycle) {
        Some(Word::Known(cycle)) => cycle,
        _ => BillingCycle::Unknown,
    }
}

/// The SKU that is the same for every term and cycle of one product, so that its seats add up.
///
/// `mfgPartNumber` is `product:sku:term:cycle`; its first two parts are it. Rows without one: the offer id
/// `market,product,sku` has the same two parts; a legacy Azure row has them in `subscriptionProductId` and
/// `subscriptionSkuId` (`0001`). Elsewhere the manufacturer's `subscriptionSkuId`, then the part number as it is, then
/// Ion's own catalogue id.
fn sku(row: &Row<'_>) -> Sku {
    let part = row.text("mfgPartNumber");
    let offer = row.text("subscriptionOfferId");
    let own = row.text("subscriptionSkuId");
    let product = row.text("subscriptionProductId");
    let two = |mut parts: std::str::Split<'_, char>| match (parts.next(), parts.next()) {
        (Some(product), Some(sku)) if !product.is_empty() && !sku.is_empty() => {
            Some(format!("{product}:{sku}"))
        }
        _ => None,
    };
    let from_offer = || {
        let (_market, rest) = offer.split_once(',')?;
        two(rest.split(','))
    };
    let from_legacy = || {
        (own.len() <= 4 && product.len() >= 8 && !own.is_empty())
            .then(|| format!("{product}:{own}"))
    };
    let composed = two(part.split(':'))
        .or_else(from_offer)
        .or_else(from_legacy);
    let plain = || {
        let others = [
            own.clone(),
            part.clone(),
            row.text("ccpSkuId"),
            product.clone(),
            row.text("ccpProductId"),
        ];
        others
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    };
    Sku::new(composed.unwrap_or_else(plain))
}

/// The catalogue's name; `subscriptionName` can be renamed by a user, so it comes last.
fn product_name(row: &Row<'_>, surprises: &Surprises) -> String {
    let info = row.child("ccpProductInfo", &PRODUCT_SHAPE, surprises);
    let known = info
        .map(|info| info.first_text(&["skuDisplayName", "planDisplayName", "productDisplayName"]));
    known
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| row.text("subscriptionName"))
}

#[cfg(test)]
mod tests;
