//! `vectis psa`: the PSA side, by its API or from files.

use clap::{Args, Subcommand};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::psa_import::{self, ImportArgs};
use super::psa_set::{self, SetArgs};
use super::session::Session;
use super::sync::{findings_text, unjudged_text};
use super::{Done, progress, signals};
use crate::domain::log::RunState;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::duration_words;
use crate::engine::judge::{FindingTotals, unjudged};
use crate::engine::linking::MatchCounts;
use crate::engine::psa::import::rematch;
use crate::engine::psa::phase::{read_now, test};
use crate::engine::psa::{Depth, PsaSummary, setup};
use crate::engine::test::PATIENCE;

#[derive(Debug, Args)]
pub(crate) struct PsaArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Set up the PSA to be read by its API; secrets come from files, the environment or a prompt
    #[command(
        after_help = "Example: vectis psa set connectwise --region na --company tallgrass --public-key KEY --client-id GUID --private-key-file key.txt"
    )]
    Set(Box<SetArgs>),
    /// Prove the PSA's credential
    #[command(after_help = "Example: vectis psa test --json")]
    Test {
        /// Seconds to wait while the PSA answers 429
        #[arg(long, default_value_t = PATIENCE.as_secs(), value_name = "SECONDS")]
        patience: u64,
    },
    /// Read companies and agreements now, match and judge; `vectis sync` does it too
    #[command(after_help = "Example: vectis psa sync\n         vectis psa sync --full --json")]
    Sync(SyncArgs),
    /// Forget the PSA's credential; companies and agreements that were read stay
    #[command(after_help = "Example: vectis psa remove")]
    Remove,
    /// Bring in companies and agreement lines from CSV files; without --yes only a preview
    #[command(
        after_help = "Example: vectis psa import --companies companies.csv --agreements contract_lines.csv\n         vectis psa import --companies companies.csv --agreements contract_lines.csv --yes"
    )]
    Import(ImportArgs),
}

#[derive(Debug, Args)]
struct SyncArgs {
    /// Read all companies, not only those that changed
    #[arg(long)]
    full: bool,
    /// Take the reading even where much of what was known is missing; implies --full
    #[arg(long)]
    accept: bool,
    /// Seconds to go on through answers 429 without one success
    #[arg(long, default_value_t = 120, value_name = "SECONDS")]
    patience: u32,
}

pub(super) async fn run(args: PsaArgs, session: Session) -> Result<Done, Problem> {
    match args.verb {
        Verb::Set(args) => psa_set::run(*args, &session).await,
        Verb::Test { patience } => test_it(patience, &session).await,
        Verb::Sync(args) => sync(&args, session).await,
        Verb::Remove => {
            let ctx = session.context().await?;
            let system = setup::remove(&ctx).await?;
            let words = format!("removed {}; what was read of it stays", system.label());
            session
                .output
                .result(&json!({ "removed": system }), || words);
            Ok(Done::Well)
        }
        Verb::Import(args) => psa_import::run(args, session).await,
    }
}

async fn test_it(patience: u64, session: &Session) -> Result<Done, Problem> {
    let patience = std::time::Duration::from_secs(patience);
    let ctx = session.context().await?.with_patience(patience);
    let cancel = CancellationToken::new();
    signals::cancel_on_interrupt(cancel.clone());
    let connected = test(&ctx, &cancel).await;
    ctx.journal.flush().await;
    let connected = connected?;
    session
        .output
        .result(&connected, || connected.message.clone());
    if !session.output.json {
        for note in &connected.notes {
            session.output.note(note);
        }
    }
    Ok(Done::Well)
}

async fn sync(args: &SyncArgs, mut session: Session) -> Result<Done, Problem> {
    session.config.pacing.patience_seconds = args.patience;
    let ctx = session.context().await?;
    let cancel = CancellationToken::new();
    signals::cancel_on_interrupt(cancel.clone());
    let depth = match (args.accept, args.full) {
        (true, _) => Depth::AsItIs,
        (false, true) => Depth::Full,
        (false, false) => Depth::Usual,
    };
    let follower = tokio::spawn(progress::follow(ctx.bus.subscribe(), session.output));
    let summary = read_now(&ctx, depth, &cancel).await;
    let matched = match &summary {
        Ok(summary) if summary.was_read() => Some(rematch(&ctx).await),
        _ => None,
    };
    tokio::task::yield_now().await;
    follower.abort();
    let _ = follower.await;
    let (summary, matched) = (summary?, matched.transpose()?.flatten());
    let totals = FindingTotals::of(&ctx.store.findings().await?);
    let not_judged = unjudged(&ctx.store).await?;
    let document =
        json!({ "psa": summary, "match": matched, "findings": totals, "unjudged": not_judged });
    session.output.result(&document, || {
        let matched = matched.map_or_else(String::new, |m| {
            let MatchCounts { auto, review, none } = m;
            format!("matched: {auto} linked, {review} to review, {none} without a counterpart\n")
        });
        let findings = findings_text(&totals) + &unjudged_text(&not_judged);
        format!("{}\n{matched}{findings}", words(&summary))
    });
    Ok(match summary.problem() {
        Some(problem) => {
            if !session.output.json {
                session.output.problem(problem);
            }
            Done::Told(problem.kind)
        }
        None if summary.state == RunState::Interrupted => Done::Told(ProblemKind::Interrupted),
        None if summary.quarantined > 0 => Done::WithQuarantine,
        None => Done::Well,
    })
}

/// A reading in one line, for a person.
pub(super) fn words(summary: &PsaSummary) -> String {
    let seconds = i64::try_from(summary.seconds).unwrap_or(i64::MAX);
    format!("{}, {}", summary.words(), duration_words(seconds))
}
