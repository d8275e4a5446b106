//! Type-ahead guard: a decision counts only for what has been on screen, and a held key decides once.

use std::time::Duration;

use super::super::keymap::Action;

/// The same key again within this time is a key held down.
const HELD: Duration = Duration::from_millis(150);
/// So many keys at once come from a paste, not from fingers.
pub const PASTED: usize = 4;

/// What is on screen, since when, and the last decision.
#[derive(Debug)]
pub struct Guard<K> {
    seen: Option<(K, usize, Duration)>,
    last: Option<(Action, Duration)>,
}

impl<K> Default for Guard<K> {
    fn default() -> Self {
        Self {
            seen: None,
            last: None,
        }
    }
}

impl<K: Clone + PartialEq> Guard<K> {
    /// This item with this candidate marked is on screen from now on; none while something covers it.
    pub fn painted(&mut self, what: Option<(&K, usize)>, at: Duration) {
        let same = match (&self.seen, what) {
            (Some((key, mark, _)), Some((k, m))) => key == k && *mark == m,
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.seen = what.map(|(key, mark)| (key.clone(), mark, at));
        }
    }

    /// Why a decision about this item must not count; none if it may. Remembers the key either way.
    pub fn refuses(
        &mut self,
        action: Action,
        key: &K,
        mark: usize,
        at: Duration,
        burst: usize,
    ) -> Option<&'static str> {
        let held = self
            .last
            .is_some_and(|(a, t)| a == action && at.saturating_sub(t) < HELD);
        self.last = Some((action, at));
        if burst >= PASTED {
            return Some("many keys at once: nothing was decided");
        }
        if held {
            return Some("the key is held down: only the first one decided");
        }
        match &self.seen {
            Some((k, m, since)) if k == key && *m == mark && *since <= at => None,
            _ => Some("typed ahead: this item was not on screen yet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::AccountKey;

    const CONFIRM: Action = Action::Open;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn only_what_was_on_screen_is_decided() {
        let (a, b) = (
            AccountKey::new("synnex", "1"),
            AccountKey::new("synnex", "2"),
        );
        let mut g = Guard::default();
        assert!(g.refuses(CONFIRM, &a, 0, ms(1), 1).is_some());
        g.painted(Some((&a, 0)), ms(300));
        assert_eq!(g.refuses(CONFIRM, &a, 0, ms(500), 1), None);
        // The next item is current, but the key arrived before its frame.
        g.painted(Some((&b, 0)), ms(800));
        assert!(
            g.refuses(Action::NoCounterpart, &b, 0, ms(790), 1)
                .is_some()
        );
        assert_eq!(g.refuses(Action::NoCounterpart, &b, 0, ms(1000), 1), None);
        g.painted(None, ms(900));
        assert!(g.refuses(CONFIRM, &b, 0, ms(2000), 1).is_some());
    }

    #[test]
    fn a_held_key_decides_once() {
        let mut g = Guard::default();
        let mut decided = 0;
        for n in 0..40u64 {
            let key = AccountKey::new("synnex", n.to_string());
            g.painted(Some((&key, 0)), ms(n * 33));
            decided += usize::from(g.refuses(CONFIRM, &key, 0, ms(n * 33 + 1), 1).is_none());
        }
        assert_eq!(decided, 1);
    }

    #[test]
    fn a_burst_decides_nothing() {
        let key = AccountKey::new("synnex", "1");
        let mut g = Guard::default();
        g.painted(Some((&key, 0)), ms(0));
        assert!(g.refuses(CONFIRM, &key, 0, ms(500), 12).is_some());
    }
}
