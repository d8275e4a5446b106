//! Another distributor's share of the MSP's customers: some organisations that the first distributor serves too, some
//! that the PSA alone knew, a few that nobody knows; each written down in this distributor's own way.

use std::collections::HashSet;

use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

use super::baskets;
use super::catalogue::{Kind, PRODUCTS, Product};
use super::dice::Dice;
use super::distort;
use super::licence::{Status, Subscription};
use super::organisation::Maker;
use super::party::{Company, Customer};
use super::records::{self, Mail};
use super::world::{DAY, Difficulty, Truth, World};

/// What one distributor beside the first holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Whose it is.
    pub vendor: Vendor,
    /// In the order of their ids.
    pub customers: Vec<Customer>,
    /// One for each customer.
    pub truth: Vec<Truth>,
    /// Of these customers.
    pub subscriptions: Vec<Subscription>,
}

/// Where an account comes from.
enum Origin<'a> {
    /// The first distributor serves it too.
    Shared(&'a Customer, Option<u32>),
    /// The PSA has it.
    Company(&'a Company),
    /// Nobody knows it.
    New,
}

/// The share of one distributor: `count` customers.
pub(super) fn build(world: &World, vendor: Vendor, count: usize) -> Share {
    let mut dice = Dice::new(world.seed, vendor.tag(), 0);
    let mut pool = Pool::new(world, &mut dice);
    let mut maker = Maker::new(world.seed ^ dice.below(1 << 30) as u64);
    let mut share = Share {
        vendor,
        customers: Vec::new(),
        truth: Vec::new(),
        subscriptions: Vec::new(),
    };
    for n in 0..count {
        let mut dice = Dice::new(world.seed, vendor.tag(), 1 + n as u64);
        let origin = pool.next(&mut dice);
        let (mut customer, company) = account(&origin, world.base, &mut maker, &mut dice);
        customer.id = 700_000 + 11 * n as u64;
        let held = match origin {
            Origin::Shared(at_first, _) => held(world, at_first.id),
            Origin::Company(_) | Origin::New => Vec::new(),
        };
        buy(
            &mut share.subscriptions,
            &customer,
            &held,
            world,
            vendor,
            &mut dice,
        );
        share.truth.push(Truth {
            customer: customer.id,
            company,
            difficulty: match company {
                Some(_) => Difficulty::Look,
                None => Difficulty::NoCounterpart,
            },
            case: "share",
        });
        share.customers.push(customer);
    }
    share
}

/// Who is left to buy here.
struct Pool<'a> {
    shared: Vec<(&'a Customer, Option<u32>)>,
    companies: Vec<&'a Company>,
}

impl<'a> Pool<'a> {
    fn new(world: &'a World, dice: &mut Dice) -> Self {
        let taken: HashSet<u32> = world.truth.iter().filter_map(|t| t.company).collect();
        let names: HashSet<&str> = world
            .companies
            .iter()
            .filter(|c| taken.contains(&c.id))
            .map(|c| c.name.as_str())
            .collect();
        let free = |c: &&Company| {
            c.status == "Active"
                && c.kind == "Client"
                && !taken.contains(&c.id)
                && !names.contains(c.name.as_str())
                && !c.city.is_empty()
        };
        let mut companies: Vec<&Company> = world.companies.iter().filter(free).collect();
        let mut shared: Vec<(&Customer, Option<u32>)> = world
            .customers
            .iter()
            .zip(&world.truth)
            .filter(|(_, truth)| truth.case != "msp's own")
            .map(|(customer, truth)| (customer, truth.company))
            .collect();
        dice.shuffle(&mut companies);
        dice.shuffle(&mut shared);
        Self { shared, companies }
    }

    fn next(&mut self, dice: &mut Dice) -> Origin<'a> {
        let shared = |pool: &mut Self| pool.shared.pop().map(|(c, to)| Origin::Shared(c, to));
        let company = |pool: &mut Self| pool.companies.pop().map(Origin::Company);
        let found = match dice.below(100) {
            0..=44 => shared(self).or_else(|| company(self)),
            45..=91 => company(self).or_else(|| shared(self)),
            _ => None,
        };
        found.unwrap_or(Origin::New)
    }
}

/// The account as this distributor holds it, and the company it really is.
fn account(
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
                tenant_id: tenant_of(company, fresh.tenant_id),
                tenant_domain: domain.unwrap_or(fresh.tenant_domain),
                ..fresh
            };
            (customer, Some(company.id))
        }
    }
}

