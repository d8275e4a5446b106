//! One subscription of Ingram Micro's by id: a row for each of its products, with seats and prices (vendor's OpenAPI
//! document; cost and Microsoft tenant as live clients see them).

use serde_json::Value;

use super::list_row::{FIELDS, Listed};
use crate::distributor::quarantine::quarantined;
use crate::distributor::{Stream, fields};
use crate::domain::commitment::Commitment;
use crate::domain::guid::is_guid;
use crate::domain::ids::{Sku, SubscriptionId};
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::{BillingCycle, Quarantined, Subscription, SubscriptionStatus};
use crate::http::json::read;
use crate::http::json::row::{Reason, Row};
use crate::http::json::shape::{Field, Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

/// Products of one subscription that are taken.
const MOST_PRODUCTS: usize = 100;

const MORE: [Field; 7] = [
    often("products", Kind::List),
    often("totalSubscriptionPrice", Kind::Object),
    often("totalSubscriptionCost", Kind::Object),
    often("totalSubscriptionProviderCost", Kind::Object),
    often("planId", Kind::Text),
    often("order", Kind::Any),
    often("fulfillmentParameters", Kind::List),
];

const ALL: [Field; 21] = {
    let mut all = [FIELDS[0]; 21];
    let mut n = 0;
    while n < 21 {
        all[n] = if n < 14 { FIELDS[n] } else { MORE[n - 14] };
        n += 1;
    }
    all
};

const SHAPE: Shape = Shape {
    path: "subscriptions",
    fields: &ALL,
};

const PRODUCT_SHAPE: Shape = Shape {
    path: "subscriptions.products",
    fields: &[
        always("id", Kind::Text),
        always("mpn", Kind::Text),
        always("name", Kind::Text),
        always("quantity", Kind::Number),
        often("vendor", Kind::Text),
        often("serviceName", Kind::Text),
        often("unitPrice", Kind::Object),
        often("extendedPrice", Kind::Object),
        often("unitCost", Kind::Object),
    ],
};

const MONEY_SHAPE: Shape = Shape {
    path: "amounts",
    fields: &[always("amount", Kind::Text), always("currency", Kind::Text)],
};

const PERIOD_SHAPE: Shape = Shape {
    path: "periods",
    fields: &[always("type", Kind::Text), always("duration", Kind::Number)],
};

const PARAMETER_SHAPE: Shape = Shape {
    path: "subscriptions.fulfillmentParameters",
    fields: &[always("name", Kind::Text), often("value", Kind::Any)],
};

/// What came of a subscription's details.
#[derive(Debug, Default)]
pub(super) struct Detailed {
    /// A row for each product, or one without seats where there is none.
    pub rows: Vec<Subscription>,
    /// Products that could not be taken.
    pub quarantined: Vec<Quarantined>,
    /// The Microsoft tenant of its customer, if it is told.
    pub ms_tenant_id: Option<String>,
    /// True if it has no products, so that its seats are unknown.
    pub is_bare: bool,
}

/// Reads the details of a listed subscription.
pub(super) fn read(value: &Value, listed: &Listed, surprises: &Surprises) -> Detailed {
    let mut detailed = Detailed::default();
    let Some(row) = Row::of(value, &SHAPE, surprises) else {
        let aside = quarantined(
            Stream::Subscriptions,
            value,
            &[],
            "the details are no object",
        );
        detailed.quarantined.push(Quarantined {
            source_id: listed.id.clone(),
            ..aside
        });
        return detailed;
    };
    for key in ["status", "billingModel"] {
        let path = format!("{}.{key}", SHAPE.path);
        surprises.seen.count(&path, &row.text(key));
    }
    detailed.ms_tenant_id = tenant(&row, surprises);
    let products = row.list_or_one("products").unwrap_or_default();
    let products = &products[..products.len().min(MOST_PRODUCTS)];
    match products {
        [] => {
            detailed.is_bare = true;
            detailed.rows.push(bare(&row, listed, surprises));
        }
        [one] => {
            let product = Row::of(one, &PRODUCT_SHAPE, surprises);
            take(
                &mut detailed,
                one,
                product,
                &row,
                listed,
                &listed.id,
                surprises,
            );
        }
        several => {
            for product in several {
                let parsed = Row::of(product, &PRODUCT_SHAPE, surprises);
                let own = parsed
                    .map(|p| p.first_text(&["id", "mpn"]))
                    .unwrap_or_default();
                let id = format!("{}/{own}", listed.id);
                take(&mut detailed, product, parsed, &row, listed, &id, surprises);
            }
        }
    }
    if !detailed.quarantined.is_empty() {
        // It is read again until all of it can be taken.
        detailed
            .rows
            .iter_mut()
            .for_each(|row| row.revision.clear());
    }
    detailed
}

fn take(
    detailed: &mut Detailed,
    value: &Value,
    product: Option<Row<'_>>,
    row: &Row<'_>,
    listed: &Listed,
    id: &str,
    surprises: &Surprises,
) {
    let read = match product {
        Some(product) => with_product(bare(row, listed, surprises), id, &product, surprises),
        None => Err("the product is no object".to_owned()),
    };
    match read {
        Ok(row) => detailed.rows.push(row),
        Err(reason) => detailed.quarantined.push(Quarantined {
            source_id: id.to_owned(),
            ..quarantined(Stream::Subscriptions, value, &[], &reason)
        }),
    }
}

/// What a subscription is without its products: seats are unknown, never 0.
fn bare(row: &Row<'_>, listed: &Listed, surprises: &Surprises) -> Subscription {
    let status_raw = row.text("status");
    Subscription {
        id: SubscriptionId::new(listed.id.as_str()),
        vendor_customer_id: listed.customer.clone(),
        sku: Sku::new(row.text("planId")),
        product_name: row.text("name"),
        status: status(&status_raw, surprises),
        status_raw,
        seats: None,
        unit_cost: None,
        unit_price: None,
        currency: None,
        billing_cycle: cycle(row, surprises),
        term: term(row, surprises),
        starts_on: row.time("creationDate"),
        renews_on: row
            .time("renewalDate")
            .or_else(|| row.time("expirationDate")),
        commitment: Commitment::default(),
        revision: listed.mark.clone(),
    }
}

fn with_product(
    mut sub: Subscription,
    id: &str,
    product: &Row<'_>,
    surprises: &Surprises,
) -> Result<Subscription, Reason> {
    sub.id = SubscriptionId::new(id);
    sub.sku = Sku::new(product.first_text(&["mpn", "id"]));
    let name = product.text("name");
    if !name.is_empty() {
        sub.product_name = name;
    }
    // A number that may come as `10.0`.
    sub.seats = fields::seats(product, "quantity")?;
    let price = amount(product, "unitPrice", surprises)?;
    check_extended(product, price.as_ref(), sub.seats, surprises);
    let cost = amount(product, "unitCost", surprises)?;
    match (cost, price) {
        (Some((_, Some(a))), Some((_, Some(b)))) if a != b => {
            return Err(format!("two currencies in one row: {a} and {b}"));
        }
        (cost, price) => {
            let currency = |pair: &Option<(Money, Option<Currency>)>| {
                pair.as_ref().and_then(|(_, currency)| currency.clone())
            };
            sub.currency = currency(&cost).or_else(|| currency(&price));
            sub.unit_cost = cost.map(|(money, _)| money);
            sub.unit_price = price.map(|(money, _)| money);
        }
    }
    Ok(sub)
}

/// `{"amount": "22.00", "currency": "USD"}`.
fn amount(
    row: &Row<'_>,
    key: &str,
    surprises: &Surprises,
) -> Result<Option<(Money, Option<Currency>)>, Reason> {
    let Some(inner) = row.child(key, &MONEY_SHAPE, surprises) else {
        return Ok(None);
    };
    let read = inner
        .money("amount")
        .map_err(|reason| format!("{key}: {reason}"))?;
    let currency = fields::currency(&inner.text("currency"), "amounts.currency", surprises);
    Ok(read.map(|amount| (amount.money, currency)))
}

/// The unit price is the one at which it was ordered; the line's tells whether it still holds.
fn check_extended(
    product: &Row<'_>,
    price: Option<&(Money, Option<Currency>)>,
    seats: Option<i64>,
    surprises: &Surprises,
) {
    let extended = amount(product, "extendedPrice", surprises).ok().flatten();
    if let (Some((extended, _)), Some((price, _)), Some(seats)) = (extended, price, seats) {
        let fits = (extended - price.times(seats)).abs() <= Money::from_cents(1);
        let word = if fits {
            "unitPrice × quantity"
        } else {
            "something else"
        };
        surprises
            .seen
            .count("subscriptions.products.extendedPrice", word);
    }
}

/// Whether a subscription on hold is billed is not said, so it is not judged; what is terminated or removed is over.
fn status(raw: &str, surprises: &Surprises) -> SubscriptionStatus {
    match raw.to_ascii_lowercase().as_str() {
        "hold" => SubscriptionStatus::Unknown,
        "terminated" | "removed" => SubscriptionStatus::Cancelled,
        _ => fields::status(raw, "subscriptions.status", surprises),
    }
}

/// The length of a period: `{"type": "month", "duration": 1}`.
fn period(row: &Row<'_>, key: &str, surprises: &Surprises) -> Option<(i64, char)> {
    let period = row.child(key, &PERIOD_SHAPE, surprises)?;
    let word = period.text("type").to_ascii_lowercase();
    let count = period.int("duration").ok().flatten();
    let told = format!("{} {word}", count.unwrap_or(0));
    surprises
        .seen
        .count(&format!("{}.{key}", SHAPE.path), &told);
    let unit = match word.trim_end_matches('s') {
        "day" => 'D',
        "month" => 'M',
        "year" => 'Y',
        "" => return None,
        _ => {
            surprises.unknown_value(&format!("{}.{key}.type", SHAPE.path), &word);
            return None;
        }
    };
    count
        .filter(|n| (1..=600).contains(n))
        .map(|count| (count, unit))
}

fn cycle(row: &Row<'_>, surprises: &Surprises) -> BillingCycle {
    let months = match period(row, "billingPeriod", surprises) {
        Some((n, 'M')) => n,
        Some((n, 'Y')) => n * 12,
        _ => return BillingCycle::Unknown,
    };
    match months {
        1 => BillingCycle::Monthly,
        3 => BillingCycle::Quarterly,
        6 => BillingCycle::SemiAnnual,
        12 => BillingCycle::Annual,
        24 => BillingCycle::Biennial,
        36 => BillingCycle::Triennial,
        _ => BillingCycle::Unknown,
    }
}

fn term(row: &Row<'_>, surprises: &Surprises) -> String {
    match period(row, "subscriptionPeriod", surprises) {
        Some((count, unit)) => format!("P{count}{unit}"),
        None => String::new(),
    }
}

/// The fulfilment parameter `ms_customer_id` is the Microsoft tenant of the customer (live clients).
fn tenant(row: &Row<'_>, surprises: &Surprises) -> Option<String> {
    let parameters = row.list_or_one("fulfillmentParameters").unwrap_or_default();
    parameters.iter().take(MOST_PRODUCTS).find_map(|parameter| {
        let parameter = Row::of(parameter, &PARAMETER_SHAPE, surprises)?;
        let name = parameter.text("name");
        surprises
            .seen
            .count("subscriptions.fulfillmentParameters (names)", &name);
        if !name.eq_ignore_ascii_case("ms_customer_id") {
            return None;
        }
        let text = parameter.get("value").map(read::text).unwrap_or_default();
        if !text.is_empty() && !is_guid(&text) {
            surprises.count("ms_customer_id", Odd::Unusable, || "no GUID".to_owned());
        }
        is_guid(&text).then(|| text.to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests;
