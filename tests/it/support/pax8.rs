//! A simulated Pax8 on a runtime of its own, so that plain tests can use it.

use tokio::runtime::Runtime;
use vectis::domain::time::Ts;
use vectis::domain::vendor::Vendor;
use vectis::sim::pax8::{self, Pax8Options, Pax8Path};
use vectis::sim::server::{Fault, FaultOrder, Server, ServerOptions};
use vectis::sim::world::{World, shared};

use super::program::{Home, Ran};

/// Pax8, simulated.
pub struct Pax8 {
    /// The service.
    pub server: Server<pax8::Pax8>,
    _runtime: Runtime,
}

impl Pax8 {
    /// A partner of so many companies, without a rate limit, with pages of 40 rows.
    pub fn of(companies: usize) -> Self {
        Self::with(companies, Self::options())
    }

    /// The options of [`Pax8::of`].
    pub fn options() -> Pax8Options {
        Pax8Options {
            server: ServerOptions::default(),
            page_cap: 40,
            ..Pax8Options::default()
        }
    }

    /// A partner and a service of one's choice.
    pub fn with(companies: usize, options: Pax8Options) -> Self {
        let now: Ts = "2026-11-24T06:00:00Z".parse().expect("a time");
        let shares = [(Vendor::Pax8, companies)];
        let world = shared(World::with_shares(7, companies, now, &shares));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime
            .block_on(pax8::start(world, options))
            .expect("the service starts");
        Self {
            server,
            _runtime: runtime,
        }
    }

    /// Scripts a fault for one request of a kind, after so many that pass.
    pub fn once_after(&self, after: u32, path: Pax8Path, fault: Fault) {
        self.server.fault(FaultOrder {
            after,
            ..FaultOrder::next(fault, path)
        });
    }

    /// Connects a home to the service as `pax8`, with this secret.
    pub fn connect_with(&self, home: &Home, secret: &str) -> Ran {
        let secret = home.file("secret", secret);
        home.run([
            "connection",
            "set",
            "pax8",
            "--vendor",
            "pax8",
            "--base-url",
            &self.server.base_url(),
            "--client-id",
            self.server.told("client_id"),
            "--client-secret-file",
            &secret,
        ])
    }

    /// Connects a home to the service as `pax8`.
    pub fn connect(&self, home: &Home) -> Ran {
        self.connect_with(home, self.server.told("client_secret"))
    }

    /// How many requests of a kind came so far.
    pub fn asked(&self, path: Pax8Path) -> u64 {
        self.server
            .stats()
            .requests
            .get(&path)
            .copied()
            .unwrap_or(0)
    }
}
