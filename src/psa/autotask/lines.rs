//! Lines of contracts: a service's units are those of one row, never a sum.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::entities::{Contract, OnContract, Service, Units};
use crate::domain::agreement::AgreementLine;
use crate::domain::money::Currency;
use crate::domain::subscription::BillingCycle;
use crate::psa::words::billing_cycle;

/// Everything that lines are made of.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub contracts: BTreeMap<i64, Contract>,
    pub services: BTreeMap<i64, Service>,
    /// The account's words for periods, by their numbers.
    pub periods: BTreeMap<String, String>,
    pub on_contract: Vec<OnContract>,
    pub units: Vec<Units>,
    pub bundles: Vec<OnContract>,
    pub bundle_units: Vec<Units>,
    /// Which services a bundle holds.
    pub parts: BTreeMap<i64, BTreeSet<i64>>,
    pub currency: Option<Currency>,
}

/// The lines of all contracts.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pub lines: Vec<AgreementLine>,
    /// Services and bundles on contracts in force, without units for today.
    lapsed: u64,
    /// Bundles on contracts in force that name no service.
    hollow: u64,
}

impl Joined {
    /// What a person should know, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let counted = [
            (
                self.lapsed,
                "services are on contracts in force, but without units for today: nothing of them is contracted",
            ),
            (
                self.hollow,
                "bundles on contracts name no service: nothing of them is contracted",
            ),
        ];
        let counted = counted.into_iter().filter(|(count, _)| *count > 0);
        counted
            .map(|(count, words)| format!("{count} {words}"))
            .collect()
    }
}

/// All lines: one for each service, and one for each service of each bundle.
pub(super) fn lines(books: &Books, today: Date) -> Joined {
    let mut joined = Joined::default();
    let held = newest(&books.units, today);
    for own in &books.on_contract {
        let Some(contract) = books.contracts.get(&own.contract) else {
            continue;
        };
        let units = held.get(&own.id).copied();
        joined.lapsed += u64::from(units.is_none() && is_in_force(contract, today));
        let service = books.services.get(&own.of);
        joined.lines.push(AgreementLine {
            line_id: format!("s{}", own.id),
            unit_price: own.unit_price,
            unit_cost: own.unit_cost,
            ..books.line(contract, own.of, service, own, units)
        });
    }
    let held = newest(&books.bundle_units, today);
    for own in &books.bundles {
        let Some(contract) = books.contracts.get(&own.contract) else {
            continue;
        };
        let units = held.get(&own.id).copied();
        let (in_force, parts) = (is_in_force(contract, today), books.parts.get(&own.of));
        joined.lapsed += u64::from(in_force && units.is_none());
        joined.hollow += u64::from(in_force && parts.is_none());
        for part in parts.into_iter().flatten() {
            // The price is the bundle's: a part has none of its own.
            joined.lines.push(AgreementLine {
                line_id: format!("b{}-{part}", own.id),
                ..books.line(contract, *part, books.services.get(part), own, units)
            });
        }
    }
    joined
}

fn is_in_force(contract: &Contract, today: Date) -> bool {
    contract.active
        && contract.starts_on.is_none_or(|d| d <= today)
        && contract.ends_on.is_none_or(|d| d >= today)
}

/// For each service on a contract the row that holds today and began last. On the day of a change the old row and the new
/// one both hold.
fn newest(units: &[Units], today: Date) -> HashMap<i64, &Units> {
    let mut held: HashMap<i64, &Units> = HashMap::new();
    let today = units
        .iter()
        .filter(|u| u.starts_on <= today && u.ends_on >= today);
    for row in today {
        let best = held.entry(row.on_contract).or_insert(row);
        if (row.starts_on, row.id) > (best.starts_on, best.id) {
            *best = row;
        }
    }
    held
}

