//! Autotask, REST API 1.0, read only: companies, contracts, their services and bundles, and the units of the day.
//!
//! Facts come from the vendor's Swagger document and developer help, and from what other integrators saw. Queries go by
//! POST and change nothing; they are the only POSTs that can be sent.

mod companies;
mod connector;
mod entities;
mod lines;
mod problems;
mod query;
mod reader;
mod threshold;
mod zone;

pub use connector::{Autotask, Credential};
pub use zone::{DEFAULT_BASE_URL, completed};
