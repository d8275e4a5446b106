//! Whether a position can be judged at all. What cannot gives no finding of any kind, only its reason.

use std::collections::BTreeSet;

use crate::domain::finding::{FindingKind, UnjudgedReason};
use crate::domain::money::Currency;
use crate::domain::party::LinkState;

use super::context::Context;
use super::fingerprint::fingerprint;
use super::lines::LineState;
use super::monthly::Price;
use super::position::{Item, Owner, Position};
use super::purchase::{Purchase, Standing};
use super::unmatched;

/// The reason why nothing can be said about a position, or none. The order is the order in which a person would clear
/// them up: whose it is, whether it was read, what was read, what it is sold as, what the contract says.
pub(super) fn hindrance(context: &Context<'_>, position: &Position<'_>) -> Option<UnjudgedReason> {
    if let Owner::Account(_) = position.owner {
        let excluded = |p: &Purchase<'_>| p.account.state == LinkState::Excluded;
        return Some(match position.purchases.iter().any(excluded) {
            true => UnjudgedReason::ExcludedCustomer,
            false => UnjudgedReason::UnmappedCustomer,
        });
    }
    if context.input.agreements.is_stale() {
        return Some(UnjudgedReason::StaleListing);
    }
    of_purchases(context, position)
        .or_else(|| of_product(context, position))
        .or_else(|| of_contract(position))
}

/// What the distributor leaves open.
fn of_purchases(context: &Context<'_>, position: &Position<'_>) -> Option<UnjudgedReason> {
    let live = || {
        let purchases = position.purchases.iter();
        purchases.filter(|p| p.standing != Standing::Ended)
    };
    let stale = |p: &Purchase<'_>| p.account.listing.is_stale();
    // Where everything has ended, the same product may stand in a listing of the customer's that was not read.
    let unseen = live().next().is_none() && context.has_stale_account(position.owner);
    if live().any(stale) || unseen {
        return Some(UnjudgedReason::StaleListing);
    }
    if live().any(|p| p.standing == Standing::Unclear) {
        return Some(UnjudgedReason::UnknownStatus);
    }
    if position.billable().any(|p| p.seats().is_none()) {
        return Some(UnjudgedReason::UnknownSeats);
    }
    let mut currencies = BTreeSet::new();
    for purchase in position.billable() {
        match purchase.cost() {
            Ok(cost) => currencies.insert(cost.currency),
            Err(reason) => return Some(reason),
        };
    }
    if currencies.len() > 1 {
        return Some(UnjudgedReason::MixedCurrencies);
    }
    // Bought once or by consumption: there are no seats to compare.
    let without_seats = live().all(|p| p.standing == Standing::NoSeats);
    (live().next().is_some() && without_seats).then_some(UnjudgedReason::UnknownCycle)
}

fn of_product(context: &Context<'_>, position: &Position<'_>) -> Option<UnjudgedReason> {
    match position.item {
        Item::Product(_) => None,
        Item::Sku(vendor, sku) if context.products.is_sold_as_none((vendor, sku)) => {
            Some(UnjudgedReason::SoldAsNoProduct)
        }
        Item::Sku(..) => Some(UnjudgedReason::UnmappedProduct),
    }
}

/// What the contract leaves open.
fn of_contract(position: &Position<'_>) -> Option<UnjudgedReason> {
    let Some(contracted) = position.contracted() else {
        return Some(UnjudgedReason::UnknownSeats);
    };
    let lapsed = position.lines.iter().any(|l| l.state == LineState::Lapsed);
    if lapsed && position.bought() > contracted {
        return Some(UnjudgedReason::LapsedContract);
    }
    let unknown = position.active_lines().find_map(|l| match l.price {
        Price::Unknown(reason) => Some(reason),
        _ => None,
    });
    if unknown.is_some() {
        return unknown;
    }
    let prices: BTreeSet<&Currency> = position.prices().map(|(_, a)| a.currency).collect();
    (prices.len() > 1).then_some(UnjudgedReason::MixedCurrencies)
}

/// How many rows (SKUs of one owner) a position stands for in counts: those that are live, or all where none is.
pub(super) fn rows(position: &Position<'_>) -> u64 {
    let live = |p: &&Purchase<'_>| p.standing != Standing::Ended;
    let articles = |p: &Purchase<'_>| p.article().0.tag().to_owned() + p.article().1.as_str();
    let of_live: BTreeSet<_> = position
        .purchases
        .iter()
        .filter(live)
        .map(articles)
        .collect();
    if !of_live.is_empty() {
        return of_live.len() as u64;
    }
    let all: BTreeSet<_> = position.purchases.iter().map(articles).collect();
    all.len() as u64
}

/// The findings that a position might give if it could be judged. None where a person's decision is the reason: what was
/// found before it does not hold any more.
pub(super) fn unsure(
    context: &Context<'_>,
    position: &Position<'_>,
    reason: UnjudgedReason,
) -> Vec<String> {
    let articles = position.purchases.iter().map(Purchase::article);
    let owner = match (position.owner, position.purchases.first()) {
        (_, _) if is_decided(reason) => return Vec::new(),
        (Owner::Customer(id), _) => id.to_string(),
        (Owner::Account(_), Some(first)) if first.account.listing.is_stale() => {
            return unmatched::unsure(position);
        }
        (Owner::Account(_), _) => return Vec::new(),
    };
    let mut products: BTreeSet<String> = articles
        .map(|(vendor, sku)| format!("{vendor}/{sku}"))
        .collect();
    products.insert(context.product_key(position.item));
    let of_kind = |kind| products.iter().map(move |p| (kind, p));
    let all = FindingKind::ALL.into_iter().flat_map(of_kind);
    all.map(|(kind, product)| fingerprint(kind, &owner, product))
        .collect()
}

