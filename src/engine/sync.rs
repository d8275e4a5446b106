//! A whole sync: several connections at once, each on its own budget, then matching, snapshot and findings for all.

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::connect::connector;
use super::context::Context;
use super::judge::{FindingTotals, judge, unjudged};
use super::keepalive::warnings;
use super::linking::{Keep, MatchCounts, link};
use super::listing::{Completeness, Stop};
use super::psa::phase::Why;
use super::psa::{Depth, PsaProgress, PsaSummary, phase};
use super::run::SyncRun;
use crate::domain::finding::Unjudged;
use crate::domain::ids::ConnectionName;
use crate::domain::log::{Level, Phase, RunState};
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::vendor::Vendor;
use crate::store::connections::Connection;

/// What became of one connection.
#[derive(Debug, Clone, Serialize)]
pub struct RunSummary {
    /// Its name.
    pub connection: ConnectionName,
    /// Its distributor.
    pub vendor: Vendor,
    /// How the run ended.
    pub state: RunState,
    /// Requests made, token calls and retries among them.
    pub requests: u64,
    /// 429s seen.
    pub rate_limited: u64,
    /// Customers read.
    pub customers: u64,
    /// Subscriptions read.
    pub subscriptions: u64,
    /// Rows that could not be taken.
    pub quarantined: u64,
    /// True if an interrupted run was continued.
    pub resumed: bool,
    /// Wall seconds.
    pub seconds: u64,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<serde_json::Value>,
    #[serde(skip)]
    problem: Option<Problem>,
}

/// What became of a sync.
#[derive(Debug, Clone, Serialize)]
pub struct SyncSummary {
    /// One for each connection.
    pub runs: Vec<RunSummary>,
    /// What became of the PSA; none where it was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub psa: Option<PsaSummary>,
    /// How the accounts that no person decided stand.
    #[serde(rename = "match")]
    pub matched: MatchCounts,
    /// The open findings.
    pub findings: FindingTotals,
    /// What could not be judged, by reason.
    pub unjudged: Unjudged,
    /// Refresh tokens whose end is near.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl RunSummary {
    /// Why it failed.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}

impl SyncSummary {
    /// The failures; the first one decides the exit code.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        let psa = self.psa.iter().filter_map(PsaSummary::problem);
        self.runs
            .iter()
            .filter_map(|r| r.problem.as_ref())
            .chain(psa)
    }

    /// True if rows wait in quarantine.
    pub fn has_quarantine(&self) -> bool {
        let psa = self.psa.as_ref().is_some_and(|psa| psa.quarantined > 0);
        psa || self.runs.iter().any(|r| r.quarantined > 0)
    }
}

/// Syncs the named connections, or all where none is named.
///
/// One that fails harms no other; what was read is matched and judged all the same. An error is returned only where
/// nothing could begin: an unknown name, no connection at all, the database gone.
pub async fn sync(
    ctx: &Context,
    names: &[ConnectionName],
    full: bool,
    cancel: &CancellationToken,
) -> Result<SyncSummary, Problem> {
    sync_because(ctx, names, full, Why::Asked, cancel).await
}

/// The same, for whom it is told: the schedule does not read the PSA again for each try of a distributor.
///
/// # Errors
/// As [`sync`].
pub async fn sync_because(
    ctx: &Context,
    names: &[ConnectionName],
    full: bool,
    why: Why,
    cancel: &CancellationToken,
) -> Result<SyncSummary, Problem> {
    let connections = chosen(ctx, names).await?;
    let depth = if full { Depth::Full } else { Depth::Usual };
    let psa = phase::begin(ctx, why, depth, cancel).await?;
    let reads = connections
        .into_iter()
        .map(|connection| read_one(ctx, connection, full, cancel));
    let mut read: Vec<ReadOutcome> = futures_util::future::join_all(reads).await;

    let psa = match psa {
        Some(under_way) => Some(wait_for_psa(under_way, &mut read).await?),
        None => None,
    };

    let mut matched = MatchCounts::default();
    let anything =
        read.iter().any(ReadOutcome::was_read) || psa.as_ref().is_some_and(PsaSummary::was_read);
    if anything && !cancel.is_cancelled() {
        for outcome in &mut read {
            outcome.enter(Phase::Match).await;
        }
        matched = link(ctx, Keep::Write).await?;
        for outcome in &mut read {
            outcome.enter(Phase::Snapshot).await;
            outcome.snapshot(ctx).await;
        }
        for outcome in &mut read {
            outcome.enter(Phase::Findings).await;
            outcome.settle(ctx).await;
        }
        judge(ctx).await?;
    }
    let mut runs = Vec::with_capacity(read.len());
    for outcome in read {
        runs.push(outcome.end(ctx).await);
    }
    let warnings = warnings(ctx).await?;
    ctx.journal.flush().await;
    // What it could not forget now it forgets after the next one.
    if let Err(error) = ctx.store.prune_log(ctx.calendar.now()).await {
        tracing::warn!(%error, "the log was not pruned");
    }
    Ok(SyncSummary {
        runs,
        psa,
        matched,
        findings: FindingTotals::of(&ctx.store.findings().await?),
        unjudged: unjudged(&ctx.store).await?,
        warnings,
    })
}

