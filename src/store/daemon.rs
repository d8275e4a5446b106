//! What the daemon tells about itself, and which digests went out: documents that every process can read.

use super::arg::args;
use super::db::transact;
use super::feed::Area;
use super::psa::{PUT_DOCUMENT, READ_DOCUMENT};
use super::{Store, StoreError};
use crate::domain::time::Week;

/// Where the daemon's state lies among the documents.
const DAEMON: &str = "daemon";

/// Whether consoles need to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announce {
    /// Something on screen changed.
    Change,
    /// Only a sign of life.
    Nothing,
}

fn delivery(week: Week) -> String {
    format!("delivery/{}", week.number())
}

impl Store {
    /// Keeps the daemon's state (JSON).
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep_daemon(&self, json: &str, announce: Announce) -> Result<(), StoreError> {
        self.put_document(DAEMON, json, announce).await
    }

    /// The daemon's state (JSON), if one ever ran.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn daemon(&self) -> Result<Option<String>, StoreError> {
        self.document(DAEMON).await
    }

    /// Keeps how far a week's digest was delivered (JSON).
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep_delivery(&self, week: Week, json: &str) -> Result<(), StoreError> {
        self.put_document(&delivery(week), json, Announce::Nothing)
            .await
    }

    /// How far a week's digest was delivered (JSON).
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn delivery(&self, week: Week) -> Result<Option<String>, StoreError> {
        self.document(&delivery(week)).await
    }

    pub(super) async fn put_document(
        &self,
        name: &str,
        json: &str,
        announce: Announce,
    ) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(PUT_DOCUMENT, args![self.tenant(), name, json])
                .await?;
            if announce == Announce::Change {
                tx.changed(self, &[Area::Connections]).await?;
            }
            Ok(())
        })
    }

    pub(super) async fn document(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.db
            .first(READ_DOCUMENT, args![self.tenant(), name])
            .await?
            .map(|row| row.only())
            .transpose()
    }
}
