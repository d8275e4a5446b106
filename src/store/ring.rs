//! The ring of slots of one credential, at one instant: who may send now, and when others may. Pure.

use super::pacing::{Grant, PaceClass, PaceRule};

/// Slots that bulk work leaves to people, so that nobody waits behind a sync.
const RESERVED: usize = 2;
/// Interactive requests in a window, so that people cannot starve a sync.
const INTERACTIVE: usize = 10;
/// No wait is shorter: the clocks of database and process need not tick alike.
const MIN_WAIT_MS: i64 = 10;

/// A slot as it is kept; times in milliseconds of the database's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RingSlot {
    /// Its number.
    pub(super) k: i64,
    /// When its last request started.
    pub(super) taken_at: i64,
    /// When it opens.
    pub(super) free_at: i64,
    /// Whether a person waited for that request.
    pub(super) interactive: bool,
}

/// A credential's ring.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ring {
    /// The database's clock.
    pub(super) now: i64,
    /// Slots that may be closed at once, where that is less than the rule says.
    pub(super) ceiling: Option<i64>,
    /// Until when nobody sends.
    pub(super) paused_until: i64,
    /// When bulk work last started a request.
    pub(super) bulk_at: i64,
    /// The slots, in no order.
    pub(super) slots: Vec<RingSlot>,
}

impl Ring {
    /// Slots that may be closed at once.
    pub(super) fn ceiling(&self, rule: &PaceRule) -> usize {
        let limit = i64::from(rule.limit.max(1));
        let now = self.ceiling.unwrap_or(limit).clamp(1, limit);
        usize::try_from(now).unwrap_or(1)
    }

    /// The slots that are not open yet.
    pub(super) fn closed(&self) -> impl Iterator<Item = &RingSlot> {
        self.slots.iter().filter(|s| s.free_at > self.now)
    }

    /// When at most `n` slots will be closed.
    fn when_closed_at_most(&self, n: usize) -> i64 {
        let mut ends: Vec<i64> = self.closed().map(|s| s.free_at).collect();
        ends.sort_unstable_by(|a, b| b.cmp(a));
        ends.get(n).copied().unwrap_or(self.now)
    }

    /// When a request of the class may start: now or later.
    pub(super) fn earliest(&self, rule: &PaceRule, class: PaceClass) -> i64 {
        let window = window(rule);
        let ceiling = self.ceiling(rule);
        let own = match class {
            PaceClass::Bulk => {
                let reserved = RESERVED.min(ceiling / 4);
                let gap = window / i64::try_from(ceiling).unwrap_or(1);
                (self.bulk_at + gap).max(self.when_closed_at_most(ceiling - 1 - reserved))
            }
            PaceClass::Interactive => {
                let cap = INTERACTIVE.min((ceiling / 2).max(1));
                let mut recent: Vec<i64> = self
                    .slots
                    .iter()
                    .filter(|s| s.interactive && s.taken_at > self.now - window)
                    .map(|s| s.taken_at + window)
                    .collect();
                recent.sort_unstable_by(|a, b| b.cmp(a));
                let capped = recent.get(cap - 1).copied().unwrap_or(self.now);
                capped.max(self.when_closed_at_most(ceiling - 1))
            }
        };
        own.max(self.paused_until).max(self.now)
    }

    /// The open slot that has been open for longest.
    fn open_slot(&self, rule: &PaceRule) -> Option<i64> {
        self.slots
            .iter()
            .filter(|s| s.free_at <= self.now && s.k < i64::from(rule.limit.max(1)))
            .min_by_key(|s| s.free_at)
            .map(|s| s.k)
    }

    /// A slot, or how long to wait.
    pub(super) fn decide(&self, rule: &PaceRule, class: PaceClass) -> Grant {
        let wait = self.earliest(rule, class) - self.now;
        match self.open_slot(rule) {
            Some(k) if wait <= 0 => Grant::Slot(k),
            _ => Grant::Wait {
                ms: wait.max(MIN_WAIT_MS).cast_unsigned(),
            },
        }
    }
}

/// The rule's window in milliseconds.
pub(super) fn window(rule: &PaceRule) -> i64 {
    i64::try_from(rule.window_ms).unwrap_or(i64::MAX / 4).max(1)
}
