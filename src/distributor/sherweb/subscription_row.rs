//! One subscription of Sherweb's: its details joined with its pricing information (vendor's OpenAPI document).
//!
//! There is no state: what is listed goes on, what a whole answer no longer holds was cancelled. Whether `fees` are the
//! MSP's cost or the customer's price is not said, so they are neither unless a setting says it.

use serde_json::Value;

use super::charges::{Costs, UnitCost};
use super::commitment::{self, Term};
use super::config::Fees;
use super::customers::Holder;
use crate::distributor::quarantine::quarantined;
use crate::distributor::{Stream, fields};
use crate::domain::ids::{Sku, SubscriptionId, VendorCustomerId};
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::{BillingCycle, Quarantined, Subscription, SubscriptionStatus};
use crate::domain::time::Ts;
use crate::http::json::row::{Reason, Row};
use crate::http::json::shape::{Field, Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

/// A row of `…/subscriptions/details`.
const DETAILS: &[Field] = &[
    always("id", Kind::Text),
    always("productName", Kind::Text),
    always("sku", Kind::Text),
    always("quantity", Kind::Number),
    always("purchaseDate", Kind::Text),
    often("description", Kind::Text),
    often("renewalSettingsConfigurable", Kind::Flag),
    often("commitmentTerm", Kind::Object),
];

pub(super) const DETAILS_SHAPE: Shape = Shape {
    path: "subscriptions",
    fields: DETAILS,
};

/// A row of `…/subscriptions/pricing-information`.
pub(super) const PRICING_SHAPE: Shape = Shape {
    path: "pricing",
    fields: &[
        always("id", Kind::Text),
        always("billingCycle", Kind::Text),
        often("fees", Kind::Object),
        often("commitmentTerm", Kind::Object),
    ],
};

/// A row of the deprecated `…/subscriptions`: both in one.
pub(super) const BOTH_SHAPE: Shape = Shape {
    path: "subscriptions",
    fields: &[
        DETAILS[0],
        DETAILS[1],
        DETAILS[2],
        DETAILS[3],
        DETAILS[4],
        DETAILS[5],
        DETAILS[6],
        DETAILS[7],
        always("billingCycle", Kind::Text),
        often("fees", Kind::Object),
    ],
};

const FEES_SHAPE: Shape = Shape {
    path: "pricing.fees",
    fields: &[
        always("recurringFee", Kind::Number),
        always("setupFee", Kind::Number),
        always("currency", Kind::Text),
    ],
};

/// What a row is read with.
pub(super) struct Reading<'a> {
    /// Whose subscriptions they are.
    pub customer: &'a VendorCustomerId,
    /// What is known of the customer.
    pub holder: &'a Holder,
    /// What the MSP is billed.
    pub costs: &'a Costs,
    /// What the fees are.
    pub fees: Fees,
    /// The instant of the reading.
    pub now: Ts,
    /// What is odd.
    pub surprises: &'a Surprises,
}

/// A fee as the pricing tells it.
struct Fee {
    amount: Money,
    currency: Option<Currency>,
}

/// What the two amounts of a row are.
#[derive(Default)]
struct Amounts {
    cost: Option<Money>,
    price: Option<Money>,
    currency: Option<Currency>,
}

