//! Ingram Micro's customers. Address and contacts are certain only by id, and may be on the list (vendor's OpenAPI
//! document); no request is spent on them but for a customer that a person looks at.

use serde_json::Value;

use crate::distributor::quarantine::quarantined;
use crate::distributor::{Evidence, Stream};
use crate::domain::ids::{PsaId, VendorCustomerId};
use crate::domain::party::{Profile, VendorCustomer};
use crate::domain::subscription::Quarantined;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

const SHAPE: Shape = Shape {
    path: "customers",
    fields: &[
        always("id", Kind::Text),
        always("externalId", Kind::Text),
        always("name", Kind::Text),
        always("status", Kind::Text),
        often("address", Kind::Object),
        often("contactPersons", Kind::List),
        often("language", Kind::Text),
        often("taxRegId", Kind::Text),
        often("resellerId", Kind::Text),
    ],
};

const ADDRESS_SHAPE: Shape = Shape {
    path: "customers.address",
    fields: &[
        often("streetAddress", Kind::Text),
        often("addressExtension", Kind::Text),
        often("postalCode", Kind::Text),
        often("city", Kind::Text),
        often("state", Kind::Text),
        often("countryCode", Kind::Text),
    ],
};

const CONTACT_SHAPE: Shape = Shape {
    path: "customers.contactPersons",
    fields: &[
        always("type", Kind::Text),
        often("firstName", Kind::Text),
        often("lastName", Kind::Text),
        often("email", Kind::Text),
        often("phoneNumber", Kind::Text),
    ],
};

/// Contacts of one customer that are looked at.
const MOST_CONTACTS: usize = 20;

/// Mail domains of everybody's.
const PUBLIC_MAIL: [&str; 9] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "aol.com",
    "gmx.de",
];

