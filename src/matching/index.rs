//! Which PSA companies may be a customer at all: an inverted index with several kinds of keys. A company that any exact
//! key finds is always a candidate; of those that only share words or letters, the best few are.

use super::card::{Card, Tables};
use super::fold::hash;
use super::keys::{Key, beginnings, company_keys, customer_keys};
use super::label::bare_label;

/// Candidates that only share words or letters: this many at most.
const WEAK_LIMIT: usize = 20;
/// Rows that one exact key may bring; a key with more says too little.
const STRONG_LIMIT: usize = 60;
/// Postings that words and letters of one customer may read.
const WORD_BUDGET: usize = 6_000;
const GRAM_BUDGET: usize = 3_000;
const LETTERS: usize = 37;

/// The index over the companies of `Tables`.
pub struct Index {
    words: Postings,
    grams: Postings,
    /// Exact keys, hashed, in order.
    exact: Vec<(u64, u32)>,
    /// Joined names in order, to find those that begin with something.
    names: Vec<(String, u32)>,
    /// Words with one letter left out, hashed, to find typing errors.
    misspelt: Vec<(u64, u32)>,
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
        let (mut exact, mut names) = (Vec::new(), Vec::new());
        for (row, card) in (0u32..).zip(cards) {
            company_keys(card, tables.two_scripts, &mut |kind, text| {
                exact.push((hash(kind as u8, text), row))
            });
            let long = card.name.readings.iter().filter(|r| r.joined.len() >= 5);
            names.extend(long.map(|r| (r.joined.clone(), row)));
        }
        exact.sort_unstable();
        exact.dedup();
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
        let mut found = self.by_exact_keys(tables, customer);
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

    fn by_exact_keys(&self, tables: &Tables, customer: &Card) -> Vec<u32> {
        let mut found = Vec::new();
        customer_keys(customer, tables.two_scripts, &mut |kind, text| {
            let key = hash(kind as u8, text);
            let limit = if matches!(kind, Key::Initials | Key::Skeleton) {
                12
            } else {
                STRONG_LIMIT
            };
            let from = self.exact.partition_point(|&(k, _)| k < key);
            found.extend(
                self.exact[from..]
                    .iter()
                    .take_while(|&&(k, _)| k == key)
                    .take(limit)
                    .map(|&(_, row)| row),
            );
        });
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
