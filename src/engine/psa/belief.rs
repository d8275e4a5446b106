//! Whether a reading of the PSA can be believed: a role that lost its rights shows empty lists, not errors.

use std::collections::HashSet;

use crate::domain::agreement::AgreementLine;
use crate::domain::ids::PsaId;
use crate::domain::party::{PsaCompany, PsaSystem};
use crate::domain::problem::{Problem, ProblemKind};
use crate::psa::Reading;

/// More rows than this …
const ROWS: usize = 20;
/// … and more than one in so many must vanish at once before a reading is not believed.
const PART: usize = 5;

/// What is known from the last reading.
pub(super) struct Known<'a> {
    pub companies: &'a [PsaCompany],
    pub lines: &'a [AgreementLine],
}

/// Why a reading is not believed; none if it is.
pub(super) fn doubt(system: PsaSystem, known: &Known<'_>, reading: &Reading) -> Option<Problem> {
    let label = system.label();
    let rights = "Check that the API user's role may still see everything. If what is gone is really gone, take the reading as it \
         is: vectis psa sync --accept";
    if reading.companies.is_empty() {
        return Some(
            Problem::new(
                ProblemKind::AccessDenied,
                format!("{label} shows no company"),
            )
            .seen("the listing of companies is empty")
            .cause("The API user's role may see none: such a listing is empty, not refused.")
            .remedy(
                "Give the API user's role the right to see all companies, then: vectis psa test",
            ),
        );
    }
    let listed: HashSet<&PsaId> = reading.companies.iter().map(|c| &c.id).collect();
    let active = known.companies.iter().filter(|c| c.active);
    let (before, gone) = count(active, |c| !listed.contains(&c.id));
    if is_unbelievable(before, gone) {
        return Some(missing(label, "companies", before, gone, rights));
    }
    let listed: HashSet<&str> = reading.lines.iter().map(|l| l.line_id.as_str()).collect();
    let active = known
        .lines
        .iter()
        .filter(|l| l.active && l.ends_on.is_none());
    let (before, gone) = count(active, |l| !listed.contains(l.line_id.as_str()));
    is_unbelievable(before, gone).then(|| missing(label, "agreement lines", before, gone, rights))
}

fn count<T>(known: impl Iterator<Item = T>, is_gone: impl Fn(&T) -> bool) -> (usize, usize) {
    known.fold((0, 0), |(all, gone), row| {
        (all + 1, gone + usize::from(is_gone(&row)))
    })
}

fn is_unbelievable(before: usize, gone: usize) -> bool {
    gone > ROWS && gone * PART > before
}

fn missing(label: &str, what: &str, before: usize, gone: usize, remedy: &str) -> Problem {
    Problem::new(
        ProblemKind::AccessDenied,
        format!("{label} no longer shows much of what it showed"),
    )
    .seen(format!("{gone} of {before} {what} are missing at once"))
    .cause("A role that lost its rights shows shorter lists, not errors. Nothing was changed.")
    .remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::party::Profile;

    fn companies(ids: std::ops::Range<u32>) -> Vec<PsaCompany> {
        let company = |id: u32| PsaCompany {
            id: PsaId::new(id.to_string()),
            profile: Profile::default(),
            other_ms_tenants: Vec::new(),
            active: true,
        };
        ids.map(company).collect()
    }

    fn doubts(known: &[PsaCompany], read: Vec<PsaCompany>) -> Option<String> {
        let reading = Reading {
            companies: read,
            ..Reading::default()
        };
        let known = Known {
            companies: known,
            lines: &[],
        };
        doubt(PsaSystem::Connectwise, &known, &reading).map(|p| p.seen)
    }

    #[test]
    fn a_few_may_vanish_a_fifth_may_not() {
        let known = companies(0..100);
        assert_eq!(doubts(&known, companies(20..100)), None);
        assert_eq!(doubts(&known, companies(20..300)), None);
        assert_eq!(
            doubts(&known, companies(21..100)).as_deref(),
            Some("21 of 100 companies are missing at once")
        );
        assert_eq!(
            doubts(&companies(0..10), companies(9..10)),
            None,
            "a small MSP"
        );
        assert!(doubts(&[], Vec::new()).is_some(), "never a company");
    }

    #[test]
    fn what_was_inactive_before_is_not_missed() {
        let mut known = companies(0..100);
        for company in known.iter_mut().take(50) {
            company.active = false;
        }
        assert_eq!(doubts(&known, companies(50..100)), None);
    }
}
