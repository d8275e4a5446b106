//! What a distributor's documents leave open: each declares its own questions, and an acceptance run answers those that
//! it can.

use super::{ingram, ion, pax8, sherweb};
use crate::domain::vendor::Vendor;

/// An open question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// One that the acceptance run knows how to answer, by its name.
    Named(&'static str),
    /// Answered by the values of a field that were seen ([`Sightings`](crate::http::json::sightings::Sightings)).
    Values {
        /// Stable name.
        id: &'static str,
        /// What is open.
        question: &'static str,
        /// The field.
        path: &'static str,
        /// Why it may have none.
        because: &'static str,
    },
    /// No run can answer it.
    Untold {
        /// Stable name.
        id: &'static str,
        /// What is open.
        question: &'static str,
        /// Why, or how a person can find out.
        because: &'static str,
    },
}

impl Question {
    /// Its stable name.
    pub fn id(&self) -> &'static str {
        match self {
            Question::Named(id) | Question::Values { id, .. } | Question::Untold { id, .. } => id,
        }
    }
}

use Question::Named;

/// What is worth asking of any distributor.
pub const COMMON: &[Question] = &[
    Named("rate_limit"),
    Named("too_many_body"),
    Named("token_calls_counted"),
    Named("unauthorized_body"),
    Named("edge_errors"),
    Named("compression"),
    Named("page_size"),
    Named("row_order"),
    Named("paging_stable"),
    Named("statuses"),
    Named("ended_kept"),
    Named("cost_period"),
    Named("tax"),
    Named("renewal_dates"),
    Named("rows_per_sku"),
    Named("orphans"),
    Named("currencies"),
    Named("judgeable"),
];

/// The questions of a distributor, in the order of the report.
pub fn of(vendor: Vendor) -> &'static [Question] {
    match vendor {
        Vendor::Synnex => ion::OPEN_QUESTIONS,
        Vendor::Pax8 => pax8::OPEN_QUESTIONS,
        Vendor::Sherweb => sherweb::OPEN_QUESTIONS,
        Vendor::IngramMicro => ingram::OPEN_QUESTIONS,
    }
}
