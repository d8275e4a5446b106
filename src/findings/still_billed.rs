//! Billed, although all that it stands for has ended: the customer pays for nothing, until somebody notices.

use crate::domain::finding::{Finding, FindingKind};
use crate::domain::money::Money;

use super::context::Context;
use super::evidence::{self, Draft};
use super::position::Position;
use super::purchase::{Purchase, Standing};

/// The finding, if lines bill and every subscription of the product is cancelled, expired or gone. A line whose price
/// belongs to a bundle bills for the other parts too, so that nothing is said of it.
pub(super) fn find<'a>(context: &Context<'a>, position: &Position<'a>) -> Option<Finding> {
    let ended = |p: &Purchase<'_>| p.standing == Standing::Ended;
    if position.purchases.is_empty() || !position.purchases.iter().all(ended) {
        return None;
    }
    let mut evidence = evidence::ended(position.purchases.iter());
    evidence.extend(evidence::contracted(context, position));
    let mut total = Money::ZERO;
    let mut like = None;
    let mut places = Vec::new();
    for (line, price) in position.prices() {
        let Some(seats) = line.seats.filter(|n| *n > 0) else {
            continue;
        };
        evidence.push(evidence::product(seats, price));
        total = total + price.money.times(seats);
        like = Some(price);
        places.push(line.place());
    }
    Some(
        Draft {
            kind: FindingKind::CancelledStillBilled,
            about: evidence::single(position.purchases.iter()),
            product: context.product_key(position.item),
            amount: evidence::of(like?, total),
            evidence,
            action: format!(
                "End {}, or tell the customer what it is billed for.",
                places.join(" and ")
            ),
        }
        .finding(position),
    )
}

#[cfg(test)]
mod tests {
    use super::super::input::Listing;
    use super::super::sample::Shop;
    use super::*;
    use crate::domain::finding::UnjudgedReason;
    use crate::domain::subscription::SubscriptionStatus;
    use crate::domain::vendor::Vendor;

    fn ended() -> Shop {
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").bills("P", 10, "12");
        shop.last_sub().status = SubscriptionStatus::Cancelled;
        shop
    }

    fn found(shop: &Shop) -> Vec<Finding> {
        shop.find(FindingKind::CancelledStillBilled)
    }

    #[test]
    fn a_line_without_a_live_subscription_bills_for_nothing() {
        // 10 × 12.00 = 120.00
        let mut shop = ended();
        let one = found(&shop);
        assert_eq!(one[0].monthly_amount, Money::from_cents(12_000));
        assert_eq!(
            one[0].evidence[0],
            "cancelled: Product A A (TD SYNNEX, read 2026-11-24 06:00)"
        );
        shop.last_sub().status = SubscriptionStatus::Active;
        shop.last_bought().gone = true;
        let two = found(&shop);
        assert!(two[0].evidence[0].starts_with("no longer listed: "));
        assert_eq!(one[0].fingerprint, two[0].fingerprint);
    }

    #[test]
    fn what_lives_on_elsewhere_or_waits_is_not_ended() {
        for status in [
            SubscriptionStatus::Suspended,
            SubscriptionStatus::Trial,
            SubscriptionStatus::Pending,
        ] {
            let mut shop = ended();
            shop.buys_at(Vendor::Pax8, "B", 10, "9").linked("B", "P");
            shop.last_sub().status = status;
            assert_eq!(found(&shop), []);
        }
    }

    #[test]
    fn it_may_live_on_in_a_listing_that_was_not_read() {
        let mut shop = ended();
        shop.at(Vendor::Pax8).account().listing = Listing::Stale { read_at: None };
        assert_eq!(found(&shop), []);
        assert_eq!(shop.unjudged(), [(UnjudgedReason::StaleListing, 1)]);
    }
}