/// Maps a row of the list, or puts it aside with the reason.
pub(super) fn map(value: &Value, surprises: &Surprises) -> Result<VendorCustomer, Quarantined> {
    let aside = |reason: &str| quarantined(Stream::Customers, value, &["id"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| aside("the row is no object"))?;
    let id = row.id("id").map_err(|reason| aside(&reason))?;
    if id.contains('/') {
        return Err(aside("id holds a slash"));
    }
    for key in ["status", "language"] {
        surprises
            .seen
            .count(&format!("{}.{key}", SHAPE.path), &row.text(key));
    }
    let external = row.text("externalId");
    Ok(VendorCustomer {
        id: VendorCustomerId::new(id),
        profile: profile(&row, surprises),
        psa_id_hint: (!external.is_empty()).then(|| PsaId::new(external)),
    })
}

/// The mail domain of the contacts, unless it is everybody's.
pub(super) fn evidence(json: &Value, surprises: &Surprises) -> Evidence {
    let profile = Row::of(json, &SHAPE, surprises).map(|row| profile(&row, surprises));
    let email = profile.map(|profile| profile.email).unwrap_or_default();
    let domain = email
        .rsplit_once('@')
        .map(|(_, domain)| domain.to_ascii_lowercase());
    Evidence {
        ms_tenant_id: String::new(),
        domain: domain
            .filter(|domain| !PUBLIC_MAIL.contains(&domain.as_str()))
            .unwrap_or_default(),
    }
}

fn profile(row: &Row<'_>, surprises: &Surprises) -> Profile {
    let address = row.child("address", &ADDRESS_SHAPE, surprises);
    let line = |key: &str| address.map(|address| address.text(key)).unwrap_or_default();
    let street = [line("streetAddress"), line("addressExtension")];
    let street: Vec<_> = street.iter().filter(|part| !part.is_empty()).collect();
    let contacts = row.list_or_one("contactPersons").unwrap_or_default();
    let mut contacts: Vec<Row<'_>> = contacts
        .iter()
        .take(MOST_CONTACTS)
        .filter_map(|contact| Row::of(contact, &CONTACT_SHAPE, surprises))
        .collect();
    contacts.sort_by_key(|contact| match contact.text("type").as_str() {
        "admin" => 0,
        "billing" => 1,
        _ => 2,
    });
    let first = |key: &str| {
        let texts = contacts.iter().map(|contact| contact.text(key));
        texts.into_iter().find(|text| !text.is_empty())
    };
    Profile {
        name: row.text("name"),
        email: first("email").unwrap_or_default(),
        phone: first("phoneNumber").map_or_else(String::new, |text| phone(&text)),
        address: street
            .into_iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        city: line("city"),
        state: line("state"),
        postcode: line("postalCode"),
        country: line("countryCode"),
        // Neither is on the list; the subscriptions' details have the tenant.
        domain: String::new(),
        ms_tenant_id: String::new(),
    }
}

/// Country, area, number and extension, split by `#`, the area often empty. The extension is left out.
fn phone(text: &str) -> String {
    let digits = |part: &str| -> String { part.chars().filter(char::is_ascii_digit).collect() };
    if !text.contains('#') {
        return text.to_owned();
    }
    let parts: Vec<String> = text.split('#').take(3).map(digits).collect();
    let number = parts.concat();
    match parts.first() {
        Some(country) if !country.is_empty() && number.len() > country.len() => {
            format!("+{number}")
        }
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_documented_customer_is_read() {
        let json = json!({"id": "1000123", "externalId": "CW-1042", "name": "Harbour Dental Group", "status": "active",
            "language": "en_US", "taxRegId": "00-0000000",
            "address": {"streetAddress": "10 Quay St", "addressExtension": "Suite 100", "postalCode": "01970",
                "city": "Salem", "state": "MA", "countryCode": "US"},
            "contactPersons": [
                {"type": "technical", "email": "it@gmail.com"},
                {"type": "admin", "firstName": "Ann", "lastName": "Lee", "email": "ann@HarbourDental.example",
                 "phoneNumber": "1#555#5550101#"}]});
        let surprises = Surprises::default();
        let customer = map(&json, &surprises).unwrap();
        let profile = &customer.profile;
        assert_eq!(customer.id.as_str(), "1000123");
        assert_eq!(customer.psa_id_hint, Some(PsaId::from("CW-1042")));
        assert_eq!(
            (profile.name.as_str(), profile.phone.as_str()),
            ("Harbour Dental Group", "+15555550101")
        );
        assert_eq!(profile.address, "10 Quay St, Suite 100");
        assert_eq!(
            (profile.postcode.as_str(), profile.country.as_str()),
            ("01970", "US")
        );
        assert_eq!(profile.email, "ann@HarbourDental.example");
        assert_eq!(evidence(&json, &surprises).domain, "harbourdental.example");
        assert_eq!(surprises.list(), []);
        let public = json!({"id": "1", "contactPersons": [{"email": "x@gmail.com"}]});
        assert_eq!(evidence(&public, &surprises), Evidence::default());
    }

    #[test]
    fn a_bare_row_is_enough_and_one_without_an_id_is_not() {
        let surprises = Surprises::default();
        let row = json!({"id": 1000123, "externalId": "", "name": "Harbour", "address": null});
        let customer = map(&row, &surprises).unwrap();
        assert_eq!(
            (customer.id.as_str(), customer.psa_id_hint),
            ("1000123", None)
        );
        assert_eq!(
            map(&json!({"name": "x"}), &surprises).unwrap_err().reason,
            "id is missing"
        );
        assert_eq!(
            map(&json!("x"), &surprises).unwrap_err().reason,
            "the row is no object"
        );
    }

    #[test]
    fn phone_numbers_lose_their_marks_and_their_extension() {
        for (text, expected) in [
            ("1#555#5550101#", "+15555550101"),
            ("81##18881234567#", "+8118881234567"),
            ("1#555#5550101#77", "+15555550101"),
            ("##5550101#", "5550101"),
            ("+1 555 0101", "+1 555 0101"),
            ("#", ""),
        ] {
            assert_eq!(phone(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_row_is_read(value in crate::http::testing::any_json()) {
            let surprises = Surprises::default();
            let _ = map(&value, &surprises);
            let odd = json!({"id": "1", "name": value, "address": value, "contactPersons": value});
            let _ = (map(&odd, &surprises), evidence(&odd, &surprises));
        }
    }
}
