//! The beginning of a sync run: a fresh one, or the last one where it stopped.

use std::collections::BTreeMap;

use super::arg::args;
use super::db::{Row, Tx, transact};
use super::feed::Area;
use super::runs::{Checkpoint, LEASE_SECONDS, Run, RunStart, Scope, lease};
use super::{Store, StoreError};
use crate::domain::log::Phase;
use crate::domain::time::{Ts, Week};

/// An unfinished run older than this is not resumed.
const RESUME_SECONDS: i64 = 24 * 3600;

impl Store {
    /// Begins a run, or resumes the connection's latest one if it is unfinished and younger than a day.
    ///
    /// # Errors
    /// [`StoreError::RunHeld`] if another process is at it.
    pub async fn begin_run(&self, start: &RunStart) -> Result<Run, StoreError> {
        transact!(self, |tx| {
            let key = args![self.tenant(), &start.connection];
            let name = lease(&start.connection);
            let taken = self
                .take_lease_in(tx, &name, &start.owner, LEASE_SECONDS)
                .await?;
            let latest = tx
                .first(
                    "SELECT id, week_start, requests, started_at, resumable, scope FROM sync_runs
                     WHERE tenant = $1 AND connection = $2 ORDER BY id DESC LIMIT 1",
                    key,
                )
                .await?;
            let Some(epoch) = taken else {
                return Err(self.held(tx, &name, latest.as_ref(), start.now).await?);
            };
            let resumed = match &latest {
                Some(row) if !start.full => resumable(row, start.now)?,
                _ => None,
            };
            tx.forget_old_marks(self).await?;
            let abandoned = args![
                self.tenant(),
                &start.connection,
                resumed.map_or(0, |found| found.id),
                start.now
            ];
            tx.execute(
                "UPDATE sync_runs SET state = 'failed', resumable = FALSE, ended_at = coalesce(ended_at, $4),
                     problem = coalesce(problem, '{\"error\":{\"code\":\"interrupted\",\"title\":\"abandoned\"}}')
                 WHERE tenant = $1 AND connection = $2 AND id <> $3 AND resumable",
                abandoned,
            )
            .await?;
            let run = match resumed {
                Some(found) => self.resume(tx, start, epoch, found).await?,
                None => self.fresh(tx, start, epoch).await?,
            };
            tx.changed(self, &[Area::Connections]).await?;
            Ok(run)
        })
    }

    async fn held(
        &self,
        tx: &mut Tx,
        name: &str,
        latest: Option<&Row>,
        now: Ts,
    ) -> Result<StoreError, StoreError> {
        let by = tx
            .value(
                "SELECT owner FROM leases WHERE tenant = $1 AND name = $2",
                args![self.tenant(), name],
            )
            .await?;
        let mut since = now;
        if let Some(row) = latest {
            let mut c = row.cells();
            let (_, _, _): (i64, Week, i64) = (c.take()?, c.take()?, c.take()?);
            since = c.take()?;
        }
        Ok(StoreError::RunHeld { by, since })
    }

    async fn resume(
        &self,
        tx: &mut Tx,
        start: &RunStart,
        epoch: i64,
        Found {
            id,
            week,
            requests,
            scope,
        }: Found,
    ) -> Result<Run, StoreError> {
        tx.execute(
            "UPDATE sync_runs SET state = 'running', resumed = TRUE, ended_at = NULL, problem = NULL, owner = $3
             WHERE tenant = $1 AND id = $2",
            args![self.tenant(), id, &start.owner],
        )
        .await?;
        let rows = tx
            .all(
                "SELECT stream, cursor, pages, rows, expected_total, done FROM checkpoints
                 WHERE tenant = $1 AND run = $2",
                args![self.tenant(), id],
            )
            .await?;
        let mut checkpoints = BTreeMap::new();
        for row in &rows {
            let mut c = row.cells();
            let stream = c.take()?;
            let checkpoint = Checkpoint {
                cursor: c.take()?,
                pages: c.count()?,
                rows: c.count()?,
                expected_total: c.maybe_count()?,
                done: c.take()?,
            };
            checkpoints.insert(stream, checkpoint);
        }
        Ok(Run {
            id,
            connection: start.connection.clone(),
            vendor: start.vendor,
            owner: start.owner.clone(),
            week,
            epoch,
            resumed: true,
            scope,
            requests: requests.max(0).cast_unsigned(),
            checkpoints,
        })
    }

    async fn fresh(&self, tx: &mut Tx, start: &RunStart, epoch: i64) -> Result<Run, StoreError> {
        let week = start.now.week();
        let id = tx
            .value(
                "INSERT INTO sync_runs (tenant, connection, vendor, week_start, state, phase, owner, started_at,
                     requests, rate_limited, customers, subscriptions, quarantined, resumed, resumable, scope)
                 VALUES ($1, $2, $3, $4, 'running', $5, $6, $7, 0, 0, 0, 0, 0, FALSE, TRUE, $8) RETURNING id",
                args![
                    self.tenant(),
                    &start.connection,
                    start.vendor.tag(),
                    week,
                    Phase::Authenticate.tag(),
                    &start.owner,
                    start.now,
                    start.scope.tag()
                ],
            )
            .await?;
        Ok(Run {
            id,
            connection: start.connection.clone(),
            vendor: start.vendor,
            owner: start.owner.clone(),
            week,
            epoch,
            resumed: false,
            scope: start.scope,
            requests: 0,
            checkpoints: BTreeMap::new(),
        })
    }
}

/// A run that may go on.
#[derive(Debug, Clone, Copy)]
struct Found {
    id: i64,
    week: Week,
    requests: i64,
    scope: Scope,
}

/// The run of a row, if it may go on.
fn resumable(row: &Row, now: Ts) -> Result<Option<Found>, StoreError> {
    let mut c = row.cells();
    let (id, week, requests) = (c.take()?, c.take()?, c.take()?);
    let started: Ts = c.take()?;
    let open: bool = c.take()?;
    let found = Found {
        id,
        week,
        requests,
        scope: Scope::from_tag(&c.take::<String>()?),
    };
    Ok((open && now.seconds_since(started) < RESUME_SECONDS).then_some(found))
}
