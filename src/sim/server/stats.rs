//! What the server saw; for tests and for `GET /sim/stats`.

use std::collections::BTreeMap;

use serde::Serialize;

/// Counters since the start. Requests below `/sim/` are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats<K: Ord> {
    /// Every request, refused and faulty ones included.
    pub total: u64,
    /// By kind of path.
    pub requests: BTreeMap<K, u64>,
    /// By HTTP method.
    pub methods: BTreeMap<String, u64>,
    /// Answered with 429, by the limit or by a fault.
    pub rate_limited: u64,
    /// Answered with 401.
    pub unauthorized: u64,
    /// Answered with 405: attempts to write.
    pub writes_refused: u64,
    /// Tokens, or pairs of them, given out.
    pub tokens_issued: u64,
    /// True once a resource was asked for with the newest access token: it has arrived.
    pub newest_pair_is_used: bool,
    /// Exchanges tried with a refresh token that was spent already.
    pub token_reuse_attempts: u64,
    /// Faults that were served, scripted and by chaos.
    pub faults_served: u64,
    /// The most requests in any window, refused ones included.
    pub max_in_window: usize,
    /// The most requests that were being answered at the same time.
    pub max_at_once: usize,
    /// Weeks advanced.
    pub week: u32,
}

impl<K: Ord> Default for Stats<K> {
    fn default() -> Self {
        Self {
            total: 0,
            requests: BTreeMap::new(),
            methods: BTreeMap::new(),
            rate_limited: 0,
            unauthorized: 0,
            writes_refused: 0,
            tokens_issued: 0,
            newest_pair_is_used: false,
            token_reuse_attempts: 0,
            faults_served: 0,
            max_in_window: 0,
            max_at_once: 0,
            week: 0,
        }
    }
}

impl<K: Ord> Stats<K> {
    /// Requests of one kind.
    pub fn of(&self, kind: K) -> u64 {
        self.requests.get(&kind).copied().unwrap_or(0)
    }

    /// Counts a request.
    pub(super) fn count(&mut self, kind: K, method: &str) {
        self.total += 1;
        *self.requests.entry(kind).or_default() += 1;
        *self.methods.entry(method.to_owned()).or_default() += 1;
    }
}
