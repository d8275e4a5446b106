//! The life of the worked example's findings over its eight weeks, every step by hand.

use std::collections::HashMap;

use super::{Kept, Step, steps};
use crate::domain::finding::{Finding, FindingKind, FindingState};
use crate::domain::time::Ts;
use crate::findings::example::{WEEKS, msp, msp_in};
use crate::findings::sample::Shop;
use FindingKind::{
    BelowMargin, CancelledStillBilled, CostMoved, OverlappingVendors, RenewalAhead, SeatDrift,
    UncontractedSeats, UnmatchedSpend,
};
use Step::{Opened, Reopened, Resolved};

/// In which week what happens to whose finding; whatever is not named is at most updated.
const HISTORY: [(i64, Step, FindingKind, &str); 17] = [
    (-7, Opened, UncontractedSeats, "Fern School"),
    (-7, Opened, UncontractedSeats, "Abbey Care"),
    (-7, Opened, UncontractedSeats, "Mill Bakery"),
    (-7, Opened, UnmatchedSpend, "Harbor Dental LLC"),
    (-7, Opened, OverlappingVendors, "Quay Shipping"),
    (-7, Opened, OverlappingVendors, "Cove Hotel"),
    (-4, Opened, BelowMargin, "Oak Law"),
    (-4, Opened, CancelledStillBilled, "Mill Bakery"),
    (-4, Opened, SeatDrift, "Mill Bakery"),
    (-4, Opened, CostMoved, "Oak Law"),
    (-4, Resolved, OverlappingVendors, "Cove Hotel"),
    (-3, Opened, UncontractedSeats, "Harbour Dental"),
    // Muted in week −6 for 21 days.
    (-3, Reopened, OverlappingVendors, "Quay Shipping"),
    (-3, Resolved, CostMoved, "Oak Law"),
    (-2, Opened, RenewalAhead, "Abbey Care"),
    (-1, Opened, SeatDrift, "Northwind Clinic"),
    (0, Opened, CostMoved, "Fern School"),
];

/// … and what is over in the last week.
const LAST: (i64, Step, FindingKind, &str) = (0, Resolved, SeatDrift, "Mill Bakery");

#[derive(Default)]
struct Life {
    kept: HashMap<String, Kept>,
}

impl Life {
    /// Judges the MSP; gives what opened, resolved or reopened.
    fn judge(&mut self, shop: &Shop) -> Vec<(Step, FindingKind, String)> {
        let outcome = shop.evaluate();
        let computed: Vec<&Finding> = outcome.findings.iter().collect();
        let mut told = Vec::new();
        for change in steps(&self.kept, &computed, &outcome.unsure, shop.input.as_of) {
            let finding = change.kept.row.finding.clone();
            if matches!(change.step, Opened | Resolved | Reopened) {
                told.push((change.step, finding.kind, finding.customer.clone()));
            }
            self.kept.insert(finding.fingerprint, change.kept);
        }
        told
    }

    fn of(&mut self, kind: FindingKind, customer: &str) -> &mut Kept {
        let is = |k: &&mut Kept| k.row.finding.kind == kind && k.row.finding.customer == customer;
        self.kept.values_mut().find(is).unwrap()
    }

    /// A person sets a finding's state.
    fn person(&mut self, about: (FindingKind, &str), state: FindingState, until: Option<Ts>) {
        let kept = self.of(about.0, about.1);
        kept.row.state = state;
        (kept.muted_until, kept.by_person) = (until, true);
    }
}

fn sorted<T: std::fmt::Debug>(mut list: Vec<T>) -> Vec<T> {
    list.sort_by_key(|one| format!("{one:?}"));
    list
}

/// The eight weeks. A person mutes what Quay Shipping has twice, and another resolves Abbey Care's seats.
fn lived() -> Life {
    let mut life = Life::default();
    for n in WEEKS {
        let shop = msp_in(n);
        let all = HISTORY.iter().chain([&LAST]);
        let expected = all.filter(|(week, ..)| *week == n);
        let expected = expected.map(|(_, step, kind, whose)| (*step, *kind, (*whose).to_owned()));
        let told = life.judge(&shop);
        assert_eq!(sorted(told), sorted(expected.collect()), "week {n}");
        assert_eq!(life.judge(&shop), [], "judged again in week {n}");
        match n {
            -6 => {
                let until = shop.input.as_of.plus_seconds(21 * 86_400);
                let quay = (OverlappingVendors, "Quay Shipping");
                life.person(quay, FindingState::Muted, Some(until));
            }
            -5 => {
                let abbey = (UncontractedSeats, "Abbey Care");
                life.person(abbey, FindingState::Resolved, None);
            }
            _ => {}
        }
    }
    life
}

#[test]
fn every_step_of_eight_weeks() {
    let mut life = lived();
    // What a person resolved stays so while the condition never went away.
    let abbey = life.of(UncontractedSeats, "Abbey Care");
    assert_eq!(abbey.row.state, FindingState::Resolved);
    let open = life
        .kept
        .values()
        .filter(|k| k.row.state == FindingState::Open);
    // 14 were opened; Cove Hotel's, Oak Law's and Mill Bakery's are over, Abbey Care's is resolved.
    assert_eq!(open.count(), 14 - 3 - 1);
}

#[test]
fn what_was_resolved_by_hand_reopens_when_it_returns() {
    let mut life = lived();
    let mut billed = msp();
    let of_abbey = billed.input.lines.iter_mut().find(|l| l.customer.0 == 7);
    of_abbey.unwrap().line.seats = Some(12);
    // Seats agree, so nothing is left to set right at the renewal either.
    assert_eq!(
        life.judge(&billed),
        [(Resolved, RenewalAhead, "Abbey Care".to_owned())]
    );
    let back = [
        (Reopened, RenewalAhead, "Abbey Care".to_owned()),
        (Reopened, UncontractedSeats, "Abbey Care".to_owned()),
    ];
    assert_eq!(sorted(life.judge(&msp())), back);
    let since = life.of(UncontractedSeats, "Abbey Care").row.first_seen_at;
    assert_eq!(since, msp_in(-7).input.as_of, "it is the same finding");
}
