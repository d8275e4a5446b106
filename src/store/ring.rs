//! The ring of slots of one credential, at one instant: who may send now, and when others may. Pure.

use super::pacing::{Grant, PaceClass, PaceRule};

/// Slots that bulk work leaves to people where the ring is large. A slot that is left is a request a window less, so at
/// most three in a hundred.
const RESERVED: usize = 2;
/// Interactive requests in a window, so that people cannot starve a sync.
const INTERACTIVE: usize = 10;
/// No ring has more slots.
const MAX_SLOTS: i64 = 1 << 16;
/// How long bulk work leaves a slot to a person who was told to come back for it.
const GRACE_MS: i64 = 250;
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
    /// Until when the next slot to open is a person's.
    pub(super) kept_until: i64,
    /// The slots, in no order.
    pub(super) slots: Vec<RingSlot>,
}

impl Ring {
    /// Slots that may be closed at once.
    pub(super) fn ceiling(&self, rule: &PaceRule) -> usize {
        let limit = slots(rule);
        let now = self.ceiling.unwrap_or(limit).clamp(1, limit);
        usize::try_from(now).unwrap_or(1)
    }

    /// The slots that are not open yet.
    pub(super) fn closed(&self) -> impl Iterator<Item = &RingSlot> {
        self.slots.iter().filter(|s| s.free_at > self.now)
    }

    /// When a request of the class may start: now or later.
    pub(super) fn earliest(&self, rule: &PaceRule, class: PaceClass) -> i64 {
        let own = match class {
            PaceClass::Bulk => self.bulk_may(rule),
            PaceClass::Interactive => self.capped_until(rule).max(self.when_room(rule, 1)),
        };
        own.max(self.paused_until).max(self.now)
    }

    /// Until when bulk work must leave the next slot to the person who now has to wait; none if it is not for a slot
    /// that the person waits.
    pub(super) fn kept_for_person(&self, rule: &PaceRule) -> Option<i64> {
        let free_to_go = self.capped_until(rule) <= self.now && self.paused_until <= self.now;
        free_to_go.then(|| self.when_room(rule, 1) + GRACE_MS)
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

    fn bulk_may(&self, rule: &PaceRule) -> i64 {
        let ceiling = self.ceiling(rule);
        let gap = window(rule) / i64::try_from(ceiling).unwrap_or(1);
        let reserved = RESERVED.min(ceiling * 3 / 100);
        let mut at = (self.bulk_at + gap).max(self.when_room(rule, 1 + reserved));
        if self.kept_until > self.now {
            at = at.max(self.kept_until.min(self.when_room(rule, 2 + reserved)));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// A process that sends one request after the other.
    struct Process {
        class: PaceClass,
        latency: Vec<i64>,
        /// Milliseconds of thinking between two requests.
        idle: i64,
        sent: usize,
        asked_at: i64,
    }

    struct Seen {
        arrivals: Vec<i64>,
        /// How long each interactive request waited.
        waits: Vec<i64>,
    }

    /// Plays processes on one ring until a time; every 17th request is never answered (its process died and another one
    /// took its place).
    fn play(rule: &PaceRule, mut processes: Vec<Process>, until: i64) -> Seen {
        let empty = |k| RingSlot {
            k,
            taken_at: 0,
            free_at: 0,
            interactive: false,
        };
        let mut ring = Ring {
            slots: (0..i64::from(rule.limit)).map(empty).collect(),
            ..Ring::default()
        };
        // (when, process, slot to give back)
        let mut events: BTreeSet<(i64, usize, Option<i64>)> = processes
            .iter()
            .enumerate()
            .map(|(p, s)| (s.asked_at, p, None))
            .collect();
        let mut seen = Seen {
            arrivals: Vec::new(),
            waits: Vec::new(),
        };
        while let Some((now, p, answered)) = events.pop_first().filter(|e| e.0 < until) {
            ring.now = now;
            let process = &mut processes[p];
            if let Some(k) = answered {
                ring.slots[usize::try_from(k).unwrap()].free_at = now + window(rule);
                process.asked_at = now + process.idle;
                events.insert((process.asked_at, p, None));
                continue;
            }
            match ring.decide(rule, process.class) {
                Grant::Wait { ms } => {
                    if process.class == PaceClass::Interactive {
                        ring.kept_until = ring.kept_for_person(rule).unwrap_or(ring.kept_until);
                    }
                    events.insert((now + ms.cast_signed(), p, None));
                }
                Grant::Slot(k) => {
                    let latency = process.latency[process.sent % process.latency.len()];
                    process.sent += 1;
                    let interactive = process.class == PaceClass::Interactive;
                    let free_at = now + window(rule) + hold(rule);
                    ring.slots[usize::try_from(k).unwrap()] = RingSlot {
                        k,
                        taken_at: now,
                        free_at,
                        interactive,
                    };
                    if interactive {
                        ring.kept_until = 0;
                        seen.waits.push(now - process.asked_at);
                    } else {
                        ring.bulk_at = now;
                    }
                    seen.arrivals.push(now + latency / 2 + latency % 3);
                    let answer = (!process.sent.is_multiple_of(17)).then_some(k);
                    process.asked_at = now + latency + 3;
                    events.insert((now + latency + 3, p, answer));
                }
            }
        }
        seen.arrivals.sort_unstable();
        seen
    }

    fn process(class: PaceClass, latency: Vec<i64>, idle: i64) -> Process {
        Process {
            class,
            latency,
            idle,
            sent: 0,
            asked_at: 0,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn no_window_ever_holds_more_than_the_limit(
            limit in 1u32..40,
            window_ms in 200u64..70_000,
            people in 0usize..4,
            latency in prop::collection::vec(0i64..900, 1..20),
        ) {
            let rule = PaceRule { limit, window_ms, hold_ms: 1_000 };
            let processes = (0..6)
                .map(|p| process(if p < people { PaceClass::Interactive } else { PaceClass::Bulk }, latency.clone(), 0))
                .collect();
            let seen = play(&rule, processes, window(&rule) * 4);
            prop_assert!(seen.arrivals.len() >= limit as usize, "{}", seen.arrivals.len());
            for run in seen.arrivals.windows(limit as usize + 1) {
                prop_assert!(run[limit as usize] - run[0] >= window(&rule), "{run:?}");
            }
        }
    }

    #[test]
    fn a_sync_uses_the_whole_budget_and_people_hardly_wait() {
        // What never comes back is hardly missed with so short a hold: only the pace is measured.
        let rule = PaceRule {
            limit: 28,
            window_ms: 60_000,
            hold_ms: 300,
        };
        let hours = 4 * 3_600_000;
        let bulk = || process(PaceClass::Bulk, vec![90, 140, 250, 400], 0);
        let whole = play(&rule, vec![bulk(), bulk()], hours);
        let share = whole.arrivals.len() as f64 / (28 * hours / 60_000) as f64;
        assert!(share > 0.97, "{share:.3}");

        let person = process(PaceClass::Interactive, vec![120], 17_000);
        let mut waits = play(&rule, vec![bulk(), bulk(), person], hours).waits;
        waits.sort_unstable();
        let p99 = waits[waits.len() * 99 / 100];
        assert!(waits.len() > 600 && p99 <= 2_500, "p99 {p99} ms");
    }
}
