//! Billed below the margin floor.
//!
//! Only seats that are both bought and contracted have a margin. Where costs or prices differ, the dearest cost is held
//! against the dearest price, and so on down: of all ways to pair them this finds the least. Lines whose price belongs to
//! a bundle have no margin.

use std::collections::BTreeMap;

use crate::domain::finding::{Finding, FindingKind, UnjudgedReason};
use crate::domain::ids::CustomerId;
use crate::domain::money::Money;

use super::context::Context;
use super::evidence::{self, Draft};
use super::lines::ContractLine;
use super::monthly::Amount;
use super::position::{Owner, Position};
use super::products::Article;
use super::purchase::Purchase;
use super::rules::BasisPoints;

/// Seats of one subscription under one line.
#[derive(Debug, Clone, Copy)]
struct Pair<'p, 'a> {
    purchase: Purchase<'a>,
    cost: Amount<'a>,
    line: &'p ContractLine<'a>,
    price: Amount<'a>,
    seats: i64,
}

impl Pair<'_, '_> {
    /// What is missing to the floor, for all seats.
    fn shortfall(&self, floor: BasisPoints) -> Money {
        (floor.price_over(self.cost.money) - self.price.money).times(self.seats)
    }
}

/// One finding for each SKU billed below its floor, or why margins cannot be told.
pub(super) fn find<'a>(
    context: &Context<'a>,
    position: &Position<'a>,
) -> Result<Vec<Finding>, UnjudgedReason> {
    let Owner::Customer(customer) = position.owner else {
        return Ok(Vec::new());
    };
    let pairs = pairs(position);
    if pairs.iter().any(|p| p.cost.currency != p.price.currency) {
        return Err(UnjudgedReason::MixedCurrencies);
    }
    let mut short: BTreeMap<Article<'a>, Vec<Pair<'_, 'a>>> = BTreeMap::new();
    for pair in pairs {
        let article = pair.purchase.article();
        let floor = context.rules.floors.of(article.0, article.1, customer);
        if pair.shortfall(floor) > Money::ZERO {
            short.entry(article).or_default().push(pair);
        }
    }
    let findings = short
        .into_iter()
        .filter_map(|(article, pairs)| finding(context, position, customer, article, &pairs));
    Ok(findings.collect())
}

/// The seats both bought and contracted, each with its cost and its price, the dearest first on both sides.
fn pairs<'p, 'a>(position: &'p Position<'a>) -> Vec<Pair<'p, 'a>> {
    let mut costs: Vec<(Amount<'a>, Purchase<'a>, i64)> = position
        .allotted()
        .into_iter()
        .filter_map(|(p, covered)| Some((p.cost().ok()?, p, covered)))
        .collect();
    costs.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.order().cmp(&b.1.order())));
    let mut prices: Vec<_> = position
        .prices()
        .map(|(line, price)| (price, line, line.seats.unwrap_or(0)))
        .collect();
    prices.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.order().cmp(&b.1.order())));
    let mut out = Vec::new();
    let mut lines = prices.into_iter();
    let mut line = lines.next();
    for (cost, purchase, mut open) in costs {
        while let Some((price, at, left)) = &mut line {
            let seats = open.min(*left);
            if seats > 0 {
                out.push(Pair {
                    purchase,
                    cost,
                    line: at,
                    price: *price,
                    seats,
                });
            }
            open -= seats.max(0);
            *left -= seats.max(0);
            if open <= 0 {
                break;
            }
            line = lines.next();
        }
    }
    out
}

fn finding<'a>(
    context: &Context<'a>,
    position: &Position<'a>,
    customer: CustomerId,
    article: Article<'a>,
    pairs: &[Pair<'_, 'a>],
) -> Option<Finding> {
    let first = pairs.first()?;
    let floor = context.rules.floors.of(article.0, article.1, customer);
    let mut evidence = evidence::bought(pairs.iter().map(|p| &p.purchase));
    evidence.extend(evidence::contracted(context, position));
    for pair in pairs {
        evidence.extend(arithmetic(pair, floor));
    }
    let total: Money = pairs.iter().map(|p| p.shortfall(floor)).sum();
    let amount = evidence::of(first.price, total);
    evidence.push(format!("together {} a month", evidence::price(amount)));
    let least = pairs.iter().map(|p| floor.price_over(p.cost.money)).max()?;
    let least = evidence::price(evidence::of(first.price, rounded_up(least)));
    Some(
        Draft {
            kind: FindingKind::BelowMargin,
            about: (Some(article.0), Some(article.1.clone())),
            product: format!("{}/{}", article.0, article.1),
            amount,
            evidence,
            action: format!(
                "Raise {} to at least {least} a seat and month, or buy cheaper.",
                first.line.place()
            ),
        }
        .finding(position),
    )
}

