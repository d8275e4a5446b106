//! Which PSA companies may be a customer at all: an inverted index with several kinds of keys. A company that any exact
//! key finds is always a candidate; of those that only share words or letters, the best few are.

use std::collections::HashMap;

use super::card::{Card, Tables};
use super::contact::bare_label;
use super::fold;

/// Candidates that only share words or letters: this many at most.
const WEAK_LIMIT: usize = 24;
/// Rows that one exact key may bring; a key with more says too little.
const STRONG_LIMIT: usize = 60;
/// Postings that words and letters of one customer may read.
const WORD_BUDGET: usize = 12_000;
const GRAM_BUDGET: usize = 6_000;
const LETTERS: usize = 37;

/// The index over the companies of `Tables`.
pub struct Index {
    words: Postings,
    grams: Postings,
    exact: HashMap<(Key, String), Vec<u32>>,
    /// Joined names in order, to find those that begin with something.
    names: Vec<(String, u32)>,
    /// Words with one letter left out, hashed, to find typing errors.
    misspelt: Vec<(u64, u32)>,
}

/// Kinds of exact keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Domain,
    Label,
    Mail,
    MailName,
    Phone,
    Address,
    Name,
    NameTown,
    Initials,
    Skeleton,
    MsTenant,
}

/// Room for one thread's look-ups.
pub struct Scratch {
    score: Vec<f32>,
    touched: Vec<u32>,
}

/// Lists of rows, end to end.
struct Postings {
    start: Vec<u32>,
    rows: Vec<u32>,
}

impl Postings {
    /// `each` calls back with every (list, row) pair, twice over.
    fn build(lists: usize, each: impl Fn(&mut dyn FnMut(usize, u32))) -> Self {
        let mut start = vec![0u32; lists + 1];
        each(&mut |list, _| start[list + 1] += 1);
        for i in 0..lists {
            start[i + 1] += start[i];
        }
        let mut next = start.clone();
        let mut rows = vec![0u32; start[lists] as usize];
        each(&mut |list, row| {
            rows[next[list] as usize] = row;
            next[list] += 1;
        });
        Self { start, rows }
    }

    fn of(&self, list: usize) -> &[u32] {
        match (self.start.get(list), self.start.get(list + 1)) {
            (Some(&from), Some(&to)) => &self.rows[from as usize..to as usize],
            _ => &[],
        }
    }
}

