//! Companies as three systems see them: the distributor, the PSA, and our hub that joins the two.

use serde::{Deserialize, Serialize};

use super::ids::{AccountKey, CustomerId, PsaId};
use super::money::{Currency, Money};
use super::time::Ts;
use super::vendor::Vendor;

/// What any system tells about a company. Texts are cleaned and bounded; empty means unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The organisation's name.
    pub name: String,
    /// Web or mail domain, as given.
    pub domain: String,
    /// A mail address.
    pub email: String,
    /// A phone number, as given.
    pub phone: String,
    /// Street and house number.
    pub address: String,
    /// Town.
    pub city: String,
    /// State, province or county.
    pub state: String,
    /// Postal code.
    pub postcode: String,
    /// Country, as a code or a name.
    pub country: String,
    /// The Microsoft tenant's GUID: the strongest key there is.
    pub ms_tenant_id: String,
}

/// A customer as a distributor lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorCustomer {
    /// The customer's id at the distributor.
    pub id: super::ids::VendorCustomerId,
    /// What the distributor tells of it.
    pub profile: Profile,
    /// A PSA id that somebody typed in at the distributor; decides at once.
    pub psa_id_hint: Option<PsaId>,
}

/// A company as the PSA lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PsaCompany {
    /// The company's id in the PSA.
    pub id: PsaId,
    /// What the PSA tells of it.
    pub profile: Profile,
    /// Microsoft tenants beside the profile's: some companies have several.
    #[serde(default)]
    pub other_ms_tenants: Vec<String>,
    /// False for a company that the PSA marks as inactive or deleted, or that is none of those that a person chose.
    pub active: bool,
}

/// Which system holds companies and agreements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PsaSystem {
    /// ConnectWise PSA.
    Connectwise,
    /// Autotask.
    Autotask,
    /// HaloPSA.
    Halo,
    /// Files that any PSA can export.
    Csv,
}

impl PsaSystem {
    /// The tag kept in tables and used on the command line.
    pub fn tag(self) -> &'static str {
        match self {
            PsaSystem::Connectwise => "connectwise",
            PsaSystem::Autotask => "autotask",
            PsaSystem::Halo => "halo",
            PsaSystem::Csv => "csv",
        }
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            PsaSystem::Connectwise => "ConnectWise PSA",
            PsaSystem::Autotask => "Autotask",
            PsaSystem::Halo => "HaloPSA",
            PsaSystem::Csv => "PSA (from files)",
        }
    }

    /// Reads the tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Connectwise, Self::Autotask, Self::Halo, Self::Csv]
            .into_iter()
            .find(|s| s.tag() == tag)
    }
}

/// How an account at a distributor stands to our hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Linked by the matcher.
    Auto,
    /// Linked by a person.
    Confirmed,
    /// Waits for a person.
    Pending,
    /// A person said that the PSA does not hold it.
    NoCounterpart,
    /// A person took it out: internal use, not for resale, test, not ours.
    Excluded,
}

impl LinkState {
    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            LinkState::Auto => "auto",
            LinkState::Confirmed => "confirmed",
            LinkState::Pending => "pending",
            LinkState::NoCounterpart => "no_counterpart",
            LinkState::Excluded => "excluded",
        }
    }

    /// Reads the tag; an unknown one waits for a person.
    pub fn from_tag(tag: &str) -> Self {
        match tag {
            "auto" => LinkState::Auto,
            "confirmed" => LinkState::Confirmed,
            "no_counterpart" => LinkState::NoCounterpart,
            "excluded" => LinkState::Excluded,
            _ => LinkState::Pending,
        }
    }

    /// True if a person decided it, so that no sync may change it.
    pub fn is_decided_by_a_person(self) -> bool {
        matches!(
            self,
            LinkState::Confirmed | LinkState::NoCounterpart | LinkState::Excluded
        )
    }
}

/// A customer of our hub, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Our id.
    pub id: CustomerId,
    /// What is known of it.
    pub profile: Profile,
    /// Microsoft tenants beside the profile's.
    #[serde(default)]
    pub other_ms_tenants: Vec<String>,
    /// The PSA row it stands for; none for a customer that a person declared to be in no PSA.
    pub psa: Option<(PsaSystem, PsaId)>,
    /// False once the PSA marks it inactive or no longer lists it, or once what declared it was taken back.
    pub active: bool,
}

impl Customer {
    /// Whether a person declared it to be in no PSA and took that back: it is nobody then.
    pub fn is_withdrawn(&self) -> bool {
        self.psa.is_none() && !self.active
    }
}

/// A candidate for a link, with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The hub customer.
    pub customer_id: CustomerId,
    /// Its PSA id.
    pub psa_id: PsaId,
    /// Its name.
    pub name: String,
    /// Probability that it is the right one, 0 to 1.
    pub score: f64,
    /// Why and why not, in words; `+` in front speaks for it, `-` against.
    pub reasons: Vec<String>,
}

/// An item of the review queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewItem {
    /// The account, shown as `connection/id`.
    pub key: AccountKey,
    /// Whose account it is.
    pub vendor: Vendor,
    /// What the distributor tells of it.
    pub profile: Profile,
    /// Seats bought there.
    pub seats: i64,
    /// What it costs a month, where that is known; one entry for each currency.
    pub monthly_cost: Vec<(Currency, Money)>,
    /// Best first, with each candidate's own profile.
    pub candidates: Vec<(Candidate, Profile)>,
    /// When it was first listed.
    pub first_seen_at: Ts,
    /// What a person should read first: what somebody decided about the same customer elsewhere. Empty for nothing.
    #[serde(default)]
    pub note: String,
}

/// What a person (or the matcher) decides about an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Verdict {
    /// It is this customer.
    Confirm {
        /// The hub customer.
        customer_id: CustomerId,
    },
    /// The PSA does not hold it.
    NoCounterpart,
    /// It is no customer to bill.
    Exclude {
        /// Why: internal use, not for resale, test, not ours.
        reason: String,
    },
}

/// A row of the decision log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Its number; the log only grows.
    pub id: i64,
    /// When.
    pub at: Ts,
    /// Who.
    pub actor: String,
    /// Which account, SKU or subscription, as [`Subject`](super::ids::Subject) is written.
    pub subject: String,
    /// In words for people: `linked Contoso → Contoso Ltd`.
    pub words: String,
    /// The decision that this one takes back.
    pub undoes: Option<i64>,
    /// The first of the decisions that were made in one go with this one; none for that first one itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<i64>,
}
