//! Rows that could not be taken, counted by listing and reason. Holds no secret and no person's address.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::acceptance::QuarantineReason;
use crate::domain::subscription::Quarantined;
use crate::http::redact;

/// Reasons that are kept.
const MOST_KINDS: usize = 60;

/// The longest example, in characters.
const MAX_EXAMPLE: usize = 240;

/// Counts them.
#[derive(Default)]
pub struct Reasons {
    counts: BTreeMap<(String, String), (u64, String)>,
    /// Digests of the rows: one that is read twice counts once.
    met: HashSet<u64>,
}

impl Reasons {
    /// Counts a row of a listing.
    pub fn count(&mut self, listing: &str, row: &Quarantined) {
        let row_digest = digest(&(listing, &row.source_id, &row.payload));
        if !self.met.insert(row_digest) {
            return;
        }
        let mut key = (listing.to_owned(), generalised(&row.reason));
        if self.counts.len() >= MOST_KINDS && !self.counts.contains_key(&key) {
            key.1 = "(other reasons)".to_owned();
        }
        let entry = self.counts.entry(key).or_insert_with(|| (0, example(row)));
        entry.0 += 1;
    }

    /// The reasons, the most frequent first.
    pub fn list(&self) -> Vec<QuarantineReason> {
        let each = self.counts.iter();
        let mut all: Vec<_> = each
            .map(|((stream, reason), (count, example))| QuarantineReason {
                stream: stream.clone(),
                reason: reason.clone(),
                count: *count,
                example: example.clone(),
            })
            .collect();
        all.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        all
    }
}

/// The reason with `…` in the place of each row's own value: quoted words and numbers.
fn generalised(reason: &str) -> String {
    let mut out = String::new();
    for (at, part) in reason.split('\'').enumerate() {
        if at % 2 == 1 {
            out.push_str("'…'");
            continue;
        }
        let words = part.split(' ').map(|word| {
            let number = word.trim_start_matches('-');
            let is_number = number.starts_with(|c: char| c.is_ascii_digit());
            if is_number { "…" } else { word }
        });
        out.push_str(&words.collect::<Vec<_>>().join(" "));
    }
    out
}

/// The row's id and content. A payload that was cut off is no JSON any more, and is left out.
fn example(row: &Quarantined) -> String {
    let id = redact::impersonal_text(&row.source_id);
    let payload = serde_json::from_str(&row.payload)
        .map(|value| redact::impersonal(&value, MAX_EXAMPLE))
        .unwrap_or_default();
    match id.is_empty() {
        true => payload,
        false => format!("{id}: {payload}"),
    }
}

/// A digest, for sets that stay small.
pub(super) fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
