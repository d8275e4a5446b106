//! The commitment of a subscription: `commitmentTerm`, null where there is none (vendor's OpenAPI document).

use jiff::civil::Date;
use serde_json::Value;

use crate::domain::commitment::{Commitment, Grace, ScheduledSeats};
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

const SHAPE: Shape = Shape {
    path: "subscriptions.commitmentTerm",
    fields: &[
        always("type", Kind::Text),
        always("termEndDate", Kind::Text),
        often("renewalConfiguration", Kind::Object),
        often("committedMinimalQuantities", Kind::List),
    ],
};

const RENEWAL_SHAPE: Shape = Shape {
    path: "subscriptions.commitmentTerm.renewalConfiguration",
    fields: &[
        always("renewalDate", Kind::Text),
        often("scheduledQuantity", Kind::Number),
    ],
};

const MINIMUM_SHAPE: Shape = Shape {
    path: "subscriptions.commitmentTerm.committedMinimalQuantities",
    fields: &[
        always("committedUntil", Kind::Text),
        always("quantity", Kind::Number),
    ],
};

/// Periods of grace of one subscription that are looked at.
const MOST_PERIODS: usize = 100;

/// What a `commitmentTerm` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Term {
    /// The type, in the vendor's word; empty where there is no commitment.
    pub word: String,
    /// The first day of the next term, or the day after the last one.
    pub renews_on: Option<Date>,
    /// The fine print.
    pub commitment: Commitment,
}

/// Reads the term of a row; `seats` are those of today.
pub(super) fn term(row: &Row<'_>, seats: Option<i64>, today: Date, surprises: &Surprises) -> Term {
    let Some(term) = row.child("commitmentTerm", &SHAPE, surprises) else {
        return Term::default();
    };
    let ends_on = day(&term, "termEndDate");
    let after = ends_on.and_then(|day| day.tomorrow().ok());
    let renewal = term.child("renewalConfiguration", &RENEWAL_SHAPE, surprises);
    let renews_on = renewal
        .and_then(|renewal| day(&renewal, "renewalDate"))
        .or(after);
    let ordered = match renewal {
        // Null for what is not renewed.
        None => Some(0),
        // Absent or null: as many as today.
        Some(renewal) => count(&renewal, "scheduledQuantity").filter(|n| Some(*n) != seats),
    };
    let scheduled = renews_on.filter(|day| *day > today).zip(ordered);
    let periods = term
        .list_or_one("committedMinimalQuantities")
        .unwrap_or_default();
    let open = periods
        .iter()
        .take(MOST_PERIODS)
        .filter_map(|period| grace(period, surprises))
        .filter(|grace| grace.until >= today);
    Term {
        word: term.text("type"),
        renews_on,
        commitment: Commitment {
            ends_on,
            grace: open.min_by_key(|grace| grace.down_to),
            scheduled: scheduled.map(|(on, seats)| ScheduledSeats { on, seats }),
        },
    }
}

/// "The dates until which the subscription quantity may be decreased down to those minimal quantities."
fn grace(period: &Value, surprises: &Surprises) -> Option<Grace> {
    let row = Row::of(period, &MINIMUM_SHAPE, surprises)?;
    Some(Grace {
        until: day(&row, "committedUntil")?,
        down_to: count(&row, "quantity")?,
    })
}

/// A day, whether it is written as a date or a date-time.
fn day(row: &Row<'_>, key: &str) -> Option<Date> {
    row.time(key).map(|at| at.date())
}

fn count(row: &Row<'_>, key: &str) -> Option<i64> {
    row.int(key).ok().flatten().filter(|n| *n >= 0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ROW: Shape = Shape {
        path: "row",
        fields: &[],
    };

    fn read(term_json: &Value) -> Term {
        let json = json!({"commitmentTerm": term_json});
        let surprises = Surprises::default();
        let row = Row::of(&json, &ROW, &surprises).unwrap();
        term(&row, Some(42), date(2026, 2, 3), &surprises)
    }

    #[test]
    fn the_documented_term_is_read() {
        let term = read(&json!({"type": "Annual", "termEndDate": "2027-01-31",
            "renewalConfiguration": {"renewalDate": "2027-02-01", "scheduledQuantity": 40},
            "committedMinimalQuantities": [{"committedUntil": "2026-02-08", "quantity": 0}]}));
        assert_eq!(term.word, "Annual");
        assert_eq!(term.renews_on, Some(date(2027, 2, 1)));
        let commitment = term.commitment;
        assert_eq!(commitment.ends_on, Some(date(2027, 1, 31)));
        let (on, seats) = (date(2027, 2, 1), 40);
        assert_eq!(commitment.scheduled, Some(ScheduledSeats { on, seats }));
        let (until, down_to) = (date(2026, 2, 8), 0);
        assert_eq!(commitment.grace, Some(Grace { until, down_to }));
    }

    #[test]
    fn what_is_not_renewed_ends_and_what_says_nothing_stays() {
        let ends = read(
            &json!({"type": "Annual", "termEndDate": "2027-01-31", "renewalConfiguration": null}),
        );
        assert_eq!(ends.renews_on, Some(date(2027, 2, 1)));
        assert_eq!(ends.commitment.scheduled.unwrap().seats, 0);
        let stays = json!({"type": "Annual", "termEndDate": "2027-01-31",
            "renewalConfiguration": {"renewalDate": "2027-02-01", "scheduledQuantity": null}});
        assert_eq!(read(&stays).commitment.scheduled, None);
        let same = json!({"type": "Annual", "termEndDate": "2027-01-31",
            "renewalConfiguration": {"renewalDate": "2027-02-01", "scheduledQuantity": 42}});
        assert_eq!(read(&same).commitment.scheduled, None);
        assert_eq!(read(&Value::Null), Term::default());
    }

    #[test]
    fn the_lowest_number_of_the_periods_that_are_open_counts() {
        let term = read(&json!({"type": "Monthly", "termEndDate": "2026-02-28",
            "renewalConfiguration": {"renewalDate": "2026-03-01"},
            "committedMinimalQuantities": [{"committedUntil": "2026-02-01", "quantity": 0},
                {"committedUntil": "2026-02-08T23:59:59.0000000", "quantity": 10},
                {"committedUntil": "2026-02-09", "quantity": 15}, {"quantity": 1}, 5]}));
        let (until, down_to) = (date(2026, 2, 8), 10);
        assert_eq!(term.commitment.grace, Some(Grace { until, down_to }));
    }

    proptest! {
        #[test]
        fn any_term_is_read(value in crate::http::testing::any_json()) {
            read(&value);
            read(&json!({"termEndDate": value, "renewalConfiguration": value,
                "committedMinimalQuantities": [value, {"committedUntil": value, "quantity": value}]}));
        }
    }
}
