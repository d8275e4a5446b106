//! What a customer holds of a product: everything bought, everything billed. All kinds of findings look at this, and it is
//! computed once.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::finding::UnjudgedReason;
use crate::domain::ids::{ConnectionName, CustomerId, Sku};
use crate::domain::party::LinkState;
use crate::domain::subscription::{BillingCycle, Subscription, SubscriptionStatus};
use crate::domain::time::{Ts, Week};
use crate::domain::vendor::Vendor;

use super::input::{Account, Bought, Contracted, Input};
use super::lines::{ContractLine, LineState};
use super::monthly::{self, Amount, Price};
use super::products::{Article, Products};
use super::rules::Rules;

/// Rows first listed within this of a connection's very first row were there before we looked: they are not new.
const FIRST_READ_SECONDS: i64 = 86_400;

/// Only so many of a subscription's newest weeks are looked at.
pub(super) const WEEKS_KEPT: usize = 6;

/// What every kind of finding may ask about beside a position.
pub(super) struct Context<'a> {
    pub input: &'a Input,
    pub rules: &'a Rules,
    pub products: Products<'a>,
    /// When each connection first listed anything.
    first_seen: HashMap<&'a ConnectionName, Ts>,
    /// The weeks in which each connection was captured, of the newest ones.
    pub captured: HashMap<&'a ConnectionName, BTreeSet<Week>>,
    /// Customers with an account whose listing is stale.
    stale: HashSet<CustomerId>,
}

impl<'a> Context<'a> {
    /// Looks once over the whole input.
    pub fn new(input: &'a Input, rules: &'a Rules) -> Self {
        let mut names: HashMap<Article<'a>, &'a str> = HashMap::new();
        let mut first_seen: HashMap<&ConnectionName, Ts> = HashMap::new();
        let mut captured: HashMap<&ConnectionName, BTreeSet<Week>> = HashMap::new();
        for bought in &input.subscriptions {
            let Some(account) = input.accounts.get(bought.account) else {
                continue;
            };
            let sub = &bought.subscription;
            let name = sub.product_name.as_str();
            names
                .entry((account.vendor, &sub.sku))
                .and_modify(|kept| *kept = (*kept).min(name))
                .or_insert(name);
            let connection = &account.key.connection;
            first_seen
                .entry(connection)
                .and_modify(|at| *at = (*at).min(bought.first_seen_at))
                .or_insert(bought.first_seen_at);
            let weeks = captured.entry(connection).or_default();
            let newest = bought.usage.iter().rev().take(WEEKS_KEPT);
            weeks.extend(newest.map(|row| row.week));
        }
        Self {
            input,
            rules,
            products: Products::new(&input.products, &names),
            first_seen,
            captured,
            stale: input
                .accounts
                .iter()
                .filter(|a| a.listing.is_stale())
                .filter_map(|a| a.customer)
                .collect(),
        }
    }

    /// True if the owner has an account whose listing is stale.
    pub fn has_stale_account(&self, owner: Owner) -> bool {
        matches!(owner, Owner::Customer(id) if self.stale.contains(&id))
    }

    /// What a product is called in fingerprints.
    pub fn product_key(&self, item: Item<'a>) -> String {
        match item {
            Item::Product(place) => self.products.get(place).map_or("", |p| &p.key).to_owned(),
            Item::Sku(vendor, sku) => format!("{vendor}/{sku}"),
        }
    }

    /// Since when a subscription is known to exist; none if it was there before we looked.
    fn known_since(&self, account: &Account, bought: &Bought) -> Option<Ts> {
        let first = self.first_seen.get(&account.key.connection);
        let initial = first
            .is_none_or(|first| bought.first_seen_at.seconds_since(*first) <= FIRST_READ_SECONDS);
        match bought.subscription.starts_on {
            Some(starts) => Some(starts.min(bought.first_seen_at)),
            None if initial => None,
            None => Some(bought.first_seen_at),
        }
    }

    fn is_new(&self, since: Option<Ts>) -> bool {
        let grace = i64::from(self.rules.grace_days) * 86_400;
        since.is_some_and(|since| self.input.as_of.seconds_since(since) < grace)
    }
}

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

/// How a subscription counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Paid for, with seats.
    Billable,
    /// Paid for, but without seats: bought once, or by consumption.
    NoSeats,
    /// A trial, or not delivered yet.
    Waiting,
    /// Cancelled, expired or no longer listed.
    Ended,
    /// Its status is not documented.
    Unclear,
}

/// One subscription of a position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purchase<'a> {
    pub account: &'a Account,
    pub bought: &'a Bought,
    pub standing: Standing,
    /// Since when it is known to exist; none if it was there before we looked.
    pub since: Option<Ts>,
    /// True while it is too new to be expected in the PSA.
    pub is_new: bool,
}

impl<'a> Purchase<'a> {
    fn new(context: &Context<'a>, account: &'a Account, bought: &'a Bought) -> Self {
        let since = context.known_since(account, bought);
        Self {
            account,
            bought,
            standing: standing(&bought.subscription, bought.gone),
            since,
            is_new: context.is_new(since),
        }
    }

    /// The row as listed.
    pub fn sub(&self) -> &'a Subscription {
        &self.bought.subscription
    }

    /// The SKU with its distributor.
    pub fn article(&self) -> Article<'a> {
        (self.account.vendor, &self.bought.subscription.sku)
    }

    /// Seats that are paid for; none where they are not known or make no sense.
    pub fn seats(&self) -> Option<i64> {
        match self.standing {
            Standing::Billable => self.sub().seats.filter(|n| *n >= 0),
            _ => Some(0),
        }
    }

    /// Cost of a seat and month.
    pub fn cost(&self) -> Result<Amount<'a>, UnjudgedReason> {
        monthly::cost(self.sub())
    }

    /// True if it is paid for and has seats.
    pub fn is_billable(&self) -> bool {
        self.standing == Standing::Billable
    }

    /// Oldest first; what is equal but for ids is told apart by them, so that the order of the input never matters.
    pub fn order(&self) -> impl Ord + 'a {
        let sub = self.sub();
        (
            self.since,
            self.article(),
            sub.unit_cost,
            sub.seats,
            &sub.id,
            &self.account.key,
        )
    }
}

/// How a subscription counts.
fn standing(sub: &Subscription, gone: bool) -> Standing {
    if gone {
        return Standing::Ended;
    }
    let recurs = !matches!(
        sub.billing_cycle,
        BillingCycle::OneTime | BillingCycle::Usage
    );
    match sub.status {
        SubscriptionStatus::Active | SubscriptionStatus::Suspended if recurs => Standing::Billable,
        SubscriptionStatus::Active | SubscriptionStatus::Suspended => Standing::NoSeats,
        SubscriptionStatus::Trial | SubscriptionStatus::Pending => Standing::Waiting,
        SubscriptionStatus::Cancelled | SubscriptionStatus::Expired => Standing::Ended,
        SubscriptionStatus::Unknown => Standing::Unclear,
    }
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

    /// The product's name as it was bought first.
    pub fn product_name(&self) -> &'a str {
        let live = self.billable().next().or_else(|| self.purchases.first());
        live.map_or("", |p| p.sub().product_name.as_str())
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
    let today = context.input.as_of.date();
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
