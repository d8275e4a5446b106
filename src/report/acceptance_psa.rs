//! The PSA's section of the acceptance report.

use super::acceptance::rejected;
use super::document::{Block, Document};
use crate::domain::acceptance::{PsaRead, PsaReading};

/// What was seen of the PSA.
pub(super) fn section(out: &mut Document, psa: Option<&PsaRead>) {
    out.heading("The PSA");
    let Some(psa) = psa else {
        out.paragraph("None is set up, so nothing is contracted and nobody is linked.");
        return;
    };
    let label = psa.label;
    let held = psa.held();
    let read = psa
        .read_at
        .map_or("never read".to_owned(), |at| format!("read {at}"));
    out.paragraph(match psa.reading {
        PsaReading::Read => format!(
            "{label} was read by its API: {held}, {} requests.",
            psa.requests
        ),
        PsaReading::Failed => {
            format!("{label} could not be read. What was known stays: {held}, {read}.")
        }
        PsaReading::NotReached => {
            format!("{label} was not reached. What was known stays: {held}, {read}.")
        }
        PsaReading::FromFiles => format!("It comes from files: {held}, {read}."),
    });
    if let Some(problem) = &psa.problem {
        let parts = [
            ("What happened", problem.title.as_str()),
            ("Seen", &problem.seen),
            ("Cause", &problem.cause),
            ("What to do", &problem.remedy),
        ];
        let told = parts.into_iter().filter(|(_, text)| !text.is_empty());
        out.push(Block::List(
            told.map(|(name, text)| format!("{name}: {text}")).collect(),
        ));
    }
    if psa.reading == PsaReading::Read {
        out.table_or(rejected(&psa.rejected), "Every row of it could be taken.");
    }
    if !psa.surprises.is_empty() {
        out.push(Block::List(psa.surprises.clone()));
    }
}
