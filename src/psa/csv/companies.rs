//! The file of companies.

use std::collections::HashMap;

use super::error::CsvError;
use super::layout::{COMPANIES, Field};
use super::records::Record;
use super::table::{Table, Text};
use super::{Import, Rejected, Source};
use crate::domain::ids::PsaId;
use crate::domain::party::{Profile, PsaCompany};
use crate::domain::text::{MAX_TEXT, clean};
use crate::psa::words::{Status, status};

/// The longest id, in characters.
pub(super) const MAX_ID: usize = 200;

/// Reads a file of companies. A company is known by its id, or by its name where the file has no ids; of two rows with
/// one id the later counts.
///
/// # Errors
/// [`CsvError`] where the file as a whole is no use; single bad rows are in [`Import::rejected`].
pub fn read_companies(source: &Source<'_>) -> Result<Import, CsvError> {
    let text = Text::of(source)?;
    let table = Table::open(&text, &COMPANIES)?;
    let has_ids = table.columns.place(Field::CompanyId).is_some();
    let mut import = Import::default();
    let mut known: HashMap<PsaId, usize> = HashMap::new();
    let (mut replaced, mut odd_status, mut odd_tenants) = (0u64, 0u64, 0u64);
    let skipped = table.each(|record| match company(&table, record, has_ids) {
        Ok(company) => {
            odd_status += u64::from(status(table.cell(record, Field::Status)) == Status::Unknown);
            let tenant_given = !table.cell(record, Field::TenantId).is_empty();
            odd_tenants += u64::from(tenant_given && company.profile.ms_tenant_id.is_empty());
            match known
                .get(&company.id)
                .and_then(|at| import.companies.get_mut(*at))
            {
                Some(earlier) => {
                    replaced += u64::from(*earlier != company);
                    *earlier = company;
                }
                None => {
                    known.insert(company.id.clone(), import.companies.len());
                    import.companies.push(company);
                }
            }
        }
        Err(rejected) => import.rejected.push(rejected),
    })?;
    let mut report = table.report(skipped, import.companies.len() as u64);
    let mut note = |count: u64, words: &str| {
        if count > 0 {
            report.notes.push(format!("{count} {words}"));
        }
    };
    note(
        replaced,
        "rows repeat an id with other content: the later one counts",
    );
    note(
        odd_status,
        "rows have a status that is not known: taken as active",
    );
    note(odd_tenants, "cells of the tenant id are no GUID: left out");
    if !has_ids {
        report
            .notes
            .push("there is no column of ids: a company is known by its name".to_owned());
    }
    import.files.push(report);
    Ok(import)
}

fn company(table: &Table<'_>, record: &Record<'_>, has_ids: bool) -> Result<PsaCompany, Rejected> {
    let reject = |field, reason: &str| table.reject(record.line, field, reason);
    if table.is_too_wide(record) {
        return Err(reject(None, &table.too_wide_reason()));
    }
    let text = |field| table.text(record, field, MAX_TEXT);
    let name = text(Field::CompanyName);
    if name.is_empty() {
        return Err(reject(Some(Field::CompanyName), "the company has no name"));
    }
    let id = match has_ids {
        true => id_text(table.cell(record, Field::CompanyId))
            .map_err(|reason| reject(Some(Field::CompanyId), reason))?,
        false => clean(&name, MAX_ID),
    };
    let domain = text(Field::Domain);
    Ok(PsaCompany {
        id: PsaId::from(id),
        profile: Profile {
            name,
            domain: if domain.is_empty() {
                text(Field::Website)
            } else {
                domain
            },
            email: text(Field::Email),
            phone: text(Field::Phone),
            address: text(Field::Address),
            city: text(Field::City),
            state: text(Field::State),
            postcode: text(Field::Postcode),
            country: text(Field::Country),
            ms_tenant_id: guid(table.cell(record, Field::TenantId)).unwrap_or_default(),
        },
        other_ms_tenants: Vec::new(),
        active: status(table.cell(record, Field::Status)) != Status::Inactive,
    })
}

/// An id as it is kept: never cut, since two might become one.
pub(super) fn id_text(cell: &str) -> Result<String, &'static str> {
    let id = clean(cell, MAX_ID + 1);
    match id.chars().count() {
        0 => Err("the id is empty"),
        n if n > MAX_ID => Err("the id is longer than 200 characters"),
        _ => Ok(id),
    }
}

