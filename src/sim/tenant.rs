//! The people of the tenant: for each customer a case, and what both sides make of it; then the PSA's other companies.

use crate::domain::time::Ts;

use super::cases::Case;
use super::dice::Dice;
use super::organisation::{Maker, Organisation};
use super::party::{Company, Customer};
use super::records::{self, Detail, Mail};
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
pub(super) struct Build {
    base: Ts,
    pub(super) maker: Maker,
    pub(super) dice: Dice,
    pub(super) customers: Vec<Customer>,
    pub(super) companies: Vec<Company>,
    links: Vec<(Option<usize>, Case)>,
    /// Child and parent.
    pub(super) parents: Vec<(usize, usize)>,
    /// Organisations that are easy to find, with their company: second tenants belong to these.
    pub(super) clear: Vec<(Organisation, usize)>,
    pub(super) msp_seen: bool,
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
        match case {
            Case::Branch => self.branch(),
            Case::OldDuplicate => self.old_duplicate(),
            Case::SecondTenant => self.second_tenant(),
            Case::ClearSister | Case::UnclearSister => self.sister(case),
            Case::Namesake => self.namesake(),
            Case::EqualDuplicate => self.equal_duplicate(),
            Case::NotInPsa | Case::LikeName | Case::SameOwner | Case::MspOwn => {
                self.without_counterpart(case)
            }
            Case::HiddenFormer | Case::HiddenTradingAs => self.hidden(case),
            spelling => self.spelling(spelling),
        }
    }

    /// A new company; its place in the list is how it is known here.
    pub(super) fn company(&mut self, org: &Organisation, name: String, detail: Detail) -> usize {
        self.companies
            .push(records::company(org, name, detail, &mut self.dice));
        self.companies.len() - 1
    }

    /// A new customer and the company it belongs to.
    pub(super) fn customer(
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::world::Difficulty;
    use super::*;

    fn people(seed: u64, count: usize) -> People {
        build(seed, count, "2026-11-24T08:00:00Z".parse().unwrap())
    }

    /// What is left to tell by when the name is not quite enough.
    fn second_signal(customer: &Customer, company: &Company) -> bool {
        let line = |text: &str| -> String {
            let number = text.split('x').next().unwrap_or_default();
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            digits.chars().rev().take(7).collect()
        };
        let host = customer.email.as_deref().and_then(|e| e.split('@').nth(1));
        let domain = host.is_some_and(|h| company.email_domain == h || company.website.contains(h));
        let ours = customer.phone.as_deref().map(line).unwrap_or_default();
        let phone = ours.len() == 7 && ours == line(&company.phone);
        let street = company.address.split(' ').next() == customer.street.split(' ').next();
        domain || phone || street
    }

    #[test]
    fn clear_customers_have_a_second_signal_and_others_no_counterpart() {
        let p = people(4, 1000);
        for (customer, truth) in p.customers.iter().zip(&p.truth) {
            let company = p.companies.iter().find(|c| Some(c.id) == truth.company);
            match truth.difficulty {
                Difficulty::Clear => {
                    let company = company.unwrap();
                    assert!(
                        second_signal(customer, company),
                        "{customer:?}\n{company:?}"
                    );
                }
                Difficulty::Look => assert!(company.is_some()),
                Difficulty::NoCounterpart => {
                    assert!(company.is_none());
                    let named = p.companies.iter().any(|c| c.name == customer.organisation);
                    assert!(!named, "{}", customer.organisation);
                }
            }
        }
    }

    #[test]
    fn differences_of_spelling_are_real() {
        let p = people(6, 1000);
        for (customer, truth) in p.customers.iter().zip(&p.truth) {
            let spelt = [
                "legal form",
                "typo",
                "ampersand",
                "abbreviation",
                "truncated",
                "diacritics",
                "spacing",
            ];
            let company = p.companies.iter().find(|c| Some(c.id) == truth.company);
            if let Some(company) = company.filter(|_| spelt.contains(&truth.case)) {
                assert_ne!(customer.organisation, company.name, "{}", truth.case);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_seed_and_size_gives_that_many(seed: u64, count in 0usize..60) {
            let p = people(seed, count);
            prop_assert_eq!(p.customers.len(), count);
            prop_assert_eq!(p.truth.len(), count);
            prop_assert!(p.companies.len() >= 2 * count);
            prop_assert!(p.companies.iter().all(|c| !c.name.trim().is_empty()));
        }
    }
}
