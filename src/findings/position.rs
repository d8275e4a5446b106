//! What a customer holds of a product: everything bought, everything billed. All kinds of findings look at this, and it is
//! computed once.

use std::collections::HashMap;

use crate::domain::ids::{CustomerId, Sku};
use crate::domain::party::LinkState;
use crate::domain::vendor::Vendor;

use super::context::Context;
use super::input::{Account, Bought, Contracted};
use super::lines::{ContractLine, LineState};
use super::monthly::{Amount, Price};
use super::purchase::Purchase;

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Owner {
    /// A customer of the hub.
    Customer(CustomerId),
    /// An account without a customer, by its place.
    Account(usize),
}

/// Of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Item<'a> {
    /// A linked product, by its place.
    Product(usize),
    /// A SKU without a link.
    Sku(Vendor, &'a Sku),
}

/// What an owner holds of one product (or of one SKU that is not linked).
#[derive(Debug)]
pub(super) struct Position<'a> {
    pub owner: Owner,
    pub item: Item<'a>,
    /// The owner's name.
    pub name: &'a str,
    /// Oldest first.
    pub purchases: Vec<Purchase<'a>>,
    /// All lines of the product, whatever their state.
    pub lines: Vec<ContractLine<'a>>,
}

impl<'a> Position<'a> {
    /// What is paid for and has seats.
    pub fn billable(&self) -> impl Iterator<Item = &Purchase<'a>> {
        self.purchases.iter().filter(|p| p.is_billable())
    }

    /// The lines that bill today.
    pub fn active_lines(&self) -> impl Iterator<Item = &ContractLine<'a>> {
        self.lines.iter().filter(|l| l.state == LineState::Active)
    }

    /// Seats bought; what is not known counts nothing here and is judged apart.
    pub fn bought(&self) -> i64 {
        let seats = self.purchases.iter().filter_map(Purchase::seats);
        seats.fold(0, i64::saturating_add)
    }

    /// Seats bought that are too new to be expected in the PSA.
    pub fn in_grace(&self) -> i64 {
        let new = self.purchases.iter().filter(|p| p.is_new);
        new.filter_map(Purchase::seats).fold(0, i64::saturating_add)
    }

    /// Seats of the active lines; none if one of them has no whole number.
    pub fn contracted(&self) -> Option<i64> {
        let mut sum = 0i64;
        for line in self.active_lines() {
            sum = sum.saturating_add(line.seats?);
        }
        Some(sum.max(0))
    }

    /// The name of a SKU's product, else of what was bought first.
    pub fn product_name(&self, sku: Option<&Sku>) -> &'a str {
        let of_sku = self.purchases.iter().find(|p| Some(&p.sub().sku) == sku);
        let first = || self.billable().next().or_else(|| self.purchases.first());
        of_sku
            .or_else(first)
            .map_or("", |p| p.sub().product_name.as_str())
    }

    /// How the contracted seats fall on the purchases: what was bought first is taken as contracted first, what is too new
    /// comes last. Each billable purchase with the seats that are contracted.
    pub fn allotted(&self) -> Vec<(Purchase<'a>, i64)> {
        let mut left = self.contracted().unwrap_or(0);
        let old = self.billable().filter(|p| !p.is_new);
        let new = self.billable().filter(|p| p.is_new);
        old.chain(new)
            .map(|p| {
                let covered = p.seats().unwrap_or(0).min(left);
                left -= covered;
                (*p, covered)
            })
            .collect()
    }

    /// The known prices of the active lines.
    pub fn prices(&self) -> impl Iterator<Item = (&ContractLine<'a>, Amount<'a>)> {
        self.active_lines().filter_map(|l| match l.price {
            Price::PerSeat(amount) => Some((l, amount)),
            _ => None,
        })
    }
}

/// Joins everything bought with everything billed, in an order that does not depend on the input's.
pub(super) fn positions<'a>(context: &Context<'a>) -> Vec<Position<'a>> {
    let input = context.input;
    let mut found: HashMap<(Owner, Item<'a>), Vec<Purchase<'a>>> = HashMap::new();
    for bought in &input.subscriptions {
        let Some(account) = input.accounts.get(bought.account) else {
            continue;
        };
        let owner = owner(account, bought);
        let article = (account.vendor, &bought.subscription.sku);
        let item = match context.products.of(article) {
            Some(product) => Item::Product(product),
            None => Item::Sku(article.0, article.1),
        };
        let purchase = Purchase::new(context, account, bought);
        found.entry((owner, item)).or_default().push(purchase);
    }
    let mut by_product: HashMap<(CustomerId, &str), Vec<&'a Contracted>> = HashMap::new();
    for line in &input.lines {
        let key = (line.customer, line.product());
        by_product.entry(key).or_default().push(line);
    }
    let mut positions: Vec<_> = found
        .into_iter()
        .map(|((owner, item), mut purchases)| {
            purchases.sort_by(|a, b| a.order().cmp(&b.order()));
            let name = match owner {
                Owner::Customer(id) => input.customers.get(&id).map_or("", String::as_str),
                Owner::Account(place) => input.accounts.get(place).map_or("", |a| &a.name),
            };
            Position {
                owner,
                item,
                name,
                purchases,
                lines: lines_of(context, owner, item, &by_product),
            }
        })
        .collect();
    positions.sort_by_key(|p| (p.owner, p.item));
    positions
}

/// Whose a subscription is: a person's word about this one, else its account's customer.
fn owner(account: &Account, bought: &Bought) -> Owner {
    let of_account = account
        .customer
        .filter(|_| !matches!(account.state, LinkState::Pending | LinkState::Excluded));
    match bought.customer.or(of_account) {
        Some(customer) => Owner::Customer(customer),
        None => Owner::Account(bought.account),
    }
}

fn lines_of<'a>(
    context: &Context<'a>,
    owner: Owner,
    item: Item<'a>,
    by_product: &HashMap<(CustomerId, &str), Vec<&'a Contracted>>,
) -> Vec<ContractLine<'a>> {
    let (Owner::Customer(customer), Item::Product(place)) = (owner, item) else {
        return Vec::new();
    };
    let Some(product) = context.products.get(place) else {
        return Vec::new();
    };
    let today = context.today;
    let mut lines = Vec::new();
    for (code, seats_per_unit) in &product.codes {
        let bundle = context.products.is_bundle(code);
        for contracted in by_product.get(&(customer, *code)).into_iter().flatten() {
            lines.extend(ContractLine::new(
                contracted,
                *seats_per_unit,
                bundle,
                today,
            ));
        }
    }
    lines.sort_by(|a, b| a.order().cmp(&b.order()));
    lines
}