impl Index {
    /// Builds the index; linear in the rows.
    pub fn build(tables: &Tables) -> Self {
        let cards = &tables.companies;
        let words = Postings::build(tables.words.len(), |put| {
            for (row, card) in (0u32..).zip(cards) {
                for id in distinct(card.word_ids.concat()) {
                    put(id as usize, row);
                }
            }
        });
        let grams = Postings::build(LETTERS.pow(3), |put| {
            for (row, card) in (0u32..).zip(cards) {
                for gram in card_grams(card) {
                    put(gram as usize, row);
                }
            }
        });
        let mut exact: HashMap<(Key, String), Vec<u32>> = HashMap::new();
        let mut names = Vec::new();
        for (row, card) in (0u32..).zip(cards) {
            for key in company_keys(card) {
                let rows = exact.entry(key).or_default();
                if rows.len() <= STRONG_LIMIT && rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
            names.extend(
                card.name
                    .readings
                    .iter()
                    .filter(|r| r.joined.len() >= 5)
                    .map(|r| (r.joined.clone(), row)),
            );
        }
        names.sort_unstable();
        let mut misspelt = Vec::new();
        for (id, word) in (0u32..).zip(&tables.words) {
            if word.companies > 0 {
                left_out(&word.text, &mut |hash| misspelt.push((hash, id)));
            }
        }
        misspelt.sort_unstable();
        Self {
            words,
            grams,
            exact,
            names,
            misspelt,
        }
    }

    /// Room for look-ups against this index.
    pub fn scratch(&self, tables: &Tables) -> Scratch {
        Scratch {
            score: vec![0.0; tables.companies.len()],
            touched: Vec::new(),
        }
    }

    /// Rows that may be the customer's, in order of rows.
    pub fn candidates(&self, tables: &Tables, customer: &Card, scratch: &mut Scratch) -> Vec<u32> {
        let mut found = self.by_exact_keys(customer);
        self.by_words(tables, customer, scratch);
        self.by_letters(customer, scratch);
        let mut weak: Vec<(f32, u32)> = scratch
            .touched
            .iter()
            .map(|&row| (scratch.score[row as usize], row))
            .collect();
        for &row in &scratch.touched {
            scratch.score[row as usize] = 0.0;
        }
        scratch.touched.clear();
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if weak.len() > WEAK_LIMIT {
            weak.select_nth_unstable_by(WEAK_LIMIT - 1, order);
            weak.truncate(WEAK_LIMIT);
        }
        found.extend(weak.into_iter().map(|(_, row)| row));
        distinct(found)
    }

    fn by_exact_keys(&self, customer: &Card) -> Vec<u32> {
        let mut found = Vec::new();
        for key in customer_keys(customer) {
            if let Some(rows) = self.exact.get(&key) {
                let limit = if matches!(key.0, Key::Initials | Key::Skeleton) {
                    12
                } else {
                    STRONG_LIMIT
                };
                found.extend(rows.iter().take(limit));
            }
        }
        for start in beginnings(customer) {
            let from = self
                .names
                .partition_point(|(name, _)| name.as_str() < start);
            found.extend(
                self.names[from..]
                    .iter()
                    .take_while(|(name, _)| name.starts_with(start))
                    .take(8)
                    .map(|(_, row)| *row),
            );
        }
        found
    }

    fn by_words(&self, tables: &Tables, customer: &Card, scratch: &mut Scratch) {
        let mut lists: Vec<(u32, f32)> = Vec::new();
        for id in distinct(customer.word_ids.concat()) {
            let word = tables.word(id);
            lists.push((id, 1.0));
            if word.companies <= 2 {
                for similar in self.misspellings(&word.text) {
                    lists.push((similar, 0.7));
                }
            }
        }
        for label in customer.contact.labels.iter().map(|l| bare_label(l)) {
            if let Some(id) = tables.find_word(label) {
                lists.push((id, 0.8));
            }
        }
        lists.sort_by_key(|&(id, _)| (self.words.of(id as usize).len(), id));
        let mut read = 0;
        for (id, weight) in lists {
            let rows = self.words.of(id as usize);
            read += rows.len();
            if read > WORD_BUDGET {
                break;
            }
            let weight = weight * tables.word(id).bits();
            rows.iter().for_each(|&row| scratch.add(row, weight));
        }
    }

    fn by_letters(&self, customer: &Card, scratch: &mut Scratch) {
        let mut grams: Vec<(usize, u16)> = card_grams(customer)
            .into_iter()
            .map(|g| (self.grams.of(g as usize).len(), g))
            .collect();
        grams.sort_unstable();
        let mut read = 0;
        for (length, gram) in grams {
            read += length;
            if read > GRAM_BUDGET {
                break;
            }
            let weight = 0.25 * (13.0 - (length.max(1) as f32).log2()).max(0.5);
            self.grams
                .of(gram as usize)
                .iter()
                .for_each(|&row| scratch.add(row, weight));
        }
    }

    fn misspellings(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        left_out(text, &mut |hash| {
            let from = self.misspelt.partition_point(|&(h, _)| h < hash);
            found.extend(
                self.misspelt[from..]
                    .iter()
                    .take_while(|&&(h, _)| h == hash)
                    .take(20)
                    .map(|&(_, id)| id),
            );
        });
        distinct(found)
    }
}

impl Scratch {
    fn add(&mut self, row: u32, weight: f32) {
        let score = &mut self.score[row as usize];
        if *score == 0.0 {
            self.touched.push(row);
        }
        *score += weight;
    }
}

fn distinct(mut list: Vec<u32>) -> Vec<u32> {
    list.sort_unstable();
    list.dedup();
    list
}

/// Keys that both sides have, and can meet on.
fn shared_keys(card: &Card) -> Vec<(Key, String)> {
    let mut keys = Vec::new();
    let c = &card.contact;
    keys.extend(c.domains.iter().map(|d| (Key::Domain, d.clone())));
    keys.extend(c.mail.iter().map(|m| (Key::Mail, m.clone())));
    keys.extend(c.phone.iter().map(|p| (Key::Phone, p.clone())));
    keys.extend(card.place.address_key().map(|a| (Key::Address, a)));
    for label in &c.labels {
        keys.push((Key::Label, label.clone()));
        let bare = bare_label(label);
        if bare != label {
            keys.push((Key::Label, bare.to_owned()));
        }
    }
    let town = card.place.city.concat();
    for reading in &card.name.readings {
        keys.push((Key::Name, reading.joined.clone()));
        if !town.is_empty() {
            keys.push((Key::NameTown, format!("{} {town}", reading.joined)));
        }
    }
    if !card.ms_tenant_id.is_empty() {
        keys.push((Key::MsTenant, card.ms_tenant_id.clone()));
    }
    keys
}

fn company_keys(card: &Card) -> Vec<(Key, String)> {
    let mut keys = shared_keys(card);
    for reading in &card.name.readings {
        for initials in [&reading.initials, &reading.initials_full] {
            if (2..=7).contains(&initials.len()) && reading.words.len() >= 2 {
                keys.push((Key::Initials, initials.clone()));
            }
        }
        if let Some(first) = reading.words.first().filter(|w| (2..=7).contains(&w.len())) {
            keys.push((Key::Initials, format!("={first}")));
        }
        keys.extend(skeleton_key(card.name.other_script, &reading.joined));
    }
    if let Some(person) = &card.contact.person {
        keys.push((Key::MailName, letters(person)));
    }
    keys
}

fn customer_keys(card: &Card) -> Vec<(Key, String)> {
    let mut keys = shared_keys(card);
    for label in &card.contact.labels {
        let bare = bare_label(label);
        keys.push((Key::Name, label.clone()));
        keys.push((Key::Name, bare.to_owned()));
        if (3..=7).contains(&bare.len()) {
            keys.push((Key::Initials, bare.to_owned()));
        }
    }
    for reading in &card.name.readings {
        keys.push((Key::Label, reading.joined.clone()));
        for initials in [&reading.initials, &reading.initials_full] {
            if (2..=7).contains(&initials.len()) && reading.words.len() >= 2 {
                keys.push((Key::Initials, format!("={initials}")));
                keys.push((Key::Label, initials.clone()));
            }
        }
        if let Some(first) = reading.words.first().filter(|w| (2..=7).contains(&w.len())) {
            keys.push((Key::Initials, first.clone()));
        }
        keys.extend(skeleton_key(!card.name.other_script, &reading.joined));
        keys.extend(
            (8..=reading.joined.len().min(20))
                .filter_map(|n| reading.joined.get(..n))
                .map(|start| (Key::MailName, start.to_owned())),
        );
    }
    keys
}

/// What a company's joined name may begin with, judging by a customer's tenant, domain, mail name or cut-off name.
fn beginnings(card: &Card) -> Vec<&str> {
    let mut starts: Vec<&str> = card
        .contact
        .labels
        .iter()
        .map(|l| bare_label(l))
        .filter(|l| l.len() >= 7)
        .collect();
    starts.extend(card.contact.person.as_deref().filter(|p| p.len() >= 9));
    if card.name.maybe_cut {
        starts.extend(
            card.name
                .readings
                .iter()
                .map(|r| r.joined.as_str())
                .filter(|j| j.len() >= 14),
        );
    }
    starts
}

/// Names of different scripts meet on the beginning of their consonants.
fn skeleton_key(other_script: bool, joined: &str) -> Option<(Key, String)> {
    let skeleton = fold::skeleton(joined);
    let start = skeleton.get(..4)?;
    Some((Key::Skeleton, format!("{}{start}", u8::from(other_script))))
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_lowercase).collect()
}

fn card_grams(card: &Card) -> Vec<u16> {
    let mut grams: Vec<u16> = card
        .name
        .readings
        .iter()
        .flat_map(|r| grams_of(&r.joined))
        .collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

fn grams_of(joined: &str) -> Vec<u16> {
    let code = |b: u8| -> u16 {
        match b {
            b'a'..=b'z' => u16::from(b - b'a'),
            b'0'..=b'9' => u16::from(b - b'0') + 26,
            _ => 36,
        }
    };
    joined
        .as_bytes()
        .windows(3)
        .map(|w| (code(w[0]) * 37 + code(w[1])) * 37 + code(w[2]))
        .collect()
}

/// Calls back with a hash of the word, and of the word without each of its letters.
fn left_out(text: &str, put: &mut dyn FnMut(u64)) {
    if !(4..=20).contains(&text.len()) || !text.is_ascii() {
        return;
    }
    let hash = |skip: usize| {
        let kept = text.bytes().enumerate().filter(|&(i, _)| i != skip);
        kept.fold(0xcbf2_9ce4_8422_2325u64, |h, (_, b)| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    (0..=text.len()).for_each(|skip| put(hash(skip)));
}
