//! StreamOne Ion as documented: single-use refresh tokens, customers by page token, subscriptions by offset, the vendor's
//! error bodies, a strict limit, and faults on demand.

#[cfg(test)]
mod caller;
mod chaos;
mod customers;
mod dialect;
mod errors;
mod fault;
#[cfg(test)]
mod fault_tests;
mod form;
mod limit;
mod paging;
mod reply;
mod reports;
mod route;
mod server;
mod service;
mod shop;
mod socket;
mod stats;
mod subscriptions;
#[cfg(test)]
mod tests;
mod tokens;
mod wire;

pub use dialect::{Amounts, Contract};
pub use fault::{Fault, FaultOrder};
pub use route::PathKind;
pub use server::{IonOptions, IonServer, SimError, Weather, start};
pub use stats::Stats;
