//! What differed from the documents, counted: the acceptance report of a new tenant is made from it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::shape::{Kind, Shape};
use super::sightings::Sightings;
use crate::domain::text::clean;
use crate::http::redact;

/// At most this many kinds are kept; what comes after is counted together.
const MOST: usize = 300;

/// The way in which something differed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Odd {
    /// A field that no document names.
    UnknownField,
    /// A field that the documents promise is not there.
    MissingField,
    /// A field of another type than documented.
    TypeChanged,
    /// A word that is not among the documented ones.
    UnknownValue,
    /// A value that cannot be used; its field counts as unknown.
    Unusable,
    /// Two fields that contradict each other.
    Contradiction,
    /// A key that came twice in one object; the last value counts.
    RepeatedKey,
    /// The server's clock is far from ours.
    Clock,
}

impl Odd {
    /// The tag in JSON.
    pub fn tag(self) -> &'static str {
        match self {
            Odd::UnknownField => "unknown_field",
            Odd::MissingField => "missing_field",
            Odd::TypeChanged => "type_changed",
            Odd::UnknownValue => "unknown_value",
            Odd::Unusable => "unusable",
            Odd::Contradiction => "contradiction",
            Odd::RepeatedKey => "repeated_key",
            Odd::Clock => "clock",
        }
    }

    /// In words for a report.
    pub fn words(self) -> &'static str {
        match self {
            Odd::UnknownField => "not documented",
            Odd::MissingField => "documented, but missing",
            Odd::TypeChanged => "of another type than documented",
            Odd::UnknownValue => "a value that is not documented",
            Odd::Unusable => "a value that cannot be used",
            Odd::Contradiction => "contradicts another field",
            Odd::RepeatedKey => "given twice in one object; the last value counts",
            Odd::Clock => "the server's clock differs from this machine's",
        }
    }
}

/// One difference, with how often it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surprise {
    /// Where: `customers.customerStatus`.
    pub path: String,
    /// How.
    pub odd: Odd,
    /// How often.
    pub count: u64,
    /// One example, redacted and short.
    pub example: String,
}

/// Collects differences; shared by all pages of a run.
#[derive(Debug, Default)]
pub struct Surprises {
    odd: Mutex<BTreeMap<(String, Odd), (u64, String)>>,
    /// Values that are no difference, but that no document settles.
    pub seen: Sightings,
}

impl Surprises {
    /// Counts one difference; the first example is kept.
    pub fn count(&self, path: impl Into<String>, odd: Odd, example: impl FnOnce() -> String) {
        let mut seen = self.odd.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (path.into(), odd);
        let full = seen.len() >= MOST && !seen.contains_key(&key);
        let key = if full {
            ("(others)".to_owned(), odd)
        } else {
            key
        };
        let entry = seen.entry(key).or_insert_with(|| (0, example()));
        entry.0 += 1;
    }

    /// Counts a word that is not documented, one entry for each word.
    pub fn unknown_value(&self, path: &str, word: &str) {
        let word = clean(word, 40);
        self.count(format!("{path} = {word}"), Odd::UnknownValue, || {
            word.clone()
        });
    }

    /// Compares a row with its documented shape.
    pub fn check(&self, shape: &Shape, row: &Map<String, Value>) {
        for (key, value) in row {
            let path = || format!("{}.{}", shape.path, clean(key, 60));
            match shape.field(key) {
                None => self.count(path(), Odd::UnknownField, || example(key, value)),
                Some(field) if !value.is_null() && !field.kind.fits(value) => {
                    self.count(path(), Odd::TypeChanged, || {
                        let (was, is) = (field.kind.words(), Kind::of(value).words());
                        format!("{is} instead of {was}: {}", example(key, value))
                    });
                }
                Some(_) => {}
            }
        }
        for field in shape.promised() {
            if row.get(field.key).is_none_or(Value::is_null) {
                self.count(
                    format!("{}.{}", shape.path, field.key),
                    Odd::MissingField,
                    String::new,
                );
            }
        }
    }

    /// Everything seen so far, ordered by path.
    pub fn list(&self) -> Vec<Surprise> {
        let seen = self.odd.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = seen.iter().map(|((path, odd), (count, example))| Surprise {
            path: path.clone(),
            odd: *odd,
            count: *count,
            example: example.clone(),
        });
        rows.collect()
    }
}

/// A short example that holds neither secrets nor names or addresses of people.
fn example(key: &str, value: &Value) -> String {
    if redact::is_secret_key(key) || redact::is_personal_key(key) {
        return redact::MASK.to_owned();
    }
    let text = redact::impersonal(value, 60);
    let words = text.split(' ').map(|word| {
        let telling = word.len() > 40 && !word.contains(['{', '[']);
        if telling { redact::MASK } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::json::shape::{always, often};

    const SHAPE: Shape = Shape {
        path: "customers",
        fields: &[always("name", Kind::Text), often("size", Kind::Number)],
    };

    #[test]
    fn each_difference_is_counted_with_one_redacted_example() {
        let surprises = Surprises::default();
        for row in [
            json!({"name": "a", "size": "12", "mail": "ana@example.com", "apiSecret": "xyz"}),
            json!({"size": null, "mail": "bob@example.com"}),
        ] {
            surprises.check(&SHAPE, row.as_object().unwrap());
        }
        surprises.unknown_value("customers.status", "past\u{1b}_due");
        let seen: Vec<_> = surprises
            .list()
            .into_iter()
            .map(|s| (s.path, s.odd, s.count, s.example))
            .collect();
        assert_eq!(
            seen,
            [
                (
                    "customers.apiSecret".into(),
                    Odd::UnknownField,
                    1,
                    "•••".into()
                ),
                ("customers.mail".into(), Odd::UnknownField, 2, "•••".into()),
                ("customers.name".into(), Odd::MissingField, 1, String::new()),
                (
                    "customers.size".into(),
                    Odd::TypeChanged,
                    1,
                    "text instead of number: \"12\"".into()
                ),
                (
                    "customers.status = past_due".into(),
                    Odd::UnknownValue,
                    1,
                    "past_due".into()
                ),
            ]
        );
    }

    #[test]
    fn the_account_stays_small() {
        let surprises = Surprises::default();
        for n in 0..5_000 {
            surprises.count(format!("k{n}"), Odd::UnknownField, String::new);
        }
        assert_eq!(surprises.list().len(), MOST + 1);
        assert_eq!(surprises.list().iter().map(|s| s.count).sum::<u64>(), 5_000);
    }
}
