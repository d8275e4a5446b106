//! Where the PSA is and how its readings went, without its secrets: one document for each MSP.

use std::collections::BTreeMap;

use super::arg::args;
use super::connections::{json, to_json};
use super::daemon::Announce;
use super::db::transact;
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::company_choice::CompanyChoice;
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::domain::time::Ts;

/// Where the PSA is, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PsaSettings {
    /// Which system.
    pub system: PsaSystem,
    /// What it needs and is no secret: `base_url`, `company`, `client_id`, ….
    pub settings: BTreeMap<String, String>,
    /// When a reading that came to its end began.
    pub last_sync_at: Option<Ts>,
    /// The pace, where a person set one.
    #[serde(default)]
    pub requests_per_minute: Option<u32>,
    /// When the last reading of all companies began.
    #[serde(default)]
    pub full_at: Option<Ts>,
    /// By which choice of companies that one was made.
    #[serde(default)]
    pub read_by: CompanyChoice,
    /// Why the last reading failed; none once one succeeded.
    #[serde(default)]
    pub failed: Option<Problem>,
}

impl PsaSettings {
    /// Of a system about which nothing is known yet.
    pub fn new(system: PsaSystem) -> Self {
        Self {
            system,
            settings: BTreeMap::new(),
            last_sync_at: None,
            requests_per_minute: None,
            full_at: None,
            read_by: CompanyChoice::default(),
            failed: None,
        }
    }
}

/// Where [`PsaSettings`] lie among the documents.
pub(super) const SETTINGS: &str = "psa_settings";

/// Where answers about files lie among them.
const FILE_ANSWERS: &str = "file_answers";

/// Reads a document by its name.
pub(super) const READ_DOCUMENT: &str = "SELECT body FROM documents WHERE tenant = $1 AND name = $2";
/// Writes a document under its name.
pub(super) const PUT_DOCUMENT: &str =
    "INSERT INTO documents (tenant, name, body) VALUES ($1, $2, $3)
     ON CONFLICT (tenant, name) DO UPDATE SET body = excluded.body";

/// Reads the document, if there is one.
pub(super) fn read_settings(
    row: Option<&super::db::Row>,
) -> Result<Option<PsaSettings>, StoreError> {
    row.map(|row| json(&row.only::<String>()?)).transpose()
}

impl Store {
    /// Where the PSA is; none if nobody has set one up.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn psa_settings(&self) -> Result<Option<PsaSettings>, StoreError> {
        let row = self
            .db
            .first(READ_DOCUMENT, args![self.tenant(), SETTINGS])
            .await?;
        read_settings(row.as_ref())
    }

    /// Keeps where the PSA is.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn put_psa_settings(&self, settings: &PsaSettings) -> Result<(), StoreError> {
        let body = to_json(settings)?;
        transact!(self, |tx| {
            tx.execute(PUT_DOCUMENT, args![self.tenant(), SETTINGS, &body])
                .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(())
        })
    }

    /// What was answered about files (JSON), if anything was.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn file_answers(&self) -> Result<Option<String>, StoreError> {
        self.document(FILE_ANSWERS).await
    }

    /// Keeps what was answered about files (JSON).
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep_file_answers(&self, json: &str) -> Result<(), StoreError> {
        self.put_document(FILE_ANSWERS, json, Announce::Nothing)
            .await
    }

    /// Forgets where the PSA is. What was read stays.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn remove_psa_settings(&self) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(
                "DELETE FROM documents WHERE tenant = $1 AND name = $2",
                args![self.tenant(), SETTINGS],
            )
            .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(())
        })
    }
}
