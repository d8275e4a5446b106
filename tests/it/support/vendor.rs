//! A simulated distributor on a runtime of its own, so that plain tests can use it.

use std::time::Duration;

use tokio::runtime::Runtime;
use vectis::domain::time::Ts;
use vectis::sim::ion::{Fault, FaultOrder, IonOptions, IonServer, PathKind, Weather, start};
use vectis::sim::world::{SharedWorld, World, shared};

use super::program::{Home, Ran};
use super::stand::import_psa;

/// The day on which the tenants begin.
pub const DAY: &str = "2026-11-24T06:00:00Z";

/// StreamOne Ion, simulated.
pub struct Ion {
    /// The tenant behind it.
    pub world: SharedWorld,
    /// The service.
    pub server: IonServer,
    _runtime: Runtime,
}

impl Ion {
    /// A tenant of so many customers, without a rate limit.
    pub fn of(customers: usize) -> Self {
        Self::with(
            customers,
            IonOptions {
                limit: 0,
                ..IonOptions::default()
            },
        )
    }

    /// A tenant of so many customers, where everything goes wrong that can.
    pub fn in_chaos(customers: usize, seed: u64) -> Self {
        let options = IonOptions {
            limit: 0,
            weather: Weather::Chaos,
            seed,
            ..IonOptions::default()
        };
        Self::with(customers, options)
    }

    /// A tenant of so many customers and a service of one's choice.
    pub fn with(customers: usize, options: IonOptions) -> Self {
        let now: Ts = DAY.parse().expect("a time");
        let world = shared(World::new(7, customers, now));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime
            .block_on(start(world.clone(), options))
            .expect("the service starts");
        Self {
            world,
            server,
            _runtime: runtime,
        }
    }

    /// Scripts a fault for every request of a kind from now on.
    pub fn always(&self, path: PathKind, fault: Fault) {
        self.server.fault(FaultOrder {
            times: u32::MAX,
            ..FaultOrder::next(fault, path)
        });
    }

    /// Scripts a fault for the next request of a kind.
    pub fn once(&self, path: PathKind, fault: Fault) {
        self.server.fault(FaultOrder::next(fault, path));
    }

    /// Connects a home to the service as `synnex`, at a pace that holds nothing up.
    pub fn connect(&self, home: &Home) -> Ran {
        self.connect_at(home, "100000")
    }

    /// Connects a home at a pace.
    pub fn connect_at(&self, home: &Home, requests_per_minute: &str) -> Ran {
        self.connect_as(home, "synnex", requests_per_minute)
    }

    /// Connects a home under a name, at a pace.
    pub fn connect_as(&self, home: &Home, name: &str, requests_per_minute: &str) -> Ran {
        let token = home.file("token", self.server.refresh_token());
        home.run([
            "connection",
            "set",
            name,
            "--vendor",
            "synnex",
            "--base-url",
            &self.server.base_url(),
            "--account-id",
            &self.server.account_id(),
            "--refresh-token-file",
            &token,
            "--requests-per-minute",
            requests_per_minute,
        ])
    }

    /// Imports the tenant's PSA from files.
    pub fn import_psa(&self, home: &Home) -> Ran {
        import_psa(&self.world, home)
    }
}

/// An error status without `Retry-After`.
pub fn status(status: u16) -> Fault {
    Fault::Status {
        status,
        retry_after: None,
    }
}

/// Waits until something holds, a minute at the longest.
pub fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..1200 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("never came true: {what}");
}
