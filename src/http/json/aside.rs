//! How a row that cannot be used is put aside, with its reason, while the listing goes on.

use serde_json::Value;

use super::read;
use crate::domain::subscription::Quarantined;
use crate::domain::text::clean;
use crate::http::redact;

/// The longest payload that is kept, in characters.
const MAX_PAYLOAD: usize = 4_000;

/// Puts a row of a listing aside with its reason; `id_keys` are tried in turn for its id.
pub fn aside(listing: &str, row: &Value, id_keys: &[&str], reason: &str) -> Quarantined {
    let ids = id_keys.iter().filter_map(|key| row.get(*key));
    let id = ids.map(read::text).find(|text| !text.is_empty());
    Quarantined {
        stream: listing.to_owned(),
        source_id: clean(&id.unwrap_or_default(), read::MAX_ID),
        reason: clean(reason, 200),
        payload: redact::json(row, MAX_PAYLOAD),
    }
}
