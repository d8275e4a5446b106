//! The rule of the automatic link: section 5.6 of the blueprint.

use super::alias::{Remembered, Ruling};
use super::evidence::{Evidence, NameClass};
use super::place::Agreement;
use super::signals::Context;
use super::{Outcome, Settings};

/// A candidate with what is known about it.
pub struct Scored {
    /// Place among the companies.
    pub company: usize,
    /// Probability.
    pub score: f64,
    /// What speaks for and against it.
    pub evidence: Evidence,
    /// What the other candidates say about it.
    pub context: Context,
}

/// Decides by the candidates of one customer, best first. `contested` says that another customer has a better claim to
/// the first candidate.
pub fn decide(candidates: &[Scored], contested: bool, settings: &Settings) -> Outcome {
    let Some(first) = candidates.first() else {
        return Outcome::None;
    };
    if first.evidence.decisive {
        let rival = candidates
            .get(1)
            .is_some_and(|second| second.evidence.decisive);
        return if rival {
            Outcome::Review
        } else {
            Outcome::Auto
        };
    }
    if first.score < settings.none_threshold && !is_one_of_a_crowd(&first.evidence) {
        return Outcome::None;
    }
    let second = candidates.get(1).map_or(0.0, |c| c.score);
    let sure = first.score >= settings.auto_threshold && second <= settings.runner_up_limit;
    let contested = contested
        && !matches!(
            first.evidence.name_class(),
            NameClass::Same | NameClass::Near
        );
    if sure && !contested && !is_by_name_alone(first) {
        Outcome::Auto
    } else {
        Outcome::Review
    }
}

/// What a decision about the same customer elsewhere makes of the matcher's own outcome. That it is in no PSA serves by
/// itself, unless the matcher alone would link it: then the PSA holds by now what it did not. That it was excluded never
/// does: it would take the account out of all reports unseen.
pub fn with_ruling(
    alone: Outcome,
    ruling: Ruling,
    how: Remembered,
    first: Option<&Scored>,
) -> Outcome {
    let is_certain = alone == Outcome::Auto && first.is_some_and(|c| c.evidence.decisive);
    match (ruling, how) {
        (Ruling::Company(_), _) => alone,
        (Ruling::InNoPsa(_), Remembered::Sure) if alone != Outcome::Auto => Outcome::Auto,
        (_, Remembered::Name) if is_certain => Outcome::Auto,
        _ => Outcome::Review,
    }
}

/// So many companies have the customer's very name that no single one can be likely, and still one of them may be it.
fn is_one_of_a_crowd(e: &Evidence) -> bool {
    e.name_class() == NameClass::Same && e.twins.companies > 10
}

/// Likeness of names and nothing else; an equal name that is the only one on both sides is more than likeness.
fn is_by_name_alone(first: &Scored) -> bool {
    let e = &first.evidence;
    let second = e.seconds() > 0
        || e.mail_name
        || matches!(e.city, Agreement::Same | Agreement::Near)
        || e.postcode == Agreement::Same;
    let only_one = e.name_class() == NameClass::Same
        && e.twins.companies <= 1
        && e.rivals.customers <= 1
        && first.context.like_names == 0;
    !second && !only_one
}
