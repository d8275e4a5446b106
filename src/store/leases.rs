//! Leases: who does what only one process may do. Their clock is the database's, since hosts disagree.

use sqlx::AssertSqlSafe;

use super::arg::args;
use super::db::{Tx, transact};
use super::{Store, StoreError};

impl Store {
    /// Takes a lease for some seconds if it is free, has run out, or is this owner's already. The epoch rises with each
    /// taking; none if somebody else holds it.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn take_lease(
        &self,
        name: &str,
        owner: &str,
        seconds: u32,
    ) -> Result<Option<i64>, StoreError> {
        transact!(self, |tx| {
            self.take_lease_in(tx, name, owner, seconds).await
        })
    }

    /// [`Store::take_lease`] inside a transaction.
    pub(super) async fn take_lease_in(
        &self,
        tx: &mut Tx,
        name: &str,
        owner: &str,
        seconds: u32,
    ) -> Result<Option<i64>, StoreError> {
        let clock = tx.engine().clock_ms();
        let sql = format!(
            "INSERT INTO leases (tenant, name, owner, epoch, until_ms) VALUES ($1, $2, $3, 1, {clock} + $4)
             ON CONFLICT (tenant, name) DO UPDATE SET owner = excluded.owner, epoch = leases.epoch + 1,
                 until_ms = excluded.until_ms
             WHERE leases.until_ms <= {clock} OR leases.owner = excluded.owner
             RETURNING epoch"
        );
        tx.first(
            AssertSqlSafe(sql),
            args![self.tenant(), name, owner, i64::from(seconds) * 1000],
        )
        .await?
        .map(|row| row.only())
        .transpose()
    }

    /// Holds a lease for longer. False if it has been taken over meanwhile: then nothing more may be done under it.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn renew_lease(
        &self,
        name: &str,
        owner: &str,
        epoch: i64,
        seconds: u32,
    ) -> Result<bool, StoreError> {
        transact!(self, |tx| {
            self.renew_lease_in(tx, name, owner, epoch, seconds).await
        })
    }

    /// [`Store::renew_lease`] inside a transaction: the fence that keeps a process which stood still from writing.
    pub(super) async fn renew_lease_in(
        &self,
        tx: &mut Tx,
        name: &str,
        owner: &str,
        epoch: i64,
        seconds: u32,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "UPDATE leases SET until_ms = {} + $5
             WHERE tenant = $1 AND name = $2 AND owner = $3 AND epoch = $4
                 AND until_ms > 0",
            tx.engine().clock_ms()
        );
        let rows = tx
            .execute(
                AssertSqlSafe(sql),
                args![self.tenant(), name, owner, epoch, i64::from(seconds) * 1000],
            )
            .await?;
        Ok(rows == 1)
    }

    /// Gives a lease back. The row stays, so that its epoch goes on rising.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn release_lease(&self, name: &str, owner: &str) -> Result<(), StoreError> {
        transact!(self, |tx| { self.release_lease_in(tx, name, owner).await })
    }

    /// [`Store::release_lease`] inside a transaction.
    pub(super) async fn release_lease_in(
        &self,
        tx: &mut Tx,
        name: &str,
        owner: &str,
    ) -> Result<(), StoreError> {
        tx.execute(
            "UPDATE leases SET until_ms = 0 WHERE tenant = $1 AND name = $2 AND owner = $3",
            args![self.tenant(), name, owner],
        )
        .await?;
        Ok(())
    }

    /// Who holds a lease, and for how many seconds yet.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn lease_holder(&self, name: &str) -> Result<Option<(String, i64)>, StoreError> {
        let clock = self.engine().clock_ms();
        let sql = format!(
            "SELECT owner, (until_ms - {clock} + 999) / 1000 FROM leases
             WHERE tenant = $1 AND name = $2 AND until_ms > {clock}"
        );
        let row = self
            .db
            .first(AssertSqlSafe(sql), args![self.tenant(), name])
            .await?;
        row.map(|row| {
            let mut c = row.cells();
            Ok((c.take()?, c.take()?))
        })
        .transpose()
    }
}
