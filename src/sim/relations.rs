//! The cases in which a customer has relatives: branches, sisters, namesakes, duplicates, or nobody at all.

use super::cases::Case;
use super::naming::Name;
use super::organisation::Organisation;
use super::places::Country;
use super::records::{Detail, Mail};
use super::tenant::Build;
use super::world::MSP_NAME;

impl Build {
    /// Several sites in the PSA, sometimes with a head office; the customer names one.
    pub(super) fn branch(&mut self) {
        let org = self.maker.make();
        let other = self.maker.elsewhere(&org);
        let (core, dash) = (&org.name.core, *self.dice.pick(&[" - ", " (", " – "]));
        let close = if dash == " (" { ")" } else { "" };
        let named = |o: &Organisation| format!("{core}{dash}{}{close}", o.town.city);
        let at = self.company(&org, named(&org), Detail::Full);
        let second = self.company(&other, named(&other), Detail::Full);
        if self.dice.chance(40) {
            let head = self.maker.elsewhere(&org);
            let parent = self.company(&head, org.name.legal(), Detail::Usual);
            self.parents.extend([(at, parent), (second, parent)]);
        }
        let name = format!(
            "{core}{}{}",
            self.dice.pick(&[" ", " - ", ", "]),
            org.town.city
        );
        self.customer(Case::Branch, &org, name, Mail::Own, Some(at));
    }

    /// Twice in the PSA, one marked as old.
    pub(super) fn old_duplicate(&mut self) {
        let org = self.maker.make();
        let (core, legal) = (&org.name.core, org.name.legal());
        let at = self.company(&org, legal.clone(), Detail::Full);
        let old = match self.dice.below(5) {
            0 => format!("zz {core} (OLD)"),
            1 => format!("zzz_{core}"),
            2 => format!("(OLD) {core}"),
            3 => format!("{core} - DO NOT USE"),
            _ => format!("ZZ-{core}"),
        };
        let row = self.company(&org, old, Detail::Sparse);
        if let Some(row) = self.companies.get_mut(row) {
            row.status = "Inactive";
        }
        self.customer(Case::OldDuplicate, &org, legal, Mail::Own, Some(at));
    }

    /// A second tenant of an organisation that has one already.
    pub(super) fn second_tenant(&mut self) {
        if self.clear.is_empty() {
            let org = self.maker.make();
            let legal = org.name.legal();
            return self.pair(Case::SecondTenant, &org, legal.clone(), legal);
        }
        let (org, at) = self.dice.pick(&self.clear).clone();
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
    pub(super) fn sister(&mut self, case: Case) {
        let org = self.maker.make_in(Country::Us, |n| family(n).is_some());
        let first = family(&org.name).unwrap_or("Summit").to_owned();
        let detail = if case == Case::ClearSister {
            Detail::Full
        } else {
            Detail::Usual
        };
        let at = self.company(&org, org.name.legal(), detail);
        let up = self.company(&org, format!("{first} Holdings LLC"), detail);
        let side = self.company(&org, format!("{first} Properties, LLC"), detail);
        self.parents.extend([(at, up), (side, up)]);
        let name = match case {
            Case::ClearSister => org.name.legal(),
            _ => format!(
                "{first} {}",
                self.dice.pick(&["Group", "Companies", "Group LLC"])
            ),
        };
        self.customer(case, &org, name, Mail::Own, Some(at));
    }

    /// Two companies of that name in two towns of one state or two, and nothing says which.
    pub(super) fn namesake(&mut self) {
        let org = self.maker.make();
        let other = self.maker.elsewhere(&org);
        let first = self.company(&org, org.name.legal(), Detail::Sparse);
        self.company(&other, org.name.core.clone(), Detail::Sparse);
        self.forget_site(2);
        self.bare_customer(Case::Namesake, &org, org.name.core.clone(), first);
        if let Some(row) = self.customers.last_mut() {
            row.city.clear();
            row.state.clear();
            row.zip.clear();
        }
    }

    /// Twice in the PSA, both alike.
    pub(super) fn equal_duplicate(&mut self) {
        let org = self.maker.make();
        let at = self.company(&org, org.name.legal(), Detail::Usual);
        let twin = self.companies.get(at).cloned();
        self.companies.extend(twin);
        self.customer(
            Case::EqualDuplicate,
            &org,
            org.name.legal(),
            Mail::Own,
            Some(at),
        );
    }

    /// The PSA has it under another name; the phone, the street or the mail says it.
    pub(super) fn hidden(&mut self, case: Case) {
        let org = self.maker.make_in(Country::Us, |_| true);
        let (other, mail) = match case {
            Case::HiddenFormer => (self.maker.other_name(&org).legal(), Mail::Generic),
            _ => (
                format!(
                    "{} {}",
                    org.contact.1,
                    self.dice
                        .pick(&["Enterprises, Inc.", "Ventures LLC", "& Associates"])
                ),
                Mail::Own,
            ),
        };
        let at = self.company(&org, other, Detail::Full);
        self.customer(case, &org, org.name.legal(), mail, Some(at));
    }

    /// No counterpart in the PSA.
    pub(super) fn without_counterpart(&mut self, case: Case) {
        let org = match case {
            Case::LikeName => self.maker.make_in(Country::Us, |n| family(n).is_some()),
            _ => self.maker.make(),
        };
        let legal = org.name.legal();
        let (name, mail) = match case {
            Case::MspOwn if !self.msp_seen => (format!("{MSP_NAME} - INTERNAL (NFR)"), Mail::Msp),
            Case::MspOwn => (legal, Mail::Msp),
            _ => (legal, Mail::Own),
        };
        self.msp_seen |= case == Case::MspOwn;
        match case {
            Case::LikeName => {
                let other = self.maker.make_in(org.country, |_| true);
                let first = family(&org.name).unwrap_or("Summit");
                let rest = self
                    .dice
                    .pick(&["Partners LLC", "& Co.", "Services Inc", "Consulting"]);
                self.company(&other, format!("{first} {rest}"), Detail::Usual);
            }
            Case::SameOwner => {
                let other = self.maker.make_in(org.country, |_| true);
                let shared = Organisation {
                    domain: org.domain.clone(),
                    contact: org.contact.clone(),
                    ..other
                };
                self.company(&shared, shared.name.legal(), Detail::Full);
            }
            _ => {}
        }
        self.customer(case, &org, name, mail, None);
    }
}

/// The word that relatives share: the first, if it is a family's or a brand's, not `The`, `City` or a first name.
fn family(name: &Name) -> Option<&str> {
    const COMMON: &[&str] = &[
        "City",
        "Town",
        "First",
        "Precision",
        "Internal",
        "Friends",
        "Diocese",
        "Smiles",
    ];
    let first = name.core.split([' ', ',']).next()?;
    let is_name =
        first.chars().count() >= 5 && first.chars().all(|c| c.is_alphabetic() || c == '\'');
    let person = name.core.contains('.') || name.core.contains(", MD");
    (is_name && !person && !COMMON.contains(&first)).then_some(first)
}