/// Every run that has read its listings waits in the PSA's phase.
async fn wait_for_psa(
    under_way: phase::UnderWay,
    read: &mut [ReadOutcome],
) -> Result<PsaSummary, Problem> {
    for outcome in read.iter_mut() {
        outcome.enter(Phase::Psa).await;
    }
    let show = |progress: &PsaProgress| {
        for outcome in read.iter_mut().filter(|o| o.was_read()) {
            if let Some(run) = &mut outcome.run {
                run.tell_psa(progress);
            }
        }
    };
    under_way.finish(show).await
}

async fn chosen(ctx: &Context, names: &[ConnectionName]) -> Result<Vec<Connection>, Problem> {
    let all = ctx.store.connections().await?;
    if all.is_empty() {
        return Err(
            Problem::new(ProblemKind::Usage, "No distributor is connected yet")
                .seen("the list of connections is empty")
                .remedy("connect one with `vectis connection set NAME --vendor synnex …`, or try `vectis demo`"),
        );
    }
    if names.is_empty() {
        return Ok(all);
    }
    names
        .iter()
        .map(|name| {
            all.iter()
                .find(|c| c.name == *name)
                .cloned()
                .ok_or_else(|| super::connections::unknown_connection(name, &all))
        })
        .collect()
}

/// A connection's run after its listings were read, or could not be.
struct ReadOutcome {
    connection: Connection,
    run: Option<SyncRun>,
    state: RunState,
    /// True if nothing is missing from the listing but customers that are known to be.
    listed: bool,
    problem: Option<Problem>,
}

async fn read_one(
    ctx: &Context,
    connection: Connection,
    full: bool,
    cancel: &CancellationToken,
) -> ReadOutcome {
    let cancel = cancel.child_token();
    let mut outcome = ReadOutcome {
        connection: connection.clone(),
        run: None,
        state: RunState::Failed,
        listed: false,
        problem: None,
    };
    let began = match connector(ctx, &connection, cancel.clone()).await {
        Ok(connector) => SyncRun::begin(ctx, connection, connector, full, cancel).await,
        Err(problem) => Err(problem),
    };
    match began {
        Err(problem) => {
            ctx.journal.log(
                Level::Error,
                Some(&outcome.connection.name),
                format!("{}: {}", problem.title, problem.seen),
            );
            outcome.problem = Some(problem);
        }
        Ok(mut run) => {
            match run.read().await {
                Ok(completeness) => outcome.read(completeness),
                Err(Stop::Cancelled) => outcome.state = RunState::Interrupted,
                Err(Stop::Failed(problem)) if problem.kind == ProblemKind::Interrupted => {
                    outcome.state = RunState::Interrupted;
                }
                Err(Stop::Failed(problem)) => outcome.problem = Some(*problem),
            }
            outcome.run = Some(run);
        }
    }
    outcome
}

impl ReadOutcome {
    fn read(&mut self, completeness: Completeness) {
        (self.state, self.listed) = match completeness {
            Completeness::Whole => (RunState::Complete, true),
            Completeness::Incomplete => (RunState::Partial, false),
            Completeness::AllBut(problem) => {
                self.problem = Some(*problem);
                (RunState::Partial, true)
            }
        };
    }

    fn was_read(&self) -> bool {
        matches!(self.state, RunState::Complete | RunState::Partial)
    }

    /// Shows the phase; the ledger's word for it is no reason to fail a run.
    async fn enter(&mut self, phase: Phase) {
        if self.was_read()
            && let Some(run) = &mut self.run
            && let Err(problem) = run.enter(phase).await
        {
            self.fail(problem);
        }
    }

    /// Writes the week's seats.
    async fn snapshot(&mut self, ctx: &Context) {
        if self.was_read()
            && let Some(run) = &self.run
            && let Err(error) = ctx.store.snapshot_week(run.run(), ctx.calendar.now()).await
        {
            self.fail(error.into());
        }
    }

    /// Notes that the listing was read to its end, so that it may be judged; single customers may be missing.
    async fn settle(&mut self, ctx: &Context) {
        if self.was_read()
            && self.listed
            && let Err(error) = ctx
                .store
                .set_listed(&self.connection.name, ctx.calendar.now())
                .await
        {
            self.fail(error.into());
        }
    }

    fn fail(&mut self, problem: Problem) {
        self.state = RunState::Failed;
        self.problem = Some(problem);
    }

    async fn end(mut self, ctx: &Context) -> RunSummary {
        let (mut id, mut resumed, mut seconds) = (None, false, 0);
        if let Some(mut run) = self.run.take() {
            (id, resumed, seconds) = (Some(run.run().id), run.run().resumed, run.seconds());
            if self.state == RunState::Complete && run.quarantined() > 0 {
                self.state = RunState::Partial;
            }
            if let Err(problem) = run.end(self.state, self.problem.as_ref()).await {
                self.fail(problem);
            }
        }
        let row = match id {
            Some(id) => ctx.store.run(id).await.ok().flatten(),
            None => None,
        };
        RunSummary {
            connection: self.connection.name,
            vendor: self.connection.vendor,
            state: self.state,
            requests: row.as_ref().map_or(0, |r| r.requests),
            rate_limited: row.as_ref().map_or(0, |r| r.rate_limited),
            customers: row.as_ref().map_or(0, |r| r.customers),
            subscriptions: row.as_ref().map_or(0, |r| r.subscriptions),
            quarantined: row.as_ref().map_or(0, |r| r.quarantined),
            resumed,
            seconds,
            error: self.problem.as_ref().map(|p| p.to_json()["error"].clone()),
            problem: self.problem,
        }
    }
}
