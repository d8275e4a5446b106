//! Autotask, REST API 1.0, read only: companies, contracts, their services and bundles, and the units of the day.
//!
//! Facts come from the vendor's Swagger document and developer help, and from what other integrators saw. Queries go by
//! POST and change nothing; they are the only POSTs that can be sent.

mod connector;
mod entities;
mod lines;
mod problems;
mod query;

pub use connector::{Autotask, Credential, DEFAULT_BASE_URL, completed};
