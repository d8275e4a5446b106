//! The export of findings.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::finding::{FindingRow, Note};

use super::sheet::{Cell, Sheet};
use super::words;

/// What people wrote about findings, by fingerprint, oldest first.
pub type Notes = BTreeMap<String, Vec<Note>>;

/// A finding as it leaves the program: with the note that a person added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotedFinding {
    /// The finding and its life.
    #[serde(flatten)]
    pub row: FindingRow,
    /// What people wrote about it, oldest first, ` | ` between the notes; empty where nobody did.
    pub note: String,
}

/// The findings with their notes.
pub fn noted(rows: Vec<FindingRow>, notes: &Notes) -> Vec<NotedFinding> {
    rows.into_iter()
        .map(|row| NotedFinding {
            note: note_of(notes, &row.finding.fingerprint),
            row,
        })
        .collect()
}

/// What people wrote about one finding, ` | ` between the notes.
pub(super) fn note_of(notes: &Notes, fingerprint: &str) -> String {
    let own = notes.get(fingerprint).into_iter().flatten();
    own.map(Note::to_string).collect::<Vec<_>>().join(" | ")
}

/// Every column, for files. The lines of the evidence are joined by ` | `.
pub fn sheet(rows: &[NotedFinding]) -> Sheet {
    let columns = [
        "fingerprint",
        "kind",
        "vendor",
        "customer_id",
        "customer",
        "sku",
        "product_name",
        "monthly_amount",
        "currency",
        "state",
        "first_seen_at",
        "last_seen_at",
        "evidence",
        "action",
        "note",
    ];
    Sheet::of(&columns, rows, |NotedFinding { row, note }| {
        let finding = &row.finding;
        vec![
            Cell::text(&finding.fingerprint),
            Cell::text(finding.kind.tag()),
            Cell::maybe(finding.vendor),
            Cell::number(finding.customer_id),
            Cell::text(&finding.customer),
            Cell::maybe(finding.sku.as_ref()),
            Cell::text(&finding.product_name),
            Cell::number(Some(finding.monthly_amount)),
            Cell::text(finding.currency.as_str()),
            Cell::text(row.state.tag()),
            Cell::text(row.first_seen_at.to_string()),
            Cell::text(row.last_seen_at.to_string()),
            Cell::text(finding.evidence.join(" | ")),
            Cell::text(&finding.action),
            Cell::text(note),
        ]
    })
}

/// What fits on a screen, for people; with notes where there are any.
pub fn overview(rows: &[NotedFinding]) -> Sheet {
    let columns = [
        "id", "kind", "customer", "product", "a month", "since", "state", "note",
    ];
    let columns = words::noted_columns(&columns, rows.iter().map(|r| r.note.as_str()));
    Sheet::of(columns, rows, |NotedFinding { row, note }| {
        let finding = &row.finding;
        vec![
            Cell::text(&finding.fingerprint),
            Cell::text(finding.kind.label()),
            Cell::text(&finding.customer),
            Cell::text(&finding.product_name),
            words::amount(finding.monthly_amount, &finding.currency),
            Cell::text(row.first_seen_at.date().to_string()),
            Cell::text(row.state.tag()),
            Cell::text(note),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::super::csv::{Guard, csv};
    use super::super::sample::rows;
    use super::*;

    #[test]
    fn json_and_csv_hold_the_same_names() {
        let rows = noted(rows(), &BTreeMap::new());
        let json = serde_json::to_value(&rows[0]).unwrap();
        let mut keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        let sheet = sheet(&rows);
        let mut columns = sheet.columns.clone();
        keys.sort();
        columns.sort();
        assert_eq!(columns, keys);
        assert_eq!(json["monthly_amount"], "72.00");
    }

    #[test]
    fn a_formula_in_a_note_is_guarded_and_a_negative_amount_is_a_number() {
        let mut row = noted(rows(), &BTreeMap::new()).remove(0);
        row.note = "=HYPERLINK(\"http://evil\")".to_owned();
        row.row.finding.monthly_amount = "-40".parse().unwrap();
        let text = csv(&sheet(&[row]), Guard::Formulas);
        assert!(text.contains(",-40.00,\"USD\","));
        assert!(text.ends_with("\"'=HYPERLINK(\"\"http://evil\"\")\"\r\n"));
    }

    #[test]
    fn notes_stand_at_their_finding_in_their_order() {
        let note = |text: &str| Note {
            at: "2026-11-24T07:00:00Z".parse().unwrap(),
            actor: "ana@host".to_owned(),
            text: text.to_owned(),
        };
        let rows = rows();
        let id = rows[1].finding.fingerprint.clone();
        let notes = BTreeMap::from([(id, vec![note("asked them"), note("they agreed")])]);
        let noted = noted(rows, &notes);
        assert_eq!(noted[0].note, "");
        assert_eq!(
            noted[1].note,
            "2026-11-24 ana@host: asked them | 2026-11-24 ana@host: they agreed"
        );
    }
}
