//! A simulated PSA on a runtime of its own, over the world of a simulated distributor.

use tokio::runtime::Runtime;
use vectis::sim::autotask::{self, AutotaskServer};
use vectis::sim::connectwise::{
    CLIENT_ID, COMPANY_ID, ConnectWiseServer, Options, PRIVATE_KEY, PUBLIC_KEY, start,
};
use vectis::sim::halo::{self, HaloServer};
use vectis::sim::world::SharedWorld;

use super::program::{Home, Ran};

/// ConnectWise PSA, simulated.
pub struct ConnectWise {
    /// The service.
    pub server: ConnectWiseServer,
    _runtime: Runtime,
}

/// Autotask, simulated.
pub struct Autotask {
    /// The service.
    pub server: AutotaskServer,
    _runtime: Runtime,
}

impl Autotask {
    /// The PSA of a world.
    pub fn of(world: &SharedWorld) -> Self {
        let runtime = runtime();
        let options = autotask::ServerOptions::default();
        let server = runtime
            .block_on(autotask::start(world.clone(), &options))
            .expect("the service starts");
        Self {
            server,
            _runtime: runtime,
        }
    }

    /// Sets it up in a home, at a pace that holds nothing up.
    pub fn connect(&self, home: &Home, secret: &str) -> Ran {
        let secret = home.file("secret", secret);
        let code = home.file("code", autotask::INTEGRATION_CODE);
        home.run([
            "psa",
            "set",
            "autotask",
            "--base-url",
            &self.server.base_url(),
            "--username",
            autotask::USERNAME,
            "--secret-file",
            &secret,
            "--integration-code-file",
            &code,
            "--requests-per-minute",
            "100000",
        ])
    }
}

/// HaloPSA, simulated.
pub struct Halo {
    /// The service.
    pub server: HaloServer,
    _runtime: Runtime,
}

impl Halo {
    /// The PSA of a world.
    pub fn of(world: &SharedWorld) -> Self {
        Self::with(world, halo::Options::default())
    }

    /// The same with a service of one's choice.
    pub fn with(world: &SharedWorld, options: halo::Options) -> Self {
        let runtime = runtime();
        let server = runtime
            .block_on(halo::start(world.clone(), options))
            .expect("the service starts");
        Self {
            server,
            _runtime: runtime,
        }
    }

    /// Sets it up in a home, at a pace that holds nothing up.
    pub fn connect(&self, home: &Home) -> Ran {
        self.connect_with(home, halo::CLIENT_SECRET, halo::TENANT)
    }

    /// Sets it up with a secret and a tenant of one's choice.
    pub fn connect_with(&self, home: &Home, secret: &str, tenant: &str) -> Ran {
        let secret = home.file("client-secret", secret);
        home.run([
            "psa",
            "set",
            "halo",
            "--base-url",
            &self.server.base_url(),
            "--client-id",
            halo::CLIENT_ID,
            "--client-secret-file",
            &secret,
            "--tenant",
            tenant,
            "--requests-per-minute",
            "100000",
        ])
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}

impl ConnectWise {
    /// The PSA of a world.
    pub fn of(world: &SharedWorld) -> Self {
        Self::with(world, Options::default())
    }

    /// The same with a service of one's choice.
    pub fn with(world: &SharedWorld, options: Options) -> Self {
        let runtime = runtime();
        let server = runtime
            .block_on(start(world.clone(), options))
            .expect("the service starts");
        Self {
            server,
            _runtime: runtime,
        }
    }

    /// Sets it up in a home, at a pace that holds nothing up.
    pub fn connect(&self, home: &Home) -> Ran {
        self.connect_with(home, PRIVATE_KEY)
    }

    /// Sets it up with a key of one's choice.
    pub fn connect_with(&self, home: &Home, private_key: &str) -> Ran {
        let key = home.file("private-key", private_key);
        home.run([
            "psa",
            "set",
            "connectwise",
            "--base-url",
            &self.server.base_url(),
            "--company",
            COMPANY_ID,
            "--public-key",
            PUBLIC_KEY,
            "--client-id",
            CLIENT_ID,
            "--private-key-file",
            &key,
            "--requests-per-minute",
            "100000",
        ])
    }
}
