//! Bad weather, seeded: random faults at a modest rate.

use super::super::dice::Dice;
use super::fault::Fault;

/// Random faults for requests, in bursts.
#[derive(Debug)]
pub(super) struct Storm {
    dice: Dice,
    burst: u32,
    fault: Option<Fault>,
}

impl Storm {
    /// The storm of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed, "storm", 0),
            burst: 0,
            fault: None,
        }
    }

    /// What happens to the next request, if anything. A refresh token is never lost to chance: that ends the story.
    pub(super) fn next(&mut self, is_token: bool) -> Option<Fault> {
        if self.burst > 0 {
            self.burst -= 1;
            return self.fault.clone();
        }
        let status = |status, retry_after: Option<&str>| Fault::Status {
            status,
            retry_after: retry_after.map(str::to_owned),
        };
        let (most, fault) = match self.dice.below(100) {
            0..=2 => (3, status(*self.dice.pick(&[500, 502, 503, 503, 504]), None)),
            3..=4 => (
                2,
                status(429, *self.dice.pick(&[Some("1"), Some("2"), None])),
            ),
            5..=6 => (1, Fault::Reset),
            7 => (
                1,
                Fault::Html {
                    status: *self.dice.pick(&[200, 502]),
                },
            ),
            8 if !is_token => (1, Fault::SlowBody { seconds: 1 }),
            9 if !is_token => (1, Fault::CutBody),
            10 if !is_token => (1, Fault::CutJson),
            11 => (1, Fault::ExpireAccess),
            _ => return None,
        };
        self.burst = u32::try_from(self.dice.below(most)).unwrap_or(0);
        self.fault = Some(fault.clone());
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_is_seeded_modest_and_spares_the_refresh_token() {
        let faults = |seed| {
            let mut storm = Storm::new(seed);
            (0..2000).map(|_| storm.next(false)).collect::<Vec<_>>()
        };
        assert_eq!(faults(1), faults(1));
        let hit = faults(1).iter().flatten().count();
        assert!((100..500).contains(&hit), "{hit} of 2000");
        let mut storm = Storm::new(3);
        assert!(
            (0..2000)
                .filter_map(|_| storm.next(true))
                .all(|f| f != Fault::AnswerLost && f != Fault::CutBody)
        );
    }
}
