//! Sherweb's stand.

use vectis::domain::vendor::Vendor;
use vectis::sim::server::ServerOptions;
use vectis::sim::sherweb::{self, SherwebOptions};

use super::life::Partner;
use super::program::{Home, Ran};
use super::stand::{Stand, partner};

/// Sherweb, simulated.
pub type Sherweb = Stand<sherweb::Sherweb>;

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
        let world = partner(Vendor::Sherweb, customers);
        Self::start(sherweb::start(world, options))
    }

    /// Connects a home to the service as `sherweb`, with these secrets.
    pub fn connect_with_key(&self, home: &Home, secret: &str, key: &str) -> Ran {
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
}

impl Partner for sherweb::Sherweb {
    const NAME: &'static str = "sherweb";
    const SECRET: &'static str = "client_secret";

    fn set(stand: &Stand<Self>, home: &Home, secret: &str) -> Ran {
        stand.connect_with_key(home, secret, stand.server.told("subscription_key"))
    }
}
