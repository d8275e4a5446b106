//! Autotask as documented: the zone asked for, three headers to sign in, queries by POST of at most 500 rows, the shared
//! threshold, the vendor's error bodies (wrong credentials as 500, too), and faults on demand.

mod bundles;
mod filter;
mod rows;
mod service;
#[cfg(test)]
mod tests;

use super::server as shared;

pub use bundles::Bundles;
pub use service::{Autotask, INTEGRATION_CODE, Options, PathKind, SECRET, USERNAME, start};
pub use shared::{Fault, ServerOptions, Weather};

/// A running server; dropping it stops it.
pub type AutotaskServer = shared::Server<Autotask>;
/// Faults for the next requests; see [`shared::FaultOrder`].
pub type FaultOrder = shared::FaultOrder<PathKind>;
/// What the server saw; see [`shared::Stats`].
pub type Stats = shared::Stats<PathKind>;
