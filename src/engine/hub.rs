//! The sums of each customer, kept ready for lists: made anew of everything when findings are judged, and of one customer
//! when a person has decided about it.

use super::context::Context;
use super::event::Topic;
use super::judge;
use crate::domain::hub::CustomerLine;
use crate::domain::problem::Problem;

/// Everybody's sums as they are now: for a database whose findings were never judged by a version that keeps them. That
/// they cannot be kept is no reason not to show them.
pub async fn first_lines(ctx: &Context) -> Result<Vec<CustomerLine>, Problem> {
    let (_, lines) = judge::evaluate_all(ctx).await?;
    if let Err(error) = ctx.store.save_hub(&lines).await {
        tracing::warn!(%error, "the customers' sums were not kept");
    }
    Ok(lines)
}

/// Keeps everybody's sums as they are now, without judging.
pub async fn refresh(ctx: &Context) -> Result<(), Problem> {
    let (_, lines) = judge::evaluate_all(ctx).await?;
    ctx.store.save_hub(&lines).await?;
    ctx.changed(&[Topic::Customers]);
    Ok(())
}

/// Keeps the sums of the customers that a decision was about. The decision stands whatever becomes of this: then the
/// next judgement sums up.
pub(super) async fn follow(ctx: &Context, decision: i64) {
    if let Err(error) = try_follow(ctx, decision).await {
        tracing::warn!(%error, decision, "the sums of its customers were not kept");
    }
}

async fn try_follow(ctx: &Context, decision: i64) -> Result<(), Problem> {
    let mut lines = Vec::new();
    for customer in ctx.store.customers_of_decision(decision).await? {
        lines.extend(judge::line_of(ctx, customer).await?);
    }
    ctx.store.save_hub(&lines).await?;
    Ok(())
}
