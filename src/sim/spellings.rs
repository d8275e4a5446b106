//! The cases in which the two names of one organisation are spelt differently.

use super::cases::Case;
use super::distort;
use super::naming::Name;
use super::organisation::Organisation;
use super::places::Country;
use super::records::{Detail, Mail};
use super::tenant::Build;
use super::words_abroad::TRANSLITERATED;

impl Build {
    /// One customer and one company whose names differ in one way.
    pub(super) fn spelling(&mut self, case: Case) {
        let org = self.organisation_for(case);
        let (core, legal) = (&org.name.core, org.name.legal());
        let dice = &mut self.dice;
        let other = match case {
            Case::Recased => distort::recased(&legal, dice),
            Case::LegalForm => org.name.with_other_form(dice),
            Case::Typo => distort::typo(&legal, dice),
            Case::BareTypo => {
                let once = distort::typo(core, dice);
                distort::typo(&once, dice)
            }
            Case::Order => distort::reordered(core, dice),
            Case::Ampersand => distort::ampersand(&legal, dice).unwrap_or_else(|| core.clone()),
            Case::Spacing => distort::respaced(&legal, dice),
            Case::Diacritics => {
                distort::without_accents(&legal, dice).unwrap_or_else(|| core.clone())
            }
            Case::Abbreviated => distort::abbreviated(&legal).unwrap_or_else(|| core.clone()),
            Case::Truncated => distort::truncated(&legal, 24 + dice.below(7)),
            Case::AcronymWithDomain | Case::BareAcronym => {
                distort::acronym(core).unwrap_or_else(|| core.clone())
            }
            Case::TradingAs => {
                let owner = format!(
                    "{} {}",
                    org.contact.1,
                    dice.pick(&["Enterprises", "Ventures", "Holdings"])
                );
                let form = dice.pick(&["LLC", ", Inc.", "Inc", "LLC"]);
                let owner = format!("{owner} {form}").replace(" ,", ",");
                format!(
                    "{owner} {} {core}",
                    dice.pick(&["dba", "DBA", "d/b/a", "T/A"])
                )
            }
            Case::Former => {
                let before = self.maker.other_name(&org).core;
                let word = *self.dice.pick(&["formerly", "f/k/a", "fka", "prev."]);
                let written_out = format!("{core} ({word} {before})");
                return self.either_way(case, &org, before, written_out);
            }
            Case::Transliterated => {
                let (native, latin, stem) = *dice.pick(TRANSLITERATED);
                let name = Name {
                    core: latin.to_owned(),
                    form: &[""],
                    ..org.name.clone()
                };
                let org = Organisation {
                    name,
                    domain: format!("{stem}.com"),
                    ..org
                };
                return self.pair(case, &org, native.to_owned(), latin.to_owned());
            }
            Case::NoDomain => {
                let mail = *dice.pick(&[Mail::Generic, Mail::Absent, Mail::Generic]);
                let at = self.company(&org, legal.clone(), Detail::Full);
                return self.customer(case, &org, legal, mail, Some(at));
            }
            _ => legal.clone(),
        };
        match case {
            Case::BareAcronym | Case::BareTypo => self.bare(case, &org, other, legal),
            Case::Same | Case::Recased | Case::Truncated => self.pair(case, &org, other, legal),
            _ => self.either_way(case, &org, other, legal),
        }
    }

    /// An organisation whose name can differ in that way at all.
    fn organisation_for(&mut self, case: Case) -> Organisation {
        let words = |n: &Name| n.core.split(' ').count();
        match case {
            Case::LegalForm => self.maker.make_such(|n| n.form.len() > 2),
            Case::Ampersand => self.maker.make_such(|n| n.core.contains(" & ")),
            Case::Abbreviated => self
                .maker
                .make_such(|n| distort::abbreviated(&n.core).is_some()),
            Case::Truncated => self.maker.make_such(|n| n.core.chars().count() >= 30),
            Case::Order | Case::Spacing => self
                .maker
                .make_such(|n| words(n) >= 3 && !n.core.contains('&')),
            Case::AcronymWithDomain | Case::BareAcronym => self.maker.make_such(|n| {
                words(n) >= 3 && distort::acronym(&n.core).is_some_and(|a| a.len() <= 5)
            }),
            Case::Typo | Case::BareTypo => self.maker.make_such(|n| n.core.chars().count() >= 12),
            // An owner with an English company name; elsewhere people do without.
            Case::TradingAs => self.maker.make_in(Country::Us, |n| !n.core.contains('.')),
            Case::Diacritics => {
                let european = [
                    Country::De,
                    Country::Fr,
                    Country::Se,
                    Country::Es,
                    Country::De,
                ];
                let country = *self.dice.pick(&european);
                self.maker.make_in(country, |n| !n.core.is_ascii())
            }
            _ => self.maker.make(),
        }
    }

    /// The usual pair, with a second signal beside the name.
    pub(super) fn pair(
        &mut self,
        case: Case,
        org: &Organisation,
        at_distributor: String,
        in_psa: String,
    ) {
        let mail = *self.dice.weighted(&[
            (70, Mail::Own),
            (16, Mail::Tenant),
            (11, Mail::Generic),
            (3, Mail::Absent),
        ]);
        let name_is_enough = matches!(
            case,
            Case::Same
                | Case::Recased
                | Case::LegalForm
                | Case::Ampersand
                | Case::Spacing
                | Case::Abbreviated
        );
        let (mail, detail) = match (mail, name_is_enough) {
            (Mail::Own, _) => (Mail::Own, Detail::Usual),
            (_, false) => (Mail::Own, Detail::Full),
            (other, true) => (other, Detail::Full),
        };
        let at = self.company(org, in_psa, detail);
        if let Some(row) = self.companies.get_mut(at).filter(|r| r.website.is_empty()) {
            row.email_domain = org.domain.clone();
        }
        self.customer(case, org, at_distributor, mail, Some(at));
        self.clear.push((org.clone(), at));
    }

    fn either_way(&mut self, case: Case, org: &Organisation, a: String, b: String) {
        let (at_distributor, in_psa) = if self.dice.chance(65) { (a, b) } else { (b, a) };
        self.pair(case, org, at_distributor, in_psa);
    }

    /// A pair without any evidence but the town.
    fn bare(&mut self, case: Case, org: &Organisation, at_distributor: String, in_psa: String) {
        let at = self.company(org, in_psa, Detail::Sparse);
        self.forget_site(1);
        self.bare_customer(case, org, at_distributor, at);
    }

    /// A customer that shows a private mail address and a post office box.
    pub(super) fn bare_customer(
        &mut self,
        case: Case,
        org: &Organisation,
        name: String,
        at: usize,
    ) {
        self.customer(case, org, name, Mail::Generic, Some(at));
        let box_number = self.dice.between(10, 4900);
        if let Some(row) = self.customers.last_mut() {
            row.phone = None;
            row.street = format!("PO Box {box_number}");
            row.suite = None;
        }
    }

    /// Leaves the last `rows` companies without domain, street and phone.
    pub(super) fn forget_site(&mut self, rows: usize) {
        for row in self.companies.iter_mut().rev().take(rows) {
            row.website.clear();
            row.email_domain.clear();
            row.phone.clear();
            row.address.clear();
            row.postal_code.clear();
            row.tenant_id.clear();
        }
    }
}
