//! What a distributor sells: subscriptions, their status and cycles, and the weekly count of their seats.

use serde::{Deserialize, Serialize};

use super::commitment::Commitment;
use super::ids::{Sku, SubscriptionId, VendorCustomerId};
use super::money::{Currency, Money};
use super::time::{Ts, Week};

/// The state of a subscription, in one set of words for all distributors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    /// Bought and in use.
    Active,
    /// Not paid for yet.
    Trial,
    /// Paused; most distributors go on billing it.
    Suspended,
    /// Ended by somebody.
    Cancelled,
    /// Ended by its date.
    Expired,
    /// Ordered, not delivered.
    Pending,
    /// A word that is not documented; the raw word is kept beside it.
    Unknown,
}

impl SubscriptionStatus {
    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            SubscriptionStatus::Active => "active",
            SubscriptionStatus::Trial => "trial",
            SubscriptionStatus::Suspended => "suspended",
            SubscriptionStatus::Cancelled => "cancelled",
            SubscriptionStatus::Expired => "expired",
            SubscriptionStatus::Pending => "pending",
            SubscriptionStatus::Unknown => "unknown",
        }
    }

    /// Reads the tag; anything else is unknown.
    pub fn from_tag(tag: &str) -> Self {
        match tag {
            "active" => SubscriptionStatus::Active,
            "trial" => SubscriptionStatus::Trial,
            "suspended" => SubscriptionStatus::Suspended,
            "cancelled" => SubscriptionStatus::Cancelled,
            "expired" => SubscriptionStatus::Expired,
            "pending" => SubscriptionStatus::Pending,
            _ => SubscriptionStatus::Unknown,
        }
    }

    /// True for what the distributor bills: active and suspended.
    pub fn is_billable(self) -> bool {
        matches!(
            self,
            SubscriptionStatus::Active | SubscriptionStatus::Suspended
        )
    }
}

/// How often a price falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingCycle {
    /// Each month.
    Monthly,
    /// Each quarter.
    Quarterly,
    /// Each half year.
    SemiAnnual,
    /// Each year.
    Annual,
    /// Every two years.
    Biennial,
    /// Every three years.
    Triennial,
    /// Once: perpetual software, no recurring seat.
    OneTime,
    /// By consumption: the seat count means nothing.
    Usage,
    /// Not said, or in a word that is not documented.
    Unknown,
}

impl BillingCycle {
    /// Every cycle with its tag in tables.
    const TAGS: [(BillingCycle, &'static str); 9] = [
        (BillingCycle::Monthly, "monthly"),
        (BillingCycle::Quarterly, "quarterly"),
        (BillingCycle::SemiAnnual, "semi_annual"),
        (BillingCycle::Annual, "annual"),
        (BillingCycle::Biennial, "biennial"),
        (BillingCycle::Triennial, "triennial"),
        (BillingCycle::OneTime, "one_time"),
        (BillingCycle::Usage, "usage"),
        (BillingCycle::Unknown, "unknown"),
    ];

    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        Self::TAGS
            .iter()
            .find(|(cycle, _)| *cycle == self)
            .map_or("unknown", |(_, tag)| tag)
    }

    /// Reads the tag; anything else is unknown.
    pub fn from_tag(tag: &str) -> Self {
        Self::TAGS
            .iter()
            .find(|(_, t)| *t == tag)
            .map_or(BillingCycle::Unknown, |(cycle, _)| *cycle)
    }

    /// How many months one price covers; none where the price is not recurring or the cycle is unknown.
    pub fn months(self) -> Option<i64> {
        match self {
            BillingCycle::Monthly => Some(1),
            BillingCycle::Quarterly => Some(3),
            BillingCycle::SemiAnnual => Some(6),
            BillingCycle::Annual => Some(12),
            BillingCycle::Biennial => Some(24),
            BillingCycle::Triennial => Some(36),
            BillingCycle::OneTime | BillingCycle::Usage | BillingCycle::Unknown => None,
        }
    }
}

/// What a distributor's amounts refer to, where its documents do not say it. Rows are kept per billing cycle, whatever
/// the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostPeriod {
    /// One billing cycle.
    #[default]
    Cycle,
    /// One month, whatever the cycle.
    Month,
}

impl CostPeriod {
    /// The value of the setting `cost_period`.
    pub fn tag(self) -> &'static str {
        match self {
            CostPeriod::Cycle => "cycle",
            CostPeriod::Month => "month",
        }
    }

    /// Reads the setting's value; none for any other word.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [CostPeriod::Cycle, CostPeriod::Month]
            .into_iter()
            .find(|period| period.tag() == tag)
    }

    /// An amount of this period as one of a whole billing cycle.
    pub fn per_cycle(self, amount: Money, cycle: BillingCycle) -> Money {
        match (self, cycle.months()) {
            (CostPeriod::Month, Some(months)) => amount.times(months),
            _ => amount,
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            CostPeriod::Cycle => "one billing cycle",
            CostPeriod::Month => "one month",
        }
    }
}

/// A subscription as a distributor lists it. Unknown is a value: no number stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// The distributor's own id of the line.
    pub id: SubscriptionId,
    /// Whose it is; the listing of customers may lack that customer.
    pub vendor_customer_id: VendorCustomerId,
    /// The stock keeping unit.
    pub sku: Sku,
    /// What people call the product.
    pub product_name: String,
    /// In our words.
    pub status: SubscriptionStatus,
    /// In the distributor's word.
    pub status_raw: String,
    /// Seats bought.
    pub seats: Option<i64>,
    /// What the MSP pays for one seat and billing cycle.
    pub unit_cost: Option<Money>,
    /// The distributor's price for the customer, per seat and billing cycle; not what the PSA bills.
    pub unit_price: Option<Money>,
    /// Of both amounts.
    pub currency: Option<Currency>,
    /// How often the amounts fall due.
    pub billing_cycle: BillingCycle,
    /// The commitment, as ISO 8601 duration (`P1Y`), or empty.
    pub term: String,
    /// When it began.
    pub starts_on: Option<Ts>,
    /// When it renews or ends; a past date on an active row means "roll by term".
    pub renews_on: Option<Ts>,
    /// What the distributor tells of its commitment; empty for nothing.
    pub commitment: Commitment,
    /// What the connector keeps beside the row for its own later runs: a mark of this state, so that the same mark later
    /// proves that nothing has changed, or what was asked for once and need not be asked again. Empty for nothing.
    pub revision: String,
}

/// One subscription's seats in one week; the week's last sync wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageRow {
    /// The ISO week.
    pub week: Week,
    /// Seats bought.
    pub seats: Option<i64>,
    /// Per seat and billing cycle.
    pub unit_cost: Option<Money>,
    /// Of the cost.
    pub currency: Option<Currency>,
    /// In our words.
    pub status: SubscriptionStatus,
}

/// A row that could not be taken, with the reason and the redacted payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Which listing it came from: `customers`, `subscriptions`.
    pub stream: String,
    /// Its id, where one could be read.
    pub source_id: String,
    /// Why, in words.
    pub reason: String,
    /// The row itself as JSON, redacted and bounded.
    pub payload: String,
}
