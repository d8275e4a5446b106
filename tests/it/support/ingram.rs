//! Ingram Micro's stand.

use vectis::domain::vendor::Vendor;
use vectis::sim::ingram::{self, IngramOptions};
use vectis::sim::server::ServerOptions;

use super::life::Partner;
use super::program::{Home, Ran};
use super::stand::{Stand, partner};

/// Ingram Micro's marketplace, simulated.
pub type Ingram = Stand<ingram::Ingram>;

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
        let world = partner(Vendor::IngramMicro, customers);
        Self::start(ingram::start(world, options))
    }

    /// Connects a home to the service as `ingram`, with these secrets.
    pub fn connect_with_key(&self, home: &Home, secret: &str, key: &str) -> Ran {
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
}

impl Partner for ingram::Ingram {
    const NAME: &'static str = "ingram";
    const SECRET: &'static str = "password";

    fn set(stand: &Stand<Self>, home: &Home, secret: &str) -> Ran {
        stand.connect_with_key(home, secret, stand.server.told("subscription_key"))
    }
}
