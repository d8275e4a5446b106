//! A row made ready to compare, and what the two tables as a whole say about its words.

use foldhash::HashMap;

use super::Record;
use super::area::{Area, Areas};
use super::contact::Contact;
use super::fold;
use super::home;
use super::name::Name;
use super::place::Place;
use super::word_kinds;
use crate::domain::party::Profile;

/// The number of a word in the vocabulary.
pub type WordId = u32;

/// A row, taken apart.
#[derive(Debug)]
pub struct Card {
    /// Its customers' table, as in [`Record`].
    pub table: usize,
    /// Its name.
    pub name: Name,
    /// For each reading of the name, the numbers of its words.
    pub word_ids: Vec<Vec<WordId>>,
    /// Numbers of the words of its town.
    pub city_ids: Vec<WordId>,
    /// On the net.
    pub contact: Contact,
    /// On the ground.
    pub place: Place,
    /// Its phone's area and its place.
    pub area: Area,
    /// Countries it may be in by other signs than its own word.
    pub home: Vec<&'static str>,
    /// What makes two names the same name: the canonical words of the first reading run together.
    pub key: String,
    /// The Microsoft tenants' GUIDs, lower case; a customer has one at most.
    pub ms_tenants: Vec<String>,
    /// The name says stale, or the system says inactive.
    pub stale: bool,
}

/// What a word is, apart from its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// Tells companies apart.
    Telling,
    /// About the account, not the company.
    Account,
    /// `group`, `services` and their like.
    Structure,
    /// `properties`, `energy`: makes a sister company.
    Division,
    /// A country.
    Country,
    /// Holds a digit.
    Number,
}

/// A word of the vocabulary.
#[derive(Debug)]
pub struct Word {
    /// As compared.
    pub text: String,
    /// What it is.
    pub kind: WordKind,
    /// PSA rows that have it in their name.
    pub companies: u32,
    /// Customers of one table that have it in their name, in the table that has most.
    pub customers: u32,
    /// Rows of either side that have it in their town.
    pub towns: u32,
}

impl Word {
    /// How much sharing this word says, in bits: 13 for a word that one PSA row has, 1 at least.
    pub fn bits(&self) -> f32 {
        (13.0 - (self.companies.max(1) as f32).log2()).max(1.0)
    }

    /// More often part of a town than of a name.
    pub fn is_town(&self) -> bool {
        self.towns > 0 && self.towns * 2 >= self.companies && self.kind == WordKind::Telling
    }
}

/// How many rows of each side share a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shared {
    /// PSA rows.
    pub companies: u32,
    /// Customers of the table in question.
    pub customers: u32,
}

/// Rows by what they share: the PSA's as side 0, a table of customers as its number and one.
pub type Sharing = HashMap<(usize, u64), u32>;

/// Both tables, taken apart.
#[derive(Debug, Default)]
pub struct Tables {
    /// The vocabulary of names and towns.
    pub words: Vec<Word>,
    by_text: HashMap<String, WordId>,
    /// Customers, in the order given.
    pub customers: Vec<Card>,
    /// PSA companies, in the order given.
    pub companies: Vec<Card>,
    /// Rows that share a name (first reading, run together).
    pub same_name: Sharing,
    /// Rows that share a registered domain.
    pub same_domain: Sharing,
    /// Rows that share a mail address.
    pub same_mail: Sharing,
    /// Rows that share a phone number.
    pub same_phone: Sharing,
    /// Rows that share street and house number.
    pub same_address: Sharing,
    /// Which phone areas go with which places.
    pub areas: Areas,
    /// Some names are in another script than others.
    pub two_scripts: bool,
    /// Names seen at a domain, to know hosts that many unrelated customers share.
    names_at_domain: HashMap<String, Vec<u32>>,
    /// Customers with a word in their name, by word and table.
    word_in_table: HashMap<(WordId, usize), u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Customer,
    Company,
}

impl Side {
    /// Its number in [`Sharing`].
    fn number(self, table: usize) -> usize {
        match self {
            Side::Customer => table + 1,
            Side::Company => 0,
        }
    }
}

/// From this many differing first words on, a domain among the customers belongs to whoever serves them all.
const SHARED_HOST: usize = 6;

impl Tables {
    /// Takes both tables apart. Linear in rows.
    pub fn build(customers: &[&Record], companies: &[&Record]) -> Self {
        let mut tables = Tables::default();
        for record in companies {
            let card = tables.card(record, Side::Company);
            tables.companies.push(card);
        }
        for record in customers {
            let card = tables.card(record, Side::Customer);
            tables.customers.push(card);
        }
        let scripts = tables
            .companies
            .iter()
            .chain(&tables.customers)
            .map(|card| card.name.other_script);
        tables.two_scripts =
            scripts.clone().any(|other| other) && !scripts.clone().all(|other| other);
        tables.forget_shared_hosts();
        tables
    }

    /// How many rows of the PSA, and of this table of customers, share a value.
    pub fn shared(map: &Sharing, table: usize, value: Option<&str>) -> Shared {
        let Some(hash) = value.map(|v| fold::hash(0, v)) else {
            return Shared::default();
        };
        let count = |side: Side| map.get(&(side.number(table), hash)).copied().unwrap_or(0);
        Shared {
            companies: count(Side::Company),
            customers: count(Side::Customer),
        }
    }

