//! A credential's ring as it is kept in tables.

use sqlx::AssertSqlSafe;

use super::ring::{Ring, RingSlot, slots, split, window};
use super::{PaceClass, PaceRule};
use crate::store::arg::{Arg, args};
use crate::store::db::{Row, Tx};
use crate::store::{Store, StoreError, bulk};

/// Windows of history that a gauge shows.
pub(super) const HISTORY_WINDOWS: i64 = 30;
pub(super) const HOUR_MS: i64 = 3_600_000;

const STATE: &str =
    "SELECT ceiling, paused_until_ms, bulk_at_ms, kept_until_ms, lesson FROM pace_state
    WHERE tenant = $1 AND credential = $2";
const SLOTS: &str =
    "SELECT k, taken_at_ms, free_at_ms, class FROM pace_slot WHERE tenant = $1 AND credential = $2";

impl Store {
    /// Changes a credential's ring, alone among all processes; tells the database's clock too.
    pub(super) async fn change_ring<T>(
        &self,
        tx: &mut Tx,
        credential: &str,
        rule: &PaceRule,
        change: impl FnOnce(&mut Ring) -> T,
    ) -> Result<(T, i64), StoreError> {
        let before = self.lock_ring(tx, credential, rule).await?;
        let mut ring = before.clone();
        ring.settle(rule);
        let out = change(&mut ring);
        self.save_ring(tx, credential, &before, &ring).await?;
        Ok((out, ring.now))
    }

    /// Reads the ring without a lock, for a gauge; slots that are not made yet are missing.
    pub(super) async fn read_ring(&self, credential: &str) -> Result<Ring, StoreError> {
        let key = args![self.tenant(), credential];
        let mut ring = match self.db.first(STATE, key).await? {
            Some(row) => ring_of(&row)?,
            None => Ring::default(),
        };
        let sql = format!("SELECT {}", self.engine().clock_ms());
        if let Some(row) = self.db.first(AssertSqlSafe(sql), &[]).await? {
            ring.now = row.only()?;
        }
        for row in &self.db.all(SLOTS, key).await? {
            ring.slots.push(slot_of(row)?);
        }
        Ok(ring)
    }

    /// Writes on a slot who took it, and for whom.
    pub(super) async fn sign_slot(
        &self,
        tx: &mut Tx,
        credential: &str,
        slot: i64,
        owner: &str,
        class: PaceClass,
    ) -> Result<(), StoreError> {
        tx.execute(
            "UPDATE pace_slot SET owner = $4, class = $5
             WHERE tenant = $1 AND credential = $2 AND k = $3",
            args![self.tenant(), credential, split(slot).0, owner, class.tag()],
        )
        .await?;
        Ok(())
    }

    /// Counts a request that starts, and forgets what no gauge shows any more.
    pub(super) async fn count_sent(
        &self,
        tx: &mut Tx,
        credential: &str,
        rule: &PaceRule,
        now: i64,
    ) -> Result<(), StoreError> {
        let bucket = now - now % window(rule);
        self.count(tx, credential, bucket, 1, 0).await?;
        let old = (now - HOUR_MS).min(bucket - window(rule) * HISTORY_WINDOWS);
        tx.execute(
            "DELETE FROM pace_history WHERE tenant = $1 AND credential = $2 AND at_ms < $3",
            args![self.tenant(), credential, old],
        )
        .await?;
        Ok(())
    }

    /// Counts a 429.
    pub(super) async fn count_refused(
        &self,
        tx: &mut Tx,
        credential: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.count(tx, credential, now, 0, 1).await
    }

    async fn count(
        &self,
        tx: &mut Tx,
        credential: &str,
        at: i64,
        sent: i64,
        limited: i64,
    ) -> Result<(), StoreError> {
        tx.execute(
            "INSERT INTO pace_history (tenant, credential, at_ms, sent, limited) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant, credential, at_ms) DO UPDATE SET sent = pace_history.sent + excluded.sent,
                 limited = pace_history.limited + excluded.limited",
            args![self.tenant(), credential, at, sent, limited],
        )
        .await?;
        Ok(())
    }

