//! What the screen is told and what it asks for. The bridge between these and engine and store lives elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;

use super::saving::Saved;
use crate::domain::finding::{FindingRow, Note, Unjudged};
use crate::domain::hub::CustomerLine;
use crate::domain::ids::{AccountKey, ConnectionName, CustomerId, Sku, Subject, SubscriptionKey};
use crate::domain::log::{Gauge, LogEntry, Progress};
use crate::domain::money::{Currency, Money};
use crate::domain::party::{Decision, PsaSystem, ReviewItem};
use crate::domain::problem::Problem;
use crate::domain::product::{ProductItem, PsaProduct};
use crate::domain::time::{Ts, Week};
use crate::domain::vendor::Vendor;
use crate::engine::command::Command;
use crate::engine::seats::{SeatWeeks, SeatsOf};
use crate::secret::SecretName;
use crate::store::claims::Claim;

/// Something the screen is told. Each message replaces what it is about, unless it says that it adds.
#[derive(Debug, Clone)]
pub enum Msg {
    /// The database is open, or why not. Until the first of these the screen says that it is opening.
    Store(Result<(), Problem>),
    /// Every connection.
    Connections(Vec<ConnectionLine>),
    /// How far one connection's run is.
    Progress(Progress),
    /// One credential's budget.
    Gauge(Gauge),
    /// Log entries to add, oldest first.
    Log(Vec<LogEntry>),
    /// The review queue, most worth first; `total` may be more than was loaded.
    Queue {
        /// What was loaded.
        items: Vec<Arc<ReviewItem>>,
        /// How many wait altogether.
        total: u64,
    },
    /// The SKUs that wait, most worth first, and the products of the PSA.
    Skus {
        /// What waits.
        items: Vec<ProductItem>,
        /// What it may be sold as.
        products: Vec<PsaProduct>,
    },
    /// A decision was written.
    Decided(Decision),
    /// The newest decisions of the log, oldest first.
    Decisions(Vec<Decision>),
    /// Who else looks at which review item.
    Claims(Vec<Claim>),
    /// Somebody else decided first.
    Overtaken {
        /// Which account or SKU.
        key: Subject,
        /// Who decided what.
        words: String,
    },
    /// A decision could not be written: the item goes back into the queue.
    Undecided {
        /// Which account or SKU.
        key: Subject,
        /// Why.
        problem: Problem,
    },
    /// Findings to add, and what could not be judged. The first of these has them all.
    Findings {
        /// New ones, and known ones that changed, in any order and state.
        rows: Vec<FindingRow>,
        /// Counts by reason.
        unjudged: Unjudged,
    },
    /// What people wrote about findings, by fingerprint, oldest first.
    Notes(BTreeMap<String, Vec<Note>>),
    /// Customers of the hub to add: new ones, and known ones that changed. The first of these has them all.
    Customers(Vec<CustomerLine>),
    /// One customer's licensing table.
    Licensing(CustomerId, Vec<LicensingLine>),
    /// The seats of one customer's SKU by week.
    Seats(SeatsOf, SeatWeeks),
    /// What stands behind a review item.
    Background(Background),
    /// A Test ended; for a connection that is not saved yet, under the name in the form.
    Tested {
        /// Which.
        connection: ConnectionName,
        /// `Connected to TD SYNNEX — N customers visible`, or why not.
        result: Result<String, Problem>,
    },
    /// A connection was saved, or why not.
    Saved {
        /// Which.
        connection: ConnectionName,
        /// What became of it, in words.
        result: Result<String, Problem>,
    },
    /// An acceptance run ended and its report was written, or it could not begin.
    Accepted(Result<Accepted, Problem>),
    /// What a customer buys, subscription by subscription.
    Subscriptions(CustomerId, Vec<SubscriptionLine>),
    /// Something asked for did not work.
    Failed(Problem),
    /// The calendar moved to this week (demo).
    Week(Week),
    /// A line for the person.
    Notice(String),
}

/// Whose API is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A distributor's.
    Distributor(Vendor),
    /// The PSA's.
    Psa(PsaSystem),
}

impl Source {
    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Source::Distributor(vendor) => vendor.label(),
            Source::Psa(system) => system.label(),
        }
    }
}

