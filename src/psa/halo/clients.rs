//! `GET /Client`. The list has no addresses: those are the sites'.

use std::collections::BTreeSet;

use serde_json::Value;

use super::sites::Site;
use crate::domain::company_choice::{CompanyChoice, CompanyKind, has};
use crate::domain::guid::is_guid;
use crate::domain::ids::PsaId;
use crate::domain::party::{Profile, PsaCompany};
use crate::domain::time::Ts;
use crate::http::json::read;
use crate::psa::record::{Read, Record};

/// The listing's name in notes and in quarantine.
pub(super) const LISTING: &str = "clients";

/// A client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    pub id: i64,
    /// Active if Halo says so.
    pub company: PsaCompany,
    /// Of what kind it is.
    pub kind: CompanyKind,
    /// Where its address is, if it says so.
    pub main_site: Option<i64>,
}

/// The words for Halo's flag.
const ACTIVE: &str = "Active";
const INACTIVE: &str = "Inactive";

/// What is asked for; with a time only what changed since, as far as the server heeds it.
pub(super) fn query(since: Option<Ts>) -> Vec<(&'static str, String)> {
    let mut query = vec![
        ("includeactive", "true".to_owned()),
        ("includeinactive", "true".to_owned()),
        ("includeazuretenants", "true".to_owned()),
        ("order", "id".to_owned()),
    ];
    query.extend(since.map(|at| ("lastupdatefromdate", at.to_string())));
    query
}

/// What is asked for to count those that are active; none where no client can be, or where types tell, so that each has
/// to be looked at.
pub(super) fn active_query(choice: &CompanyChoice) -> Option<Vec<(&'static str, String)>> {
    let chosen = |word, otherwise| match choice.statuses.is_empty() {
        true => otherwise,
        false => has(&choice.statuses, word),
    };
    let (active, inactive) = (chosen(ACTIVE, true), chosen(INACTIVE, false));
    (choice.types.is_empty() && (active || inactive)).then(|| {
        vec![
            ("includeactive", active.to_string()),
            ("includeinactive", inactive.to_string()),
            ("order", "id".to_owned()),
        ]
    })
}

/// Types (a word of the newer field, else a number) and whether it is active.
fn kind(r: &Record<'_>) -> CompanyKind {
    let types = ["customertype_new", "customertype"].map(|key| r.row.text(key));
    let active = r.row.flag("inactive") != Some(true);
    CompanyKind {
        types: types.into_iter().filter(|word| !word.is_empty()).collect(),
        status: if active { ACTIVE } else { INACTIVE }.to_owned(),
        active,
    }
}

/// Reads a row.
pub(super) fn client(value: &Value) -> Read<Client> {
    let r = Record::of(LISTING, value)?;
    let id = r.number("id")?;
    let name = r.row.first_text(&["name", "trading_name"]);
    if name.is_empty() {
        return Err(r.refuse("the client has no name"));
    }
    let mut tenants = tenants(r.row.get("azure_tenants")).into_iter();
    let kind = kind(&r);
    let domains = [r.row.text("website"), first_domain(&r.row.text("domain"))];
    let company = PsaCompany {
        id: PsaId::new(id.to_string()),
        profile: Profile {
            name,
            domain: domains
                .into_iter()
                .find(|domain| !domain.is_empty())
                .unwrap_or_default(),
            email: r.row.text("accountsemailaddress"),
            phone: r.row.text("main_phonenumber"),
            ms_tenant_id: tenants.next().unwrap_or_default(),
            ..Profile::default()
        },
        other_ms_tenants: tenants.collect(),
        active: kind.active,
    };
    Ok(Client {
        id,
        company,
        kind,
        main_site: r.row.int("main_site_id").ok().flatten(),
    })
}

/// The GUIDs of the Microsoft tenants, each once, in the order in which they stand.
fn tenants(list: Option<&Value>) -> Vec<String> {
    let rows = list.map(read::list_or_one).unwrap_or_default();
    let ids = rows.iter().filter_map(|row| row.get("azure_tenant_id"));
    let ids = ids.map(|id| read::text(id).to_ascii_lowercase());
    let mut met = BTreeSet::new();
    ids.filter(|id| is_guid(id) && met.insert(id.clone()))
        .collect()
}

/// Several domains stand in one text.
fn first_domain(text: &str) -> String {
    let mut parts = text.split([',', ';', ' ']).map(str::trim);
    parts
        .find(|part| !part.is_empty())
        .unwrap_or_default()
        .to_owned()
}

