//! The server: how it is to behave, and what a story around it may ask.

use std::sync::Arc;
use std::time::Duration;

use super::super::server::{self, Server, ServerOptions, SimError, Weather};
use super::super::world::{SharedWorld, open};
use super::dialect::{Amounts, Contract};
use super::service::Ion;
use super::{FaultOrder, Stats};

/// How the server is to behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IonOptions {
    /// On 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Requests in any window; 0 is no limit.
    pub limit: usize,
    /// The window. A demo that runs N times as fast has one of 60 s / N.
    pub window: Duration,
    /// Whether it behaves.
    pub weather: Weather,
    /// What amounts refer to.
    pub amounts: Amounts,
    /// Whether answers are as documented.
    pub contract: Contract,
    /// The largest page of customers.
    pub customers_cap: usize,
    /// The largest page of subscriptions.
    pub subscriptions_cap: usize,
    /// How long access tokens live.
    pub access_life: Duration,
    /// Requests for resources that an access token serves before it ends early; 0 is no limit.
    pub access_requests: u32,
    /// Of tokens, request ids and chaos.
    pub seed: u64,
}

impl Default for IonOptions {
    /// As the vendor is thought to be: 30 requests in 60 seconds, pages of 100 and 1,000, access tokens for two hours.
    fn default() -> Self {
        Self {
            port: 0,
            limit: 30,
            window: Duration::from_secs(60),
            weather: Weather::Calm,
            amounts: Amounts::PerCycle,
            contract: Contract::Documented,
            customers_cap: 1000,
            subscriptions_cap: 100,
            access_life: Duration::from_secs(7200),
            access_requests: 0,
            seed: 1,
        }
    }
}

/// A running server; dropping it stops it.
pub struct IonServer {
    world: SharedWorld,
    first_token: String,
    server: Server<Ion>,
}

/// Starts the service for a world, on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start(world: SharedWorld, options: IonOptions) -> Result<IonServer, SimError> {
    let of_server = ServerOptions {
        port: options.port,
        limit: options.limit,
        window: options.window,
        weather: options.weather,
        seed: options.seed,
        ..ServerOptions::default()
    };
    let service = Ion::new(Arc::clone(&world), options);
    Ok(IonServer {
        world,
        first_token: service.refresh_token().to_owned(),
        server: server::start(service, &of_server).await?,
    })
}

impl IonServer {
    /// `http://127.0.0.1:port`, without a closing slash.
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// The account to configure.
    pub fn account_id(&self) -> String {
        open(&self.world).account_id.to_string()
    }

    /// The first refresh token, to paste; it works once.
    pub fn refresh_token(&self) -> &str {
        &self.first_token
    }

    /// The refresh token that works now, as the portal's Request New Credentials would show it.
    pub fn current_refresh_token(&self) -> String {
        self.server.with(|ion| ion.refresh_token().to_owned())
    }

    /// What the server saw so far.
    pub fn stats(&self) -> Stats {
        self.server.stats()
    }

    /// Scripts a fault.
    pub fn fault(&self, order: FaultOrder) {
        self.server.fault(order);
    }

    /// One JSON object for scripts: where it listens, what to configure, how much there is.
    pub fn listening_line(&self) -> String {
        self.server.listening_line()
    }

    /// Stops listening and waits until it has stopped; open connections are reset.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}
