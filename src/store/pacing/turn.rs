//! Whose turn it is: when a person and when bulk work may send next. Pure.

use super::lesson::minute;
use super::ring::{Ring, hold, slots, window};
use super::{Grant, PaceClass, PaceRule};

/// Slots that spaced bulk work leaves to people where the ring is large. A slot that is left is a request a window less,
/// so at most three in a hundred.
const RESERVED: usize = 2;
/// Slots that a burst leaves where a person is about.
const RESERVED_IN_BURST: usize = 4;
/// Interactive requests in a window, so that people cannot starve a sync.
const INTERACTIVE: usize = 10;
/// How long bulk work leaves a slot to a person who was told to come back for it.
const GRACE_MS: i64 = 250;
/// No wait is shorter: the clocks of database and process need not tick alike.
const MIN_WAIT_MS: i64 = 10;
/// For so many minutes after a call a person counts as being about.
const PERSON_MINUTES: i64 = 10;
/// After so many windows bulk work is spaced: going over costs one window at most, less than three in a hundred then.
const LONG_WORK: i64 = 40;

/// How bulk work takes its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spacing {
    /// Milliseconds between two starts.
    gap: i64,
    /// Slots that stay open for people.
    reserve: usize,
}

impl Ring {
    /// When a request of the class may start: now or later.
    pub(super) fn earliest(&self, rule: &PaceRule, class: PaceClass) -> i64 {
        let own = match class {
            PaceClass::Bulk => self.bulk_may(rule),
            PaceClass::Interactive | PaceClass::Token => {
                self.capped_until(rule).max(self.when_room(rule, 1))
            }
        };
        own.max(self.lesson.closed_until()).max(self.now)
    }

    /// Until when bulk work must leave the next slot to the person who now has to wait; none if it is not for a slot
    /// that the person waits.
    pub(super) fn kept_for_person(&self, rule: &PaceRule) -> Option<i64> {
        let free_to_go =
            self.capped_until(rule) <= self.now && self.lesson.closed_until() <= self.now;
        free_to_go.then(|| self.when_room(rule, 1) + GRACE_MS)
    }

    /// A slot's number, or how long to wait.
    pub(super) fn decide(&self, rule: &PaceRule, class: PaceClass) -> Grant {
        let wait = self.earliest(rule, class) - self.now;
        match self.open_slot(rule) {
            Some(k) if wait <= 0 => return Grant::Slot(k),
            _ => {}
        }
        let ms = wait.max(MIN_WAIT_MS).cast_unsigned();
        match self.lesson.closed_until() > self.now {
            true => Grant::Paused { ms },
            false => Grant::Wait { ms },
        }
    }

    /// A limit over a window allows all of it at once, so a sync goes as fast as its answers come, until the window is
    /// full. Requests are spaced instead where that has been refused or the ceiling is lowered, and where people would
    /// wait for a window to pass: when one is about (after the first burst, which leaves some slots), and in long work.
    fn spacing(&self, rule: &PaceRule) -> Spacing {
        let ceiling = self.ceiling(rule);
        let lesson = &self.lesson;
        let busy = self.now - self.busy_since(rule);
        let about = lesson.person_at > self.now - PERSON_MINUTES * minute(rule);
        let warned = lesson.in_a_row > 0
            || lesson.even_until > self.now
            || lesson.ceiling(rule) < lesson.limit(rule);
        let burst = match about && lesson.person_at > 0 {
            _ if warned => None,
            true => (busy < window(rule)).then_some(RESERVED_IN_BURST.min(ceiling / 4)),
            false => (busy < LONG_WORK * window(rule)).then_some(0),
        };
        match burst {
            Some(reserve) => Spacing { gap: 0, reserve },
            None => Spacing {
                gap: window(rule) / i64::try_from(ceiling).unwrap_or(1),
                reserve: RESERVED.min(ceiling * 3 / 100),
            },
        }
    }

    /// Since when bulk work has gone on, if it goes on now; it has ended when a window passed without it.
    pub(super) fn busy_since(&self, rule: &PaceRule) -> i64 {
        let idle = self.now - self.bulk_at > window(rule) * 5 / 4;
        if idle {
            self.now
        } else {
            self.lesson.busy_since
        }
    }

    fn bulk_may(&self, rule: &PaceRule) -> i64 {
        let Spacing { gap, reserve } = self.spacing(rule);
        let mut at = (self.bulk_at + gap).max(self.when_room(rule, 1 + reserve));
        if self.kept_until > self.now {
            at = at.max(self.kept_until.min(self.when_room(rule, 2 + reserve)));
        }
        at
    }

    /// Until when people have used up their share.
    fn capped_until(&self, rule: &PaceRule) -> i64 {
        let cap = INTERACTIVE.min((self.ceiling(rule) / 2).max(1));
        let mut ends: Vec<i64> = self
            .slots
            .iter()
            .filter(|s| s.interactive && s.taken_at > self.now - window(rule))
            .map(|s| s.taken_at + window(rule))
            .collect();
        ends.sort_unstable_by(|a, b| b.cmp(a));
        ends.get(cap - 1).copied().unwrap_or(self.now)
    }

    /// When so many slots will be open. A request on its way is taken to be answered soon: whoever comes too early waits
    /// again.
    fn when_room(&self, rule: &PaceRule, slots: usize) -> i64 {
        let flight = window(rule) + hold(rule);
        let mut ends: Vec<i64> = self
            .closed()
            .map(|s| match s.free_at - s.taken_at >= flight {
                true => (s.taken_at + window(rule))
                    .max(self.now + GRACE_MS)
                    .min(s.free_at),
                false => s.free_at,
            })
            .collect();
        ends.sort_unstable_by(|a, b| b.cmp(a));
        let closed = self.ceiling(rule).saturating_sub(slots);
        ends.get(closed).copied().unwrap_or(self.now)
    }

    /// The open slot that has been open for longest.
    fn open_slot(&self, rule: &PaceRule) -> Option<i64> {
        self.slots
            .iter()
            .filter(|s| s.free_at <= self.now && s.k < slots(rule))
            .min_by_key(|s| s.free_at)
            .map(|s| s.k)
    }
}