impl Client {
    /// The company, with the address of its main site or, where it names none, of its first one in use.
    pub fn with_address(self, own: &[Site]) -> PsaCompany {
        let main = own.iter().find(|site| Some(site.id) == self.main_site);
        let site = main.or_else(|| own.iter().find(|site| site.active));
        let mut company = self.company;
        let Some(site) = site.or_else(|| own.first()) else {
            return company;
        };
        let profile = &mut company.profile;
        let place = &site.place;
        profile.address.clone_from(&place.street);
        profile.city.clone_from(&place.city);
        profile.state.clone_from(&place.state);
        profile.postcode.clone_from(&place.postcode);
        profile.country.clone_from(&site.country);
        for (kept, told) in [
            (&mut profile.phone, &site.phone),
            (&mut profile.domain, &site.mail_domain),
        ] {
            if kept.is_empty() {
                kept.clone_from(told);
            }
        }
        company
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sites::site;
    use super::*;

    const TENANT: &str = "0B6F4D1A-7C55-4E0A-9D6B-3A1F2C4D5E6F";
    const SECOND: &str = "1c7f5e2b-8d66-4f1b-ae7c-4b2f3d5e6f70";

    fn row() -> Value {
        json!({"id": 12, "name": "Harbour Dental Group, LLC", "inactive": false, "toplevel_id": 1,
            "website": "", "domain": "harbourdental.example, hdg.example", "accountsemailaddress": "ap@harbourdental.example",
            "main_phonenumber": "", "main_site_id": 31, "currencyisocode": "USD", "customertype": 4,
            "customertype_new": "Client",
            "azure_tenants": [{"id": 1, "azure_tenant_id": "not yet"}, {"id": 2, "azure_tenant_id": TENANT},
                {"id": 3, "azure_tenant_id": TENANT.to_lowercase()}, {"id": 4, "azure_tenant_id": SECOND}]})
    }

    #[test]
    fn a_documented_row_becomes_a_company_with_the_address_of_its_main_site() {
        let client = client(&row()).unwrap();
        assert_eq!(client.id, 12);
        assert_eq!(client.company.other_ms_tenants, [SECOND]);
        assert_eq!(client.kind.types, ["Client", "4"]);
        let site = |id: i64, line1: &str| {
            site(&json!({"id": id, "client_id": 12.0, "phonenumber": "555 0101", "country_code_name": "United States",
                "delivery_address": {"line1": line1, "line2": "Unit 4", "line3": "Salem", "line4": "MA", "postcode": "01970"}}))
            .unwrap()
        };
        let sites = [site(30, "1 Old Rd"), site(31, "10 Quay St")];
        let company = client.with_address(&sites);
        assert_eq!((company.id.as_str(), company.active), ("12", true));
        let p = company.profile;
        assert_eq!(
            [
                &p.domain,
                &p.email,
                &p.phone,
                &p.address,
                &p.city,
                &p.state,
                &p.postcode,
                &p.country,
                &p.ms_tenant_id
            ]
            .map(String::as_str),
            [
                "harbourdental.example",
                "ap@harbourdental.example",
                "555 0101",
                "10 Quay St, Unit 4",
                "Salem",
                "MA",
                "01970",
                "United States",
                &TENANT.to_lowercase()
            ]
        );
    }

    #[test]
    fn odd_rows_are_put_aside_and_the_inactive_are_kept() {
        let inactive = client(&json!({"id": 8, "name": "X", "inactive": true})).unwrap();
        assert!(!inactive.company.active);
        assert_eq!(inactive.with_address(&[]).profile.address, "");
        let nameless = client(&json!({"id": 9, "name": ""})).unwrap_err();
        assert_eq!(
            (nameless.source_id.as_str(), nameless.reason.as_str()),
            ("9", "the client has no name")
        );
        assert!(client(&json!({"name": "no id"})).is_err());
    }

    #[test]
    fn the_active_are_counted_by_flags_unless_types_tell() {
        let flags = |types: &str, statuses: &str| {
            let query = active_query(&CompanyChoice::of(types, statuses))?;
            let flags: Vec<String> = query.into_iter().take(2).map(|(_, v)| v).collect();
            Some(flags.join(" "))
        };
        assert_eq!(flags("", "").as_deref(), Some("true false"));
        assert_eq!(flags("", "active, inactive").as_deref(), Some("true true"));
        assert_eq!(flags("", "On stop"), None);
        assert_eq!(flags("Client", ""), None);
    }

    #[test]
    fn changes_are_asked_for_by_date() {
        assert!(
            query(None)
                .iter()
                .all(|(key, _)| *key != "lastupdatefromdate")
        );
        let since = "2026-11-20T00:00:00Z".parse().ok();
        let asked = query(since);
        assert_eq!(
            asked.last().unwrap(),
            &("lastupdatefromdate", "2026-11-20T00:00:00Z".to_owned())
        );
    }
}
