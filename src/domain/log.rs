//! What the console shows while a sync runs: log entries, gauges, progress.

use serde::{Deserialize, Serialize};

use super::ids::ConnectionName;
use super::time::Ts;
use super::vendor::Vendor;

/// How much a log entry matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Detail for support.
    Debug,
    /// What happens.
    Info,
    /// What a person should know.
    Warn,
    /// What stopped something.
    Error,
}

impl Level {
    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }

    /// Reads the tag; anything else is information.
    pub fn from_tag(tag: &str) -> Self {
        match tag {
            "debug" => Level::Debug,
            "warn" => Level::Warn,
            "error" => Level::Error,
            _ => Level::Info,
        }
    }
}

/// An entry of the log that the console shows. The text is clean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// When.
    pub at: Ts,
    /// How much it matters.
    pub level: Level,
    /// Which connection it is about, if one.
    pub connection: Option<ConnectionName>,
    /// One line.
    pub text: String,
}

/// The phases of a sync run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Getting an access token.
    Authenticate,
    /// Reading customers.
    Customers,
    /// Reading subscriptions.
    Subscriptions,
    /// Reading the PSA.
    Psa,
    /// Linking accounts to customers.
    Match,
    /// Writing the week's seats.
    Snapshot,
    /// Computing findings.
    Findings,
    /// Finished.
    Done,
}

impl Phase {
    /// What people read; also the tag in tables.
    pub fn tag(self) -> &'static str {
        match self {
            Phase::Authenticate => "authenticate",
            Phase::Customers => "customers",
            Phase::Subscriptions => "subscriptions",
            Phase::Psa => "psa",
            Phase::Match => "match",
            Phase::Snapshot => "snapshot",
            Phase::Findings => "findings",
            Phase::Done => "done",
        }
    }
}

/// How a sync run ended, or that it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Goes on.
    Running,
    /// Read to its end, every row taken.
    Complete,
    /// Read to its end, but rows are in quarantine or a listing moved.
    Partial,
    /// Stopped by a person or a signal; the next run continues from here.
    Interrupted,
    /// Stopped by an error; the next run continues from here.
    Failed,
}

impl RunState {
    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            RunState::Running => "running",
            RunState::Complete => "complete",
            RunState::Partial => "partial",
            RunState::Interrupted => "interrupted",
            RunState::Failed => "failed",
        }
    }

    /// Reads the tag; an unknown one counts as failed.
    pub fn from_tag(tag: &str) -> Self {
        match tag {
            "running" => RunState::Running,
            "complete" => RunState::Complete,
            "partial" => RunState::Partial,
            "interrupted" => RunState::Interrupted,
            _ => RunState::Failed,
        }
    }
}

/// How far a sync run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Whose run it is.
    pub connection: ConnectionName,
    /// The distributor.
    pub vendor: Vendor,
    /// Where it is.
    pub phase: Phase,
    /// How it stands.
    pub state: RunState,
    /// Rows read in this phase.
    pub rows: u64,
    /// Rows this phase expects, if the API told.
    pub expected: Option<u64>,
    /// Requests made so far.
    pub requests: u64,
    /// Requests still to make, as far as known.
    pub requests_left: Option<u64>,
    /// Seconds still to go, from the requests left and the pace allowed.
    pub eta_seconds: Option<u64>,
    /// Rows in quarantine.
    pub quarantined: u64,
    /// Which process runs it, if another one does: `ana@host#…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// The pacing of one credential, as the gauge shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    /// Who uses the budget.
    pub connection: ConnectionName,
    /// The budget's name: connections that share a credential share it.
    pub budget: String,
    /// Requests sent in the last window.
    pub used: u32,
    /// Requests allowed in a window now; lower than `limit` after a 429.
    pub ceiling: u32,
    /// Requests configured for a window.
    pub limit: u32,
    /// The window, in milliseconds.
    pub window_ms: u64,
    /// A minute of the API, in milliseconds: several windows where the budget is large, less where a demo runs faster; 0
    /// from an older program, whose windows were minutes.
    #[serde(default)]
    pub minute_ms: u64,
    /// Milliseconds to the next free slot; 0 if one is free now.
    pub next_slot_ms: u64,
    /// 429s in the last hour.
    pub rate_limited: u32,
    /// Requests a minute that somebody else seems to make at least with this credential; 0 for nobody.
    pub foreign_per_minute: u32,
    /// The other explanation, where the evidence allows it: the real limit is this number.
    pub or_limit: Option<u32>,
    /// Requests sent in each of the last 30 minutes (windows, in a fast demo), oldest first.
    pub history: Vec<u32>,
}

impl Gauge {
    /// A number of requests in a window (`used`, `ceiling`, `limit`) as one of a minute, which is what vendors document:
    /// a large budget is kept in windows of a part of a minute.
    pub fn per_minute(&self, requests: u32) -> u32 {
        let parts = self.minute_ms.checked_div(self.window_ms).unwrap_or(1);
        requests.saturating_mul(u32::try_from(parts).unwrap_or(1).max(1))
    }

    /// An empty gauge of a connection and its budget.
    pub fn of(connection: ConnectionName, budget: &str) -> Self {
        Self {
            connection,
            budget: budget.to_owned(),
            used: 0,
            ceiling: 0,
            limit: 0,
            window_ms: 0,
            minute_ms: 0,
            next_slot_ms: 0,
            rate_limited: 0,
            foreign_per_minute: 0,
            or_limit: None,
            history: Vec::new(),
        }
    }
}
