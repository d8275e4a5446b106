//! Joins the screen to engine and store: events become messages, effects become commands and reads.
//!
//! The screen never waits for anything here, and nothing here waits for the screen longer than its inbox is full.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::mpsc::{Sender, UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::msg::{Accepted, Effect, Msg, NewConnection, Source, What};
use super::psa_files;
use super::reading::{Wanted, read_what_is_wanted};
use super::saving::Saved;
use crate::domain::ids::{ConnectionName, CustomerId};
use crate::domain::log::LogEntry;
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::engine::bus::EventStream;
use crate::engine::command::Command;
use crate::engine::context::Context;
use crate::engine::event::{Event, Topic};
use crate::engine::psa::setup::PsaDraft;
use crate::engine::setup::{self, Draft};
use crate::engine::{EngineHandle, psa, test};

/// Log entries that a screen begins with.
const LOG_TAIL: u32 = 2_000;

/// The two ends that the screen holds the others of.
pub struct Ends {
    /// To the screen.
    pub inbox: Sender<Msg>,
    /// From the screen.
    pub effects: UnboundedReceiver<Effect>,
}

/// What the demo does when the person moves the week.
pub type NextWeek = Box<dyn Fn() -> BoxFuture<'static, Result<(), Problem>> + Send + Sync>;

/// Writes a customer's QBR section into a file and says where.
pub type WriteQbr =
    Box<dyn Fn(CustomerId) -> BoxFuture<'static, Result<String, Problem>> + Send + Sync>;

/// Writes rows into a file and says where.
pub type Save = Arc<dyn Fn(Saved) -> Result<String, Problem> + Send + Sync>;

/// Makes a distributor's acceptance run, writes the report into a file, and says how it came out and where it is.
pub type Accept = Box<
    dyn Fn(ConnectionName, CancellationToken) -> BoxFuture<'static, Result<Accepted, Problem>>
        + Send
        + Sync,
>;

/// What the screen may ask for that only those above it can do.
pub struct Above {
    /// In the demo.
    pub next_week: Option<NextWeek>,
    /// Everywhere.
    pub write_qbr: WriteQbr,
    /// Everywhere.
    pub accept: Accept,
    /// Everywhere.
    pub save: Save,
}

/// Serves a screen until it closes; tells whether the person wanted to leave at once.
pub async fn serve(
    ctx: Context,
    engine: EngineHandle,
    mut events: EventStream,
    ends: Ends,
    above: Above,
) -> bool {
    let Ends { inbox, mut effects } = ends;
    let (wanted, asked) = unbounded_channel();
    let reader = tokio::spawn(read_what_is_wanted(ctx.clone(), asked, inbox.clone()));
    let mut bridge = Bridge {
        ctx,
        engine,
        inbox,
        wanted,
        above,
        accepting: None,
        tail: Vec::new(),
    };
    bridge.begin().await;
    let force = loop {
        tokio::select! {
            biased;
            effect = effects.recv() => match effect {
                None => break true,
                Some(Effect::Quit { force }) => break force,
                Some(effect) => bridge.act(effect).await,
            },
            event = events.next() => match event {
                None => break false,
                Some(event) => bridge.tell(event).await,
            },
        }
    };
    reader.abort();
    force
}

struct Bridge {
    ctx: Context,
    engine: EngineHandle,
    inbox: Sender<Msg>,
    wanted: UnboundedSender<Wanted>,
    above: Above,
    /// What stops the acceptance run that was begun last.
    accepting: Option<CancellationToken>,
    /// The log as it was read at the beginning: an event may tell of an entry that is in it.
    tail: Vec<LogEntry>,
}

impl Bridge {
    /// Everything that the first full frame shows.
    async fn begin(&mut self) {
        self.send(Msg::Store(Ok(()))).await;
        for topic in [
            Topic::Connections,
            Topic::Review,
            Topic::Findings,
            Topic::Customers,
            Topic::Claims,
            Topic::Products,
        ] {
            self.want(Wanted::Topic(topic));
        }
        if let Ok(tail) = self.ctx.store.log_tail(LOG_TAIL).await {
            self.tail.clone_from(&tail);
            self.send(Msg::Log(tail)).await;
        }
        if self.above.next_week.is_some() {
            self.send(Msg::Week(self.ctx.calendar.now().week())).await;
        }
    }

    async fn send(&self, msg: Msg) {
        let _ = self.inbox.send(msg).await;
    }

    fn want(&self, wanted: Wanted) {
        let _ = self.wanted.send(wanted);
    }

