//! A row of Ingram Micro's list of subscriptions: no seats, but what tells whether the details have changed.

use serde_json::Value;

use crate::distributor::Stream;
use crate::distributor::quarantine::quarantined;
use crate::domain::ids::VendorCustomerId;
use crate::domain::subscription::Quarantined;
use crate::domain::time::Ts;
use crate::http::json::row::Row;
use crate::http::json::shape::{Field, Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

/// What the list has; the older document knows only the first six (vendor's OpenAPI document, notes to 1.5).
pub(super) const FIELDS: [Field; 14] = [
    always("id", Kind::Text),
    always("customerId", Kind::Text),
    always("status", Kind::Text),
    always("renewalStatus", Kind::Flag),
    always("creationDate", Kind::Text),
    always("lastModifiedDate", Kind::Text),
    often("renewalDate", Kind::Text),
    often("name", Kind::Text),
    often("expirationDate", Kind::Text),
    often("billingModel", Kind::Text),
    often("billingPeriod", Kind::Object),
    often("subscriptionPeriod", Kind::Object),
    often("attributes", Kind::Any),
    often("totalPrice", Kind::Object),
];

const SHAPE: Shape = Shape {
    path: "subscriptions list",
    fields: &FIELDS,
};

/// A day counts as over so many seconds after its end: the vendor's days are not UTC.
const SETTLED: i64 = 2 * 86_400;

/// What is known of a subscription before its details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its id: one plain segment of a path.
    pub id: String,
    /// Whose it is.
    pub customer: VendorCustomerId,
    /// The mark of its state: the same one later proves that nothing changed. Empty where the day of the last change is
    /// not told or not over, since another change could follow under the same date.
    pub mark: String,
}

/// Reads a row, or puts it aside with the reason.
pub(super) fn read(value: &Value, now: Ts, surprises: &Surprises) -> Result<Listed, Quarantined> {
    let aside = |reason: &str| quarantined(Stream::Subscriptions, value, &["id"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| aside("the row is no object"))?;
    let id = row.id("id").map_err(|reason| aside(&reason))?;
    if id.contains('/') {
        return Err(aside("id holds a slash"));
    }
    let customer = row.id("customerId").map_err(|reason| aside(&reason))?;
    Ok(Listed {
        id,
        customer: VendorCustomerId::new(customer),
        mark: mark(&row, now),
    })
}

/// Everything on the list that may change, so that a change shows whether or not the date moves.
fn mark(row: &Row<'_>, now: Ts) -> String {
    let modified = row.time("lastModifiedDate");
    if modified.is_none_or(|at| now.seconds_since(at) < SETTLED + 86_400) {
        return String::new();
    }
    let total = row
        .get("totalPrice")
        .map(ToString::to_string)
        .unwrap_or_default();
    let parts = [
        row.text("lastModifiedDate"),
        row.text("status"),
        row.text("renewalStatus"),
        row.text("renewalDate"),
        row.text("expirationDate"),
        total.chars().take(100).collect(),
    ];
    format!("1|{}", parts.join("|"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn now() -> Ts {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn row() -> Value {
        json!({"id": "2000456", "customerId": "1000123", "status": "active", "renewalStatus": true,
            "creationDate": "2026-02-01", "renewalDate": "2027-02-01", "lastModifiedDate": "2026-10-15",
            "totalPrice": {"amount": "924.00", "currency": "USD"}})
    }

    fn mark_of(key: &str, value: Value) -> String {
        let mut row = row();
        row[key] = value;
        read(&row, now(), &Surprises::default()).unwrap().mark
    }

    #[test]
    fn a_row_has_a_mark_that_changes_with_it() {
        let listed = read(&row(), now(), &Surprises::default()).unwrap();
        assert_eq!(
            (listed.id.as_str(), listed.customer.as_str()),
            ("2000456", "1000123")
        );
        assert!(!listed.mark.is_empty());
        for (key, value) in [
            ("lastModifiedDate", json!("2026-10-16")),
            ("status", json!("hold")),
            ("renewalDate", json!("2028-02-01")),
            ("totalPrice", json!({"amount": "946.00", "currency": "USD"})),
        ] {
            assert_ne!(mark_of(key, value), listed.mark, "{key}");
        }
        assert_eq!(mark_of("name", json!("renamed")), listed.mark);
    }

    #[test]
    fn a_day_that_is_not_over_proves_nothing() {
        for day in ["2026-11-24", "2026-11-23", "2026-11-22"] {
            assert_eq!(mark_of("lastModifiedDate", json!(day)), "", "{day}");
        }
        assert_ne!(mark_of("lastModifiedDate", json!("2026-11-21")), "");
        assert_eq!(mark_of("lastModifiedDate", Value::Null), "");
    }

    proptest! {
        #[test]
        fn any_row_is_read(value in crate::http::testing::any_json()) {
            let surprises = Surprises::default();
            let _ = read(&value, now(), &surprises);
            let odd = json!({"id": "1", "customerId": "2", "lastModifiedDate": value, "totalPrice": value});
            let _ = read(&odd, now(), &surprises);
        }
    }
}
