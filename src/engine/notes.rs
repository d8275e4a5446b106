//! What people write about findings.

use super::context::Context;
use super::event::Topic;
use crate::domain::finding::Note;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;
use crate::store::notes::of_finding;

/// Longest note, in characters.
const MAX_NOTE: usize = 2_000;

/// Adds a note to a finding.
///
/// # Errors
/// For an empty note, and if there is no such finding.
pub(super) async fn add(ctx: &Context, fingerprint: &str, text: &str) -> Result<(), Problem> {
    let text = clean(text, MAX_NOTE);
    if text.trim().is_empty() {
        return Err(Problem::new(ProblemKind::Usage, "The note is empty")
            .seen("nothing but white space")
            .remedy("write a word or two"));
    }
    if ctx.store.finding(fingerprint).await?.is_none() {
        return Err(no_such_finding(fingerprint));
    }
    let note = Note {
        at: ctx.calendar.now(),
        actor: ctx.settings.actor.clone(),
        text: text.trim().to_owned(),
    };
    ctx.store.add_note(&of_finding(fingerprint), &note).await?;
    ctx.changed(&[Topic::Findings]);
    Ok(())
}

/// A fingerprint that is no finding's.
pub fn no_such_finding(fingerprint: &str) -> Problem {
    Problem::new(ProblemKind::Usage, "There is no such finding")
        .seen(clean(fingerprint, 80))
        .remedy("see `vectis findings`")
}
