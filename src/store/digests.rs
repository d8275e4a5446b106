//! Weekly digests as they were first made: the next week's change is counted from them, and an old week can be read again.

use super::arg::args;
use super::db::transact;
use super::psa::{PUT_DOCUMENT, READ_DOCUMENT};
use super::{Store, StoreError};
use crate::domain::time::Week;

fn name(week: Week) -> String {
    format!("digest/{}", week.number())
}

impl Store {
    /// Keeps a week's digest (JSON), unless one is kept already. True if this one is.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep_digest(&self, week: Week, json: &str) -> Result<bool, StoreError> {
        transact!(self, |tx| {
            let kept = tx
                .execute(
                    "INSERT INTO documents (tenant, name, body) VALUES ($1, $2, $3) ON CONFLICT (tenant, name) DO NOTHING",
                    args![self.tenant(), name(week), json],
                )
                .await?;
            Ok(kept > 0)
        })
    }

    /// Keeps a week's digest (JSON) in place of one that was kept before: the one that goes out is what counts.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn replace_digest(&self, week: Week, json: &str) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(PUT_DOCUMENT, args![self.tenant(), name(week), json])
                .await?;
            Ok(())
        })
    }

    /// A week's digest (JSON), if one was kept.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn digest(&self, week: Week) -> Result<Option<String>, StoreError> {
        self.db
            .first(READ_DOCUMENT, args![self.tenant(), name(week)])
            .await?
            .map(|row| row.only())
            .transpose()
    }
}
