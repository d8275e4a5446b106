//! The life of a finding: which step follows from what is kept and what was computed. Pure.

use std::collections::{HashMap, HashSet};

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
    /// True while the condition holds.
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

impl Kept {
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
            FindingState::Resolved => self.present.then(|| self.becomes(next, Step::Noted, "")),
            FindingState::Open | FindingState::Muted => {
                next.row.state = FindingState::Resolved;
                next.by_person = false;
                Some(self.becomes(next, Step::Resolved, "the condition is gone"))
            }
        }
    }
}

/// What must be written so that the kept findings agree with the computed ones.
pub(super) fn steps(kept: &HashMap<String, Kept>, computed: &[&Finding], now: Ts) -> Vec<Change> {
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
        .chain(gone.into_iter().filter_map(Kept::missed))
        .collect()
}

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

    fn step(kept: &mut HashMap<String, Kept>, computed: &[&Finding], day: i64) -> Vec<Step> {
        let changes = steps(
            kept,
            computed,
            Ts::from_micros(0).plus_seconds(day * 86_400),
        );
        let taken = changes.iter().map(|c| c.step).collect();
        kept.extend(changes.into_iter().map(|c| ("f".to_owned(), c.kept)));
        taken
    }

    proptest! {
        /// Whatever people and syncs do: the same computation again changes nothing, and an absent condition is never
        /// open.
        #[test]
        fn a_computation_settles_everything(history in prop::collection::vec((0u8..5, 0i64..3), 1..30)) {
            let mut kept = HashMap::new();
            for (day, (what, amount)) in (0..).zip(history) {
                let present = finding(amount);
                let computed: &[&Finding] = if what == 0 { &[] } else { &[&present] };
                step(&mut kept, computed, day);
                prop_assert_eq!(step(&mut kept, computed, day), []);
                if let Some(k) = kept.get_mut("f") {
                    prop_assert_eq!(k.present, what != 0);
                    prop_assert!(k.present || k.row.state == FindingState::Resolved);
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
