//! What the vendor calls things: ids, SKUs, names in two languages.

use super::super::catalogue::{Kind, Maker, Product};
use super::super::dice::Dice;
use super::super::licence::{Cycle, Subscription, Term};
use super::super::party::Customer;
use super::super::world::World;
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

/// The language of names: the account's own, French, unless the caller asks for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    French,
}

impl Language {
    /// What the header `Accept-Language` asks for.
    pub(super) fn of(header: &str) -> Self {
        match header.trim().get(..2) {
            Some("en") => Language::English,
            _ => Language::French,
        }
    }
}

/// An id of the vendor's for a thing of the world, always the same.
pub(super) fn uuid(world: &World, purpose: &str, number: u64) -> String {
    Dice::new(world.seed, purpose, number).guid()
}

/// A customer's id.
pub(super) fn customer_id(world: &World, customer: u64) -> String {
    uuid(world, "sherweb customer", customer)
}

/// The customer of an id.
pub(in super::super) fn customer<'a>(world: &'a World, id: &str) -> Option<&'a Customer> {
    let all = world.customers_at(Vendor::Sherweb);
    all.iter().find(|c| customer_id(world, c.id) == id)
}

/// The vendor's SKU: the thing, its term and how it is billed.
pub(super) fn sku(product: &Product, term: Term, cycle: Cycle) -> String {
    let term = match term {
        Term::Month => "P1M",
        Term::Year => "P1Y",
        Term::ThreeYears => "P3Y",
        Term::Perpetual => "OTP",
    };
    let cycle = match cycle {
        Cycle::Monthly => "M",
        Cycle::Annual => "Y",
        Cycle::OneTime => "O",
    };
    let thing = product.part().replace(':', "-");
    match product.maker {
        Maker::Microsoft => format!("NCE-{thing}-{term}-{cycle}"),
        _ => format!("{thing}-{cycle}"),
    }
}

/// The product's name.
pub(super) fn product_name(product: &Product, language: Language) -> String {
    let nce = match (product.maker, product.kind) {
        (Maker::Microsoft, Kind::Suite | Kind::Enterprise | Kind::AddOn) => " (NCE)",
        _ => "",
    };
    let name = match language {
        Language::English => product.name.to_owned(),
        Language::French => french(product.name),
    };
    format!("{name}{nce}")
}

fn french(name: &str) -> String {
    [
        ("Business Basic", "Entreprise Basique"),
        ("Business Standard", "Entreprise Standard"),
        ("Business Premium", "Entreprise Premium"),
        ("for business", "pour les PME"),
        ("for Business", "pour les PME"),
        ("for enterprise", "pour les grandes entreprises"),
        ("Plan", "Offre"),
        ("Archiving", "Archivage"),
    ]
    .iter()
    .fold(name.to_owned(), |text, (en, fr)| text.replace(en, fr))
}

/// What stands below the name.
pub(super) fn description(s: &Subscription, language: Language) -> String {
    let text = match (s.term, s.cycle, language) {
        (Term::Perpetual, _, Language::English) => "Perpetual licence",
        (Term::Perpetual, _, Language::French) => "Licence perpétuelle",
        (Term::Month, _, Language::English) => "Monthly commitment, monthly billing",
        (Term::Month, _, Language::French) => "Engagement mensuel, facturation mensuelle",
        (_, Cycle::Annual, Language::English) => "Annual commitment, yearly billing",
        (_, Cycle::Annual, Language::French) => "Engagement annuel, facturation annuelle",
        (_, _, Language::English) => "Annual commitment, monthly billing",
        (_, _, Language::French) => "Engagement annuel, facturation mensuelle",
    };
    text.to_owned()
}

/// A time with seven decimals; some without a zone, as in the vendor's own examples.
pub(super) fn time(at: Ts, number: u64) -> String {
    let text = at.to_string();
    let zone = if number.is_multiple_of(4) { "" } else { "Z" };
    format!(
        "{}.{:07}{zone}",
        text.trim_end_matches('Z'),
        number * 61 % 10_000_000
    )
}
