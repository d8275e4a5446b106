//! What people decide, and take back.

use super::context::Context;
use super::event::{Event, Topic};
use super::hub;
use super::judge::judge;
use crate::domain::ids::{
    AccountKey, ConnectionName, CustomerId, SkuKey, Subject, SubscriptionKey,
};
use crate::domain::log::Level;
use crate::domain::party::{Decision, Verdict};
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::product::ProductVerdict;
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
    try_decide(ctx, key, verdict).await?.map_err(overtaken)
}

/// Writes a person's decision about a SKU. Findings are judged on it the next time.
///
/// # Errors
/// As [`decide`].
pub async fn decide_product(
    ctx: &Context,
    key: &SkuKey,
    verdict: &ProductVerdict,
) -> Result<Decision, Problem> {
    let decided = try_decide_product(ctx, key, verdict).await?;
    decided.map_err(overtaken)
}

/// Gives one subscription to another customer than its account's, and judges findings anew.
///
/// # Errors
/// As [`decide`].
pub async fn give(
    ctx: &Context,
    key: &SubscriptionKey,
    to: CustomerId,
) -> Result<Decision, Problem> {
    let actor = &ctx.settings.actor;
    let now = ctx.calendar.now();
    match ctx.store.give_subscription(key, to, actor, now).await? {
        Decided::Done(decision) => {
            tell(ctx, Some(&key.connection), &decision);
            judge(ctx).await?;
            Ok(decision)
        }
        Decided::Overtaken { words } => Err(overtaken(words)),
        Decided::NoSuchItem => Err(Problem::new(
            ProblemKind::Usage,
            format!("'{key}' cannot be given"),
        )
        .seen("no subscription or customer of that id")
        .remedy("see `vectis subscription list`")),
    }
}

/// As [`give`], and tells everybody.
pub(super) async fn give_away(
    ctx: &Context,
    key: &SubscriptionKey,
    to: CustomerId,
) -> Result<(), Problem> {
    let decision = give(ctx, key, to).await?;
    ctx.bus.send(Event::Decided(decision));
    Ok(())
}

fn overtaken(words: String) -> Problem {
    Problem::new(ProblemKind::Usage, "Somebody else decided first")
        .seen(words)
        .remedy("undo that decision first if it is wrong")
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
            hub::follow(ctx, decision.id).await;
            tell(ctx, Some(&key.connection), &decision);
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

/// As [`decide_product`]; that somebody was faster is no error here but the inner one: who decided what.
pub async fn try_decide_product(
    ctx: &Context,
    key: &SkuKey,
    verdict: &ProductVerdict,
) -> Result<Result<Decision, String>, Problem> {
    let actor = &ctx.settings.actor;
    let now = ctx.calendar.now();
    match ctx.store.decide_product(key, verdict, actor, now).await? {
        Decided::Done(decision) => {
            tell(ctx, None, &decision);
            ctx.changed(&[Topic::Products, Topic::Review]);
            Ok(Ok(decision))
        }
        Decided::Overtaken { words } => Ok(Err(words)),
        Decided::NoSuchItem => Err(Problem::new(
            ProblemKind::Usage,
            format!("'{key}' cannot be decided"),
        )
        .seen("no such SKU, no such product of the PSA, or less than one seat a unit")
        .remedy("see `vectis product list --all`")),
    }
}

/// Takes back a decision: the newest about an account that still stands where none is named.
pub async fn undo(ctx: &Context, decision: Option<i64>) -> Result<Decision, Problem> {
    let now = ctx.calendar.now();
    let undone = ctx.store.undo(decision, &ctx.settings.actor, now).await?;
    taken_back(ctx, undone).await
}

/// As [`undo`], but the newest about a SKU.
pub async fn undo_product(ctx: &Context, decision: Option<i64>) -> Result<Decision, Problem> {
    let now = ctx.calendar.now();
    let actor = &ctx.settings.actor;
    let undone = ctx.store.undo_product(decision, actor, now).await?;
    taken_back(ctx, undone).await
}

/// As [`undo`], but the newest about a subscription.
pub async fn undo_subscription(ctx: &Context, decision: Option<i64>) -> Result<Decision, Problem> {
    let now = ctx.calendar.now();
    let actor = &ctx.settings.actor;
    let undone = ctx.store.undo_subscription(decision, actor, now).await?;
    taken_back(ctx, undone).await
}

async fn taken_back(ctx: &Context, undone: Undone) -> Result<Decision, Problem> {
    let decision = match undone {
        Undone::Done(decision) => decision,
        Undone::Nothing { words } => {
            return Err(Problem::new(ProblemKind::Usage, "There is nothing to undo").seen(words));
        }
    };
    tell(ctx, None, &decision);
    match Subject::parse(&decision.subject) {
        Some(Subject::Product(_)) => ctx.changed(&[Topic::Products, Topic::Review]),
        Some(Subject::Subscription(_)) => {
            judge(ctx).await?;
            ctx.changed(&[Topic::Review]);
        }
        Some(Subject::Account(_)) | None => {
            hub::follow(ctx, decision.id).await;
            ctx.changed(&[Topic::Review, Topic::Customers]);
        }
    }
    Ok(decision)
}

/// Tells everybody what became of a decision.
pub(super) fn tell_decided(
    ctx: &Context,
    key: Subject,
    decided: Result<Result<Decision, String>, Problem>,
) {
    ctx.bus.send(match decided {
        Ok(Ok(decision)) => Event::Decided(decision),
        Ok(Err(words)) => Event::Overtaken { key, words },
        Err(problem) => Event::Undecided { key, problem },
    });
}

/// True for a decision about whose an account is.
pub fn is_about_account(decision: &Decision) -> bool {
    matches!(Subject::parse(&decision.subject), Some(Subject::Account(_)))
}

/// True for a decision about what a SKU is sold as.
pub fn is_about_product(decision: &Decision) -> bool {
    matches!(Subject::parse(&decision.subject), Some(Subject::Product(_)))
}

/// True for a decision about whose a single subscription is; findings have been judged on it.
pub fn is_about_subscription(decision: &Decision) -> bool {
    let subject = Subject::parse(&decision.subject);
    matches!(subject, Some(Subject::Subscription(_)))
}

fn tell(ctx: &Context, connection: Option<&ConnectionName>, decision: &Decision) {
    let words = format!("{} {}", ctx.settings.actor, decision.words);
    ctx.journal.log(Level::Info, connection, words);
}
