//! Configuration: a TOML file, profiles in it, the environment above it and flags above all. No secret is ever in it.

mod environment;
mod error;
mod example;
mod file;
mod floors;
mod folders;
mod keys;
mod load;
mod percent;
mod settings;
mod url;
mod value;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::{Time, Weekday};

use crate::domain::ids::{CustomerId, Sku, TenantId};
use crate::domain::log::Level;
use crate::domain::money::{Currency, Money};
use crate::domain::vendor::Vendor;

pub use environment::Environment;
pub use error::{ConfigError, Place};
pub use example::example;
pub use folders::Folders;
pub use keys::Binding;
pub use load::{Overrides, calendar, load};
pub use percent::{Floor, Percent};
pub use url::{DatabaseEngine, DatabaseUrl, ProxyUrl};
pub use value::ZoneName;

/// Everything that can be set, with defaults for what is not. Made by [`load`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// The file that was read; none where there is none.
    pub file: Option<PathBuf>,
    /// The profile chosen, if one: an MSP of its own.
    pub profile: Option<String>,
    /// Where the data is.
    pub database: Database,
    /// How secrets are sealed.
    pub secret: Secret,
    /// The log.
    pub log: Log,
    /// Requests to the distributors.
    pub pacing: Pacing,
    /// The way to the distributors.
    pub network: Network,
    /// When the daemon works.
    pub schedule: Schedule,
    /// When a link is automatic.
    pub matching: Matching,
    /// What counts as money found.
    pub findings: Findings,
    /// The weekly digest.
    pub digest: Digest,
    /// The server that takes the digest's mail.
    pub mail: Mail,
    /// The PSA.
    pub psa: Psa,
    /// The console.
    pub console: Console,
    /// The console's keys, where they are not its own.
    pub keys: Vec<Binding>,
}

/// Where the data is: a database and a tenant in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Database {
    /// SQLite or PostgreSQL; filled in by [`load`] where nothing is set.
    pub url: DatabaseUrl,
    /// The MSP; `default` or the profile's name where nothing is set.
    pub tenant: TenantId,
}

/// How secrets are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secret {
    /// A key file instead of our own.
    pub key_file: Option<PathBuf>,
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its folder; filled in by [`load`] where nothing is set.
    pub folder: Option<PathBuf>,
    /// The least that is written.
    pub level: Level,
    /// Daily files kept.
    pub keep_days: u32,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            folder: None,
            level: Level::Info,
            keep_days: 14,
        }
    }
}

/// Requests to the distributors, where a connection says nothing of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pacing {
    /// Budget of one credential.
    pub requests_per_minute: u32,
    /// Seconds of answers 429 without one success before a run is parked.
    pub patience_seconds: u32,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            requests_per_minute: 28,
            patience_seconds: 1800,
        }
    }
}

/// The way to the distributors, where the system's own trust store and proxy settings do not do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    /// Certificate authorities (PEM) to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// A proxy instead of the system's.
    pub proxy: Option<ProxyUrl>,
}

/// When the daemon works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Of the times below.
    pub time_zone: ZoneName,
    /// The nightly sync.
    pub sync_at: Time,
    /// The day whose sync reads everything, not only what changed.
    pub full_sync_on: Weekday,
    /// The digest's day.
    pub digest_on: Weekday,
    /// The digest's time.
    pub digest_at: Time,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            time_zone: ZoneName::utc(),
            sync_at: Time::constant(2, 30, 0, 0),
            full_sync_on: Weekday::Sunday,
            digest_on: Weekday::Monday,
            digest_at: Time::constant(7, 0, 0, 0),
        }
    }
}

/// When a link is automatic, and when there is no counterpart; probabilities, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matching {
    /// An automatic link needs at least this.
    pub auto_threshold: f64,
    /// … and a second candidate of at most this.
    pub runner_up_limit: f64,
    /// Below this there is no counterpart.
    pub none_threshold: f64,
}

impl Default for Matching {
    fn default() -> Self {
        Self {
            auto_threshold: 0.995,
            runner_up_limit: 0.05,
            none_threshold: 0.02,
        }
    }
}

/// What counts as money found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// The least margin.
    pub margin_floor_percent: Floor,
    /// The floor by distributor.
    pub margin_floor_by_vendor: BTreeMap<Vendor, Floor>,
    /// The floor by SKU.
    pub margin_floor_by_sku: BTreeMap<Sku, Floor>,
    /// The floor by the customer's number in our hub.
    pub margin_floor_by_customer: BTreeMap<CustomerId, Floor>,
    /// Drift from this many seats …
    pub drift_seats: u32,
    /// … and this much week over week …
    pub drift_week_percent: Percent,
    /// … or this much over four weeks.
    pub drift_four_weeks_percent: Percent,
    /// Days in which a new subscription gives no finding.
    pub grace_days: u32,
    /// A change of cost from this much.
    pub cost_moved_percent: Percent,
    /// How long before a renewal it is announced.
    pub renewal_days: u32,
    /// A listing older than this is not judged.
    pub stale_after_hours: u32,
    /// Less a month is kept, but not in the digest's top.
    pub digest_minimum: Money,
}

impl Default for Findings {
    fn default() -> Self {
        Self {
            margin_floor_percent: Floor::USUAL,
            margin_floor_by_vendor: BTreeMap::new(),
            margin_floor_by_sku: BTreeMap::new(),
            margin_floor_by_customer: BTreeMap::new(),
            drift_seats: 1,
            drift_week_percent: Percent::from_basis_points(500),
            drift_four_weeks_percent: Percent::from_basis_points(1000),
            grace_days: 7,
            cost_moved_percent: Percent::from_basis_points(100),
            renewal_days: 30,
            stale_after_hours: 36,
            digest_minimum: Money::from_cents(100),
        }
    }
}

/// The weekly digest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Digest {
    /// Where it is written, besides being sent; none is a folder of our own.
    pub folder: Option<PathBuf>,
}

/// The server that takes the digest's mail. Its password comes from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mail {
    /// Its name; empty where no mail is sent.
    pub host: String,
    /// Its port; 0 is the usual one of the kind of security.
    pub port: u32,
    /// How the conversation is kept secret.
    pub security: MailSecurity,
    /// Who logs in; empty where nobody need.
    pub user: String,
    /// The sender's address.
    pub from: String,
    /// The recipients' addresses, with commas between them.
    pub to: String,
    /// The file with the password.
    pub password_file: Option<PathBuf>,
}

/// How a mail conversation is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailSecurity {
    /// It begins in the clear and must change to TLS before anything is said.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// In the clear; to this machine only.
    None,
}

/// The PSA.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Psa {
    /// Of amounts that come without one; none leaves such amounts unjudged.
    pub currency: Option<Currency>,
    /// The types of companies that are active, with commas between them; empty: every type.
    pub company_types: String,
    /// Their statuses; empty: those that the PSA calls active.
    pub company_statuses: String,
}

/// The console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Console {
    /// Light, dark, or as the terminal says.
    pub theme: Theme,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// Whether it is for watching only.
    pub read_only: bool,
    /// Whether names are hidden.
    pub privacy: bool,
}

/// The console's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the terminal says.
    #[default]
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Everything strong, by weight and underline alone.
    HighContrast,
    /// No colours.
    None,
}
