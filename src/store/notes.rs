//! Notes that people add to a finding, an account or a customer.

use std::collections::BTreeMap;

use super::arg::args;
use super::db::transact;
use super::feed::Area;
use super::{Store, StoreError};
pub use crate::domain::finding::Note;

/// How the subjects of notes on findings begin; the fingerprint follows.
const FINDING: &str = "finding/";

/// The subject of notes on a finding.
pub fn of_finding(fingerprint: &str) -> String {
    format!("{FINDING}{fingerprint}")
}

impl Store {
    /// Adds a note to a subject: `finding/<fingerprint>`, `account/<connection>/<id>`, `customer/<id>`.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn add_note(&self, subject: &str, note: &Note) -> Result<(), StoreError> {
        transact!(self, |tx| {
            // Whoever reads what was added since does so by the number: one comes after the other.
            tx.alone(self.tenant()).await?;
            tx.execute(
                "INSERT INTO notes (tenant, subject, at, actor, text) VALUES ($1, $2, $3, $4, $5)",
                args![self.tenant(), subject, note.at, &note.actor, &note.text],
            )
            .await?;
            tx.changed(self, &[Area::Findings]).await?;
            Ok(())
        })
    }

    /// A subject's notes, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn notes(&self, subject: &str) -> Result<Vec<Note>, StoreError> {
        self.db
            .all(
                "SELECT at, actor, text FROM notes WHERE tenant = $1 AND subject = $2 ORDER BY id",
                args![self.tenant(), subject],
            )
            .await?
            .iter()
            .map(|row| {
                let mut c = row.cells();
                Ok(Note {
                    at: c.take()?,
                    actor: c.take()?,
                    text: c.take()?,
                })
            })
            .collect()
    }

    /// The notes of every finding by fingerprint, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn finding_notes(&self) -> Result<BTreeMap<String, Vec<Note>>, StoreError> {
        let mut notes: BTreeMap<String, Vec<Note>> = BTreeMap::new();
        for (_, fingerprint, note) in self.finding_notes_since(0, u32::MAX).await? {
            notes.entry(fingerprint).or_default().push(note);
        }
        Ok(notes)
    }

    /// The notes on findings after the one of a number, oldest first, each with its number and its finding's fingerprint.
    /// Fewer than `limit` are all there are.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn finding_notes_since(
        &self,
        number: i64,
        limit: u32,
    ) -> Result<Vec<(i64, String, Note)>, StoreError> {
        let rows = self
            .db
            .all(
                "SELECT id, subject, at, actor, text FROM notes
                 WHERE tenant = $1 AND id > $2 AND subject LIKE 'finding/%' ORDER BY id LIMIT $3",
                args![self.tenant(), number, limit],
            )
            .await?;
        let mut notes = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut c = row.cells();
            let (id, subject): (i64, String) = (c.take()?, c.take()?);
            let note = Note {
                at: c.take()?,
                actor: c.take()?,
                text: c.take()?,
            };
            let fingerprint = subject.strip_prefix(FINDING).unwrap_or(&subject);
            notes.push((id, fingerprint.to_owned(), note));
        }
        Ok(notes)
    }
}
