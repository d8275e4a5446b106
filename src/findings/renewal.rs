//! A commitment renews soon while its seats do not agree: the one time at which they can be set right.

use jiff::Span;
use jiff::civil::Date;

use crate::domain::finding::{Finding, FindingKind};
use crate::domain::money::Money;

use super::commitment;
use super::context::Context;
use super::drift;
use super::evidence::{self, Draft};
use super::position::Position;
use super::purchase::Purchase;

/// The finding, if a commitment of more than a month renews within the days of the rules, and either bought and
/// contracted seats differ or the seats drift. The amount is the cost of the seats above the contract that renew.
pub(super) fn find<'a>(context: &Context<'a>, position: &Position<'a>) -> Option<Finding> {
    let renewing = renewing(context, position);
    let (first_day, _) = *renewing.first()?;
    let contracted = position.contracted()?;
    let bought = position.bought();
    let drifts = drift::find(context, position);
    if bought == contracted && drifts.is_none() {
        return None;
    }
    let mut evidence: Vec<String> = renewing
        .iter()
        .map(|(day, p)| format!("{} renews on {day}", p.sub().product_name))
        .collect();
    evidence.extend(evidence::bought(position.billable()));
    evidence.extend(evidence::contracted(context, position));
    evidence.push(match bought - contracted {
        above @ 1.. => format!("{bought} − {contracted} = {above} above the contract"),
        0 => "bought and contracted agree".to_owned(),
        below => format!(
            "{contracted} − {bought} = {} contracted above what is bought",
            below.abs()
        ),
    });
    evidence.extend(drifts.and_then(|d| d.evidence.into_iter().next()));
    // What was bought last is taken as above the contract first.
    let mut left = bought.saturating_sub(contracted).max(0);
    let mut total = Money::ZERO;
    for (_, purchase) in renewing.iter().rev() {
        let seats = purchase.seats().unwrap_or(0).min(left);
        let cost = purchase.cost().ok()?;
        left -= seats;
        total = total + cost.money.times(seats);
        if seats > 0 {
            evidence.push(evidence::product(seats, cost));
        }
    }
    let like = renewing.first()?.1.cost().ok()?;
    Some(
        Draft {
            kind: FindingKind::RenewalAhead,
            about: evidence::single(renewing.iter().map(|(_, p)| *p)),
            product: context.product_key(position.item),
            amount: evidence::of(like, total),
            evidence,
            action: format!(
                "Set the seats right before {first_day}; then they are committed again."
            ),
        }
        .finding(position),
    )
}

/// The purchases that renew soon, the next first.
fn renewing<'p, 'a>(
    context: &Context<'a>,
    position: &'p Position<'a>,
) -> Vec<(Date, &'p Purchase<'a>)> {
    let now = context.input.as_of;
    let days = i64::from(context.rules.renewal_days);
    let span = Span::new().try_days(days).ok();
    let Some(last) = span.and_then(|s| now.date().checked_add(s).ok()) else {
        return Vec::new();
    };
    let mut out: Vec<_> = position
        .billable()
        .filter_map(|p| Some((commitment::until(p.sub(), now)?, p)))
        .filter(|(day, _)| *day <= last)
        .collect();
    out.sort_by_key(|(day, _)| *day);
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample::Shop;
    use super::*;

    fn shop(seats: i64, renews: &str) -> Shop {
        let mut shop = Shop::new();
        shop.buys("A", seats, "9").bills("P", 10, "12");
        shop.last_sub().term = "P1Y".to_owned();
        shop.last_sub().renews_on = Some(renews.parse().unwrap());
        shop
    }

    fn amounts(shop: &Shop) -> Vec<Money> {
        let found = shop.find(FindingKind::RenewalAhead);
        found.iter().map(|f| f.monthly_amount).collect()
    }

    #[test]
    fn only_a_commitment_that_renews_soon_and_does_not_agree() {
        // 12 − 10 = 2; 2 × 9.00 = 18.00
        assert_eq!(amounts(&shop(12, "2026-12-24")), [Money::from_cents(1_800)]);
        assert_eq!(amounts(&shop(12, "2026-12-25")), []);
        assert_eq!(amounts(&shop(10, "2026-12-24")), []);
        assert_eq!(amounts(&shop(8, "2026-12-24")), [Money::ZERO]);
        let mut monthly = shop(12, "2026-12-24");
        monthly.last_sub().term = "P1M".to_owned();
        assert_eq!(amounts(&monthly), []);
    }

    #[test]
    fn drift_before_a_renewal_is_told_although_the_seats_agree() {
        let mut shop = shop(10, "2026-12-24");
        shop.used(&[(-1, 8), (0, 10)]);
        assert_eq!(amounts(&shop), [Money::ZERO]);
    }
}
