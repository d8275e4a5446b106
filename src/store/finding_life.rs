//! The life of a finding: which step follows from what is kept and what was computed. Pure.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::finding::{Finding, FindingRow, FindingState};
use crate::domain::time::Ts;

/// A finding as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// What lists show.
    pub(super) row: FindingRow,
    /// Until when a mute lasts.
    pub(super) muted_until: Option<Ts>,
    /// True if a person set the state.
    pub(super) by_person: bool,
    /// True while the condition holds, as far as is known: what was set aside keeps it.
    pub(super) present: bool,
}

/// A step in a finding's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// New.
    Opened,
    /// Its amount or evidence changed.
    Updated,
    /// The condition is gone.
    Resolved,
    /// Nobody can say whether the condition holds: resolved for now, but not put right.
    SetAside,
    /// It is back, or its mute has run out.
    Reopened,
    /// Only the mark whether the condition holds changed.
    Noted,
}

/// What must be written of one finding.
pub(super) struct Change {
    /// As it is from now on.
    pub(super) kept: Kept,
    /// Its state before; none for a new one.
    pub(super) from: Option<FindingState>,
    /// What happens to it.
    pub(super) step: Step,
    /// Why, for the audit trail.
    pub(super) why: &'static str,
}

/// Why a finding is set aside, in the audit trail.
pub(super) const SET_ASIDE: &str = "it cannot be judged now";

impl Kept {
    /// True if it left the list only because it could not be judged.
    fn is_aside(&self) -> bool {
        self.row.state == FindingState::Resolved && !self.by_person && self.present
    }

    /// The condition is new.
    fn opened(finding: &Finding, now: Ts) -> Change {
        let kept = Self {
            row: FindingRow {
                finding: finding.clone(),
                state: FindingState::Open,
                first_seen_at: now,
                last_seen_at: now,
            },
            muted_until: None,
            by_person: false,
            present: true,
        };
        Change {
            kept,
            from: None,
            step: Step::Opened,
            why: "found",
        }
    }

    /// This finding as it is from now on.
    fn becomes(&self, next: Self, step: Step, why: &'static str) -> Change {
        Change {
            kept: next,
            from: Some(self.row.state),
            step,
            why,
        }
    }

    /// The condition holds. None if nothing changed.
    fn seen(&self, finding: &Finding, now: Ts) -> Option<Change> {
        let mut next = self.clone();
        next.row.finding = finding.clone();
        next.row.last_seen_at = now;
        next.present = true;
        let mute_runs = self.muted_until.is_some_and(|until| until > now);
        let (state, step, why) = match self.row.state {
            FindingState::Muted if !mute_runs => {
                (FindingState::Open, Step::Reopened, "the mute has run out")
            }
            // Resolved by hand stays so as long as the condition never went away.
            FindingState::Resolved if self.by_person && self.present => {
                (FindingState::Resolved, Step::Noted, "")
            }
            FindingState::Resolved if self.is_aside() && !mute_runs => {
                (FindingState::Open, Step::Reopened, "it can be judged again")
            }
            FindingState::Resolved if mute_runs => (
                FindingState::Muted,
                Step::Reopened,
                "the condition is back, still muted",
            ),
            FindingState::Resolved => (FindingState::Open, Step::Reopened, "the condition is back"),
            same => (same, Step::Updated, ""),
        };
        next.row.state = state;
        if state != self.row.state {
            next.by_person = state == FindingState::Muted;
            if state == FindingState::Open {
                next.muted_until = None;
            }
        } else if self.row.finding == *finding && self.present {
            return None;
        }
        Some(self.becomes(next, step, why))
    }

    /// The condition is gone. None if that is known.
    fn missed(&self) -> Option<Change> {
        let mut next = self.clone();
        next.present = false;
        match self.row.state {
            FindingState::Resolved if !self.is_aside() => {
                self.present.then(|| self.becomes(next, Step::Noted, ""))
            }
            FindingState::Open | FindingState::Muted | FindingState::Resolved => {
                next.row.state = FindingState::Resolved;
                next.by_person = false;
                Some(self.becomes(next, Step::Resolved, "the condition is gone"))
            }
        }
    }

    /// Nobody can say whether the condition holds. None if it is not on the list.
    fn set_aside(&self) -> Option<Change> {
        let mut next = self.clone();
        next.row.state = FindingState::Resolved;
        next.by_person = false;
        let listed = self.row.state != FindingState::Resolved;
        listed.then(|| self.becomes(next, Step::SetAside, SET_ASIDE))
    }
}

