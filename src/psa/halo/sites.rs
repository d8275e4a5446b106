//! `GET /Site`: addresses, telephones and mail domains of clients.

use serde_json::Value;

use crate::http::json::read;
use crate::http::json::row::Row;
use crate::psa::record::{Read, Record};

/// The listing's name in notes and in quarantine.
pub(super) const LISTING: &str = "sites";

/// A site of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    pub id: i64,
    pub client: i64,
    pub active: bool,
    pub phone: String,
    pub mail_domain: String,
    pub country: String,
    pub place: Place,
}

/// An address. The four lines are, by the labels of the web client, two of the street, the town, the county or state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub street: String,
    pub city: String,
    pub state: String,
    pub postcode: String,
}

/// What is asked for.
pub(super) fn query() -> Vec<(&'static str, String)> {
    vec![
        ("includeaddress", "true".to_owned()),
        ("includeactive", "true".to_owned()),
        ("includeinactive", "true".to_owned()),
        ("order", "id".to_owned()),
    ]
}

/// Reads a row.
pub(super) fn site(value: &Value) -> Read<Site> {
    let r = Record::of(LISTING, value)?;
    let lines = |key: &str| r.row.get(key).and_then(Row::uncompared).map(place_of);
    let addresses = [lines("delivery_address"), lines("invoice_address")];
    let known = addresses.into_iter().flatten();
    let place = known.into_iter().find(|place| *place != Place::default());
    Ok(Site {
        id: r.number("id")?,
        client: r.number("client_id")?,
        active: r.row.flag("inactive") != Some(true),
        phone: r.row.text("phonenumber"),
        mail_domain: r.row.text("emaildomain"),
        country: r.row.first_text(&["country_code_name", "country_code"]),
        place: place.unwrap_or_else(|| flat(&r.row)),
    })
}

fn place_of(address: Row<'_>) -> Place {
    let text = |key: &str| address.text(key);
    Place {
        street: joined([text("line1"), text("line2")]),
        city: text("line3"),
        state: text("line4"),
        postcode: text("postcode"),
    }
}

/// The list's own form: the fifth line is the postal code.
fn flat(row: &Row<'_>) -> Place {
    let line = |n: u8| {
        let line = row.get(&format!("delivery_address_line{n}"));
        line.map(read::text).unwrap_or_default()
    };
    Place {
        street: joined([line(1), line(2)]),
        city: line(3),
        state: line(4),
        postcode: line(5),
    }
}

fn joined(parts: [String; 2]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_read_in_both_forms() {
        let flat = site(&json!({"id": 1, "client_id": 12, "delivery_address_line1": "10 Quay St",
            "delivery_address_line2": "", "delivery_address_line3": "Salem", "delivery_address_line4": "MA",
            "delivery_address_line5": "01970", "delivery_address": null}))
        .unwrap();
        let nested = site(&json!({"id": 1, "client_id": 12.0, "delivery_address": {"line1": ""},
            "invoice_address": {"line1": "10 Quay St", "line3": "Salem", "line4": "MA", "postcode": "01970"}}))
        .unwrap();
        assert_eq!(flat, nested);
        assert_eq!(flat.place.street, "10 Quay St");
        assert_eq!(
            site(&json!({"id": 2})).unwrap_err().reason,
            "client_id is missing"
        );
    }
}
