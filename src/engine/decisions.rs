//! What people decide, and take back.

use super::context::Context;
use super::event::Topic;
use super::hub;
use crate::domain::ids::AccountKey;
use crate::domain::log::Level;
use crate::domain::party::{Decision, Verdict};
use crate::domain::problem::{Problem, ProblemKind};
use crate::store::decisions::{Decided, Undone};

/// Writes a person's decision about an account.
///
/// # Errors
/// A [`Problem`] of kind `Usage` where the item is unknown or somebody else decided first: the words say who and what.
pub async fn decide(
    ctx: &Context,
    key: &AccountKey,
    verdict: &Verdict,
) -> Result<Decision, Problem> {
    try_decide(ctx, key, verdict).await?.map_err(|words| {
        Problem::new(ProblemKind::Usage, "Somebody else decided first")
            .seen(words)
            .remedy("undo that decision first if it is wrong")
    })
}

/// As [`decide`]; that somebody was faster is no error here but the inner one: who decided what.
pub async fn try_decide(
    ctx: &Context,
    key: &AccountKey,
    verdict: &Verdict,
) -> Result<Result<Decision, String>, Problem> {
    let actor = &ctx.settings.actor;
    let now = ctx.calendar.now();
    match ctx.store.decide(key, verdict, actor, now).await? {
        Decided::Done(decision) => {
            ctx.journal.log(
                Level::Info,
                Some(&key.connection),
                format!("{actor} {}", decision.words),
            );
            hub::follow(ctx, decision.id).await;
            ctx.changed(&[Topic::Review, Topic::Customers]);
            Ok(Ok(decision))
        }
        Decided::Overtaken { words } => Ok(Err(words)),
        Decided::NoSuchItem => Err(Problem::new(
            ProblemKind::Usage,
            format!("'{key}' is not known"),
        )
        .seen("no account or customer of that id")
        .remedy("see `vectis review list`")),
    }
}

/// Takes back a decision: the newest that still stands where none is named.
pub async fn undo(ctx: &Context, decision: Option<i64>) -> Result<Decision, Problem> {
    let actor = &ctx.settings.actor;
    match ctx.store.undo(decision, actor, ctx.calendar.now()).await? {
        Undone::Done(decision) => {
            ctx.journal
                .log(Level::Info, None, format!("{actor} {}", decision.words));
            hub::follow(ctx, decision.id).await;
            ctx.changed(&[Topic::Review, Topic::Customers]);
            Ok(decision)
        }
        Undone::Nothing { words } => {
            Err(Problem::new(ProblemKind::Usage, "There is nothing to undo").seen(words))
        }
    }
}
