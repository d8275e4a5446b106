//! The ring of slots of one credential, and what each request and each answer changes in it. Pure; who may send when is
//! in `turn.rs`.

use super::lesson::{Lesson, PaceNews, Refused};
use super::{Grant, PaceClass, PaceRule, Refusal};
use crate::domain::quota::Quota;

/// No ring has more slots.
const MAX_SLOTS: i64 = 1 << 16;

/// A slot as it is kept; times in milliseconds of the database's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RingSlot {
    /// Its number.
    pub(super) k: i64,
    /// When its last request started.
    pub(super) taken_at: i64,
    /// When it opens.
    pub(super) free_at: i64,
    /// Whether that request went ahead of bulk work.
    pub(super) interactive: bool,
}

impl RingSlot {
    /// One that was never used.
    pub(super) fn open(k: i64) -> Self {
        Self {
            k,
            taken_at: 0,
            free_at: 0,
            interactive: false,
        }
    }
}

/// A credential's ring.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ring {
    /// The database's clock.
    pub(super) now: i64,
    /// When bulk work last started a request.
    pub(super) bulk_at: i64,
    /// Until when the next slot to open is a person's.
    pub(super) kept_until: i64,
    /// What answers have taught.
    pub(super) lesson: Lesson,
    /// The slots, in no order.
    pub(super) slots: Vec<RingSlot>,
}

impl Ring {
    /// Takes a slot, or says how long to wait.
    pub(super) fn take(&mut self, rule: &PaceRule, class: PaceClass) -> Grant {
        let grant = self.decide(rule, class);
        let Grant::Slot(k) = grant else {
            if class != PaceClass::Bulk {
                self.kept_until = self.kept_for_person(rule).unwrap_or(self.kept_until);
            }
            return grant;
        };
        match class {
            PaceClass::Bulk => {
                self.lesson.busy_since = self.busy_since(rule);
                self.bulk_at = self.now;
            }
            PaceClass::Token => self.kept_until = 0,
            PaceClass::Interactive => {
                self.kept_until = 0;
                self.lesson.person_at = self.now;
            }
        }
        if self.lesson.in_a_row > 0 {
            self.lesson.trial_until = self.now + hold(rule);
        }
        let (now, free_at) = (self.now, self.now + hold(rule) + window(rule));
        if let Some(slot) = self.slots.iter_mut().find(|s| s.k == k) {
            slot.taken_at = now;
            slot.free_at = free_at;
            slot.interactive = class != PaceClass::Bulk;
        }
        Grant::Slot(joined(k, now))
    }

    /// The request ended without an answer but may have arrived: its slot opens one window from now.
    pub(super) fn give(&mut self, rule: &PaceRule, slot: i64) {
        let until = self.now + window(rule);
        self.hand_back(slot, |slot| slot.free_at = until);
    }

    /// The request certainly never left: its slot is open at once, as if it had not been taken.
    pub(super) fn free(&mut self, slot: i64) {
        self.hand_back(slot, |slot| (slot.free_at, slot.taken_at) = (0, 0));
    }

    /// The request was answered, and not with 429.
    pub(super) fn answered(&mut self, rule: &PaceRule, slot: i64) -> Vec<PaceNews> {
        self.give(rule, slot);
        let own = self.own_before(rule, self.now + 1);
        self.lesson.answered(self.now, rule, split(slot).1, own)
    }

    /// The request was answered with 429, and the wait asked for; times in milliseconds.
    pub(super) fn refused(
        &mut self,
        rule: &PaceRule,
        slot: i64,
        asked: Option<i64>,
        jitter: i64,
    ) -> Refusal {
        self.give(rule, slot);
        let (k, started) = split(slot);
        let before = (self.slots.iter())
            .filter(|s| s.k != k && s.taken_at <= started)
            .map(|s| s.taken_at)
            .max();
        let even = window(rule) / self.lesson.limit(rule);
        let refused = Refused {
            started,
            own: self.own_before(rule, started),
            close: before.is_some_and(|at| started - at < even / 2),
            asked,
            jitter,
        };
        self.lesson.refused(self.now, rule, refused)
    }

    /// The server said something of its limit.
    pub(super) fn told(&mut self, rule: &PaceRule, quota: &Quota) -> Vec<PaceNews> {
        let own = self.own_before(rule, self.now + 1);
        self.lesson.told(self.now, rule, quota, own)
    }

    /// Slots that may be closed at once.
    pub(super) fn ceiling(&self, rule: &PaceRule) -> usize {
        let ceiling = self.lesson.ceiling(rule).min(slots(rule));
        usize::try_from(ceiling).unwrap_or(1)
    }

    /// The slots that are not open yet.
    pub(super) fn closed(&self) -> impl Iterator<Item = &RingSlot> {
        self.slots.iter().filter(|s| s.free_at > self.now)
    }

    /// The database's clock may have gone back: nothing is closed for longer than a request and a window.
    pub(super) fn settle(&mut self, rule: &PaceRule) {
        let now = self.now;
        for slot in self.slots.iter_mut().filter(|s| s.taken_at > now) {
            slot.taken_at = now;
            slot.free_at = now + window(rule) + hold(rule);
        }
        self.bulk_at = self.bulk_at.min(now);
        self.kept_until = self.kept_until.min(now + window(rule));
        self.lesson.settle(now, rule);
    }

    /// Our requests that the server took in the window before an instant.
    fn own_before(&self, rule: &PaceRule, then: i64) -> i64 {
        let since = then - window(rule);
        let sent = self.slots.iter();
        let sent = sent.filter(|s| s.taken_at > since && s.taken_at < then);
        let sent = i64::try_from(sent.count()).unwrap_or(i64::MAX);
        (sent - self.lesson.refused_since(since)).max(0)
    }

    /// Ends a request; a request that went alone after a pause leaves the way to the next one.
    fn hand_back(&mut self, slot: i64, end: impl FnOnce(&mut RingSlot)) {
        let (k, taken_at) = split(slot);
        let ours = |s: &&mut RingSlot| s.k == k && s.taken_at == taken_at;
        if let Some(slot) = self.slots.iter_mut().find(ours) {
            end(slot);
        }
        if taken_at > self.lesson.limited_at {
            self.lesson.trial_until = 0;
        }
    }
}

/// The rule's slots.
pub(super) fn slots(rule: &PaceRule) -> i64 {
    i64::from(rule.limit).clamp(1, MAX_SLOTS)
}

/// The rule's window in milliseconds.
pub(super) fn window(rule: &PaceRule) -> i64 {
    i64::try_from(rule.window_ms)
        .unwrap_or(i64::MAX / 4)
        .clamp(1, i64::MAX / 4)
}

/// The rule's hold in milliseconds.
pub(super) fn hold(rule: &PaceRule) -> i64 {
    i64::try_from(rule.hold_ms)
        .unwrap_or(i64::MAX / 4)
        .min(i64::MAX / 4)
}

/// A slot and when it was taken, as one number.
pub(super) fn joined(k: i64, taken_at: i64) -> i64 {
    taken_at.saturating_mul(MAX_SLOTS).saturating_add(k)
}

/// Undoes [`joined`].
pub(super) fn split(slot: i64) -> (i64, i64) {
    (slot.rem_euclid(MAX_SLOTS), slot.div_euclid(MAX_SLOTS))
}
