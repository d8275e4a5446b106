//! When a failed request is sent again, and after how long. Pure: the client does the waiting.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::error::ErrorKind;
use crate::domain::time::Ts;

/// A request is sent at most this often (429 does not count).
pub const MAX_TRIES: u32 = 5;

/// The longest wait that a server may ask for; what asks for more is not believed.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(15 * 60);

/// The wait where `Retry-After` came but cannot be read or believed.
pub const UNREADABLE_RETRY_AFTER: Duration = Duration::from_secs(60);

/// What is to be done about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Tell the caller.
    GiveUp,
    /// Send again after a back-off, while tries and budget last.
    Again,
    /// Send again as soon as the pacing allows: 429 is no failure.
    WhenPaced,
}

/// Which failures may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// A read: everything that passes is tried again.
    Read,
    /// A read for which a person waits: one that waited its whole time in vain is not repeated.
    Ask,
    /// The call that spends a token: only what certainly was not processed.
    Spend,
}

/// Decides.
pub fn next(kind: &ErrorKind, policy: Policy) -> Next {
    use ErrorKind as K;
    let passing = match kind {
        K::RateLimited(_) => return Next::WhenPaced,
        K::Dns(_) | K::Refused(_) | K::Connect(..) => true,
        K::Timeout(..) if policy == Policy::Ask => false,
        K::Timeout(..) | K::Cut(_) => policy != Policy::Spend || kind.never_sent(),
        K::Status(408 | 425 | 500 | 502 | 503 | 504) => policy != Policy::Spend,
        K::Body(_, error) => policy != Policy::Spend && error.is_passing(),
        _ => false,
    };
    if passing { Next::Again } else { Next::GiveUp }
}

/// The wait before try number `tries + 1`: full jitter on 1, 2, 4, 8, 16 s. `chance` is from 0 to 1.
pub fn backoff(tries: u32, chance: f64) -> Duration {
    let ceiling = 1u32 << tries.saturating_sub(1).min(4);
    Duration::from_secs_f64(f64::from(ceiling) * chance.clamp(0.0, 1.0))
}

/// Reads `Retry-After`: seconds, or an HTTP date, which is taken against the answer's own `Date` where there is one,
/// since the same clock made both. None without the header.
pub fn retry_after(header: Option<&str>, date: Option<&str>, now: Ts) -> Option<Duration> {
    let text = header?.trim();
    let wait = if let Ok(seconds) = text.parse::<u64>() {
        Some(Duration::from_secs(seconds))
    } else {
        http_date(text).and_then(|until| {
            let since = date.and_then(http_date).unwrap_or(now);
            let seconds = until.seconds_since(since);
            u64::try_from(seconds).ok().map(Duration::from_secs)
        })
    };
    Some(wait.map_or(UNREADABLE_RETRY_AFTER, believed))
}

/// A wait that a server asked for, within reason.
pub(super) fn believed(wait: Duration) -> Duration {
    if wait <= MAX_RETRY_AFTER {
        wait
    } else {
        UNREADABLE_RETRY_AFTER
    }
}

pub(super) fn http_date(text: &str) -> Option<Ts> {
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim());
    parsed.ok().map(|at| Ts::from_micros(at.as_microsecond()))
}

/// How many repeats a run may make: a tenth of its requests, at least ten. Keeps a sick server from being asked five
/// times for everything.
#[derive(Debug, Default)]
pub struct Budget {
    requests: AtomicU64,
    repeats: AtomicU64,
}

impl Budget {
    /// The smallest allowance.
    const LEAST: u64 = 10;

    /// Counts a request.
    pub fn sent(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes one repeat; false if none is left.
    pub fn take(&self) -> bool {
        let allowed = (self.requests.load(Ordering::Relaxed) / 10).max(Self::LEAST);
        let taken = (self.repeats).fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| {
            (n < allowed).then_some(n + 1)
        });
        taken.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::body::BodyError;
    use crate::http::error::Waited;

    #[test]
    fn what_passes_is_repeated_and_verdicts_are_not() {
        let again = [
            ErrorKind::Dns("h".into()),
            ErrorKind::Timeout(Waited::Headers, 30),
            ErrorKind::Cut("reset".into()),
            ErrorKind::Status(503),
            ErrorKind::Body(200, BodyError::Html),
            ErrorKind::Body(200, BodyError::CutOff(3)),
        ];
        for kind in again {
            assert_eq!(next(&kind, Policy::Read), Next::Again, "{kind}");
        }
        let never = [400, 401, 403, 404, 410, 422, 501].map(ErrorKind::Status);
        for kind in never {
            assert_eq!(next(&kind, Policy::Read), Next::GiveUp, "{kind}");
        }
        assert_eq!(
            next(&ErrorKind::Body(200, BodyError::TooLarge), Policy::Read),
            Next::GiveUp
        );
        assert_eq!(
            next(&ErrorKind::RateLimited(None), Policy::Spend),
            Next::WhenPaced
        );
        assert_eq!(next(&ErrorKind::Status(500), Policy::Spend), Next::GiveUp);
        assert_eq!(
            next(&ErrorKind::Timeout(Waited::Headers, 30), Policy::Spend),
            Next::GiveUp
        );
        let silent = ErrorKind::Timeout(Waited::Headers, 30);
        assert_eq!(next(&silent, Policy::Ask), Next::GiveUp);
        assert_eq!(next(&ErrorKind::Status(503), Policy::Ask), Next::Again);
        assert_eq!(
            next(&ErrorKind::Refused("h".into()), Policy::Spend),
            Next::Again
        );
    }

    #[test]
    fn back_off_doubles_to_sixteen_seconds() {
        let ceilings: Vec<u64> = (1..=6).map(|n| backoff(n, 1.0).as_secs()).collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 16]);
        assert_eq!(backoff(3, 0.0), Duration::ZERO);
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_bounded() {
        let now: Ts = "2026-11-24T12:00:00Z".parse().unwrap();
        let read = |h, d| retry_after(h, d, now).map(|wait| wait.as_secs());
        assert_eq!(read(None, None), None);
        assert_eq!(read(Some(" 7 "), None), Some(7));
        assert_eq!(read(Some("0"), None), Some(0));
        assert_eq!(read(Some("Tue, 24 Nov 2026 12:00:30 GMT"), None), Some(30));
        // a server whose clock is an hour ahead
        let (until, date) = (
            "Tue, 24 Nov 2026 13:00:20 GMT",
            "Tue, 24 Nov 2026 13:00:00 GMT",
        );
        assert_eq!(read(Some(until), Some(date)), Some(20));
        for odd in [
            "-1",
            "soon",
            "31536000",
            "Tue, 24 Nov 2025 12:00:30 GMT",
            "99999999999999999999",
            "",
        ] {
            assert_eq!(read(Some(odd), None), Some(60), "{odd}");
        }
    }

    #[test]
    fn the_budget_is_a_tenth_but_at_least_ten() {
        let budget = Budget::default();
        assert_eq!((0..20).filter(|_| budget.take()).count(), 10);
        (0..200).for_each(|_| budget.sent());
        assert_eq!((0..20).filter(|_| budget.take()).count(), 10);
    }
}
