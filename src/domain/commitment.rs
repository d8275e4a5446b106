//! What a commitment allows before its end, and what is ordered for the time after it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The fine print of a committed subscription. Empty where the distributor tells nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Commitment {
    /// The last day of the term.
    pub ends_on: Option<Date>,
    /// A period in which seats may be given back all the same.
    pub grace: Option<Grace>,
    /// A change of seats that is ordered for a day to come.
    pub scheduled: Option<ScheduledSeats>,
}

/// Seats may be given back down to a number, up to and including a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grace {
    /// The last day for it.
    pub until: Date,
    /// The fewest seats that must stay.
    pub down_to: i64,
}

/// So many seats from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledSeats {
    /// From when.
    pub on: Date,
    /// How many there are then; 0 where the subscription is not renewed.
    pub seats: i64,
}

impl Commitment {
    /// True if fewer than `seats` can be had today.
    pub fn can_shrink(&self, seats: i64, today: Date) -> bool {
        self.grace
            .is_some_and(|grace| grace.until >= today && grace.down_to < seats)
    }

    /// True if nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn seats_can_be_given_back_within_the_grace_alone() {
        let today = date(2026, 11, 24);
        let shrinks = |until, down_to| {
            let grace = Some(Grace { until, down_to });
            let commitment = Commitment {
                grace,
                ..Commitment::default()
            };
            commitment.can_shrink(10, today)
        };
        assert!(shrinks(today, 9));
        assert!(!shrinks(today, 10));
        assert!(!shrinks(date(2026, 11, 23), 0));
        assert!(!Commitment::default().can_shrink(10, today));
    }
}
