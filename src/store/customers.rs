//! The hub: the canonical customers.

use super::arg::args;
use super::db::Row;
use super::{Store, StoreError, profile};
use crate::domain::ids::{CustomerId, PsaId};
use crate::domain::party::{Customer, PsaSystem};

fn customer(row: &Row) -> Result<Customer, StoreError> {
    let mut c = row.cells();
    let id = CustomerId(c.take()?);
    let profile = profile::read(&mut c)?;
    let other_ms_tenants = profile::other_tenants(&mut c)?;
    let system = c.take::<Option<String>>()?;
    let psa_id = c.take::<Option<String>>()?;
    Ok(Customer {
        id,
        profile,
        other_ms_tenants,
        psa: system
            .as_deref()
            .and_then(PsaSystem::from_tag)
            .zip(psa_id.map(PsaId::from)),
        active: c.take()?,
    })
}

impl Store {
    /// All customers of the hub by name.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn customers(&self) -> Result<Vec<Customer>, StoreError> {
        self.db
            .all(
                "SELECT id, name, domain, email, phone, address, city, state, postcode, country, ms_tenant_id,
                     other_ms_tenants, psa_system, psa_id, active
                 FROM customers WHERE tenant = $1 ORDER BY name, id",
                args![self.tenant()],
            )
            .await?
            .iter()
            .map(customer)
            .collect()
    }

    /// One customer of the hub.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.db
            .first(
                "SELECT id, name, domain, email, phone, address, city, state, postcode, country, ms_tenant_id,
                     other_ms_tenants, psa_system, psa_id, active
                 FROM customers WHERE tenant = $1 AND id = $2",
                args![self.tenant(), id],
            )
            .await?
            .as_ref()
            .map(customer)
            .transpose()
    }
}
