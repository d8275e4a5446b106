//! Privacy: on screen, names of customers and contacts become made-up words of the same width. The same word is always the
//! same made-up word until the console closes, so both sides of a comparison, lists and log still fit together.
//!
//! A name is hidden as a whole wherever it stands; its words are hidden by themselves too, since text is wrapped and names
//! are told in parts, except those that everybody uses (`Ltd`, `and`, the words of the screen itself).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use unicode_width::UnicodeWidthChar;

use super::data::Data;
use super::keymap::COMMANDS;
use super::msg::Msg;
use super::panes::PaneId;
use super::veil_words::{COMMON, DECIDED, IN_LOGS, PSAS};
use crate::domain::finding::FindingKind;
use crate::domain::party::Profile;
use crate::domain::shown::words;
use crate::domain::vendor::Vendor;

/// Which words are hidden.
#[derive(Debug, Clone)]
pub struct Veil {
    on: bool,
    /// Without it nobody tells what a made-up word stands for.
    seed: RandomState,
    common: HashSet<String>,
    /// Said in log lines, too.
    in_logs: HashSet<String>,
    words: HashSet<String>,
    /// Names by their first word.
    names: HashMap<String, Vec<Vec<String>>>,
}

impl Default for Veil {
    fn default() -> Self {
        let commands = COMMANDS.iter().flat_map(|c| [c.help, c.word]);
        let kinds = FindingKind::ALL.iter().map(|k| k.label());
        let panes = PaneId::ALL.iter().map(|p| p.label());
        let vendors = Vendor::ALL.iter().map(|v| v.label());
        let psas = PSAS.iter().map(|p| p.label());
        let own = commands
            .chain(kinds)
            .chain(panes)
            .chain(COMMON.iter().copied());
        let in_logs = vendors.chain(psas).chain(IN_LOGS.iter().copied());
        Self {
            on: false,
            seed: RandomState::new(),
            in_logs: in_logs
                .flat_map(words)
                .map(|(_, w)| w.to_lowercase())
                .collect(),
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
            Msg::Background(b) => {
                b.linked.iter().for_each(|(_, name)| self.name(name));
                b.history.iter().for_each(|d| self.name(&d.actor));
            }
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

    /// A log line without names, those of customers included that no table in sight holds: whatever may be a name is hidden.
    /// That is every word with a capital or with letters beyond ASCII that the program itself does not use, every address,
    /// and whatever stands where a decision names its account.
    pub fn hide_in_log<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let named = DECIDED
            .iter()
            .filter_map(|d| Some(text.find(d)? + d.len()))
            .min();
        // An excluded account's reason, and what follows a problem's title, are no names.
        let end = named.and_then(|from| Some(from + text[from..].find(": ")?));
        let may_name = |at: usize, word: &str| {
            let lower = word.to_lowercase();
            let own = self.common.contains(&lower) || self.in_logs.contains(&lower);
            let capital = word.starts_with(char::is_uppercase) || !word.is_ascii();
            let letters = word.chars().any(char::is_alphabetic);
            let decided = named.is_some_and(|from| at >= from) && end.is_none_or(|end| at < end);
            letters && ((!own && (capital || decided)) || is_in_address(text, at, word))
        };
        self.hide_where(text, may_name)
    }

    /// The text without names.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.hide_where(text, |_, _| false)
    }

    /// Hides names, and the words at the places of which `also` says so.
    fn hide_where<'t>(&self, text: &'t str, also: impl Fn(usize, &str) -> bool) -> Cow<'t, str> {
        let all: Vec<(usize, &str)> = words(text).collect();
        let lower: Vec<String> = all.iter().map(|(_, w)| w.to_lowercase()).collect();
        let mut hidden = vec![false; all.len()];
        for (n, word) in lower.iter().enumerate() {
            hidden[n] |= self.words.contains(word) || also(all[n].0, all[n].1);
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

    /// As [`Veil::hide`], while names are hidden; else the text as it is.
    pub fn hide_if_on<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.on {
            true => self.hide(text),
            false => Cow::Borrowed(text),
        }
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

/// True for a word of a mail address or a host's name.
fn is_in_address(text: &str, at: usize, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "@._-".contains(c);
    let before = text[..at].rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
    let before = (before..=at)
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(at);
    let rest = &text[at + word.len()..];
    let after = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let token = text[before..at + word.len() + after].trim_end_matches('.');
    let is_host = token
        .rsplit_once('.')
        .is_some_and(|(_, end)| end.len() > 1 && end.chars().all(char::is_alphabetic));
    token.contains('@') || is_host
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::shown::width;

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
    fn a_log_line_names_nobody_whether_a_table_holds_the_name_or_not() {
        let v = veil(&["Northwind"]);
        for (line, kept, gone) in [
            (
                "ana linked contoso pharma → Contoso Ltd",
                "",
                &["contoso", "pharma", "Contoso"][..],
            ),
            (
                "ana excluded Fabrikam Residences: internal use",
                ": internal use",
                &["Fabrikam", "Residences"],
            ),
            (
                "the link of synnex/400123 (Müller & Söhne) needs a look: another tenant",
                " needs a look: another tenant",
                &["Müller", "Söhne"],
            ),
            (
                "quarantine: a row of customers (Tailspin Toys) could not be taken: no id",
                "could not be taken: no id",
                &["Tailspin", "Toys"],
            ),
            (
                "TD SYNNEX tells tenant litware.onmicrosoft.com and mail it@litware.com",
                "TD SYNNEX tells tenant ",
                &["litware"],
            ),
            (
                "429 with Retry-After 12: ceiling lowered from 28 to 22 a minute",
                "429 with Retry-After 12: ceiling lowered from 28 to 22 a minute",
                &[],
            ),
            (
                "page 3 refused: HTTP 500 from GET /api/v3/accounts/400123/customers, tried 3 times",
                "page 3 refused: HTTP 500 from GET /api/v3/accounts/400123/customers, tried 3 times",
                &[],
            ),
        ] {
            let hidden = v.hide_in_log(line);
            assert_eq!(width(&hidden), width(line), "{hidden}");
            assert!(hidden.contains(kept), "{hidden}");
            for name in gone {
                assert!(!hidden.contains(name), "{name}: {hidden}");
            }
        }
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
