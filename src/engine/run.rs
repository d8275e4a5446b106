//! One sync run of one connection, from the lease it takes to the line that ends it in the ledger.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::connect::Connector;
use super::context::Context;
use super::event::Topic;
use super::owner;
use super::psa::PsaProgress;
use crate::domain::log::{Level, Phase, Progress, RunState};
use crate::domain::problem::Problem;
use crate::store::StoreError;
use crate::store::connections::Connection;
use crate::store::runs::{Run, RunEnd, RunStart, Scope};

/// How often the lease on the run is renewed; it lasts three times as long.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// A sync run that is under way.
pub struct SyncRun {
    pub(super) ctx: Context,
    connection: Connection,
    pub(super) connector: Connector,
    pub(super) run: Run,
    pub(super) cancel: CancellationToken,
    heartbeat: JoinHandle<()>,
    pub(super) progress: Progress,
    /// Requests that the last finished run took: the best guess while the API has told no total yet.
    usual_requests: u64,
    started: Instant,
}

impl Drop for SyncRun {
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

impl SyncRun {
    /// Takes the run's lease and finds the page to continue at.
    pub async fn begin(
        ctx: &Context,
        connection: Connection,
        connector: Connector,
        full: bool,
        cancel: CancellationToken,
    ) -> Result<Self, Problem> {
        let run = take_run(ctx, &connection, full).await?;
        let usual_requests = ctx
            .store
            .runs(20)
            .await?
            .into_iter()
            .find(|r| r.connection == connection.name && r.id != run.id && r.ended_at.is_some())
            .map_or(0, |r| r.requests);
        connector.counters.start_from(run.requests);
        if run.resumed {
            ctx.journal
                .log(Level::Info, Some(&connection.name), resumed_words(&run));
        } else {
            ctx.journal.log(
                Level::Info,
                Some(&connection.name),
                format!("sync started, week {}", run.week.number()),
            );
        }
        let progress = Progress {
            connection: connection.name.clone(),
            vendor: connection.vendor,
            phase: Phase::Authenticate,
            state: RunState::Running,
            rows: 0,
            expected: None,
            requests: run.requests,
            requests_left: None,
            eta_seconds: None,
            quarantined: 0,
            by: None,
        };
        Ok(Self {
            heartbeat: keep_alive(ctx.clone(), run.clone(), cancel.clone()),
            ctx: ctx.clone(),
            connection,
            connector,
            run,
            cancel,
            progress,
            usual_requests,
            started: Instant::now(),
        })
    }

    /// The run's row in the ledger.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Rows in quarantine so far.
    pub fn quarantined(&self) -> u64 {
        self.progress.quarantined
    }

    /// Wall seconds since this process took the run up.
    pub fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    /// Shows and records the phase.
    pub async fn enter(&mut self, phase: Phase) -> Result<(), Problem> {
        self.progress.phase = phase;
        self.progress.rows = 0;
        self.progress.expected = None;
        self.tell(None);
        self.ctx.store.set_phase(&self.run, phase).await?;
        Ok(())
    }

    /// Ends the run in the ledger, gives the lease back and tells everybody.
    pub async fn end(&mut self, state: RunState, problem: Option<&Problem>) -> Result<(), Problem> {
        self.heartbeat.abort();
        let json = problem.and_then(|p| serde_json::to_string(p).ok());
        let rate_limited = self.connector.counters.rate_limited();
        let row = self
            .ctx
            .store
            .end_run(
                &self.run,
                &RunEnd {
                    state,
                    problem: json.as_deref(),
                    requests: self.connector.counters.unsaved(),
                    rate_limited,
                    now: self.ctx.calendar.now(),
                },
            )
            .await?;
        self.progress.state = state;
        if matches!(state, RunState::Complete | RunState::Partial) {
            self.progress.phase = Phase::Done;
        }
        self.progress.quarantined = row.quarantined;
        self.progress.requests_left = Some(0);
        self.tell(Some(0));
        let words = format!(
            "sync {}: {} customers, {} subscriptions, {} in quarantine, {} requests, {} × 429",
            state.tag(),
            row.customers,
            row.subscriptions,
            row.quarantined,
            row.requests,
            rate_limited
        );
        match problem {
            Some(problem) => self.ctx.journal.log(
                Level::Error,
                Some(&self.connection.name),
                format!("{words} — {}: {}", problem.title, problem.seen),
            ),
            None => self.info(words),
        }
        self.ctx.changed(&[Topic::Connections]);
        Ok(())
    }

    /// Tells where the run is; `left` counts the requests that this listing still needs.
    pub(super) fn tell(&mut self, left: Option<u64>) {
        let made = self.connector.counters.requests();
        self.progress.requests = made;
        let left = match (left, self.progress.phase) {
            (left, Phase::Authenticate | Phase::Customers) => {
                let usual = self.usual_requests.saturating_sub(made);
                (usual > 0).then(|| usual.max(left.unwrap_or(0))).or(left)
            }
            (left, _) => left,
        };
        self.progress.requests_left = left;
        self.progress.eta_seconds = left.map(|n| self.seconds_for(n));
        self.ctx.journal.progress(&self.progress);
    }

    /// Tells how far the PSA is read while this run waits for it.
    pub(super) fn tell_psa(&mut self, psa: &PsaProgress) {
        self.progress.rows = psa.rows;
        self.progress.requests_left = psa.requests_left;
        self.progress.eta_seconds = psa.eta_seconds;
        self.ctx.journal.progress(&self.progress);
    }

    /// How long so many requests take at the pace that is allowed now.
    fn seconds_for(&self, requests: u64) -> u64 {
        let Some(gauge) = self.ctx.bus.gauge(&self.connection.credential()) else {
            return 0;
        };
        let ceiling = u64::from(gauge.ceiling.max(1));
        (requests * gauge.window_ms / ceiling + gauge.next_slot_ms).div_ceil(1000)
    }

    pub(super) fn info(&self, text: String) {
        self.ctx
            .journal
            .log(Level::Info, Some(&self.connection.name), text);
    }

    pub(super) fn warn(&self, text: String) {
        self.ctx
            .journal
            .log(Level::Warn, Some(&self.connection.name), text);
    }
}

/// Takes the run; the lease of a process that died on this machine is not waited for.
async fn take_run(ctx: &Context, connection: &Connection, full: bool) -> Result<Run, Problem> {
    let now = ctx.calendar.now();
    let read_this_week = (connection.listed_at).is_some_and(|at| at.week() == now.week());
    let start = RunStart {
        connection: connection.name.clone(),
        vendor: connection.vendor,
        now,
        full,
        scope: match read_this_week && !full {
            true => Scope::Changed,
            false => Scope::Everything,
        },
        owner: ctx.owner.to_string(),
    };
    match ctx.store.begin_run(&start).await {
        Err(StoreError::RunHeld { by, .. }) if owner::is_dead(&by, &ctx.owner) => {
            ctx.store.release_run(&connection.name, &by).await?;
            Ok(ctx.store.begin_run(&start).await?)
        }
        begun => Ok(begun?),
    }
}

fn resumed_words(run: &Run) -> String {
    let pages: u64 = run.checkpoints.values().map(|c| c.pages).sum();
    format!("an interrupted sync continues after page {pages}")
}

/// Renews the run's lease; a lease that was lost stops the run before it writes again.
fn keep_alive(ctx: Context, run: Run, cancel: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            if let Ok(false) = ctx.store.heartbeat(&run).await {
                tracing::error!("the lease on run {} was lost", run.id);
                cancel.cancel();
                return;
            }
        }
    })
}
