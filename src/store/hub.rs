//! Each customer of the hub with its sums, kept ready: a list of customers waits for no judgement of everything.

use super::arg::{Arg, args};
use super::changes::Mark;
use super::connections::{json, to_json};
use super::db::{Tx, transact};
use super::feed::Area;
use super::{Store, StoreError, bulk};
use crate::domain::hub::CustomerLine;

/// How far the hub was read.
pub type HubMark = Mark<i64>;

impl Store {
    /// Keeps the lines of some customers, or of all.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn save_hub(&self, lines: &[CustomerLine]) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            keep(tx, self, lines).await?;
            tx.changed(self, &[Area::Customers]).await?;
            Ok(())
        })
    }

    /// The next lines that are new or changed since a mark, in no order that people know, and how far they go. Fewer than
    /// `limit` are all there are.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn hub_since(
        &self,
        mark: &HubMark,
        limit: u32,
    ) -> Result<(Vec<CustomerLine>, HubMark), StoreError> {
        let rows = self
            .db
            .all(
                "SELECT change_no, customer_id, body FROM hub_lines
                 WHERE tenant = $1 AND (change_no, customer_id) > ($2, $3)
                 ORDER BY change_no, customer_id LIMIT $4",
                args![self.tenant(), mark.change, mark.key, limit],
            )
            .await?;
        let mut mark = mark.clone();
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut c = row.cells();
            (mark.change, mark.key) = (c.take()?, c.take()?);
            lines.push(json(&c.take::<String>()?)?);
        }
        Ok((lines, mark))
    }
}

/// Writes those lines that differ from what is kept.
pub(super) async fn keep(
    tx: &mut Tx,
    store: &Store,
    lines: &[CustomerLine],
) -> Result<(), StoreError> {
    let change: i64 = tx
        .value(
            "SELECT coalesce(max(change_no), 0) + 1 FROM hub_lines WHERE tenant = $1",
            args![store.tenant()],
        )
        .await?;
    let lines = bulk::last_of_each(lines, |l| l.customer.id);
    let rows = lines.iter().map(|line| {
        Ok([
            Arg::from(store.tenant()),
            Arg::from(line.customer.id),
            Arg::from(change),
            Arg::from(to_json(line)?),
        ])
    });
    let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
    bulk::write(tx, HEAD, TAIL, &rows).await
}

const HEAD: &str = "INSERT INTO hub_lines (tenant, customer_id, change_no, body) ";
const TAIL: &str =
    " ON CONFLICT (tenant, customer_id) DO UPDATE SET change_no = excluded.change_no,
    body = excluded.body WHERE hub_lines.body <> excluded.body";
