//! Pax8's partner API, version 1, as documented: pages from 0, cancelled and deleted rows that stay in the lists, two
//! shapes of errors, times in four spellings.

mod billing;
mod errors;
mod listing;
mod products;
mod route;
mod rows;
mod service;
mod subscriptions;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::server::{self, Server, ServerOptions, SimError};
pub use super::server::{AccessLife, Hint};
use super::world::SharedWorld;
pub use route::Pax8Path;
pub use service::Pax8;

/// How the service is to behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pax8Options {
    /// Port, limit, weather.
    pub server: ServerOptions,
    /// How long access tokens serve.
    pub access: AccessLife,
    /// The largest page.
    pub page_cap: usize,
    /// Whether a 429 has `Retry-After`.
    pub hint: Hint,
}

impl Default for Pax8Options {
    /// As documented: 1,000 requests a minute, pages of 200, tokens for a day.
    fn default() -> Self {
        Self {
            server: ServerOptions {
                limit: 1000,
                ..ServerOptions::default()
            },
            access: AccessLife {
                life: Duration::from_secs(86_400),
                requests: 0,
            },
            page_cap: 200,
            hint: Hint::Given,
        }
    }
}

/// Starts the service for a world's share, on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start(world: SharedWorld, options: Pax8Options) -> Result<Server<Pax8>, SimError> {
    let of_server = options.server.clone();
    server::start(Pax8::new(world, options), &of_server).await
}
