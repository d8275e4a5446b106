//! The log that the console shows, shared by all processes.

use super::arg::{Arg, args};
use super::db::transact;
use super::{Store, StoreError, bulk};
use crate::domain::log::{Level, LogEntry};

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
                ]
            })
            .collect();
        transact!(self, |tx| {
            let head = "INSERT INTO sync_events (tenant, at, level, connection, text) ";
            bulk::insert(tx, head, "", &rows).await?;
            tx.changed(self.tenant()).await?;
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
                "SELECT at, level, connection, text FROM sync_events WHERE tenant = $1 ORDER BY id DESC LIMIT $2",
                args![self.tenant(), limit],
            )
            .await?;
        rows.iter()
            .rev()
            .map(|row| {
                let mut c = row.cells();
                Ok(LogEntry {
                    at: c.take()?,
                    level: Level::from_tag(&c.take::<String>()?),
                    connection: c.take::<Option<String>>()?.map(Into::into),
                    text: c.take()?,
                })
            })
            .collect()
    }
}
