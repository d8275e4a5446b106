//! Rows that could not be taken: kept with their reason, while the run goes on.

use sha2::{Digest, Sha256};

use super::arg::{Arg, args};
use super::{Store, StoreError};
use crate::domain::ids::ConnectionName;
use crate::domain::subscription::Quarantined;
use crate::domain::time::Ts;

/// A row that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRow {
    /// The run that last met it.
    pub run: i64,
    /// When that was.
    pub at: Ts,
    /// The row and why.
    pub row: Quarantined,
    /// Whose listing it came from.
    pub connection: ConnectionName,
}

impl Store {
    /// Rows in quarantine, those met last first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn quarantine(&self, limit: u32) -> Result<Vec<QuarantineRow>, StoreError> {
        self.db
            .all(
                "SELECT run, at, connection, stream, source_id, reason, payload FROM quarantine
                 WHERE tenant = $1 ORDER BY at DESC, id DESC LIMIT $2",
                args![self.tenant(), limit],
            )
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                Ok(QuarantineRow {
                    run: c.take()?,
                    at: c.take()?,
                    connection: c.id()?,
                    row: Quarantined {
                        stream: c.take()?,
                        source_id: c.take()?,
                        reason: c.take()?,
                        payload: c.take()?,
                    },
                })
            })
            .collect()
    }
}

/// What tells one row in quarantine from another: its id, or a digest where it has none.
pub(super) fn source_key(row: &Quarantined) -> String {
    if !row.source_id.is_empty() {
        return row.source_id.clone();
    }
    let digest = Sha256::digest(format!("{}\n{}", row.reason, row.payload));
    digest
        .iter()
        .take(16)
        .fold("#".to_owned(), |mut key, byte| {
            key.push_str(&format!("{byte:02x}"));
            key
        })
}

/// The columns of a row in quarantine.
pub(super) const HEAD: &str =
    "INSERT INTO quarantine (tenant, connection, stream, source_key, source_id, reason,
    payload, run, first_seen_at, at, times) ";
/// What happens to a row that is there already.
pub(super) const TAIL: &str = " ON CONFLICT (tenant, connection, stream, source_key) DO UPDATE SET
    source_id = excluded.source_id, reason = excluded.reason, payload = excluded.payload, run = excluded.run,
    at = excluded.at, times = quarantine.times + 1";

/// The values of [`HEAD`]: of a connection and its run.
pub(super) fn row<'a>(
    store: &'a Store,
    (connection, run): (&'a ConnectionName, i64),
    q: &'a Quarantined,
    key: &'a String,
    now: Ts,
) -> [Arg<'a>; 11] {
    [
        store.tenant().into(),
        connection.into(),
        (&q.stream).into(),
        key.into(),
        (&q.source_id).into(),
        (&q.reason).into(),
        (&q.payload).into(),
        run.into(),
        now.into(),
        now.into(),
        1_i64.into(),
    ]
}
