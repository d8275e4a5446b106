//! The ledger of sync runs: what a run is, how a process keeps hold of it, and how it ends.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::arg::args;
use super::connections::vendor;
use super::db::{Row, Tx, transact};
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::ids::ConnectionName;
use crate::domain::log::{Phase, RunState};
use crate::domain::time::{Ts, Week};
use crate::domain::vendor::Vendor;

/// A run's lease lives this long unless it is renewed; every page renews it.
pub(super) const LEASE_SECONDS: u32 = 60;

/// How much of a distributor's rows a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them: a week's first sync, or one for which a person asked.
    Everything,
    /// Those that have changed, where the distributor tells which.
    Changed,
}

impl Scope {
    /// The tag kept in tables.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Scope::Everything => "everything",
            Scope::Changed => "changed",
        }
    }

    /// Reads the tag; whatever is not known to be enough is read whole.
    pub(super) fn from_tag(tag: &str) -> Self {
        match tag {
            "changed" => Scope::Changed,
            _ => Scope::Everything,
        }
    }
}

/// What is needed to begin a run.
#[derive(Debug, Clone)]
pub struct RunStart {
    /// Whose run it is.
    pub connection: ConnectionName,
    /// The distributor.
    pub vendor: Vendor,
    /// When it begins; decides the week.
    pub now: Ts,
    /// True to read from the first page, whatever a checkpoint says.
    pub full: bool,
    /// How much a run that begins now reads; one that is resumed goes on as it began.
    pub scope: Scope,
    /// Who runs it: host and process, for people to read.
    pub owner: String,
}

/// Where a run is in a stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkpoint {
    /// Where the next page starts.
    pub cursor: Option<String>,
    /// Pages kept.
    pub pages: u64,
    /// Rows received.
    pub rows: u64,
    /// Rows in the whole listing, if the server told.
    pub expected_total: Option<u64>,
    /// True once the last page is kept.
    pub done: bool,
}

/// A run that this process holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// Whose run it is.
    pub connection: ConnectionName,
    /// The distributor.
    pub vendor: Vendor,
    /// Who runs it.
    pub owner: String,
    /// The week of its first start, also after a resume.
    pub week: Week,
    /// Of its lease: whoever takes the run over has a higher one.
    pub epoch: i64,
    /// True if it goes on where an earlier process stopped.
    pub resumed: bool,
    /// How much it reads.
    pub scope: Scope,
    /// Requests made so far.
    pub requests: u64,
    /// Where each stream is.
    pub checkpoints: BTreeMap<String, Checkpoint>,
}

/// A run as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// Whose run it is.
    pub connection: ConnectionName,
    /// The distributor.
    pub vendor: Vendor,
    /// The week of its start.
    pub week: Week,
    /// How it stands.
    pub state: RunState,
    /// The phase's tag.
    pub phase: String,
    /// When it began.
    pub started_at: Ts,
    /// When it ended.
    pub ended_at: Option<Ts>,
    /// Requests made.
    pub requests: u64,
    /// 429s met.
    pub rate_limited: u64,
    /// Customers seen.
    pub customers: u64,
    /// Subscriptions seen.
    pub subscriptions: u64,
    /// Rows in quarantine.
    pub quarantined: u64,
    /// True if it was resumed at least once.
    pub resumed: bool,
    /// Why it failed: a `Problem` as JSON.
    pub problem: Option<String>,
}

/// The name of the lease that a run of the connection holds.
pub(super) fn lease(connection: &ConnectionName) -> String {
    format!("run:{connection}")
}

/// How a run ended.
#[derive(Debug, Clone, Copy)]
pub struct RunEnd<'a> {
    /// In a word.
    pub state: RunState,
    /// Why, as JSON, where it failed.
    pub problem: Option<&'a str>,
    /// Requests that no page told of.
    pub requests: u64,
    /// 429s met since the run was begun or resumed.
    pub rate_limited: u64,
    /// When.
    pub now: Ts,
}

