//! How often a recurring invoice bills. Halo tells it as a number that no document explains, so it is taken from a word
//! where there is one, from what the number means on this server (invoices whose dates tell their cycle teach it), or
//! from the invoice's own dates. What none of them tells is unknown, and its prices stay unjudged.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::domain::subscription::BillingCycle;
use crate::psa::record::Record;
use crate::psa::words::billing_cycle;

/// What an invoice tells of its cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    /// Halo's number.
    pub number: Option<i64>,
    /// What a word says.
    word: Option<BillingCycle>,
    /// What the dates of the last invoice and the next say.
    dates: Option<BillingCycle>,
}

impl Period {
    /// Reads it.
    pub fn of(r: &Record<'_>) -> Self {
        let word = r.row.text("periodname");
        let word = word
            .contains(char::is_alphabetic)
            .then(|| billing_cycle(&word));
        let between = |from: &str, to: &str| {
            let (from, to) = (r.day(from)?, r.day(to)?);
            cycle_of_days((to - from).get_days())
        };
        let dates = between("lastcreated", "nextcreationdate");
        Self {
            number: r.row.int("period").ok().flatten(),
            word: word.filter(|cycle| *cycle != BillingCycle::Unknown),
            dates: dates.or_else(|| between("period_start_date", "period_end_date")),
        }
    }

    #[cfg(test)]
    pub fn monthly() -> Self {
        Self {
            number: Some(3),
            word: Some(BillingCycle::Monthly),
            dates: None,
        }
    }
}

/// The cycle of so many days, the last one counted or not; none where they are no whole one.
fn cycle_of_days(days: i32) -> Option<BillingCycle> {
    Some(match days {
        27..=31 => BillingCycle::Monthly,
        88..=92 => BillingCycle::Quarterly,
        180..=184 => BillingCycle::SemiAnnual,
        364..=366 => BillingCycle::Annual,
        729..=731 => BillingCycle::Biennial,
        1_094..=1_096 => BillingCycle::Triennial,
        _ => return None,
    })
}

/// What Halo's numbers mean on this server.
#[derive(Debug, Default)]
pub(super) struct Periods(BTreeMap<i64, BillingCycle>);

impl Periods {
    /// Learns them: a number means the cycle that its invoices tell, if no other is told by more than one in ten.
    pub fn learn<'a>(told: impl Iterator<Item = &'a Period>) -> Self {
        let mut counts: BTreeMap<i64, BTreeMap<BillingCycle, usize>> = BTreeMap::new();
        for period in told {
            if let (Some(number), Some(cycle)) = (period.number, period.word.or(period.dates)) {
                *counts.entry(number).or_default().entry(cycle).or_default() += 1;
            }
        }
        let clear = |cycles: BTreeMap<BillingCycle, usize>| {
            let all: usize = cycles.values().sum();
            let (cycle, most) = cycles.into_iter().max_by_key(|(_, count)| *count)?;
            ((all - most) * 10 <= all).then_some(cycle)
        };
        let known = counts.into_iter();
        Self(
            known
                .filter_map(|(number, cycles)| Some((number, clear(cycles)?)))
                .collect(),
        )
    }

    /// The cycle of an invoice.
    pub fn cycle(&self, period: &Period) -> BillingCycle {
        let learnt = || self.0.get(&period.number?).copied();
        let told = period.word.or_else(learnt).or(period.dates);
        told.unwrap_or(BillingCycle::Unknown)
    }
}

/// What a person should know of invoices whose cycle nobody tells; none where there are none.
pub(super) fn untold(numbers: &[Option<i64>]) -> Option<String> {
    if numbers.is_empty() {
        return None;
    }
    let each: BTreeSet<Option<i64>> = numbers.iter().copied().collect();
    let each: Vec<String> = each
        .into_iter()
        .map(|n| n.map_or("none".to_owned(), |n| n.to_string()))
        .collect();
    Some(format!(
        "{} recurring invoices do not tell how often they bill (period {}): their prices stay unjudged",
        numbers.len(),
        each.join(", ")
    ))
}

/// The last day of something that ends; Halo writes a day long past for "never".
pub(super) fn is_over(last: Option<Date>, today: Date) -> bool {
    last.is_some_and(|last| last < today)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn period(value: Value) -> Period {
        Period::of(&Record::of("invoices", &value).unwrap())
    }

    #[test]
    fn numbers_are_learnt_from_the_invoices_that_tell_more() {
        let monthly = |last: &str, next: &str| {
            period(
                json!({"period": 2, "lastcreated": format!("{last}T00:00:00"), "nextcreationdate": format!("{next}T00:00:00")}),
            )
        };
        let told: Vec<Period> = [
            monthly("2026-11-01", "2026-12-01"),
            monthly("2026-10-31", "2026-11-30"),
            period(json!({"period": 5, "periodname": "Yearly"})),
            // Made late by hand: eleven days tell nothing.
            monthly("2026-11-20", "2026-12-01"),
        ]
        .into();
        let periods = Periods::learn(told.iter());
        let cycle = |value| periods.cycle(&period(value));
        assert_eq!(cycle(json!({"period": 2})), BillingCycle::Monthly);
        assert_eq!(cycle(json!({"period": 5.0})), BillingCycle::Annual);
        assert_eq!(cycle(json!({"period": 9})), BillingCycle::Unknown);
        assert_eq!(
            cycle(
                json!({"period": 9, "lastcreated": "2026-09-01T00:00:00", "nextcreationdate": "2026-12-01T00:00:00"})
            ),
            BillingCycle::Quarterly
        );
        assert_eq!(
            cycle(json!({"period_start_date": "2026-11-01", "period_end_date": "2026-11-30"})),
            BillingCycle::Monthly
        );
        // The schedule of this one was moved: what the number means counts.
        let moved =
            json!({"period": 2, "lastcreated": "2026-09-01", "nextcreationdate": "2026-12-01"});
        assert_eq!(cycle(moved), BillingCycle::Monthly);
    }

    #[test]
    fn a_number_that_means_two_things_means_nothing() {
        let of = |last: &str| {
            period(json!({"period": 1, "lastcreated": last, "nextcreationdate": "2026-12-01"}))
        };
        let told = [of("2026-11-01"), of("2025-12-01")];
        let periods = Periods::learn(told.iter());
        assert_eq!(
            periods.cycle(&period(json!({"period": 1}))),
            BillingCycle::Unknown
        );
        assert_eq!(
            periods.cycle(&told[1]),
            BillingCycle::Annual,
            "its own dates"
        );
        let words = untold(&[Some(1), None, Some(1)]).unwrap();
        assert!(words.starts_with("3 recurring invoices") && words.contains("(period none, 1)"));
    }
}
