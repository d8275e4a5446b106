//! A simulated service on a runtime of its own, so that plain tests can use it.

use std::future::Future;

use tokio::runtime::{Builder, Runtime};
use vectis::domain::time::Ts;
use vectis::domain::vendor::Vendor;
use vectis::sim::psa_csv;
use vectis::sim::server::{Fault, FaultOrder, Server, Service, SimError};
use vectis::sim::world::{SharedWorld, World, open, shared};

use super::program::{Home, Ran};

/// A service that goes on until it is dropped.
pub struct Stand<S: Service> {
    /// The service.
    pub server: Server<S>,
    _runtime: Runtime,
}

impl<S: Service> Stand<S> {
    /// Starts a service.
    pub fn start<F>(service: F) -> Self
    where
        F: Future<Output = Result<Server<S>, SimError>>,
    {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime.block_on(service).expect("the service starts");
        Self {
            server,
            _runtime: runtime,
        }
    }

    /// Scripts a fault for one request of a kind, after so many that pass.
    pub fn once_after(&self, after: u32, kind: S::Kind, fault: Fault) {
        self.server.fault(FaultOrder {
            after,
            ..FaultOrder::next(fault, kind)
        });
    }

    /// Imports the PSA of the service's world from files.
    pub fn import_psa(&self, home: &Home) -> Ran {
        let world = self.server.with(|service| service.world().clone());
        import_psa(&world, home)
    }

    /// How many requests of a kind came so far.
    pub fn asked(&self, kind: S::Kind) -> u64 {
        let stats = self.server.stats();
        stats.requests.get(&kind).copied().unwrap_or(0)
    }
}

/// Imports a world's PSA into a home from files.
pub fn import_psa(world: &SharedWorld, home: &Home) -> Ran {
    let (companies, lines) = {
        let world = open(world);
        (psa_csv::companies(&world), psa_csv::contract_lines(&world))
    };
    let companies = home.file("companies.csv", &companies);
    let lines = home.file("contract_lines.csv", &lines);
    home.run([
        "psa",
        "import",
        "--companies",
        &companies,
        "--agreements",
        &lines,
        "--yes",
        "--json",
    ])
}

/// A partner of so many customers, all of one distributor.
pub fn partner(vendor: Vendor, customers: usize) -> SharedWorld {
    let now: Ts = "2026-11-24T06:00:00Z".parse().expect("a time");
    shared(World::with_shares(
        7,
        customers,
        now,
        &[(vendor, customers)],
    ))
}
