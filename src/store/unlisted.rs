//! Customers that a distributor bills for but does not list: what it lists as theirs is kept, and they wait for a decision
//! like all others, so that no money is out of sight.

use std::collections::BTreeSet;

use super::arg::args;
use super::db::transact;
use super::runs::Run;
use super::{Store, StoreError};
use crate::domain::ids::{ConnectionName, VendorCustomerId};
use crate::domain::time::Ts;

impl Store {
    /// Takes every customer as seen that has a live subscription in this run and was not listed in it: one that is new gets
    /// its id for a name until it is listed, one that is known is not gone. For a run that has read everything, before its
    /// listings are closed. Tells how many there are.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] if another process holds the run.
    pub async fn keep_unlisted(&self, run: &Run, now: Ts) -> Result<u64, StoreError> {
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            tx.execute(
                KEEP,
                args![
                    self.tenant(),
                    &run.connection,
                    run.id,
                    run.vendor.tag(),
                    now
                ],
            )
            .await
        })
    }

    /// The customers of a connection that its last run kept without listing them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn unlisted(
        &self,
        connection: &ConnectionName,
    ) -> Result<BTreeSet<VendorCustomerId>, StoreError> {
        let sql = "SELECT vendor_customer_id FROM vendor_customers
            WHERE tenant = $1 AND connection = $2 AND seen_run < 0 AND gone_since IS NULL";
        self.db
            .read(sql, args![self.tenant(), connection], |row| {
                row.cells().id()
            })
            .await
    }
}

/// A run's number below zero says that the row was kept by that run without being listed in it.
const KEEP: &str = "INSERT INTO vendor_customers (tenant, connection, vendor_customer_id, vendor, name, domain, email, phone,
        address, city, state, postcode, country, ms_tenant_id, link_state, link_reason, first_seen_at, last_seen_at,
        first_run, seen_run)
    SELECT DISTINCT s.tenant, s.connection, s.vendor_customer_id, $4, 'Customer ' || s.vendor_customer_id || ', not listed',
        '', '', '', '', '', '', '', '', '', 'pending', '', $5, $5, $3, -$3
    FROM license_subscriptions s
    WHERE s.tenant = $1 AND s.connection = $2 AND s.seen_run = $3
        AND s.status NOT IN ('cancelled', 'expired') AND s.vendor_customer_id <> ''
        AND NOT EXISTS (SELECT 1 FROM vendor_customers v WHERE v.tenant = $1 AND v.connection = $2
            AND v.vendor_customer_id = s.vendor_customer_id AND v.seen_run = $3)
    ON CONFLICT (tenant, connection, vendor_customer_id) DO UPDATE SET last_seen_at = excluded.last_seen_at,
        seen_run = excluded.seen_run, gone_since = NULL";