/// A GUID in lower case; it decides links at once, so nothing else is taken for one.
fn guid(cell: &str) -> Option<String> {
    let text = cell
        .trim()
        .trim_start_matches('{')
        .trim_end_matches('}')
        .to_ascii_lowercase();
    let groups: Vec<&str> = text.split('-').collect();
    let is_guid = groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()));
    is_guid.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Import {
        read_companies(&Source {
            name: "c.csv",
            bytes: text.as_bytes(),
        })
        .unwrap()
    }

    #[test]
    fn the_matchers_own_header_is_understood() {
        let import = read(
            "psa_id,name,domain,email,address,city,state,postcode,country,phone\n\
             37531,Naval Facilities,naval.com,accounts@naval.com,8805 Chestnut Street,Prince George,VA,23875,United States,8045554526\n",
        );
        let company = &import.companies[0];
        assert_eq!(company.id.as_str(), "37531");
        let p = &company.profile;
        let all = [
            &p.name,
            &p.domain,
            &p.email,
            &p.address,
            &p.city,
            &p.state,
            &p.postcode,
            &p.country,
            &p.phone,
        ];
        let wanted = [
            "Naval Facilities",
            "naval.com",
            "accounts@naval.com",
            "8805 Chestnut Street",
            "Prince George",
            "VA",
            "23875",
            "United States",
            "8045554526",
        ];
        assert_eq!(all.map(String::as_str), wanted);
        assert!(company.active && import.rejected.is_empty());
    }

    #[test]
    fn bad_rows_are_named_and_the_rest_goes_on() {
        let import = read(
            "Company ID,Company,Status,Tenant ID,API Token\n1,A,Active,72F988BF-86F1-41AF-91AB-2D7CD011DB47,t0ken\n,B,,,\n3,,,,\n4,D,Inactive,contoso,\n5,E,,,,shifted\n",
        );
        let ids: Vec<_> = import
            .companies
            .iter()
            .map(|c| (c.id.as_str(), c.active))
            .collect();
        assert_eq!(ids, [("1", true), ("4", false)]);
        assert_eq!(
            import.companies[0].profile.ms_tenant_id,
            "72f988bf-86f1-41af-91ab-2d7cd011db47"
        );
        let rejected: Vec<_> = import
            .rejected
            .iter()
            .map(|r| (r.line, r.column.as_str(), r.reason.as_str()))
            .collect();
        assert_eq!(
            rejected[..2],
            [
                (3, "Company ID", "the id is empty"),
                (4, "Company", "the company has no name")
            ]
        );
        assert!(rejected[2].2.contains("not quoted"));
        assert!(!format!("{import:?}").contains("t0ken"));
        assert_eq!(
            import.files[0].notes,
            ["1 cells of the tenant id are no GUID: left out"]
        );
    }

    #[test]
    fn hostile_names_are_plain_text() {
        let import = read("id,name\n1,=cmd|' /C calc'!A0\n2,\"@SUM(1)\u{1b}[2J\u{202e}\"\n3,<b>\n");
        let names: Vec<_> = import
            .companies
            .iter()
            .map(|c| c.profile.name.as_str())
            .collect();
        assert_eq!(names, ["=cmd|' /C calc'!A0", "@SUM(1)[2J", "<b>"]);
    }

    #[test]
    fn the_later_of_two_rows_counts() {
        let import = read("id,name\n1,Old\n2,B\n1,New\n2,B\n");
        let names: Vec<_> = import
            .companies
            .iter()
            .map(|c| c.profile.name.as_str())
            .collect();
        assert_eq!(names, ["New", "B"]);
        assert_eq!(
            import.files[0].notes,
            ["1 rows repeat an id with other content: the later one counts"]
        );
        let by_name = read("Client\nA\nB\nTotal\n");
        assert_eq!(by_name.companies.len(), 2);
        assert_eq!(by_name.files[0].totals_rows, 1);
    }

    #[test]
    fn other_encodings_give_the_same() {
        let text = "id;name\n1;Café Zürich\n";
        let utf16: Vec<u8> = format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let latin: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
        for (bytes, name) in [(utf16, "UTF-16LE"), (latin, "windows-1252")] {
            let import = read_companies(&Source {
                name: "c.csv",
                bytes: &bytes,
            })
            .unwrap();
            assert_eq!(import.companies[0].profile.name, "Café Zürich");
            assert_eq!(
                (import.files[0].encoding, import.files[0].delimiter),
                (name, ';')
            );
        }
    }
}