    /// Locks a credential's row, makes what slots are missing, and reads the ring.
    async fn lock_ring(
        &self,
        tx: &mut Tx,
        credential: &str,
        rule: &PaceRule,
    ) -> Result<Ring, StoreError> {
        let key = args![self.tenant(), credential];
        let locked = format!("{STATE}{}", tx.engine().for_update());
        let row = match tx.first(AssertSqlSafe(locked.clone()), key).await? {
            Some(row) => row,
            None => {
                self.know_credential(tx, credential).await?;
                tx.first(AssertSqlSafe(locked), key)
                    .await?
                    .ok_or(sqlx::Error::RowNotFound)?
            }
        };
        let mut ring = ring_of(&row)?;
        let sql = format!("SELECT {}", tx.engine().clock_ms());
        ring.now = tx.value(AssertSqlSafe(sql), &[]).await?;
        for row in &tx.all(SLOTS, key).await? {
            ring.slots.push(slot_of(row)?);
        }
        self.add_missing(tx, credential, rule, &mut ring).await?;
        Ok(ring)
    }

    /// Writes what has changed.
    async fn save_ring(
        &self,
        tx: &mut Tx,
        credential: &str,
        before: &Ring,
        after: &Ring,
    ) -> Result<(), StoreError> {
        for (old, new) in before.slots.iter().zip(&after.slots) {
            if old == new {
                continue;
            }
            tx.execute(
                "UPDATE pace_slot SET taken_at_ms = $4, free_at_ms = $5
                 WHERE tenant = $1 AND credential = $2 AND k = $3",
                args![self.tenant(), credential, new.k, new.taken_at, new.free_at],
            )
            .await?;
        }
        if (after.bulk_at, after.kept_until) != (before.bulk_at, before.kept_until) {
            tx.execute(
                "UPDATE pace_state SET bulk_at_ms = $3, kept_until_ms = $4 WHERE tenant = $1 AND credential = $2",
                args![self.tenant(), credential, after.bulk_at, after.kept_until],
            )
            .await?;
        }
        if after.lesson != before.lesson {
            let lesson = &after.lesson;
            let text = serde_json::to_string(lesson).unwrap_or_default();
            tx.execute(
                "UPDATE pace_state SET ceiling = $3, paused_until_ms = $4, lesson = $5
                 WHERE tenant = $1 AND credential = $2",
                args![
                    self.tenant(),
                    credential,
                    lesson.ceiling,
                    lesson.paused_until,
                    text.as_str()
                ],
            )
            .await?;
        }
        Ok(())
    }

    async fn add_missing(
        &self,
        tx: &mut Tx,
        credential: &str,
        rule: &PaceRule,
        ring: &mut Ring,
    ) -> Result<(), StoreError> {
        let missing: Vec<RingSlot> = (0..slots(rule))
            .filter(|k| !ring.slots.iter().any(|s| s.k == *k))
            .map(RingSlot::open)
            .collect();
        let rows: Vec<_> = missing
            .iter()
            .map(|s| {
                [
                    Arg::from(self.tenant()),
                    Arg::from(credential),
                    Arg::from(s.k),
                    Arg::from(0_i64),
                    Arg::from(0_i64),
                    Arg::from(""),
                    Arg::from(""),
                ]
            })
            .collect();
        let head =
            "INSERT INTO pace_slot (tenant, credential, k, taken_at_ms, free_at_ms, owner, class) ";
        bulk::write(tx, head, "", &rows).await?;
        ring.slots.extend(missing);
        Ok(())
    }

    async fn know_credential(&self, tx: &mut Tx, credential: &str) -> Result<(), StoreError> {
        tx.execute(
            "INSERT INTO pace_state (tenant, credential, paused_until_ms, bulk_at_ms, kept_until_ms)
             VALUES ($1, $2, 0, 0, 0)
             ON CONFLICT (tenant, credential) DO NOTHING",
            args![self.tenant(), credential],
        )
        .await?;
        Ok(())
    }
}

/// The state without clock and slots; a lesson that cannot be read has not been learned.
fn ring_of(row: &Row) -> Result<Ring, StoreError> {
    let mut c = row.cells();
    let (ceiling, paused_until) = (c.take()?, c.take()?);
    let (bulk_at, kept_until) = (c.take()?, c.take()?);
    let mut ring = Ring {
        bulk_at,
        kept_until,
        lesson: serde_json::from_str(&c.take::<String>()?).unwrap_or_default(),
        ..Ring::default()
    };
    (ring.lesson.ceiling, ring.lesson.paused_until) = (ceiling, paused_until);
    Ok(ring)
}

fn slot_of(row: &Row) -> Result<RingSlot, StoreError> {
    let mut c = row.cells();
    Ok(RingSlot {
        k: c.take()?,
        taken_at: c.take()?,
        free_at: c.take()?,
        interactive: c.take::<String>()? != PaceClass::Bulk.tag(),
    })
}
