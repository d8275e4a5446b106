//! HaloPSA as documented: client credentials for a token, pages by number with a total, negative numbers of recurring
//! invoices, days long past for "never", numbers that are decimals, and faults on demand.

mod errors;
mod invoices;
mod listing;
mod route;
mod rows;
mod service;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::server as shared;
use super::server::{Server, SimError};
use super::world::SharedWorld;
pub use route::HaloPath;
pub use service::{CLIENT_ID, CLIENT_SECRET, Halo, TENANT};
pub use shared::{AccessLife, Fault, Hint, ServerOptions, Weather};

/// A running server; dropping it stops it.
pub type HaloServer = shared::Server<Halo>;
/// Faults for the next requests; see [`shared::FaultOrder`].
pub type FaultOrder = shared::FaultOrder<HaloPath>;
/// What the server saw; see [`shared::Stats`].
pub type Stats = shared::Stats<HaloPath>;

/// Whether the list of recurring invoices tells their lines where it is asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListedLines {
    /// It does.
    #[default]
    Told,
    /// It does not: each invoice must be asked for.
    Missing,
}

/// How the service is to behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// As any server.
    pub server: ServerOptions,
    /// How long access tokens serve.
    pub access: AccessLife,
    /// The largest page that it gives, whatever is asked for.
    pub page_cap: usize,
    /// Whether a 429 says when to come back.
    pub hint: Hint,
    /// Whether the list tells lines.
    pub lines: ListedLines,
}

impl Default for Options {
    /// Tokens for an hour; no limit is published, so there is none.
    fn default() -> Self {
        Self {
            server: ServerOptions::default(),
            access: AccessLife {
                life: Duration::from_secs(3_600),
                requests: 0,
            },
            page_cap: 100,
            hint: Hint::Given,
            lines: ListedLines::Told,
        }
    }
}

/// Starts the service for a world, on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start(world: SharedWorld, options: Options) -> Result<Server<Halo>, SimError> {
    let of_server = options.server.clone();
    shared::start(Halo::new(world, options), &of_server).await
}
