//! The log that the console shows, shared by all processes.

use super::arg::{Arg, args};
use super::db::{Row, transact};
use super::feed::{Area, Writer};
use super::{Store, StoreError, bulk};
use crate::domain::log::{Level, LogEntry};

/// Entries read at once.
const BATCH: i64 = 1_000;

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
            bulk::insert(tx, head, "", &rows).await?;
            tx.changed(self, &[Area::Log]).await?;
            Ok(())
        })
    }

    /// The newest entries, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn log_tail(&self, limit: u32) -> Result<Vec<LogEntry>, StoreError> {
        let rows = self
            .db
            .all(
                "SELECT id, at, level, connection, text FROM sync_events WHERE tenant = $1 ORDER BY id DESC LIMIT $2",
                args![self.tenant(), limit],
            )
            .await?;
        rows.iter().rev().map(|row| Ok(entry(row)?.1)).collect()
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
