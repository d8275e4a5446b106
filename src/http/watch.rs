//! What is odd about answers whatever they hold: a clock that is off, a key that comes twice.

use std::sync::atomic::{AtomicBool, Ordering};

use super::json::surprises::{Odd, Surprise, Surprises};
use super::observe::Call;
use super::retry::http_date;
use crate::domain::text::clean;
use crate::domain::time::{Ts, duration_words};

/// A server's clock may be off by so many seconds before it is told.
const CLOCK_TOLERANCE: i64 = 5 * 60;

/// Watches the answers of one run.
#[derive(Default)]
pub(super) struct Watch {
    surprises: Surprises,
    clock_told: AtomicBool,
    key_told: AtomicBool,
}

impl Watch {
    /// Looks at the server's clock; words for the first one that is off. Nothing here relies on that clock.
    pub fn clock(&self, date: Option<&str>, now: Ts) -> Option<String> {
        let off = date.and_then(http_date)?.seconds_since(now);
        if off.abs() <= CLOCK_TOLERANCE || self.clock_told.swap(true, Ordering::Relaxed) {
            return None;
        }
        let side = if off > 0 { "ahead of" } else { "behind" };
        let words = format!("{} {side} this machine's", duration_words(off.abs()));
        self.surprises
            .count("header Date", Odd::Clock, || words.clone());
        Some(format!(
            "the server's clock is {words}; if this machine's is the wrong one, mend it: weeks and ages come from it"
        ))
    }

    /// Counts a key that came twice; words for the first one.
    pub fn repeated(&self, call: &Call, key: &str) -> Option<String> {
        let key = clean(key, 60);
        let path = format!("{} {key}", call.path.rsplit('/').next().unwrap_or_default());
        self.surprises.count(path, Odd::RepeatedKey, || key.clone());
        let is_first = !self.key_told.swap(true, Ordering::Relaxed);
        is_first.then(|| {
            format!("{call}: the key '{key}' came twice in one object; the last value counts")
        })
    }

    /// Everything odd so far.
    pub fn list(&self) -> Vec<Surprise> {
        self.surprises.list()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_told_once() {
        let now: Ts = "2026-11-24T12:00:00Z".parse().unwrap();
        let watch = Watch::default();
        let said = |date| watch.clock(date, now);
        assert_eq!(said(None), None);
        assert_eq!(said(Some("yesterday, or so")), None);
        assert_eq!(said(Some("Tue, 24 Nov 2026 12:04:59 GMT")), None);
        let words = said(Some("Tue, 24 Nov 2026 09:00:00 GMT")).unwrap();
        assert!(words.contains("3 h behind"), "{words}");
        assert_eq!(said(Some("Tue, 24 Nov 2026 09:00:00 GMT")), None);
        assert_eq!((watch.list().len(), watch.list()[0].odd), (1, Odd::Clock));
    }
}
