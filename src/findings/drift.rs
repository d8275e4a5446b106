//! Seats that moved from week to week, over all subscriptions and distributors of a product: one that replaces another, or
//! a change of distributor at equal seats, is no drift.

use crate::domain::finding::{Finding, FindingKind};

use super::context::Context;
use super::evidence::{self, Draft};
use super::monthly::Amount;
use super::position::Position;
use super::purchase::Purchase;
use super::rules::BasisPoints;
use super::weeks;
use crate::domain::time::Week;

/// A change of seats between two weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    from: Week,
    to: Week,
    before: i64,
    after: i64,
}

impl Change {
    fn seats(self) -> i64 {
        self.after.saturating_sub(self.before)
    }

    fn reaches(self, least: i64, share: BasisPoints) -> bool {
        self.seats().abs() >= least.max(1) && share.reached_by(self.seats(), self.before)
    }
}

/// The change that counts as drift: since the captured week before, else over four weeks.
pub(super) fn change(context: &Context<'_>, position: &Position<'_>) -> Option<Change> {
    let (to, before) = weeks::newest_two(context, position)?;
    let rules = context.rules;
    let between = |from: Week| {
        Some(Change {
            from,
            to,
            before: weeks::seats_in(context, position, from)?,
            after: weeks::seats_in(context, position, to)?,
        })
    };
    let reaching = |from, share| between(from).filter(|c| c.reaches(rules.drift_seats, share));
    reaching(before, rules.drift_week).or_else(|| reaching(to.plus(-4), rules.drift_four_weeks))
}

/// The finding, if the seats moved: the change at the cost of the subscription that moved most in that direction.
pub(super) fn find<'a>(context: &Context<'a>, position: &Position<'a>) -> Option<Finding> {
    let change = change(context, position)?;
    let (moved, cost) = mover(context, position, change)?;
    let seats = change.seats();
    let step = format!(
        "{} → {} seats from {} to {}: {}",
        change.before,
        change.after,
        change.from.number(),
        change.to.number(),
        evidence::signed_seats(seats)
    );
    let mut evidence = vec![step];
    evidence.extend(evidence::bought(position.billable()));
    evidence.push(format!(
        "{} (cost at {})",
        evidence::product(seats, cost),
        moved.account.vendor.label()
    ));
    let hindrance = match seats < 0 {
        true => String::new(),
        false => evidence::hindrance(context, position.billable()),
    };
    Some(
        Draft {
            kind: FindingKind::SeatDrift,
            about: evidence::single(position.purchases.iter()),
            product: context.product_key(position.item),
            amount: evidence::of(cost, cost.money.times(seats)),
            evidence,
            action: format!("Check that the change was ordered and is billed.{hindrance}"),
        }
        .finding(position),
    )
}

/// The purchase that moved most in the change's direction, and what a seat of it costs.
fn mover<'a>(
    context: &Context<'_>,
    position: &Position<'a>,
    change: Change,
) -> Option<(Purchase<'a>, Amount<'a>)> {
    let direction = change.seats().signum();
    let moved = |p: &Purchase<'a>| {
        let before = weeks::seats_of(context, p, change.from)?;
        let after = weeks::seats_of(context, p, change.to)?;
        Some((after - before) * direction)
    };
    let known = position
        .purchases
        .iter()
        .filter_map(|p| Some((moved(p)?, p, p.cost().ok()?)));
    known
        .max_by_key(|(by, _, cost)| (*by, std::cmp::Reverse(*cost)))
        .map(|(_, purchase, cost)| (*purchase, cost))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Shop, days_ago, week};
    use super::*;
    use crate::domain::money::Money;
    use crate::domain::subscription::SubscriptionStatus;
    use crate::domain::vendor::Vendor;

    fn found(shop: &Shop) -> Vec<Finding> {
        shop.find(FindingKind::SeatDrift)
    }

    fn shop(weeks: &[(i64, i64)]) -> Shop {
        let seats = weeks.last().map_or(0, |w| w.1);
        let mut shop = Shop::new();
        shop.buys("A", seats, "10").bills("P", seats, "12");
        shop.used(weeks);
        shop
    }

    #[test]
    fn a_week_and_four_weeks_have_their_thresholds() {
        // 40 → 42 in a week is 5 %: 2 × 10.00 = 20.00
        assert_eq!(
            found(&shop(&[(-1, 40), (0, 42)]))[0].monthly_amount,
            Money::from_cents(2_000)
        );
        // 40 → 41 is 2.5 %.
        assert_eq!(found(&shop(&[(-1, 40), (0, 41)])), []);
        // 40 → 36 over four weeks is 10 %, although no week reaches 5 %: −4 × 10.00 = −40.00
        let slow = shop(&[(-4, 40), (-3, 39), (-2, 38), (-1, 37), (0, 36)]);
        assert_eq!(found(&slow)[0].monthly_amount, Money::from_cents(-4_000));
    }

    #[test]
    fn a_first_week_is_no_drift_and_a_gap_is_bridged() {
        assert_eq!(found(&shop(&[(0, 40)])), []);
        assert_eq!(found(&shop(&[(-3, 40), (0, 40)])), []);
        assert_eq!(found(&shop(&[(-3, 40), (0, 44)])).len(), 1);
    }

    #[test]
    fn a_replacement_and_another_distributor_are_no_drift() {
        let mut shop = shop(&[(-1, 40)]);
        shop.last_sub().status = SubscriptionStatus::Cancelled;
        shop.last_usage(0, 40, SubscriptionStatus::Cancelled);
        shop.buys("A", 40, "10").used(&[(0, 40)]);
        shop.last_sub().starts_on = Some(days_ago(2));
        assert_eq!(found(&shop), []);

        // A new distributor's connection is first read this week: what it had before is unknown.
        let mut moved = Shop::new();
        moved.buys("A", 40, "10").bills("P", 40, "12");
        moved
            .used(&[(-1, 40)])
            .last_usage(0, 40, SubscriptionStatus::Cancelled);
        moved.last_sub().status = SubscriptionStatus::Cancelled;
        moved.buys_at(Vendor::Pax8, "B", 40, "10").used(&[(0, 40)]);
        moved.linked("B", "P");
        assert_eq!(found(&moved), []);
    }

    #[test]
    fn trial_to_paid_is_no_drift_but_a_new_subscription_is() {
        let mut trial = shop(&[(-1, 40), (0, 40)]);
        trial.buys("A", 5, "10");
        trial.last_sub().starts_on = Some(days_ago(10));
        trial.last_usage(-1, 25, SubscriptionStatus::Trial);
        trial.last_usage(0, 5, SubscriptionStatus::Active);
        assert_eq!(found(&trial), []);
        let mut new = shop(&[(-1, 40), (0, 40)]);
        new.buys("A", 5, "11").used(&[(0, 5)]);
        // Of old, but not captured last week: how many seats there were then, nobody knows.
        assert_eq!(found(&new), []);
        new.last_sub().starts_on = Some(days_ago(2));
        // 5 × 11.00 = 55.00
        assert_eq!(found(&new)[0].monthly_amount, Money::from_cents(5_500));
    }

    #[test]
    fn a_subscription_that_left_the_listing_is_a_decrease() {
        let mut shop = shop(&[(-1, 10), (0, 10)]);
        shop.buys("A", 4, "10").used(&[(-1, 4)]);
        shop.last_bought().gone = true;
        let said = format!(
            "14 → 10 seats from {} to {}: -4 seats",
            week(-1).number(),
            week(0).number()
        );
        assert_eq!(found(&shop)[0].evidence[0], said);
    }
}
