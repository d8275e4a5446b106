//! `vectis sync`: one sync run to its end, with matching, snapshot and findings.

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::recording::RecordArgs;
use super::session::Session;
use super::{Done, Output, progress, signals};
use crate::domain::finding::{Unjudged, unjudged_words};
use crate::domain::ids::ConnectionName;
use crate::domain::log::RunState;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::duration_words;
use crate::engine::context::Context;
use crate::engine::judge::FindingTotals;
use crate::engine::sync::{SyncSummary, sync};
use crate::report::sheet::{Cell, Sheet};
use crate::report::table::table;

/// A person or script that runs `vectis sync` waits; the daemon has the configured patience.
const PATIENCE_SECONDS: u32 = 120;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis sync\n         vectis sync synnex --full --json\n         vectis sync --record ./recording    then: vectis replay ./recording"
)]
pub(crate) struct SyncArgs {
    /// Connections to sync; all where none is named
    connections: Vec<String>,
    /// Read from the first page, even where an interrupted run could be continued
    #[arg(long)]
    full: bool,
    /// Seconds to go on through answers 429 without one success; the run can be continued later
    #[arg(long, default_value_t = PATIENCE_SECONDS, value_name = "SECONDS")]
    patience: u32,
    #[command(flatten)]
    record: RecordArgs,
}

pub(super) async fn run(args: SyncArgs, mut session: Session) -> Result<Done, Problem> {
    session.config.pacing.patience_seconds = args.patience;
    let mut ctx = session.context().await?;
    let recording = args.record.begin(&mut ctx)?;
    let names: Vec<ConnectionName> = args
        .connections
        .into_iter()
        .map(ConnectionName::from)
        .collect();
    let cancel = CancellationToken::new();
    signals::cancel_but_finish(cancel.clone(), session.tasks.clone());
    let full = args.full || recording.is_wanted();
    let summary = follow(&ctx, &names, full, &cancel, session.output).await?;
    recording.finish(&ctx, &cancel, session.output);
    tell(&summary, session.output);
    Ok(ending(&summary, &cancel))
}

/// Syncs and shows on stderr how it gets on.
pub(super) async fn follow(
    ctx: &Context,
    names: &[ConnectionName],
    full: bool,
    cancel: &CancellationToken,
    output: Output,
) -> Result<SyncSummary, Problem> {
    let follower = tokio::spawn(progress::follow(ctx.bus.subscribe(), output));
    let summary = sync(ctx, names, full, cancel).await;
    // Let the last lines out before the summary.
    tokio::task::yield_now().await;
    follower.abort();
    let _ = follower.await;
    summary
}

/// Prints the summary, and each failure in full.
pub(super) fn tell(summary: &SyncSummary, output: Output) {
    output.result(summary, || text(summary));
    if !output.json {
        for problem in summary.problems() {
            output.problem(problem);
        }
        super::connection::tell(&summary.warnings, output);
    }
}

/// How the process ends: the first failure decides, then an interruption, then quarantine.
pub(super) fn ending(summary: &SyncSummary, cancel: &CancellationToken) -> Done {
    if let Some(problem) = summary.problems().next() {
        return Done::Told(problem.kind);
    }
    let interrupted = summary
        .runs
        .iter()
        .any(|r| r.state == RunState::Interrupted);
    if cancel.is_cancelled() || interrupted {
        return Done::Told(ProblemKind::Interrupted);
    }
    if summary.has_quarantine() {
        Done::WithQuarantine
    } else {
        Done::Well
    }
}

fn text(summary: &SyncSummary) -> String {
    let columns = [
        "connection",
        "state",
        "customers",
        "subscriptions",
        "quarantined",
        "requests",
        "429",
        "time",
    ];
    let runs = Sheet::of(&columns, &summary.runs, |run| {
        vec![
            Cell::text(run.connection.as_str()),
            Cell::text(format!(
                "{}{}",
                run.state.tag(),
                if run.resumed { " (continued)" } else { "" }
            )),
            Cell::number(Some(run.customers)),
            Cell::number(Some(run.subscriptions)),
            Cell::number(Some(run.quarantined)),
            Cell::number(Some(run.requests)),
            Cell::number(Some(run.rate_limited)),
            Cell::text(duration_words(
                i64::try_from(run.seconds).unwrap_or(i64::MAX),
            )),
        ]
    });
    let matched = &summary.matched;
    let psa = summary.psa.as_ref().map(super::psa::words);
    format!(
        "{}\n{}matched: {} linked, {} to review, {} without a counterpart\n{}{}",
        table(&runs),
        psa.map_or_else(String::new, |words| words + "\n"),
        matched.auto,
        matched.review,
        matched.none,
        findings_text(&summary.findings),
        unjudged_text(&summary.unjudged)
    )
}

/// The open findings by kind, with their money.
pub(super) fn findings_text(totals: &FindingTotals) -> String {
    let mut text = format!("findings: {} open\n", totals.open);
    for (kind, total) in &totals.by_kind {
        text.push_str(&format!(
            "  {:<24} {:>5}   {} a month\n",
            kind.label(),
            total.count,
            total.monthly_amount.shown()
        ));
    }
    text
}

/// [`unjudged_words`] as a line.
pub(super) fn unjudged_text(unjudged: &Unjudged) -> String {
    unjudged_words(unjudged).map_or_else(String::new, |words| words + "\n")
}
