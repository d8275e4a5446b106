//! Accounts whose subscriptions a run could not read: they keep their rows, nothing of them is marked as gone, and
//! findings do not judge them until a later run has read them.

use std::collections::HashMap;

use super::arg::{Arg, args};
use super::db::Tx;
use super::runs::Run;
use super::{Store, StoreError, bulk};
use crate::domain::ids::{AccountKey, VendorCustomerId};
use crate::domain::time::Ts;

/// An account that a run could not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Whose subscriptions.
    pub customer: VendorCustomerId,
    /// Why: a `Problem` as JSON.
    pub problem: String,
}

impl Store {
    /// What the run could not read.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn unread_in(&self, run: &Run) -> Result<Vec<Unread>, StoreError> {
        self.db
            .read(
                "SELECT vendor_customer_id, problem FROM unread_accounts
                 WHERE tenant = $1 AND connection = $2 AND run = $3 ORDER BY vendor_customer_id",
                args![self.tenant(), &run.connection, run.id],
                |row| {
                    let mut c = row.cells();
                    Ok(Unread {
                        customer: c.id()?,
                        problem: c.take()?,
                    })
                },
            )
            .await
    }

    /// The accounts whose rows are older than their connection's listing, with the time at which the oldest of those rows
    /// was read; none where there is no row.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn unread_accounts(&self) -> Result<HashMap<AccountKey, Option<Ts>>, StoreError> {
        self.db.read(
                "SELECT u.connection, u.vendor_customer_id, (SELECT min(s.last_seen_at) FROM license_subscriptions s
                     WHERE s.tenant = $1 AND s.connection = u.connection
                         AND s.vendor_customer_id = u.vendor_customer_id AND s.gone_since IS NULL)
                 FROM unread_accounts u WHERE u.tenant = $1",
                args![self.tenant()], |row| {
                let mut c = row.cells();
                let key = AccountKey::new(c.take::<String>()?, c.take::<String>()?);
                Ok((key, c.take()?))
            }).await
    }
}

/// Marks accounts as not read by the run.
pub(super) async fn mark(
    tx: &mut Tx,
    store: &Store,
    run: &Run,
    unread: &[Unread],
) -> Result<(), StoreError> {
    let once = bulk::last_of_each(unread, |account| &account.customer);
    let rows: Vec<_> = once
        .iter()
        .map(|account| {
            [
                Arg::from(store.tenant()),
                Arg::from(&run.connection),
                Arg::from(&account.customer),
                Arg::from(run.id),
                Arg::from(&account.problem),
            ]
        })
        .collect();
    bulk::write(tx, HEAD, TAIL, &rows).await
}

const HEAD: &str =
    "INSERT INTO unread_accounts (tenant, connection, vendor_customer_id, run, problem) ";
const TAIL: &str =
    " ON CONFLICT (tenant, connection, vendor_customer_id) DO UPDATE SET run = excluded.run,
    problem = excluded.problem";

/// Forgets what earlier runs could not read: this one has read everything but its own.
pub(super) async fn settle(tx: &mut Tx, store: &Store, run: &Run) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM unread_accounts WHERE tenant = $1 AND connection = $2 AND run <> $3",
        args![store.tenant(), &run.connection, run.id],
    )
    .await?;
    Ok(())
}

/// Forgets what the run itself could not read, since it reads the listing again.
pub(super) async fn forget(tx: &mut Tx, store: &Store, run: &Run) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM unread_accounts WHERE tenant = $1 AND connection = $2 AND run = $3",
        args![store.tenant(), &run.connection, run.id],
    )
    .await?;
    Ok(())
}
