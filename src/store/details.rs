//! What is told of some subscriptions alone: the fine print of a commitment, and the mark of an unchanged row.

use std::collections::{BTreeMap, HashMap};

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::columns::Day;
use super::db::{Cells, Tx};
use super::runs::Run;
use super::subscriptions::{ABOUT, SubscriptionRow};
use super::{Store, StoreError, bulk};
use crate::domain::commitment::{Commitment, Grace, ScheduledSeats};
use crate::domain::ids::{ConnectionName, CustomerId, SubscriptionId};
use crate::domain::subscription::Subscription;
use crate::domain::time::Ts;

const COLUMNS: &str =
    "d.connection, d.vendor_subscription_id, d.committed_until, d.decrease_until, d.decrease_to,
    d.scheduled_on, d.scheduled_seats, d.revision";
const OF_LAST_RUN: &str = "JOIN license_subscriptions s ON s.tenant = $1 AND s.connection = d.connection
    AND s.vendor_subscription_id = d.vendor_subscription_id WHERE d.tenant = $1 AND d.run = s.seen_run";

impl Store {
    /// The marks of a connection's rows that are still listed, by id: what has the same mark later has not changed.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn revisions(
        &self,
        connection: &ConnectionName,
    ) -> Result<BTreeMap<SubscriptionId, String>, StoreError> {
        let sql = "SELECT d.vendor_subscription_id, d.revision FROM license_details d JOIN license_subscriptions s
                     ON s.tenant = $1 AND s.connection = $2 AND s.vendor_subscription_id = d.vendor_subscription_id
                 WHERE d.tenant = $1 AND d.connection = $2 AND d.run = s.seen_run AND d.revision <> ''
                     AND s.gone_since IS NULL";
        self.db
            .read(sql, args![self.tenant(), connection], |row| {
                let mut c = row.cells();
                Ok((c.id()?, c.take()?))
            })
            .await
    }

    /// What is told of some rows alone: of all rows, or of those about one customer.
    pub(super) async fn details(&self, about: Option<CustomerId>) -> Result<Details, StoreError> {
        let found = match about {
            None => {
                let sql = format!("SELECT {COLUMNS} FROM license_details d {OF_LAST_RUN}");
                self.db
                    .all(AssertSqlSafe(sql), args![self.tenant()])
                    .await?
            }
            Some(customer) => {
                let sql = format!(
                    "{ABOUT} SELECT {COLUMNS} FROM about a JOIN license_details d ON d.connection = a.connection
                         AND d.vendor_subscription_id = a.vendor_subscription_id {OF_LAST_RUN}"
                );
                let key = args![self.tenant(), customer];
                self.db.all(AssertSqlSafe(sql), key).await?
            }
        };
        let mut details = HashMap::with_capacity(found.len());
        for row in &found {
            let mut c = row.cells();
            let key: (ConnectionName, SubscriptionId) = (c.id()?, c.id()?);
            details.insert(key, (commitment(&mut c)?, c.take::<String>()?));
        }
        Ok(Details(details))
    }
}

/// What is told of some subscriptions alone.
pub(super) struct Details(HashMap<(ConnectionName, SubscriptionId), (Commitment, String)>);

impl Details {
    /// Adds it to the rows.
    pub(super) fn fill(mut self, rows: &mut [SubscriptionRow]) {
        if self.0.is_empty() {
            return;
        }
        for row in rows {
            let key = (row.connection.clone(), row.subscription.id.clone());
            if let Some((commitment, revision)) = self.0.remove(&key) {
                row.subscription.commitment = commitment;
                row.subscription.revision = revision;
            }
        }
    }
}

