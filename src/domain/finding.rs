//! Money found, and rows that could not be judged.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::{CustomerId, Sku};
use super::money::{Currency, Money};
use super::time::Ts;
use super::vendor::Vendor;

/// What kind of loss it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// More seats bought than contracted.
    UncontractedSeats,
    /// Billed below the margin floor.
    BelowMargin,
    /// Billed, although all that it stands for has ended.
    CancelledStillBilled,
    /// The count of seats moved from week to week.
    SeatDrift,
    /// The distributor's cost moved.
    CostMoved,
    /// Cost on an account without a decision.
    UnmatchedSpend,
    /// One product from two distributors for one customer.
    OverlappingVendors,
    /// A commitment renews while seats do not agree.
    RenewalAhead,
}

impl FindingKind {
    /// Every kind, in the order of the blueprint's table.
    pub const ALL: [FindingKind; 8] = [
        FindingKind::UncontractedSeats,
        FindingKind::BelowMargin,
        FindingKind::CancelledStillBilled,
        FindingKind::SeatDrift,
        FindingKind::CostMoved,
        FindingKind::UnmatchedSpend,
        FindingKind::OverlappingVendors,
        FindingKind::RenewalAhead,
    ];

    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            FindingKind::UncontractedSeats => "uncontracted_seats",
            FindingKind::BelowMargin => "below_margin",
            FindingKind::CancelledStillBilled => "cancelled_still_billed",
            FindingKind::SeatDrift => "seat_drift",
            FindingKind::CostMoved => "cost_moved",
            FindingKind::UnmatchedSpend => "unmatched_spend",
            FindingKind::OverlappingVendors => "overlapping_vendors",
            FindingKind::RenewalAhead => "renewal_ahead",
        }
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            FindingKind::UncontractedSeats => "uncontracted seats",
            FindingKind::BelowMargin => "below margin",
            FindingKind::CancelledStillBilled => "cancelled, still billed",
            FindingKind::SeatDrift => "seat drift",
            FindingKind::CostMoved => "cost moved",
            FindingKind::UnmatchedSpend => "unmatched spend",
            FindingKind::OverlappingVendors => "overlapping vendors",
            FindingKind::RenewalAhead => "renewal ahead",
        }
    }

    /// Reads the tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.tag() == tag)
    }

    /// True for the kinds whose open rows make the opportunity, the total in every header.
    pub fn is_opportunity(self) -> bool {
        matches!(
            self,
            FindingKind::UncontractedSeats
                | FindingKind::BelowMargin
                | FindingKind::CancelledStillBilled
        )
    }

    /// True for the kinds of the licensing-leakage preset: seats bought above the contract, and SKUs below their margin.
    pub fn is_leakage(self) -> bool {
        matches!(
            self,
            FindingKind::UncontractedSeats | FindingKind::BelowMargin
        )
    }
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// Waits for somebody.
    Open,
    /// Put aside for some days, with a reason.
    Muted,
    /// Dealt with, or the condition is gone.
    Resolved,
}

impl FindingState {
    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            FindingState::Open => "open",
            FindingState::Muted => "muted",
            FindingState::Resolved => "resolved",
        }
    }

    /// Reads the tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Open, Self::Muted, Self::Resolved]
            .into_iter()
            .find(|s| s.tag() == tag)
    }
}

/// A finding as it is computed: the same condition always gives the same fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable over syncs: made of kind, customer or account, and product.
    pub fingerprint: String,
    /// What kind.
    pub kind: FindingKind,
    /// The distributor, where it is one.
    pub vendor: Option<Vendor>,
    /// The hub customer; none for spend on an account without a decision.
    pub customer_id: Option<CustomerId>,
    /// The customer's name, or the account's.
    pub customer: String,
    /// The SKU, where it is about one.
    pub sku: Option<Sku>,
    /// What people call the product.
    pub product_name: String,
    /// A month's money; signed for drift.
    pub monthly_amount: Money,
    /// Of the amount.
    pub currency: Currency,
    /// The arithmetic, line by line, so that a person can check it.
    pub evidence: Vec<String>,
    /// What to do about it.
    pub action: String,
}

