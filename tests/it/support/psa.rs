//! The stands of simulated PSAs, over the world of a simulated distributor.

use vectis::sim::autotask;
use vectis::sim::connectwise::{
    self, CLIENT_ID, COMPANY_ID, Options, PRIVATE_KEY, PUBLIC_KEY, start,
};
use vectis::sim::halo;
use vectis::sim::party::Company;
use vectis::sim::world::{SharedWorld, open};

use super::program::{Home, Ran};
use super::stand::Stand;

/// What Test says of a world's companies, some of which the PSA calls active.
pub fn visible(world: &SharedWorld, is_active: impl Fn(&Company) -> bool) -> String {
    let companies = &open(world).companies;
    let active = companies.iter().filter(|c| is_active(c)).count();
    format!(
        "{} companies visible, {active} of them active",
        companies.len()
    )
}

/// ConnectWise PSA, simulated.
pub type ConnectWise = Stand<connectwise::ConnectWise>;

/// Autotask, simulated.
pub type Autotask = Stand<autotask::Autotask>;

impl Autotask {
    /// The PSA of a world.
    pub fn of(world: &SharedWorld) -> Self {
        Self::with(world, autotask::Options::default())
    }

    /// The same with a service of one's choice.
    pub fn with(world: &SharedWorld, options: autotask::Options) -> Self {
        Self::start(autotask::start(world.clone(), options))
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
pub type Halo = Stand<halo::Halo>;

impl Halo {
    /// The PSA of a world.
    pub fn of(world: &SharedWorld) -> Self {
        Self::with(world, halo::Options::default())
    }

    /// The same with a service of one's choice.
    pub fn with(world: &SharedWorld, options: halo::Options) -> Self {
        Self::start(halo::start(world.clone(), options))
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

impl ConnectWise {
    /// The PSA of a world.
    pub fn of(world: &SharedWorld) -> Self {
        Self::with(world, Options::default())
    }

    /// The same with a service of one's choice.
    pub fn with(world: &SharedWorld, options: Options) -> Self {
        Self::start(start(world.clone(), options))
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