/// Keeps what a page tells of some of its rows.
pub(super) async fn save(
    tx: &mut Tx,
    store: &Store,
    run: &Run,
    subscriptions: &[&Subscription],
) -> Result<(), StoreError> {
    let telling = |s: &&&Subscription| !s.commitment.is_empty() || !s.revision.is_empty();
    let rows: Vec<_> = subscriptions
        .iter()
        .filter(telling)
        .map(|s| row(store, run, s))
        .collect();
    bulk::write(tx, HEAD, TAIL, &rows).await
}

/// Takes rows as seen that the listing shows unchanged, with what was told of them.
pub(super) async fn keep_unchanged(
    tx: &mut Tx,
    store: &Store,
    run: &Run,
    unchanged: &[SubscriptionId],
    now: Ts,
) -> Result<(), StoreError> {
    let ids = bulk::last_of_each(unchanged, |id| id.as_str());
    let rows: Vec<_> = ids
        .iter()
        .map(|id| {
            [
                Arg::from(store.tenant()),
                Arg::from(&run.connection),
                Arg::from(*id),
                Arg::from(run.id),
                Arg::from(now),
            ]
        })
        .collect();
    bulk::write(tx, SEEN_HEAD, SEEN_DETAILS, &rows).await?;
    bulk::write(tx, SEEN_HEAD, SEEN_ROWS, &rows).await
}

const HEAD: &str =
    "INSERT INTO license_details (tenant, connection, vendor_subscription_id, run, committed_until,
    decrease_until, decrease_to, scheduled_on, scheduled_seats, revision) ";
const TAIL: &str =
    " ON CONFLICT (tenant, connection, vendor_subscription_id) DO UPDATE SET run = excluded.run,
    committed_until = excluded.committed_until, decrease_until = excluded.decrease_until,
    decrease_to = excluded.decrease_to, scheduled_on = excluded.scheduled_on,
    scheduled_seats = excluded.scheduled_seats, revision = excluded.revision";

const SEEN_HEAD: &str = "WITH w (tenant, connection, id, run, now) AS (";
/// Before the rows themselves, whose `seen_run` says whether the details still count.
const SEEN_DETAILS: &str =
    ") UPDATE license_details AS d SET run = w.run FROM w, license_subscriptions s
    WHERE d.tenant = w.tenant AND d.connection = w.connection AND d.vendor_subscription_id = w.id
        AND s.tenant = w.tenant AND s.connection = w.connection AND s.vendor_subscription_id = w.id
        AND d.run = s.seen_run";
const SEEN_ROWS: &str =
    ") UPDATE license_subscriptions AS s SET seen_run = w.run, last_seen_at = w.now,
    gone_since = NULL FROM w
    WHERE s.tenant = w.tenant AND s.connection = w.connection AND s.vendor_subscription_id = w.id";

fn row<'a>(store: &'a Store, run: &'a Run, s: &'a Subscription) -> [Arg<'a>; 10] {
    let c = &s.commitment;
    [
        store.tenant().into(),
        (&run.connection).into(),
        (&s.id).into(),
        run.id.into(),
        c.ends_on.map(Day).into(),
        c.grace.map(|grace| Day(grace.until)).into(),
        c.grace.map(|grace| grace.down_to).into(),
        c.scheduled.map(|change| Day(change.on)).into(),
        c.scheduled.map(|change| change.seats).into(),
        (&s.revision).into(),
    ]
}

/// Reads five columns, from `committed_until` to `scheduled_seats`.
fn commitment(c: &mut Cells<'_>) -> Result<Commitment, StoreError> {
    let ends_on = c.take::<Option<Day>>()?.map(|day| day.0);
    let grace = (c.take::<Option<Day>>()?).zip(c.take::<Option<i64>>()?);
    let scheduled = (c.take::<Option<Day>>()?).zip(c.take::<Option<i64>>()?);
    Ok(Commitment {
        ends_on,
        grace: grace.map(|(until, down_to)| Grace {
            until: until.0,
            down_to,
        }),
        scheduled: scheduled.map(|(on, seats)| ScheduledSeats { on: on.0, seats }),
    })
}
