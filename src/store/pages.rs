//! What a run writes: its pages and the week's seats.
//!
//! A page is one transaction: its rows, its quarantine, its checkpoint and its counts, under the run's lease.

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::db::transact;
use super::quarantine::{self, source_key};
use super::runs::Run;
use super::unread::{self, Unread};
use super::{Store, StoreError, bulk, details};
use crate::domain::ids::SubscriptionId;
use crate::domain::party::VendorCustomer;
use crate::domain::subscription::{Quarantined, Subscription};
use crate::domain::time::Ts;

/// A page to keep.
#[derive(Debug, Clone, Copy)]
pub struct PageWrite<'a> {
    /// The stream's tag: `customers`, `subscriptions`.
    pub stream: &'a str,
    /// Customers on the page.
    pub customers: &'a [VendorCustomer],
    /// Subscriptions on the page.
    pub subscriptions: &'a [Subscription],
    /// Rows kept before that the page shows unchanged.
    pub unchanged: &'a [SubscriptionId],
    /// Accounts whose subscriptions could not be read.
    pub unread: &'a [Unread],
    /// Rows that could not be taken.
    pub quarantined: &'a [Quarantined],
    /// Where the next page starts; none at the end.
    pub cursor: Option<&'a str>,
    /// Rows in the whole listing, if the server told.
    pub expected_total: Option<u64>,
    /// Rows that the server sent on this page.
    pub received: u64,
    /// True for the last page.
    pub done: bool,
    /// Requests that the run has made since the page before.
    pub requests: u64,
    /// When the page came.
    pub now: Ts,
}

impl Store {
    /// Keeps a page.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] if another process holds the run; then nothing is written.
    pub async fn save_page(&self, run: &Run, page: &PageWrite<'_>) -> Result<(), StoreError> {
        let customers = bulk::last_of_each(page.customers, |c| &c.id);
        let subscriptions = bulk::last_of_each(page.subscriptions, |s| &s.id);
        let keys: Vec<(&Quarantined, String)> = page
            .quarantined
            .iter()
            .map(|q| (q, source_key(q)))
            .collect();
        let quarantined = bulk::last_of_each(&keys, |(q, key)| (&q.stream, key));
        let customer_rows: Vec<_> = customers.iter().map(|c| customer_row(c)).collect();
        let subscription_rows: Vec<_> = subscriptions.iter().map(|s| subscription_row(s)).collect();
        let quarantine_rows: Vec<_> = quarantined
            .iter()
            .map(|(q, key)| quarantine::row(self, (&run.connection, run.id), q, key, page.now))
            .collect();
        let shared = args![
            self.tenant(),
            &run.connection,
            run.vendor.tag(),
            page.now,
            page.now,
            run.id,
            run.id
        ];
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            bulk::write_sharing(tx, CUSTOMER_HEAD, CUSTOMER_TAIL, shared, &customer_rows).await?;
            bulk::write_sharing(
                tx,
                SUBSCRIPTION_HEAD,
                SUBSCRIPTION_TAIL,
                shared,
                &subscription_rows,
            )
            .await?;
            details::save(tx, self, run, &subscriptions).await?;
            details::keep_unchanged(tx, self, run, page.unchanged, page.now).await?;
            unread::mark(tx, self, run, page.unread).await?;
            bulk::write(tx, quarantine::HEAD, quarantine::TAIL, &quarantine_rows).await?;
            tx.execute(
                "INSERT INTO checkpoints (tenant, run, stream, cursor, pages, rows, expected_total, done)
                 VALUES ($1, $2, $3, $4, 1, $5, $6, $7)
                 ON CONFLICT (tenant, run, stream) DO UPDATE SET cursor = excluded.cursor,
                     pages = checkpoints.pages + 1, rows = checkpoints.rows + excluded.rows,
                     expected_total = coalesce(excluded.expected_total, checkpoints.expected_total),
                     done = excluded.done",
                args![
                    self.tenant(), run.id, page.stream, page.cursor, page.received, page.expected_total, page.done
                ],
            )
            .await?;
            tx.execute(
                "UPDATE sync_runs SET requests = requests + $3, customers = customers + $4,
                     subscriptions = subscriptions + $5,
                     quarantined = (SELECT count(*) FROM quarantine WHERE tenant = $1 AND run = $2)
                 WHERE tenant = $1 AND id = $2",
                args![
                    self.tenant(),
                    run.id,
                    page.requests,
                    customers.len() as u64,
                    (subscriptions.len() + page.unchanged.len()) as u64
                ],
            )
            .await?;
            Ok(())
        })
    }

    /// Forgets a stream's checkpoint: its cursor is no longer taken, or the listing moved while it was read.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] if another process holds the run.
    pub async fn restart_stream(&self, run: &Run, stream: &str) -> Result<(), StoreError> {
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            tx.execute(
                "DELETE FROM checkpoints WHERE tenant = $1 AND run = $2 AND stream = $3",
                args![self.tenant(), run.id, stream],
            )
            .await?;
            unread::forget(tx, self, run).await?;
            Ok(())
        })
    }

    /// Writes the seats of the run's week for what the connection lists now; what this run could not read, as it was when
    /// it was last read. A later sync of the week replaces it.
    /// Tells how many rows were written.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] if another process holds the run.
    pub async fn snapshot_week(&self, run: &Run, now: Ts) -> Result<u64, StoreError> {
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            let begun: bool = tx
                .value(
                    "SELECT EXISTS (SELECT 1 FROM license_usage
                         WHERE tenant = $1 AND week_start = $2 AND connection = $3)",
                    args![self.tenant(), run.week, &run.connection],
                )
                .await?;
            // PostgreSQL takes twice as long where a row may be there already, and the fence keeps others out.
            let sql = match begun {
                true => AssertSqlSafe(format!("{WEEK}{WEEK_AGAIN}")),
                false => AssertSqlSafe(WEEK.to_owned()),
            };
            let week = args![self.tenant(), &run.connection, run.week, now, run.id];
            tx.execute(sql, week).await
        })
    }
}

