//! What every part of the engine shares.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::bus::Bus;
use super::event::{Event, Topic};
use super::journal::Journal;
use super::owner;
use super::witness::Witness;
use crate::domain::company_choice::CompanyChoice;
use crate::domain::ids::ConnectionName;
use crate::domain::money::Currency;
use crate::domain::time::Calendar;
use crate::findings::Rules;
use crate::http::network::Network;
use crate::http::recording::Tapes;
use crate::matching;
use crate::secret::Sealer;
use crate::store::Store;

/// What a person can set about the engine.
#[derive(Debug, Clone)]
pub struct Settings {
    /// When links are automatic.
    pub matching: matching::Settings,
    /// What counts as a finding.
    pub rules: Rules,
    /// A listing older than this is not judged.
    pub stale_after_seconds: i64,
    /// Requests a minute for a connection that sets none.
    pub requests_per_minute: u32,
    /// The pacing window: a minute, less in a demo that runs faster.
    pub window: Duration,
    /// How long 429s may go on without one success before a run is parked.
    pub patience: Duration,
    /// Who decides, for the decision log: `ana@host`.
    pub actor: String,
}

/// Shared by the engine's parts; clones are cheap.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub store: Store,
    /// Opens and closes secrets.
    pub sealer: Arc<Sealer>,
    /// What day it is.
    pub calendar: Calendar,
    /// What a person can set.
    pub settings: Arc<Settings>,
    /// News for everybody.
    pub bus: Bus,
    /// The log.
    pub journal: Journal,
    /// Which process this is, for leases: unique in the world.
    pub owner: Arc<str>,
    /// While true, bulk requests wait.
    pub paused: watch::Sender<bool>,
    /// Watches everything that is read, for an acceptance run.
    pub witness: Option<Arc<Witness>>,
    /// Work that is carried to its end whatever is cancelled, such as a token refresh.
    pub tasks: TaskTracker,
    /// The way to the distributors.
    pub network: Network,
    /// Whether what they answer is kept, or comes from a recording.
    pub tapes: Tapes,
    /// Of amounts of the PSA that name no currency; none leaves them unjudged.
    pub currency: Option<Currency>,
    /// Which of the PSA's companies are active, where it was set up without a choice of its own.
    pub company_choice: CompanyChoice,
    /// Where new tokens are kept until the database has them; none for a throw-away database.
    pub token_folder: Option<Arc<Path>>,
    /// Credentials whose token journal was told to be odd; once is enough.
    pub(super) odd_journals: Arc<Mutex<BTreeSet<ConnectionName>>>,
}

impl Context {
    /// Joins the parts; starts the log's writer, so it needs a runtime.
    pub fn new(store: Store, sealer: Sealer, calendar: Calendar, settings: Settings) -> Self {
        let bus = Bus::default();
        let owner: Arc<str> = owner::name(&settings.actor).into();
        let journal = Journal::start(
            store.clone(),
            bus.clone(),
            calendar.clone(),
            Arc::clone(&owner),
        );
        Self {
            store,
            sealer: Arc::new(sealer),
            calendar,
            settings: Arc::new(settings),
            bus,
            journal,
            owner,
            paused: watch::Sender::new(false),
            witness: None,
            tasks: TaskTracker::new(),
            network: Network::default(),
            tapes: Tapes::Off,
            currency: None,
            company_choice: CompanyChoice::default(),
            token_folder: None,
            odd_journals: Arc::default(),
        }
    }

    /// The same with another patience for 429s.
    pub fn with_patience(&self, patience: Duration) -> Self {
        let mut settings = Settings::clone(&self.settings);
        settings.patience = patience;
        Self {
            settings: Arc::new(settings),
            ..self.clone()
        }
    }

    /// Keeps new tokens in this folder until the database has them.
    pub fn keeping_tokens_in(mut self, folder: &Path) -> Self {
        self.token_folder = Some(folder.into());
        self
    }

    /// Waits for work that must not be cut off, at most as long as one request can last.
    pub async fn finish(&self) {
        self.tasks.close();
        let _ = tokio::time::timeout(Duration::from_secs(35), self.tasks.wait()).await;
        self.journal.flush().await;
    }

    /// Tells every screen which tables changed.
    pub fn changed(&self, topics: &[Topic]) {
        self.bus.send(Event::Changed(topics.to_vec()));
    }
}
