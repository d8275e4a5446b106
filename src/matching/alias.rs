//! What people have decided before serves later syncs and other distributors: an account that a person decided about
//! stands for every account that is plainly the same customer.

use std::collections::HashMap;

use super::card::{Card, tenants};
use super::contact::Contact;
use super::fold;
use super::name::Name;
use super::place::Place;
use crate::domain::ids::CustomerId;
use crate::domain::party::Profile;

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// It is the company at this place in the list of PSA companies.
    Company(usize),
    /// The PSA does not hold it: a customer that only the hub knows.
    InNoPsa(CustomerId),
    /// It is no customer to bill.
    Excluded,
}

/// An account that a person decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// What its distributor tells of it today.
    pub profile: Profile,
    /// What was decided.
    pub ruling: Ruling,
    /// Who decided, when, about which account: the first reason that a person reads.
    pub words: String,
}

/// How a customer agrees with such an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remembered {
    /// By name alone: a suggestion.
    Name,
    /// By its Microsoft tenant, or by name and domain, mail, phone or address: it decides.
    Sure,
}

impl Remembered {
    /// What was decided, with how far it holds here.
    pub fn words(self, decided: &str) -> String {
        match self {
            Remembered::Name => format!("{decided}; only the names agree"),
            Remembered::Sure => format!("{decided}; plainly the same customer"),
        }
    }
}

/// The decision that speaks about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Its place in the list of aliases.
    pub alias: usize,
    /// How the customer agrees with it.
    pub how: Remembered,
}

/// The aliases by what they can be found with; a key that leads to several rulings leads nowhere.
#[derive(Debug)]
pub struct Aliases<'a> {
    aliases: &'a [Alias],
    sure: HashMap<u64, Option<usize>>,
    names: HashMap<u64, Option<usize>>,
}

impl<'a> Aliases<'a> {
    /// Takes the aliases apart.
    pub fn build(aliases: &'a [Alias]) -> Self {
        let mut found = Self {
            aliases,
            sure: HashMap::new(),
            names: HashMap::new(),
        };
        for (i, alias) in aliases.iter().enumerate() {
            let p = &alias.profile;
            let name = Name::parse(&p.name);
            let key = name.readings.first().map_or("", |r| &r.spelt);
            let street = Place::parse(&p.address, &p.city, &p.state, &p.postcode, &p.country);
            let contact = Contact::parse(&p.domain, &p.email, &p.phone);
            let tenants = tenants(p, &[]);
            let put = |map: &mut HashMap<u64, Option<usize>>, hash| {
                map.entry(hash)
                    .and_modify(|known| {
                        *known = known.filter(|&k| aliases[k].ruling == alias.ruling);
                    })
                    .or_insert(Some(i));
            };
            for hash in sure_keys(key, &contact, &street, &tenants) {
                put(&mut found.sure, hash);
            }
            if !key.is_empty() {
                put(&mut found.names, fold::hash(0, key));
            }
        }
        found
    }

    /// What people's decisions say of a customer. Decisions that contradict each other say nothing.
    pub fn find(&self, customer: &Card) -> Option<(&'a Alias, Told)> {
        if self.names.is_empty() && self.sure.is_empty() {
            return None;
        }
        let keys = sure_keys(
            &customer.key,
            &customer.contact,
            &customer.place,
            &customer.ms_tenants,
        );
        let told = |alias: usize, how| Some((self.aliases.get(alias)?, Told { alias, how }));
        let mut hits = keys.iter().filter_map(|k| self.sure.get(k)).copied();
        if let Some(first) = hits.next() {
            let ruling = |i: Option<usize>| i.map(|i| self.aliases[i].ruling);
            let sure = first.filter(|_| hits.all(|hit| ruling(hit) == ruling(first)))?;
            return told(sure, Remembered::Sure);
        }
        let by_name = self.names.get(&fold::hash(0, &customer.key)).copied()?;
        told(by_name?, Remembered::Name)
    }
}

fn sure_keys(name: &str, contact: &Contact, place: &Place, tenants: &[String]) -> Vec<u64> {
    let mut keys: Vec<u64> = tenants.iter().map(|t| fold::hash(1, t)).collect();
    if name.is_empty() {
        return keys;
    }
    let mut with = |kind: u8, value: &str| keys.push(fold::hash(kind, &format!("{name}\n{value}")));
    contact.domains.iter().for_each(|d| with(2, d));
    contact.mail.iter().for_each(|m| with(3, m));
    contact.phone.iter().for_each(|p| with(4, p));
    place.address_key().iter().for_each(|a| with(5, a));
    keys
}