const WEEK: &str = "INSERT INTO license_usage (tenant, connection, vendor_subscription_id, week_start, vendor, seats,
         unit_cost, currency, status, captured_at)
    SELECT tenant, connection, vendor_subscription_id, $3, vendor, seats, unit_cost, currency, status,
        CASE WHEN seen_run = $5 THEN $4 ELSE last_seen_at END
    FROM license_subscriptions WHERE tenant = $1 AND connection = $2 AND gone_since IS NULL";
const WEEK_AGAIN: &str = " ON CONFLICT (tenant, connection, vendor_subscription_id, week_start) DO UPDATE SET
    vendor = excluded.vendor, seats = excluded.seats, unit_cost = excluded.unit_cost, currency = excluded.currency,
    status = excluded.status, captured_at = excluded.captured_at";

/// What all rows of a page share comes first.
const CUSTOMER_HEAD: &str = "INSERT INTO vendor_customers (tenant, connection, vendor, first_seen_at, last_seen_at, first_run,
    seen_run, vendor_customer_id, name, domain, email, phone, address, city, state, postcode, country, ms_tenant_id,
    psa_id_hint, link_state, link_reason) ";
/// What the listing lacks but was asked for once stays: see [`Store::save_evidence`].
const CUSTOMER_TAIL: &str = " ON CONFLICT (tenant, connection, vendor_customer_id) DO UPDATE SET
    vendor = excluded.vendor, name = excluded.name,
    domain = coalesce(nullif(excluded.domain, ''), vendor_customers.domain), email = excluded.email,
    phone = excluded.phone, address = excluded.address, city = excluded.city, state = excluded.state,
    postcode = excluded.postcode, country = excluded.country,
    ms_tenant_id = coalesce(nullif(excluded.ms_tenant_id, ''), vendor_customers.ms_tenant_id),
    psa_id_hint = excluded.psa_id_hint, last_seen_at = excluded.last_seen_at, seen_run = excluded.seen_run,
    gone_since = NULL";

fn customer_row(c: &VendorCustomer) -> [Arg<'_>; 14] {
    let p = &c.profile;
    [
        (&c.id).into(),
        (&p.name).into(),
        (&p.domain).into(),
        (&p.email).into(),
        (&p.phone).into(),
        (&p.address).into(),
        (&p.city).into(),
        (&p.state).into(),
        (&p.postcode).into(),
        (&p.country).into(),
        (&p.ms_tenant_id).into(),
        c.psa_id_hint.as_ref().into(),
        "pending".into(),
        "".into(),
    ]
}

const SUBSCRIPTION_HEAD: &str = "INSERT INTO license_subscriptions (tenant, connection, vendor, first_seen_at, last_seen_at,
    first_run, seen_run, vendor_subscription_id, vendor_customer_id, sku, product_name, status, status_raw, seats, unit_cost,
    unit_price, currency, billing_cycle, term, starts_on, renews_on) ";
const SUBSCRIPTION_TAIL: &str = " ON CONFLICT (tenant, connection, vendor_subscription_id) DO UPDATE SET
    vendor = excluded.vendor, vendor_customer_id = excluded.vendor_customer_id, sku = excluded.sku,
    product_name = excluded.product_name, status = excluded.status, status_raw = excluded.status_raw,
    seats = excluded.seats, unit_cost = excluded.unit_cost, unit_price = excluded.unit_price,
    currency = excluded.currency, billing_cycle = excluded.billing_cycle, term = excluded.term,
    starts_on = excluded.starts_on, renews_on = excluded.renews_on, last_seen_at = excluded.last_seen_at,
    seen_run = excluded.seen_run, gone_since = NULL";

fn subscription_row(s: &Subscription) -> [Arg<'_>; 14] {
    [
        (&s.id).into(),
        (&s.vendor_customer_id).into(),
        (&s.sku).into(),
        (&s.product_name).into(),
        s.status.tag().into(),
        (&s.status_raw).into(),
        s.seats.into(),
        s.unit_cost.into(),
        s.unit_price.into(),
        s.currency.as_ref().into(),
        s.billing_cycle.tag().into(),
        (&s.term).into(),
        s.starts_on.into(),
        s.renews_on.into(),
    ]
}