    /// The word of a number.
    pub fn word(&self, id: WordId) -> &Word {
        &self.words[id as usize]
    }

    /// The number of a word, if either table has it.
    pub fn find_word(&self, text: &str) -> Option<WordId> {
        self.by_text.get(text).copied()
    }

    /// The rarest word of a reading, as text; empty for an empty reading.
    pub fn rarest(&self, ids: &[WordId]) -> &str {
        let telling = ids
            .iter()
            .map(|&id| self.word(id))
            .min_by_key(|w| (w.companies, w.kind != WordKind::Telling));
        telling.map_or("", |w| &w.text)
    }

    fn card(&mut self, record: &Record, side: Side) -> Card {
        let p = &record.profile;
        let name = Name::parse(&p.name);
        let word_ids: Vec<Vec<WordId>> = name
            .readings
            .iter()
            .map(|r| r.words.iter().map(|w| self.intern(w)).collect())
            .collect();
        let mut seen: Vec<WordId> = word_ids.concat();
        seen.sort_unstable();
        seen.dedup();
        for id in seen {
            let word = &mut self.words[id as usize];
            match side {
                Side::Customer => {
                    let n = self.word_in_table.entry((id, record.table)).or_default();
                    *n += 1;
                    word.customers = word.customers.max(*n);
                }
                Side::Company => word.companies += 1,
            }
        }
        let contact = Contact::parse(&p.domain, &p.email, &p.phone);
        let place = Place::parse(&p.address, &p.city, &p.state, &p.postcode, &p.country);
        let city_ids: Vec<WordId> = place.city.iter().map(|w| self.intern(w)).collect();
        for &id in &city_ids {
            self.words[id as usize].towns += 1;
        }
        let key = name
            .readings
            .first()
            .map_or_else(String::new, |reading| reading.spelt.clone());
        let number = side.number(record.table);
        if !key.is_empty() {
            count(&mut self.same_name, &key, number);
        }
        for domain in &contact.domains {
            count(&mut self.same_domain, domain, number);
            if side == Side::Customer {
                let first = word_ids
                    .first()
                    .and_then(|ids| ids.first())
                    .copied()
                    .unwrap_or(u32::MAX);
                let names = self.names_at_domain.entry(domain.clone()).or_default();
                if names.len() < SHARED_HOST && !names.contains(&first) {
                    names.push(first);
                }
            }
        }
        if let Some(mail) = &contact.mail {
            count(&mut self.same_mail, mail, number);
        }
        if let Some(phone) = &contact.phone {
            count(&mut self.same_phone, phone, number);
        }
        if let Some(address) = place.address_key() {
            count(&mut self.same_address, &address, number);
        }
        let area = Area::of(contact.phone.as_deref(), &place);
        self.areas.learn(&area);
        Card {
            table: record.table,
            area,
            home: home::home(&place, &p.postcode, &p.phone, &contact, &name.legal),
            stale: name.stale || side == Side::Company && !record.active,
            name,
            word_ids,
            city_ids,
            key,
            contact,
            place,
            ms_tenants: tenants(p, &record.other_ms_tenants),
        }
    }

    fn intern(&mut self, text: &str) -> WordId {
        if let Some(&id) = self.by_text.get(text) {
            return id;
        }
        let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let kind = if text.bytes().any(|b| b.is_ascii_digit()) {
            WordKind::Number
        } else if word_kinds::is_account_word(text) {
            WordKind::Account
        } else if word_kinds::is_structure_word(text) {
            WordKind::Structure
        } else if word_kinds::is_country_word(text) {
            WordKind::Country
        } else if word_kinds::is_division_word(text) {
            WordKind::Division
        } else {
            WordKind::Telling
        };
        self.words.push(Word {
            text: text.to_owned(),
            kind,
            companies: 0,
            customers: 0,
            towns: 0,
        });
        self.by_text.insert(text.to_owned(), id);
        id
    }

    /// Mail of whoever looks after the customers (the MSP itself) says nothing about them.
    fn forget_shared_hosts(&mut self) {
        let shared: Vec<String> = self
            .names_at_domain
            .iter()
            .filter(|(_, names)| names.len() >= SHARED_HOST)
            .map(|(domain, _)| domain.clone())
            .collect();
        if shared.is_empty() {
            return;
        }
        for card in self.customers.iter_mut().chain(&mut self.companies) {
            if card.contact.domains.iter().any(|d| shared.contains(d)) {
                card.contact.forget_domains(&shared);
            }
        }
    }
}

/// A company's Microsoft tenants, in lower case, without those that are all zeros.
pub fn tenants(profile: &Profile, others: &[String]) -> Vec<String> {
    let all = std::iter::once(&profile.ms_tenant_id).chain(others);
    let known = |id: &String| id.bytes().any(|b| b.is_ascii_alphanumeric() && b != b'0');
    all.map(|id| id.trim().to_lowercase())
        .filter(known)
        .collect()
}

fn count(map: &mut Sharing, key: &str, number: usize) {
    *map.entry((number, fold::hash(0, key))).or_default() += 1;
}
