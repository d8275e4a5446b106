//! A request budget as a gauge shows it.

use super::foreign::Suspicion;
use super::ring::window;
use super::rows::{HISTORY_WINDOWS, HOUR_MS};
use super::{PaceClass, PaceRule};
use crate::store::arg::args;
use crate::store::{Store, StoreError};

/// What a gauge shows.
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
    /// Who or what gets in our way, if it seems so.
    pub suspicion: Option<Suspicion>,
}

impl Store {
    /// The budget as a gauge shows it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn pace_state(
        &self,
        credential: &str,
        rule: &PaceRule,
    ) -> Result<PaceState, StoreError> {
        let ring = self.read_ring(credential).await?;
        let now = ring.now;
        let rows = self
            .db
            .all(
                "SELECT at_ms, sent, limited FROM pace_history WHERE tenant = $1 AND credential = $2",
                args![self.tenant(), credential],
            )
            .await?;
        let windows = usize::try_from(HISTORY_WINDOWS).unwrap_or(0);
        let mut history = vec![0_u32; windows];
        let mut limited = 0_i64;
        for row in &rows {
            let mut c = row.cells();
            let (at, sent, bad): (i64, i64, i64) = (c.take()?, c.take()?, c.take()?);
            let back = now / window(rule) - at / window(rule);
            if let Some(place) = usize::try_from(back)
                .ok()
                .and_then(|b| windows.checked_sub(b + 1))
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
            paused_ms: wait(ring.lesson.paused_until),
            rate_limited_last_hour: clip(limited),
            history,
            suspicion: ring.lesson.suspicion,
        })
    }
}

fn clip(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}
