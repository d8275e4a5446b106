//! Which links may be accepted in one go: those that are all but certain, and those with the same evidence as the one in
//! view.

use std::collections::{BTreeSet, HashMap};

use super::super::super::overlays::Overlay;
use super::super::super::overlays::batch::{Batch, Counterpart, Proposal};
use super::super::Out;
use crate::domain::ids::Subject;
use crate::matching::reason_kind;

/// All but certain is a candidate from this probability on …
pub const SURE: f64 = 0.95;
/// … with no other one above this.
pub const RIVAL: f64 = 0.05;

/// What the links have in common.
pub enum Common<'a> {
    /// The matcher is all but certain of each.
    Sure,
    /// The evidence of this item's candidate at this place.
    Evidence(&'a [Proposal], usize),
}

/// Opens the preview, or says that there is nothing to preview. `items` are the candidates of each item, best first.
pub fn ask(items: impl Iterator<Item = Vec<Proposal>>, common: &Common<'_>, out: &mut Out) {
    let found = match common {
        Common::Sure => items.filter_map(sure).collect(),
        Common::Evidence(model, place) => alike(items, model, *place),
    };
    let (rows, rivals) = without_rivals(found);
    let title = match common {
        Common::Sure => format!(
            "{:.0}% or more, no other above {:.0}%",
            SURE * 100.0,
            RIVAL * 100.0
        ),
        Common::Evidence(model, _) => {
            let name = model.first().map_or("this one", |p| p.ours.as_str());
            format!("the same evidence as {name}")
        }
    };
    let left_out = match rivals {
        0 => String::new(),
        n => format!("! {n} left out: two accounts of one distributor claim the same customer"),
    };
    let nothing = match common {
        Common::Sure => rows
            .is_empty()
            .then(|| format!("nothing here is all but certain ({title}); {left_out}")),
        Common::Evidence(..) => (rows.len() < 2).then(|| format!("no other item here has {title}")),
    };
    match nothing {
        Some(words) => out.notice = Some(words.trim_end_matches("; ").to_owned()),
        None => out.ask = Some(Overlay::Batch(Batch::new(title, left_out, rows))),
    }
}

/// The best candidate, if it is all but certain and stands alone.
fn sure(candidates: Vec<Proposal>) -> Option<Proposal> {
    let mut all = candidates.into_iter();
    let best = all.next().filter(|best| best.score >= SURE)?;
    let alone = all.next().is_none_or(|other| other.score <= RIVAL);
    alone.then_some(best)
}

/// What speaks for and against, without what only this pair has.
fn kinds(proposal: &Proposal) -> BTreeSet<&str> {
    proposal.reasons.iter().map(|r| reason_kind(r)).collect()
}

/// The candidates at this place with the evidence of the model's, where no other candidate of their item has it too.
fn alike(
    items: impl Iterator<Item = Vec<Proposal>>,
    model: &[Proposal],
    place: usize,
) -> Vec<Proposal> {
    let Some(wanted) = model.get(place).map(kinds).filter(|k| !k.is_empty()) else {
        return Vec::new();
    };
    let of_item = |mut candidates: Vec<Proposal>| {
        let mut same = candidates.iter().filter(|c| kinds(c) == wanted);
        let alone = same.next().is_some() && same.next().is_none();
        let here = candidates.get(place).is_some_and(|c| kinds(c) == wanted);
        (alone && here).then(|| candidates.swap_remove(place))
    };
    items.filter_map(of_item).collect()
}

/// Leaves out accounts of one connection that claim the same customer: a person looks at each of those. Gives how many.
fn without_rivals(found: Vec<Proposal>) -> (Vec<Proposal>, usize) {
    let claim = |p: &Proposal| match (&p.subject, &p.to) {
        (Subject::Account(key), Counterpart::Customer(id)) => Some((key.connection.clone(), *id)),
        _ => None,
    };
    let mut claims: HashMap<_, usize> = HashMap::new();
    for claimed in found.iter().filter_map(claim) {
        *claims.entry(claimed).or_default() += 1;
    }
    let all = found.len();
    let is_alone = |p: &Proposal| claim(p).is_none_or(|c| claims.get(&c) == Some(&1));
    let rows: Vec<Proposal> = found.into_iter().filter(is_alone).collect();
    let rivals = all - rows.len();
    (rows, rivals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{AccountKey, CustomerId};

    fn candidates(account: &str, scores: &[(i64, f64, &[&str])]) -> Vec<Proposal> {
        let one = |(customer, score, reasons): &(i64, f64, &[&str])| Proposal {
            subject: AccountKey::new("synnex", account).into(),
            to: Counterpart::Customer(CustomerId(*customer)),
            ours: account.to_owned(),
            theirs: customer.to_string(),
            psa_id: customer.to_string(),
            score: *score,
            reasons: reasons.iter().map(|r| (*r).to_owned()).collect(),
        };
        scores.iter().map(one).collect()
    }

    fn ours(rows: &[Proposal]) -> Vec<&str> {
        rows.iter().map(|p| p.ours.as_str()).collect()
    }

    #[test]
    fn only_a_likely_candidate_without_a_rival_is_sure() {
        let items = [
            candidates("a", &[(1, 0.97, &[]), (2, 0.02, &[])]),
            candidates("b", &[(3, 0.97, &[]), (4, 0.3, &[])]),
            candidates("c", &[(5, 0.94, &[])]),
            candidates("d", &[(6, 0.95, &[])]),
            candidates("e", &[]),
        ];
        let found: Vec<Proposal> = items.into_iter().filter_map(sure).collect();
        assert_eq!(ours(&found), ["a", "d"]);
    }

    #[test]
    fn the_same_evidence_is_that_of_one_candidate_alone() {
        let same: &[&str] = &["+ same domain a.com", "- other legal form"];
        let again: &[&str] = &["- other legal form", "+ same domain b.org"];
        let model = candidates(
            "a",
            &[(1, 0.8, same), (2, 0.1, &["+ some words in common"])],
        );
        let items = vec![
            model.clone(),
            candidates("b", &[(3, 0.7, again)]),
            candidates("c", &[(4, 0.7, again), (5, 0.7, same)]),
            candidates("d", &[(6, 0.7, &["+ same domain c.com"])]),
            candidates("e", &[(7, 0.9, &["+ same name"]), (8, 0.7, again)]),
        ];
        assert_eq!(
            ours(&alike(items.clone().into_iter(), &model, 0)),
            ["a", "b"]
        );
        let bare = candidates("f", &[(9, 0.5, &[])]);
        assert!(
            alike(items.into_iter(), &bare, 0).is_empty(),
            "no evidence is none to share"
        );
    }

    #[test]
    fn two_accounts_that_claim_one_customer_are_left_to_a_person() {
        let mut found: Vec<Proposal> = ["a", "b", "c"]
            .iter()
            .zip([1, 1, 2])
            .flat_map(|(account, to)| candidates(account, &[(to, 0.99, &[])]))
            .collect();
        // Another distributor's account of the same customer is no rival.
        let mut other = candidates("d", &[(2, 0.99, &[])]);
        other[0].subject = AccountKey::new("pax8", "d").into();
        found.extend(other);
        let (rows, rivals) = without_rivals(found);
        assert_eq!((ours(&rows), rivals), (vec!["c", "d"], 2));
    }
}
