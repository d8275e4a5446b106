//! Privacy: on screen, names of customers and contacts become made-up words of the same width. The same word is always the
//! same made-up word until the console closes, so both sides of a comparison, lists and log still fit together.
//!
//! A name is hidden as a whole wherever it stands; its words are hidden by themselves too, since text is wrapped and names
//! are told in parts, except those that everybody uses (`Ltd`, `and`, the words of the screen itself).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar;

use super::data::Data;
use super::keymap::COMMANDS;
use super::msg::Msg;
use super::panes::PaneId;
use crate::domain::finding::FindingKind;
use crate::domain::party::Profile;

/// Words that name nobody.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "old", "left", "ago", "now", "just", "new", "next", "last", "about", "day", "days", "hour", "min", "token", "free",
    "today", "unit", "suite", "waiting", "open", "all", "free", "account", "accounts", "decided", "excluded", "confirmed", "linked",
    "a", "ab", "ag", "and", "as", "at", "bv", "by", "co", "com", "company", "corp", "corporation", "de", "der",
    "die", "du", "e", "edu", "for", "gmbh", "group", "grp", "holding", "inc", "incorporated", "it", "kk", "la",
    "le", "limited", "llc", "llp", "lp", "ltd", "net", "nl", "no", "nv", "of", "office", "org", "oy", "partners",
    "pllc", "plc", "pty", "sa", "sarl", "services", "solutions", "srl", "the", "uk", "und", "us", "info", "admin",
    "contact", "mail", "main", "street", "road", "avenue", "usd", "eur", "gbp", "cad", "aud", "is", "in", "on",
    "to", "or", "not", "this", "that", "from", "with", "above", "under", "over", "before", "after", "rows", "row",
    "page", "pages", "seats", "seat", "line", "lines", "contract", "month", "week", "cost", "price", "margin",
    "bought", "warn", "error", "debug", "requests", "complete", "partial", "failed", "interrupted", "running",
    "synced", "opportunity", "billed", "unknown", "name", "domain", "email", "phone", "address", "city", "state",
    "postcode", "country", "same", "close", "differs",
];

/// Which words are hidden.
#[derive(Debug, Clone)]
pub struct Veil {
    on: bool,
    /// Without it nobody tells what a made-up word stands for.
    seed: RandomState,
    common: HashSet<String>,
    words: HashSet<String>,
    /// Names by their first word.
    names: HashMap<String, Vec<Vec<String>>>,
}

impl Default for Veil {
    fn default() -> Self {
        let commands = COMMANDS.iter().flat_map(|c| [c.help, c.word]);
        let kinds = FindingKind::ALL.iter().map(|k| k.label());
        let panes = PaneId::ALL.iter().map(|p| p.label());
        let own = commands
            .chain(kinds)
            .chain(panes)
            .chain(COMMON.iter().copied());
        Self {
            on: false,
            seed: RandomState::new(),
            common: own.flat_map(words).map(|(_, w)| w.to_lowercase()).collect(),
            words: HashSet::new(),
            names: HashMap::new(),
        }
    }
}

impl Veil {
    /// True while names are hidden.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Hides names from now on: those that are known, and what [`Veil::learn`] brings.
    pub fn hide_what_is_in(&mut self, data: &Data) {
        self.on = true;
        for c in data.customers.iter().flatten() {
            self.profile(&c.customer.profile);
        }
        for i in data.desk.items() {
            self.profile(&i.profile);
            for (candidate, profile) in &i.candidates {
                self.name(&candidate.name);
                self.profile(profile);
            }
        }
        for row in data.findings.iter().flatten() {
            self.name(&row.finding.customer);
        }
        for note in data.notes.values().flatten() {
            self.name(&note.actor);
        }
        for name in data.desk.people() {
            self.name(name);
        }
    }

    /// Shows names again.
    pub fn lift(&mut self) {
        self.on = false;
    }

    /// Takes the names of a message, if names are hidden.
    pub fn learn(&mut self, msg: &Msg) {
        if !self.on {
            return;
        }
        match msg {
            Msg::Customers(rows) => rows.iter().for_each(|c| self.profile(&c.customer.profile)),
            Msg::Queue { items, .. } => {
                for i in items {
                    self.profile(&i.profile);
                    for (candidate, profile) in &i.candidates {
                        self.name(&candidate.name);
                        self.profile(profile);
                    }
                }
            }
            Msg::Findings { rows, .. } => rows.iter().for_each(|r| self.name(&r.finding.customer)),
            Msg::Notes(notes) => notes.values().flatten().for_each(|n| self.name(&n.actor)),
            Msg::Claims(claims) => claims.iter().for_each(|c| self.name(&c.actor)),
            Msg::Decisions(list) => list.iter().for_each(|d| self.name(&d.actor)),
            Msg::Decided(d) => self.name(&d.actor),
            _ => {}
        }
    }

    fn profile(&mut self, p: &Profile) {
        for text in [&p.name, &p.domain, &p.email, &p.address, &p.city] {
            self.name(text);
        }
    }

