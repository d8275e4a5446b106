//! Spend on an account that nobody has decided about: it may be billed to somebody, or to nobody.

use std::collections::BTreeMap;

use crate::domain::finding::{Finding, FindingKind};
use crate::domain::money::{Currency, Money};
use crate::domain::party::LinkState;

use super::evidence;
use super::fingerprint::fingerprint;
use super::input::Account;
use super::monthly::Amount;
use super::position::{Owner, Position};
use super::purchase::Purchase;

/// One finding for each undecided account and currency, over all its SKUs, since the decision is one.
pub(super) fn find<'a>(positions: &[Position<'a>]) -> Vec<Finding> {
    let mut by_account: BTreeMap<usize, Vec<Purchase<'a>>> = BTreeMap::new();
    for position in positions {
        if let Owner::Account(place) = position.owner {
            let purchases = by_account.entry(place).or_default();
            purchases.extend(position.billable().copied());
        }
    }
    by_account
        .into_values()
        .flat_map(|mut purchases| {
            purchases.sort_by(|a, b| a.order().cmp(&b.order()));
            of_account(&purchases)
        })
        .collect()
}

/// The findings of an account whose listing cannot be believed.
pub(super) fn unsure(position: &Position<'_>) -> Vec<String> {
    let currencies = position.purchases.iter().filter_map(|p| {
        let currency = p.sub().currency.as_ref()?;
        Some(name_of(p.account, currency))
    });
    currencies.collect()
}

/// What an account's finding is called, one for each currency.
fn name_of(account: &Account, currency: &Currency) -> String {
    let owner = account.key.to_string();
    fingerprint(FindingKind::UnmatchedSpend, &owner, currency.as_str())
}

fn of_account(purchases: &[Purchase<'_>]) -> Vec<Finding> {
    let Some(account) = purchases.first().map(|p| p.account) else {
        return Vec::new();
    };
    let undecided = !matches!(
        account.state,
        LinkState::NoCounterpart | LinkState::Excluded
    );
    if !undecided || account.listing.is_stale() {
        return Vec::new();
    }
    let mut sums: BTreeMap<&Currency, (Money, Vec<&Purchase<'_>>)> = BTreeMap::new();
    let mut unknown = 0usize;
    for purchase in purchases {
        let (Some(seats), Ok(cost)) = (purchase.seats(), purchase.cost()) else {
            unknown += 1;
            continue;
        };
        let (sum, rows) = sums.entry(cost.currency).or_default();
        *sum = *sum + cost.money.times(seats);
        rows.push(purchase);
    }
    sums.into_iter()
        .filter(|(_, (sum, _))| *sum > Money::ZERO)
        .map(|(currency, (money, rows))| {
            finding(account, Amount { currency, money }, &rows, unknown)
        })
        .collect()
}

fn finding(
    account: &Account,
    amount: Amount<'_>,
    rows: &[&Purchase<'_>],
    unknown: usize,
) -> Finding {
    let mut evidence = evidence::bought(rows.iter().copied());
    evidence.push(format!("together {} a month", evidence::price(amount)));
    if unknown > 0 {
        evidence.push(format!(
            "{unknown} more without seats or cost are not in this sum"
        ));
    }
    let (_, sku) = evidence::single(rows.iter().copied());
    let name = match account.name.as_str() {
        "" => account.key.to_string(),
        name => name.to_owned(),
    };
    Finding {
        fingerprint: name_of(account, amount.currency),
        kind: FindingKind::UnmatchedSpend,
        vendor: Some(account.vendor),
        customer_id: None,
        action: format!("Decide in the review queue which customer {name} is."),
        customer: name,
        product_name: match (&sku, rows.first()) {
            (Some(_), Some(row)) => row.sub().product_name.clone(),
            _ => format!("{} subscriptions", rows.len()),
        },
        sku,
        monthly_amount: amount.money,
        currency: amount.currency.clone(),
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Shop;
    use super::*;

    #[test]
    fn an_undecided_account_is_one_finding_for_each_currency() {
        // 10 × 9.00 + 2 × 5.00 = 100.00 USD; 3 × 4.00 = 12.00 EUR; one row without cost is named, not guessed.
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").buys("B", 2, "5").buys("C", 3, "4");
        shop.last_sub().currency = Currency::parse("EUR");
        shop.buys("D", 1, "1").last_sub().unit_cost = None;
        shop.account().state = LinkState::Pending;
        shop.account().customer = None;
        let found = shop.find(FindingKind::UnmatchedSpend);
        let amounts: Vec<_> = found.iter().map(|f| f.monthly_amount).collect();
        assert_eq!(
            amounts,
            [Money::from_cents(10_000), Money::from_cents(1_200)]
        );
        let said = "1 more without seats or cost are not in this sum".to_owned();
        assert!(found[0].evidence.contains(&said));
        shop.account().state = LinkState::Excluded;
        assert_eq!(shop.find(FindingKind::UnmatchedSpend), []);
    }
}
