//! A row of an API whose rows come whole, with a hundred fields and some of each account's own: nothing is compared with
//! a documented shape, what is needed is read tolerantly.

use jiff::civil::Date;
use serde_json::Value;

use crate::domain::money::Money;
use crate::domain::subscription::Quarantined;
use crate::http::json::aside::aside;
use crate::http::json::read;
use crate::http::json::row::Row;

/// A row that is read, or put aside with its reason.
pub(super) type Read<T> = Result<T, Quarantined>;

/// A quantity: its whole number if it is one, and how it was written.
pub(super) type Quantity = (Option<i64>, String);

/// A row of a listing.
pub(super) struct Record<'a> {
    listing: &'a str,
    value: &'a Value,
    /// Its fields.
    pub row: Row<'a>,
}

impl<'a> Record<'a> {
    /// The row; one that is no object is put aside.
    pub fn of(listing: &'a str, value: &'a Value) -> Read<Self> {
        let row = Row::uncompared(value);
        let row = row.ok_or_else(|| aside(listing, value, &["id"], "the row is no object"))?;
        Ok(Self {
            listing,
            value,
            row,
        })
    }

    /// The row, put aside.
    pub fn refuse(&self, reason: &str) -> Quarantined {
        aside(self.listing, self.value, &["id"], reason)
    }

    /// A whole number that must be there; ids may be negative, and come with a decimal point too.
    pub fn number(&self, key: &str) -> Read<i64> {
        match self.row.int(key) {
            Ok(Some(number)) => Ok(number),
            Ok(None) => Err(self.refuse(&format!("{key} is missing"))),
            Err(reason) => Err(self.refuse(&reason)),
        }
    }

    /// A day; none where none is told.
    pub fn day(&self, key: &str) -> Option<Date> {
        self.row.time(key).map(|at| at.date())
    }

    /// An amount; one that cannot be read is unknown.
    pub fn money(&self, key: &str) -> Option<Money> {
        self.row.money(key).ok().flatten().map(|a| a.money)
    }

    /// A quantity; a fraction is no seat count.
    pub fn quantity(&self, key: &str) -> Quantity {
        let given = self.row.get(key);
        let whole = given.and_then(|quantity| read::int(quantity).ok());
        let text = match whole {
            Some(units) => units.to_string(),
            None => given.map(read::text).unwrap_or_default(),
        };
        (whole, text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_exact_and_reasons_name_the_field() {
        let value = json!({"id": -301, "client_id": 12.0, "half": 2.5, "none": null, "end": "1900-01-01T00:00:00"});
        let record = Record::of("rows", &value).unwrap();
        assert_eq!(
            (record.number("id").ok(), record.number("client_id").ok()),
            (Some(-301), Some(12))
        );
        assert_eq!(record.number("none").unwrap_err().reason, "none is missing");
        assert_eq!(record.number("half").unwrap_err().source_id, "-301");
        assert_eq!(record.quantity("half"), (None, "2.5".to_owned()));
        assert_eq!(record.quantity("client_id"), (Some(12), "12".to_owned()));
        assert_eq!(record.day("end"), None);
        assert!(Record::of("rows", &json!([])).is_err());
    }
}
