//! Agreement lines as findings see them: seats, price a seat and month, and whether they bill today.

use jiff::civil::Date;

use crate::domain::agreement::AgreementLine;
use crate::domain::party::PsaSystem;
use crate::domain::subscription::BillingCycle;

use super::input::Contracted;
use super::monthly::{self, Price};

/// Whether a line bills today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LineState {
    /// It does.
    Active,
    /// It begins later.
    Upcoming,
    /// Its last day is over: its seats are no longer contracted.
    Ended,
    /// It stopped without a last day, so that nobody can say.
    Lapsed,
}

/// A line of a position.
#[derive(Debug, Clone, Copy)]
pub(super) struct ContractLine<'a> {
    pub line: &'a AgreementLine,
    pub system: PsaSystem,
    pub state: LineState,
    /// Seats, units multiplied out; none where the quantity is no whole number.
    pub seats: Option<i64>,
    pub price: Price<'a>,
    /// How many seats one unit of the product stands for.
    pub seats_per_unit: i64,
}

impl<'a> ContractLine<'a> {
    /// None for a line that does not recur: sold once, or by consumption.
    pub fn new(
        contracted: &'a Contracted,
        seats_per_unit: i64,
        is_bundle: bool,
        today: Date,
    ) -> Option<Self> {
        let line = &contracted.line;
        if matches!(
            line.billing_cycle,
            BillingCycle::OneTime | BillingCycle::Usage
        ) {
            return None;
        }
        let price = match is_bundle {
            true => Price::Bundled,
            false => monthly::price(line, contracted.system, seats_per_unit),
        };
        Some(Self {
            line,
            system: contracted.system,
            state: state(line, today),
            seats: line.seats.map(|n| n.saturating_mul(seats_per_unit.max(1))),
            price,
            seats_per_unit,
        })
    }

    /// How people find it: `Managed services line 9001`.
    pub fn place(&self) -> String {
        let agreement = match self.line.agreement.as_str() {
            "" => self.system.tag(),
            name => name,
        };
        format!("{agreement} line {}", self.line.line_id)
    }

    /// An order that does not depend on the input's.
    pub fn order(&self) -> impl Ord + 'a {
        let line = self.line;
        (
            self.state,
            line.starts_on,
            self.system,
            &line.line_id,
            line.ends_on,
            self.seats,
            line.unit_price,
        )
    }
}

fn state(line: &AgreementLine, today: Date) -> LineState {
    if line.ends_on.is_some_and(|last| last < today) {
        LineState::Ended
    } else if !line.active {
        LineState::Lapsed
    } else if line.is_active_on(today) {
        LineState::Active
    } else {
        LineState::Upcoming
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn dates_decide_before_words() {
        let today: Date = "2026-11-24".parse().unwrap();
        let mut line = sample::line("1", "P", 4, Some("24"));
        assert_eq!(state(&line, today), LineState::Active);
        line.ends_on = Some(today);
        assert_eq!(state(&line, today), LineState::Active);
        line.ends_on = Some("2026-11-23".parse().unwrap());
        assert_eq!(state(&line, today), LineState::Ended);
        line.ends_on = None;
        line.starts_on = Some("2026-11-25".parse().unwrap());
        assert_eq!(state(&line, today), LineState::Upcoming);
        line.active = false;
        assert_eq!(state(&line, today), LineState::Lapsed);
    }
}