    fn name(&mut self, text: &str) {
        let name: Vec<String> = words(text).map(|(_, w)| w.to_lowercase()).collect();
        for word in &name {
            let says_something = word.chars().count() > 1 && word.chars().any(char::is_alphabetic);
            if says_something && !self.common.contains(word) && !self.words.contains(word) {
                self.words.insert(word.clone());
            }
        }
        // A name of common words alone is hidden where it stands as a whole.
        let told = name.iter().any(|w| self.words.contains(w));
        if let Some(first) = name.first().filter(|_| !told && name.len() > 1) {
            let same_start = self.names.entry(first.clone()).or_default();
            if !same_start.contains(&name) {
                same_start.push(name);
            }
        }
    }

    /// The text without names.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let all: Vec<(usize, &str)> = words(text).collect();
        let lower: Vec<String> = all.iter().map(|(_, w)| w.to_lowercase()).collect();
        let mut hidden = vec![false; all.len()];
        for (n, word) in lower.iter().enumerate() {
            hidden[n] |= self.words.contains(word);
            let names = self.names.get(word).into_iter().flatten();
            for name in names.filter(|name| lower[n..].starts_with(name)) {
                hidden[n..n + name.len()].fill(true);
            }
        }
        if !hidden.contains(&true) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for ((at, word), hidden) in all.into_iter().zip(hidden) {
            out.push_str(&text[end..at]);
            end = at + word.len();
            match hidden {
                true => out.push_str(&self.stand_in(word)),
                false => out.push_str(word),
            }
        }
        out.push_str(&text[end..]);
        Cow::Owned(out)
    }

    /// The text without its letters and digits: a phone number, a postcode.
    pub fn blot(&self, text: &str) -> String {
        text.chars()
            .map(|c| if c.is_alphanumeric() { '•' } else { c })
            .collect()
    }

    /// A made-up word as wide as this one, with capitals where it has them.
    fn stand_in(&self, word: &str) -> String {
        const SOUNDS: [&[u8]; 2] = [b"bdfgklmnprstvz", b"aeiou"];
        let mut state = self.seed.hash_one(word.to_lowercase());
        let mut out = String::with_capacity(word.len());
        let mut turn = (state % 2) as usize;
        for c in word.chars() {
            for _ in 0..c.width().unwrap_or(0) {
                // The multiplier of Knuth's MMIX generator; its high bits are the good ones.
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let sounds = SOUNDS[turn % 2];
                turn += 1;
                let letter = char::from(sounds[(state >> 33) as usize % sounds.len()]);
                out.push(match c.is_uppercase() {
                    true => letter.to_ascii_uppercase(),
                    false => letter,
                });
            }
        }
        out
    }
}

/// The words of a text, each with where it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (from, _) = rest.find(|(_, c)| is_part(*c))?;
        let mut end = text.len();
        while let Some((at, c)) = rest.peek().copied() {
            if !is_part(c) {
                end = at;
                break;
            }
            rest.next();
        }
        Some((from, &text[from..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::super::shown::width;
    use super::*;

    fn veil(names: &[&str]) -> Veil {
        let mut veil = Veil {
            on: true,
            ..Veil::default()
        };
        names.iter().for_each(|n| veil.name(n));
        veil
    }

    #[test]
    fn names_are_hidden_in_whole_and_in_parts_and_keep_their_width() {
        let v = veil(&[
            "Northwind Dental, LLC",
            "it@northwind.com",
            "日本フーズ株式会社",
            "Müller",
        ]);
        for text in [
            "Northwind Dental, LLC → NORTHWIND",
            "40 seats of Northwind",
            "it@northwind.com",
            "日本フーズ株式会社 (大阪)",
            "Müller, MÜLLER",
        ] {
            let hidden = v.hide(text);
            assert_eq!(width(&hidden), width(text), "{hidden}");
            for name in ["orthwind", "ORTHWIND", "ental", "日本", "LLER", "üller"] {
                assert!(!hidden.contains(name), "{hidden}");
            }
        }
        assert!(v.hide("40 seats of Northwind").starts_with("40 seats of "));
        assert!(v.hide("Northwind, LLC").ends_with(", LLC"));
        assert_eq!(v.hide("nothing of that"), "nothing of that");
        assert_eq!(v.hide("Northwind"), v.hide("Northwind"));
        assert_ne!(
            v.hide("Northwind").to_lowercase(),
            v.hide("Müllerabc").to_lowercase()
        );
        assert_eq!(v.blot("+1 (503) 555-0101"), "+• (•••) •••-••••");
    }

    #[test]
    fn a_name_of_common_words_is_hidden_as_a_whole_only() {
        let v = veil(&["Review Solutions Ltd"]);
        assert_ne!(
            v.hide("Review Solutions Ltd: 3 seats"),
            "Review Solutions Ltd: 3 seats"
        );
        assert_eq!(v.hide("2 Review 37"), "2 Review 37");
    }
}
