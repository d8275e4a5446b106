//! What of a SKU's id and name tells the product, and what only how it is bought.

use std::collections::BTreeSet;

use crate::domain::ids::Sku;

/// A SKU without the term and the billing cycle at its end: `CFQ7TTC0LCHC:0002:P1Y:M` is `CFQ7TTC0LCHC:0002`.
pub(super) fn stem(sku: &Sku) -> &str {
    let text = sku.as_str();
    match text.match_indices(':').nth(1) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}

/// Words that say how a product is bought or who made it, not what it is.
const NOISE: [&str; 32] = [
    "annual",
    "annually",
    "bill",
    "billed",
    "billing",
    "commerce",
    "commit",
    "commitment",
    "csp",
    "for",
    "licence",
    "licences",
    "license",
    "licenses",
    "microsoft",
    "month",
    "monthly",
    "ms",
    "nce",
    "new",
    "p1m",
    "p1y",
    "p3y",
    "paid",
    "per",
    "seat",
    "subscription",
    "term",
    "upfront",
    "user",
    "year",
    "yearly",
];

/// The words of a product's name that tell it from others.
pub(super) fn words(name: &str) -> BTreeSet<String> {
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty() && !NOISE.contains(w))
        .map(|w| match w {
            "m365" | "o365" => "365".to_owned(),
            other => other.to_owned(),
        })
        .collect()
}
