//! The log that the console shows, shared by all processes.

use super::arg::{Arg, args};
use super::db::{Row, transact};
use super::feed::{Area, Writer};
use super::{Store, StoreError, bulk};
use crate::domain::log::{Level, LogEntry};
use crate::domain::time::Ts;

/// Entries read at once.
const BATCH: i64 = 1_000;
/// Entries of the log's end that one statement reads.
const PAGE: u32 = 500;
/// So many of the newest entries are kept, …
const KEPT: i64 = 100_000;
/// … for so long.
const KEPT_SECONDS: i64 = 90 * 86_400;
/// Entries forgotten by one transaction, so that nobody waits for it.
const PRUNED: u64 = 5_000;

impl Store {
    /// Appends entries, in their order.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn append_log(&self, entries: &[LogEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = entries
            .iter()
            .map(|e| {
                [
                    Arg::from(self.tenant()),
                    Arg::from(e.at),
                    Arg::from(e.level.tag()),
                    Arg::from(e.connection.as_ref()),
                    Arg::from(&e.text),
                    Arg::from(self.writer.0),
                ]
            })
            .collect();
        transact!(self, |tx| {
            let head = "INSERT INTO sync_events (tenant, at, level, connection, text, writer) ";
            bulk::write(tx, head, "", &rows).await?;
            tx.changed(self, &[Area::Log]).await?;
            Ok(())
        })
    }

    /// The newest entries, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn log_tail(&self, limit: u32) -> Result<Vec<LogEntry>, StoreError> {
        let (mut before, mut left) = (i64::MAX, limit);
        let mut newest_first = Vec::new();
        while left > 0 {
            let args = args![self.tenant(), before, left.min(PAGE)];
            let rows = self.db.all(TAIL, args).await?;
            let read = rows.len();
            for row in &rows {
                let (id, entry) = entry(row)?;
                before = id;
                newest_first.push(entry);
            }
            if read < PAGE as usize {
                break;
            }
            left = left.saturating_sub(PAGE);
        }
        newest_first.reverse();
        Ok(newest_first)
    }

    /// Forgets what is older than 90 days or has 100,000 newer entries, and tells how much that was.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn prune_log(&self, now: Ts) -> Result<u64, StoreError> {
        let sql = "SELECT id FROM sync_events WHERE tenant = $1 ORDER BY id DESC LIMIT 1 OFFSET $2";
        let row = self.db.first(sql, args![self.tenant(), KEPT]).await?;
        let last: i64 = row.map_or(Ok(0), |row| row.only())?;
        let old = now.plus_seconds(-KEPT_SECONDS);
        let mut pruned = 0;
        loop {
            let gone = transact!(self, |tx| {
                let gone = tx
                    .execute(PRUNE, args![self.tenant(), last, old, PRUNED])
                    .await?;
                Ok(gone)
            })?;
            pruned += gone;
            if gone < PRUNED {
                return Ok(pruned);
            }
        }
    }

    /// The number of the newest entry; 0 if there is none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn log_end(&self) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(id), 0) FROM sync_events WHERE tenant = $1";
        let row = self.db.first(sql, args![self.tenant()]).await?;
        row.map_or(Ok(0), |row| row.only())
    }

    /// One writer's entries after a number, oldest first, each with its own; a thousand at the most. (The numbers of one
    /// writer come in order; those of several do not, since their transactions end as they like.)
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn log_of(
        &self,
        writer: Writer,
        after: i64,
    ) -> Result<Vec<(i64, LogEntry)>, StoreError> {
        self.db
            .all(
                "SELECT id, at, level, connection, text FROM sync_events
                 WHERE tenant = $1 AND id > $2 AND writer = $3 ORDER BY id LIMIT $4",
                args![self.tenant(), after, writer.0, BATCH],
            )
            .await?
            .iter()
            .map(entry)
            .collect()
    }
}

const TAIL: &str = "SELECT id, at, level, connection, text FROM sync_events
    WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
/// The entries are looked at from the oldest on, whose numbers rise as their times do.
const PRUNE: &str = "DELETE FROM sync_events WHERE tenant = $1 AND id IN
    (SELECT id FROM (SELECT id, at FROM sync_events WHERE tenant = $1 ORDER BY id LIMIT $4) AS oldest
     WHERE id <= $2 OR at < $3)";

fn entry(row: &Row) -> Result<(i64, LogEntry), StoreError> {
    let mut c = row.cells();
    let id = c.take()?;
    let entry = LogEntry {
        at: c.take()?,
        level: Level::from_tag(&c.take::<String>()?),
        connection: c.take::<Option<String>>()?.map(Into::into),
        text: c.take()?,
    };
    Ok((id, entry))
}
