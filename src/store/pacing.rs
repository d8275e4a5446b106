//! The request budget of a credential, shared by all processes on the database: a ring of slots.
//!
//! A slot is closed when a request starts and opens again one window after the answer to it has come. So in no window
//! does the server receive more requests than there are slots, whatever the latency and whoever dies. The clock is the
//! database's.

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::db::{Tx, transact};
use super::ring::{Ring, RingSlot, hold, joined, slots, split, window};
use super::{Store, StoreError, bulk};

/// Windows of history that a gauge shows.
const HISTORY: usize = 30;
const HISTORY_WINDOWS: i64 = 30;
const HOUR_MS: i64 = 3_600_000;

/// How many requests in which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceRule {
    /// Requests in a window.
    pub limit: u32,
    /// The window, in milliseconds.
    pub window_ms: u64,
    /// The longest that a request can last, in milliseconds: so long a slot of a dead process stays closed before its
    /// window begins.
    pub hold_ms: u64,
}

/// Whether a person waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaceClass {
    /// A person waits.
    Interactive,
    /// A sync.
    Bulk,
}

impl PaceClass {
    fn tag(self) -> &'static str {
        match self {
            PaceClass::Interactive => "interactive",
            PaceClass::Bulk => "bulk",
        }
    }
}

/// The answer to a request for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Go; hand the slot back afterwards. The number stands for this one use of it: a process that stood still so long
    /// that its slot was given to another cannot open it.
    Slot(i64),
    /// Ask again after so many milliseconds.
    Wait {
        /// At least 10.
        ms: u64,
    },
}

/// A budget as a gauge shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceState {
    /// Slots that are closed: requests of the last window.
    pub used: u32,
    /// Slots that may be closed at once now.
    pub ceiling: u32,
    /// Milliseconds until bulk work may send next; 0 for at once.
    pub next_slot_ms: u64,
    /// Milliseconds until a pause ends.
    pub paused_ms: u64,
    /// 429s in the last hour.
    pub rate_limited_last_hour: u32,
    /// Requests in each of the last 30 windows, oldest first.
    pub history: Vec<u32>,
}

impl Store {
    /// Asks for a slot. The caller waits as told and asks again; giving up needs no word.
    ///
    /// # Errors
    /// If the database cannot be written: then nothing may be sent.
    pub async fn pace_take(
        &self,
        credential: &str,
        rule: &PaceRule,
        class: PaceClass,
        owner: &str,
    ) -> Result<Grant, StoreError> {
        transact!(self, |tx| {
            let ring = self.lock_ring(tx, credential, rule).await?;
            let grant = ring.decide(rule, class);
            let (mut bulk_at, mut kept_until) = (ring.bulk_at, ring.kept_until);
            match (grant, class) {
                (Grant::Slot(_), PaceClass::Bulk) => bulk_at = ring.now,
                (Grant::Slot(_), PaceClass::Interactive) => kept_until = 0,
                (Grant::Wait { .. }, PaceClass::Bulk) => {}
                (Grant::Wait { .. }, PaceClass::Interactive) => {
                    kept_until = ring.kept_for_person(rule).unwrap_or(kept_until);
                }
            }
            if (bulk_at, kept_until) != (ring.bulk_at, ring.kept_until) {
                tx.execute(
                    "UPDATE pace_state SET bulk_at_ms = $3, kept_until_ms = $4 WHERE tenant = $1 AND credential = $2",
                    args![self.tenant(), credential, bulk_at, kept_until],
                )
                .await?;
            }
            if let Grant::Slot(k) = grant {
                let free_at = ring.now + hold(rule) + window(rule);
                tx.execute(
                    "UPDATE pace_slot SET taken_at_ms = $4, free_at_ms = $5, owner = $6, class = $7
                     WHERE tenant = $1 AND credential = $2 AND k = $3",
                    args![
                        self.tenant(),
                        credential,
                        k,
                        ring.now,
                        free_at,
                        owner,
                        class.tag()
                    ],
                )
                .await?;
                let bucket = ring.now - ring.now % window(rule);
                self.count(tx, credential, bucket, 1, 0).await?;
                let old = (ring.now - HOUR_MS).min(bucket - window(rule) * HISTORY_WINDOWS);
                tx.execute(
                    "DELETE FROM pace_history WHERE tenant = $1 AND credential = $2 AND at_ms < $3",
                    args![self.tenant(), credential, old],
                )
                .await?;
            }
            Ok(match grant {
                Grant::Slot(k) => Grant::Slot(joined(k, ring.now)),
                wait => wait,
            })
        })
    }

    /// The answer came (or may have): the slot opens one window from now.
    ///
    /// # Errors
    /// If the database cannot be written: then the slot opens by itself after the rule's hold.
    pub async fn pace_give(
        &self,
        credential: &str,
        slot: i64,
        rule: &PaceRule,
    ) -> Result<(), StoreError> {
        let (k, taken_at) = split(slot);
        transact!(self, |tx| {
            let sql = format!(
                "UPDATE pace_slot SET free_at_ms = {} + $5
                 WHERE tenant = $1 AND credential = $2 AND k = $3 AND taken_at_ms = $4",
                tx.engine().clock_ms()
            );
            let key = args![self.tenant(), credential, k, taken_at, window(rule)];
            tx.execute(AssertSqlSafe(sql), key).await?;
            Ok(())
        })
    }

