//! One finding with all that is known of it: its arithmetic, what to do, what people wrote, and what became of it when.

use serde::Serialize;

use super::document::{Block, Document};
use crate::domain::finding::{FindingEvent, FindingRow, Note};

/// A finding, its notes and its audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WholeFinding {
    /// The finding and its life.
    #[serde(flatten)]
    pub row: FindingRow,
    /// What people wrote about it, oldest first.
    pub notes: Vec<Note>,
    /// What became of it, oldest first.
    pub trail: Vec<FindingEvent>,
}

impl WholeFinding {
    /// As people read it.
    pub fn document(&self) -> Document {
        let finding = &self.row.finding;
        let mut out = Document::new(format!(
            "{}: {}, {}",
            finding.kind.label(),
            finding.customer,
            finding.product_name
        ));
        out.push(Block::Figure {
            label: "A month".to_owned(),
            value: format!("{} {}", finding.currency, finding.monthly_amount.shown()),
        });
        out.heading("Arithmetic");
        out.push(Block::List(finding.evidence.clone()));
        out.heading("What to do");
        out.paragraph(&finding.action);
        if !self.notes.is_empty() {
            out.heading("Notes");
            out.push(Block::List(
                self.notes.iter().map(Note::to_string).collect(),
            ));
        }
        out.heading("What became of it");
        out.push(Block::List(
            self.trail.iter().map(FindingEvent::to_string).collect(),
        ));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::plain::plain;
    use super::super::sample::{rows, unbroken};
    use super::*;
    use crate::domain::finding::FindingState;

    #[test]
    fn nothing_of_it_is_left_out() {
        let row = rows().remove(0);
        let at = row.first_seen_at;
        let note = |text: &str| Note {
            at,
            actor: "ana@host".to_owned(),
            text: text.to_owned(),
        };
        let event = |from, to, reason: &str| FindingEvent {
            at,
            actor: "ana@host".to_owned(),
            from,
            to,
            reason: reason.to_owned(),
        };
        let whole = WholeFinding {
            notes: vec![note("asked them")],
            trail: vec![
                event(None, FindingState::Open, "found"),
                event(
                    Some(FindingState::Open),
                    FindingState::Muted,
                    "renewal agreed",
                ),
                event(Some(FindingState::Muted), FindingState::Open, ""),
            ],
            row,
        };
        let text = plain(&whole.document());
        let finding = &whole.row.finding;
        let said = finding.evidence.iter().map(String::as_str).chain([
            finding.customer.as_str(),
            finding.action.as_str(),
            "A month: USD 72.00",
            "2026-10-25 ana@host: asked them",
            "2026-10-25 ana@host: open, found",
            "2026-10-25 ana@host: open → muted, renewal agreed",
            "2026-10-25 ana@host: muted → open",
        ]);
        for said in said {
            assert!(unbroken(&text).contains(said), "{said} in\n{text}");
        }
    }
}
