//! `GET /RecurringInvoice`: what is billed again and again. Its number may be negative.

use jiff::civil::Date;
use serde_json::Value;

use super::lines::{Lines, lines};
use super::periods::{Period, is_over};
use crate::domain::ids::PsaId;
use crate::domain::money::Currency;
use crate::psa::record::{Read, Record};
use crate::psa::words::currency;

/// The listing's name in notes and in quarantine.
pub(super) const LISTING: &str = "recurring invoices";
/// The lines of an invoice that ended longer ago are not kept.
const ENDED_DAYS: i32 = 90;

/// A recurring invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invoice {
    pub id: i64,
    /// Who has the seats.
    pub client: PsaId,
    pub name: String,
    pub currency: Option<Currency>,
    pub period: Period,
    pub starts_on: Option<Date>,
    /// The last day on which it bills.
    pub ends_on: Option<Date>,
    pub disabled: bool,
    /// True if it was made for another client than the one that it bills.
    pub for_another: bool,
    /// None where the list tells no lines.
    pub lines: Option<Lines>,
}

/// Why the lines of an invoice do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Skipped {
    /// It ended long ago.
    Over,
    /// It was switched off.
    Disabled,
}

/// What is asked for.
pub(super) fn query() -> Vec<(&'static str, String)> {
    vec![
        ("includelines", "true".to_owned()),
        ("order", "id".to_owned()),
    ]
}

/// Reads a row.
pub(super) fn invoice(value: &Value, today: Date) -> Read<Invoice> {
    let r = Record::of(LISTING, value)?;
    let id = r.number("id")?;
    let client = r.number("client_id")?;
    let original = r.row.int("original_client_id").ok().flatten();
    let name = r.row.first_text(&["name", "reference", "contract_ref"]);
    let currency = ["currency_code_name", "currency"]
        .iter()
        .find_map(|key| currency(&r.row.text(key)));
    Ok(Invoice {
        id,
        client: PsaId::new(client.to_string()),
        name: match name.as_str() {
            "" => format!("recurring invoice {id}"),
            _ => name,
        },
        currency,
        period: Period::of(&r),
        starts_on: r.day("startdate"),
        ends_on: r.day("enddate"),
        disabled: r.row.flag("disabled") == Some(true),
        for_another: original.is_some_and(|other| other > 0 && other != client),
        lines: r.row.get("lines").map(|rows| lines(rows, today)),
    })
}

impl Invoice {
    /// Whether its lines matter to that day.
    pub fn skipped(&self, today: Date) -> Option<Skipped> {
        let over = |end: Date| (today - end).get_days() > ENDED_DAYS;
        if self.ends_on.is_some_and(over) {
            Some(Skipped::Over)
        } else if self.disabled && !is_over(self.ends_on, today) {
            Some(Skipped::Disabled)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn today() -> Date {
        "2026-11-24".parse().unwrap()
    }

    fn read(changes: Value) -> Invoice {
        let mut row = json!({"id": -301, "client_id": 12, "client_name": "Harbour Dental Group, LLC",
            "name": "Monthly services", "disabled": false, "startdate": "2025-01-01T00:00:00",
            "enddate": "1900-01-01T00:00:00", "nextcreationdate": "2026-12-01T00:00:00", "period": 1, "currency_code": 1,
            "currency_code_name": "USD", "contract_id": 77, "lines": []});
        let members = row.as_object_mut().unwrap();
        members.extend(changes.as_object().unwrap().clone());
        invoice(&row, today()).unwrap()
    }

    #[test]
    fn a_documented_row_becomes_an_invoice() {
        let invoice = read(json!({}));
        assert_eq!(
            (invoice.id, invoice.client.as_str(), invoice.name.as_str()),
            (-301, "12", "Monthly services")
        );
        assert_eq!(invoice.currency.as_ref().map(Currency::as_str), Some("USD"));
        assert_eq!(
            (invoice.starts_on, invoice.ends_on),
            (Some("2025-01-01".parse().unwrap()), None)
        );
        assert_eq!(invoice.skipped(today()), None);
        assert!(invoice.lines.is_some() && !invoice.for_another);
        assert!(
            read(json!({"lines": null, "original_client_id": 13}))
                .lines
                .is_none()
        );
        assert!(read(json!({"original_client_id": 13})).for_another);
        assert_eq!(read(json!({"name": ""})).name, "recurring invoice -301");
    }

    #[test]
    fn switches_and_dates_decide() {
        let skipped = |changes| read(changes).skipped(today());
        assert_eq!(skipped(json!({"disabled": true})), Some(Skipped::Disabled));
        assert_eq!(
            skipped(json!({"enddate": "2026-11-23T00:00:00"})),
            None,
            "lately"
        );
        assert_eq!(
            skipped(json!({"enddate": "2026-03-01T00:00:00"})),
            Some(Skipped::Over)
        );
        // The end says more than the switch.
        assert_eq!(
            skipped(json!({"disabled": true, "enddate": "2026-11-01T00:00:00"})),
            None
        );
        assert!(invoice(&json!({"id": 5}), today()).is_err());
    }
}
