//! What every simulated service needs, written once: a socket whose connections can be cut, HTTP, a strict limit, faults
//! on demand and by chance, statistics, and the control paths below `/sim/`.
//!
//! A service is an implementation of [`Service`]: which kinds of paths it has, the right answer to a request, its error
//! bodies. [`start`] serves it on 127.0.0.1.
//!
//! Control paths, which no vendor has: `GET /sim/stats`, `POST /sim/week` (the world moves on by a week), `POST
//! /sim/fault` with a [`FaultOrder`], and what a service adds.

mod access;
mod asked;
mod fault;
mod form;
mod host;
mod limit;
mod listen;
mod reply;
mod service;
mod socket;
mod stats;
mod storm;

pub use access::{Access, AccessLife};
pub use asked::{Asked, Call};
pub use fault::{Fault, FaultOrder};
pub use form::{Query, field};
pub use listen::{Hint, Server, ServerOptions, SimError, Weather, start};
pub use reply::{Delivery, Reply};
pub use service::{Kind, Service};
pub use stats::Stats;