    async fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Engine(command) => {
                if let (Command::Cancel, Some(run)) = (&command, self.accepting.take()) {
                    run.cancel();
                }
                self.engine.send(command);
            }
            Effect::Load(What::Queue) => self.want(Wanted::Topic(Topic::Review)),
            Effect::Load(What::Licensing(customer)) => self.want(Wanted::Licensing(customer)),
            Effect::Load(What::Seats(of)) => self.want(Wanted::Seats(of)),
            Effect::Load(What::Background(key, candidate)) => {
                self.want(Wanted::Background(key, candidate));
            }
            Effect::Load(What::Subscriptions(customer)) => {
                self.want(Wanted::Subscriptions(customer));
            }
            Effect::NextWeek => {
                if let Some(next_week) = &self.above.next_week {
                    if let Err(problem) = next_week().await {
                        self.send(Msg::Failed(problem)).await;
                    }
                    self.send(Msg::Week(self.ctx.calendar.now().week())).await;
                    self.engine.send(Command::Sync {
                        connections: Vec::new(),
                        full: false,
                    });
                }
            }
            Effect::WriteQbr(customer) => {
                let (work, inbox) = ((self.above.write_qbr)(customer), self.inbox.clone());
                tokio::spawn(async move {
                    let msg = match work.await {
                        Ok(words) => Msg::Notice(words),
                        Err(problem) => Msg::Failed(problem),
                    };
                    let _ = inbox.send(msg).await;
                });
            }
            Effect::Accept(connection) => self.accept(connection).await,
            Effect::Save(saved) => {
                let (save, inbox) = (self.above.save.clone(), self.inbox.clone());
                tokio::task::spawn_blocking(move || {
                    let msg = match save(*saved) {
                        Ok(words) => Msg::Notice(words),
                        Err(problem) => Msg::Failed(problem),
                    };
                    let _ = inbox.blocking_send(msg);
                });
            }
            Effect::SaveConnection(new) => {
                let (ctx, inbox) = (self.ctx.clone(), self.inbox.clone());
                tokio::spawn(async move {
                    let connection = new.name.clone();
                    let result = save(&ctx, *new).await;
                    let _ = inbox.send(Msg::Saved { connection, result }).await;
                });
            }
            Effect::TestConnection(new) => {
                let (ctx, inbox) = (self.ctx.clone(), self.inbox.clone());
                tokio::spawn(async move {
                    let _ = inbox.send(test_new(&ctx, *new).await).await;
                });
            }
            // The screen does these itself.
            Effect::Copy(_)
            | Effect::Mouse(_)
            | Effect::Suspend
            | Effect::Repaint
            | Effect::Quit { .. } => {}
        }
    }

    /// An acceptance run syncs by itself, so it never goes beside a sync.
    async fn accept(&mut self, connection: ConnectionName) {
        let inbox = self.inbox.clone();
        let accept = &self.above.accept;
        self.accepting = self.engine.alone(|cancel| {
            let work = accept(connection, cancel);
            async move {
                let _ = inbox.send(Msg::Accepted(work.await)).await;
            }
        });
        if self.accepting.is_none() {
            let words = "a sync is running: the acceptance run syncs by itself, ask for it when that has ended";
            self.send(Msg::Notice(words.to_owned())).await;
        }
    }

    fn is_in_tail(&self, entry: &LogEntry) -> bool {
        self.tail.last().is_some_and(|last| entry.at <= last.at) && self.tail.contains(entry)
    }

    async fn tell(&self, event: Event) {
        let msg = match event {
            Event::Progress(progress) => Msg::Progress(progress),
            Event::Gauge(gauge) => Msg::Gauge(gauge),
            Event::Log(entry) if self.is_in_tail(&entry) => return,
            Event::Log(entry) => Msg::Log(vec![entry]),
            Event::Tested { connection, result } => Msg::Tested { connection, result },
            Event::Decided(decision) => Msg::Decided(decision),
            Event::Overtaken { key, words } => Msg::Overtaken { key, words },
            Event::Undecided { key, problem } => Msg::Undecided { key, problem },
            Event::Evidence { words, .. } => Msg::Notice(words),
            Event::Failed(problem) => Msg::Failed(problem),
            Event::Changed(topics) => {
                for topic in topics {
                    self.want(Wanted::Topic(topic));
                }
                return;
            }
            Event::Snapshot { progress, gauges } => {
                for progress in progress {
                    self.send(Msg::Progress(progress)).await;
                }
                for gauge in gauges {
                    self.send(Msg::Gauge(gauge)).await;
                }
                for topic in [
                    Topic::Connections,
                    Topic::Review,
                    Topic::Findings,
                    Topic::Customers,
                    Topic::Claims,
                    Topic::Products,
                ] {
                    self.want(Wanted::Topic(topic));
                }
                return;
            }
        };
        self.send(msg).await;
    }
}

/// Keeps what was typed into the form; tells what became of it.
async fn save(ctx: &Context, new: NewConnection) -> Result<String, Problem> {
    match new.source {
        Source::Distributor(vendor) => {
            let draft = Draft {
                vendor: Some(vendor),
                base_url: new.base_url,
                settings: new.settings,
                requests_per_minute: new.requests_per_minute,
                secrets: new.secrets,
            };
            setup::save(ctx, &new.name, draft).await?;
            Ok(format!("{} is saved; s starts the first sync", new.name))
        }
        Source::Psa(PsaSystem::Csv) => psa_files::save(ctx, &new.settings).await,
        Source::Psa(system) => {
            let draft = PsaDraft {
                settings: new.settings,
                requests_per_minute: new.requests_per_minute,
                secrets: new.secrets,
            };
            psa::setup::save(ctx, system, draft).await?;
            let label = system.label();
            Ok(format!(
                "{label} is saved; s reads it with the distributors"
            ))
        }
    }
}

/// Tests what is in the form. A refresh token works once, so what is tested must be kept: the connection is saved first,
/// and the rotated token with it.
async fn test_new(ctx: &Context, new: NewConnection) -> Msg {
    let (connection, source) = (new.name.clone(), new.source);
    if source == Source::Psa(PsaSystem::Csv) {
        let result = psa_files::test(ctx, &new.settings).await;
        return Msg::Tested { connection, result };
    }
    if let Err(problem) = save(ctx, new).await {
        let result = Err(problem);
        return Msg::Saved { connection, result };
    }
    let result = test(ctx, &connection, source).await;
    Msg::Tested { connection, result }
}

async fn test(ctx: &Context, name: &ConnectionName, source: Source) -> Result<String, Problem> {
    let ctx = ctx.with_patience(test::PATIENCE);
    let cancel = CancellationToken::new();
    match source {
        Source::Distributor(_) => Ok(test::test(&ctx, name, &cancel).await?.message),
        Source::Psa(PsaSystem::Csv) => Err(psa_files::nothing_to_test()),
        Source::Psa(_) => Ok(psa::phase::test(&ctx, &cancel).await?.message),
    }
}
