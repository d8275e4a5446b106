//! What a verb starts from: configuration, database, key, calendar.

use std::fmt::Display;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::task::TaskTracker;

use super::{Global, Output, logging};
use crate::config::{self, Config, Environment, Folders, Overrides, ProxyUrl};
use crate::domain::company_choice::CompanyChoice;
use crate::domain::log::Level;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Calendar;
use crate::engine::context::{Context, Settings};
use crate::findings::{BasisPoints, Floors, Rules};
use crate::http::network::Network;
use crate::matching;
use crate::secret::{KeyPlaces, Sealer, find_key};
use crate::store::Store;
use crate::store::backup::Migrated;
use crate::tui::Keymap;

/// The loaded configuration and what belongs to it.
#[derive(Clone)]
pub(crate) struct Session {
    pub output: Output,
    pub env: Environment,
    pub folders: Folders,
    pub config: Config,
    pub calendar: Calendar,
    /// The console's keys.
    pub keymap: Keymap,
    /// What is carried to its end before the process ends: token refreshes.
    pub tasks: TaskTracker,
    _log: Option<Arc<logging::Guard>>,
}

impl Session {
    /// Reads configuration and environment; opens no database yet.
    pub(super) fn load(global: Global, output: Output) -> Result<Self, Problem> {
        let env = Environment::of_process();
        let folders = Folders::find(&env)?;
        let overrides = Overrides {
            config: global.config,
            profile: global.profile,
            database: global.database,
        };
        let config = config::load(&overrides, &env, &folders)?;
        let keymap = Keymap::new(&config.keys)?;
        let calendar = config::calendar(&env)?;
        if calendar.is_set() {
            output.note(&format!(
                "VECTIS_NOW is set: the calendar says {}",
                calendar.now()
            ));
        }
        let log = logging::start(&config.log, output.verbose);
        Ok(Self {
            output,
            env,
            folders,
            config,
            calendar,
            keymap,
            tasks: TaskTracker::new(),
            _log: log,
        })
    }

    /// Opens the database, migrating it where it is older than the program.
    pub(super) async fn store(&self) -> Result<Store, Problem> {
        let url = self.config.database.url.expose();
        Ok(Store::open(url, self.config.database.tenant.clone()).await?)
    }

    /// The key that seals credentials.
    pub(super) fn sealer(&self) -> Result<Sealer, Problem> {
        let configured = self.config.secret.key_file.as_deref();
        let places = KeyPlaces::new(self.env.as_map(), configured, &self.folders.key_file());
        let (key, _) = find_key(&places)?;
        Ok(Sealer::new(&key))
    }

    /// Everything the engine shares.
    pub(super) async fn context(&self) -> Result<Context, Problem> {
        let network = self.network()?;
        let store = self.store().await?;
        let migrated = store.migrated().map(migrated_words);
        let mut ctx = Context::new(
            store,
            self.sealer()?,
            self.calendar.clone(),
            self.settings(),
        )
        .keeping_tokens_in(&self.folders.tokens());
        ctx.tasks = self.tasks.clone();
        ctx.network = network;
        ctx.currency = self.config.psa.currency.clone();
        ctx.company_choice = self.company_choice();
        if let Some(words) = migrated {
            ctx.journal.log(Level::Info, None, words);
        }
        Ok(ctx)
    }

    /// Which of the PSA's companies are active, by the configuration.
    pub(super) fn company_choice(&self) -> CompanyChoice {
        let psa = &self.config.psa;
        CompanyChoice::of(&psa.company_types, &psa.company_statuses)
    }

    /// The way to the distributors.
    fn network(&self) -> Result<Network, Problem> {
        let proxy = self.config.network.proxy.as_ref().map(ProxyUrl::as_str);
        Network::new(self.authorities()?.as_deref(), proxy)
            .map_err(|error| self.no_authorities(&error))
    }

    /// The certificate authorities (PEM) that are trusted besides the system's.
    pub(super) fn authorities(&self) -> Result<Option<Vec<u8>>, Problem> {
        let path = self.config.network.ca_file.as_ref();
        path.map(|path| read_bounded(path).map_err(|error| self.no_authorities(&error)))
            .transpose()
    }

    fn no_authorities(&self, error: &impl Display) -> Problem {
        let path = self.config.network.ca_file.clone().unwrap_or_default();
        Problem::new(
            ProblemKind::Configuration,
            "The certificate authorities of network.ca_file cannot be used",
        )
        .seen(format!("{}: {error}", path.display()))
        .remedy("name a file with certificates in PEM form, or remove the setting")
    }

    /// What the configuration says to the engine.
    pub(super) fn settings(&self) -> Settings {
        let config = &self.config;
        Settings {
            matching: matching::Settings {
                auto_threshold: config.matching.auto_threshold,
                runner_up_limit: config.matching.runner_up_limit,
                none_threshold: config.matching.none_threshold,
            },
            rules: rules(&config.findings),
            stale_after_seconds: i64::from(config.findings.stale_after_hours) * 3600,
            requests_per_minute: config.pacing.requests_per_minute,
            window: Duration::from_secs(60),
            patience: Duration::from_secs(config.pacing.patience_seconds.into()),
            actor: actor(&self.env),
        }
    }
}

/// A file of certificates; more than this is none.
fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    const MOST: u64 = 4 * 1024 * 1024;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?
        .take(MOST)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn migrated_words(migrated: &Migrated) -> String {
    let kept = match &migrated.backup {
        Some(path) => format!("; the file as it was before is {}", path.display()),
        None => String::new(),
    };
    format!(
        "the tables were brought from schema {} to {}{kept}",
        migrated.from, migrated.to
    )
}

fn rules(set: &config::Findings) -> Rules {
    let points = |p: config::Percent| BasisPoints(p.basis_points());
    let floor = |f: config::Floor| BasisPoints(f.basis_points());
    Rules {
        floors: Floors {
            default: floor(set.margin_floor_percent),
            by_vendor: set
                .margin_floor_by_vendor
                .iter()
                .map(|(k, p)| (*k, floor(*p)))
                .collect(),
            by_sku: set
                .margin_floor_by_sku
                .iter()
                .map(|(k, p)| (k.clone(), floor(*p)))
                .collect(),
            by_customer: set
                .margin_floor_by_customer
                .iter()
                .map(|(k, p)| (*k, floor(*p)))
                .collect(),
        },
        drift_seats: set.drift_seats.into(),
        drift_week: points(set.drift_week_percent),
        drift_four_weeks: points(set.drift_four_weeks_percent),
        grace_days: set.grace_days,
        cost_moved: points(set.cost_moved_percent),
        renewal_days: set.renewal_days,
    }
}

/// Who decides, for the decision log: `ana@host`.
pub(super) fn actor(env: &Environment) -> String {
    let user = ["SUDO_USER", "USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| env.get(name).filter(|v| !v.is_empty()))
        .unwrap_or("somebody");
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = crate::domain::text::clean(&host, 60);
    let user = crate::domain::text::clean(user, 60);
    if host.is_empty() {
        user
    } else {
        format!("{user}@{host}")
    }
}

/// A problem of the command line, with what to do.
pub(super) fn usage(
    title: impl Into<String>,
    seen: impl Into<String>,
    remedy: impl Into<String>,
) -> Problem {
    Problem::new(ProblemKind::Usage, title)
        .seen(seen)
        .remedy(remedy)
}
