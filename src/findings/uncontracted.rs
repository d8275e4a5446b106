//! More seats bought than contracted: what the distributor charges and nobody is billed for.

use crate::domain::finding::{Finding, FindingKind};
use crate::domain::money::Money;
use crate::domain::party::LinkState;

use super::context::Context;
use super::evidence::{self, Draft};
use super::lines::LineState;
use super::monthly::{Amount, Price};
use super::position::Position;
use super::purchase::Purchase;

/// The finding, if more is bought than contracted. Seats too new to be expected in the PSA do not count. The amount is
/// what the contract would bill for the seats above, else what they cost.
pub(super) fn find<'a>(context: &Context<'a>, position: &Position<'a>) -> Option<Finding> {
    let contracted = position.contracted()?;
    let expected = position.bought().saturating_sub(position.in_grace());
    let above = expected.saturating_sub(contracted);
    if above <= 0 {
        return None;
    }
    let allotted = position.allotted();
    let open: Vec<(Purchase<'a>, i64)> = allotted
        .into_iter()
        .filter(|(p, _)| !p.is_new)
        .map(|(p, covered)| (p, p.seats().unwrap_or(0) - covered))
        .filter(|(_, open)| *open > 0)
        .collect();
    let mut evidence = evidence::bought(position.billable());
    evidence.extend(evidence::contracted(context, position));
    if open
        .iter()
        .any(|(p, _)| p.account.state == LinkState::NoCounterpart)
    {
        evidence.push("a person decided that the PSA does not hold this customer".to_owned());
    }
    evidence.push(format!(
        "{expected} − {contracted} = {above} not contracted"
    ));
    let amount = match contract_price(position) {
        Some((price, note)) => {
            let total = evidence::product(above, price);
            evidence.push(format!("{total} (basis: price{note})"));
            evidence::of(price, price.money.times(above))
        }
        None => {
            let (total, rows) = cost_of(&open)?;
            evidence.extend(rows);
            total
        }
    };
    Some(
        Draft {
            kind: FindingKind::UncontractedSeats,
            about: evidence::single(open.iter().map(|(p, _)| p)),
            product: context.product_key(position.item),
            amount,
            action: action(context, position, above, &open),
            evidence,
        }
        .finding(position),
    )
}

/// What the contract bills for a seat: the lowest price of its active lines; where none is left, that of the line which
/// ended last. With a note for the evidence. Prices that belong to a bundle are none.
fn contract_price<'a>(position: &Position<'a>) -> Option<(Amount<'a>, &'static str)> {
    let mut prices: Vec<Amount<'a>> = position.prices().map(|(_, amount)| amount).collect();
    prices.sort();
    prices.dedup();
    if let Some(lowest) = prices.first() {
        let note = match prices.len() {
            1 => "",
            _ => ", the lowest of several",
        };
        return Some((*lowest, note));
    }
    if position.active_lines().next().is_some() {
        return None;
    }
    let ended = position
        .lines
        .iter()
        .filter(|l| l.state == LineState::Ended);
    let last = ended.max_by_key(|l| l.line.ends_on)?;
    match last.price {
        Price::PerSeat(amount) => Some((amount, " of the line that ended")),
        _ => None,
    }
}

/// What the open seats cost, each at its own subscription's price.
fn cost_of<'a>(open: &[(Purchase<'a>, i64)]) -> Option<(Amount<'a>, Vec<String>)> {
    let mut rows = Vec::new();
    let mut total: Option<Amount<'a>> = None;
    for (purchase, seats) in open {
        let cost = purchase.cost().ok()?;
        rows.push(format!("{} (basis: cost)", evidence::product(*seats, cost)));
        let sum = total.map_or(Money::ZERO, |t| t.money) + cost.money.times(*seats);
        total = Some(evidence::of(cost, sum));
    }
    if let Some(sum) = total.filter(|_| rows.len() > 1) {
        rows.push(format!("together {} a month", evidence::price(sum)));
    }
    Some((total?, rows))
}

