//! The product queue: SKUs with what they are sold as or may be, the dearest first.

use std::collections::HashMap;

use super::arg::args;
use super::connections::{json, vendor};
use super::db::{Cells, Row};
use super::{Store, StoreError};
use crate::domain::agreement::Coverage;
use crate::domain::ids::SkuKey;
use crate::domain::party::LinkState;
use crate::domain::product::{ProductCandidate, ProductItem, PsaProduct, SkuLine};

/// A SKU's state and products.
type Links = HashMap<SkuKey, (LinkState, Vec<ProductCandidate>)>;

impl Store {
    /// Every SKU that a distributor lists, by the monthly cost of its billable subscriptions, dearest first, as of the
    /// last matching. Those that wait for a person are the ones that [`ProductItem::waits`] tells.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn product_items(&self) -> Result<Vec<ProductItem>, StoreError> {
        let mut links = links(&self.db.all(LINKS, args![self.tenant()]).await?)?;
        self.db
            .all(SKUS, args![self.tenant()])
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                let line = SkuLine {
                    key: sku_key(&mut c)?,
                    name: c.take()?,
                    edition: c.take()?,
                    term: c.take()?,
                    cycle: c.take()?,
                    seats: c.take()?,
                    customers: c.take()?,
                    monthly_cost: json(&c.take::<String>()?)?,
                };
                let found = links.remove(&line.key);
                let (state, candidates) = found.unwrap_or((LinkState::Pending, Vec::new()));
                Ok(ProductItem {
                    line,
                    state,
                    candidates,
                })
            })
            .collect()
    }

    /// Every product of the PSA, by code, as of the last matching.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn psa_products(&self) -> Result<Vec<PsaProduct>, StoreError> {
        self.db
            .read(PRODUCTS, args![self.tenant()], |row| {
                product(&mut row.cells())
            })
            .await
    }
}

pub(super) fn sku_key(c: &mut Cells<'_>) -> Result<SkuKey, StoreError> {
    Ok(SkuKey::new(
        vendor(&c.take::<String>()?)?,
        c.take::<String>()?,
    ))
}

fn product(c: &mut Cells<'_>) -> Result<PsaProduct, StoreError> {
    Ok(PsaProduct {
        code: c.take()?,
        name: c.take()?,
        vendor_sku: c.take()?,
        edition: c.take()?,
        term: c.take()?,
        cycle: c.take()?,
        seats: c.take()?,
        customers: c.take()?,
    })
}

/// Links by SKU. A link without a code says that the SKU is sold as no product.
fn links(rows: &[Row]) -> Result<Links, StoreError> {
    let mut found = Links::new();
    for row in rows {
        let mut c = row.cells();
        let key = sku_key(&mut c)?;
        let state = LinkState::from_tag(&c.take::<String>()?);
        let (seats_per_unit, score) = (c.take()?, c.take()?);
        let reasons = json(&c.take::<String>()?)?;
        let coverage = Coverage::from_tag(&c.take::<String>()?);
        let product = product(&mut c)?;
        let (of_sku, candidates) = found.entry(key).or_insert((state, Vec::new()));
        *of_sku = state;
        if !product.code.is_empty() {
            candidates.push(ProductCandidate {
                product,
                seats_per_unit,
                coverage,
                score,
                reasons,
            });
        }
    }
    Ok(found)
}

const SKUS: &str =
    "SELECT vendor, sku, product_name, edition, term, billing_cycle, seats, customers, monthly_cost
    FROM distributor_skus WHERE tenant = $1 ORDER BY weight DESC, product_name, vendor, sku";
const PRODUCTS: &str =
    "SELECT product_code, product_name, vendor_sku, edition, term, billing_cycle, seats, customers
    FROM psa_products WHERE tenant = $1 ORDER BY product_code";
const LINKS: &str = "SELECT l.vendor, l.sku, l.link_state, l.seats_per_unit, l.link_score, l.reasons, l.coverage,
        l.product_code, coalesce(p.product_name, ''), coalesce(p.vendor_sku, ''), coalesce(p.edition, ''),
        coalesce(p.term, ''), coalesce(p.billing_cycle, ''), coalesce(p.seats, 0), coalesce(p.customers, 0)
    FROM product_links l LEFT JOIN psa_products p ON p.tenant = l.tenant AND p.product_code = l.product_code
    WHERE l.tenant = $1 ORDER BY l.vendor, l.sku, l.link_score DESC, l.product_code";
