//! `vectis connection keepalive`: for cron, so that no refresh token ends because nobody synced.

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::connection::tell;
use super::session::Session;
use super::{Done, signals};
use crate::distributor::token::{Kept, ROTATE_AFTER};
use crate::domain::ids::ConnectionName;
use crate::domain::problem::{Problem, ProblemKind};
use crate::engine::keepalive::{KeptToken, keep_alive, warnings};
use crate::report::sheet::{Cell, Sheet};
use crate::report::table::table;

#[derive(Debug, Args)]
pub(crate) struct KeepaliveArgs {
    /// Connections to look at; all where none is named
    names: Vec<String>,
}

pub(super) async fn run(args: KeepaliveArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let cancel = CancellationToken::new();
    signals::cancel_but_finish(cancel.clone(), session.tasks.clone());
    let names: Vec<ConnectionName> = args.names.into_iter().map(ConnectionName::from).collect();
    let kept = keep_alive(&ctx, &names, ROTATE_AFTER, &cancel).await;
    let near = warnings(&ctx).await;
    ctx.journal.flush().await;
    let kept = kept?;
    session.output.result(&kept, || text(&kept));
    if !session.output.json {
        for problem in kept.iter().filter_map(|k| k.problem.as_ref()) {
            session.output.problem(problem);
        }
    }
    tell(&near?, session.output);
    Ok(ending(&kept))
}

/// A failure decides the exit code, then a token that only a person can mend.
fn ending(kept: &[KeptToken]) -> Done {
    let failed = kept.iter().find_map(|k| k.problem.as_ref()).map(|p| p.kind);
    let is_refused = kept.iter().any(|k| k.outcome == Some(Kept::Refused));
    let refused = is_refused.then_some(ProblemKind::CredentialsRejected);
    failed.or(refused).map_or(Done::Well, Done::Told)
}

fn text(kept: &[KeptToken]) -> String {
    if kept.is_empty() {
        return "No distributor is connected yet".to_owned();
    }
    table(&Sheet::of(
        &["connection", "done", "refresh token"],
        kept,
        |k| {
            vec![
                Cell::text(k.connection.as_str()),
                Cell::text(k.outcome.map_or("failed", words)),
                Cell::text(&k.token),
            ]
        },
    ))
}

fn words(kept: Kept) -> &'static str {
    match kept {
        Kept::Fresh => "nothing: rotated less than 7 days ago",
        Kept::Rotated => "rotated",
        Kept::NotRotating => "asked; the vendor keeps the old refresh token",
        Kept::Refused => "nothing: it was refused, and waits for a new one",
        Kept::NotNeeded => "nothing: there is no refresh token",
    }
}
