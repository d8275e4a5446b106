//! What the acceptance run of a new tenant saw: every check with its verdict, every difference from the vendor's
//! documents, and answers to what the documents leave open. Holds no secret and no person's address.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ids::{ConnectionName, Sku};
use super::money::{Currency, Money};
use super::problem::{Problem, ProblemKind};
use super::subscription::CostPeriod;
use super::time::{CalendarSource, Ts};
use super::vendor::Vendor;

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
}

impl CheckName {
    /// All, in the order in which they are made.
    pub const ALL: [CheckName; 10] = [
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

/// How a listing was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ListingRead {
    /// `customers`, `subscriptions`.
    pub stream: String,
    /// Pages that came.
    pub pages: u64,
    /// Rows asked for on a page.
    pub asked: u64,
    /// Rows of the largest page.
    pub largest_page: u64,
    /// Rows of the last reading, repeats among them.
    pub received: u64,
    /// Different rows, over all readings.
    pub distinct: u64,
    /// What the server says the listing holds; none where it does not say.
    pub total: Option<u64>,
    /// How often the listing was begun again because rows were missing.
    pub rereads: u64,
    /// Whether all of it arrived.
    pub completeness: Completeness,
    /// In which order the rows came.
    pub order: RowOrder,
}

impl ListingRead {
    /// True where a page was cut short although more rows followed: the server's own limit.
    pub fn is_capped(&self) -> bool {
        self.largest_page < self.asked && self.received > self.largest_page
    }
}

/// Whether all of a listing arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// Its end was not reached.
    #[default]
    Unfinished,
    /// To its end, and as many as the server counts.
    Counted,
    /// To its end; the server gives no count to compare with.
    Uncounted,
    /// To its end, but rows are missing.
    Short,
}

/// The order of a listing's rows by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOrder {
    /// Fewer than two rows.
    #[default]
    Unknown,
    /// Each id higher than the one before.
    Ascending,
    /// Each id lower.
    Descending,
    /// Neither.
    None,
}

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

/// What costs refer to, as far as the costs of one SKU under monthly and annual cycles tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostReading {
    /// The setting with which the run was made.
    pub in_force: CostPeriod,
    /// The reading that fits most pairs; none where there is no pair, or no majority.
    pub reading: Option<CostPeriod>,
    /// Pairs that fit a billing cycle.
    pub fit_cycle: u64,
    /// Pairs that fit a month.
    pub fit_month: u64,
    /// Pairs that fit neither.
    pub fit_neither: u64,
    /// The pairs that were compared, the first of them.
    pub evidence: Vec<CostPair>,
    /// The command that sets the reading, where another is in force.
    pub command: Option<String>,
}

impl CostReading {
    /// True where the setting in force is not the reading that fits.
    pub fn differs(&self) -> bool {
        self.reading.is_some_and(|fits| fits != self.in_force)
    }
}

/// The unit costs of one SKU under both cycles, as they arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostPair {
    /// The SKU.
    pub sku: Sku,
    /// What people call it.
    pub product_name: String,
    /// The term of the monthly rows.
    pub monthly_term: String,
    /// The term of the annual rows.
    pub annual_term: String,
    /// Of both costs.
    pub currency: Currency,
    /// The median unit cost of the rows billed monthly.
    pub monthly_cost: Money,
    /// The median unit cost of the rows billed annually.
    pub annual_cost: Money,
    /// Annual over monthly, with two decimals.
    pub ratio: String,
    /// The reading that fits; none where neither does.
    pub fits: Option<CostPeriod>,
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
            None => None,
        }
    }
}
