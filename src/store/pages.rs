//! What a run writes: pages, the marks of what is gone, the week's seats.
//!
//! A page is one transaction: its rows, its quarantine, its checkpoint and its counts, under the run's lease.

use sha2::{Digest, Sha256};

use super::arg::{Arg, args};
use super::db::{Tx, transact};
use super::runs::Run;
use super::{Store, StoreError, bulk};
use crate::domain::party::VendorCustomer;
use crate::domain::subscription::{Quarantined, Subscription};
use crate::domain::time::Ts;

/// More rows than this …
const GUARD_ROWS: i64 = 20;
/// … and more than one in so many must vanish at once before a listing is not believed.
const GUARD_PART: i64 = 5;

/// A page to keep.
#[derive(Debug, Clone, Copy)]
pub struct PageWrite<'a> {
    /// The stream's tag: `customers`, `subscriptions`.
    pub stream: &'a str,
    /// Customers on the page.
    pub customers: &'a [VendorCustomer],
    /// Subscriptions on the page.
    pub subscriptions: &'a [Subscription],
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

/// What closing a stream did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Closed {
    /// Rows marked as gone; if `held`, rows that would have been.
    pub gone: u64,
    /// True if so many vanished that the listing is not believed: nothing was marked.
    pub held: bool,
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
        let customer_rows: Vec<_> = customers
            .iter()
            .map(|c| customer_row(self, run, c, page.now))
            .collect();
        let subscription_rows: Vec<_> = subscriptions
            .iter()
            .map(|s| subscription_row(self, run, s, page.now))
            .collect();
        let quarantine_rows: Vec<_> = quarantined
            .iter()
            .map(|(q, key)| quarantine_row(self, run, q, key, page.now))
            .collect();
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            bulk::insert(tx, CUSTOMER_HEAD, CUSTOMER_TAIL, &customer_rows).await?;
            bulk::insert(tx, SUBSCRIPTION_HEAD, SUBSCRIPTION_TAIL, &subscription_rows).await?;
            bulk::insert(tx, QUARANTINE_HEAD, QUARANTINE_TAIL, &quarantine_rows).await?;
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
                    subscriptions.len() as u64
                ],
            )
            .await?;
            tx.changed(self.tenant()).await?;
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
            Ok(())
        })
    }

    /// How many different ids of a stream the run has seen, those in quarantine included.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn seen_count(&self, run: &Run, stream: &str) -> Result<u64, StoreError> {
        let Some(sql) = Listing::of(stream).map(Listing::seen) else {
            return Ok(0);
        };
        let row = self
            .db
            .first(sql, args![self.tenant(), &run.connection, run.id, stream])
            .await?;
        row.map_or(Ok(0), |row| row.cells().count())
    }

    /// Marks as gone what a stream that was read to its end no longer lists. A row in quarantine counts as listed.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] if another process holds the run.
    pub async fn close_stream(
        &self,
        run: &Run,
        stream: &str,
        now: Ts,
    ) -> Result<Closed, StoreError> {
        let Some(listing) = Listing::of(stream) else {
            return Ok(Closed::default());
        };
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            let (gone, known) = count_gone(tx, self, listing, run, stream).await?;
            let unbelievable = gone > GUARD_ROWS && gone * GUARD_PART > known;
            if gone > 0
                && (unbelievable
                    || gone == known && !any_seen(tx, self, run, stream, listing).await?)
            {
                return Ok(Closed {
                    gone: gone.cast_unsigned(),
                    held: true,
                });
            }
            tx.execute(
                listing.mark(),
                args![self.tenant(), &run.connection, run.id, stream, now],
            )
            .await?;
            tx.changed(self.tenant()).await?;
            Ok(Closed {
                gone: gone.cast_unsigned(),
                held: false,
            })
        })
    }

    /// Writes the seats of the run's week for what the connection lists now. A later sync of the week replaces it.
    /// Tells how many rows were written.
    ///
    /// # Errors
    /// [`StoreError::TakenOver`] if another process holds the run.
    pub async fn snapshot_week(&self, run: &Run, now: Ts) -> Result<u64, StoreError> {
        transact!(self, |tx| {
            self.fence(tx, run).await?;
            let rows = tx
                .execute(
                    "INSERT INTO license_usage (tenant, connection, vendor_subscription_id, week_start, vendor, seats,
                         unit_cost, currency, status, captured_at)
                     SELECT tenant, connection, vendor_subscription_id, $3, vendor, seats, unit_cost, currency,
                         status, $4
                     FROM license_subscriptions WHERE tenant = $1 AND connection = $2 AND gone_since IS NULL
                     ON CONFLICT (tenant, connection, vendor_subscription_id, week_start) DO UPDATE SET
                         vendor = excluded.vendor, seats = excluded.seats, unit_cost = excluded.unit_cost,
                         currency = excluded.currency, status = excluded.status, captured_at = excluded.captured_at",
                    args![self.tenant(), &run.connection, run.week, now],
                )
                .await?;
            tx.changed(self.tenant()).await?;
            Ok(rows)
        })
    }
}

