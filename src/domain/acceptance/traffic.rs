//! What went over the wire in an acceptance run.

use std::collections::BTreeMap;

use serde::Serialize;

/// What went over the wire in this run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Traffic {
    /// Requests made, token calls and retries among them.
    pub requests: u64,
    /// The most in any window (60 s, unless a simulation runs faster).
    pub most_in_window: u64,
    /// As many as are allowed.
    pub allowed_in_window: u64,
    /// Answers 429.
    pub rate_limited: u64,
    /// What a 429 asked to wait, in seconds, if one did.
    pub asked_to_wait: Vec<u64>,
    /// Answers by HTTP status.
    pub statuses: BTreeMap<u16, u64>,
    /// Content types of the answers, by HTTP status.
    pub content_types: BTreeMap<String, u64>,
    /// Requests that brought nothing of use, in words, with how often.
    pub failures: BTreeMap<String, u64>,
    /// Whether bodies came compressed.
    pub compression: Compression,
    /// Headers that tell about limits, the server and its request ids.
    pub headers: Vec<HeaderSeen>,
    /// How long the answers' headers took, by the path's last word.
    pub latencies: Vec<Latency>,
}

/// Whether bodies came compressed: answers of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Compression {
    /// Compressed.
    pub compressed: u64,
    /// As they are.
    pub plain: u64,
    /// In pieces, which hides it.
    pub unknown: u64,
}

/// A header with how often it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeaderSeen {
    /// Its name, in lower case.
    pub name: String,
    /// How often.
    pub count: u64,
    /// Its first value, short.
    pub example: String,
}

/// How long one kind of request took, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Latency {
    /// The path's last word: `token`, `customers`.
    pub path: String,
    /// Answers.
    pub count: u64,
    /// The median.
    pub p50_ms: u64,
    /// The 95th percentile.
    pub p95_ms: u64,
    /// The longest.
    pub max_ms: u64,
}
