//! The PSA side: companies and what is contracted with them, read only.
//!
//! Each system that has an API is a folder with one connector, an implementation of [`Psa`]. What "contracted" means in
//! that system is decided there and nowhere else; the rest of the program knows [`AgreementLine`]s only. To write a
//! further one:
//!
//! 1. Rows: a file for each listing (`companies.rs`, `contracts.rs`, …) with a pure function from a JSON row to a domain
//!    row. Read tolerantly with `record`; what cannot be used is put [`aside`](crate::http::json::aside), what
//!    is merely odd becomes a note. Test it with rows as the vendor's documents show them.
//! 2. Lines: a pure function that joins the listings into lines. A seat is counted once. A day on which a line no longer
//!    bills is not its last day. What bills nothing has a price of zero; a price that nobody knows is none.
//! 3. Failures: `problems.rs` says in the vendor's own terms what 400, 401, 403 and 404 mean there.
//! 4. Companies: all of them, each active or not by [`CompanyChoice`], which a `Judge` (in `chosen`) applies to types and
//!    statuses in the system's own words.
//! 5. The connector: pages to the end, tells each page to [`Told`], and gives back a [`Reading`] or nothing. The engine
//!    keeps a reading in one transaction, decides whether it can be believed, and asks again later if not.
//! 6. Its settings and secrets in `engine/psa/setup.rs`, its flags in `cli/psa_set.rs`, a simulator in `sim/`.

pub mod autotask;
mod chosen;
pub mod connectwise;
pub mod csv;
pub mod halo;
pub mod leftover;
mod passing;
mod record;
mod session;
#[cfg(test)]
mod testing;
mod words;

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::civil::Date;

use crate::domain::agreement::AgreementLine;
use crate::domain::company_choice::CompanyChoice;
use crate::domain::party::{PsaCompany, PsaSystem};
use crate::domain::problem::Problem;
use crate::domain::subscription::Quarantined;
use crate::domain::time::Ts;

/// What a reading is to hold.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The day for which activity is judged.
    pub today: Date,
    /// Which companies are read.
    pub companies: Companies,
    /// Which of them are active.
    pub choice: CompanyChoice,
    /// Of amounts that name no currency: `psa.currency` of the configuration.
    pub currency: Option<crate::domain::money::Currency>,
}

/// Which companies are read. Contracts are always read whole: no system documents that their modification date moves
/// with their lines.
#[derive(Debug, Clone)]
pub enum Companies {
    /// All of them.
    All,
    /// Those that changed; a system that cannot tell reads all.
    Changed {
        /// After this.
        since: Ts,
        /// What is known of the others, from the last reading.
        known: Vec<PsaCompany>,
    },
}

/// Everything that a PSA holds now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Every company, whether it was read or known before.
    pub companies: Vec<PsaCompany>,
    /// True if companies were listed to their end, so that one which is not among them is gone.
    pub whole: bool,
    /// Every line of the contracts that bill, will bill, or ended lately.
    pub lines: Vec<AgreementLine>,
    /// Rows that cannot be used, each with its reason.
    pub quarantined: Vec<Quarantined>,
    /// What a person should know, a sentence each.
    pub notes: Vec<String>,
}

/// What the listings of companies are called in quarantine.
const COMPANY_LISTINGS: [&str; 2] = ["companies", "clients"];

impl Reading {
    /// Keeps companies as they were known whose rows could not be taken this time: they are listed all the same.
    pub fn keep_unreadable(&mut self, known: &[PsaCompany]) {
        let of_companies = |q: &&Quarantined| COMPANY_LISTINGS.contains(&q.stream.as_str());
        let unread = self.quarantined.iter().filter(of_companies);
        let unread: HashSet<&str> = unread.map(|q| q.source_id.as_str()).collect();
        let listed: HashSet<_> = self.companies.iter().map(|c| c.id.clone()).collect();
        let kept = known
            .iter()
            .filter(|c| unread.contains(c.id.as_str()) && !listed.contains(&c.id));
        self.companies.extend(kept.cloned());
    }
}

/// What a successful Test saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Companies that the credential can see.
    pub companies: u64,
    /// Those of them that are active, by the types and statuses that were chosen.
    pub active: u64,
    /// What a person should know, a sentence each: how much of the system's own budget is used.
    pub notes: Vec<String>,
}

/// A page that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRead {
    /// Of what: `companies`, `agreements`.
    pub listing: &'static str,
    /// Rows of that listing so far.
    pub rows: u64,
    /// Requests still to make for the whole reading, as far as known.
    pub requests_left: Option<u64>,
}

/// Hears how a reading gets on.
pub trait Told: Send + Sync {
    /// A page was read.
    fn page(&self, page: PageRead);
}

/// A PSA's API, read only.
#[async_trait]
pub trait Psa: Send + Sync {
    /// Which system it is.
    fn system(&self) -> PsaSystem;

    /// Proves the credential with as few requests as possible, and counts the companies.
    async fn test(&self, choice: &CompanyChoice) -> Result<Seen, Problem>;

    /// Reads everything to its end, page by page; a reading that cannot be finished is none.
    async fn read(&self, scope: &Scope, told: &dyn Told) -> Result<Reading, Problem>;
}
