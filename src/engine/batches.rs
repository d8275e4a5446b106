//! What a person decides about several accounts in one go, and takes back in one go.

use super::context::Context;
use super::event::{Event, Topic};
use super::hub;
use crate::domain::ids::AccountKey;
use crate::domain::log::Level;
use crate::domain::party::{Decision, Verdict};
use crate::domain::problem::Problem;
use crate::store::decisions::Decided;

/// From so many decisions on, everybody's sums are made anew at once and not each customer's by itself.
const MANY: usize = 20;

/// Decides, and tells of each account what became of it.
///
/// # Errors
/// None: what could not be written is told of each account.
pub(super) async fn decide_all(
    ctx: &Context,
    verdicts: Vec<(AccountKey, Verdict)>,
) -> Result<(), Problem> {
    let actor = &ctx.settings.actor;
    let now = ctx.calendar.now();
    let written = ctx.store.decide_all(&verdicts, actor, now).await;
    let all = match written {
        Ok(all) => all,
        Err(error) => {
            let problem = Problem::from(error);
            for (key, _) in verdicts {
                ctx.bus.send(Event::Undecided {
                    key: key.into(),
                    problem: problem.clone(),
                });
            }
            return Ok(());
        }
    };
    let mut done = Vec::with_capacity(all.len());
    for ((key, _), decided) in verdicts.into_iter().zip(all) {
        let key = key.into();
        ctx.bus.send(match decided {
            Decided::Done(decision) => {
                done.push(decision.clone());
                Event::Decided(decision)
            }
            Decided::Overtaken { words } => Event::Overtaken { key, words },
            Decided::NoSuchItem => Event::Overtaken {
                key,
                words: "the account or the customer is no longer there".to_owned(),
            },
        });
    }
    told(ctx, "accepted in one go", &done);
    follow(ctx, &done).await;
    Ok(())
}

/// Takes back what still stands of a batch, and tells of each decision.
///
/// # Errors
/// If the database cannot be written; then nothing was taken back.
pub(super) async fn undo_all(ctx: &Context, first: i64) -> Result<(), Problem> {
    let actor = &ctx.settings.actor;
    let undone = ctx.store.undo_all(first, actor, ctx.calendar.now()).await?;
    for decision in &undone {
        ctx.bus.send(Event::Decided(decision.clone()));
    }
    told(ctx, "took back in one go", &undone);
    follow(ctx, &undone).await;
    Ok(())
}

/// One line for all of them: the decision log has each.
fn told(ctx: &Context, what: &str, decisions: &[Decision]) {
    let Some(first) = decisions.first() else {
        return;
    };
    let (actor, n) = (&ctx.settings.actor, decisions.len());
    let words = format!("{actor} {what}: {n} decisions, among them: {}", first.words);
    ctx.journal.log(Level::Info, None, words);
}

/// Keeps the sums of the customers that the decisions were about.
async fn follow(ctx: &Context, decisions: &[Decision]) {
    if decisions.len() < MANY {
        for decision in decisions {
            hub::follow(ctx, decision.id).await;
        }
    } else if let Err(error) = hub::refresh(ctx).await {
        tracing::warn!(%error, "the customers' sums were not kept");
    }
    ctx.changed(&[Topic::Review, Topic::Customers]);
}
