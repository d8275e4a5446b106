//! HaloPSA, API v2, read only: clients with their Microsoft tenants and sites, and recurring invoices with their lines
//! and the items that these sell.
//!
//! Facts come from the vendor's OpenAPI document and guides, and from what other integrators saw. The document does not
//! type the answers: its schemas are those of what is sent, which the answers fit.

mod catalogue;
mod clients;
mod connector;
mod endpoints;
mod grant;
mod invoices;
mod items;
mod join;
mod lines;
mod listing;
mod periods;
mod problems;
mod sites;
mod telling;
mod told_wait;

pub use connector::{Credential, Halo};
pub use endpoints::completed;
