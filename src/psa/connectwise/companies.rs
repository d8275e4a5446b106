//! `GET /company/companies`. The recycle bin comes along, with the same names and other ids.

use serde_json::Value;

use crate::domain::company_choice::CompanyKind;
use crate::domain::ids::PsaId;
use crate::domain::party::{Profile, PsaCompany};
use crate::domain::subscription::Quarantined;
use crate::http::json::aside::aside;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;
use crate::psa::words::{Status, status};

/// The listing's name in notes and in quarantine.
pub(super) const LISTING: &str = "companies";
/// What is asked for; the whole row has some sixty fields.
pub(super) const FIELDS: &str = "id,identifier,name,status/name,types,deletedFlag,website,phoneNumber,addressLine1,\
     addressLine2,city,state,zip,country/name";
/// What is asked for to count those that are active.
pub(super) const KIND_FIELDS: &str = "id,status/name,types,deletedFlag";
/// The condition that leaves the recycle bin out.
pub(super) const KEPT: &str = "deletedFlag = false";

const SHAPE: Shape = Shape {
    path: "companies",
    fields: &[
        always("id", Kind::Number),
        always("identifier", Kind::Text),
        always("name", Kind::Text),
        often("status", Kind::Object),
        often("types", Kind::List),
        often("deletedFlag", Kind::Flag),
        often("website", Kind::Text),
        often("phoneNumber", Kind::Text),
        often("addressLine1", Kind::Text),
        often("addressLine2", Kind::Text),
        often("city", Kind::Text),
        often("state", Kind::Text),
        often("zip", Kind::Text),
        often("country", Kind::Object),
        often("_info", Kind::Object),
    ],
};

/// A row of the listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Listed {
    /// A company, active if ConnectWise says so, and of what kind it is.
    Company(Box<PsaCompany>, CompanyKind),
    /// One in the recycle bin.
    Deleted(PsaId),
}

/// Reads a row.
pub(super) fn company(value: &Value, surprises: &Surprises) -> Result<Listed, Quarantined> {
    let refuse = |reason: &str| aside(LISTING, value, &["id", "identifier"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| refuse("the row is no object"))?;
    let id = PsaId::new(row.id("id").map_err(|reason| refuse(&reason))?);
    if row.flag("deletedFlag") == Some(true) {
        return Ok(Listed::Deleted(id));
    }
    let name = row.first_text(&["name", "identifier"]);
    if name.is_empty() {
        return Err(refuse("the company has no name"));
    }
    let named = |key| named(&row, key, surprises);
    let kind = kind(&row, surprises);
    let street = [row.text("addressLine1"), row.text("addressLine2")];
    let street: Vec<String> = street.into_iter().filter(|part| !part.is_empty()).collect();
    let company = PsaCompany {
        id,
        profile: Profile {
            name,
            domain: row.text("website"),
            email: String::new(),
            phone: row.text("phoneNumber"),
            address: street.join(", "),
            city: row.text("city"),
            state: row.text("state"),
            postcode: row.text("zip"),
            country: named("country"),
            ms_tenant_id: String::new(),
        },
        other_ms_tenants: Vec::new(),
        active: kind.active,
    };
    Ok(Listed::Company(Box::new(company), kind))
}

/// Of what kind a row is that has no more than [`KIND_FIELDS`]; none for one in the recycle bin.
pub(super) fn kind_of(value: &Value, surprises: &Surprises) -> Option<CompanyKind> {
    let row = Row::uncompared(value)?;
    (row.flag("deletedFlag") != Some(true)).then(|| kind(&row, surprises))
}

/// Types and status; a status in words of the MSP's own is active.
fn kind(row: &Row<'_>, surprises: &Surprises) -> CompanyKind {
    let word = named(row, "status", surprises);
    let state = status(&word);
    if state == Status::Unknown {
        surprises.seen.count("companies.status", &word);
    }
    let types = row.list_or_one("types").unwrap_or_default().iter();
    let types = types.filter_map(Row::uncompared);
    let words = types.flat_map(|one| [one.text("name"), one.text("id")]);
    CompanyKind {
        types: words.filter(|word| !word.is_empty()).collect(),
        status: word,
        active: state != Status::Inactive,
    }
}

const REFERENCE: Shape = Shape {
    path: "reference",
    fields: &[
        often("id", Kind::Number),
        often("identifier", Kind::Text),
        often("name", Kind::Text),
        often("_info", Kind::Object),
    ],
};

/// The name of a reference (`{"id": 1, "name": "Active"}`); empty if there is none.
pub(super) fn named(row: &Row<'_>, key: &str, surprises: &Surprises) -> String {
    let reference = row.child(key, &REFERENCE, surprises);
    reference.map(|r| r.text("name")).unwrap_or_default()
}

/// The id of a reference; empty if there is none.
pub(super) fn referred(row: &Row<'_>, key: &str, surprises: &Surprises) -> String {
    let reference = row.child(key, &REFERENCE, surprises);
    reference.and_then(|r| r.id("id").ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Listed, Quarantined> {
        company(&value, &Surprises::default())
    }

    #[test]
    fn a_documented_row_becomes_a_company() {
        let row = json!({"id":1042,"identifier":"HarbourDental","name":"Harbour Dental Group, LLC",
            "status":{"id":1,"name":"Active"},"types":[{"id":1,"name":"Client"}],"deletedFlag":false,
            "website":"www.harbourdental.example","phoneNumber":"5550101","addressLine1":"10 Quay St","addressLine2":"Unit 4",
            "city":"Salem","state":"MA","zip":"01970","country":{"id":1,"name":"United States"},
            "_info":{"lastUpdated":"2026-11-20T08:15:30Z"}});
        let Ok(Listed::Company(company, kind)) = read(row) else {
            panic!("no company");
        };
        assert_eq!(kind.types, ["Client", "1"]);
        assert_eq!(kind.status, "Active");
        assert_eq!(company.id.as_str(), "1042");
        assert!(company.active);
        let p = company.profile;
        assert_eq!(
            [
                &p.name,
                &p.domain,
                &p.phone,
                &p.address,
                &p.city,
                &p.postcode,
                &p.country
            ]
            .map(String::as_str),
            [
                "Harbour Dental Group, LLC",
                "www.harbourdental.example",
                "5550101",
                "10 Quay St, Unit 4",
                "Salem",
                "01970",
                "United States"
            ]
        );
    }

    #[test]
    fn the_recycle_bin_is_told_apart_and_bad_rows_are_put_aside() {
        let deleted = json!({"id": 7, "name": "Harbour Dental Group, LLC", "deletedFlag": true});
        assert_eq!(read(deleted).unwrap(), Listed::Deleted(PsaId::new("7")));
        let inactive = json!({"id": 8, "name": "X", "status": {"name": "Inactive"}});
        assert!(matches!(read(inactive), Ok(Listed::Company(c, _)) if !c.active));
        let own_word = json!({"id": 9, "name": "Y", "status": {"name": "Credit hold"}});
        assert!(matches!(read(own_word), Ok(Listed::Company(c, _)) if c.active));
        assert_eq!(
            read(json!({"name": "Z"})).unwrap_err().reason,
            "id is missing"
        );
        assert_eq!(read(json!({"id": 5})).unwrap_err().source_id, "5");
        assert!(read(json!("x")).is_err());
    }
}
