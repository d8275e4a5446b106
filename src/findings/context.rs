//! What is looked up across positions, gathered in one pass over the input.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::ids::{ConnectionName, CustomerId};
use crate::domain::time::{Ts, Week};

use super::input::{Account, Bought, Input};
use super::position::{Item, Owner};
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
    pub fn known_since(&self, account: &Account, bought: &Bought) -> Option<Ts> {
        let first = self.first_seen.get(&account.key.connection);
        let initial = first
            .is_none_or(|first| bought.first_seen_at.seconds_since(*first) <= FIRST_READ_SECONDS);
        match bought.subscription.starts_on {
            Some(starts) => Some(starts.min(bought.first_seen_at)),
            None if initial => None,
            None => Some(bought.first_seen_at),
        }
    }

    pub fn is_new(&self, since: Option<Ts>) -> bool {
        let grace = i64::from(self.rules.grace_days) * 86_400;
        since.is_some_and(|since| self.input.as_of.seconds_since(since) < grace)
    }
}
