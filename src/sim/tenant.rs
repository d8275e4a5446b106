//! The people of the tenant: for each customer a case, and what both sides make of it; then the PSA's other companies.

use crate::domain::time::Ts;

use super::cases::Case;
use super::dice::Dice;
use super::distort;
use super::organisation::{Maker, Organisation};
use super::party::{Company, Customer};
use super::places::Country;
use super::records::{self, Detail, Mail};
use super::words_abroad::TRANSLITERATED;
use super::world::{MSP_DOMAIN, MSP_NAME, Truth};

/// Both sides and the truth.
pub(super) struct People {
    /// At the distributor.
    pub(super) customers: Vec<Customer>,
    /// In the PSA.
    pub(super) companies: Vec<Company>,
    /// One for each customer.
    pub(super) truth: Vec<Truth>,
}

/// Rows in the making: companies are known by their place in the list until they get numbers.
struct Build {
    base: Ts,
    maker: Maker,
    dice: Dice,
    customers: Vec<Customer>,
    companies: Vec<Company>,
    links: Vec<(Option<usize>, Case)>,
    parents: Vec<(usize, usize)>,
    clear: Vec<(Organisation, usize)>,
    msp_seen: bool,
}

/// A tenant of `count` customers and about twice as many companies.
pub(super) fn build(seed: u64, count: usize, base: Ts) -> People {
    let mut cases: Vec<Case> = (0..count)
        .map(|i| Case::at(u32::try_from((2 * i + 1) * 500 / count).unwrap_or(0)))
        .collect();
    Dice::new(seed, "cases", 0).shuffle(&mut cases);
    let mut build = Build {
        base,
        maker: Maker::new(seed),
        dice: Dice::new(seed, "tenant", 0),
        customers: Vec::new(),
        companies: Vec::new(),
        links: Vec::new(),
        parents: Vec::new(),
        clear: Vec::new(),
        msp_seen: false,
    };
    for case in cases {
        build.add(case);
    }
    build.fill(count * 2);
    build.finish(seed)
}

impl Build {
    fn add(&mut self, case: Case) {
        let org = match case {
            Case::Diacritics => {
                let country = *self.dice.pick(&[
                    Country::De,
                    Country::Fr,
                    Country::Se,
                    Country::Es,
                    Country::De,
                ]);
                self.maker.make_in(country)
            }
            _ => self.maker.make(),
        };
        let legal = org.name.legal();
        match case {
            Case::Same => self.pair(case, &org, legal.clone(), legal),
            Case::Recased => {
                let other = distort::recased(&legal, &mut self.dice);
                self.pair(case, &org, other, legal);
            }
            Case::LegalForm => {
                let other = org.name.with_other_form(&mut self.dice);
                self.either_way(case, &org, other, legal);
            }
            Case::Typo => {
                let other = distort::typo(&legal, &mut self.dice);
                self.either_way(case, &org, other, legal);
            }
            Case::Order => {
                let other = distort::reordered(&org.name.core, &mut self.dice);
                self.either_way(case, &org, other, legal);
            }
            Case::Ampersand => {
                let core = distort::ampersand(&org.name.core, &mut self.dice)
                    .unwrap_or_else(|| format!("{} & Associates", org.name.core));
                self.either_way(
                    case,
                    &org,
                    core.clone(),
                    distort::ampersand(&core, &mut self.dice.clone()).unwrap_or(core),
                );
            }
            Case::Spacing => {
                let other = distort::respaced(&legal, &mut self.dice);
                self.either_way(case, &org, other, legal);
            }
            Case::Diacritics => {
                let other = distort::without_accents(&legal, &mut self.dice)
                    .unwrap_or_else(|| legal.to_uppercase());
                self.either_way(case, &org, other, legal);
            }
            Case::Abbreviated => {
                let other = distort::abbreviated(&legal).unwrap_or_else(|| org.name.core.clone());
                self.either_way(case, &org, other, legal);
            }
            Case::Truncated => {
                let long = format!("{} of {}", org.name.core, org.town.city);
                let width = 24 + self.dice.below(8);
                self.pair(case, &org, distort::truncated(&long, width), long);
            }
            Case::TradingAs => {
                let brand = self.maker.make_in(org.country).name.core;
                let joined = format!(
                    "{legal} {} {brand}",
                    self.dice.pick(&["dba", "DBA", "d/b/a", "t/a"])
                );
                self.either_way(case, &org, joined, brand);
            }
            Case::AcronymWithDomain => {
                let long = self.long_name(&org);
                let short = distort::acronym(&long).unwrap_or_else(|| long.clone());
                self.either_way(case, &org, short, long);
            }
            Case::Former => {
                let before = self.maker.make_in(org.country).name.core;
                let word = *self.dice.pick(&["formerly", "f/k/a", "fka", "prev."]);
                self.either_way(
                    case,
                    &org,
                    before.clone(),
                    format!("{} ({word} {before})", org.name.core),
                );
            }
            Case::NoDomain => {
                let at = self.company(&org, legal.clone(), Detail::Full);
                let mail = *self
                    .dice
                    .pick(&[Mail::Generic, Mail::Absent, Mail::Generic]);
                self.customer(case, &org, legal, mail, Some(at));
            }
            Case::Transliterated => {
                let (native, latin, stem) = *self.dice.pick(TRANSLITERATED);
                let org = Organisation {
                    domain: format!("{stem}.com"),
                    ..org
                };
                self.pair(case, &org, native.to_owned(), latin.to_owned());
            }
            Case::Branch => self.branch(&org),
            Case::OldDuplicate => self.old_duplicate(&org),
            Case::SecondTenant => self.second_tenant(org),
            Case::ClearSister | Case::UnclearSister => self.sister(case, &org),
            _ => self.add_unclear(case, &org),
        }
    }