/// What a stream lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listing {
    Customers,
    Subscriptions,
}

/// The statements of a listing, for its table and its id column. `$1` tenant, `$2` connection, `$3` run, `$4` stream.
macro_rules! listing_sql {
    ($self:expr, $sql:ident) => {
        match $self {
            Listing::Customers => $sql!("vendor_customers", "vendor_customer_id"),
            Listing::Subscriptions => $sql!("license_subscriptions", "vendor_subscription_id"),
        }
    };
}

/// Known before this run, not seen in it, not marked yet, not in quarantine.
macro_rules! absent {
    ($table:literal, $id:literal) => {
        concat!(
            " WHERE tenant = $1 AND connection = $2 AND seen_run <> $3 AND gone_since IS NULL AND NOT EXISTS
                (SELECT 1 FROM quarantine q WHERE q.tenant = $1 AND q.connection = $2 AND q.run = $3
                     AND q.stream = $4 AND q.source_key = ", $table, ".", $id, ")"
        )
    };
}
macro_rules! seen {
    ($table:literal, $id:literal) => {
        concat!(
            "SELECT (SELECT count(*) FROM ", $table, " WHERE tenant = $1 AND connection = $2 AND seen_run = $3)
                + (SELECT count(*) FROM quarantine q WHERE q.tenant = $1 AND q.connection = $2 AND q.run = $3
                     AND q.stream = $4 AND q.source_id <> '' AND NOT EXISTS
                     (SELECT 1 FROM ", $table, " t WHERE t.tenant = $1 AND t.connection = $2 AND t.seen_run = $3
                          AND t.", $id, " = q.source_id))"
        )
    };
}
macro_rules! mark {
    ($table:literal, $id:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET gone_since = $5",
            absent!($table, $id)
        )
    };
}
macro_rules! gone {
    ($table:literal, $id:literal) => {
        concat!("SELECT count(*) FROM ", $table, absent!($table, $id))
    };
}
macro_rules! known {
    ($table:literal, $id:literal) => {
        concat!(
            "SELECT count(*) FROM ",
            $table,
            " WHERE tenant = $1 AND connection = $2 AND first_run <> $3 AND gone_since IS NULL"
        )
    };
}

impl Listing {
    fn of(stream: &str) -> Option<Self> {
        match stream {
            "customers" => Some(Self::Customers),
            "subscriptions" => Some(Self::Subscriptions),
            _ => None,
        }
    }

    fn seen(self) -> &'static str {
        listing_sql!(self, seen)
    }

    fn mark(self) -> &'static str {
        listing_sql!(self, mark)
    }

    fn gone(self) -> &'static str {
        listing_sql!(self, gone)
    }

    fn known(self) -> &'static str {
        listing_sql!(self, known)
    }
}

/// How many rows vanished, and how many there were before this run.
async fn count_gone(
    tx: &mut Tx,
    store: &Store,
    listing: Listing,
    run: &Run,
    stream: &str,
) -> Result<(i64, i64), StoreError> {
    let key = args![store.tenant(), &run.connection, run.id, stream];
    let gone = tx.value(listing.gone(), key).await?;
    let known = tx.value(listing.known(), &key[..3]).await?;
    Ok((gone, known))
}

/// False if the run has seen nothing at all: an empty listing where there were rows is not believed.
async fn any_seen(
    tx: &mut Tx,
    store: &Store,
    run: &Run,
    stream: &str,
    listing: Listing,
) -> Result<bool, StoreError> {
    let key = args![store.tenant(), &run.connection, run.id, stream];
    Ok(tx.value::<i64>(listing.seen(), key).await? > 0)
}

