//! What the acceptance run of a new tenant saw: every check with its verdict, every difference from the vendor's
//! documents, and answers to what the documents leave open. Holds no secret and no person's address.

mod cost;
mod listing;
mod psa;
#[cfg(test)]
pub(crate) mod sample;
mod traffic;

use serde::Serialize;

use super::ids::ConnectionName;
use super::problem::{Problem, ProblemKind};
use super::time::{CalendarSource, Ts};
use super::vendor::Vendor;

pub use cost::{CostPair, CostReading};
pub use listing::{Completeness, ListingRead, RowOrder};
pub use psa::{PsaRead, PsaReading};
pub use traffic::{Compression, HeaderSeen, Latency, Traffic};

/// The report's value: JSON is made of it as it is, the forms for people by `report::acceptance`.
#[derive(Debug, Clone, Serialize)]
pub struct Acceptance {
    /// How it ended, in a word.
    pub outcome: Outcome,
    /// Which connection.
    pub connection: ConnectionName,
    /// Its distributor.
    pub vendor: Vendor,
    /// The distributor's name for people.
    pub label: &'static str,
    /// The account that was read, as configured.
    pub account: String,
    /// The API's base URL, as configured.
    pub base_url: String,
    /// When the run began, by the calendar.
    pub at: Ts,
    /// Whether the calendar is the machine's own.
    pub calendar: CalendarSource,
    /// The program's version.
    pub version: &'static str,
    /// Wall seconds from the first check to the last.
    pub seconds: u64,
    /// In the order in which they were made.
    pub checks: Vec<Check>,
    /// Why the run failed, where it did: `code, title, seen, cause, remedy, request`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<serde_json::Value>,
    /// The failure that decides the exit code.
    #[serde(skip)]
    pub problem: Option<Problem>,
    /// Rows kept of this run.
    pub counts: Counts,
    /// One for each listing that was begun.
    pub listings: Vec<ListingRead>,
    /// What went over the wire.
    pub traffic: Traffic,
    /// What differed from the documents.
    pub differences: Vec<Difference>,
    /// What was odd about listings without harm, in words.
    pub notes: Vec<Remark>,
    /// Values of fields whose words no document settles.
    pub values: Vec<ValueSeen>,
    /// Rows that could not be taken, by reason.
    pub quarantine: Vec<QuarantineReason>,
    /// What costs refer to.
    pub cost_period: CostReading,
    /// The PSA beside it; none where none is set up.
    pub psa: Option<PsaRead>,
    /// What the documents leave open.
    pub answers: Vec<Answer>,
}

/// How an acceptance run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every check passed.
    Passed,
    /// No check failed, but some need a look.
    Warnings,
    /// No check failed, but rows are in quarantine.
    Quarantine,
    /// A check failed.
    Failed,
    /// A person or a signal stopped it.
    Interrupted,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// The credential is taken and how long it lives.
    Authentication,
    /// The account is there and the credential's.
    Account,
    /// The customers may be read.
    CustomersPermission,
    /// There are customers.
    CustomersVisible,
    /// The subscriptions may be read.
    SubscriptionsPermission,
    /// There are subscriptions.
    SubscriptionsVisible,
    /// Every row that the server counts arrived.
    PagingComplete,
    /// No minute had more requests than allowed.
    PacingKept,
    /// No row is in quarantine.
    RowsTaken,
    /// The setting `cost_period` is the reading that fits.
    CostPeriod,
    /// The PSA is there, and every row of it could be taken.
    Psa,
}

impl CheckName {
    /// All, in the order in which they are made.
    pub const ALL: [CheckName; 11] = [
        CheckName::Authentication,
        CheckName::Account,
        CheckName::CustomersPermission,
        CheckName::CustomersVisible,
        CheckName::SubscriptionsPermission,
        CheckName::SubscriptionsVisible,
        CheckName::PagingComplete,
        CheckName::PacingKept,
        CheckName::RowsTaken,
        CheckName::CostPeriod,
        CheckName::Psa,
    ];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            CheckName::Authentication => "authentication",
            CheckName::Account => "account",
            CheckName::CustomersPermission => "permission to read customers",
            CheckName::CustomersVisible => "customers visible",
            CheckName::SubscriptionsPermission => "permission to read subscriptions",
            CheckName::SubscriptionsVisible => "subscriptions visible",
            CheckName::PagingComplete => "paging complete",
            CheckName::PacingKept => "pacing kept",
            CheckName::RowsTaken => "every row taken",
            CheckName::CostPeriod => "period of costs",
            CheckName::Psa => "PSA read",
        }
    }
}

/// A check's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Pass,
    /// Works, but a person should look.
    Warning,
    /// Not as it should be.
    Fail,
    /// This run cannot tell.
    Unknown,
    /// An earlier failure ended the run before.
    NotReached,
}

