//! What a complete listing no longer holds: marked as gone, never deleted, and only if the listing can be believed.

use super::arg::args;
use super::db::{Tx, transact};
use super::feed::Area;
use super::runs::Run;
use super::{Store, StoreError, unread};
use crate::domain::time::Ts;

/// More rows than this …
const GUARD_ROWS: i64 = 20;
/// … and more than one in so many must vanish at once before a listing is not believed.
const GUARD_PART: i64 = 5;

/// What closing a stream did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Closed {
    /// Rows marked as gone; if `held`, rows that would have been.
    pub gone: u64,
    /// True if so many vanished that the listing is not believed: nothing was marked.
    pub held: bool,
}

impl Store {
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

    /// Marks as gone what a stream that was read to its end no longer lists. A row in quarantine counts as listed, and so
    /// do the rows of an account that could not be read.
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
            if listing == Listing::Subscriptions {
                unread::settle(tx, self, run).await?;
            }
            tx.changed(self, &[Area::Customers, Area::Review]).await?;
            Ok(Closed {
                gone: gone.cast_unsigned(),
                held: false,
            })
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

/// Known before this run, neither seen in it nor kept by it without being listed, not marked yet, not in quarantine, of no account that could not be read.
macro_rules! absent {
    ($table:literal, $id:literal) => {
        concat!(
            " WHERE tenant = $1 AND connection = $2 AND abs(seen_run) <> $3 AND gone_since IS NULL AND NOT EXISTS
                (SELECT 1 FROM quarantine q WHERE q.tenant = $1 AND q.connection = $2 AND q.run = $3
                     AND q.stream = $4 AND q.source_key = ", $table, ".", $id, ")
                AND NOT EXISTS (SELECT 1 FROM unread_accounts u WHERE u.tenant = $1 AND u.connection = $2
                     AND u.run = $3 AND u.vendor_customer_id = ", $table, ".vendor_customer_id)"
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