impl Books {
    fn line(
        &self,
        contract: &Contract,
        id: i64,
        service: Option<&Service>,
        own: &OnContract,
        units: Option<&Units>,
    ) -> AgreementLine {
        let code = service.map_or_else(|| id.to_string(), |s| s.code.clone());
        let name = service
            .map(|s| s.name.clone())
            .filter(|name| !name.is_empty());
        let period = service.and_then(|s| self.periods.get(&s.period));
        AgreementLine {
            line_id: String::new(),
            company: contract.company.clone(),
            agreement: contract.name.clone(),
            vendor_sku: service.map(|s| s.part_number.clone()).unwrap_or_default(),
            product_name: name.unwrap_or_else(|| match own.description.as_str() {
                "" => code.clone(),
                text => text.to_owned(),
            }),
            product_code: code,
            // No units for today: nothing is contracted, which is known.
            seats: units.map_or(Some(0), |u| u.units),
            quantity_text: units.map_or_else(|| "0".to_owned(), |u| u.text.clone()),
            unit_price: None,
            unit_cost: None,
            currency: self.currency.clone(),
            billing_cycle: period.map_or(BillingCycle::Unknown, |word| billing_cycle(word)),
            starts_on: contract.starts_on,
            ends_on: contract.ends_on,
            active: contract.active,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::entities;
    use super::*;
    use crate::psa::testing::assert_documented;

    fn today() -> Date {
        "2026-11-24".parse().unwrap()
    }

    fn units(id: i64, start: &str, end: &str, units: Value) -> Units {
        let row = json!({"id": id, "contractID": 77, "contractServiceID": 501, "serviceID": 55,
            "startDate": format!("{start}T00:00:00Z"), "endDate": format!("{end}T00:00:00Z"), "units": units,
            "price": 912.00, "cost": 682.10});
        entities::units("units", &row, "contractServiceID").unwrap()
    }

    /// The rows of the vendor's documents.
    fn books(units: Vec<Units>) -> Books {
        let contract = json!({"id": 77, "companyID": 1042, "contractName": "Managed", "status": 1,
            "startDate": "2025-01-01T00:00:00Z", "endDate": "2027-12-31T00:00:00Z"});
        let service = json!({"id": 55, "name": "Microsoft 365 Business Premium", "sku": "O365-BP", "periodType": 1,
            "manufacturerServiceProviderProductNumber": "CFQ7TTC0LCHC:0002"});
        let own = json!({"id": 501, "contractID": 77, "serviceID": 55, "unitPrice": 24.00, "unitCost": 17.95,
            "invoiceDescription": "Microsoft 365 Business Premium"});
        let bundle = json!({"id": 601, "contractID": 77, "serviceBundleID": 9, "unitPrice": 60});
        Books {
            contracts: [(77, entities::contract(&contract).unwrap())].into(),
            services: [(55, entities::service(&service).unwrap())].into(),
            periods: [("1".to_owned(), "Monthly".to_owned())].into(),
            on_contract: vec![entities::on_contract("s", &own, "serviceID").unwrap()],
            units,
            bundles: vec![entities::on_contract("b", &bundle, "serviceBundleID").unwrap()],
            bundle_units: vec![Units {
                on_contract: 601,
                ..super::tests::units(1, "2026-11-01", "2026-11-30", json!(12))
            }],
            parts: [(9, [55].into())].into(),
            currency: Currency::parse("USD"),
        }
    }

    #[test]
    fn a_service_has_the_units_of_one_row() {
        let one = units(88_001, "2026-11-01", "2026-11-30", json!(38));
        let joined = lines(&books(vec![one]), today());
        assert!(joined.notes().is_empty());
        let product = [
            "O365-BP",
            "CFQ7TTC0LCHC:0002",
            "Microsoft 365 Business Premium",
        ];
        // The price is the service's, not the row's.
        assert_documented(&joined.lines[0], ["s501", "1042", "Managed"], product);
    }

    #[test]
    fn on_the_day_of_a_change_the_newer_row_counts_and_never_a_sum() {
        let old = units(88_001, "2026-11-01", "2026-11-24", json!(38));
        let new = units(88_002, "2026-11-24", "2026-11-30", json!(41));
        let later = units(88_003, "2026-12-01", "2026-12-31", json!(50));
        for rows in [
            vec![old.clone(), new.clone(), later.clone()],
            vec![later, new, old],
        ] {
            assert_eq!(lines(&books(rows), today()).lines[0].seats, Some(41));
        }
    }

    #[test]
    fn a_lapsed_service_is_known_to_hold_nothing() {
        let past = units(88_001, "2026-10-01", "2026-10-31", json!(38));
        let joined = lines(&books(vec![past]), today());
        assert_eq!(joined.lines[0].seats, Some(0));
        assert!(joined.notes()[0].starts_with("1 services"), "{joined:?}");
        let half = units(88_001, "2026-11-01", "2026-11-30", json!(2.5));
        let lines = lines(&books(vec![half]), today()).lines;
        assert_eq!(
            (lines[0].seats, lines[0].quantity_text.as_str()),
            (None, "2.5")
        );
    }

    #[test]
    fn a_bundle_is_a_line_for_each_service_without_a_price() {
        let lines = lines(&books(Vec::new()), today()).lines;
        let bundle = lines.iter().find(|l| l.line_id == "b601-55").unwrap();
        assert_eq!((bundle.seats, bundle.unit_price), (Some(12), None));
        assert_eq!(bundle.product_code, "O365-BP");
    }

    #[test]
    fn a_bundles_odd_parts_are_told_and_counted_once() {
        let mut books = books(Vec::new());
        books.parts.insert(9, [55, 56].into());
        let unknown = lines(&books, today()).lines;
        let unknown = unknown.iter().find(|l| l.line_id == "b601-56").unwrap();
        assert_eq!(unknown.product_code, "56", "a service that is not listed");
        books.parts.clear();
        let hollow = lines(&books, today()).notes().join("|");
        assert!(
            hollow.contains("1 bundles on contracts name no service"),
            "{hollow}"
        );
    }
}