impl CheckState {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            CheckState::Pass => "pass",
            CheckState::Warning => "WARNING",
            CheckState::Fail => "FAIL",
            CheckState::Unknown => "unknown",
            CheckState::NotReached => "not reached",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which.
    pub check: CheckName,
    /// Its verdict.
    pub state: CheckState,
    /// What was seen.
    pub seen: String,
    /// What to do, where something is to be done.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// Rows of this run as they were kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Customers.
    pub customers: u64,
    /// Subscriptions.
    pub subscriptions: u64,
    /// Rows in quarantine.
    pub quarantined: u64,
    /// Customers linked by themselves; of all connections.
    pub matched: u64,
    /// Customers that wait for a person; of all connections.
    pub to_review: u64,
    /// Customers without a counterpart in the PSA; of all connections.
    pub unmatched: u64,
    /// Findings open after the run; of all connections.
    pub findings: u64,
}

/// Something that differed from the documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where: `customers.customerStatus`.
    pub path: String,
    /// The kind's tag: `unknown_field`.
    pub kind: &'static str,
    /// The kind in words.
    #[serde(skip)]
    pub words: &'static str,
    /// How often.
    pub count: u64,
    /// One example, redacted and short.
    pub example: String,
}

/// Something odd about a listing, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Which listing.
    pub stream: String,
    /// What.
    pub note: String,
    /// On how many pages.
    pub pages: u64,
}

/// A value of a field, with how often it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValueSeen {
    /// Where: `subscriptions.subscriptionStatus`.
    pub path: String,
    /// The value as it came, clean and short.
    pub value: String,
    /// How often; a row that was read twice counts twice.
    pub count: u64,
}

/// Rows that could not be taken for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantineReason {
    /// Which listing.
    pub stream: String,
    /// Why, with `…` where each row has its own value.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// One row: its id and its content, redacted and short.
    pub example: String,
}

/// Something that the documents leave open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Stable name.
    pub id: &'static str,
    /// What is open.
    pub question: &'static str,
    /// What this run says; none where it cannot tell.
    pub answer: Option<String>,
    /// Why it cannot be told.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub because: &'static str,
}

impl Acceptance {
    /// What kind of failure it is for scripts; none where nothing failed. A credential that is good but sees no customer is
    /// no pass.
    pub fn failure(&self) -> Option<ProblemKind> {
        let is = |check, state| {
            let mut all = self.checks.iter();
            all.any(|c| c.check == check && c.state == state)
        };
        match &self.problem {
            _ if self.outcome == Outcome::Interrupted => Some(ProblemKind::Interrupted),
            Some(problem) => Some(problem.kind),
            None if is(CheckName::PagingComplete, CheckState::Fail) => {
                Some(ProblemKind::ServerFailure)
            }
            None if is(CheckName::PacingKept, CheckState::Fail) => Some(ProblemKind::Unexpected),
            None if is(CheckName::CustomersVisible, CheckState::Warning) => {
                Some(ProblemKind::AccessDenied)
            }
            None => self.psa.as_ref()?.problem.as_ref().map(|p| p.kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_decides_and_an_empty_tenant_is_no_pass() {
        let clean = sample::clean();
        assert_eq!(clean.failure(), None);
        let with = |check, state| {
            let mut report = sample::clean();
            let found = report.checks.iter_mut().find(|c| c.check == check);
            found.unwrap().state = state;
            report.failure()
        };
        for (check, state, expected) in [
            (
                CheckName::CustomersVisible,
                CheckState::Warning,
                Some(ProblemKind::AccessDenied),
            ),
            (CheckName::SubscriptionsVisible, CheckState::Warning, None),
            (
                CheckName::PagingComplete,
                CheckState::Fail,
                Some(ProblemKind::ServerFailure),
            ),
            (
                CheckName::PacingKept,
                CheckState::Fail,
                Some(ProblemKind::Unexpected),
            ),
            (CheckName::PacingKept, CheckState::Warning, None),
            (CheckName::CostPeriod, CheckState::Warning, None),
        ] {
            assert_eq!(with(check, state), expected, "{check:?}");
        }
        let mut without_psa = sample::clean();
        if let Some(psa) = &mut without_psa.psa {
            psa.problem = Some(Problem::new(ProblemKind::AccountNotFound, "404"));
        }
        assert_eq!(without_psa.failure(), Some(ProblemKind::AccountNotFound));
        let mut failed = sample::clean();
        failed.problem = Some(Problem::new(ProblemKind::RateLimited, "429"));
        assert_eq!(failed.failure(), Some(ProblemKind::RateLimited));
        failed.outcome = Outcome::Interrupted;
        assert_eq!(failed.failure(), Some(ProblemKind::Interrupted));
    }
}