    fn add_unclear(&mut self, case: Case, org: &Organisation) {
        let legal = org.name.legal();
        match case {
            Case::BareAcronym => {
                let long = self.long_name(org);
                let short = distort::acronym(&long).unwrap_or_else(|| long.clone());
                self.bare(case, org, short, long);
            }
            Case::BareTypo => {
                let twice = distort::typo(
                    &distort::typo(&org.name.core, &mut self.dice),
                    &mut self.dice,
                );
                self.bare(case, org, twice, legal);
            }
            Case::HiddenFormer | Case::HiddenTradingAs => {
                let other = self.maker.make_in(org.country).name.legal();
                let at = self.company(org, other, Detail::Full);
                let mail = if case == Case::HiddenFormer {
                    Mail::Generic
                } else {
                    Mail::Own
                };
                self.customer(case, org, legal, mail, Some(at));
            }
            Case::Namesake => {
                let other = self.maker.elsewhere(org);
                let first = self.company(
                    &Organisation {
                        domain: String::new(),
                        ..org.clone()
                    },
                    legal,
                    Detail::Sparse,
                );
                let core = org.name.core.clone();
                self.company(
                    &Organisation {
                        domain: String::new(),
                        ..other
                    },
                    core.clone(),
                    Detail::Sparse,
                );
                self.forget_site(2);
                self.bare_customer(case, org, core, first);
            }
            Case::EqualDuplicate => {
                let first = self.company(org, legal.clone(), Detail::Usual);
                let twin = self.companies.get(first).cloned();
                self.companies.extend(twin);
                self.customer(case, org, legal, Mail::Own, Some(first));
            }
            Case::LikeName => {
                let first = org
                    .name
                    .core
                    .split(' ')
                    .next()
                    .unwrap_or("Summit")
                    .to_owned();
                let other = self.maker.make_in(org.country);
                let rest = self
                    .dice
                    .pick(&["Partners LLC", "Group", "& Co.", "Services Inc"]);
                self.company(&other, format!("{first} {rest}"), Detail::Usual);
                self.customer(case, org, legal, Mail::Own, None);
            }
            Case::SameOwner => {
                let other = self.maker.make_in(org.country);
                let shared = Organisation {
                    domain: org.domain.clone(),
                    contact: org.contact.clone(),
                    ..other
                };
                let name = shared.name.legal();
                self.company(&shared, name, Detail::Full);
                self.customer(case, org, legal, Mail::Own, None);
            }
            Case::MspOwn => {
                let name = if self.msp_seen {
                    legal
                } else {
                    format!("{MSP_NAME} - INTERNAL (NFR)")
                };
                self.msp_seen = true;
                self.customer(case, org, name, Mail::Msp, None);
            }
            _ => self.customer(case, org, legal, Mail::Own, None),
        }
    }

