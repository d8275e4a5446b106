//! Notes that people add to a finding, an account or a customer.

use super::arg::args;
use super::db::transact;
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::time::Ts;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Ts,
    /// Who.
    pub actor: String,
    /// What.
    pub text: String,
}

impl Store {
    /// Adds a note to a subject: `finding/<fingerprint>`, `account/<connection>/<id>`, `customer/<id>`.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn add_note(&self, subject: &str, note: &Note) -> Result<(), StoreError> {
        transact!(self, |tx| {
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
}
