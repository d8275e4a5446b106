//! SKUs, products of the PSA, and the links between them, as the matcher leaves them.

use super::arg::{Arg, args};
use super::connections::{to_json, vendor};
use super::db::{Tx, transact};
use super::feed::Area;
use super::product_queue::sku_key;
use super::{Store, StoreError, bulk};
use crate::domain::agreement::{Coverage, ProductLink};
use crate::domain::ids::SkuKey;
use crate::domain::party::LinkState;
use crate::domain::product::{ProductCandidate, ProductItem, PsaProduct, SkuLine};

impl Store {
    /// The links that count: made by the matcher or by a person, who may also have said that there is none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn product_links(&self) -> Result<Vec<ProductLink>, StoreError> {
        self.db
            .all(
                "SELECT vendor, sku, product_code, seats_per_unit, coverage FROM product_links
                 WHERE tenant = $1 AND link_state IN ('auto', 'confirmed', 'no_counterpart')
                 ORDER BY vendor, sku, product_code",
                args![self.tenant()],
            )
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                Ok(ProductLink {
                    vendor: vendor(&c.take::<String>()?)?,
                    sku: c.id()?,
                    product_code: c.take()?,
                    seats_per_unit: c.take()?,
                    coverage: Coverage::from_tag(&c.take::<String>()?),
                })
            })
            .collect()
    }

    /// Keeps both sides as they are now and what the matcher says of each SKU: all of it takes the place of what was
    /// there. What a person decided stays.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn save_products(
        &self,
        skus: &[ProductItem],
        products: &[PsaProduct],
    ) -> Result<(), StoreError> {
        let skus = bulk::last_of_each(skus, |s| &s.line.key);
        let products = bulk::last_of_each(products, |p| &p.code);
        let products: Vec<_> = products.iter().map(|p| self.product_args(p)).collect();
        let lines = skus.iter().map(|s| self.line_args(&s.line));
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            for sql in [
                "DELETE FROM psa_products WHERE tenant = $1",
                "DELETE FROM distributor_skus WHERE tenant = $1",
                "DELETE FROM product_links WHERE tenant = $1 AND link_state IN ('auto', 'pending')",
            ] {
                tx.execute(sql, args![self.tenant()]).await?;
            }
            bulk::write(tx, PRODUCT_HEAD, "", &products).await?;
            bulk::write(tx, LINE_HEAD, "", &lines).await?;
            let decided = self.decided(tx).await?;
            let mut links = Vec::new();
            for item in &skus {
                if !decided.contains(&item.line.key) {
                    for candidate in &item.candidates {
                        links.push(self.product_link_args(
                            &item.line.key,
                            item.state,
                            candidate,
                        )?);
                    }
                }
            }
            bulk::write(tx, LINK_HEAD, "", &links).await?;
            tx.changed(self, &[Area::Customers, Area::Products]).await?;
            Ok(())
        })
    }

    /// The SKUs that a person has decided.
    async fn decided(&self, tx: &mut Tx) -> Result<Vec<SkuKey>, StoreError> {
        tx.all(
            "SELECT DISTINCT vendor, sku FROM product_links WHERE tenant = $1",
            args![self.tenant()],
        )
        .await?
        .iter()
        .map(|row| sku_key(&mut row.cells()))
        .collect()
    }

    fn product_args<'a>(&'a self, p: &'a PsaProduct) -> [Arg<'a>; 9] {
        [
            self.tenant().into(),
            (&p.code).into(),
            (&p.name).into(),
            (&p.vendor_sku).into(),
            (&p.edition).into(),
            (&p.term).into(),
            (&p.cycle).into(),
            p.seats.into(),
            p.customers.into(),
        ]
    }

    fn line_args<'a>(&'a self, line: &'a SkuLine) -> Result<[Arg<'a>; 11], StoreError> {
        let weight = line
            .monthly_cost
            .iter()
            .fold(0, |sum: i64, (_, m)| sum.saturating_add(m.units()));
        Ok([
            self.tenant().into(),
            line.key.vendor.tag().into(),
            (&line.key.sku).into(),
            (&line.name).into(),
            (&line.edition).into(),
            (&line.term).into(),
            (&line.cycle).into(),
            line.seats.into(),
            line.customers.into(),
            to_json(&line.monthly_cost)?.into(),
            weight.into(),
        ])
    }

    /// The values of a row of [`LINK_HEAD`].
    pub(super) fn product_link_args<'a>(
        &'a self,
        key: &'a SkuKey,
        state: LinkState,
        candidate: &'a ProductCandidate,
    ) -> Result<[Arg<'a>; 9], StoreError> {
        Ok([
            self.tenant().into(),
            key.vendor.tag().into(),
            (&key.sku).into(),
            (&candidate.product.code).into(),
            candidate.seats_per_unit.into(),
            state.tag().into(),
            candidate.score.into(),
            to_json(&candidate.reasons)?.into(),
            candidate.coverage.tag().into(),
        ])
    }
}

const PRODUCT_HEAD: &str =
    "INSERT INTO psa_products (tenant, product_code, product_name, vendor_sku, edition, term,
    billing_cycle, seats, customers) ";
const LINE_HEAD: &str =
    "INSERT INTO distributor_skus (tenant, vendor, sku, product_name, edition, term,
    billing_cycle, seats, customers, monthly_cost, weight) ";
pub(super) const LINK_HEAD: &str =
    "INSERT INTO product_links (tenant, vendor, sku, product_code, seats_per_unit,
    link_state, link_score, reasons, coverage) ";
