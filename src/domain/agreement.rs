//! What the MSP bills: agreement lines of the PSA, and which PSA product a distributor's SKU is sold as.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::{PsaId, Sku};
use super::money::{Currency, Money};
use super::subscription::BillingCycle;
use super::vendor::Vendor;

/// One line of an agreement in the PSA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementLine {
    /// The line's own id in the PSA.
    pub line_id: String,
    /// The company it belongs to.
    pub company: PsaId,
    /// The agreement's name.
    pub agreement: String,
    /// The PSA's product code.
    pub product_code: String,
    /// The distributor's SKU, where the PSA holds one.
    pub vendor_sku: String,
    /// What people call the product.
    pub product_name: String,
    /// Contracted seats; none where the quantity is no whole number.
    pub seats: Option<i64>,
    /// The quantity as the PSA wrote it.
    pub quantity_text: String,
    /// Billed per seat and billing cycle.
    pub unit_price: Option<Money>,
    /// The PSA's own idea of the cost.
    pub unit_cost: Option<Money>,
    /// Of both amounts.
    pub currency: Option<Currency>,
    /// How often the price falls due.
    pub billing_cycle: BillingCycle,
    /// First day.
    pub starts_on: Option<Date>,
    /// Last day.
    pub ends_on: Option<Date>,
    /// False where the PSA says so in words or flags; the dates are judged apart.
    pub active: bool,
}

impl AgreementLine {
    /// True if the line bills on that day.
    pub fn is_active_on(&self, day: Date) -> bool {
        self.active
            && self.starts_on.is_none_or(|d| d <= day)
            && self.ends_on.is_none_or(|d| d >= day)
    }
}

impl AgreementLine {
    /// The product's code; some systems and files lack codes, then its name stands for it.
    pub fn product(&self) -> &str {
        if self.product_code.is_empty() {
            &self.product_name
        } else {
            &self.product_code
        }
    }
}

/// What a PSA product covers beside the SKU that is linked to it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Nobody has said it: names and other links tell.
    #[default]
    Inferred,
    /// A person said so: all SKUs that are linked to it are one product, whose seats are summed.
    OneProduct,
    /// A person said so: a bundle that covers several SKUs, so that its price belongs to none of them.
    Bundle,
}

impl Coverage {
    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            Coverage::Inferred => "",
            Coverage::OneProduct => "one_product",
            Coverage::Bundle => "bundle",
        }
    }

    /// Reads the tag; an unknown one says nothing.
    pub fn from_tag(tag: &str) -> Self {
        match tag {
            "one_product" => Coverage::OneProduct,
            "bundle" => Coverage::Bundle,
            _ => Coverage::Inferred,
        }
    }
}

/// Which PSA product a distributor's SKU is sold as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductLink {
    /// The distributor.
    pub vendor: Vendor,
    /// Its SKU.
    pub sku: Sku,
    /// The PSA's product code; empty where a person said that the SKU is sold as no product.
    pub product_code: String,
    /// How many seats one unit of the PSA product stands for.
    pub seats_per_unit: i64,
    /// What a person said of the PSA product.
    pub coverage: Coverage,
}
