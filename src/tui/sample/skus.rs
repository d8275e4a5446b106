//! SKUs and products of the made-up tenant.

use super::{PRODUCTS, usd};
use crate::domain::agreement::Coverage;
use crate::domain::ids::SkuKey;
use crate::domain::money::Money;
use crate::domain::party::LinkState;
use crate::domain::product::{ProductCandidate, ProductItem, PsaProduct, SkuLine};
use crate::domain::vendor::Vendor;

/// SKUs that wait for a person: with suggestions, and without.
pub fn skus(n: usize) -> Vec<ProductItem> {
    let of_psa = psa_products();
    (0..n)
        .map(|i| {
            let (sku, name, cost, _) = PRODUCTS[i % PRODUCTS.len()];
            let seats = 240 - 17 * i64::try_from(i).unwrap();
            let suggested = if i % 3 == 2 { 0 } else { 3 };
            ProductItem {
                line: SkuLine {
                    key: SkuKey::new(Vendor::Synnex, format!("{sku}:0001:P1Y:{i}")),
                    name: format!("{name} (NCE) annual"),
                    edition: "business premium".to_owned(),
                    term: "1 year".to_owned(),
                    cycle: "monthly".to_owned(),
                    seats,
                    customers: 14,
                    monthly_cost: [(&usd(), Money::from_cents(cost).times(seats))]
                        .into_iter()
                        .collect(),
                },
                state: LinkState::Pending,
                candidates: (0..suggested)
                    .map(|c| ProductCandidate {
                        product: of_psa[(i + c) % of_psa.len()].clone(),
                        seats_per_unit: 1,
                        coverage: Coverage::Inferred,
                        score: 0.62 / (1.0 + c as f64),
                        reasons: vec![
                            "+ words in common: business m365".to_owned(),
                            "- other edition: premium ≠ basic".to_owned(),
                            "- only at the PSA: managed".to_owned(),
                        ],
                    })
                    .collect(),
            }
        })
        .collect()
}

/// The products of the PSA.
pub fn psa_products() -> Vec<PsaProduct> {
    let product = |code: &str, name: &str, edition: &str, cycle: &str, seats| PsaProduct {
        code: code.to_owned(),
        name: name.to_owned(),
        edition: edition.to_owned(),
        cycle: cycle.to_owned(),
        seats,
        customers: 12,
        ..PsaProduct::default()
    };
    vec![
        product("BACKUP", "Cloud backup, managed", "", "monthly", 310),
        product(
            "M365-BB",
            "M365 Business Basic",
            "basic business",
            "monthly",
            96,
        ),
        product(
            "M365-BP",
            "M365 Business Premium",
            "business premium",
            "annual",
            204,
        ),
        product("WORKPLACE", "Managed workplace", "", "monthly", 118),
    ]
}
