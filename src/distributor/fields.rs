//! Fields that the rows of every distributor have, each read by one rule. A word that nobody documented is unknown, and
//! told in the acceptance report.

use super::words::{self, Word};
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::{BillingCycle, SubscriptionStatus};
use crate::http::json::row::{Reason, Row};
use crate::http::json::surprises::{Odd, Surprises};

/// More seats than this are a mistake.
pub(super) const MOST_SEATS: i64 = 10_000_000;

/// Seats of a row; none where they are not told.
///
/// # Errors
/// What is no whole number, negative, or more than anybody buys.
pub fn seats(row: &Row<'_>, key: &str) -> Result<Option<i64>, Reason> {
    match row.int(key)? {
        Some(n) if n < 0 => Err(format!("{key} {n} is negative")),
        Some(n) if n > MOST_SEATS => Err(format!("{key} {n} is more than anybody buys")),
        other => Ok(other),
    }
}

/// An amount of a row; `path` is that of the row. More than was meant to be rounded away is told.
///
/// # Errors
/// What is no amount.
pub fn money(
    row: &Row<'_>,
    key: &str,
    path: &str,
    surprises: &Surprises,
) -> Result<Option<Money>, Reason> {
    let amount = row.money(key)?;
    if amount.is_some_and(|amount| amount.rounded) {
        let path = format!("{path}.{key} with more than 8 decimals");
        surprises.count(path, Odd::Unusable, || row.text(key));
    }
    Ok(amount.map(|amount| amount.money))
}

/// A currency's code; none where there is none.
pub fn currency(word: &str, path: &str, surprises: &Surprises) -> Option<Currency> {
    let found = Currency::parse(word);
    if found.is_none() && !word.is_empty() {
        surprises.unknown_value(path, word);
    }
    found
}

/// A subscription's state.
pub fn status(word: &str, path: &str, surprises: &Surprises) -> SubscriptionStatus {
    known(words::status(word), word, path, surprises).unwrap_or(SubscriptionStatus::Unknown)
}

/// How often amounts fall due.
pub fn cycle(word: &str, path: &str, surprises: &Surprises) -> BillingCycle {
    known(words::cycle(word), word, path, surprises).unwrap_or(BillingCycle::Unknown)
}

/// A commitment's length as ISO 8601 duration; empty for none.
pub fn term(word: &str, path: &str, surprises: &Surprises) -> String {
    known(words::term(word), word, path, surprises).unwrap_or_default()
}

fn known<T>(read: Word<T>, word: &str, path: &str, surprises: &Surprises) -> Option<T> {
    match read {
        Word::Known(value) => Some(value),
        Word::New => {
            surprises.unknown_value(path, word);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::json::shape::Shape;

    const SHAPE: Shape = Shape {
        path: "t",
        fields: &[],
    };

    #[test]
    fn seats_are_whole_and_believable() {
        let read = |value| {
            let json = json!({"n": value});
            seats(&Row::of(&json, &SHAPE, &Surprises::default()).unwrap(), "n")
        };
        assert_eq!(read(json!(null)), Ok(None));
        assert_eq!(
            (read(json!("42")), read(json!(10.0))),
            (Ok(Some(42)), Ok(Some(10)))
        );
        assert_eq!(read(json!(0)), Ok(Some(0)));
        for bad in [json!(-1), json!(2.5), json!("many"), json!(1e12)] {
            assert!(read(bad.clone()).unwrap_err().starts_with('n'), "{bad}");
        }
    }

    #[test]
    fn a_word_that_nobody_documented_is_told_once_and_unknown() {
        let surprises = Surprises::default();
        assert_eq!(
            status("Active", "s", &surprises),
            SubscriptionStatus::Active
        );
        assert_eq!(cycle("", "c", &surprises), BillingCycle::Unknown);
        assert_eq!(currency("", "m", &surprises), None);
        assert_eq!(surprises.list(), []);
        assert_eq!(
            status("Frozen", "s", &surprises),
            SubscriptionStatus::Unknown
        );
        assert_eq!(cycle("fortnightly", "c", &surprises), BillingCycle::Unknown);
        assert_eq!(term("for ever", "t", &surprises), "");
        assert_eq!(currency("gold", "m", &surprises), None);
        assert_eq!(surprises.list().len(), 4);
    }
}
