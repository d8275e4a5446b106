//! Pax8's stand.

use vectis::domain::vendor::Vendor;
use vectis::sim::pax8::{self, Pax8Options};
use vectis::sim::server::ServerOptions;

use super::life::Partner;
use super::program::{Home, Ran};
use super::stand::{Stand, partner};

/// Pax8, simulated.
pub type Pax8 = Stand<pax8::Pax8>;

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
        let world = partner(Vendor::Pax8, companies);
        Self::start(pax8::start(world, options))
    }

    /// Connects a home to the service as `pax8`, with this secret and flags of one's choice.
    pub fn connect_more(&self, home: &Home, secret: &str, more: &[&str]) -> Ran {
        let secret = home.file("secret", secret);
        let (base, id) = (self.server.base_url(), self.server.told("client_id"));
        let database = home.database();
        let mut args = vec!["connection", "set", "pax8", "--vendor", "pax8"];
        args.extend(["--base-url", &base, "--client-id", id]);
        args.extend(["--client-secret-file", &secret, "--database", &database]);
        args.extend(more);
        home.command(args).output().expect("it starts").into()
    }
}

impl Partner for pax8::Pax8 {
    const NAME: &'static str = "pax8";
    const SECRET: &'static str = "client_secret";

    fn set(stand: &Stand<Self>, home: &Home, secret: &str) -> Ran {
        stand.connect_more(home, secret, &[])
    }
}