/// True for a reason that people give.
fn is_decided(reason: UnjudgedReason) -> bool {
    matches!(
        reason,
        UnjudgedReason::ExcludedCustomer
            | UnjudgedReason::UnmappedProduct
            | UnjudgedReason::SoldAsNoProduct
    )
}

/// True if there is something to judge: something bought, or something billed for it.
pub(super) fn matters(position: &Position<'_>) -> bool {
    let counts = |p: &Purchase<'_>| {
        matches!(
            p.standing,
            Standing::Billable | Standing::NoSeats | Standing::Unclear
        )
    };
    position.purchases.iter().any(counts) || position.active_lines().next().is_some()
}

#[cfg(test)]
mod tests {
    use super::super::input::Listing;
    use super::super::sample::Shop;
    use super::*;
    use crate::domain::money::Currency;
    use crate::domain::subscription::{BillingCycle, SubscriptionStatus};

    /// 10 seats above the contract, unless something hinders; what is said then.
    fn said(spoil: impl FnOnce(&mut Shop)) -> Vec<(UnjudgedReason, u64)> {
        let mut shop = Shop::new();
        shop.buys("A", 15, "9").bills("P", 5, "12");
        shop.used(&[(-1, 5), (0, 15)]);
        assert_eq!(shop.unjudged(), []);
        assert!(!shop.evaluate().findings.is_empty());
        spoil(&mut shop);
        let outcome = shop.evaluate();
        let only_spend = |f: &crate::domain::finding::Finding| f.customer_id.is_none();
        assert!(outcome.findings.iter().all(only_spend), "{outcome:?}");
        outcome.unjudged.into_iter().collect()
    }

    #[test]
    fn each_hindrance_has_its_own_reason_and_gives_no_amount() {
        use UnjudgedReason as Reason;
        let stale = Listing::Stale { read_at: None };
        assert_eq!(
            said(|s| s.account().state = LinkState::Pending),
            [(Reason::UnmappedCustomer, 1)]
        );
        assert_eq!(
            said(|s| s.account().state = LinkState::Excluded),
            [(Reason::ExcludedCustomer, 1)]
        );
        assert_eq!(
            said(|s| s.account().listing = stale),
            [(Reason::StaleListing, 1)]
        );
        assert_eq!(
            said(|s| s.input.agreements = stale),
            [(Reason::StaleListing, 1)]
        );
        assert_eq!(
            said(|s| s.input.products.clear()),
            [(Reason::UnmappedProduct, 1)]
        );
        assert_eq!(
            said(|s| s.last_sub().unit_cost = None),
            [(Reason::UnknownCost, 1)]
        );
        assert_eq!(
            said(|s| s.last_sub().currency = None),
            [(Reason::UnknownCost, 1)]
        );
        assert_eq!(
            said(|s| s.last_sub().seats = None),
            [(Reason::UnknownSeats, 1)]
        );
        assert_eq!(
            said(|s| s.last_sub().status = SubscriptionStatus::Unknown),
            [(Reason::UnknownStatus, 1)]
        );
        assert_eq!(
            said(|s| s.last_sub().billing_cycle = BillingCycle::Unknown),
            [(Reason::UnknownCycle, 1)]
        );
        assert_eq!(
            said(|s| s.last_sub().billing_cycle = BillingCycle::OneTime),
            [(Reason::UnknownCycle, 1)]
        );
        assert_eq!(
            said(|s| s.last_line().unit_price = None),
            [(Reason::UnknownPrice, 1)]
        );
        assert_eq!(
            said(|s| s.last_line().seats = None),
            [(Reason::UnknownSeats, 1)]
        );
        assert_eq!(
            said(|s| s.last_line().active = false),
            [(Reason::LapsedContract, 1)]
        );
    }

    #[test]
    fn what_was_found_is_unsure_while_its_row_cannot_be_judged() {
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").bills("P", 8, "10");
        let found = |shop: &Shop| -> Vec<String> {
            let found = shop.evaluate().findings;
            found.into_iter().map(|f| f.fingerprint).collect()
        };
        // 9.00 / 0.9 = 10.00: the seats above the contract are all.
        let before = found(&shop);
        assert_eq!(before.len(), 1);
        let unsure = |shop: &Shop| shop.evaluate().unsure;
        assert!(unsure(&shop).is_empty());
        shop.account().listing = Listing::Stale { read_at: None };
        assert!(unsure(&shop).contains(&before[0]));
        shop.account().state = LinkState::Excluded;
        assert!(unsure(&shop).is_empty(), "a person's word is sure");

        let mut pending = Shop::new();
        pending.buys("A", 10, "9").account().state = LinkState::Pending;
        let before = found(&pending);
        assert_eq!((before.len(), unsure(&pending).len()), (1, 0));
        pending.account().listing = Listing::Stale { read_at: None };
        assert!(unsure(&pending).contains(&before[0]));
    }

    #[test]
    fn costs_in_two_currencies_cannot_be_added() {
        let of_two = said(|s| {
            s.buys("A", 3, "9").last_sub().currency = Currency::parse("EUR");
        });
        assert_eq!(of_two, [(UnjudgedReason::MixedCurrencies, 1)]);
    }

    #[test]
    fn an_ended_subscription_of_an_unmapped_product_is_nothing_to_judge() {
        let mut shop = Shop::new();
        shop.buys("A", 3, "9").last_sub().status = SubscriptionStatus::Cancelled;
        assert_eq!(shop.unjudged(), []);
        assert_eq!(shop.evaluate().licensing, []);
    }
}
