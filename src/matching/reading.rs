//! One way to read a name: its words, without fillers and legal forms.

use super::fold::{self, MAX_WORDS};
use super::legal_forms::legal_family;
use super::word_kinds::is_account_word;
use super::words;

/// One way to read a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Canonical words in order, without fillers and legal forms.
    pub words: Vec<String>,
    /// The same words as written (folded), before abbreviations became one spelling; empty where that changed none.
    written: Vec<String>,
    /// The words as written (folded), run together.
    pub joined: String,
    /// The canonical words run together.
    pub spelt: String,
    /// As `joined`, fillers included.
    pub full: String,
    /// First letters of all words but legal forms, fillers included.
    pub initials_full: String,
    /// First letters of `words`.
    pub initials: String,
    /// One half of a trading-as or former name, or a name in brackets.
    pub is_half: bool,
}

impl Reading {
    /// Reads a folded name; what legal forms it has is added to `legal`.
    pub fn parse(folded: &str, is_half: bool, legal: &mut Vec<&'static str>) -> Self {
        let all = join_single_letters(folded);
        let is_form = |i: usize| is_legal_at(&all, i);
        let kept: Vec<&String> = (0..all.len())
            .filter(|&i| !is_form(i))
            .map(|i| &all[i])
            .collect();
        for i in (0..all.len()).filter(|&i| is_form(i)) {
            let family = legal_family(&all[i]).unwrap_or("ltd");
            if !legal.contains(&family) {
                legal.push(family);
            }
        }
        let telling: Vec<&String> = kept
            .iter()
            .copied()
            .filter(|w| !words::is_filler(w))
            .collect();
        let telling = if telling.is_empty() {
            kept.clone()
        } else {
            telling
        };
        let first = |w: &&String| w.chars().next();
        let words: Vec<String> = telling
            .iter()
            .map(|w| fold::key(words::canonical(w)))
            .collect();
        let mut written: Vec<String> = telling.iter().map(|w| fold::key(w)).collect();
        let joined = written.concat();
        if written == words {
            written = Vec::new();
        }
        let full = if telling.len() == kept.len() {
            joined.clone()
        } else {
            kept.iter().map(|w| fold::key(w)).collect()
        };
        Reading {
            spelt: words.concat(),
            words,
            written,
            joined,
            full,
            initials_full: kept.iter().filter_map(first).collect(),
            initials: telling.iter().filter_map(first).collect(),
            is_half,
        }
    }

    /// A word as it was written.
    pub fn written(&self, word: usize) -> &str {
        self.written.get(word).unwrap_or(&self.words[word])
    }
}

/// `p l`, `b v`, `s a r l` become one word, as do the initials of people.
fn join_single_letters(folded: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut run = false;
    for word in folded.split(' ').filter(|w| !w.is_empty()) {
        let single = word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic();
        match out.last_mut() {
            Some(last) if single && run => last.push_str(word),
            _ => out.push(word.to_owned()),
        }
        run = single;
    }
    out.truncate(MAX_WORDS);
    out
}

/// A legal form never stands first; one of two letters only at the end, where nothing but forms and account words follow.
fn is_legal_at(all: &[String], i: usize) -> bool {
    if i == 0 {
        return false;
    }
    let word = all[i].as_str();
    let last = i + 1 == all.len();
    if legal_family(word).is_none() {
        let misspelt = |form: &&str| {
            word.as_bytes()[0] == form.as_bytes()[0]
                && word.len().abs_diff(form.len()) <= 1
                && strsim::osa_distance(word, form) == 1
        };
        return last
            && word.len() >= 6
            && ["limited", "incorporated", "corporation", "proprietary"]
                .iter()
                .any(misspelt);
    }
    let tail = || {
        all[i + 1..]
            .iter()
            .all(|w| legal_family(w).is_some() || words::is_filler(w) || is_account_word(w))
    };
    word.len() > 2 || last || tail()
}
