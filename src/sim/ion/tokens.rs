//! Tokens: an access token lives two hours, a refresh token 32 days and works once.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::super::dice::Dice;

/// 32 days.
const REFRESH_LIFE: Duration = Duration::from_secs(32 * 86_400);

/// A new pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// For resources.
    pub(super) access: String,
    /// For the next pair.
    pub(super) refresh: String,
}

/// Why a refresh token is refused; outside both look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It was valid once and has been used.
    Spent,
    /// Never seen, or older than 32 days.
    Unknown,
}

/// An access token that was given out.
#[derive(Debug, Clone, Copy)]
struct Access {
    end: Duration,
    served: u32,
}

/// All tokens that were ever given out. Times are since the server's start.
#[derive(Debug)]
pub(super) struct Tokens {
    dice: Dice,
    access_life: Duration,
    /// Requests that an access token serves before it ends early; 0 is no limit.
    access_requests: u32,
    access: HashMap<String, Access>,
    refresh: (String, Duration),
    spent: HashSet<String>,
}

impl Tokens {
    /// With a first refresh token, which depends on the seed alone.
    pub(super) fn new(seed: u64, access_life: Duration, access_requests: u32) -> Self {
        let mut dice = Dice::new(seed, "token", 0);
        let first = dice.letters(43);
        Self {
            dice,
            access_life,
            access_requests,
            access: HashMap::new(),
            refresh: (first, REFRESH_LIFE),
            spent: HashSet::new(),
        }
    }

    /// The refresh token that works now.
    pub(super) fn refresh_token(&self) -> &str {
        &self.refresh.0
    }

    /// How long access tokens live, in seconds.
    pub(super) fn access_seconds(&self) -> u64 {
        self.access_life.as_secs()
    }

    /// Spends a refresh token for a new pair.
    pub(super) fn exchange(&mut self, refresh: &str, now: Duration) -> Result<Pair, Refusal> {
        if self.spent.contains(refresh) {
            return Err(Refusal::Spent);
        }
        if refresh != self.refresh.0 || now >= self.refresh.1 {
            return Err(Refusal::Unknown);
        }
        let pair = Pair {
            access: self.dice.letters(48),
            refresh: self.dice.letters(43),
        };
        self.spent.insert(refresh.to_owned());
        self.refresh = (pair.refresh.clone(), now + REFRESH_LIFE);
        self.access.retain(|_, access| access.end > now);
        let end = now + self.access_life;
        self.access
            .insert(pair.access.clone(), Access { end, served: 0 });
        Ok(pair)
    }

    /// Lets a request for a resource pass with a valid access token, and counts it.
    pub(super) fn admit(&mut self, access: &str, now: Duration) -> bool {
        let most = self.access_requests;
        let Some(token) = self.access.get_mut(access).filter(|t| t.end > now) else {
            return false;
        };
        token.served += 1;
        if most > 0 && token.served > most {
            self.access.remove(access);
            return false;
        }
        true
    }

    /// Seconds that an access token, and the refresh token, still live; none if the access token is not valid.
    pub(super) fn remaining(&self, access: &str, now: Duration) -> Option<(u64, u64)> {
        let end = self
            .access
            .get(access)
            .map(|a| a.end)
            .filter(|end| *end > now)?;
        Some((
            (end - now).as_secs(),
            self.refresh.1.saturating_sub(now).as_secs(),
        ))
    }

    /// Ends every access token at once; the refresh token goes on.
    pub(super) fn expire_access(&mut self) {
        self.access.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_works_once() {
        let now = Duration::from_secs(5);
        let mut tokens = Tokens::new(1, Duration::from_secs(7200), 2);
        let first = tokens.refresh_token().to_owned();
        let pair = tokens.exchange(&first, now).unwrap();
        assert_eq!(tokens.exchange(&first, now), Err(Refusal::Spent));
        assert_eq!(tokens.exchange("guess", now), Err(Refusal::Unknown));
        assert_eq!(
            tokens.remaining(&pair.access, now),
            Some((7200, 32 * 86_400))
        );
        assert_eq!(
            tokens.remaining(&pair.access, now + Duration::from_secs(7200)),
            None
        );
        let passes = [1, 2, 3].map(|_| tokens.admit(&pair.access, now));
        assert_eq!(passes, [true, true, false], "it serves two requests");
        assert!(!tokens.admit("guess", now));
        let late = now + REFRESH_LIFE;
        assert_eq!(tokens.exchange(&pair.refresh, late), Err(Refusal::Unknown));
        assert_eq!(Tokens::new(1, now, 0).refresh_token(), first);
    }
}
