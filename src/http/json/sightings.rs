//! Values that came, counted: what no document settles (which words, which languages, which resellers) is answered by
//! looking at what a tenant really sends. Counts, never decides.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::text::clean;
use crate::http::redact;

/// At most this many values of one field are kept; what comes after is counted together.
const MOST_VALUES: usize = 60;

/// At most this many fields are kept.
const MOST_FIELDS: usize = 60;

/// The longest value that is kept, in characters.
const MAX_VALUE: usize = 60;

/// A value of a field, with how often it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Where: `subscriptions.subscriptionStatus`.
    pub path: String,
    /// The value, clean and short; empty where the field was absent.
    pub value: String,
    /// How often.
    pub count: u64,
}

/// Collects values; shared by all pages of a run.
#[derive(Debug, Default)]
pub struct Sightings(Mutex<BTreeMap<String, BTreeMap<String, u64>>>);

impl Sightings {
    /// Counts one value of a field. Never for fields that hold secrets or what is a person's.
    pub fn count(&self, path: &str, value: &str) {
        let mut fields = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if fields.len() >= MOST_FIELDS && !fields.contains_key(path) {
            return;
        }
        let values = fields.entry(path.to_owned()).or_default();
        let value = redact::impersonal_text(&clean(value, MAX_VALUE));
        let value = match values.len() >= MOST_VALUES && !values.contains_key(&value) {
            true => "(others)".to_owned(),
            false => value,
        };
        *values.entry(value).or_default() += 1;
    }

    /// Everything seen so far, ordered by field and value.
    pub fn list(&self) -> Vec<Sighting> {
        let fields = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = fields.iter().flat_map(|(path, values)| {
            values.iter().map(|(value, count)| Sighting {
                path: path.clone(),
                value: value.clone(),
                count: *count,
            })
        });
        all.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_clean_and_without_people() {
        let seen = Sightings::default();
        for value in [
            "EN",
            "en",
            "EN",
            "\u{1b}[2Jana@example.com",
            "+1 555 0100 22",
        ] {
            seen.count("customers.languageCode", value);
        }
        let rows: Vec<_> = seen
            .list()
            .into_iter()
            .map(|s| (s.value, s.count))
            .collect();
        assert_eq!(
            rows,
            [("EN".into(), 2), ("en".into(), 1), ("•••".to_owned(), 2)]
        );
    }

    #[test]
    fn the_account_stays_small_and_loses_no_count() {
        let seen = Sightings::default();
        for n in 0..5_000 {
            seen.count("a", &n.to_string());
            seen.count(&format!("field{n}"), "x");
        }
        let rows = seen.list();
        assert_eq!(rows.len(), MOST_VALUES + 1 + MOST_FIELDS - 1);
        let of_a = rows.iter().filter(|s| s.path == "a").map(|s| s.count);
        assert_eq!(of_a.sum::<u64>(), 5_000);
    }
}