impl Store {
    /// Holds the run for another minute. False if another process took it over: stop without writing.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn heartbeat(&self, run: &Run) -> Result<bool, StoreError> {
        self.renew_lease(
            &lease(&run.connection),
            &run.owner,
            run.epoch,
            LEASE_SECONDS,
        )
        .await
    }

    /// Who holds the connection's run now: the owner of its lease.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn run_holder(
        &self,
        connection: &ConnectionName,
    ) -> Result<Option<String>, StoreError> {
        let held = self.lease_holder(&lease(connection)).await?;
        Ok(held.map(|(owner, _)| owner))
    }

    /// Frees a connection whose run is held by a process that is known to be dead.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn release_run(
        &self,
        connection: &ConnectionName,
        owner: &str,
    ) -> Result<(), StoreError> {
        self.release_lease(&lease(connection), owner).await
    }

    /// Renews the run's lease inside a transaction, or refuses to go on.
    pub(super) async fn fence(&self, tx: &mut Tx, run: &Run) -> Result<(), StoreError> {
        let name = lease(&run.connection);
        let ours = self
            .renew_lease_in(tx, &name, &run.owner, run.epoch, LEASE_SECONDS)
            .await?;
        if ours {
            Ok(())
        } else {
            Err(StoreError::TakenOver)
        }
    }

    /// Says which phase the run is in.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] if another process holds the run.
    pub async fn set_phase(&self, run: &Run, phase: Phase) -> Result<(), StoreError> {
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            tx.execute(
                "UPDATE sync_runs SET phase = $3 WHERE tenant = $1 AND id = $2",
                args![self.tenant(), run.id, phase.tag()],
            )
            .await?;
            Ok(())
        })
    }

    /// Ends the run and gives its lease back; the counts become exact. A run that was interrupted or failed can be
    /// resumed.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] if another process holds the run.
    pub async fn end_run(&self, run: &Run, end: &RunEnd<'_>) -> Result<RunRow, StoreError> {
        let whole = matches!(end.state, RunState::Complete | RunState::Partial);
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            tx.execute(
                "UPDATE sync_runs SET state = $4, problem = $5, rate_limited = rate_limited + $6, ended_at = $7,
                     resumable = $8, requests = requests + $9,
                     customers = (SELECT count(*) FROM vendor_customers
                         WHERE tenant = $1 AND connection = $3 AND seen_run = $2),
                     subscriptions = (SELECT count(*) FROM license_subscriptions
                         WHERE tenant = $1 AND connection = $3 AND seen_run = $2),
                     quarantined = (SELECT count(*) FROM quarantine WHERE tenant = $1 AND run = $2)
                 WHERE tenant = $1 AND id = $2",
                args![
                    self.tenant(),
                    run.id,
                    &run.connection,
                    end.state.tag(),
                    end.problem,
                    end.rate_limited,
                    end.now,
                    !whole,
                    end.requests
                ],
            )
            .await?;
            if whole {
                tx.execute(
                    "UPDATE connections SET last_sync_at = $3 WHERE tenant = $1 AND name = $2",
                    args![self.tenant(), &run.connection, end.now],
                )
                .await?;
            }
            self.release_lease_in(tx, &lease(&run.connection), &run.owner)
                .await?;
            let row = tx
                .first(
                    AssertSqlSafe(format!("{RUN} AND id = $2")),
                    args![self.tenant(), run.id],
                )
                .await?
                .ok_or(sqlx::Error::RowNotFound)?;
            tx.changed(self, &[Area::Connections]).await?;
            run_row(&row)
        })
    }

    /// One run.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn run(&self, id: i64) -> Result<Option<RunRow>, StoreError> {
        self.db
            .first(
                AssertSqlSafe(format!("{RUN} AND id = $2")),
                args![self.tenant(), id],
            )
            .await?
            .as_ref()
            .map(run_row)
            .transpose()
    }

    /// The newest runs, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn runs(&self, limit: u32) -> Result<Vec<RunRow>, StoreError> {
        self.db
            .all(
                AssertSqlSafe(format!("{RUN} ORDER BY id DESC LIMIT $2")),
                args![self.tenant(), limit],
            )
            .await?
            .iter()
            .map(run_row)
            .collect()
    }

    /// The newest run of each connection that has one.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn last_runs(&self) -> Result<Vec<RunRow>, StoreError> {
        self.db
            .all(
                AssertSqlSafe(format!("{RUN} AND id IN ({LAST})")),
                args![self.tenant()],
            )
            .await?
            .iter()
            .map(run_row)
            .collect()
    }
}

const LAST: &str =
    "SELECT (SELECT max(r.id) FROM sync_runs r WHERE r.tenant = $1 AND r.connection = c.name)
    FROM connections c WHERE c.tenant = $1";
const RUN: &str = "SELECT id, connection, vendor, week_start, state, phase, started_at, ended_at, requests,
    rate_limited, customers, subscriptions, quarantined, resumed, problem FROM sync_runs WHERE tenant = $1";

fn run_row(row: &Row) -> Result<RunRow, StoreError> {
    let mut c = row.cells();
    Ok(RunRow {
        id: c.take()?,
        connection: c.id()?,
        vendor: vendor(&c.take::<String>()?)?,
        week: c.take()?,
        state: RunState::from_tag(&c.take::<String>()?),
        phase: c.take()?,
        started_at: c.take()?,
        ended_at: c.take()?,
        requests: c.count()?,
        rate_limited: c.count()?,
        customers: c.count()?,
        subscriptions: c.count()?,
        quarantined: c.count()?,
        resumed: c.take()?,
        problem: c.take()?,
    })
}
