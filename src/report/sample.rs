//! The worked example's findings with a life, for the tests of reports.

use crate::domain::finding::{FindingKind, FindingRow, FindingState, Note};
use crate::domain::time::Ts;
use crate::findings::example::msp;
use crate::findings::sample::{days_ago, now};

use super::findings::Notes;

/// The text as if its prose had not been broken into lines.
pub(crate) fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All open; those of drift and moved cost since this morning, the others for a month.
pub(crate) fn rows() -> Vec<FindingRow> {
    let findings = msp().evaluate().findings;
    let since = |kind| match kind {
        FindingKind::SeatDrift | FindingKind::CostMoved | FindingKind::BelowMargin => now(),
        _ => days_ago(30),
    };
    findings
        .into_iter()
        .map(|finding| FindingRow {
            first_seen_at: since(finding.kind),
            last_seen_at: now(),
            state: FindingState::Open,
            finding,
        })
        .collect()
}

/// What was resolved this week: the seats of another customer, 45.00 a month.
pub(crate) fn resolved() -> Vec<FindingRow> {
    let mut row = rows().remove(0);
    row.finding.customer = "Old Mill".to_owned();
    row.finding.monthly_amount = "45".parse().unwrap();
    row.state = FindingState::Resolved;
    vec![row]
}

/// What cannot be judged now: seats of 12.50 a month, and a drift.
pub(crate) fn set_aside() -> Vec<FindingRow> {
    let rows = rows();
    let of_kind = |kind| rows.iter().find(|row| row.finding.kind == kind).cloned();
    let mut seats = of_kind(FindingKind::UncontractedSeats).unwrap();
    seats.finding.monthly_amount = "12.50".parse().unwrap();
    let drift = of_kind(FindingKind::SeatDrift).unwrap();
    let aside = |row| FindingRow {
        state: FindingState::Resolved,
        ..row
    };
    [seats, drift].map(aside).to_vec()
}

/// What people wrote about those below margin, and about Abbey Care's seats.
pub(crate) fn notes() -> Notes {
    let note = Note {
        at: now(),
        actor: "ana@host".to_owned(),
        text: "asked them".to_owned(),
    };
    let rows = rows().into_iter().map(|row| row.finding);
    let noted = rows.filter(|f| f.kind == FindingKind::BelowMargin || f.customer == "Abbey Care");
    noted.map(|f| (f.fingerprint, vec![note.clone()])).collect()
}

/// A week ago.
pub(crate) fn last_week() -> Ts {
    days_ago(7)
}
