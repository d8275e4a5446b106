//! How a row that cannot be used is put aside.

use serde_json::Value;

use super::Stream;
use crate::domain::subscription::Quarantined;
use crate::http::json::aside::aside;

/// Puts the row aside with its reason; `id_keys` are tried in turn for its id.
pub fn quarantined(stream: Stream, row: &Value, id_keys: &[&str], reason: &str) -> Quarantined {
    aside(stream.tag(), row, id_keys, reason)
}
