//! One account as a distributor beside the first holds it: the same organisation, written down by somebody else.

use crate::domain::time::Ts;

use super::dice::Dice;
use super::distort;
use super::organisation::Maker;
use super::party::{Company, Customer};
use super::records::{self, Mail};

/// Where an account comes from.
pub(super) enum Origin<'a> {
    /// The first distributor serves it too.
    Shared(&'a Customer, Option<u32>),
    /// The PSA has it.
    Company(&'a Company),
    /// Nobody knows it.
    New,
}

/// The account as this distributor holds it, and the company it really is.
pub(super) fn account(
    origin: &Origin<'_>,
    base: Ts,
    maker: &mut Maker,
    dice: &mut Dice,
) -> (Customer, Option<u32>) {
    let org = maker.make();
    let mail = *dice.weighted(&[(80, Mail::Own), (10, Mail::Tenant), (10, Mail::Generic)]);
    let fresh = records::customer(&org, org.name.legal(), mail, base, dice);
    match origin {
        Origin::New => (fresh, None),
        Origin::Shared(known, company) => {
            let customer = Customer {
                organisation: respelt(&known.organisation, dice),
                uid: fresh.uid,
                created: fresh.created,
                updated: fresh.updated,
                active: fresh.active,
                ..(*known).clone()
            };
            (customer, *company)
        }
        Origin::Company(company) => {
            let domain = domain_of(company);
            let local = dice.pick(&["accounts", "office", "it", "info"]);
            let country = country_code(&company.country);
            let customer = Customer {
                organisation: respelt(&company.name, dice),
                email: domain
                    .as_ref()
                    .map(|host| format!("{local}@{host}"))
                    .or(fresh.email),
                phone: (!company.phone.is_empty()).then(|| company.phone.clone()),
                street: company.address.clone(),
                suite: None,
                city: company.city.clone(),
                state: company.state.clone(),
                zip: company.postal_code.clone(),
                currency: if country == "CA" { "CAD" } else { "USD" },
                country: country.to_owned(),
                tenant_id: tenant_of(company),
                tenant_domain: domain.unwrap_or(fresh.tenant_domain),
                ..fresh
            };
            (customer, Some(company.id))
        }
    }
}

/// The same Microsoft tenant at every distributor.
fn tenant_of(company: &Company) -> String {
    match company.tenant_id.is_empty() {
        true => Dice::new(u64::from(company.id), "tenant", 0).guid(),
        false => company.tenant_id.clone(),
    }
}

fn domain_of(company: &Company) -> Option<String> {
    if !company.email_domain.is_empty() {
        return Some(company.email_domain.clone());
    }
    let host = company.website.trim_start_matches("https://");
    let host = host
        .trim_start_matches("http://")
        .trim_start_matches("www.");
    let host = host.trim_end_matches('/');
    (!host.is_empty()).then(|| host.to_owned())
}

fn country_code(country: &str) -> &str {
    match country {
        "United States" => "US",
        "Canada" => "CA",
        "United Kingdom" => "GB",
        "Germany" => "DE",
        "France" => "FR",
        "Netherlands" => "NL",
        "Sweden" => "SE",
        "Spain" => "ES",
        "Australia" => "AU",
        code => code,
    }
}

/// The name as somebody else typed it.
fn respelt(name: &str, dice: &mut Dice) -> String {
    let same = || name.to_owned();
    match dice.below(20) {
        0..=8 => same(),
        9..=10 => distort::recased(name, dice),
        11..=13 => distort::without_form(name),
        14..=15 => distort::typo(name, dice),
        16 => distort::ampersand(name, dice).unwrap_or_else(same),
        17 => distort::respaced(name, dice),
        18 => distort::abbreviated(name).unwrap_or_else(same),
        _ => distort::truncated(name, 28),
    }
}
