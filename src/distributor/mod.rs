//! Licence distributors, read-only: one trait, one folder each.
//!
//! A connector turns its vendor's API into [`Page`]s of domain rows. It holds no truth: the engine calls it page by
//! page, keeps each page with its checkpoint in one transaction, and decides when a listing is complete.
//!
//! # A fifth one, in a day
//!
//! 1. A tag and a label in [`Vendor`]; a folder here. `pax8/` is the shortest one to read beside this list.
//! 2. `needs.rs`: what a person sets ([`needs::Needs`]). Flags, form, checks, doctor and replay follow from it.
//! 3. The token. One that is had for the asking (client credentials): a [`Grantor`](crate::http::grant::Grantor), and
//!    [`Granted`](crate::http::grant::Granted) does the rest. One that rotates: [`keeper::Keeper`].
//! 4. Listings: which [`Stream`]s, and a page at a [`Cursor`]. A cursor is the connector's own; a resumed run hands it
//!    back after hours, to another process, so it holds all that is needed to go on.
//! 5. Rows: [`Row`](crate::http::json::row::Row) and [`read`](crate::http::json::read) take every spelling that is exact,
//!    [`fields`] knows seats, money, states, cycles and terms. What cannot be used goes to [`Page::quarantined`] with its
//!    reason, what is merely odd to [`Page::notes`] or [`Surprises`](crate::http::json::surprises::Surprises). Absent is
//!    unknown, never 0.
//! 6. Failures as [`Problem`]s: what every service says the same is in [`problems`]; 401, 403 and 404 need the vendor's
//!    own words: which credential, whose, and where a new one is made.
//! 7. What a later run of the week need not ask for again goes into [`Subscription::revision`]; [`Distributor::recall`]
//!    hands it back.
//! 8. `questions.rs`: what its documents leave open, for `vectis onboard`.
//! 9. One arm each in [`needs::of`], [`questions::of`] and `engine::connect`.
//!
//! Pacing, retries, limits of size and time, redaction, recording and replay, checkpoints, and what is gone are not a
//! connector's business.

pub mod fields;
pub mod ingram;
pub mod ion;
pub mod keeper;
pub mod needs;
pub mod pax8;
pub mod quarantine;
pub mod questions;
mod refresh;
mod saving;
pub mod sherweb;
#[cfg(test)]
pub(crate) mod testing;
pub mod token;
pub mod twins;
pub mod words;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{SubscriptionId, VendorCustomerId};
use crate::domain::party::VendorCustomer;
use crate::domain::problem::Problem;
use crate::domain::subscription::{Quarantined, Subscription};
use crate::domain::vendor::Vendor;
use crate::http::json::sightings::Sighting;
use crate::http::json::surprises::Surprise;
use crate::http::pacing::Class;
use token::Kept;

/// A listing that a sync reads from its first page to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// The account's customers.
    Customers,
    /// Their subscriptions.
    Subscriptions,
}

impl Stream {
    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            Stream::Customers => "customers",
            Stream::Subscriptions => "subscriptions",
        }
    }
}

/// Where to go on in a listing: opaque to everybody but the connector that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Whether the pages of a listing hold all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// As far as the pages tell; the engine counts the rows besides.
    #[default]
    Whole,
    /// It is known to have changed while it was read, so that it is read again.
    Moved,
    /// It could only be had in part, and reading again brings no more: nothing is marked as gone.
    Part,
}

/// One page of a listing.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Customers that could be used.
    pub customers: Vec<VendorCustomer>,
    /// Subscriptions that could be used.
    pub subscriptions: Vec<Subscription>,
    /// Rows of [`Known`] that have not changed since, where the vendor tells that for less than reading them again.
    pub unchanged: Vec<SubscriptionId>,
    /// Customers whose subscriptions could not be read, while others' could: their rows stay as they were.
    pub unread: Vec<Unread>,
    /// What the rows tell of customers that the listing of customers does not.
    pub evidence: Vec<(VendorCustomerId, Evidence)>,
    /// Rows that could not, each with its reason.
    pub quarantined: Vec<Quarantined>,
    /// What was odd without harm, in words, once for each kind.
    pub notes: Vec<String>,
    /// Rows that were asked for; 0 where the vendor's paging knows no size.
    pub asked: u64,
    /// Rows the server sent on this page, good and bad.
    pub received: u64,
    /// Of these, rows that came before on the same page: a total counts them, and no other row is missing for them.
    pub twice: u64,
    /// Rows in the whole listing, if the server tells.
    pub total: Option<u64>,
    /// Where the next page starts; none at the end.
    pub next: Option<Cursor>,
    /// On the last page: whether the listing was reached whole.
    pub reach: Reach,
    /// Requests still to make for this stream after this page, as far as known.
    pub requests_left: Option<u64>,
}

/// A customer whose subscriptions could not be read.
#[derive(Debug, Clone)]
pub struct Unread {
    /// Which.
    pub customer: VendorCustomerId,
    /// Why.
    pub problem: Problem,
}

/// The [`revision`](Subscription::revision)s of rows that are stored with one, by id.
pub type Known = BTreeMap<SubscriptionId, String>;

/// What a successful Test saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visible {
    /// Customers that the credential can see.
    pub customers: u64,
    /// False where only the first page was counted and more exist.
    pub exact: bool,
}

/// What a distributor knows of one customer beyond its listing: strong evidence for a match. Empty means unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The Microsoft tenant's GUID.
    pub ms_tenant_id: String,
    /// Its domain.
    pub domain: String,
}

/// A distributor's API, read-only.
#[async_trait]
pub trait Distributor: Send + Sync {
    /// Which distributor it is.
    fn vendor(&self) -> Vendor;

    /// The listings of a sync, in the order in which they are read.
    fn streams(&self) -> &'static [Stream];

    /// Makes sure that there is a usable access token, refreshing it if need be.
    async fn authenticate(&self) -> Result<(), Problem>;

    /// Reads one page: the first one without a cursor.
    async fn page(&self, stream: Stream, cursor: Option<&Cursor>) -> Result<Page, Problem>;

    /// Hears before the first page what it kept beside its rows, so that what is known needs no request of its own. Not
    /// called where everything is to be read: on a week's first sync, and where a person asks for all.
    fn recall(&self, _known: Known) {}

    /// Proves the credential with as few requests as possible.
    async fn test(&self) -> Result<Visible, Problem>;

    /// Rotates a refresh token that was not rotated for `after` seconds, or whose end is near, though nobody needs an
    /// access token. Nothing is sent where that is not due, nor for a token that was refused.
    async fn keep_alive(&self, _after: i64) -> Result<Kept, Problem> {
        Ok(Kept::NotNeeded)
    }

    /// Asks for more evidence about one customer that waits for a person. Costs a request; a listing never calls it.
    async fn evidence(
        &self,
        _customer: &VendorCustomerId,
        _class: Class,
    ) -> Result<Evidence, Problem> {
        Ok(Evidence::default())
    }

    /// What differed from the vendor's documents in everything read so far, for the acceptance report.
    fn surprises(&self) -> Vec<Surprise> {
        Vec::new()
    }

    /// The values of fields whose words no document settles, in everything read so far, for the acceptance report.
    fn sightings(&self) -> Vec<Sighting> {
        Vec::new()
    }
}
