//! What a server says of its own limit in the headers of an answer.

use std::time::Duration;

/// A server's word on its limit. Each part may be missing; none is more than knowledge: it may only slow us down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quota {
    /// Requests allowed in a window.
    pub limit: Option<u32>,
    /// The window, if the server names it.
    pub window: Option<Duration>,
    /// Requests left in the present window.
    pub remaining: Option<u32>,
    /// Until the window begins anew.
    pub reset: Option<Duration>,
}

impl Quota {
    const MINUTE: Duration = Duration::from_secs(60);

    /// True if the server said nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The limit in requests a minute, if it is one: a window of a minute, or none named and a reset that fits one.
    /// Limits over seconds or hours cannot be told as a pace of ours.
    pub fn per_minute(&self) -> Option<u32> {
        let minute = match (self.window, self.reset) {
            (Some(window), _) => window == Self::MINUTE,
            (None, Some(reset)) => reset <= Self::MINUTE,
            (None, None) => true,
        };
        self.limit.filter(|limit| minute && *limit > 0)
    }

    /// How long nothing should be sent: the window is used up.
    pub fn exhausted_for(&self) -> Option<Duration> {
        self.reset.filter(|_| self.remaining == Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_limit_by_the_minute_is_a_pace() {
        let of = |window: Option<u64>, reset: Option<u64>| Quota {
            limit: Some(20),
            window: window.map(Duration::from_secs),
            remaining: Some(0),
            reset: reset.map(Duration::from_secs),
        };
        assert_eq!(of(None, None).per_minute(), Some(20));
        assert_eq!(of(None, Some(42)).per_minute(), Some(20));
        assert_eq!(of(Some(60), Some(9_000)).per_minute(), Some(20));
        assert_eq!(of(Some(1), None).per_minute(), None);
        assert_eq!(of(None, Some(3_000)).per_minute(), None);
        assert_eq!(
            of(None, Some(42)).exhausted_for(),
            Some(Duration::from_secs(42))
        );
        assert!(!of(None, None).is_empty());
    }
}