/// A connection as the screen shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionLine {
    /// The name a person gave it; for the PSA the one that its log entries have.
    pub name: ConnectionName,
    /// What it connects to.
    pub source: Source,
    /// How it stands, in a word or two: `connected`, `syncing`, `needs a new token`.
    pub state: String,
    /// Whole days since the refresh token was issued, where the vendor has one.
    pub token_age_days: Option<u32>,
    /// When the refresh token ends.
    pub token_expires_at: Option<Ts>,
    /// When the last sync ended well.
    pub last_sync_at: Option<Ts>,
    /// When the schedule starts the next one.
    pub next_sync_at: Option<Ts>,
    /// Customers in the store.
    pub customers: u64,
    /// Subscriptions in the store.
    pub subscriptions: u64,
    /// What is wrong with it, if something is.
    pub problem: Option<Problem>,
}

/// A row of a customer's licensing table: one SKU of one distributor.
#[derive(Debug, Clone, PartialEq)]
pub struct LicensingLine {
    /// The distributor.
    pub vendor: Vendor,
    /// The SKU.
    pub sku: Sku,
    /// What people call it.
    pub product_name: String,
    /// Seats bought, where known.
    pub seats: Option<i64>,
    /// Seats contracted; none where the SKU is linked to no PSA product.
    pub contracted: Option<i64>,
    /// Per seat and month.
    pub unit_cost: Option<Money>,
    /// Per seat and month.
    pub unit_price: Option<Money>,
    /// Of both.
    pub currency: Option<Currency>,
    /// True if some of its seats are stale.
    pub stale: bool,
    /// When the oldest of them were read, if ever.
    pub stale_since: Option<Ts>,
}

/// How an acceptance run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// True if no check failed.
    pub passed: bool,
    /// What came out, and where the report is.
    pub words: String,
}

/// A subscription that may be given to another customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionLine {
    /// Which.
    pub key: SubscriptionKey,
    /// What people call it.
    pub product_name: String,
    /// Seats bought, where known.
    pub seats: Option<i64>,
    /// True where it was given to this customer.
    pub given: bool,
}

/// What stands behind a review item: its history, and what else its candidate is linked to.
#[derive(Debug, Clone, PartialEq)]
pub struct Background {
    /// Which account.
    pub key: AccountKey,
    /// Which candidate.
    pub candidate: Option<CustomerId>,
    /// The accounts that the candidate is linked to already, each with its distributor and name.
    pub linked: Vec<(Vendor, String)>,
    /// The decisions about the account, newest first.
    pub history: Vec<Decision>,
}

/// What the screen asks for.
#[derive(Debug)]
pub enum Effect {
    /// Something for the engine.
    Engine(Command),
    /// Something to read from the store; the answer comes as a message.
    Load(What),
    /// Move the demo's calendar to the next week and sync.
    NextWeek,
    /// Write this customer's QBR section into a file; answered by a line that says where.
    WriteQbr(CustomerId),
    /// Write these rows into a file; answered by a line that says where.
    Save(Box<Saved>),
    /// Prove a connection that is not saved yet; answered by [`Msg::Tested`].
    TestConnection(Box<NewConnection>),
    /// Keep a connection; answered by [`Msg::Saved`] and [`Msg::Connections`].
    SaveConnection(Box<NewConnection>),
    /// Make the acceptance run of a distributor and write its report; answered by [`Msg::Accepted`].
    Accept(ConnectionName),
    /// Put a text on the clipboard of the person's own terminal. Done by the screen itself.
    Copy(String),
    /// Listen to the mouse, or leave it to the terminal. Done by the screen itself.
    Mouse(bool),
    /// Stop the process until the shell continues it. Done by the screen itself.
    Suspend,
    /// Write the whole screen again. Done by the screen itself.
    Repaint,
    /// The screen closes.
    Quit {
        /// True where a running sync need not finish its page.
        force: bool,
    },
}

/// What to read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// More of the review queue.
    Queue,
    /// One customer's licensing table.
    Licensing(CustomerId),
    /// The seats of one customer's SKU by week.
    Seats(SeatsOf),
    /// What a customer buys, subscription by subscription.
    Subscriptions(CustomerId),
    /// What stands behind an account and the customer that it may be.
    Background(AccountKey, Option<CustomerId>),
}

/// A connection as typed into the form.
#[derive(Debug)]
pub struct NewConnection {
    /// Its name.
    pub name: ConnectionName,
    /// What it connects to.
    pub source: Source,
    /// The settings by key; those that were left empty are not there.
    pub settings: BTreeMap<String, String>,
    /// The secrets that were given.
    pub secrets: Vec<(SecretName, SecretString)>,
    /// Where a distributor's API is, if not at its usual place.
    pub base_url: Option<String>,
    /// None for the vendor's default.
    pub requests_per_minute: Option<u32>,
}