/// What tells one row in quarantine from another: its id, or a digest where it has none.
fn source_key(row: &Quarantined) -> String {
    if !row.source_id.is_empty() {
        return row.source_id.clone();
    }
    let digest = Sha256::digest(format!("{}\n{}", row.reason, row.payload));
    digest
        .iter()
        .take(16)
        .fold("#".to_owned(), |mut key, byte| {
            key.push_str(&format!("{byte:02x}"));
            key
        })
}

const CUSTOMER_HEAD: &str = "INSERT INTO vendor_customers (tenant, connection, vendor_customer_id, vendor, name, domain,
    email, phone, address, city, state, postcode, country, ms_tenant_id, psa_id_hint, link_state, link_reason,
    first_seen_at, last_seen_at, first_run, seen_run) ";
const CUSTOMER_TAIL: &str = " ON CONFLICT (tenant, connection, vendor_customer_id) DO UPDATE SET
    vendor = excluded.vendor, name = excluded.name, domain = excluded.domain, email = excluded.email,
    phone = excluded.phone, address = excluded.address, city = excluded.city, state = excluded.state,
    postcode = excluded.postcode, country = excluded.country, ms_tenant_id = excluded.ms_tenant_id,
    psa_id_hint = excluded.psa_id_hint, last_seen_at = excluded.last_seen_at, seen_run = excluded.seen_run,
    gone_since = NULL";

fn customer_row<'a>(
    store: &'a Store,
    run: &'a Run,
    c: &'a VendorCustomer,
    now: Ts,
) -> [Arg<'a>; 21] {
    let p = &c.profile;
    [
        store.tenant().into(),
        (&run.connection).into(),
        (&c.id).into(),
        run.vendor.tag().into(),
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
        now.into(),
        now.into(),
        run.id.into(),
        run.id.into(),
    ]
}

const SUBSCRIPTION_HEAD: &str = "INSERT INTO license_subscriptions (tenant, connection, vendor_subscription_id, vendor,
    vendor_customer_id, sku, product_name, status, status_raw, seats, unit_cost, unit_price, currency, billing_cycle,
    term, starts_on, renews_on, first_seen_at, last_seen_at, first_run, seen_run) ";
const SUBSCRIPTION_TAIL: &str = " ON CONFLICT (tenant, connection, vendor_subscription_id) DO UPDATE SET
    vendor = excluded.vendor, vendor_customer_id = excluded.vendor_customer_id, sku = excluded.sku,
    product_name = excluded.product_name, status = excluded.status, status_raw = excluded.status_raw,
    seats = excluded.seats, unit_cost = excluded.unit_cost, unit_price = excluded.unit_price,
    currency = excluded.currency, billing_cycle = excluded.billing_cycle, term = excluded.term,
    starts_on = excluded.starts_on, renews_on = excluded.renews_on, last_seen_at = excluded.last_seen_at,
    seen_run = excluded.seen_run, gone_since = NULL";

fn subscription_row<'a>(
    store: &'a Store,
    run: &'a Run,
    s: &'a Subscription,
    now: Ts,
) -> [Arg<'a>; 21] {
    [
        store.tenant().into(),
        (&run.connection).into(),
        (&s.id).into(),
        run.vendor.tag().into(),
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
        now.into(),
        now.into(),
        run.id.into(),
        run.id.into(),
    ]
}

const QUARANTINE_HEAD: &str =
    "INSERT INTO quarantine (tenant, connection, stream, source_key, source_id, reason,
    payload, run, first_seen_at, at, times) ";
const QUARANTINE_TAIL: &str = " ON CONFLICT (tenant, connection, stream, source_key) DO UPDATE SET
    source_id = excluded.source_id, reason = excluded.reason, payload = excluded.payload, run = excluded.run,
    at = excluded.at, times = quarantine.times + 1";

fn quarantine_row<'a>(
    store: &'a Store,
    run: &'a Run,
    q: &'a Quarantined,
    key: &'a String,
    now: Ts,
) -> [Arg<'a>; 11] {
    [
        store.tenant().into(),
        (&run.connection).into(),
        (&q.stream).into(),
        key.into(),
        (&q.source_id).into(),
        (&q.reason).into(),
        (&q.payload).into(),
        run.id.into(),
        now.into(),
        now.into(),
        1_i64.into(),
    ]
}
