//! Sealed secrets. The store never sees a plain one.

use super::arg::args;
use super::db::transact;
use super::feed::Area;
use super::{Store, StoreError};

impl Store {
    /// Keeps a sealed secret of an owner (a connection, the PSA, the key's check value).
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn put_secret(
        &self,
        owner: &str,
        name: &str,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(
                "INSERT INTO secrets (tenant, owner, name, sealed) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant, owner, name) DO UPDATE SET sealed = excluded.sealed",
                args![self.tenant(), owner, name, sealed],
            )
            .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(())
        })
    }

    /// A sealed secret.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn secret(&self, owner: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.db
            .first(
                "SELECT sealed FROM secrets WHERE tenant = $1 AND owner = $2 AND name = $3",
                args![self.tenant(), owner, name],
            )
            .await?
            .map(|row| row.only())
            .transpose()
    }

    /// Forgets all secrets of an owner.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn remove_secrets(&self, owner: &str) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(
                "DELETE FROM secrets WHERE tenant = $1 AND owner = $2",
                args![self.tenant(), owner],
            )
            .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(())
        })
    }

    /// The names of an owner's secrets, in order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn secret_names(&self, owner: &str) -> Result<Vec<String>, StoreError> {
        self.db
            .all(
                "SELECT name FROM secrets WHERE tenant = $1 AND owner = $2 ORDER BY name",
                args![self.tenant(), owner],
            )
            .await?
            .iter()
            .map(|row| row.only())
            .collect()
    }
}
