//! How far the runs are: written by the process that runs, read by those who watch.

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::connections::{json, to_json};
use super::db::transact;
use super::feed::Area;
use super::{Store, StoreError, bulk};
use crate::domain::log::{Progress, RunState};

impl Store {
    /// Keeps how far runs of this process are, for others to see; the newest of each connection.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn put_progress(
        &self,
        progress: &[&Progress],
        owner: &str,
    ) -> Result<(), StoreError> {
        let mut bodies = Vec::with_capacity(progress.len());
        for p in progress {
            bodies.push(to_json(p)?);
        }
        let rows: Vec<_> = progress
            .iter()
            .zip(&bodies)
            .map(|(p, body)| {
                [
                    Arg::from(self.tenant()),
                    Arg::from(&p.connection),
                    Arg::from(self.writer.0),
                    Arg::from(owner),
                    Arg::from(body),
                ]
            })
            .collect();
        transact!(self, |tx| {
            bulk::write(tx, HEAD, TAIL, &rows).await?;
            tx.changed(self, &[Area::Progress]).await?;
            Ok(())
        })
    }

    /// How far the runs of other processes are, with the name of each process. A run whose process has lost its lease
    /// without a word counts as interrupted.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn progress_of_others(&self) -> Result<Vec<Progress>, StoreError> {
        let sql = format!(
            "SELECT p.owner, p.body, l.name IS NOT NULL,
                 (SELECT r.state FROM sync_runs r WHERE r.tenant = p.tenant AND r.connection = p.connection
                  ORDER BY r.id DESC LIMIT 1)
             FROM run_progress p LEFT JOIN leases l ON l.tenant = p.tenant AND l.name = 'run:' || p.connection
                 AND l.owner = p.owner AND l.until_ms > {}
             WHERE p.tenant = $1 AND p.writer <> $2",
            self.engine().clock_ms()
        );
        self.db
            .all(AssertSqlSafe(sql), args![self.tenant(), self.writer.0])
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                let owner: String = c.take()?;
                let mut progress: Progress = json(&c.take::<String>()?)?;
                let (held, ledger): (bool, Option<String>) = (c.take()?, c.take()?);
                progress.by = Some(owner);
                if progress.state == RunState::Running && !held {
                    let state = ledger.map_or(RunState::Running, |tag| RunState::from_tag(&tag));
                    progress.state = match state {
                        RunState::Running => RunState::Interrupted,
                        ended => ended,
                    };
                }
                Ok(progress)
            })
            .collect()
    }
}

const HEAD: &str = "INSERT INTO run_progress (tenant, connection, writer, owner, body) ";
const TAIL: &str = " ON CONFLICT (tenant, connection) DO UPDATE SET writer = excluded.writer, owner = excluded.owner,
    body = excluded.body";
