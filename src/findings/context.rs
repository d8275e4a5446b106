//! What is looked up across positions, gathered in one pass over the input.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::domain::ids::{ConnectionName, CustomerId};
use crate::domain::time::{Ts, Week};

use super::input::{Bought, Input};
use super::position::{Item, Owner};
use super::products::{Article, Products};
use super::rules::Rules;

/// Rows first listed within this of a connection's very first row were there before we looked: they are not new.
const FIRST_READ_SECONDS: i64 = 86_400;

/// Only so many of a subscription's newest weeks are looked at.
const WEEKS_KEPT: usize = 6;

/// What every kind of finding may ask about beside a position.
pub(super) struct Context<'a> {
    pub input: &'a Input,
    pub rules: &'a Rules,
    pub products: Products<'a>,
    pub today: Date,
    pub this_week: Week,
    connections: Vec<Connection>,
    /// Each account's connection, by its place.
    connection_of: Vec<usize>,
    /// Customers with an account, or a subscription given to them of one, whose listing is stale.
    stale: HashSet<CustomerId>,
}

/// What a connection has read so far.
#[derive(Debug, Default)]
struct Connection {
    /// When it first listed anything.
    first_seen: Option<Ts>,
    /// The newest weeks in which it was captured, ascending.
    weeks: Vec<Week>,
}

impl<'a> Context<'a> {
    /// Looks once over the whole input.
    pub fn new(input: &'a Input, rules: &'a Rules) -> Self {
        let mut places: HashMap<&ConnectionName, usize> = HashMap::new();
        let connection_of = input.accounts.iter().map(|account| {
            let next = places.len();
            *places.entry(&account.key.connection).or_insert(next)
        });
        let connection_of: Vec<usize> = connection_of.collect();
        let mut connections: Vec<Connection> = Vec::new();
        connections.resize_with(places.len(), Connection::default);
        for (connection, seen) in &input.elsewhere.first_seen {
            if let Some(place) = places.get(connection) {
                connections[*place].first_seen = Some(*seen);
            }
        }
        let names = input.elsewhere.names.iter();
        let names = names.map(|((vendor, sku), name)| ((*vendor, sku), name.as_str()));
        let mut names: HashMap<Article<'a>, &'a str> = names.collect();
        let stale = input.accounts.iter().filter(|a| a.listing.is_stale());
        let mut stale: HashSet<CustomerId> = stale.filter_map(|a| a.customer).collect();
        for bought in &input.subscriptions {
            let Some(account) = input.accounts.get(bought.account) else {
                continue;
            };
            stale.extend(bought.customer.filter(|_| account.listing.is_stale()));
            let sub = &bought.subscription;
            let name = sub.product_name.as_str();
            names
                .entry((account.vendor, &sub.sku))
                .and_modify(|kept| *kept = (*kept).min(name))
                .or_insert(name);
            connections[connection_of[bought.account]].add(bought);
        }
        Self {
            input,
            rules,
            products: Products::new(&input.products, &names),
            today: input.as_of.date(),
            this_week: input.as_of.week(),
            connections,
            connection_of,
            stale,
        }
    }

    fn connection(&self, bought: &Bought) -> Option<&Connection> {
        let place = self.connection_of.get(bought.account)?;
        self.connections.get(*place)
    }

    /// The newest weeks in which the subscription's connection was captured, ascending.
    pub fn weeks(&self, bought: &Bought) -> &[Week] {
        self.connection(bought).map_or(&[], |c| &c.weeks)
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
    pub fn known_since(&self, bought: &Bought) -> Option<Ts> {
        let first = self.connection(bought).and_then(|c| c.first_seen);
        let initial = first
            .is_none_or(|first| bought.first_seen_at.seconds_since(first) <= FIRST_READ_SECONDS);
        match bought.subscription.starts_on {
            Some(starts) => Some(starts.min(bought.first_seen_at)),
            None if initial => None,
            None => Some(bought.first_seen_at),
        }
    }

    /// True within the days of grace.
    pub fn is_new(&self, since: Option<Ts>) -> bool {
        let grace = i64::from(self.rules.grace_days) * 86_400;
        since.is_some_and(|since| self.input.as_of.seconds_since(since) < grace)
    }
}

impl Connection {
    fn add(&mut self, bought: &Bought) {
        let seen = bought.first_seen_at;
        self.first_seen = Some(self.first_seen.map_or(seen, |first| first.min(seen)));
        for row in bought.usage.iter().rev().take(WEEKS_KEPT) {
            if let Err(place) = self.weeks.binary_search(&row.week) {
                self.weeks.insert(place, row.week);
            }
        }
    }
}