/// What must be written so that the kept findings agree with the computed ones. `unsure` names those about rows that could
/// not be judged.
pub(super) fn steps(
    kept: &HashMap<String, Kept>,
    computed: &[&Finding],
    unsure: &BTreeSet<String>,
    now: Ts,
) -> Vec<Change> {
    let seen: HashSet<&str> = computed.iter().map(|f| f.fingerprint.as_str()).collect();
    let mut gone: Vec<&Kept> = kept
        .values()
        .filter(|k| !seen.contains(k.row.finding.fingerprint.as_str()))
        .collect();
    gone.sort_by(|a, b| a.row.finding.fingerprint.cmp(&b.row.finding.fingerprint));
    let found = computed
        .iter()
        .filter_map(|f| match kept.get(&f.fingerprint) {
            None => Some(Kept::opened(f, now)),
            Some(old) => old.seen(f, now),
        });
    found
        .chain(
            gone.into_iter()
                .filter_map(|k| match unsure.contains(&k.row.finding.fingerprint) {
                    true => k.set_aside(),
                    false => k.missed(),
                }),
        )
        .collect()
}

#[cfg(test)]
mod worked;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::finding::FindingKind;
    use crate::domain::money::{Currency, Money};

    fn finding(amount: i64) -> Finding {
        Finding {
            fingerprint: "f".to_owned(),
            kind: FindingKind::CostMoved,
            vendor: None,
            customer_id: None,
            customer: String::new(),
            sku: None,
            product_name: String::new(),
            monthly_amount: Money::from_cents(amount),
            currency: Currency::parse("EUR").unwrap(),
            evidence: Vec::new(),
            action: String::new(),
        }
    }

    /// What a judgement says of the one finding.
    #[derive(Clone, Copy, PartialEq)]
    enum Says<'a> {
        Found(&'a Finding),
        Gone,
        Unsure,
    }

    fn step(kept: &mut HashMap<String, Kept>, says: Says<'_>, day: i64) -> Vec<Step> {
        let (computed, unsure) = match says {
            Says::Found(finding) => (vec![finding], None),
            Says::Gone => (vec![], None),
            Says::Unsure => (vec![], Some("f".to_owned())),
        };
        let now = Ts::from_micros(0).plus_seconds(day * 86_400);
        let changes = steps(kept, &computed, &unsure.into_iter().collect(), now);
        let taken = changes.iter().map(|c| c.step).collect();
        kept.extend(changes.into_iter().map(|c| ("f".to_owned(), c.kept)));
        taken
    }

    #[test]
    fn what_cannot_be_judged_is_not_put_right() {
        let (mut kept, one) = (HashMap::new(), finding(1));
        let mut said = |says, day| step(&mut kept, says, day);
        assert_eq!(said(Says::Found(&one), 0), [Step::Opened]);
        assert_eq!(said(Says::Unsure, 1), [Step::SetAside]);
        assert_eq!(said(Says::Unsure, 2), []);
        assert_eq!(said(Says::Found(&one), 3), [Step::Reopened]);
        assert_eq!(said(Says::Unsure, 4), [Step::SetAside]);
        assert_eq!(said(Says::Gone, 5), [Step::Resolved]);
        assert_eq!(said(Says::Unsure, 6), []);
        assert_eq!(said(Says::Found(&one), 7), [Step::Reopened]);
    }

    proptest! {
        /// Whatever people and syncs do: the same computation again changes nothing, and an absent condition is never
        /// open.
        #[test]
        fn a_computation_settles_everything(history in prop::collection::vec((0u8..6, 0i64..3), 1..30)) {
            let mut kept = HashMap::new();
            for (day, (what, amount)) in (0..).zip(history) {
                let present = finding(amount);
                let says = match what {
                    0 => Says::Gone,
                    1 => Says::Unsure,
                    _ => Says::Found(&present),
                };
                let before = kept.get("f").cloned();
                step(&mut kept, says, day);
                prop_assert_eq!(step(&mut kept, says, day), []);
                if let Some(k) = kept.get_mut("f") {
                    match says {
                        Says::Unsure => prop_assert_eq!(k.present, before.unwrap().present),
                        _ => prop_assert_eq!(k.present, says != Says::Gone),
                    }
                    let found = matches!(says, Says::Found(_));
                    prop_assert!(found || k.row.state == FindingState::Resolved);
                    match what {
                        2 => (k.row.state, k.by_person) = (FindingState::Resolved, true),
                        3 => {
                            k.row.state = FindingState::Muted;
                            k.muted_until = Some(Ts::from_micros(0).plus_seconds((day + amount) * 86_400));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}