    /// The usual pair, with a second signal beside the name.
    fn pair(&mut self, case: Case, org: &Organisation, at_distributor: String, in_psa: String) {
        let mail = *self.dice.weighted(&[
            (70, Mail::Own),
            (16, Mail::Tenant),
            (11, Mail::Generic),
            (3, Mail::Absent),
        ]);
        let needs_domain = !matches!(
            case,
            Case::Same | Case::Recased | Case::LegalForm | Case::Ampersand | Case::Spacing
        );
        let (mail, detail) = match (mail, needs_domain) {
            (Mail::Own, _) => (Mail::Own, Detail::Usual),
            (_, true) => (Mail::Own, Detail::Full),
            (other, false) => (other, Detail::Full),
        };
        let at = self.company(org, in_psa, detail);
        if let Some(row) = self
            .companies
            .get_mut(at)
            .filter(|r| r.website.is_empty() && r.email_domain.is_empty())
        {
            row.email_domain = org.domain.clone();
        }
        self.customer(case, org, at_distributor, mail, Some(at));
        self.clear.push((org.clone(), at));
    }

    fn either_way(&mut self, case: Case, org: &Organisation, a: String, b: String) {
        if self.dice.chance(70) {
            self.pair(case, org, a, b);
        } else {
            self.pair(case, org, b, a);
        }
    }

    /// A pair without any evidence but the town.
    fn bare(&mut self, case: Case, org: &Organisation, at_distributor: String, in_psa: String) {
        let at = self.company(org, in_psa, Detail::Sparse);
        self.forget_site(1);
        self.bare_customer(case, org, at_distributor, at);
    }

    fn bare_customer(&mut self, case: Case, org: &Organisation, name: String, at: usize) {
        self.customer(case, org, name, Mail::Generic, Some(at));
        if let Some(row) = self.customers.last_mut() {
            row.phone = None;
            row.street = "PO Box 12".to_owned();
            row.suite = None;
            if case == Case::Namesake {
                row.city.clear();
                row.zip.clear();
            }
        }
    }

    /// Leaves the last `rows` companies without domain, address and phone.
    fn forget_site(&mut self, rows: usize) {
        for row in self.companies.iter_mut().rev().take(rows) {
            row.website.clear();
            row.email_domain.clear();
            row.phone.clear();
            row.address.clear();
            row.tenant_id.clear();
        }
    }

    fn branch(&mut self, org: &Organisation) {
        let other = self.maker.elsewhere(org);
        let (core, dash) = (&org.name.core, *self.dice.pick(&[" - ", " (", " – "]));
        let close = if dash == " (" { ")" } else { "" };
        let named = |o: &Organisation| format!("{core}{dash}{}{close}", o.town.city);
        let at = self.company(org, named(org), Detail::Full);
        let second = self.company(&other, named(&other), Detail::Full);
        if self.dice.chance(40) {
            let head = self.maker.elsewhere(org);
            let parent = self.company(&head, org.name.legal(), Detail::Usual);
            self.parents.extend([(at, parent), (second, parent)]);
        }
        self.customer(
            Case::Branch,
            org,
            format!("{core} {}", org.town.city),
            Mail::Own,
            Some(at),
        );
    }

    fn old_duplicate(&mut self, org: &Organisation) {
        let legal = org.name.legal();
        let at = self.company(org, legal.clone(), Detail::Full);
        let mark = *self.dice.pick(&["zz", "zz (OLD) ", "zzz_", "(OLD) "]);
        let old = if mark == "zz" {
            format!("zz {} (OLD)", org.name.core)
        } else {
            format!("{mark}{}", org.name.core)
        };
        let row = self.company(org, old, Detail::Sparse);
        if let Some(row) = self.companies.get_mut(row) {
            row.status = "Inactive";
        }
        self.customer(Case::OldDuplicate, org, legal, Mail::Own, Some(at));
    }

    fn second_tenant(&mut self, unused: Organisation) {
        let Some((org, at)) = (!self.clear.is_empty()).then(|| self.dice.pick(&self.clear).clone())
        else {
            let legal = unused.name.legal();
            return self.pair(Case::SecondTenant, &unused, legal.clone(), legal);
        };
        let again = Organisation {
            tenant: format!("{}2", org.tenant),
            tenant_id: self.dice.guid(),
            ..org.clone()
        };
        let name = format!(
            "{}{}",
            org.name.legal(),
            self.dice.pick(&["", " (2)", " - Azure", " CSP"])
        );
        self.customer(Case::SecondTenant, &again, name, Mail::Own, Some(at));
    }

