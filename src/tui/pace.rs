//! When the next frame is due. What a person did and what was read have an account each, so that rows that come in never
//! keep the answer to a key waiting.

use std::time::Duration;

/// At most thirty frames a second on each account, …
const FRAME: Duration = Duration::from_millis(33);
/// … of which a few may follow each other closely, as the first answers do after the start, …
const CLOSE: Duration = Duration::from_millis(4);
const FEW: u32 = 4;
/// … and four for what runs by itself.
const CALM: Duration = Duration::from_millis(250);

/// What was drawn and when. Instants are times since the start.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Duration,
    /// True if the next frame answers a person.
    answers: bool,
    /// The instants at which as many frames as were drawn would have been due one by one.
    answered: Duration,
    told: Duration,
}

impl Pace {
    /// A person did something.
    pub(super) fn asked(&mut self) {
        self.answers = true;
    }

    /// A frame was drawn.
    pub(super) fn drawn(&mut self, now: Duration) {
        let account = match self.answers {
            true => &mut self.answered,
            false => &mut self.told,
        };
        *account = (*account).max(now) + FRAME;
        self.last = now;
        self.answers = false;
    }

    /// When something that was asked for or read may be shown.
    pub(super) fn urgent(&self) -> Duration {
        let account = match self.answers {
            true => self.answered,
            false => self.told,
        };
        (self.last + CLOSE).max(account.saturating_sub(FRAME * FEW))
    }

    /// When something that runs by itself may be shown.
    pub(super) fn calm(&self) -> Duration {
        self.last + CALM
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn a_held_key_and_a_flood_of_rows_are_drawn_thirty_times_a_second() {
        for person in [true, false] {
            let mut pace = Pace::default();
            let mut frames = 0;
            for now in 0..2_000 {
                if person {
                    pace.asked();
                }
                if pace.urgent() <= ms(now) {
                    pace.drawn(ms(now));
                    frames += 1;
                }
            }
            assert!((58..=66).contains(&frames), "{frames}");
        }
    }

    #[test]
    fn rows_that_come_in_do_not_keep_a_key_waiting() {
        let mut pace = Pace::default();
        for now in 0..1_000 {
            if pace.urgent() <= ms(now) {
                pace.drawn(ms(now));
            }
        }
        assert!(pace.urgent() > ms(1_000) + CLOSE);
        pace.asked();
        assert!(pace.urgent() <= ms(1_000) + CLOSE);
    }
}
