//! StreamOne Ion as documented: single-use refresh tokens, customers by page token, subscriptions by offset, the vendor's
//! error bodies, a strict limit, and faults on demand.

#[cfg(test)]
mod caller;
mod chaos;
mod customers;
mod dialect;
mod errors;
#[cfg(test)]
mod fault_tests;
mod paging;
mod reports;
mod route;
mod server;
mod service;
mod shop;
mod subscriptions;
#[cfg(test)]
mod tests;
mod tokens;

use super::server as shared;

pub use dialect::{Amounts, Contract};
pub use route::PathKind;
pub use server::{IonOptions, IonServer, start};
pub use shared::{Fault, SimError, Weather};

/// Faults for the next requests; see [`shared::FaultOrder`].
pub type FaultOrder = shared::FaultOrder<PathKind>;
/// What the server saw; see [`shared::Stats`].
pub type Stats = shared::Stats<PathKind>;
