//! The columns of a company's profile, in one order everywhere.

use super::db::Cells;
use super::error::StoreError;
use crate::domain::party::Profile;

/// Reads the tenants of a company beside its profile's: words with spaces between them.
pub(super) fn other_tenants(cells: &mut Cells<'_>) -> Result<Vec<String>, StoreError> {
    let words: String = cells.take()?;
    Ok(words.split_whitespace().map(str::to_owned).collect())
}

/// Reads ten columns: name, domain, email, phone, address, city, state, postcode, country, ms_tenant_id.
pub(super) fn read(cells: &mut Cells<'_>) -> Result<Profile, StoreError> {
    Ok(Profile {
        name: cells.take()?,
        domain: cells.take()?,
        email: cells.take()?,
        phone: cells.take()?,
        address: cells.take()?,
        city: cells.take()?,
        state: cells.take()?,
        postcode: cells.take()?,
        country: cells.take()?,
        ms_tenant_id: cells.take()?,
    })
}