/// `19.94444444 least (17.95 / (1 − 10 %)) − 18.00 billed = 1.94444444; × 10 seats = 19.4444444 USD a month`.
fn arithmetic(pair: &Pair<'_, '_>, floor: BasisPoints) -> Vec<String> {
    let least = floor.price_over(pair.cost.money);
    let gap = least - pair.price.money;
    let mut rows = vec![format!(
        "{least} least ({} / (1 − {floor})) − {} billed = {gap}; × {} = {} a month",
        pair.cost.money,
        pair.price.money,
        evidence::seats(pair.seats),
        evidence::price(evidence::of(pair.price, pair.shortfall(floor))),
    )];
    if pair.price.money < pair.cost.money {
        rows.push(format!(
            "negative margin: {} is billed for what costs {}",
            evidence::price(pair.price),
            evidence::price(pair.cost)
        ));
    }
    rows
}

/// Up to the next whole cent: a price that people can type.
fn rounded_up(money: Money) -> Money {
    const CENT: i64 = 1_000_000;
    let cents = money.units().div_euclid(CENT) + i64::from(money.units().rem_euclid(CENT) > 0);
    Money::from_units(cents.saturating_mul(CENT))
}

#[cfg(test)]
mod tests {
    use super::super::sample::Shop;
    use super::*;
    use crate::domain::money::Currency;
    use crate::domain::subscription::BillingCycle;

    fn found(shop: &Shop) -> Vec<Finding> {
        shop.find(FindingKind::BelowMargin)
    }

    #[test]
    fn the_gap_to_the_floor_for_seats_both_bought_and_contracted() {
        // 18.00 / 0.9 = 20.00; 20.00 − 19.00 = 1.00; 10 bought and 12 contracted are 10 seats: 10.00
        let mut shop = Shop::new();
        shop.buys("A", 10, "18").bills("P", 12, "19");
        let found = found(&shop);
        assert_eq!(found[0].monthly_amount, Money::from_cents(1_000));
        assert_eq!(
            found[0].action,
            "Raise Managed services line 1 to at least 20.00 USD a seat and month, or buy cheaper."
        );
        assert!(!found[0].evidence.iter().any(|e| e.starts_with("negative")));
    }

    #[test]
    fn the_floor_itself_is_enough() {
        let mut shop = Shop::new();
        shop.buys("A", 10, "18").bills("P", 10, "20");
        assert_eq!(found(&shop), []);
        shop.rules.floors.by_vendor.insert(
            crate::domain::vendor::Vendor::Synnex,
            BasisPoints(2_000), // 18.00 / 0.8 = 22.50; 2.50 × 10 = 25.00
        );
        assert_eq!(found(&shop)[0].monthly_amount, Money::from_cents(2_500));
    }

    #[test]
    fn a_price_below_the_cost_is_marked() {
        // 240.00 a year are 20.00 a month; 18.00 × 12 / 12 … 20.00 / 0.9 = 22.22222222 − 18.00 = 4.22222222; × 3 = 12.66666666
        let mut shop = Shop::new();
        shop.buys("A", 3, "240").bills("P", 3, "18");
        shop.last_sub().billing_cycle = BillingCycle::Annual;
        let found = found(&shop);
        assert_eq!(found[0].monthly_amount.to_string(), "12.66666666");
        let said = "negative margin: 18.00 USD is billed for what costs 20.00 USD".to_owned();
        assert!(found[0].evidence.contains(&said));
    }

    #[test]
    fn prices_are_kept_apart_and_paired_from_the_dearest_down() {
        // Costs 18.00 × 5 and 9.00 × 5; prices 20.00 × 5 (18.00 / 0.9: enough) and 9.50 × 5:
        // 9.00 / 0.9 = 10.00 − 9.50 = 0.50; × 5 = 2.50
        let mut shop = Shop::new();
        shop.buys("A", 5, "9").bills("P", 5, "20");
        shop.buys("A", 5, "18").bills("P", 5, "9.50");
        assert_eq!(found(&shop)[0].monthly_amount, Money::from_cents(250));
    }

    #[test]
    fn a_bundle_has_no_margin_and_currencies_are_not_compared() {
        let mut bundle = Shop::new();
        bundle.buys("A", 5, "9").bills("P", 5, "1");
        bundle.buys("B", 5, "9").linked("B", "P");
        assert_eq!(found(&bundle), []);
        assert_eq!(bundle.unjudged(), []);
        let mut abroad = Shop::new();
        abroad.buys("A", 5, "9").bills("P", 5, "1");
        abroad.last_line().currency = Currency::parse("CAD");
        assert_eq!(found(&abroad), []);
        assert_eq!(abroad.unjudged(), [(UnjudgedReason::MixedCurrencies, 1)]);
    }
}
