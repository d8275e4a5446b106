//! The export of the hub's customers.

use serde::Serialize;

use crate::domain::ids::CustomerId;
use crate::domain::party::Customer;

use super::sheet::{Cell, Sheet};

/// A customer as it leaves the program, under the names of the table `customers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomerRow {
    /// Our id.
    pub id: CustomerId,
    /// The organisation's name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// A mail address.
    pub email: String,
    /// A phone number.
    pub phone: String,
    /// Street and house number.
    pub address: String,
    /// Town.
    pub city: String,
    /// State, province or county.
    pub state: String,
    /// Postal code.
    pub postcode: String,
    /// Country.
    pub country: String,
    /// The Microsoft tenant's GUID.
    pub ms_tenant_id: String,
    /// The PSA that holds it; empty for a customer of no PSA.
    pub psa_system: String,
    /// Its id there.
    pub psa_id: String,
    /// False once the PSA marks it inactive.
    pub active: bool,
}

impl From<&Customer> for CustomerRow {
    fn from(customer: &Customer) -> Self {
        let profile = customer.profile.clone();
        let (psa_system, psa_id) = match &customer.psa {
            Some((system, id)) => (system.tag().to_owned(), id.to_string()),
            None => (String::new(), String::new()),
        };
        Self {
            id: customer.id,
            name: profile.name,
            domain: profile.domain,
            email: profile.email,
            phone: profile.phone,
            address: profile.address,
            city: profile.city,
            state: profile.state,
            postcode: profile.postcode,
            country: profile.country,
            ms_tenant_id: profile.ms_tenant_id,
            psa_system,
            psa_id,
            active: customer.active,
        }
    }
}

/// Every column, for files.
pub fn sheet(rows: &[CustomerRow]) -> Sheet {
    let columns = [
        "id",
        "name",
        "domain",
        "email",
        "phone",
        "address",
        "city",
        "state",
        "postcode",
        "country",
        "ms_tenant_id",
        "psa_system",
        "psa_id",
        "active",
    ];
    Sheet::of(&columns, rows, |row| {
        vec![
            Cell::number(Some(row.id)),
            Cell::text(&row.name),
            Cell::text(&row.domain),
            Cell::text(&row.email),
            Cell::text(&row.phone),
            Cell::text(&row.address),
            Cell::text(&row.city),
            Cell::text(&row.state),
            Cell::text(&row.postcode),
            Cell::text(&row.country),
            Cell::text(&row.ms_tenant_id),
            Cell::text(&row.psa_system),
            Cell::text(&row.psa_id),
            Cell::text(row.active.to_string()),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::super::csv::{Guard, csv};
    use super::*;
    use crate::domain::party::{Profile, PsaSystem};

    #[test]
    fn a_phone_number_is_text() {
        let customer = Customer {
            id: CustomerId(4),
            profile: Profile {
                name: "Oak Law".to_owned(),
                phone: "+44 20 7946 0000".to_owned(),
                ..Profile::default()
            },
            other_ms_tenants: Vec::new(),
            psa: Some((PsaSystem::Halo, "77".into())),
            active: true,
        };
        let text = csv(&sheet(&[CustomerRow::from(&customer)]), Guard::Formulas);
        let row = "4,\"Oak Law\",,,\"'+44 20 7946 0000\",,,,,,,\"halo\",\"77\",\"true\"";
        assert_eq!(text.lines().nth(1).unwrap(), row);
    }
}