fn action(
    context: &Context<'_>,
    position: &Position<'_>,
    above: i64,
    open: &[(Purchase<'_>, i64)],
) -> String {
    let seats = evidence::seats(above);
    let vendors = evidence::vendors(open.iter().map(|(p, _)| p));
    let hindrance = evidence::hindrance(context, open.iter().map(|(p, _)| p));
    let add = match position.active_lines().next() {
        Some(line) => format!("Add {seats} to {}", line.place()),
        None => format!("Put {seats} on an agreement"),
    };
    format!("{add}, or decrease at {vendors}.{hindrance}")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Shop};
    use super::*;

    fn found(shop: &Shop) -> Vec<Finding> {
        shop.find(FindingKind::UncontractedSeats)
    }

    #[test]
    fn seats_above_the_contract_at_the_contracts_price() {
        // 38 bought, 35 contracted at 24.00: 3 × 24.00 = 72.00
        let mut shop = Shop::new();
        shop.buys("A", 38, "17.95").bills("P", 35, "24.00");
        shop.last_sub().term = "P1Y".to_owned();
        shop.last_sub().renews_on = Some("2027-01-03T00:00:00Z".parse().unwrap());
        let found = found(&shop);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].monthly_amount, Money::from_cents(7_200));
        assert_eq!(
            found[0].evidence,
            [
                "38 seats bought: Product A A at 17.95 USD a month (TD SYNNEX, read 2026-11-24 06:00)",
                "35 seats contracted: Managed services line 1 at 24.00 USD a month",
                "agreements read 2026-11-24 05:00",
                "38 − 35 = 3 not contracted",
                "3 × 24.00 USD = 72.00 USD a month (basis: price)",
            ]
        );
        assert_eq!(
            found[0].action,
            "Add 3 seats to Managed services line 1, or decrease at TD SYNNEX. \
             The commitment cannot be decreased before 2027-01-03."
        );
    }

    #[test]
    fn without_a_line_at_cost_each_subscription_apart() {
        // No line: 4 × 10.00 + 2 × 120.00 / 12 = 40.00 + 20.00 = 60.00
        let mut shop = Shop::new();
        shop.buys("A", 4, "10").buys("A", 2, "120");
        shop.last_sub().billing_cycle = crate::domain::subscription::BillingCycle::Annual;
        shop.linked("A", "P");
        assert_eq!(found(&shop)[0].monthly_amount, Money::from_cents(6_000));
    }

    #[test]
    fn two_distributors_of_one_product_are_summed() {
        // 10 + 10 bought, 15 contracted at 12.00: 5 × 12.00 = 60.00, and it is Pax8's, which came later.
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").bills("P", 15, "12");
        shop.buys_at(crate::domain::vendor::Vendor::Pax8, "B", 10, "9");
        shop.last_sub().starts_on = Some("2026-06-01T00:00:00Z".parse().unwrap());
        shop.linked("B", "P");
        let found = found(&shop);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].monthly_amount, Money::from_cents(6_000));
        assert_eq!(found[0].sku, Some("B".into()));
    }

    #[test]
    fn a_line_that_ended_contracts_nothing_and_says_so() {
        let mut shop = Shop::new();
        shop.buys("A", 5, "9").bills("P", 5, "12");
        shop.last_line().ends_on = Some("2026-10-31".parse().unwrap());
        let found = found(&shop);
        // 5 × 12.00 = 60.00
        assert_eq!(found[0].monthly_amount, Money::from_cents(6_000));
        let said = "no longer contracted: Managed services line 1 with 5 seats ended 2026-10-31 at 12.00 USD a month";
        assert!(found[0].evidence.contains(&said.to_owned()));
    }

    #[test]
    fn what_is_new_waits_a_week() {
        let mut shop = Shop::new();
        shop.buys("A", 5, "9").bills("P", 5, "12").buys("A", 2, "9");
        let mut days = |days| {
            shop.last_sub().starts_on = Some(sample::days_ago(days));
            shop.last_bought().first_seen_at = sample::days_ago(days);
            found(&shop).len()
        };
        assert_eq!(days(3), 0);
        assert_eq!(days(7), 1);
    }

    #[test]
    fn a_customer_of_no_psa_is_billed_for_nothing() {
        // 4 × 9.00 = 36.00
        let mut shop = Shop::new();
        shop.buys("A", 4, "9").linked("A", "P");
        shop.account().state = LinkState::NoCounterpart;
        let found = found(&shop);
        assert_eq!(found[0].monthly_amount, Money::from_cents(3_600));
        let said = "a person decided that the PSA does not hold this customer".to_owned();
        assert!(found[0].evidence.contains(&said));
    }
}
