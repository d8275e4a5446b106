//! Findings of every kind and state, and what could not be judged.

use super::{PRODUCTS, now, profile, usd};
use crate::domain::finding::{
    Finding, FindingKind, FindingRow, FindingState, Unjudged, UnjudgedReason,
};
use crate::domain::ids::{CustomerId, Sku};
use crate::domain::money::Money;
use crate::domain::vendor::Vendor;

/// Findings of every kind and state.
pub fn findings(n: usize) -> Vec<FindingRow> {
    (0..n)
        .map(|i| {
            let (sku, product, cost, price) = PRODUCTS[i % PRODUCTS.len()];
            let seats = i64::try_from(40 - (i * 3) % 37).unwrap();
            FindingRow {
                finding: Finding {
                    fingerprint: format!("f{i}"),
                    kind: FindingKind::ALL[i % FindingKind::ALL.len()],
                    vendor: Some(Vendor::Synnex),
                    customer_id: Some(CustomerId(i64::try_from(i).unwrap())),
                    customer: profile(i, 1).name,
                    sku: Some(Sku::new(sku)),
                    product_name: product.to_owned(),
                    monthly_amount: Money::from_cents(price * seats),
                    currency: usd(),
                    evidence: vec![
                        format!("bought: {} seats in 2 subscriptions (S-1001, S-1002) at USD {}", seats + 10, Money::from_cents(cost)),
                        "contracted: 10 seats, line 88123 of agreement Managed Services Gold".to_owned(),
                        format!("{seats} seats above the contract × USD {} a seat and month (price of the line)", Money::from_cents(price)),
                    ],
                    action: format!("Add {seats} seats to line 88123, or reduce the subscription by {seats}."),
                },
                state: match i % 10 {
                    8 => FindingState::Muted,
                    9 => FindingState::Resolved,
                    _ => FindingState::Open,
                },
                first_seen_at: now().plus_seconds(-20 * 86_400),
                last_seen_at: now().plus_seconds(-7200),
            }
        })
        .collect()
}

/// What could not be judged.
pub fn unjudged() -> Unjudged {
    [
        (UnjudgedReason::UnmappedCustomer, 9),
        (UnjudgedReason::UnknownCost, 5),
    ]
    .into()
}
