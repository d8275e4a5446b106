//! A customer at the distributor, a company in the PSA: the same organisation as two systems hold it.

use crate::domain::time::Ts;

/// A customer as the distributor holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The last segment of `name`, and `customerId` of subscriptions.
    pub id: u64,
    /// The organisation's name.
    pub organisation: String,
    /// The contact person's first and last name.
    pub contact: String,
    /// The contact's title.
    pub title: Option<String>,
    /// The contact's mail address.
    pub email: Option<String>,
    /// As typed.
    pub phone: Option<String>,
    /// Street and number.
    pub street: String,
    /// Suite or unit.
    pub suite: Option<String>,
    /// City.
    pub city: String,
    /// State or province, short.
    pub state: String,
    /// Postcode.
    pub zip: String,
    /// ISO 3166 code.
    pub country: String,
    /// `EN`, `en`, `en-US`: as loose as at the vendor.
    pub language: String,
    /// Another id, of no use in paths.
    pub uid: String,
    /// Microsoft tenant id.
    pub tenant_id: String,
    /// The tenant's primary domain.
    pub tenant_domain: String,
    /// When it was made.
    pub created: Ts,
    /// When it was changed.
    pub updated: Ts,
    /// False for the few that the distributor calls inactive.
    pub active: bool,
    /// People on the payroll; decides how much it buys. Never on the wire.
    pub staff: i64,
    /// Of its subscriptions and agreements.
    pub currency: &'static str,
}

/// A company as the PSA holds it; the columns of `companies.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Company {
    /// Its number.
    pub id: u32,
    /// Its name, as somebody typed it.
    pub name: String,
    /// The parent's number.
    pub parent: Option<u32>,
    /// `Active`, `Inactive`, `Prospect`.
    pub status: &'static str,
    /// `Client`, `Prospect`, `Vendor`.
    pub kind: &'static str,
    /// Web site, in any spelling.
    pub website: String,
    /// Domain of its mail.
    pub email_domain: String,
    /// As typed.
    pub phone: String,
    /// Street, with suite.
    pub address: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// Postcode.
    pub postal_code: String,
    /// Country by name or code.
    pub country: String,
    /// Microsoft tenant id, kept for a few.
    pub tenant_id: String,
}
