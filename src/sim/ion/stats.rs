//! What the server saw; for tests and for `GET /sim/stats`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::route::PathKind;

/// Counters since the start. Requests below `/sim/` are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Every request, refused and faulty ones included.
    pub total: u64,
    /// By kind of path.
    pub requests: BTreeMap<PathKind, u64>,
    /// By HTTP method.
    pub methods: BTreeMap<String, u64>,
    /// Answered with 429, by the limit or by a fault.
    pub rate_limited: u64,
    /// Answered with 401.
    pub unauthorized: u64,
    /// Token pairs given out.
    pub tokens_issued: u64,
    /// True once a resource was asked for with the newest access token: its pair has arrived.
    pub newest_pair_is_used: bool,
    /// Exchanges tried with a refresh token that was spent already.
    pub token_reuse_attempts: u64,
    /// Faults that were served, scripted and by chaos.
    pub faults_served: u64,
    /// The most requests in any window, refused ones included.
    pub max_in_window: usize,
    /// Weeks advanced.
    pub week: u32,
}

impl Stats {
    /// Requests of one kind.
    pub fn of(&self, kind: PathKind) -> u64 {
        self.requests.get(&kind).copied().unwrap_or(0)
    }
}
