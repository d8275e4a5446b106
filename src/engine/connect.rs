//! Makes a connector of a connection: credentials, budget and listeners put together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::connections::credential_of;
use super::context::Context;
use super::grants::StoreGrants;
use super::journal::Journal;
use super::pacer::{Pace, PacerLink, StorePacer};
use super::setup::requests_per_minute;
use super::tokens::StoreTokens;
use super::witness::Witness;
use crate::distributor::Distributor;
use crate::distributor::ingram::{Ingram, IngramConfig};
use crate::distributor::ion::{Ion, IonConfig};
use crate::distributor::needs::{self, Given, Of, Setting, TOKEN_URL};
use crate::distributor::pax8::{Pax8, Pax8Config};
use crate::distributor::sherweb::{Sherweb, SherwebConfig};
use crate::domain::ids::ConnectionName;
use crate::domain::log::Level;
use crate::domain::problem::Problem;
use crate::domain::time::duration_words;
use crate::domain::vendor::Vendor;
use crate::http::observe::{Note, Observer};
use crate::http::origin::Origin;
use crate::http::pacing::Pacer;
use crate::http::recording::{Subject, Tape, Unpaced};
use crate::http::request::Parts;
use crate::http::tempo::Tempo;
use crate::store::connections::Connection;

/// So many requests of a run are logged, whatever comes of them.
const FIRST_REQUESTS: u64 = 40;

/// An answer that took so long is logged.
const SLOW: Duration = Duration::from_secs(5);

/// A connector that is ready to read, and its counts.
pub struct Connector {
    /// The distributor's API.
    pub distributor: Arc<dyn Distributor>,
    /// What was sent so far.
    pub counters: Arc<Counters>,
}

/// Requests and 429s of one run.
#[derive(Debug, Default)]
pub struct Counters {
    requests: AtomicU64,
    saved: AtomicU64,
    rate_limited: AtomicU64,
}

impl Counters {
    /// Goes on counting where an interrupted run stopped.
    pub fn start_from(&self, requests: u64) {
        self.requests.fetch_add(requests, Ordering::Relaxed);
        self.saved.fetch_add(requests, Ordering::Relaxed);
    }

    /// Requests since the last time this was asked: what the ledger does not have yet.
    pub fn unsaved(&self) -> u64 {
        let requests = self.requests();
        requests - self.saved.swap(requests, Ordering::Relaxed)
    }

    /// Requests sent, token calls and retries among them.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// 429s seen.
    pub fn rate_limited(&self) -> u64 {
        self.rate_limited.load(Ordering::Relaxed)
    }
}

/// Puts a connector together. Sends nothing yet.
pub async fn connector(
    ctx: &Context,
    connection: &Connection,
    cancel: CancellationToken,
) -> Result<Connector, Problem> {
    let counters = Arc::new(Counters::default());
    let settings = &ctx.settings;
    let credential = credential_of(ctx, connection).await?;
    let pace = Pace {
        limit: requests_per_minute(ctx, &credential),
        window: settings.window,
        patience: settings.patience,
    };
    let link = PacerLink {
        connection: credential.name.clone(),
        bus: ctx.bus.clone(),
        journal: ctx.journal.clone(),
        paused: ctx.paused.subscribe(),
    };
    let tape = ctx.tapes.tape(subject(connection, &credential))?;
    let pacer: Arc<dyn Pacer> = match tape {
        Tape::Replay(_) => Arc::new(Unpaced),
        Tape::Off | Tape::Record(_) => Arc::new(StorePacer::new(
            ctx.store.clone(),
            credential.name.to_string(),
            ctx.owner.to_string(),
            pace,
            link,
        )),
    };
    let parts = Parts {
        pacer,
        network: ctx.network.clone(),
        tape,
        observer: Arc::new(Listener {
            connection: connection.name.clone(),
            journal: ctx.journal.clone(),
            counters: Arc::clone(&counters),
            witness: ctx.witness.clone(),
        }),
        tempo: Tempo::scaled(settings.window.as_secs_f64() / 60.0),
        cancel,
        tasks: ctx.tasks.clone(),
    };
    let distributor = distributor(ctx, connection, &credential, parts).await?;
    if let Some(witness) = &ctx.witness {
        witness.introduce(&distributor);
    }
    Ok(Connector {
        distributor,
        counters,
    })
}