    /// Parent and sister share the domain and the switchboard.
    fn sister(&mut self, case: Case, org: &Organisation) {
        let first = org
            .name
            .core
            .split([' ', ','])
            .next()
            .unwrap_or("Summit")
            .to_owned();
        let (parent, sister) = (
            format!("{first} Holdings LLC"),
            format!("{first} Properties, LLC"),
        );
        let detail = if case == Case::ClearSister {
            Detail::Full
        } else {
            Detail::Usual
        };
        let at = self.company(org, org.name.legal(), detail);
        let up = self.company(org, parent, detail);
        let side = self.company(org, sister, detail);
        self.parents.extend([(at, up), (side, up)]);
        let name = if case == Case::ClearSister {
            org.name.legal()
        } else {
            format!("{first} Group")
        };
        self.customer(case, org, name, Mail::Own, Some(at));
    }

    fn long_name(&self, org: &Organisation) -> String {
        match org.name.core.split(' ').count() {
            0..=2 => format!("{} Associates of {}", org.name.core, org.town.city),
            _ => org.name.core.clone(),
        }
    }

    fn company(&mut self, org: &Organisation, name: String, detail: Detail) -> usize {
        self.companies
            .push(records::company(org, name, detail, &mut self.dice));
        self.companies.len() - 1
    }

    fn customer(
        &mut self,
        case: Case,
        org: &Organisation,
        name: String,
        mail: Mail,
        company: Option<usize>,
    ) {
        let mut row = records::customer(org, name, mail, self.base, &mut self.dice);
        if case == Case::NoDomain || case == Case::HiddenFormer {
            row.phone = Some(org.phone.clone());
        }
        self.customers.push(row);
        self.links.push((company, case));
    }

    /// The rest of the PSA: companies that buy nothing from this distributor, old ones, prospects, and oddities.
    fn fill(&mut self, wanted: usize) {
        if wanted >= 20 {
            let odd = [
                "zz Catchall - do not delete",
                "TEST COMPANY (do not use)",
                "Walk-in Customer",
            ];
            self.companies.extend(odd.map(|name| Company {
                name: name.to_owned(),
                status: "Active",
                kind: "Client",
                ..Company::default()
            }));
            self.companies.push(Company {
                name: format!("{MSP_NAME}, Inc."),
                status: "Active",
                kind: "Owner",
                website: format!("www.{MSP_DOMAIN}"),
                ..Company::default()
            });
        }
        while self.companies.len() < wanted {
            let org = self.maker.make();
            let name = if self.dice.chance(70) {
                org.name.legal()
            } else {
                org.name.with_other_form(&mut self.dice)
            };
            let at = self.company(&org, name, Detail::Usual);
            let (status, kind) = *self.dice.weighted(&[
                (58, ("Active", "Client")),
                (24, ("Inactive", "Client")),
                (14, ("Prospect", "Prospect")),
                (4, ("Active", "Vendor")),
            ]);
            if let Some(row) = self.companies.get_mut(at) {
                (row.status, row.kind) = (status, kind);
            }
        }
    }

    /// Puts the companies in another order, and gives everything its number.
    fn finish(mut self, seed: u64) -> People {
        let mut dice = Dice::new(seed, "numbers", 0);
        let mut order: Vec<usize> = (0..self.companies.len()).collect();
        dice.shuffle(&mut order);
        let mut ids = vec![0u32; order.len()];
        let mut next = 1_040;
        for at in &order {
            next += 1 + u32::try_from(dice.below(5)).unwrap_or(0);
            ids[*at] = next;
        }
        for (company, id) in self.companies.iter_mut().zip(&ids) {
            company.id = *id;
        }
        for (child, parent) in &self.parents {
            self.companies[*child].parent = ids.get(*parent).copied();
        }
        self.companies.sort_by_key(|c| c.id);
        let mut id = 400_100;
        let mut truth = Vec::new();
        for (customer, (company, case)) in self.customers.iter_mut().zip(&self.links) {
            id += 3 + u64::try_from(dice.between(0, 50)).unwrap_or(0);
            customer.id = id;
            let (difficulty, word) = case.words();
            truth.push(Truth {
                customer: id,
                company: company.and_then(|at| ids.get(at).copied()),
                difficulty,
                case: word,
            });
        }
        People {
            customers: self.customers,
            companies: self.companies,
            truth,
        }
    }
}
