//! ConnectWise PSA as documented: Basic sign-in with a client ID, bare arrays page by page, conditions, fields and orders
//! in the vendor's own language, additions per agreement only, the vendor's error bodies, and faults on demand.

mod basic;
mod conditions;
mod errors;
mod listing;
mod rows;
mod service;
#[cfg(test)]
mod tests;

use super::server as shared;

pub use service::{
    CLIENT_ID, COMPANY_ID, ConnectWise, Options, PRIVATE_KEY, PUBLIC_KEY, PathKind, start,
};
pub use shared::{Fault, ServerOptions, Weather};

/// A running server; dropping it stops it.
pub type ConnectWiseServer = shared::Server<ConnectWise>;
/// Faults for the next requests; see [`shared::FaultOrder`].
pub type FaultOrder = shared::FaultOrder<PathKind>;
/// What the server saw; see [`shared::Stats`].
pub type Stats = shared::Stats<PathKind>;
