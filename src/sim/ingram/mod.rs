//! Ingram Micro's Cloud Marketplace API as documented: user, password and key for a token of 25 minutes, pages by offset,
//! seats on the detail call alone, amounts as text.

mod errors;
mod listing;
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
pub use route::IngramPath;
pub(super) use rows::find as customer;
pub use service::Ingram;

/// Whether lists of subscriptions tell their total, as they do since 1.5; the older description has none there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Totals {
    /// They do.
    #[default]
    Given,
    /// A short page is the end.
    Missing,
}

/// How the service is to behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngramOptions {
    /// Port, limit, weather.
    pub server: ServerOptions,
    /// How long access tokens serve.
    pub access: AccessLife,
    /// The largest page; a larger one is refused.
    pub page_cap: usize,
    /// Whether a 429 has `Retry-After`.
    pub hint: Hint,
    /// Whether lists of subscriptions tell their total.
    pub totals: Totals,
}

impl Default for IngramOptions {
    /// Tokens for 25 minutes, as documented; neither the limit nor the largest page is published: 600 a minute, 500.
    fn default() -> Self {
        Self {
            server: ServerOptions {
                limit: 600,
                ..ServerOptions::default()
            },
            access: AccessLife {
                life: Duration::from_secs(1500),
                requests: 0,
            },
            page_cap: 500,
            hint: Hint::Given,
            totals: Totals::Given,
        }
    }
}

/// Starts the service for a world's share, on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start(world: SharedWorld, options: IngramOptions) -> Result<Server<Ingram>, SimError> {
    let of_server = options.server.clone();
    server::start(Ingram::new(world, options), &of_server).await
}