    /// The request certainly never left: the slot is open at once, as if it had not been taken.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn pace_free(&self, credential: &str, slot: i64) -> Result<(), StoreError> {
        let (k, taken_at) = split(slot);
        transact!(self, |tx| {
            tx.execute(
                "UPDATE pace_slot SET free_at_ms = 0, taken_at_ms = 0
                 WHERE tenant = $1 AND credential = $2 AND k = $3 AND taken_at_ms = $4",
                args![self.tenant(), credential, k, taken_at],
            )
            .await?;
            Ok(())
        })
    }

    /// Nobody sends for so long: the server said 429. A pause that ends later stays.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn pace_pause(&self, credential: &str, ms: u64) -> Result<(), StoreError> {
        transact!(self, |tx| {
            self.know_credential(tx, credential).await?;
            let clock = tx.engine().clock_ms();
            let sql = format!(
                "UPDATE pace_state SET paused_until_ms = CASE WHEN paused_until_ms > {clock} + $3
                     THEN paused_until_ms ELSE {clock} + $3 END
                 WHERE tenant = $1 AND credential = $2"
            );
            tx.execute(AssertSqlSafe(sql), args![self.tenant(), credential, ms])
                .await?;
            Ok(())
        })
    }

    /// Sets how many slots may be closed at once: lower after a 429, up to the rule's limit later.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn pace_ceiling(&self, credential: &str, ceiling: u32) -> Result<(), StoreError> {
        transact!(self, |tx| {
            self.know_credential(tx, credential).await?;
            tx.execute(
                "UPDATE pace_state SET ceiling = $3 WHERE tenant = $1 AND credential = $2",
                args![self.tenant(), credential, ceiling],
            )
            .await?;
            Ok(())
        })
    }

    /// Counts a 429.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note_rate_limited(&self, credential: &str) -> Result<(), StoreError> {
        transact!(self, |tx| {
            let sql = format!("SELECT {}", tx.engine().clock_ms());
            let now: i64 = tx.value(AssertSqlSafe(sql), &[]).await?;
            self.count(tx, credential, now, 0, 1).await
        })
    }

    /// The budget as a gauge shows it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn pace_state(
        &self,
        credential: &str,
        rule: &PaceRule,
    ) -> Result<PaceState, StoreError> {
        let key = args![self.tenant(), credential];
        let sql = format!("SELECT {}", self.engine().clock_ms());
        let now: i64 = match self.db.first(AssertSqlSafe(sql), &[]).await? {
            Some(row) => row.only()?,
            None => 0,
        };
        let mut ring = Ring {
            now,
            ..Ring::default()
        };
        if let Some(row) = self.db.first(STATE, key).await? {
            let mut c = row.cells();
            (ring.ceiling, ring.paused_until) = (c.take()?, c.take()?);
            (ring.bulk_at, ring.kept_until) = (c.take()?, c.take()?);
        }
        for row in &self.db.all(SLOTS, key).await? {
            ring.slots.push(ring_slot(row)?);
        }
        let rows = self
            .db
            .all(
                "SELECT at_ms, sent, limited FROM pace_history WHERE tenant = $1 AND credential = $2",
                key,
            )
            .await?;
        let mut history = vec![0_u32; HISTORY];
        let mut limited = 0_i64;
        for row in &rows {
            let mut c = row.cells();
            let (at, sent, bad): (i64, i64, i64) = (c.take()?, c.take()?, c.take()?);
            let back = now / window(rule) - at / window(rule);
            if let Some(place) = usize::try_from(back)
                .ok()
                .and_then(|b| (HISTORY - 1).checked_sub(b))
            {
                history[place] = history[place].saturating_add(clip(sent));
            }
            if at > now - HOUR_MS {
                limited += bad;
            }
        }
        let wait = |until: i64| (until - now).max(0).cast_unsigned();
        Ok(PaceState {
            used: u32::try_from(ring.closed().count()).unwrap_or(u32::MAX),
            ceiling: u32::try_from(ring.ceiling(rule)).unwrap_or(u32::MAX),
            next_slot_ms: wait(ring.earliest(rule, PaceClass::Bulk)),
            paused_ms: wait(ring.paused_until),
            rate_limited_last_hour: clip(limited),
            history,
        })
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
        let mut c = row.cells();
        let (ceiling, paused_until) = (c.take()?, c.take()?);
        let (bulk_at, kept_until) = (c.take()?, c.take()?);
        let sql = format!("SELECT {}", tx.engine().clock_ms());
        let mut ring = Ring {
            now: tx.value(AssertSqlSafe(sql), &[]).await?,
            ceiling,
            paused_until,
            bulk_at,
            kept_until,
            slots: Vec::new(),
        };
        for row in &tx.all(SLOTS, key).await? {
            ring.slots.push(ring_slot(row)?);
        }
        let missing: Vec<RingSlot> = (0..slots(rule))
            .filter(|k| !ring.slots.iter().any(|s| s.k == *k))
            .map(|k| RingSlot {
                k,
                taken_at: 0,
                free_at: 0,
                interactive: false,
            })
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
        bulk::insert(tx, head, "", &rows).await?;
        ring.slots.extend(missing);
        Ok(ring)
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
}

const STATE: &str = "SELECT ceiling, paused_until_ms, bulk_at_ms, kept_until_ms FROM pace_state WHERE tenant = $1 AND credential = $2";
const SLOTS: &str =
    "SELECT k, taken_at_ms, free_at_ms, class FROM pace_slot WHERE tenant = $1 AND credential = $2";

fn ring_slot(row: &super::db::Row) -> Result<RingSlot, StoreError> {
    let mut c = row.cells();
    Ok(RingSlot {
        k: c.take()?,
        taken_at: c.take()?,
        free_at: c.take()?,
        interactive: c.take::<String>()? == PaceClass::Interactive.tag(),
    })
}

fn clip(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}
