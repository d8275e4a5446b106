//! What the screen knows: the newest of each message, and sums made of it. No drawing, no keys.

use std::collections::{BTreeMap, HashMap};

use super::desk::Desk;
use super::msg::{ConnectionLine, CustomerLine, LicensingLine};
use super::ring::LogRing;
use crate::domain::finding::{FindingRow, FindingState, Note, Unjudged};
use crate::domain::ids::{ConnectionName, CustomerId};
use crate::domain::log::{Gauge, Progress, RunState};
use crate::domain::money::Totals;
use crate::domain::problem::Problem;
use crate::domain::time::Week;

/// Whether the database can be read.
#[derive(Debug, Default)]
pub enum Store {
    /// Being opened.
    #[default]
    Opening,
    /// Open.
    Open,
    /// Cannot be used.
    Broken(Problem),
}

/// A Test of a connection.
#[derive(Debug)]
pub enum TestState {
    /// The answer is awaited.
    Running,
    /// The answer.
    Done(Result<String, Problem>),
}

/// What the screen knows. A list that is none was not loaded yet.
#[derive(Debug, Default)]
pub struct Data {
    /// The database.
    pub store: Store,
    /// Every connection.
    pub connections: Option<Vec<ConnectionLine>>,
    /// The newest progress of each connection's run.
    pub progress: BTreeMap<ConnectionName, Progress>,
    /// Each credential's budget.
    pub gauges: BTreeMap<ConnectionName, Gauge>,
    /// The log.
    pub log: LogRing,
    /// The review queue and what was decided.
    pub desk: Desk,
    /// Findings in every state.
    pub findings: Option<Vec<FindingRow>>,
    /// What people wrote about them, by fingerprint.
    pub notes: BTreeMap<String, Vec<Note>>,
    /// The sum of what counts as opportunity.
    pub opportunity: Totals,
    /// What could not be judged.
    pub unjudged: Unjudged,
    /// The hub.
    pub customers: Option<Vec<CustomerLine>>,
    /// Licensing tables that were asked for.
    pub licensing: HashMap<CustomerId, Vec<LicensingLine>>,
    /// Tests by connection.
    pub tests: HashMap<ConnectionName, TestState>,
    /// The calendar's week, where it was moved.
    pub week: Option<Week>,
}

impl Data {
    /// Takes the findings and sums them.
    pub fn set_findings(&mut self, rows: Vec<FindingRow>, unjudged: Unjudged) {
        self.opportunity = rows
            .iter()
            .filter(|r| r.state == FindingState::Open && r.finding.kind.is_opportunity())
            .map(|r| (&r.finding.currency, r.finding.monthly_amount))
            .collect();
        self.findings = Some(rows);
        self.unjudged = unjudged;
    }

    /// Open findings, of every kind.
    pub fn open_findings(&self) -> usize {
        let rows = self.findings.iter().flatten();
        rows.filter(|r| r.state == FindingState::Open).count()
    }

    /// The runs that go on.
    pub fn running(&self) -> impl Iterator<Item = &Progress> {
        self.progress
            .values()
            .filter(|p| p.state == RunState::Running)
    }

    /// `14 rows could not be judged: 9 unmapped customer, 5 without cost`; empty where all could.
    pub fn unjudged_words(&self) -> String {
        let total: u64 = self.unjudged.values().sum();
        if total == 0 {
            return String::new();
        }
        let parts: Vec<String> = self
            .unjudged
            .iter()
            .filter(|(_, n)| **n > 0)
            .map(|(reason, n)| format!("{n} {}", reason.label()))
            .collect();
        let rows = if total == 1 { "row" } else { "rows" };
        format!("{total} {rows} could not be judged: {}", parts.join(", "))
    }

    /// True once the store said that there is no connection: the screen then leads the way.
    pub fn is_first_run(&self) -> bool {
        matches!(self.store, Store::Open) && self.connections.as_ref().is_some_and(Vec::is_empty)
    }
}
