//! The entities' rows, read tolerantly. Flags and pick lists are numbers of the account's own, but for those that the
//! vendor fixes: a contract's status 1 is active.

use jiff::civil::Date;
use serde_json::Value;

use crate::domain::company_choice::CompanyKind;
use crate::domain::ids::PsaId;
use crate::domain::money::Money;
use crate::domain::party::{Profile, PsaCompany};
use crate::psa::record::{Read, Record};

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contract {
    pub id: i64,
    pub company: PsaId,
    pub name: String,
    pub active: bool,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
}

/// A service, or a bundle, on a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OnContract {
    pub id: i64,
    pub contract: i64,
    /// The service, or the bundle.
    pub of: i64,
    pub unit_price: Option<Money>,
    pub unit_cost: Option<Money>,
    pub description: String,
}

/// The units of a service or bundle in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Units {
    pub id: i64,
    /// The service or bundle on the contract.
    pub on_contract: i64,
    pub starts_on: Date,
    pub ends_on: Date,
    pub units: Option<i64>,
    pub text: String,
}

/// What is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    pub id: i64,
    pub name: String,
    pub code: String,
    pub part_number: String,
    /// The number of its period in the account's pick list.
    pub period: String,
}

/// A company as it is listed: the numbers are the account's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Active if Autotask says so, and without its country.
    pub company: PsaCompany,
    /// The number of its country.
    pub country: String,
    /// Of what kind it is; its type by number only.
    pub kind: CompanyKind,
}

/// A company.
pub(super) fn company(value: &Value) -> Read<Listed> {
    let r = Record::of("companies", value)?;
    let id = r.number("id")?;
    let name = r.row.text("companyName");
    if name.is_empty() {
        return Err(r.refuse("the company has no name"));
    }
    let street = [r.row.text("address1"), r.row.text("address2")];
    let street: Vec<String> = street.into_iter().filter(|part| !part.is_empty()).collect();
    let active = r.row.flag("isActive") != Some(false);
    let kind = r.row.text("companyType");
    let company = PsaCompany {
        id: PsaId::new(id.to_string()),
        profile: Profile {
            name,
            domain: r.row.text("webAddress"),
            email: String::new(),
            phone: r.row.text("phone"),
            address: street.join(", "),
            city: r.row.text("city"),
            state: r.row.text("state"),
            postcode: r.row.text("postalCode"),
            country: String::new(),
            ms_tenant_id: String::new(),
        },
        other_ms_tenants: Vec::new(),
        active,
    };
    Ok(Listed {
        company,
        country: r.row.text("countryID"),
        kind: CompanyKind {
            types: [kind].into_iter().filter(|kind| !kind.is_empty()).collect(),
            status: status_word(active).to_owned(),
            active,
        },
    })
}

/// The words for a flag where a system has no statuses.
pub(super) fn status_word(active: bool) -> &'static str {
    if active { "Active" } else { "Inactive" }
}

/// A contract.
pub(super) fn contract(value: &Value) -> Read<Contract> {
    let r = Record::of("contracts", value)?;
    Ok(Contract {
        id: r.number("id")?,
        company: PsaId::new(r.number("companyID")?.to_string()),
        name: r.row.text("contractName"),
        active: r.row.int("status") == Ok(Some(1)),
        starts_on: r.day("startDate"),
        ends_on: r.day("endDate"),
    })
}

/// A service (`serviceID`) or a bundle (`serviceBundleID`) on a contract.
pub(super) fn on_contract(listing: &str, value: &Value, of: &str) -> Read<OnContract> {
    let r = Record::of(listing, value)?;
    Ok(OnContract {
        id: r.number("id")?,
        contract: r.number("contractID")?,
        of: r.number(of)?,
        unit_price: r.money("unitPrice"),
        unit_cost: r.money("unitCost"),
        description: r
            .row
            .first_text(&["invoiceDescription", "internalDescription"]),
    })
}

/// A period's units, of a service (`contractServiceID`) or a bundle (`contractServiceBundleID`).
pub(super) fn units(listing: &str, value: &Value, of: &str) -> Read<Units> {
    let r = Record::of(listing, value)?;
    let day = |key: &str| {
        r.day(key)
            .ok_or_else(|| r.refuse(&format!("{key} is no day")))
    };
    let (units, text) = r.quantity("units");
    Ok(Units {
        id: r.number("id")?,
        on_contract: r.number(of)?,
        starts_on: day("startDate")?,
        ends_on: day("endDate")?,
        units,
        text,
    })
}

/// A service.
pub(super) fn service(value: &Value) -> Read<Service> {
    let r = Record::of("services", value)?;
    let name = r
        .row
        .first_text(&["name", "invoiceDescription", "description"]);
    let id = r.number("id")?;
    let code = r.row.first_text(&["sku", "internalID"]);
    Ok(Service {
        id,
        code: if code.is_empty() { name.clone() } else { code },
        part_number: r.row.first_text(&[
            "manufacturerServiceProviderProductNumber",
            "catalogNumberPartNumber",
            "externalID",
        ]),
        period: r.row.text("periodType"),
        name,
    })
}

/// Which service is part of which bundle.
pub(super) fn part(value: &Value) -> Read<(i64, i64)> {
    let r = Record::of("bundles' services", value)?;
    Ok((r.number("serviceBundleID")?, r.number("serviceID")?))
}
