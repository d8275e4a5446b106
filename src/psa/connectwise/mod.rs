//! ConnectWise PSA (Manage), REST API v4_6_release 3.0, read only: companies, agreements, their additions, and the
//! catalogue items that these name.
//!
//! Facts come from the vendor's OpenAPI document (2026.11) and developer guide, and from what other integrators saw.

mod additions;
mod agreements;
mod companies;
mod connector;
mod listing;
mod place;
mod problems;
mod products;

pub use connector::{ConnectWise, Credential};
pub use place::{REGIONS, base_url, completed};
