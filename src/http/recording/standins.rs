//! What stands in the place of a secret in a recording: the same stand-in for the same value, so that a replay can walk
//! from page to page.

use std::cell::RefCell;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::http::redact::Redactor;

/// A token answer's values shorter than this (`Bearer`) are words, not secrets to be searched for elsewhere.
const SHORTEST_TOKEN: usize = 8;

/// The stand-ins of one connection. Writing a line hands out new ones on the way, so they are kept in a cell, which no
/// method leaves borrowed.
#[derive(Default)]
pub(super) struct Standins(RefCell<Given>);

/// Digests of what was replaced, and the secrets that are searched for.
#[derive(Default)]
struct Given {
    given: HashMap<[u8; 32], String>,
    pages: u32,
    others: u32,
    known: Redactor,
}

impl Standins {
    /// Remembers a secret, so that it is found wherever a server repeats it.
    pub fn learn(&self, secret: &str) {
        if secret.len() >= SHORTEST_TOKEN {
            self.0.borrow_mut().known.learn(secret);
        }
    }

    /// What stands for the value of a telling key: `page-token-1`, `secret-1`.
    pub fn of(&self, key: &str, value: &str) -> String {
        let digest: [u8; 32] = Sha256::digest(value.as_bytes()).into();
        let mut inner = self.0.borrow_mut();
        if let Some(standin) = inner.given.get(&digest) {
            return standin.clone();
        }
        let standin = if is_page_token(key) {
            inner.pages += 1;
            format!("page-token-{}", inner.pages)
        } else {
            inner.others += 1;
            format!("secret-{}", inner.others)
        };
        inner.given.insert(digest, standin.clone());
        standin
    }

    /// The text without any known secret.
    pub fn text(&self, raw: &str) -> String {
        self.0.borrow().known.text(raw)
    }

    /// True if the text repeats a known secret.
    pub fn finds(&self, raw: &str) -> bool {
        self.0.borrow().known.finds(raw)
    }
}

/// `pageToken`, `nextPageToken`, `next_page_token`: a place in a listing.
fn is_page_token(key: &str) -> bool {
    let letters: String = key.chars().filter(char::is_ascii_alphabetic).collect();
    letters.to_ascii_lowercase().ends_with("pagetoken")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_standin_under_every_key() {
        let standins = Standins::default();
        let first = standins.of("nextPageToken", "b3BhcXVl");
        assert_eq!(first, "page-token-1");
        assert_eq!(standins.of("pageToken", "b3BhcXVl"), first);
        assert_eq!(standins.of("next_page_token", "another"), "page-token-2");
        assert_eq!(standins.of("access_token", "abc"), "secret-1");
        assert_eq!(standins.of("password", "abd"), "secret-2");
    }

    #[test]
    fn a_learned_secret_is_found_elsewhere() {
        let standins = Standins::default();
        standins.learn("Bearer");
        standins.learn("s3cret-of-ours");
        assert!(!standins.finds("Bearer of news"));
        assert_eq!(standins.text("it is s3cret-of-ours!"), "it is •••!");
    }
}
