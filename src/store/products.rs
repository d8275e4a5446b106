//! Which PSA products a distributor's SKU is sold as.

use super::arg::{Arg, args};
use super::connections::vendor;
use super::db::transact;
use super::feed::Area;
use super::{Store, StoreError, bulk};
use crate::domain::agreement::ProductLink;
use crate::domain::party::LinkState;

impl Store {
    /// The links that count: made by the matcher or by a person.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn product_links(&self) -> Result<Vec<ProductLink>, StoreError> {
        self.db
            .all(
                "SELECT vendor, sku, product_code, seats_per_unit FROM product_links
                 WHERE tenant = $1 AND link_state IN ('auto', 'confirmed') ORDER BY vendor, sku, product_code",
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
                })
            })
            .collect()
    }

    /// Keeps links with their state and score. What a person decided is changed only by what a person decides.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn save_product_links(
        &self,
        links: &[(ProductLink, LinkState, f64)],
    ) -> Result<(), StoreError> {
        let kept = bulk::last_of_each(links, |(l, _, _)| (l.vendor, &l.sku, &l.product_code));
        let rows: Vec<_> = kept
            .into_iter()
            .map(|(link, state, score)| {
                [
                    Arg::from(self.tenant()),
                    Arg::from(link.vendor.tag()),
                    Arg::from(&link.sku),
                    Arg::from(&link.product_code),
                    Arg::from(link.seats_per_unit),
                    Arg::from(state.tag()),
                    Arg::from(*score),
                ]
            })
            .collect();
        transact!(self, |tx| {
            let head = "INSERT INTO product_links
                (tenant, vendor, sku, product_code, seats_per_unit, link_state, link_score) ";
            let tail = " ON CONFLICT (tenant, vendor, sku, product_code) DO UPDATE SET
                seats_per_unit = excluded.seats_per_unit, link_state = excluded.link_state,
                link_score = excluded.link_score
                WHERE product_links.link_state IN ('auto', 'pending')
                    OR excluded.link_state NOT IN ('auto', 'pending')";
            bulk::insert(tx, head, tail, &rows).await?;
            tx.changed(self, &[Area::Customers]).await?;
            Ok(())
        })
    }
}
