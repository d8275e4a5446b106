//! The catalogue: one product for each term under which a thing is sold, so that two may share a vendor's SKU.

use serde_json::{Value, json};

use super::super::catalogue::{Kind, Maker, PRODUCTS, Product};
use super::super::licence::{Cycle, Term};
use super::super::wire::in_cents;
use super::super::world::World;
use super::rows::uuid;
use crate::domain::money::Money;

/// What is sold under one term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) product: &'static Product,
    pub(super) term: Term,
}

const TERMS: [Term; 4] = [Term::Month, Term::Year, Term::ThreeYears, Term::Perpetual];

impl Offer {
    /// Every offer of the catalogue.
    pub(super) fn all() -> impl Iterator<Item = Offer> {
        PRODUCTS.iter().flat_map(|product| {
            let terms: &[Term] = match product.kind {
                Kind::OneTime => &TERMS[3..],
                Kind::Usage => &TERMS[..1],
                _ => &TERMS[..3],
            };
            terms.iter().map(move |term| Offer {
                product,
                term: *term,
            })
        })
    }

    /// The vendor's id.
    pub(super) fn id(self, world: &World) -> String {
        uuid(world, "pax8 product", self.number())
    }

    /// The vendor's name for it.
    pub(super) fn name(self) -> String {
        match (self.product.maker, self.product.kind) {
            (Maker::Microsoft, Kind::Suite | Kind::Enterprise | Kind::AddOn) => {
                format!("{} [New Commerce Experience]", self.product.name)
            }
            _ => self.product.name.to_owned(),
        }
    }

    fn number(self) -> u64 {
        let at = PRODUCTS.iter().position(|p| p == self.product).unwrap_or(0);
        let term = TERMS.iter().position(|t| *t == self.term).unwrap_or(0);
        (at * TERMS.len() + term) as u64
    }

    fn vendor(self) -> &'static str {
        match self.product.maker {
            Maker::Microsoft => "Microsoft",
            Maker::Acronis => "Acronis",
            Maker::Sophos => "Sophos",
            Maker::Google => "Google",
        }
    }

    fn sku(self) -> String {
        let maker = &self.vendor()[..3].to_uppercase();
        format!("{maker}-NCE-{:03}-C100", 100 + self.number())
    }

    /// The row of a list; by id there is a longer description too.
    pub(super) fn row(self, world: &World) -> Value {
        json!({
            "id": self.id(world), "name": self.name(), "vendorName": self.vendor(),
            "shortDescription": format!("{} by {}", self.product.name, self.vendor()),
            "sku": self.sku(), "vendorSku": self.product.part(),
            "requiresCommitment": matches!(self.term, Term::Year | Term::ThreeYears),
        })
    }

    /// `…/pricing`: content without a page.
    pub(super) fn pricing(self, world: &World) -> Value {
        let read = |text: &str| text.parse::<Money>().unwrap_or_default();
        let row = |cycle: Cycle, months: i64| {
            json!({
                "productId": self.id(world), "productName": self.name(),
                "billingTerm": billing_term(cycle, self.term), "commitmentTerm": commitment(self.term),
                "commitmentTermInMonths": self.term.days() / 30, "type": "Flat", "unitOfMeasurement": "Users",
                "rates": [{
                    "partnerBuyRate": in_cents(read(self.product.cost).times(months)),
                    "suggestedRetailPrice": in_cents(read(self.product.list).times(months)),
                    "startQuantityRange": 1, "endQuantityRange": 300, "chargeType": "Per Unit",
                }],
            })
        };
        let rows = match self.term {
            Term::Perpetual => vec![row(Cycle::OneTime, 1)],
            Term::Month => vec![row(Cycle::Monthly, 1)],
            _ => vec![row(Cycle::Monthly, 1), row(Cycle::Annual, 12)],
        };
        json!({ "content": rows })
    }

    /// `…/dependencies`.
    pub(super) fn dependencies(self, world: &World) -> Value {
        let committed = matches!(self.term, Term::Year | Term::ThreeYears);
        let commitments: Vec<Value> = committed
            .then(|| {
                json!({
                    "id": uuid(world, "pax8 commitment of product", self.number()), "term": commitment(self.term),
                    "autoRenew": true, "renewalWindowDaysBeforeTermEnd": 30, "renewalWindowDaysAfterTermEnd": 0,
                    "allowForQuantityIncrease": true, "allowForQuantityDecrease": false,
                    "allowForEarlyCancellation": false, "cancellationFeeApplied": false, "isTransferable": false,
                })
            })
            .into_iter()
            .collect();
        json!({"commitmentDependencies": commitments, "productDependencies": []})
    }
}

/// The vendor's word for how often it bills.
pub(super) fn billing_term(cycle: Cycle, term: Term) -> &'static str {
    match (cycle, term) {
        (Cycle::OneTime, _) => "One-Time",
        (Cycle::Monthly, _) => "Monthly",
        (Cycle::Annual, Term::ThreeYears) => "3-Year",
        (Cycle::Annual, _) => "Annual",
    }
}

/// The vendor's word for a commitment.
pub(super) fn commitment(term: Term) -> &'static str {
    match term {
        Term::Month => "Monthly",
        Term::Year => "1-Year",
        Term::ThreeYears => "3-Year",
        Term::Perpetual => "One-Time",
    }
}
