//! What changed and who changed it: how each process on a database learns what the others did.
//!
//! Each open store is a writer of its own with a row for each area, so that writers do not wait for each other and none
//! takes its own changes for somebody else's.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::arg::args;
use super::db::Tx;
use super::{Store, StoreError};

/// A group of tables that a screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Who looks at which review item.
    Claims,
    /// Connections, their tokens and the ledger of runs.
    Connections,
    /// The hub, licensing.
    Customers,
    /// Findings.
    Findings,
    /// The log.
    Log,
    /// SKUs, products of the PSA, and what links them.
    Products,
    /// How far the runs are.
    Progress,
    /// The review queue and the decision log.
    Review,
}

const AREAS: [(Area, &str); 8] = [
    (Area::Claims, "claims"),
    (Area::Connections, "connections"),
    (Area::Customers, "customers"),
    (Area::Findings, "findings"),
    (Area::Log, "log"),
    (Area::Products, "products"),
    (Area::Progress, "progress"),
    (Area::Review, "review"),
];

impl Area {
    fn tag(self) -> &'static str {
        AREAS
            .iter()
            .find(|(area, _)| *area == self)
            .map_or("", |(_, tag)| tag)
    }

    /// None for an area of a newer version.
    fn from_tag(tag: &str) -> Option<Self> {
        AREAS.iter().find(|(_, t)| *t == tag).map(|(area, _)| *area)
    }
}

/// A store that writes: every [`Store::open`] is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Writer(pub(super) i64);

impl Writer {
    /// A number that no other writer has.
    pub(super) fn new() -> Self {
        Self(fastrand::i64(1..i64::MAX))
    }
}

/// How far each other writer is in each area.
pub(super) type Marks = BTreeMap<(Writer, Area), i64>;

/// Marks older than this are of writers that have ended.
const KEPT_MS: i64 = 24 * 3_600_000;

impl Store {
    /// How far the other writers are.
    pub(super) async fn marks(&self) -> Result<Marks, StoreError> {
        let rows = self
            .db
            .all(
                "SELECT writer, area, n FROM feed WHERE tenant = $1 AND writer <> $2",
                args![self.tenant(), self.writer.0],
            )
            .await?;
        let mut marks = Marks::new();
        for row in &rows {
            let mut c = row.cells();
            let (writer, area, n): (i64, String, i64) = (c.take()?, c.take()?, c.take()?);
            if let Some(area) = Area::from_tag(&area) {
                marks.insert((Writer(writer), area), n);
            }
        }
        Ok(marks)
    }
}

impl Tx {
    /// Says what this transaction changed, in the order of [`Area`]. Its last statement.
    pub(super) async fn changed(
        &mut self,
        store: &Store,
        areas: &[Area],
    ) -> Result<(), StoreError> {
        let clock = self.engine().clock_ms();
        let rows: Vec<String> = areas
            .iter()
            .map(|area| format!("($1, $2, '{}', {clock})", area.tag()))
            .collect();
        let sql = format!(
            "INSERT INTO feed (tenant, writer, area, n) VALUES {}
             ON CONFLICT (tenant, writer, area) DO UPDATE SET
                 n = CASE WHEN excluded.n > feed.n THEN excluded.n ELSE feed.n + 1 END",
            rows.join(", ")
        );
        self.execute(AssertSqlSafe(sql), args![store.tenant(), store.writer.0])
            .await?;
        if let Some(notify) = self.engine().notify() {
            let payload = store.writer.0.to_string();
            self.execute(notify, args![&store.channel(), &payload])
                .await?;
        }
        Ok(())
    }

    /// Drops the marks of writers that ended long ago.
    pub(super) async fn forget_old_marks(&mut self, store: &Store) -> Result<(), StoreError> {
        let sql = format!(
            "DELETE FROM feed WHERE tenant = $1 AND n < {} - $2",
            self.engine().clock_ms()
        );
        self.execute(AssertSqlSafe(sql), args![store.tenant(), KEPT_MS])
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_kept_by_their_tags_in_order() {
        for (area, tag) in AREAS {
            assert_eq!(Area::from_tag(tag), Some(area));
            assert_eq!(area.tag(), tag);
        }
        assert!(AREAS.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(Area::from_tag("of a newer version"), None);
    }
}
