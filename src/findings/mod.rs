//! Money Found. Pure: snapshots and agreements in, findings out.
//!
//! [`evaluate()`] joins everything bought with everything billed into positions (a customer's holding of a product), sorts
//! out those that cannot be judged with their reasons, and asks each kind of finding about the rest. No I/O, no clock.

pub mod commitment;
pub mod cost_period;
pub mod evaluate;
pub mod input;
pub mod licensing;
pub mod monthly;
pub mod rules;

mod context;
mod cost_moved;
mod customer_lines;
mod drift;
mod evidence;
#[cfg(test)]
pub(crate) mod example;
mod fingerprint;
mod judge;
mod lines;
mod margin;
mod overlapping;
mod position;
mod products;
#[cfg(test)]
mod properties;
mod purchase;
mod renewal;
#[cfg(test)]
pub(crate) mod sample;
mod spelling;
mod still_billed;
mod uncontracted;
mod unmatched;
mod weeks;

pub use customer_lines::customer_lines;
pub use evaluate::evaluate;
pub use input::{Account, Bought, Contracted, Input, Listing, Outcome};
pub use licensing::LicensingRow;
pub use products::names_decide;
pub use rules::{BasisPoints, Floors, Rules};
