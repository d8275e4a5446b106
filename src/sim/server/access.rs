//! Access tokens of vendors that give them for a secret, anew each time.

use std::collections::HashMap;
use std::time::Duration;

use super::super::dice::Dice;

/// How long access tokens serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessLife {
    /// How long a token lives, as the vendor tells and keeps it.
    pub life: Duration,
    /// Requests for resources that a token serves before it ends early; 0 is no limit.
    pub requests: u32,
}

/// All access tokens that are alive. Times are since the server's start.
#[derive(Debug)]
pub struct Access {
    dice: Dice,
    life: AccessLife,
    alive: HashMap<String, (Duration, u32)>,
}

impl Access {
    /// None given out yet.
    pub fn new(seed: u64, life: AccessLife) -> Self {
        Self {
            dice: Dice::new(seed, "access token", 0),
            life,
            alive: HashMap::new(),
        }
    }

    /// A new token, and how many seconds it lives.
    pub fn issue(&mut self, now: Duration) -> (String, u64) {
        let token = format!("eyJ{}.{}", self.dice.letters(24), self.dice.letters(40));
        self.alive.retain(|_, (end, _)| *end > now);
        self.alive.insert(token.clone(), (now + self.life.life, 0));
        (token, self.life.life.as_secs())
    }

    /// Lets a request for a resource pass with a token that is alive, and counts it.
    pub fn admit(&mut self, token: &str, now: Duration) -> bool {
        let most = self.life.requests;
        let Some((_, served)) = self.alive.get_mut(token).filter(|(end, _)| *end > now) else {
            return false;
        };
        *served += 1;
        most == 0 || *served <= most
    }

    /// Ends every token at once.
    pub fn expire(&mut self) {
        self.alive.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_by_time_by_use_and_by_order() {
        let at = Duration::from_secs;
        let life = AccessLife {
            life: at(30),
            requests: 2,
        };
        let mut access = Access::new(1, life);
        let (token, seconds) = access.issue(at(5));
        assert_eq!(seconds, 30);
        assert_eq!(
            [1, 2, 3].map(|_| access.admit(&token, at(6))),
            [true, true, false]
        );
        let (late, _) = access.issue(at(6));
        assert!(!access.admit(&late, at(36)) && !access.admit("guess", at(6)));
        let (last, _) = access.issue(at(40));
        access.expire();
        assert!(!access.admit(&last, at(41)));
    }
}
