//! Sherweb's service-provider and distributor APIs as documented: no pages, seats in two calls for each customer, a gateway
//! before the service, waits told in words.

mod charges;
mod errors;
mod names;
mod platforms;
mod route;
mod service;
mod subscriptions;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::server::{self, Server, ServerOptions, SimError};
pub use super::server::{AccessLife, Hint};
use super::world::SharedWorld;
pub(super) use names::customer;
pub use route::SherwebPath;
pub use service::Sherweb;

/// Whether the account has what the vendor's newer description has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Calls {
    /// Details and pricing information in two calls.
    #[default]
    New,
    /// These answer 404; the deprecated call alone works.
    Old,
}

/// Whether a PSA integration is switched on inside the portal: receivable charges are then refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Integration {
    /// Receivable charges can be read.
    #[default]
    Off,
    /// They are refused.
    On,
}

/// How the service is to behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SherwebOptions {
    /// Port, limit, weather.
    pub server: ServerOptions,
    /// How long access tokens serve.
    pub access: AccessLife,
    /// Whether a 429 says in its `detail` when to come back.
    pub hint: Hint,
    /// Which calls there are.
    pub calls: Calls,
    /// Whether receivable charges can be read.
    pub integration: Integration,
}

impl Default for SherwebOptions {
    /// Tokens for an hour, as documented; the limit is not published: 300 a minute.
    fn default() -> Self {
        Self {
            server: ServerOptions {
                limit: 300,
                ..ServerOptions::default()
            },
            access: AccessLife {
                life: Duration::from_secs(3600),
                requests: 0,
            },
            hint: Hint::Given,
            calls: Calls::New,
            integration: Integration::Off,
        }
    }
}

/// Starts the service for a world's share, on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start(
    world: SharedWorld,
    options: SherwebOptions,
) -> Result<Server<Sherweb>, SimError> {
    let of_server = options.server.clone();
    server::start(Sherweb::new(world, options), &of_server).await
}
