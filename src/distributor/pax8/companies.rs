//! A company of Pax8, mapped tolerantly. `Deleted` and `Inactive` ones stay in the list and are kept: an inactive one
//! only lacks a contact and may hold seats (OAS).

use serde_json::Value;

use crate::distributor::Stream;
use crate::distributor::quarantine::quarantined;
use crate::domain::ids::{PsaId, VendorCustomerId};
use crate::domain::party::{Profile, VendorCustomer};
use crate::domain::subscription::Quarantined;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

const SHAPE: Shape = Shape {
    path: "companies",
    fields: &[
        always("id", Kind::Text),
        always("name", Kind::Text),
        always("status", Kind::Text),
        often("address", Kind::Object),
        often("phone", Kind::Text),
        often("website", Kind::Text),
        often("externalId", Kind::Text),
        often("billOnBehalfOfEnabled", Kind::Flag),
        often("selfServiceAllowed", Kind::Flag),
        often("orderApprovalRequired", Kind::Flag),
        often("updatedDate", Kind::Text),
    ],
};

const ADDRESS_SHAPE: Shape = Shape {
    path: "companies.address",
    fields: &[
        often("street", Kind::Text),
        often("street2", Kind::Text),
        often("city", Kind::Text),
        often("stateOrProvince", Kind::Text),
        often("postalCode", Kind::Text),
        often("country", Kind::Text),
    ],
};

/// Maps one row, or puts it aside with the reason.
pub(super) fn map(value: &Value, surprises: &Surprises) -> Result<VendorCustomer, Quarantined> {
    let aside = |reason: &str| quarantined(Stream::Customers, value, &["id", "name"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| aside("the row is no object"))?;
    let id = row.id("id").map_err(|reason| aside(&reason))?;
    let status = row.text("status");
    surprises.seen.count("companies.status", &status);
    if !matches!(status.as_str(), "Active" | "Inactive" | "Deleted" | "") {
        surprises.unknown_value("companies.status", &status);
    }
    let external = row.text("externalId");
    let given = if external.is_empty() {
        "absent"
    } else {
        "given"
    };
    surprises.seen.count("companies.externalId", given);
    let address = row.child("address", &ADDRESS_SHAPE, surprises);
    let line = |key: &str| address.map(|address| address.text(key)).unwrap_or_default();
    let street = [line("street"), line("street2")];
    let street = street.iter().map(String::as_str);
    let street: Vec<_> = street.filter(|part| !part.is_empty()).collect();
    Ok(VendorCustomer {
        id: VendorCustomerId::new(id),
        profile: Profile {
            name: row.text("name"),
            domain: domain(&row.text("website")),
            email: String::new(),
            phone: row.text("phone"),
            address: street.join(", "),
            city: line("city"),
            state: line("stateOrProvince"),
            postcode: line("postalCode"),
            country: line("country"),
            ms_tenant_id: String::new(),
        },
        psa_id_hint: (!external.is_empty()).then(|| PsaId::new(external)),
    })
}

/// The host of a web site. It is described as a full URL, and every example is a bare domain (OAS).
fn domain(website: &str) -> String {
    let rest = website.split_once("://").map_or(website, |(_, rest)| rest);
    let host = rest
        .split(['/', '?', '#', ':', ' '])
        .next()
        .unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    match host.contains('.') {
        true => host.to_owned(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_documented_company_is_read() {
        let row = json!({"id":"11111111-2222-4333-8444-555555555555","name":"Harbour Dental Group, LLC","address":{"street":"10 Quay St","city":"Salem","stateOrProvince":"MA","postalCode":"01970","country":"US"},"phone":"555-0101","website":"https://www.harbourdental.example","externalId":"CW-1042","status":"Active","billOnBehalfOfEnabled":true,"selfServiceAllowed":false,"orderApprovalRequired":false,"updatedDate":"2026-10-02T08:15:30.000Z"});
        let surprises = Surprises::default();
        let company = map(&row, &surprises).unwrap();
        assert_eq!(company.id.as_str(), "11111111-2222-4333-8444-555555555555");
        assert_eq!(company.profile.name, "Harbour Dental Group, LLC");
        assert_eq!(company.profile.domain, "harbourdental.example");
        assert_eq!(
            (
                company.profile.state.as_str(),
                company.profile.address.as_str()
            ),
            ("MA", "10 Quay St")
        );
        assert_eq!(company.psa_id_hint, Some(PsaId::new("CW-1042")));
        assert_eq!(surprises.list(), []);
    }

    #[test]
    fn nulls_are_unknown_deleted_ones_stay_and_no_id_is_put_aside() {
        let surprises = Surprises::default();
        let row = json!({"id": "a", "name": "Acme", "status": "Deleted", "address": null, "phone": null, "website": null, "externalId": null});
        let company = map(&row, &surprises).unwrap();
        assert_eq!(
            (company.profile.domain.as_str(), company.psa_id_hint),
            ("", None)
        );
        assert!(
            map(&json!({"name": "Acme"}), &surprises)
                .unwrap_err()
                .reason
                .contains("id is missing")
        );
        map(
            &json!({"id": "a", "name": "x", "status": "Merged"}),
            &surprises,
        )
        .unwrap();
        assert!(
            surprises
                .list()
                .iter()
                .any(|s| s.path == "companies.status = Merged")
        );
    }

    #[test]
    fn a_domain_is_found_in_any_spelling() {
        for (site, expected) in [
            ("harbour.example", "harbour.example"),
            ("HTTP://WWW.Harbour.Example:8080/a?b", "harbour.example"),
            ("https://ana@harbour.example/", "harbour.example"),
            ("none", ""),
            ("", ""),
        ] {
            assert_eq!(domain(site), expected, "{site}");
        }
    }
}