/// The connector of a distributor; the one place that knows them all.
async fn distributor(
    ctx: &Context,
    connection: &Connection,
    credential: &Connection,
    parts: Parts,
) -> Result<Arc<dyn Distributor>, Problem> {
    let given = given(ctx, connection, credential).await?;
    let calendar = ctx.calendar.clone();
    let grants = || {
        Arc::new(StoreGrants::new(
            ctx.clone(),
            credential.name.clone(),
            &given,
        ))
    };
    Ok(match connection.vendor {
        Vendor::Synnex => {
            let tokens = Arc::new(StoreTokens::new(ctx.clone(), credential));
            Arc::new(Ion::new(IonConfig::from(&given), parts, tokens, calendar)?)
        }
        Vendor::Pax8 => Arc::new(Pax8::new(
            Pax8Config::from(&given),
            parts,
            grants(),
            calendar,
        )?),
        Vendor::Sherweb => Arc::new(Sherweb::new(
            SherwebConfig::from(&given),
            parts,
            grants(),
            calendar,
        )?),
        Vendor::IngramMicro => Arc::new(Ingram::new(
            IngramConfig::from(&given),
            parts,
            grants(),
            calendar,
        )?),
    })
}

/// What was set. The account is the connection's own; whatever proves who asks is the credential's, and goes to its
/// host only.
async fn given(
    ctx: &Context,
    connection: &Connection,
    credential: &Connection,
) -> Result<Given, Problem> {
    let needs = needs::of(connection.vendor);
    let mut secrets = BTreeMap::new();
    for name in needs.secrets.iter().map(|secret| secret.name) {
        if let Some(secret) = ctx.secret(&credential.name, name).await? {
            secrets.insert(name, secret);
        }
    }
    let found = |setting: &Setting| {
        let whose = match setting.of {
            Of::Account => connection,
            Of::Credential => credential,
        };
        whose.settings.get(setting.key).cloned()
    };
    let base_url = credential.base_url.clone();
    Ok(Given::new(needs, base_url, found, secrets))
}

/// What a recording says of a connection: what decides which addresses are read and how rows are understood.
fn subject(connection: &Connection, credential: &Connection) -> Subject {
    let needs = needs::of(connection.vendor);
    let is_kept = |key: &str| needs.setting(key).is_some_and(|set| set.of == Of::Account);
    let path = |url: &str| Origin::parse(url).map_or(String::new(), |url| url.path().to_owned());
    Subject {
        name: connection.name.clone(),
        vendor: connection.vendor,
        base_path: path(&connection.base_url),
        token_path: (credential.settings.get(TOKEN_URL)).map_or(String::new(), |url| path(url)),
        settings: (connection.settings.iter())
            .filter(|(key, _)| is_kept(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    }
}

/// Counts what the client does and logs what a person should know.
pub(super) struct Listener {
    pub connection: ConnectionName,
    pub journal: Journal,
    pub counters: Arc<Counters>,
    pub witness: Option<Arc<Witness>>,
}

impl Listener {
    /// A run of hundreds of like requests is told by its first ones, and by what went wrong or was slow.
    fn is_telling(&self, status: u16, latency: Duration) -> bool {
        status >= 300 || latency >= SLOW || self.counters.requests() <= FIRST_REQUESTS
    }
}

impl Observer for Listener {
    fn note(&self, note: &Note) {
        if let Some(witness) = &self.witness {
            witness.note(note);
        }
        let log = |level, text: String| self.journal.log(level, Some(&self.connection), text);
        match note {
            Note::Sent { .. } => {
                self.counters.requests.fetch_add(1, Ordering::Relaxed);
            }
            Note::Answered {
                call,
                status,
                latency,
                ..
            } => {
                if self.is_telling(*status, *latency) {
                    let words = format!("{call} → {status} in {} ms", latency.as_millis());
                    log(Level::Debug, words);
                }
            }
            // A retry or the run's own problem says it louder.
            Note::Failed { call, seen } => log(Level::Debug, format!("{call}: {seen}")),
            // What is done about a 429 is the pacer's to say.
            Note::RateLimited { .. } => {
                self.counters.rate_limited.fetch_add(1, Ordering::Relaxed);
            }
            Note::Retrying {
                call,
                seen,
                wait,
                tries,
            } => {
                let wait = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
                log(
                    Level::Warn,
                    format!(
                        "{call}: {seen}; try {} follows in {}",
                        tries + 1,
                        duration_words(wait)
                    ),
                );
            }
            Note::Token(words) => log(Level::Info, words.clone()),
            Note::Remark(words) => log(Level::Warn, words.clone()),
        }
    }
}
