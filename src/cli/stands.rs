//! The simulated distributors of the demo: which there are, at what pace each is read, and how it is connected.

use std::time::Duration;

use secrecy::SecretString;

use crate::domain::ids::ConnectionName;
use crate::domain::vendor::Vendor;
use crate::engine::setup::{ACCOUNT_ID, Draft};
use crate::secret::SecretName;
use crate::sim::ingram::{self, Ingram, IngramOptions};
use crate::sim::ion::{self, IonOptions, IonServer};
use crate::sim::pax8::{self, Pax8, Pax8Options};
use crate::sim::server::{Server, ServerOptions, SimError, Weather};
use crate::sim::sherweb::{self, Sherweb, SherwebOptions};
use crate::sim::world::{SharedWorld, usual_shares};

/// The distributors of the demo, in the order in which they are connected; a share of the customers each, and a
/// connection named by the vendor's tag.
pub(super) const SHOWN: &[Vendor] = &[
    Vendor::Synnex,
    Vendor::Pax8,
    Vendor::Sherweb,
    Vendor::IngramMicro,
];

/// The customers of the distributors beside the first, for a demo of so many.
pub(super) fn shares(customers: usize) -> Vec<(Vendor, usize)> {
    let mut shares = Vec::from(usual_shares(customers));
    shares.retain(|(vendor, _)| SHOWN.contains(vendor));
    shares
}

/// The name of a distributor's connection in the demo.
pub(super) fn connection(vendor: Vendor) -> ConnectionName {
    ConnectionName::from(vendor.tag())
}

/// The distributor of a connection of the demo.
pub(super) fn vendor_of(name: &ConnectionName) -> Option<Vendor> {
    name.as_str().parse().ok()
}

/// Requests a minute that the demo allows itself at a distributor, as a real tenant would.
pub(super) fn pace(vendor: Vendor) -> u32 {
    match vendor {
        Vendor::Synnex => 28,
        Vendor::Pax8 => 900,
        Vendor::Sherweb | Vendor::IngramMicro => 120,
    }
}

/// How the distributors behave.
#[derive(Debug, Clone, Copy)]
pub(super) struct Climate {
    /// In which limits count; a demo that runs N times as fast has one of 60 s / N.
    pub(super) window: Duration,
    pub(super) weather: Weather,
    pub(super) seed: u64,
}

/// A distributor that answers.
pub(super) enum Stand {
    Ion(IonServer),
    Pax8(Server<Pax8>),
    Sherweb(Server<Sherweb>),
    Ingram(Server<Ingram>),
}

impl Stand {
    /// Starts one.
    pub(super) async fn open(
        vendor: Vendor,
        world: &SharedWorld,
        climate: Climate,
    ) -> Result<Self, SimError> {
        let world = world.clone();
        let server = |usual: ServerOptions| ServerOptions {
            window: climate.window,
            weather: climate.weather,
            seed: climate.seed,
            ..usual
        };
        Ok(match vendor {
            Vendor::Synnex => {
                let options = IonOptions {
                    window: climate.window,
                    weather: climate.weather,
                    seed: climate.seed,
                    ..IonOptions::default()
                };
                Stand::Ion(ion::start(world, options).await?)
            }
            Vendor::Pax8 => {
                let usual = Pax8Options::default();
                let options = Pax8Options {
                    server: server(usual.server.clone()),
                    ..usual
                };
                Stand::Pax8(pax8::start(world, options).await?)
            }
            Vendor::Sherweb => {
                let usual = SherwebOptions::default();
                let options = SherwebOptions {
                    server: server(usual.server.clone()),
                    ..usual
                };
                Stand::Sherweb(sherweb::start(world, options).await?)
            }
            Vendor::IngramMicro => {
                let usual = IngramOptions::default();
                let options = IngramOptions {
                    server: server(usual.server.clone()),
                    ..usual
                };
                Stand::Ingram(ingram::start(world, options).await?)
            }
        })
    }

    /// Whose it is.
    pub(super) fn vendor(&self) -> Vendor {
        match self {
            Stand::Ion(_) => Vendor::Synnex,
            Stand::Pax8(_) => Vendor::Pax8,
            Stand::Sherweb(_) => Vendor::Sherweb,
            Stand::Ingram(_) => Vendor::IngramMicro,
        }
    }

    /// What a person would type to connect it.
    pub(super) fn draft(&self) -> Draft {
        let secret = |name, text: &str| (name, SecretString::from(text));
        let set = |key: &str, text: &str| (key.to_owned(), text.to_owned());
        let (base_url, settings, secrets) = match self {
            Stand::Ion(ion) => (
                ion.base_url(),
                vec![set(ACCOUNT_ID, &ion.account_id())],
                vec![secret(SecretName::RefreshToken, ion.refresh_token())],
            ),
            Stand::Pax8(pax8) => (
                pax8.base_url(),
                vec![set("client_id", pax8.told("client_id"))],
                vec![secret(SecretName::ClientSecret, pax8.told("client_secret"))],
            ),
            Stand::Sherweb(sherweb) => (
                sherweb.base_url(),
                vec![set("client_id", sherweb.told("client_id"))],
                vec![
                    secret(SecretName::ClientSecret, sherweb.told("client_secret")),
                    secret(
                        SecretName::SubscriptionKey,
                        sherweb.told("subscription_key"),
                    ),
                ],
            ),
            Stand::Ingram(ingram) => (
                ingram.base_url(),
                ["username", "marketplace", "region"]
                    .map(|key| set(key, ingram.told(key)))
                    .to_vec(),
                vec![
                    secret(SecretName::Password, ingram.told("password")),
                    secret(SecretName::SubscriptionKey, ingram.told("subscription_key")),
                ],
            ),
        };
        Draft {
            vendor: Some(self.vendor()),
            base_url: Some(base_url),
            settings: settings.into_iter().collect(),
            requests_per_minute: Some(pace(self.vendor())),
            secrets,
        }
    }

    /// Stops it.
    pub(super) async fn close(self) {
        match self {
            Stand::Ion(ion) => ion.shutdown().await,
            Stand::Pax8(pax8) => pax8.shutdown().await,
            Stand::Sherweb(sherweb) => sherweb.shutdown().await,
            Stand::Ingram(ingram) => ingram.shutdown().await,
        }
    }
}
