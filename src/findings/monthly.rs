//! Brings a price to one seat and month.
//!
//! The rule: the price of a billing cycle divided by its months (and by the seats that one unit stands for), rounded once,
//! half to even at eight places. A change in the middle of a cycle is not prorated: what counts is what falls due for a
//! whole cycle at today's seats.

use crate::domain::agreement::AgreementLine;
use crate::domain::finding::UnjudgedReason;
use crate::domain::money::{Currency, Money};
use crate::domain::party::PsaSystem;
use crate::domain::subscription::{BillingCycle, Subscription};

/// An amount with its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Amount<'a> {
    /// Of what.
    pub currency: &'a Currency,
    /// How much.
    pub money: Money,
}

/// What a line bills for one seat and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Price<'a> {
    /// This.
    PerSeat(Amount<'a>),
    /// Nothing of its own: the price belongs to a bundle, or the line is not billed (a price of zero).
    Bundled,
    /// It cannot be said, for this reason.
    Unknown(UnjudgedReason),
}

/// A price of one cycle as the price of one month; none where the cycle does not recur or is not known.
pub fn per_month(price: Money, cycle: BillingCycle) -> Option<Money> {
    cycle.months().map(|months| price.divided_by(months))
}

/// What the MSP pays for one seat and month.
pub(super) fn cost(subscription: &Subscription) -> Result<Amount<'_>, UnjudgedReason> {
    let cycle = subscription.billing_cycle;
    let months = cycle.months().ok_or(UnjudgedReason::UnknownCycle)?;
    match (subscription.unit_cost, &subscription.currency) {
        (Some(cost), Some(currency)) => Ok(Amount {
            currency,
            money: cost.divided_by(months),
        }),
        _ => Err(UnjudgedReason::UnknownCost),
    }
}

/// What a line bills for one seat and month, if a unit of its product stands for `seats_per_unit` seats.
pub(super) fn price(line: &AgreementLine, system: PsaSystem, seats_per_unit: i64) -> Price<'_> {
    match (line.unit_price, &line.currency) {
        (Some(Money::ZERO), _) => Price::Bundled,
        (None, _) if is_bundle_row(line, system) => Price::Bundled,
        (Some(price), Some(currency)) => match line.billing_cycle.months() {
            None => Price::Unknown(UnjudgedReason::UnknownCycle),
            Some(months) => Price::PerSeat(Amount {
                currency,
                money: price.divided_by(months.saturating_mul(seats_per_unit.max(1))),
            }),
        },
        _ => Price::Unknown(UnjudgedReason::UnknownPrice),
    }
}

/// Autotask's bundles come as a row for each service, without a price; their ids begin with `b`.
fn is_bundle_row(line: &AgreementLine, system: PsaSystem) -> bool {
    system == PsaSystem::Autotask && line.line_id.starts_with('b')
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_year_is_twelve_months_rounded_once() {
        // 100 / 12 = 8.333333333… → 8.33333333; 100 / 36 = 2.777777777… → 2.77777778
        let hundred = Money::from_cents(10_000);
        let monthly = |cycle| per_month(hundred, cycle).map(|m| m.to_string());
        assert_eq!(monthly(BillingCycle::Annual).unwrap(), "8.33333333");
        assert_eq!(monthly(BillingCycle::Triennial).unwrap(), "2.77777778");
        assert_eq!(monthly(BillingCycle::OneTime), None);
    }

    #[test]
    fn a_pack_is_split_among_its_seats() {
        let mut line = sample::line("1", "P", 4, Some("60"));
        line.billing_cycle = BillingCycle::Annual;
        // 60 a year and five seats: 1.00 a seat and month.
        let Price::PerSeat(amount) = price(&line, PsaSystem::Csv, 5) else {
            panic!("no price");
        };
        assert_eq!(amount.money, Money::from_cents(100));
    }

    #[test]
    fn what_is_not_said_is_unknown() {
        let mut line = sample::line("b7", "P", 4, None);
        let unknown = Price::Unknown(UnjudgedReason::UnknownPrice);
        assert_eq!(price(&line, PsaSystem::Csv, 1), unknown);
        assert_eq!(price(&line, PsaSystem::Autotask, 1), Price::Bundled);
        line.unit_price = Some(Money::from_cents(100));
        line.currency = None;
        assert_eq!(price(&line, PsaSystem::Csv, 1), unknown);
        line.unit_price = Some(Money::ZERO);
        assert_eq!(price(&line, PsaSystem::Csv, 1), Price::Bundled);
    }
}