/// The same Microsoft tenant at every distributor.
fn tenant_of(company: &Company, otherwise: String) -> String {
    match company.tenant_id.is_empty() {
        true if company.id == 0 => otherwise,
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

/// What a customer pays for at the first distributor.
fn held(world: &World, customer: u64) -> Vec<&'static Product> {
    world
        .subscriptions
        .iter()
        .filter(|s| s.customer == customer && s.status.is_billed() && !s.trial)
        .map(|s| s.product)
        .filter(|p| !matches!(p.kind, Kind::Usage | Kind::OneTime))
        .collect()
}

/// One customer's subscriptions here. Who buys elsewhere already buys other things here, now and then the same.
fn buy(
    out: &mut Vec<Subscription>,
    customer: &Customer,
    held: &[&'static Product],
    world: &World,
    vendor: Vendor,
    dice: &mut Dice,
) {
    let of = |kinds: &[Kind]| -> Vec<(u32, &'static Product)> {
        let fits = |p: &&Product| kinds.contains(&p.kind) && !held.contains(p);
        PRODUCTS
            .iter()
            .filter(fits)
            .map(|p| (p.weight, p))
            .collect()
    };
    let suites = of(match customer.staff {
        120.. => &[Kind::Enterprise],
        _ => &[Kind::Suite],
    });
    let rest = of(&[Kind::AddOn, Kind::AddOn, Kind::Usage]);
    let count = if dice.chance(3) {
        0
    } else {
        dice.between(1, 8)
    };
    let all_ended = dice.chance(3);
    let mut bought: Vec<&'static Product> = Vec::new();
    for n in 0..count {
        let product: &'static Product = match n {
            0 if !held.is_empty() && dice.chance(35) => held[dice.below(held.len())],
            0 if held.is_empty() && !suites.is_empty() => {
                dice.weighted::<&'static Product>(&suites)
            }
            1 if dice.chance(11) => bought.first().copied().unwrap_or(&PRODUCTS[0]),
            _ => dice.weighted::<&'static Product>(&rest),
        };
        if n > 1 && bought.contains(&product) {
            continue;
        }
        bought.push(product);
        let number = out.len() as u64;
        let mut sub = baskets::subscription(number, customer, product, world.base, dice);
        for amount in [&mut sub.cost, &mut sub.price, &mut sub.msrp] {
            *amount = amount.scaled(level(vendor), 1000);
        }
        if all_ended {
            sub.status = Status::Cancelled;
            sub.auto_renew = false;
            sub.updated = world.base.plus_seconds(-9 * DAY);
        }
        out.push(sub);
    }
}

/// What a distributor asks for the same, in thousandths of the first one's price.
fn level(vendor: Vendor) -> i64 {
    match vendor {
        Vendor::Synnex => 1000,
        Vendor::Pax8 => 1012,
        Vendor::Sherweb => 993,
        Vendor::IngramMicro => 1021,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::world::usual_shares;
    use super::*;

    fn world() -> World {
        World::with_shares(
            1,
            200,
            "2026-11-24T08:00:00Z".parse().unwrap(),
            &usual_shares(200),
        )
    }

    #[test]
    fn the_first_distributor_is_as_it_was_and_the_others_overlap_with_it() {
        let (alone, all) = (World::new(1, 200, world().base), world());
        assert_eq!(alone.customers, all.customers);
        assert_eq!(alone.subscriptions, all.subscriptions);
        assert_eq!(alone.companies, all.companies);
        assert_ne!(alone.lines, all.lines);
        assert_eq!(all, world());
        let at_first: HashMap<u32, u64> = (all.truth.iter())
            .filter_map(|t| Some((t.company?, t.customer)))
            .collect();
        let mut twice = 0;
        for share in &all.shares {
            assert_eq!(share.customers.len(), share.truth.len());
            assert!(
                share.subscriptions.len() > 2 * share.customers.len(),
                "{}",
                share.vendor
            );
            let shared = share
                .truth
                .iter()
                .filter(|t| t.company.is_some_and(|c| at_first.contains_key(&c)));
            assert!(
                shared.count() * 4 > share.customers.len(),
                "{}",
                share.vendor
            );
            assert!(share.truth.iter().any(|t| t.company.is_none()));
            for (customer, truth) in share.customers.iter().zip(&share.truth) {
                let Some(first) = truth.company.and_then(|c| at_first.get(&c)) else {
                    continue;
                };
                let there = super::held(&all, *first);
                let here = share
                    .subscriptions
                    .iter()
                    .filter(|s| s.customer == customer.id);
                twice += usize::from(
                    here.filter(|s| s.status.is_billed())
                        .any(|s| there.contains(&s.product)),
                );
            }
        }
        assert!(twice > 5, "{twice} customers buy one thing twice");
    }

    #[test]
    fn one_organisation_has_one_tenant_everywhere() {
        let all = world();
        let mut tenants: HashMap<u32, HashSet<&str>> = HashMap::new();
        for share in &all.shares {
            for (customer, truth) in share.customers.iter().zip(&share.truth) {
                let Some(company) = truth.company else {
                    continue;
                };
                tenants
                    .entry(company)
                    .or_default()
                    .insert(&customer.tenant_id);
            }
        }
        let known: HashMap<u32, &str> = (all.companies.iter())
            .filter(|c| !c.tenant_id.is_empty())
            .map(|c| (c.id, c.tenant_id.as_str()))
            .collect();
        for (company, of) in &tenants {
            // A second tenant of one organisation is a case of its own.
            assert!(of.len() <= 2, "{company}: {of:?}");
        }
        assert!(
            tenants
                .iter()
                .any(|(c, of)| known.get(c).is_some_and(|t| of.contains(t)))
        );
    }

    #[test]
    fn a_week_moves_every_share() {
        let (before, mut after) = (world(), world());
        after.advance_week();
        for (a, b) in before.shares.iter().zip(&after.shares) {
            assert_ne!(a.subscriptions, b.subscriptions);
            assert_eq!(a.customers, b.customers);
        }
        let mut alone = World::new(1, 200, before.base);
        alone.advance_week();
        assert_eq!(alone.subscriptions, after.subscriptions);
    }
}
