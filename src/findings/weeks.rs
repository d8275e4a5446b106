//! The seats of a position week by week, as far as they are known.
//!
//! A week that was not captured is taken as the one before it. A row that was there when a connection was first read says
//! nothing about the weeks before, so these are unknown rather than empty, and so are weeks after a subscription's own start
//! in which it was not captured. A subscription that was a trial first is taken
//! as paid for from its beginning, so that the step from trial to paid is no change.

use crate::domain::subscription::{SubscriptionStatus, UsageRow};
use crate::domain::time::Week;

use super::context::Context;
use super::position::Position;
use super::purchase::{Purchase, Standing};

/// The newest captured week of a position and the captured one before it. None before two weeks were captured.
pub(super) fn newest_two(context: &Context<'_>, position: &Position<'_>) -> Option<(Week, Week)> {
    let mut newest: Option<Week> = None;
    let mut before: Option<Week> = None;
    for purchase in &position.purchases {
        for week in context.weeks(purchase.bought).iter().copied() {
            if week > context.this_week || newest == Some(week) || before == Some(week) {
                continue;
            }
            if newest.is_none_or(|n| week > n) {
                before = newest;
                newest = Some(week);
            } else if before.is_none_or(|b| week > b) {
                before = Some(week);
            }
        }
    }
    newest.zip(before)
}

/// Seats paid for in a week over all purchases; none where one of them is not known for that week.
pub(super) fn seats_in(context: &Context<'_>, position: &Position<'_>, week: Week) -> Option<i64> {
    let mut sum = 0i64;
    for purchase in &position.purchases {
        sum = sum.saturating_add(seats_of(context, purchase, week)?);
    }
    Some(sum)
}

/// Seats of one purchase in a week.
pub(super) fn seats_of(context: &Context<'_>, purchase: &Purchase<'_>, week: Week) -> Option<i64> {
    if purchase.standing == Standing::NoSeats {
        return Some(0);
    }
    let first_captured = context.weeks(purchase.bought).first()?;
    if week < *first_captured {
        return None;
    }
    let usage = &purchase.bought.usage;
    let known = usage.partition_point(|row| row.week <= week);
    let (before, after) = usage.split_at(known);
    let Some(row) = before.last() else {
        // It began before that week and was not captured in it: a listing that was not whole yet.
        let began = purchase.sub().starts_on.is_some_and(|at| at < week.start());
        return (!began).then(|| seats_after_trial(after));
    };
    let left = purchase.bought.gone && usage.last().is_some_and(|last| week > last.week);
    if left {
        return Some(0);
    }
    match row.status {
        SubscriptionStatus::Active | SubscriptionStatus::Suspended => {
            before.iter().rev().find_map(|row| row.seats)
        }
        SubscriptionStatus::Trial => Some(seats_after_trial(&usage[known - 1..])),
        SubscriptionStatus::Pending => Some(seats_after_trial(after)),
        SubscriptionStatus::Cancelled | SubscriptionStatus::Expired => Some(0),
        SubscriptionStatus::Unknown => None,
    }
}

/// The seats with which a trial goes on as paid for; none were paid for if it never does, or if there was no trial.
fn seats_after_trial(rows: &[UsageRow]) -> i64 {
    let Some(paid) = rows.iter().position(|row| row.status.is_billable()) else {
        return 0;
    };
    let (unpaid, paid) = rows.split_at(paid);
    let was_trial = unpaid
        .iter()
        .any(|row| row.status == SubscriptionStatus::Trial);
    match paid.first() {
        Some(row) if was_trial => row.seats.unwrap_or(0),
        _ => 0,
    }
}
