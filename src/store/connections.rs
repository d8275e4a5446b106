//! Distributor connections, without their secrets.

use std::collections::BTreeMap;

use super::arg::args;
use super::db::{Row, transact};
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::ids::ConnectionName;
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

/// A connection to a distributor.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Connection {
    /// The name a person gave it.
    pub name: ConnectionName,
    /// The distributor.
    pub vendor: Vendor,
    /// Where its API is.
    pub base_url: String,
    /// What else is needed and is no secret: `account_id`, `client_id`, ….
    pub settings: BTreeMap<String, String>,
    /// The pace that a person chose; none for the vendor's default.
    pub requests_per_minute: Option<u32>,
    /// When it was made.
    pub created_at: Ts,
    /// When a sync last reached its end.
    pub last_sync_at: Option<Ts>,
    /// When its listings were last read whole, so that nothing is missing from them.
    pub listed_at: Option<Ts>,
}

/// The setting that names the connection whose credential is used.
pub const CREDENTIAL: &str = "credential";

impl Connection {
    /// The connection whose tokens, client secret and budget this one uses: its own name, or that of the one it borrows
    /// from (accounts of one holding company, say). Whatever belongs to a credential is kept under this name.
    pub fn credential(&self) -> ConnectionName {
        self.lender().unwrap_or_else(|| self.name.clone())
    }

    /// The connection that this one borrows its credential from; none if it has its own.
    pub fn lender(&self) -> Option<ConnectionName> {
        self.settings
            .get(CREDENTIAL)
            .map(|name| ConnectionName::new(name.as_str()))
    }
}

/// Reads a vendor's tag from the database.
pub(super) fn vendor(tag: &str) -> Result<Vendor, StoreError> {
    tag.parse()
        .map_err(|e: crate::domain::vendor::UnknownVendor| StoreError::Other(e.to_string()))
}

/// Reads a JSON text from the database.
pub(super) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt(format!("stored JSON: {e}")))
}

/// Writes a JSON text for the database.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Other(e.to_string()))
}

fn connection(row: &Row) -> Result<Connection, StoreError> {
    let mut c = row.cells();
    Ok(Connection {
        name: c.id()?,
        vendor: vendor(&c.take::<String>()?)?,
        base_url: c.take()?,
        settings: json(&c.take::<String>()?)?,
        requests_per_minute: c.take::<Option<i64>>()?.and_then(|n| u32::try_from(n).ok()),
        created_at: c.take()?,
        last_sync_at: c.take()?,
        listed_at: c.take()?,
    })
}

impl Store {
    /// All connections by name.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn connections(&self) -> Result<Vec<Connection>, StoreError> {
        self.db
            .all(
                "SELECT name, vendor, base_url, settings, requests_per_minute, created_at, last_sync_at, listed_at
                 FROM connections WHERE tenant = $1 ORDER BY name",
                args![self.tenant()],
            )
            .await?
            .iter()
            .map(connection)
            .collect()
    }

    /// One connection.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn connection(
        &self,
        name: &ConnectionName,
    ) -> Result<Option<Connection>, StoreError> {
        self.db
            .first(
                "SELECT name, vendor, base_url, settings, requests_per_minute, created_at, last_sync_at, listed_at
                 FROM connections WHERE tenant = $1 AND name = $2",
                args![self.tenant(), name],
            )
            .await?
            .as_ref()
            .map(connection)
            .transpose()
    }

    /// Makes or changes a connection. The times of its making and of its last sync stay.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn put_connection(&self, connection: &Connection) -> Result<(), StoreError> {
        let settings = to_json(&connection.settings)?;
        transact!(self, |tx| {
            tx.execute(
                "INSERT INTO connections
                     (tenant, name, vendor, base_url, settings, requests_per_minute, created_at, last_sync_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (tenant, name) DO UPDATE SET vendor = excluded.vendor, base_url = excluded.base_url,
                     settings = excluded.settings, requests_per_minute = excluded.requests_per_minute",
                args![
                    self.tenant(), &connection.name, connection.vendor.tag(), &connection.base_url, &settings,
                    connection.requests_per_minute, connection.created_at, connection.last_sync_at
                ],
            )
            .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(())
        })
    }

    /// Notes that a connection's listings were read whole just now.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn set_listed(&self, name: &ConnectionName, now: Ts) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(
                "UPDATE connections SET listed_at = $3 WHERE tenant = $1 AND name = $2",
                args![self.tenant(), name, now],
            )
            .await?;
            Ok(())
        })
    }

    /// Makes the next sync of a connection read from the first page, whatever was interrupted.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn forbid_resume(&self, name: &ConnectionName) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(
                "UPDATE sync_runs SET resumable = FALSE WHERE tenant = $1 AND connection = $2",
                args![self.tenant(), name],
            )
            .await?;
            Ok(())
        })
    }

    /// Removes a connection with its token and secrets. What it listed stays, marked as gone since it was last seen.
    /// False if there is none of that name.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn remove_connection(&self, name: &ConnectionName) -> Result<bool, StoreError> {
        transact!(self, |tx| {
            let key = args![self.tenant(), name];
            let found = tx
                .execute(
                    "DELETE FROM connections WHERE tenant = $1 AND name = $2",
                    key,
                )
                .await?;
            if found == 0 {
                return Ok(false);
            }
            for sql in [
                "DELETE FROM tokens WHERE tenant = $1 AND connection = $2",
                "DELETE FROM secrets WHERE tenant = $1 AND owner = $2",
                "UPDATE vendor_customers SET gone_since = last_seen_at
                 WHERE tenant = $1 AND connection = $2 AND gone_since IS NULL",
                "UPDATE license_subscriptions SET gone_since = last_seen_at
                 WHERE tenant = $1 AND connection = $2 AND gone_since IS NULL",
                "UPDATE sync_runs SET resumable = FALSE WHERE tenant = $1 AND connection = $2",
            ] {
                tx.execute(sql, key).await?;
            }
            tx.changed(self, &[Area::Connections, Area::Customers, Area::Review])
                .await?;
            Ok(true)
        })
    }
}