impl Reading<'_> {
    /// Maps a row of details with its pricing, or puts it aside with the reason. A row of the deprecated call is its own
    /// pricing.
    pub fn map(
        &self,
        value: &Value,
        details: Row<'_>,
        pricing: Option<Row<'_>>,
        notes: &mut Vec<String>,
    ) -> Result<Subscription, Quarantined> {
        self.read(&details, pricing, notes)
            .map_err(|reason| quarantined(Stream::Subscriptions, value, &["id"], &reason))
    }

    fn read(
        &self,
        row: &Row<'_>,
        pricing: Option<Row<'_>>,
        notes: &mut Vec<String>,
    ) -> Result<Subscription, Reason> {
        let id = row.id("id")?;
        let seats = fields::seats(row, "quantity")?;
        let billing_cycle = pricing.map_or(BillingCycle::Unknown, |row| self.cycle(&row));
        let term = self.term(row, pricing, seats);
        let sku = Sku::new(row.text("sku"));
        let fee = pricing.map_or(Ok(None), |row| self.fee(&row))?;
        let customer = (self.customer, self.holder.name.as_str());
        let billed = self.costs.of(customer.0, customer.1, &sku, billing_cycle);
        if let (Some(fee), Some(cost)) = (&fee, billed) {
            self.compare(fee, cost, seats, notes);
        }
        let amounts = self.amounts(billed, fee);
        let (status, status_raw) = self.status(row);
        let as_instant = |day: jiff::civil::Date| Ts::parse_lenient(&day.to_string());
        Ok(Subscription {
            id: SubscriptionId::new(id),
            vendor_customer_id: self.customer.clone(),
            sku,
            product_name: row.first_text(&["productName", "description"]),
            status,
            status_raw,
            seats,
            unit_cost: amounts.cost,
            unit_price: amounts.price,
            currency: amounts.currency,
            billing_cycle,
            term: self.iso_term(&term.word),
            starts_on: row.time("purchaseDate"),
            renews_on: term.renews_on.and_then(as_instant),
            commitment: term.commitment,
            revision: String::new(),
        })
    }

    /// What is listed goes on. No document knows a state; one that comes all the same is believed.
    fn status(&self, row: &Row<'_>) -> (SubscriptionStatus, String) {
        let raw = row.text("status");
        let told = match raw.is_empty() {
            true => SubscriptionStatus::Active,
            false => fields::status(&raw, "subscriptions.status", self.surprises),
        };
        match told {
            SubscriptionStatus::Active if self.holder.suspended => (
                SubscriptionStatus::Suspended,
                "customer suspended".to_owned(),
            ),
            told => (told, raw),
        }
    }

    fn cycle(&self, pricing: &Row<'_>) -> BillingCycle {
        let word = pricing.text("billingCycle");
        self.surprises.seen.count("pricing.billingCycle", &word);
        match word.to_ascii_lowercase().as_str() {
            // Documented; no amount of ours falls due by them.
            "none" | "daily" | "weekly" | "unknown" => BillingCycle::Unknown,
            _ => fields::cycle(&word, "pricing.billingCycle", self.surprises),
        }
    }

    fn term(&self, row: &Row<'_>, pricing: Option<Row<'_>>, seats: Option<i64>) -> Term {
        let today = self.now.date();
        let of = |row: &Row<'_>| commitment::term(row, seats, today, self.surprises);
        let own = of(row);
        match pricing {
            Some(pricing) if own.word.is_empty() => of(&pricing),
            _ => own,
        }
    }

    fn iso_term(&self, word: &str) -> String {
        let path = "subscriptions.commitmentTerm.type";
        self.surprises.seen.count(path, word);
        fields::term(word, path, self.surprises)
    }

    /// None where the subscription has no item in the catalogue.
    fn fee(&self, pricing: &Row<'_>) -> Result<Option<Fee>, Reason> {
        let Some(fees) = pricing.child("fees", &FEES_SHAPE, self.surprises) else {
            return Ok(None);
        };
        let Some(amount) = fees.money("recurringFee")? else {
            return Ok(None);
        };
        let word = fees.text("currency");
        self.surprises.seen.count("pricing.fees.currency", &word);
        // Documented, and none.
        let is_none = word.eq_ignore_ascii_case("undefined");
        let currency =
            (!is_none).then(|| fields::currency(&word, "pricing.fees.currency", self.surprises));
        Ok(Some(Fee {
            amount: amount.money,
            currency: currency.flatten(),
        }))
    }

    /// What is billed is the cost; what the fees are, the setting says.
    fn amounts(&self, billed: Option<&UnitCost>, fee: Option<Fee>) -> Amounts {
        let mut amounts = Amounts::default();
        if let Some(billed) = billed {
            amounts.cost = Some(billed.net);
            amounts.currency = Some(billed.currency.clone());
        }
        let Some(fee) = fee else {
            return amounts;
        };
        match self.fees {
            Fees::Unknown => {}
            Fees::Cost if billed.is_none() => {
                amounts.cost = Some(fee.amount);
                amounts.currency = fee.currency;
            }
            Fees::Cost => {}
            Fees::Price if billed.is_none() => {
                amounts.price = Some(fee.amount);
                amounts.currency = fee.currency;
            }
            Fees::Price if fee.currency == amounts.currency => amounts.price = Some(fee.amount),
            Fees::Price => {
                self.surprises
                    .count("pricing.fees.currency", Odd::Contradiction, || {
                        "charges and fees in two currencies; the charges count".to_owned()
                    });
            }
        }
        amounts
    }

    /// What the fees are, where a charge for the same thing can tell.
    fn compare(&self, fee: &Fee, cost: &UnitCost, seats: Option<i64>, notes: &mut Vec<String>) {
        let line = seats.map(|seats| cost.net.times(seats));
        let word = if fee.currency.as_ref() != Some(&cost.currency) {
            "in another currency"
        } else if fee.amount == cost.net {
            "what Sherweb bills us for a unit"
        } else if cost.list == Some(fee.amount) {
            "the list price of what Sherweb bills us"
        } else if line == Some(fee.amount) {
            "what Sherweb bills us for the line"
        } else {
            "something else"
        };
        self.surprises.seen.count(
            "pricing.fees.recurringFee (beside the payable charges)",
            word,
        );
        let is_cost = fee.amount == cost.net;
        let note = match self.fees {
            Fees::Cost if !is_cost => {
                "fees differ from what Sherweb bills us, which counts: the setting `fees` = cost does not fit"
            }
            Fees::Price if is_cost => {
                "fees equal what Sherweb bills us: they look like our cost, not like the customer's price"
            }
            _ => return,
        };
        if !notes.iter().any(|known| known == note) {
            notes.push(note.to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