/// A finding with its life, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// Where it stands.
    pub state: FindingState,
    /// When it first appeared.
    pub first_seen_at: Ts,
    /// When it was last confirmed.
    pub last_seen_at: Ts,
}

/// What a person wrote about a finding, an account or a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: Ts,
    /// Who.
    pub actor: String,
    /// What.
    pub text: String,
}

/// `2026-11-24 ana@host: the renewal is agreed`.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.at.date(), self.actor, self.text)
    }
}

/// An entry of a finding's audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingEvent {
    /// When.
    pub at: Ts,
    /// Who; `vectis` for what happens by itself.
    pub actor: String,
    /// The state before; none for a new finding.
    pub from: Option<FindingState>,
    /// The state after.
    pub to: FindingState,
    /// Why.
    pub reason: String,
}

/// `2026-11-24 ana@host: open → muted, renewal agreed`.
impl fmt::Display for FindingEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.at.date(), self.actor)?;
        if let Some(from) = self.from.filter(|from| *from != self.to) {
            write!(f, "{} → ", from.tag())?;
        }
        write!(f, "{}", self.to.tag())?;
        match self.reason.as_str() {
            "" => Ok(()),
            reason => write!(f, ", {reason}"),
        }
    }
}

/// Why a row gave no finding although it may hide one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnjudgedReason {
    /// The account has no decision yet.
    UnmappedCustomer,
    /// The SKU is linked to no PSA product.
    UnmappedProduct,
    /// A person said that the SKU is sold as no product of the PSA: there is no contract to compare with.
    SoldAsNoProduct,
    /// The distributor gave no cost.
    UnknownCost,
    /// The agreement gives no price.
    UnknownPrice,
    /// Seats are missing or no whole number.
    UnknownSeats,
    /// Prices in two currencies cannot be compared.
    MixedCurrencies,
    /// The status is a word that is not documented.
    UnknownStatus,
    /// The listing was not read to its end, or is older than its schedule allows.
    StaleListing,
    /// The cycle is not recurring or not known.
    UnknownCycle,
    /// A person took the account out.
    ExcludedCustomer,
    /// A contract stopped without an end date, so nobody can say whether its seats still count.
    LapsedContract,
}

impl UnjudgedReason {
    /// What people read after the count: `9 unmapped`.
    pub fn label(self) -> &'static str {
        match self {
            UnjudgedReason::UnmappedCustomer => "unmapped customer",
            UnjudgedReason::UnmappedProduct => "unmapped product",
            UnjudgedReason::SoldAsNoProduct => "sold as no product",
            UnjudgedReason::UnknownCost => "without cost",
            UnjudgedReason::UnknownPrice => "without price",
            UnjudgedReason::UnknownSeats => "without seats",
            UnjudgedReason::MixedCurrencies => "in two currencies",
            UnjudgedReason::UnknownStatus => "with an unknown status",
            UnjudgedReason::StaleListing => "from a stale listing",
            UnjudgedReason::UnknownCycle => "with an unknown cycle",
            UnjudgedReason::ExcludedCustomer => "excluded",
            UnjudgedReason::LapsedContract => "with a lapsed contract",
        }
    }
}

/// Counts of unjudged rows by reason.
pub type Unjudged = BTreeMap<UnjudgedReason, u64>;

/// `14 rows could not be judged: 9 unmapped customer, 5 without cost`; none where all could.
pub fn unjudged_words(unjudged: &Unjudged) -> Option<String> {
    let known = unjudged.iter().filter(|(_, n)| **n > 0);
    let parts: Vec<String> = known
        .map(|(reason, n)| format!("{n} {}", reason.label()))
        .collect();
    let total: u64 = unjudged.values().sum();
    let rows = if total == 1 { "row" } else { "rows" };
    (total > 0).then(|| format!("{total} {rows} could not be judged: {}", parts.join(", ")))
}
