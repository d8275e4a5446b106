//! Commitments: until when seats cannot be taken back, and when they renew.

use jiff::Span;
use jiff::civil::Date;

use crate::domain::subscription::Subscription;
use crate::domain::time::Ts;

/// More terms than this are not rolled: the date is from before cloud licences were sold.
const MOST_TERMS: i64 = 600;

/// The months of an ISO 8601 term in years and months (`P1Y`, `P3M`, `P1Y6M`); none for anything else.
pub fn term_months(term: &str) -> Option<i64> {
    let mut rest = term.trim().strip_prefix('P')?;
    let mut months = 0i64;
    for (unit, factor) in [('Y', 12), ('M', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            let number: i64 = number.parse().ok().filter(|n| (0..=1_200).contains(n))?;
            months += number * factor;
            rest = after;
        }
    }
    (rest.is_empty() && months > 0).then_some(months)
}

/// The months a subscription is committed for: its term, or where none is given its billing cycle.
fn months(subscription: &Subscription) -> Option<i64> {
    match subscription.term.trim() {
        "" => subscription.billing_cycle.months(),
        term => term_months(term),
    }
}

/// The day of the next renewal on or after `now`. Some distributors never roll the date forward: a day in the past is
/// rolled by the term, and is unknown where that is unknown.
pub fn next_renewal(subscription: &Subscription, now: Ts) -> Option<Date> {
    let listed = subscription.renews_on?.date();
    let today = now.date();
    if listed >= today {
        return Some(listed);
    }
    let months = months(subscription)?;
    let gap = i64::from(today.year()) * 12 + i64::from(today.month())
        - i64::from(listed.year()) * 12
        - i64::from(listed.month());
    let terms = (gap / months).clamp(0, MOST_TERMS);
    // From the listed day each time, so that the 31st is not worn down to the 28th.
    (terms..=terms + 1)
        .filter_map(|n| {
            let span = Span::new().try_months(n * months).ok()?;
            listed.checked_add(span).ok()
        })
        .find(|day| *day >= today)
}

/// Until when a commitment of more than a month forbids fewer seats; none where there is none, or where a period of grace
/// still allows them.
pub fn until(subscription: &Subscription, now: Ts) -> Option<Date> {
    let seats = subscription.seats.unwrap_or(0);
    if subscription.commitment.can_shrink(seats, now.date()) {
        return None;
    }
    let months = months(subscription)?;
    if months <= 1 {
        return None;
    }
    next_renewal(subscription, now)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_period_of_grace_lifts_the_commitment() {
        let now = sample::now(); // 2026-11-24
        let mut sub = sample::subscription("1", "A", 10, "10");
        sub.term = "P1Y".to_owned();
        sub.renews_on = "2027-02-01T00:00:00Z".parse().ok();
        assert!(until(&sub, now).is_some());
        let (until_day, down_to) = (now.date(), 4);
        sub.commitment.grace = Some(crate::domain::commitment::Grace {
            until: until_day,
            down_to,
        });
        assert_eq!(until(&sub, now), None);
    }

    #[test]
    fn terms_are_read() {
        for (term, months) in [
            ("P1M", Some(1)),
            ("P1Y", Some(12)),
            ("P3Y", Some(36)),
            ("P1Y6M", Some(18)),
            ("P30D", None),
            ("P", None),
            ("1 Year", None),
            ("P99999999999Y", None),
        ] {
            assert_eq!(term_months(term), months, "{term}");
        }
    }

    #[test]
    fn a_past_date_rolls_by_its_term() {
        let now = sample::now(); // 2026-11-24
        let mut sub = sample::subscription("1", "A", 10, "10");
        let renewal = |sub: &Subscription| next_renewal(sub, now).map(|d| d.to_string());
        sub.renews_on = Some("2024-02-03T10:00:00Z".parse().unwrap());
        sub.term = "P1Y".to_owned();
        assert_eq!(renewal(&sub).unwrap(), "2027-02-03");
        sub.term = "P1M".to_owned();
        assert_eq!(renewal(&sub).unwrap(), "2026-12-03");
        assert_eq!(until(&sub, now), None);
        sub.renews_on = Some("2024-08-31T10:00:00Z".parse().unwrap());
        assert_eq!(renewal(&sub).unwrap(), "2026-11-30");
        sub.term = "whatever".to_owned();
        assert_eq!(renewal(&sub), None);
    }
}
