//! Instants, ISO weeks and the calendar. Time is handed in, never read in the middle of logic.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, ISOWeekDate, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const SECOND: i64 = 1_000_000;

/// An instant in microseconds since 1970, UTC. Shown and sent as RFC 3339 to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ts(i64);

impl Ts {
    /// From microseconds since 1970.
    pub const fn from_micros(us: i64) -> Self {
        Ts(us)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Later (or, with a negative number, earlier) by whole seconds.
    pub const fn plus_seconds(self, s: i64) -> Self {
        Ts(self.0.saturating_add(s.saturating_mul(SECOND)))
    }

    /// Whole seconds from `earlier` to this instant; negative if it is later.
    pub const fn seconds_since(self, earlier: Ts) -> i64 {
        self.0.saturating_sub(earlier.0) / SECOND
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        self.timestamp().to_zoned_datetime(TimeZone::UTC).date()
    }

    /// The day in a time zone.
    pub fn date_in(self, zone: &TimeZone) -> Date {
        self.timestamp().to_zoned_datetime(zone.clone()).date()
    }

    /// A day's time of day in a zone, as an instant. A time that the clocks skip is the one that stands an hour later; of
    /// one that comes twice it is the first.
    pub fn of_local(day: Date, time: Time, zone: &TimeZone) -> Self {
        let zoned = day.to_datetime(time).to_zoned_datetime(zone.clone());
        Ts(zoned.map_or(0, |z| z.timestamp().as_microsecond()))
    }

    /// The ISO week in UTC.
    pub fn week(self) -> Week {
        Week::of(self.date())
    }

    /// Reads RFC 3339 with 0 to 9 digits of fraction and any offset; a text without an offset is taken as UTC. Years
    /// before 1971 and after 9990 are how APIs write "none".
    pub fn parse_lenient(text: &str) -> Option<Self> {
        let t = text.trim();
        let at = t.parse::<Timestamp>().ok().or_else(|| {
            let local = t.parse::<jiff::civil::DateTime>().ok()?;
            local
                .to_zoned_datetime(TimeZone::UTC)
                .ok()
                .map(|z| z.timestamp())
        })?;
        let year = at.to_zoned_datetime(TimeZone::UTC).year();
        (1971..=9990)
            .contains(&year)
            .then(|| Ts(at.as_microsecond()))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    /// `HH:MM:SS` in UTC, for logs.
    pub fn clock(self) -> String {
        self.timestamp().strftime("%H:%M:%S").to_string()
    }

    /// How long ago, for people: `just now`, `3 min ago`, `2 h ago`, `5 days ago`; later instants read `in 3 min`.
    pub fn ago(self, now: Ts) -> String {
        let s = now.seconds_since(self);
        let words = duration_words(s.abs());
        match s {
            -9..=9 => "just now".to_owned(),
            s if s < 0 => format!("in {words}"),
            _ => format!("{words} ago"),
        }
    }
}

/// A length of time for people, in its largest unit: `40 s`, `3 min`, `2 h`, `5 days`.
pub fn duration_words(seconds: i64) -> String {
    match seconds {
        s if s < 90 => format!("{s} s"),
        s if s < 90 * 60 => format!("{} min", (s + 30) / 60),
        s if s < 36 * 3600 => format!("{} h", (s + 1800) / 3600),
        s => format!("{} days", (s + 43_200) / 86_400),
    }
}

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

/// The text is no instant.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a time; write it like 2026-11-30T06:00:00Z")]
pub struct NotATime(String);

impl FromStr for Ts {
    type Err = NotATime;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Ts::parse_lenient(s).ok_or_else(|| NotATime(super::text::clean(s, 40)))
    }
}

impl Serialize for Ts {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ts {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// An ISO week, named by its Monday (`2026-11-16`) in tables and by its number (`2026-W47`) for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week(Date);

impl Week {
    /// The week that holds the day.
    pub fn of(day: Date) -> Self {
        let iso = day.iso_week_date();
        let monday = ISOWeekDate::new(iso.year(), iso.week(), Weekday::Monday);
        Week(monday.map_or(day, Date::from))
    }

    /// Its Monday.
    pub fn monday(self) -> Date {
        self.0
    }

    /// The instant it begins, in UTC.
    pub fn start(self) -> Ts {
        let zoned = self.0.to_zoned_datetime(TimeZone::UTC);
        Ts(zoned.map_or(0, |z| z.timestamp().as_microsecond()))
    }

    /// The week `n` weeks later, or earlier with a negative number.
    pub fn plus(self, n: i64) -> Self {
        let moved = Span::new()
            .try_weeks(n)
            .ok()
            .and_then(|span| self.0.checked_add(span).ok());
        Week(moved.unwrap_or(self.0))
    }

