//! What became of a reading of the PSA.

use serde::Serialize;

use crate::domain::acceptance::QuarantineReason;
use crate::domain::company_choice::company_words;
use crate::domain::log::RunState;
use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::store::psa::PsaCounts;

/// What became of a reading.
#[derive(Debug, Clone, Serialize)]
pub struct PsaSummary {
    /// Which system.
    pub system: PsaSystem,
    /// How it ended.
    pub state: RunState,
    /// True if all companies were read, not only those that changed.
    pub full: bool,
    /// Requests made, retries among them.
    pub requests: u64,
    /// 429s seen.
    pub rate_limited: u64,
    /// Companies that the PSA shows.
    pub companies: u64,
    /// Those of them that are active, by the types and statuses that were chosen.
    pub companies_active: u64,
    /// What changed in the hub; `lines` are the agreement lines that the PSA holds.
    #[serde(flatten)]
    pub counts: PsaCounts,
    /// Rows that could not be taken.
    pub quarantined: u64,
    /// Their reasons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<QuarantineReason>,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Wall seconds.
    pub seconds: u64,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<serde_json::Value>,
    #[serde(skip)]
    pub(super) problem: Option<Problem>,
}

impl PsaSummary {
    /// Why it failed.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// True if what was read is in the hub.
    pub fn was_read(&self) -> bool {
        matches!(self.state, RunState::Complete | RunState::Partial)
    }

    /// Keeps why it failed.
    pub(super) fn fail(&mut self, problem: Problem) {
        self.state = match problem.kind {
            ProblemKind::Interrupted => RunState::Interrupted,
            _ => RunState::Failed,
        };
        self.error = Some(problem.to_json()["error"].clone());
        self.problem = Some(problem);
    }

    /// How it ended, in one line; what it held only where it was read.
    pub fn words(&self) -> String {
        let (label, state) = (self.system.label(), self.state.tag());
        let asked = format!("{} requests, {} × 429", self.requests, self.rate_limited);
        if !self.was_read() {
            return format!("{label} {state}: {asked}");
        }
        format!(
            "{label} {state}: {} ({} new, {} no longer listed), {} agreement lines, {} in quarantine, {asked}",
            company_words(self.companies, self.companies_active),
            self.counts.companies_new,
            self.counts.companies_gone,
            self.counts.lines,
            self.quarantined,
        )
    }
}
