//! How the PSA was read beside the distributor.

use serde::Serialize;

use super::QuarantineReason;
use crate::domain::company_choice::company_words;
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::domain::time::Ts;

/// What this run saw of the PSA.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PsaRead {
    /// Which system.
    pub system: PsaSystem,
    /// Its name for people.
    pub label: &'static str,
    /// Whether it was read in this run.
    pub reading: PsaReading,
    /// When what is known of it was read last.
    pub read_at: Option<Ts>,
    /// Companies that it showed last.
    pub companies: u64,
    /// Those of them that are active, by the types and statuses that were chosen.
    pub companies_active: u64,
    /// Agreement lines that it holds.
    pub lines: u64,
    /// Requests made.
    pub requests: u64,
    /// Rows that could not be taken, by reason.
    pub rejected: Vec<QuarantineReason>,
    /// What is surprising about it, a sentence each.
    pub surprises: Vec<String>,
    /// Why it could not be read: `code, title, seen, cause, remedy, request`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<serde_json::Value>,
    /// The same.
    #[serde(skip)]
    pub problem: Option<Problem>,
}

/// Whether the PSA was read in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PsaReading {
    /// By its API, to its end.
    Read,
    /// It could not be.
    Failed,
    /// The run ended before.
    NotReached,
    /// It comes from files, which no run reads.
    FromFiles,
}

impl PsaRead {
    /// What it holds, in words.
    pub fn held(&self) -> String {
        let companies = company_words(self.companies, self.companies_active);
        format!("{companies}, and {} agreement lines", self.lines)
    }

    /// Rows that could not be taken.
    pub fn rejected_rows(&self) -> u64 {
        self.rejected.iter().map(|reason| reason.count).sum()
    }
}