    /// How many weeks lie from `earlier` to this one.
    pub fn since(self, earlier: Week) -> i64 {
        self.start().seconds_since(earlier.start()) / (7 * 86_400)
    }

    /// Reads the Monday's date, as in tables.
    pub fn parse_monday(text: &str) -> Option<Self> {
        text.parse::<Date>().ok().map(Week::of)
    }

    /// `2026-W47`.
    pub fn number(self) -> String {
        let iso = self.0.iso_week_date();
        format!("{:04}-W{:02}", iso.year(), iso.week())
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text is no week.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a week; write it like 2026-W47")]
pub struct NotAWeek(String);

/// Reads `2026-W47` or a date in the week.
impl FromStr for Week {
    type Err = NotAWeek;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let by_number = || {
            let (year, week) = s.split_once("-W")?;
            let iso = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday);
            iso.ok().map(|d| Week(Date::from(d)))
        };
        by_number()
            .or_else(|| Week::parse_monday(s))
            .ok_or_else(|| NotAWeek(super::text::clean(s, 40)))
    }
}

impl Serialize for Week {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Week {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Whether a calendar is the machine's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarSource {
    /// It is.
    Machine,
    /// `VECTIS_NOW` or the demo set it: a report made so must say it.
    Set,
}

/// What day it is, for weeks, ages and schedules; never for pacing, which keeps a clock of its own.
///
/// Normally the machine's clock. `VECTIS_NOW` stops it at an instant; the demo moves it forward by weeks. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    fixed: Option<Ts>,
    ahead: Arc<AtomicI64>,
}

impl Calendar {
    /// The machine's clock.
    pub fn wall() -> Self {
        Self::default()
    }

    /// Stopped at an instant, as `VECTIS_NOW` asks.
    pub fn fixed(at: Ts) -> Self {
        Self {
            fixed: Some(at),
            ahead: Arc::default(),
        }
    }

    /// True if this is not the machine's own time; reports made so must say it.
    pub fn is_set(&self) -> bool {
        self.fixed.is_some() || self.ahead.load(Ordering::Relaxed) != 0
    }

    /// The same for reports.
    pub fn source(&self) -> CalendarSource {
        match self.is_set() {
            true => CalendarSource::Set,
            false => CalendarSource::Machine,
        }
    }

    /// The present instant.
    pub fn now(&self) -> Ts {
        let base = self
            .fixed
            .unwrap_or_else(|| Ts(Timestamp::now().as_microsecond()));
        Ts(base.0.saturating_add(self.ahead.load(Ordering::Relaxed)))
    }

    /// Moves every clone forward by whole weeks.
    pub fn advance_weeks(&self, weeks: i64) {
        self.ahead
            .fetch_add(weeks.saturating_mul(7 * 86_400 * SECOND), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ts(text: &str) -> Ts {
        text.parse().unwrap()
    }

    #[test]
    fn every_documented_time_shape_is_read() {
        assert_eq!(
            ts("2026-01-03T16:29:10.491Z").to_string(),
            "2026-01-03T16:29:10Z"
        );
        assert_eq!(
            ts("2026-01-03T16:29:10+02:00").to_string(),
            "2026-01-03T14:29:10Z"
        );
        assert_eq!(
            ts("2026-01-03T16:29:10").to_string(),
            "2026-01-03T16:29:10Z"
        );
        assert_eq!(ts("2026-01-03").to_string(), "2026-01-03T00:00:00Z");
        for none in [
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "",
            "soon",
            "2026-02-30",
        ] {
            assert_eq!(Ts::parse_lenient(none), None, "{none}");
        }
    }

    #[test]
    fn iso_year_is_not_the_calendar_year() {
        assert_eq!(ts("2027-01-01T12:00:00Z").week().number(), "2026-W53");
        assert_eq!(
            "2026-W47".parse::<Week>().unwrap().to_string(),
            "2026-11-16"
        );
        assert_eq!("2026-11-18".parse::<Week>().unwrap().number(), "2026-W47");
        let w: Week = "2026-W52".parse().unwrap();
        assert_eq!(w.plus(2).number(), "2027-W01");
        assert_eq!(w.plus(2).since(w), 2);
    }

    #[test]
    fn a_calendar_moves_for_all_its_clones() {
        let a = Calendar::fixed(ts("2026-11-24T00:00:00Z"));
        let b = a.clone();
        b.advance_weeks(1);
        assert_eq!(a.now(), ts("2026-12-01T00:00:00Z"));
        assert!(a.is_set());
    }

    #[test]
    fn ages_read_like_speech() {
        let now = ts("2026-11-24T12:00:00Z");
        assert_eq!(now.plus_seconds(-200).ago(now), "3 min ago");
        assert_eq!(now.plus_seconds(120).ago(now), "in 2 min");
        assert_eq!(now.ago(now), "just now");
    }
}
