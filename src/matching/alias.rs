//! What people have decided before serves later syncs and other distributors: an account that a person linked stands for
//! every account that is plainly the same customer.

use std::collections::HashMap;

use super::card::Card;
use super::contact::Contact;
use super::fold;
use super::name::Name;
use super::place::Place;
use crate::domain::party::Profile;

/// An account that a person linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// What its distributor tells of it today.
    pub profile: Profile,
    /// Place of its company in the list of PSA companies.
    pub company: usize,
}

/// How a customer agrees with such an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remembered {
    /// By name alone: a suggestion.
    Name,
    /// By its Microsoft tenant, or by name and domain, mail, phone or address: it decides.
    Sure,
}

/// The aliases by what they can be found with; a key that leads to several companies leads nowhere.
#[derive(Debug, Default)]
pub struct Aliases {
    sure: HashMap<u64, Option<usize>>,
    names: HashMap<u64, Option<usize>>,
}

impl Aliases {
    /// Takes the aliases apart. `place` says where each company stands now.
    pub fn build(aliases: &[Alias], place: impl Fn(usize) -> Option<usize>) -> Self {
        let mut found = Self::default();
        for alias in aliases {
            let Some(company) = place(alias.company) else {
                continue;
            };
            let p = &alias.profile;
            let name = Name::parse(&p.name);
            let key = name.readings.first().map_or("", |r| &r.spelt);
            let street = Place::parse(&p.address, &p.city, &p.state, &p.postcode, &p.country);
            let contact = Contact::parse(&p.domain, &p.email, &p.phone);
            let tenant = p.ms_tenant_id.trim().to_lowercase();
            let put = |map: &mut HashMap<u64, Option<usize>>, hash| {
                map.entry(hash)
                    .and_modify(|c| *c = c.filter(|&c| c == company))
                    .or_insert(Some(company));
            };
            for hash in sure_keys(key, &contact, &street, &tenant) {
                put(&mut found.sure, hash);
            }
            if !key.is_empty() {
                put(&mut found.names, fold::hash(0, key));
            }
        }
        found
    }

    /// The company that people's decisions give a customer. Decisions that contradict each other give none.
    pub fn find(&self, customer: &Card) -> Option<(usize, Remembered)> {
        if self.names.is_empty() && self.sure.is_empty() {
            return None;
        }
        let keys = sure_keys(
            &customer.key,
            &customer.contact,
            &customer.place,
            &customer.ms_tenant_id,
        );
        let mut hits = keys.iter().filter_map(|k| self.sure.get(k)).copied();
        if let Some(first) = hits.next() {
            return first
                .filter(|_| hits.all(|hit| hit == first))
                .map(|company| (company, Remembered::Sure));
        }
        let by_name = self.names.get(&fold::hash(0, &customer.key)).copied()?;
        by_name.map(|company| (company, Remembered::Name))
    }
}

fn sure_keys(name: &str, contact: &Contact, place: &Place, tenant: &str) -> Vec<u64> {
    let mut keys = Vec::new();
    if tenant
        .bytes()
        .any(|b| b.is_ascii_alphanumeric() && b != b'0')
    {
        keys.push(fold::hash(1, tenant));
    }
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
