//! A simulated Sherweb on a runtime of its own, so that plain tests can use it.

use tokio::runtime::Runtime;
use vectis::domain::time::Ts;
use vectis::domain::vendor::Vendor;
use vectis::sim::server::{Fault, FaultOrder, Server, ServerOptions};
use vectis::sim::sherweb::{self, SherwebOptions, SherwebPath};
use vectis::sim::world::{World, shared};

use super::program::{Home, Ran};

/// Sherweb, simulated.
pub struct Sherweb {
    /// The service.
    pub server: Server<sherweb::Sherweb>,
    _runtime: Runtime,
}

impl Sherweb {
    /// The options of a service without a rate limit.
    pub fn options() -> SherwebOptions {
        SherwebOptions {
            server: ServerOptions::default(),
            ..SherwebOptions::default()
        }
    }

    /// A partner of so many customers and a service of one's choice.
    pub fn with(customers: usize, options: SherwebOptions) -> Self {
        let now: Ts = "2026-11-24T06:00:00Z".parse().expect("a time");
        let shares = [(Vendor::Sherweb, customers)];
        let world = shared(World::with_shares(7, customers, now, &shares));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime
            .block_on(sherweb::start(world, options))
            .expect("the service starts");
        Self {
            server,
            _runtime: runtime,
        }
    }

    /// Scripts a fault for one request of a kind, after so many that pass.
    pub fn once_after(&self, after: u32, path: SherwebPath, fault: Fault) {
        self.server.fault(FaultOrder {
            after,
            ..FaultOrder::next(fault, path)
        });
    }

    /// Connects a home to the service as `sherweb`, with these secrets.
    pub fn connect_with(&self, home: &Home, secret: &str, key: &str) -> Ran {
        let (secret, key) = (home.file("secret", secret), home.file("key", key));
        let base = format!("{}/service-provider/v1", self.server.base_url());
        home.run([
            "connection",
            "set",
            "sherweb",
            "--vendor",
            "sherweb",
            "--base-url",
            &base,
            "--client-id",
            self.server.told("client_id"),
            "--client-secret-file",
            &secret,
            "--subscription-key-file",
            &key,
            "--requests-per-minute",
            "100000",
        ])
    }

    /// Connects a home to the service as `sherweb`.
    pub fn connect(&self, home: &Home) -> Ran {
        let told = |key| self.server.told(key);
        self.connect_with(home, told("client_secret"), told("subscription_key"))
    }

    /// How many requests of a kind came so far.
    pub fn asked(&self, path: SherwebPath) -> u64 {
        let stats = self.server.stats();
        stats.requests.get(&path).copied().unwrap_or(0)
    }
}
