//! When the daemon works: times of day in a zone, as instants. Pure; daylight saving is the zone's business.
//!
//! Everything is asked backwards: "when was it due last?" A daemon that was off, or a night whose hour does not exist,
//! is then no special case: what was due and was not done is done once.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use crate::domain::time::{Ts, Week};

/// The daemon's times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Of the times below.
    pub zone: TimeZone,
    /// The nightly sync.
    pub sync_at: Time,
    /// The night whose sync reads everything, not only what changed.
    pub full_sync_on: Weekday,
    /// The digest's day.
    pub digest_on: Weekday,
    /// The digest's time.
    pub digest_at: Time,
}

/// A sync that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncDue {
    /// When.
    pub at: Ts,
    /// True for the night that reads everything.
    pub full: bool,
}

/// A digest that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestDue {
    /// When.
    pub at: Ts,
    /// The week that it reports: the one that ended before.
    pub week: Week,
}

impl Schedule {
    /// The newest sync that was due up to `now`.
    pub fn sync_due(&self, now: Ts) -> SyncDue {
        let (day, at) = self.last(now, self.sync_at, |_| true);
        SyncDue {
            at,
            full: day.weekday() == self.full_sync_on,
        }
    }

    /// The newest digest that was due up to `now`.
    pub fn digest_due(&self, now: Ts) -> DigestDue {
        let (day, at) = self.last(now, self.digest_at, |day| day.weekday() == self.digest_on);
        DigestDue {
            at,
            week: Week::of(day).plus(-1),
        }
    }

    /// The next sync after `now`.
    pub fn next_sync(&self, now: Ts) -> Ts {
        self.next(now, self.sync_at, |_| true)
    }

    /// The next digest after `now`.
    pub fn next_digest(&self, now: Ts) -> Ts {
        self.next(now, self.digest_at, |day| day.weekday() == self.digest_on)
    }

    fn last(&self, now: Ts, time: Time, is_day: impl Fn(Date) -> bool) -> (Date, Ts) {
        let mut day = self.tomorrow(now);
        // Nine days back there is one of every weekday.
        for _ in 0..9 {
            let at = self.instant(day, time);
            if is_day(day) && at <= now {
                return (day, at);
            }
            day = day.yesterday().unwrap_or(day);
        }
        (day, self.instant(day, time))
    }

    fn next(&self, now: Ts, time: Time, is_day: impl Fn(Date) -> bool) -> Ts {
        let mut day = self.tomorrow(now);
        day = day.yesterday().and_then(Date::yesterday).unwrap_or(day);
        for _ in 0..10 {
            let at = self.instant(day, time);
            if is_day(day) && at > now {
                return at;
            }
            day = day.tomorrow().unwrap_or(day);
        }
        self.instant(day, time)
    }

    fn tomorrow(&self, now: Ts) -> Date {
        let local = now.date_in(&self.zone);
        local.tomorrow().unwrap_or(local)
    }

    fn instant(&self, day: Date, time: Time) -> Ts {
        Ts::of_local(day, time, &self.zone)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn berlin() -> Schedule {
        Schedule {
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            sync_at: Time::constant(2, 30, 0, 0),
            full_sync_on: Weekday::Sunday,
            digest_on: Weekday::Monday,
            digest_at: Time::constant(7, 0, 0, 0),
        }
    }

    fn ts(text: &str) -> Ts {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_due_last_is_found_backwards() {
        let due = |now| berlin().sync_due(ts(now));
        // 02:30 in winter is 01:30 UTC.
        assert_eq!(due("2026-11-24T01:30:00Z").at, ts("2026-11-24T01:30:00Z"));
        assert_eq!(due("2026-11-24T01:29:59Z").at, ts("2026-11-23T01:30:00Z"));
        assert!(due("2026-11-22T12:00:00Z").full);
        assert!(!due("2026-11-23T12:00:00Z").full);
        let digest = berlin().digest_due(ts("2026-11-24T12:00:00Z"));
        assert_eq!(digest.at, ts("2026-11-23T06:00:00Z"));
        assert_eq!(digest.week.number(), "2026-W47");
        assert_eq!(
            berlin()
                .digest_due(ts("2026-11-23T05:59:00Z"))
                .week
                .number(),
            "2026-W46"
        );
        assert_eq!(
            berlin().next_digest(ts("2026-11-24T12:00:00Z")),
            ts("2026-11-30T06:00:00Z")
        );
    }

    #[test]
    fn the_hour_that_is_missing_and_the_one_that_comes_twice() {
        // 2026-03-29, 02:30 does not exist in Berlin; 2026-10-25, it comes twice.
        assert_eq!(
            berlin().sync_due(ts("2026-03-29T12:00:00Z")).at,
            ts("2026-03-29T01:30:00Z")
        );
        assert_eq!(
            berlin().sync_due(ts("2026-10-25T12:00:00Z")).at,
            ts("2026-10-25T00:30:00Z")
        );
        assert_eq!(
            berlin().next_sync(ts("2026-10-25T00:30:00Z")),
            ts("2026-10-26T01:30:00Z")
        );
    }

    proptest! {
        /// Whatever the hour: the last one is not ahead, the next one is, and nothing lies between them.
        #[test]
        fn last_and_next_meet(minutes in 0i64..3_000_000) {
            let now = ts("2024-01-01T00:00:00Z").plus_seconds(minutes * 60);
            let s = berlin();
            for (last, next) in [
                (s.sync_due(now).at, s.next_sync(now)),
                (s.digest_due(now).at, s.next_digest(now)),
            ] {
                prop_assert!(last <= now && now < next);
            }
            prop_assert_eq!(s.next_sync(s.sync_due(now).at), s.next_sync(now));
            prop_assert_eq!(s.next_digest(s.digest_due(now).at), s.next_digest(now));
        }
    }
}
