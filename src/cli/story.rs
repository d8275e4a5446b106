//! The demo without a screen: several weeks of syncs, a person's decisions, and what they brought.

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::stage::{DemoArgs, Stage};
use super::stands::{SHOWN, pace};
use super::sync::{ending, tell as tell_sync};
use super::{Done, Output, progress, signals};
use crate::domain::party::Verdict;
use crate::domain::problem::Problem;
use crate::domain::time::Week;
use crate::domain::vendor::Vendor;
use crate::engine::decisions::{decide, undo};
use crate::engine::judge::judge;
use crate::engine::sync::{SyncSummary, sync};

/// Weeks that the story tells.
const WEEKS: usize = 5;
/// Review items that the person in the story links.
const CONFIRMED: u64 = 8;

/// One week of the story.
#[derive(Debug, Serialize)]
struct WeekOfStory {
    week: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<Reviewed>,
    #[serde(flatten)]
    summary: SyncSummary,
}

/// What the person in the story did.
#[derive(Debug, Default, Serialize)]
struct Reviewed {
    confirmed: u64,
    no_counterpart: u64,
    undone: u64,
}

/// What the story prints: the last sync's summary, and every week's.
#[derive(Debug, Serialize)]
struct Story {
    #[serde(flatten)]
    summary: SyncSummary,
    weeks: Vec<WeekOfStory>,
}

/// Tells the story on a stage.
pub(super) async fn tell(stage: &Stage, args: &DemoArgs, output: Output) -> Result<Done, Problem> {
    let cancel = CancellationToken::new();
    signals::cancel_on_interrupt(cancel.clone());
    let follower = tokio::spawn(progress::follow(stage.ctx.bus.subscribe(), output));
    let shown: Vec<&str> = SHOWN.iter().map(|vendor| vendor.label()).collect();
    let (shown, speed) = (shown.join(", "), args.speed());
    output.note(&format!("{shown}, simulated, at {speed} × the real pace"));
    let next_week = stage.next_week();
    let mut weeks: Vec<WeekOfStory> = Vec::with_capacity(WEEKS);
    for n in 0..WEEKS {
        if n > 0 {
            next_week().await?;
        }
        let week: Week = stage.ctx.calendar.now().week();
        let mut summary = sync(&stage.ctx, &[], false, &cancel).await?;
        for run in &mut summary.runs {
            run.seconds = real_seconds(run.vendor, run.requests);
        }
        let stop = cancel.is_cancelled() || summary.problems().next().is_some();
        let review = if n == 0 && !stop {
            Some(review(stage).await?)
        } else {
            None
        };
        weeks.push(WeekOfStory {
            week: week.number(),
            review,
            summary,
        });
        if stop {
            break;
        }
    }
    follower.abort();
    let Some(last) = weeks.last() else {
        return Ok(Done::Well);
    };
    let story = Story {
        summary: last.summary.clone(),
        weeks,
    };
    let done = ending(&story.summary, &cancel);
    if output.json {
        output.document(&story);
    } else {
        for week in &story.weeks {
            output.text(&format!("\n== {}", week.week));
            tell_sync(&week.summary, output);
        }
    }
    Ok(done)
}

/// What so many requests take at the real API's pace; the same in every run, unlike the time that went by.
fn real_seconds(vendor: Vendor, requests: u64) -> u64 {
    requests.saturating_sub(1) * 60 / u64::from(pace(vendor))
}

/// A person who knows the customers works the head of the queue: links, says "no counterpart", takes one decision back
/// and makes it again.
async fn review(stage: &Stage) -> Result<Reviewed, Problem> {
    let ctx = &stage.ctx;
    let mut done = Reviewed::default();
    for item in ctx.store.review_queue(u32::MAX).await? {
        let right = stage.counterpart(&item.key);
        let customer = right.as_ref().and_then(|psa_id| {
            let (candidate, _) = item.candidates.iter().find(|(c, _)| c.psa_id == *psa_id)?;
            Some(candidate.customer_id)
        });
        match (right, customer) {
            (_, Some(customer_id)) if done.confirmed < CONFIRMED => {
                decide(ctx, &item.key, &Verdict::Confirm { customer_id }).await?;
                done.confirmed += 1;
            }
            (None, _) if done.no_counterpart == 0 => {
                decide(ctx, &item.key, &Verdict::NoCounterpart).await?;
                undo(ctx, None).await?;
                decide(ctx, &item.key, &Verdict::NoCounterpart).await?;
                done.undone += 1;
                done.no_counterpart += 1;
            }
            _ => {}
        }
    }
    judge(ctx).await?;
    Ok(done)
}
