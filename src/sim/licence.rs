//! A subscription at the distributor, an agreement line in the PSA: the same licences as two systems hold them.

use jiff::civil::Date;

use crate::domain::money::Money;
use crate::domain::time::Ts;

use super::catalogue::Product;

/// The words of the distributor for a subscription's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// In use.
    Active,
    /// Paused, still billed.
    Suspended,
    /// Ended by somebody.
    Cancelled,
    /// Gone from the provider, still listed.
    Deleted,
    /// Ordered.
    Pending,
    /// Ended by its date.
    Expired,
}

impl Status {
    /// As in real answers.
    pub fn word(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Suspended => "suspended",
            Status::Cancelled => "cancelled",
            Status::Deleted => "deleted",
            Status::Pending => "pending",
            Status::Expired => "expired",
        }
    }

    /// True for what the distributor bills.
    pub fn is_billed(self) -> bool {
        matches!(self, Status::Active | Status::Suspended)
    }
}

/// The commitment of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// `P1M`.
    Month,
    /// `P1Y`.
    Year,
    /// `P3Y`.
    ThreeYears,
    /// Perpetual software.
    Perpetual,
}

impl Term {
    /// As an ISO 8601 duration; none for what is bought once.
    pub fn iso(self) -> Option<&'static str> {
        match self {
            Term::Month => Some("P1M"),
            Term::Year => Some("P1Y"),
            Term::ThreeYears => Some("P3Y"),
            Term::Perpetual => None,
        }
    }

    /// Its length in days, near enough for dates of a demo.
    pub fn days(self) -> i64 {
        match self {
            Term::Month => 30,
            Term::Year => 365,
            Term::ThreeYears | Term::Perpetual => 3 * 365,
        }
    }
}

/// How often it is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cycle {
    /// Each month.
    Monthly,
    /// Each year.
    Annual,
    /// Once.
    OneTime,
}

impl Cycle {
    /// As in real answers.
    pub fn word(self) -> &'static str {
        match self {
            Cycle::Monthly => "monthly",
            Cycle::Annual => "annual",
            Cycle::OneTime => "one_time",
        }
    }
}

/// A subscription as the distributor holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The distributor's own line id.
    pub id: u64,
    /// Whose it is; a handful belong to customers that are missing from the list.
    pub customer: u64,
    /// What it is.
    pub product: &'static Product,
    /// The provider's id.
    pub provider_id: String,
    /// As a user may have renamed it.
    pub name: String,
    /// Seats bought; 1 on usage plans.
    pub seats: i64,
    /// Its state.
    pub status: Status,
    /// A trial.
    pub trial: bool,
    /// Commitment.
    pub term: Term,
    /// How often billed.
    pub cycle: Cycle,
    /// Renews by itself.
    pub auto_renew: bool,
    /// Of the amounts.
    pub currency: &'static str,
    /// Per seat and billing cycle, what the MSP pays.
    pub cost: Money,
    /// Per seat and billing cycle, the distributor's price for the customer.
    pub price: Money,
    /// Per seat and billing cycle, the vendor's list.
    pub msrp: Money,
    /// Bought.
    pub purchased: Ts,
    /// Begins.
    pub start: Ts,
    /// Ends or renews; not always rolled forward.
    pub end: Ts,
    /// Last change.
    pub updated: Ts,
    /// The customer's purchase order.
    pub customer_po: Option<String>,
}

/// A line of an agreement in the PSA; the columns of `contract_lines.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub id: u32,
    /// The company's number.
    pub company: u32,
    /// The agreement's number.
    pub agreement_id: u32,
    /// The agreement's name.
    pub agreement: &'static str,
    /// The PSA's own product code; empty on some.
    pub product_code: String,
    /// The distributor's SKU; empty on many.
    pub vendor_sku: String,
    /// The PSA's own product name.
    pub product_name: String,
    /// What the line sells, where it is one of the distributor's products. Never on the wire.
    pub product: Option<&'static Product>,
    /// Contracted seats.
    pub quantity: i64,
    /// Per seat and billing cycle.
    pub unit_price: Money,
    /// The PSA's idea of the cost.
    pub unit_cost: Option<Money>,
    /// Of the amounts.
    pub currency: &'static str,
    /// How often billed.
    pub cycle: Cycle,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Option<Date>,
    /// False for lines that the PSA calls cancelled.
    pub active: bool,
    /// False for lines that are not billed.
    pub billable: bool,
}
