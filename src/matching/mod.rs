//! Matching of distributor customers to PSA companies, and of SKUs to PSA products. Pure: rows in, decisions out.

mod alias;
mod area;
mod card;
mod changed;
mod codes;
mod companies;
mod compare;
mod contact;
mod decide;
mod evidence;
pub mod files;
mod fold;
mod forest;
#[cfg(test)]
mod hand_cases;
mod home;
mod index;
mod keys;
mod label;
pub mod learn;
mod legal_forms;
mod likeness;
mod model;
mod name;
mod name_match;
mod phone;
mod place;
mod product_name;
pub mod products;
mod reading;
mod reasons;
#[cfg(test)]
mod rule_tests;
mod signals;
mod street;
#[cfg(test)]
mod told_tests;
mod trees;
mod weights;
mod word_kinds;
mod words;

pub use alias::{Alias, Remembered, Ruling, Told};
pub use changed::change;
pub use companies::{REMEMBERED_NAME, match_companies, match_on_threads};
pub use phone::same_number;
pub use place::{same_country, same_state};
pub use reasons::reason_kind;

use serde::{Deserialize, Serialize};

use crate::domain::party::Profile;

/// One company on either side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The id in its own system.
    pub id: String,
    /// What is known of it.
    pub profile: Profile,
    /// Microsoft tenants beside the profile's (companies only).
    pub other_ms_tenants: Vec<String>,
    /// False for a PSA row that its system marks inactive.
    pub active: bool,
    /// A PSA id kept at the distributor (customers only).
    pub psa_id_hint: Option<String>,
    /// Number of the table that it is a row of (customers only): customers of one table compete for a company, since one
    /// distributor rarely lists a customer twice; those of different tables do not.
    pub table: usize,
}

/// When a link is automatic, and when there is no counterpart: section 5.6 of the blueprint.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// An automatic link needs at least this probability.
    pub auto_threshold: f64,
    /// … and a second candidate of at most this.
    pub runner_up_limit: f64,
    /// Below this the customer has no counterpart.
    pub none_threshold: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_threshold: 0.995,
            runner_up_limit: 0.05,
            none_threshold: 0.02,
        }
    }
}

/// What becomes of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Linked without a person.
    Auto,
    /// A person decides.
    Review,
    /// Has no counterpart.
    None,
}

/// A possible counterpart.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Its place in the list of PSA companies.
    pub company: usize,
    /// Probability that it is the right one, 0 to 1.
    pub score: f64,
    /// In words; `+` in front speaks for it, `-` against.
    pub reasons: Vec<String>,
}

/// The decision about one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Best first, at most ten.
    pub suggestions: Vec<Suggestion>,
    /// What a person decided about the same customer elsewhere. With [`Ruling::InNoPsa`] and [`Remembered::Sure`],
    /// [`Outcome::Auto`] is a link to that customer of the hub, and to no suggestion.
    pub told: Option<Told>,
}
