//! A simulated Ingram Micro on a runtime of its own, so that plain tests can use it.

use tokio::runtime::Runtime;
use vectis::domain::time::Ts;
use vectis::domain::vendor::Vendor;
use vectis::sim::ingram::{self, IngramOptions, IngramPath};
use vectis::sim::server::{Fault, FaultOrder, Server, ServerOptions};
use vectis::sim::world::{World, shared};

use super::program::{Home, Ran};

/// Ingram Micro's marketplace, simulated.
pub struct Ingram {
    /// The service.
    pub server: Server<ingram::Ingram>,
    _runtime: Runtime,
}

impl Ingram {
    /// The options of a service without a rate limit.
    pub fn options() -> IngramOptions {
        IngramOptions {
            server: ServerOptions::default(),
            ..IngramOptions::default()
        }
    }

    /// A partner of so many customers and a service of one's choice.
    pub fn with(customers: usize, options: IngramOptions) -> Self {
        let now: Ts = "2026-11-24T06:00:00Z".parse().expect("a time");
        let shares = [(Vendor::IngramMicro, customers)];
        let world = shared(World::with_shares(7, customers, now, &shares));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime
            .block_on(ingram::start(world, options))
            .expect("the service starts");
        Self {
            server,
            _runtime: runtime,
        }
    }

    /// Scripts a fault for one request of a kind, after so many that pass.
    pub fn once_after(&self, after: u32, path: IngramPath, fault: Fault) {
        self.server.fault(FaultOrder {
            after,
            ..FaultOrder::next(fault, path)
        });
    }

    /// Connects a home to the service as `ingram`, with these secrets.
    pub fn connect_with(&self, home: &Home, secret: &str, key: &str) -> Ran {
        let (secret, key) = (home.file("secret", secret), home.file("key", key));
        home.run([
            "connection",
            "set",
            "ingram",
            "--vendor",
            "ingram_micro",
            "--base-url",
            &self.server.base_url(),
            "--username",
            self.server.told("username"),
            "--marketplace",
            self.server.told("marketplace"),
            "--password-file",
            &secret,
            "--subscription-key-file",
            &key,
            "--requests-per-minute",
            "100000",
        ])
    }

    /// Connects a home to the service as `ingram`.
    pub fn connect(&self, home: &Home) -> Ran {
        let told = |key| self.server.told(key);
        self.connect_with(home, told("password"), told("subscription_key"))
    }

    /// How many requests of a kind came so far.
    pub fn asked(&self, path: IngramPath) -> u64 {
        let stats = self.server.stats();
        stats.requests.get(&path).copied().unwrap_or(0)
    }
}
