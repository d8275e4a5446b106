//! The distributor's cost moved: a price rise eats the margin before anybody sees it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::finding::{Finding, FindingKind};
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::UsageRow;
use crate::domain::time::Week;

use super::context::Context;
use super::evidence::{self, Draft};
use super::monthly::{Amount, per_month};
use super::position::Position;
use super::products::Article;
use super::purchase::{Purchase, Standing};
use super::weeks;

/// From two and a half times the cost (or as small a part of it) on, the cost was more likely given for another billing
/// cycle than moved: the weekly rows do not say their cycle. In halves.
const IMPLAUSIBLE_HALVES: i64 = 5;

/// One purchase whose cost moved.
struct Move<'a> {
    purchase: Purchase<'a>,
    before: Money,
    after: Amount<'a>,
    seats: i64,
}

/// One finding for each SKU whose cost of a seat and month moved since the captured week before.
pub(super) fn find<'a>(context: &Context<'a>, position: &Position<'a>) -> Vec<Finding> {
    let Some((to, from)) = weeks::newest_two(context, position) else {
        return Vec::new();
    };
    let mut moves: BTreeMap<Article<'a>, Vec<Move<'a>>> = BTreeMap::new();
    for purchase in position.billable() {
        if let Some(moved) = moved(context, position, purchase, from, to) {
            moves.entry(purchase.article()).or_default().push(moved);
        }
    }
    moves
        .into_iter()
        .filter_map(|(article, moves)| finding(position, article, &moves, (from, to)))
        .collect()
}

fn moved<'a>(
    context: &Context<'a>,
    position: &Position<'a>,
    purchase: &Purchase<'a>,
    from: Week,
    to: Week,
) -> Option<Move<'a>> {
    let (currency, after) = cost_in(purchase, to)?;
    let before = match cost_in(purchase, from) {
        Some(old) => Some(old).filter(|(_, before)| is_plausible(*before, after)),
        None => replaced_cost(position, purchase, from),
    };
    let before = before.filter(|(of, _)| *of == currency)?.1;
    let change = after - before;
    let reaches = context.rules.cost_moved;
    (change != Money::ZERO && reaches.reached_by(change.units(), before.units())).then(|| Move {
        purchase: *purchase,
        before,
        after: Amount {
            currency,
            money: after,
        },
        seats: purchase.seats().unwrap_or(0),
    })
}

/// The cost of a seat and month as captured in a week, or last before it; none unless it was paid for then.
fn cost_in<'a>(purchase: &Purchase<'a>, week: Week) -> Option<(&'a Currency, Money)> {
    let usage = &purchase.bought.usage;
    let known = usage.partition_point(|row| row.week <= week);
    let row: &'a UsageRow = usage[..known].last().filter(|r| r.status.is_billable())?;
    let cost = per_month(row.unit_cost?, purchase.sub().billing_cycle)?;
    Some((row.currency.as_ref()?, cost))
}

/// The cost of the subscription that this one replaced: of the same SKU, since ended. None if there were several costs.
fn replaced_cost<'a>(
    position: &Position<'a>,
    purchase: &Purchase<'a>,
    from: Week,
) -> Option<(&'a Currency, Money)> {
    let ended = position
        .purchases
        .iter()
        .filter(|p| p.standing == Standing::Ended && p.article() == purchase.article());
    let costs: BTreeSet<_> = ended.filter_map(|p| cost_in(p, from)).collect();
    costs.first().copied().filter(|_| costs.len() == 1)
}

fn is_plausible(before: Money, after: Money) -> bool {
    let (low, high) = (before.min(after), before.max(after));
    low == Money::ZERO || high.times(2) < low.times(IMPLAUSIBLE_HALVES)
}

fn finding<'a>(
    position: &Position<'a>,
    article: Article<'a>,
    moves: &[Move<'a>],
    (from, to): (Week, Week),
) -> Option<Finding> {
    let first = moves.first()?;
    let mut evidence = evidence::bought(moves.iter().map(|m| &m.purchase));
    let mut total = Money::ZERO;
    for one in moves {
        let change = one.after.money - one.before;
        total = total + change.times(one.seats);
        evidence.push(format!(
            "{} in {} → {} in {}: {}",
            one.before,
            from.number(),
            evidence::price(one.after),
            to.number(),
            evidence::product(one.seats, evidence::of(one.after, change)),
        ));
    }
    Some(
        Draft {
            kind: FindingKind::CostMoved,
            about: (Some(article.0), Some(article.1.clone())),
            product: format!("{}/{}", article.0, article.1),
            amount: evidence::of(first.after, total),
            action: match total > Money::ZERO {
                true => "Check whether the contract's price still holds.",
                false => "Nothing is lost; keep it in mind for the next renewal.",
            }
            .to_owned(),
            evidence,
        }
        .finding(position),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::Shop;
    use super::*;
    use crate::domain::subscription::{BillingCycle, SubscriptionStatus};

    /// Ten seats whose cost was `before` last week and is `after` now.
    fn shop(before: &str, after: &str) -> Shop {
        let mut shop = Shop::new();
        shop.buys("A", 10, before).bills("P", 10, "99");
        shop.used(&[(-1, 10)]);
        shop.last_sub().unit_cost = Some(after.parse().unwrap());
        shop.used(&[(0, 10)]);
        shop
    }

    fn amounts(shop: &Shop) -> Vec<String> {
        let found = shop.find(FindingKind::CostMoved);
        found.iter().map(|f| f.monthly_amount.to_string()).collect()
    }

    #[test]
    fn one_percent_up_or_down_is_a_move() {
        // (20.20 − 20.00) × 10 = 2.00
        assert_eq!(amounts(&shop("20", "20.20")), ["2.00"]);
        assert_eq!(amounts(&shop("20", "19.80")), ["-2.00"]);
        assert_eq!(amounts(&shop("20", "20.19")), [] as [&str; 0]);
        assert_eq!(amounts(&shop("20", "20")), [] as [&str; 0]);
    }

    #[test]
    fn another_cycle_is_no_price_rise() {
        assert_eq!(amounts(&shop("20", "240")), [] as [&str; 0]);
    }

    /// The setting `cost_period` was changed between two weeks: rows of a year are kept twelve times as high or as low.
    #[test]
    fn another_reading_of_costs_is_no_move() {
        for (before, after) in [("120", "1440"), ("1440", "120"), ("1440", "126")] {
            let mut shop = shop(before, after);
            shop.last_sub().billing_cycle = BillingCycle::Annual;
            assert_eq!(amounts(&shop), [] as [&str; 0], "{before} → {after}");
        }
    }

    #[test]
    fn a_replacement_is_held_against_what_it_replaced() {
        let mut shop = Shop::new();
        shop.buys("A", 10, "20").bills("P", 10, "99");
        shop.used(&[(-1, 10)]);
        shop.last_sub().status = SubscriptionStatus::Cancelled;
        shop.last_usage(0, 10, SubscriptionStatus::Cancelled);
        // (22.00 − 20.00) × 10 = 20.00
        shop.buys("A", 10, "22").used(&[(0, 10)]);
        assert_eq!(amounts(&shop), ["20.00"]);
    }
}
