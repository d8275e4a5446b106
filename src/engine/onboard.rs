//! The acceptance run of a new tenant: Test's checks in order, then a whole sync by the ordinary path, watched.

mod checks;
mod psa;
mod questions;
mod rows;
mod traffic_words;

use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::connections::unknown_connection;
use super::context::Context;
use super::setup::{ACCOUNT_ID, COST_PERIOD, cost_period, requests_per_minute};
use super::sync::{SyncSummary, sync};
use super::test::{Connected, test};
use super::witness::Witness;
use crate::domain::acceptance::{
    Acceptance, Check, CheckName, CheckState, CostReading, Counts, Outcome,
};
use crate::domain::ids::ConnectionName;
use crate::domain::log::RunState;
use crate::domain::problem::{Problem, ProblemKind};
use crate::findings;
use crate::store::connections::Connection;
use rows::RowFacts;

/// Runs it. A failure of the tenant's side is part of what is returned, since that is when the report is needed.
///
/// # Errors
/// Only where nothing could begin: there is no such connection, or the database does not answer.
pub async fn onboard(
    ctx: &Context,
    name: &ConnectionName,
    cancel: &CancellationToken,
) -> Result<Acceptance, Problem> {
    let Some(connection) = ctx.store.connection(name).await? else {
        return Err(unknown_connection(name, &ctx.store.connections().await?));
    };
    let (at, started) = (ctx.calendar.now(), Instant::now());
    let witness = Arc::new(Witness::default());
    let watched = Context {
        witness: Some(Arc::clone(&witness)),
        ..ctx.clone()
    };
    let tested = test(&watched, name, cancel).await;
    let synced = match &tested {
        // From the first page: what an interrupted sync has read was not watched.
        Ok(_) => Some(sync(&watched, std::slice::from_ref(name), true, cancel).await),
        Err(_) => None,
    };
    let run = Run {
        ctx,
        connection: &connection,
        witness: &witness,
        problem: problem(&tested, synced.as_ref(), cancel),
        tested: tested.ok(),
        synced: synced.and_then(Result::ok),
    };
    let rows = RowFacts::gather(ctx, &connection, at).await?;
    let mut report = run.report(&rows, started).await?;
    report.at = at;
    Ok(report)
}

/// What ended the run early, if anything did.
fn problem(
    tested: &Result<Connected, Problem>,
    synced: Option<&Result<SyncSummary, Problem>>,
    cancel: &CancellationToken,
) -> Option<Problem> {
    let summary = match (tested, synced) {
        (Err(problem), _) | (_, Some(Err(problem))) => return Some(problem.clone()),
        (_, Some(Ok(summary))) => Some(summary),
        (_, None) => None,
    };
    // What the PSA could not do is told in its own place.
    let mut runs = summary.iter().flat_map(|s| &s.runs);
    let failed = runs.find_map(|run| run.problem().cloned());
    let stopped = summary.is_some_and(|s| s.runs.iter().any(|r| r.state == RunState::Interrupted));
    failed.or_else(|| {
        (stopped || cancel.is_cancelled()).then(|| {
            Problem::new(ProblemKind::Interrupted, "The run was stopped")
                .seen("a person or a signal asked to stop")
                .remedy("what was read is kept; start it again for a whole report")
        })
    })
}

/// What is known once everything was tried.
struct Run<'a> {
    ctx: &'a Context,
    connection: &'a Connection,
    witness: &'a Witness,
    problem: Option<Problem>,
    tested: Option<Connected>,
    synced: Option<SyncSummary>,
}

impl Run<'_> {
    async fn report(&self, rows: &RowFacts, started: Instant) -> Result<Acceptance, Problem> {
        let (connection, settings) = (self.connection, &self.ctx.settings);
        let allowed = requests_per_minute(self.ctx, connection);
        let mut report = Acceptance {
            outcome: Outcome::Passed,
            connection: connection.name.clone(),
            vendor: connection.vendor,
            label: connection.vendor.label(),
            account: connection
                .settings
                .get(ACCOUNT_ID)
                .cloned()
                .unwrap_or_default(),
            base_url: connection.base_url.clone(),
            at: self.ctx.calendar.now(),
            calendar: self.ctx.calendar.source(),
            version: env!("CARGO_PKG_VERSION"),
            seconds: started.elapsed().as_secs(),
            checks: Vec::new(),
            error: self.problem.as_ref().map(|p| p.to_json()["error"].clone()),
            problem: self.problem.clone(),
            counts: self.counts(),
            listings: self.witness.listings(),
            traffic: self.witness.traffic(settings.window, allowed.into()),
            differences: self.witness.differences(),
            notes: self.witness.remarks(),
            values: self.witness.values(),
            quarantine: self.witness.quarantine(),
            cost_period: self.cost_period(rows),
            psa: psa::gather(self.ctx, self.synced.as_ref().and_then(|s| s.psa.as_ref())).await?,
            answers: Vec::new(),
        };
        let token = self.ctx.store.token(&connection.name).await?;
        let life = token.and_then(|t| Some((t.access_expires_at, t.expires_at?)));
        report.checks =
            checks::checks(&report, self.tested.as_ref(), life, self.ctx.calendar.now());
        report.answers = questions::answers(&report, rows);
        report.outcome = self.outcome(&report);
        Ok(report)
    }

    fn counts(&self) -> Counts {
        let Some(summary) = &self.synced else {
            return Counts::default();
        };
        let run = summary.runs.first();
        Counts {
            customers: run.map_or(0, |r| r.customers),
            subscriptions: run.map_or(0, |r| r.subscriptions),
            quarantined: run.map_or(0, |r| r.quarantined),
            matched: summary.matched.auto,
            to_review: summary.matched.review,
            unmatched: summary.matched.none,
            findings: summary.findings.open,
        }
    }

    fn cost_period(&self, rows: &RowFacts) -> CostReading {
        let in_force = cost_period(self.connection);
        let mut reading = findings::cost_period::read(&rows.subscriptions, in_force);
        reading.command = reading.reading.filter(|_| reading.differs()).map(|fits| {
            format!(
                "vectis connection set {} --{} {}",
                self.connection.name,
                COST_PERIOD.replace('_', "-"),
                fits.tag()
            )
        });
        reading
    }

    fn outcome(&self, report: &Acceptance) -> Outcome {
        let checks = &report.checks;
        let any = |state| checks.iter().any(|c| c.state == state);
        let aside = |c: &Check| c.check == CheckName::RowsTaken && c.state == CheckState::Warning;
        let aside_in_psa = report
            .psa
            .as_ref()
            .is_some_and(|psa| !psa.rejected.is_empty());
        let kind = self.problem.as_ref().map(|p| p.kind);
        if kind == Some(ProblemKind::Interrupted) {
            Outcome::Interrupted
        } else if kind.is_some() || any(CheckState::Fail) {
            Outcome::Failed
        } else if checks.iter().any(aside) || aside_in_psa {
            Outcome::Quarantine
        } else if any(CheckState::Warning) {
            Outcome::Warnings
        } else {
            Outcome::Passed
        }
    }
}
