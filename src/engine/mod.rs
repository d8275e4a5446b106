//! The background engine: commands in, events out; sync runs, leases, checkpoints.
//!
//! Verbs of the command line call its parts directly ([`sync::sync`], [`test::test`], …) with a [`context::Context`];
//! the console talks to the task that [`Engine::start`] runs, and neither waits for the other.

pub mod attention;
mod batches;
mod blocking;
pub mod bus;
mod claims;
pub mod command;
pub mod connect;
pub mod connections;
pub mod context;
pub mod decisions;
pub mod due;
pub mod duty;
pub mod event;
pub mod evidence;
mod follow;
mod gauges;
pub mod grants;
pub mod hub;
pub mod journal;
pub mod judge;
pub mod keepalive;
pub mod linking;
pub mod listing;
mod notes;
pub mod onboard;
mod owner;
mod pace_words;
pub mod pacer;
pub mod products;
pub mod psa;
pub mod run;
pub mod schedule;
pub mod seats;
mod settle;
pub mod setup;
pub mod sync;
pub mod test;
pub mod token_age;
mod token_journal;
pub mod tokens;
mod vault;
pub mod witness;

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::domain::finding::FindingState;
use crate::domain::ids::{AccountKey, ConnectionName};
use crate::domain::log::Level;
use crate::domain::problem::{Problem, ProblemKind};
use bus::EventStream;
use command::{Command, FindingChange};
use context::Context;
use event::{Event, Topic};
pub use notes::no_such_finding;

/// Asks the engine; clones share it.
#[derive(Debug, Clone)]
pub struct EngineHandle {
    commands: mpsc::UnboundedSender<Command>,
    stop: CancellationToken,
    tasks: TaskTracker,
    syncing: Arc<Mutex<()>>,
}

impl EngineHandle {
    /// Hands a command over; never waits. After the engine has stopped it goes nowhere.
    pub fn send(&self, command: Command) {
        let _ = self.commands.send(command);
    }

    /// Runs work that syncs by itself, as one of the engine's tasks, with what cancels it; gives that too. None while a
    /// sync runs in this process: two would take each other's runs over.
    pub fn alone<Fut>(
        &self,
        work: impl FnOnce(CancellationToken) -> Fut,
    ) -> Option<CancellationToken>
    where
        Fut: Future<Output = ()> + Send + 'static,
    {
        let turn = Arc::clone(&self.syncing).try_lock_owned().ok()?;
        let cancel = self.stop.child_token();
        let done = work(cancel.clone());
        self.tasks.spawn(async move {
            done.await;
            drop(turn);
        });
        Some(cancel)
    }

    /// Stops running syncs after the request at hand and waits until their state is saved.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// What an engine may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conduct {
    /// Whatever it is asked for.
    #[default]
    Work,
    /// Tell what others do, and refuse everything else: no run, no decision, no request, no token renewed.
    Watch,
}

/// The engine's task.
pub struct Engine {
    ctx: Context,
    tasks: TaskTracker,
    stop: CancellationToken,
    conduct: Conduct,
    /// Cancels the sync that runs now; renewed after each cancellation.
    syncs: CancellationToken,
    /// The review item that the person looks at.
    looking: watch::Sender<Option<AccountKey>>,
    /// Asks for findings to be judged anew.
    judge: Arc<settle::Asked>,
    /// Held while a sync runs: one at a time in this process, since it would take its own runs over.
    syncing: Arc<Mutex<()>>,
}

impl Engine {
    /// Starts the task; it ends with the last handle or [`EngineHandle::shutdown`].
    pub fn start(ctx: Context) -> (EngineHandle, EventStream) {
        Self::start_as(ctx, Conduct::Work)
    }

    /// Starts the task, to work or only to watch.
    pub fn start_as(ctx: Context, conduct: Conduct) -> (EngineHandle, EventStream) {
        let (commands, receiver) = mpsc::unbounded_channel();
        let events = ctx.bus.subscribe();
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let fresh = gauges::keep_fresh(ctx.clone());
        let alive = keepalive::watch(ctx.clone(), stop.child_token());
        let others = follow::follow(ctx.clone());
        let (looking, looked_at) = watch::channel(None);
        tasks.spawn(claims::keep(ctx.clone(), looked_at, stop.clone()));
        let engine = Engine {
            ctx,
            conduct,
            tasks: tasks.clone(),
            syncs: stop.child_token(),
            syncing: Arc::default(),
            looking,
            judge: Arc::default(),
            stop: stop.clone(),
        };
        let judge = Arc::clone(&engine.judge);
        let judging = settle::judge_when_asked(engine.ctx.clone(), judge, stop.clone());
        tasks.spawn(judging);
        let until = stop.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = until.cancelled() => {}
                _ = async { tokio::join!(fresh, others) } => {}
            }
        });
        if conduct == Conduct::Work {
            let until = stop.clone();
            tasks.spawn(async move {
                tokio::select! {
                    () = until.cancelled() => {}
                    () = alive => {}
                }
            });
        }
        let syncing = Arc::clone(&engine.syncing);
        tasks.spawn(engine.serve(receiver));
        (
            EngineHandle {
                commands,
                stop,
                tasks,
                syncing,
            },
            events,
        )
    }

    async fn serve(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        let stop = self.stop.clone();
        loop {
            let command = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                command = commands.recv() => match command {
                    Some(command) => command,
                    None => break,
                },
            };
            self.obey(command);
        }
        self.ctx.journal.flush().await;
    }

    /// Starts what was asked; nothing here waits, so that a decision is never behind a sync.
    fn obey(&mut self, command: Command) {
        if self.conduct == Conduct::Watch {
            self.ctx.bus.send(Event::Failed(watching_only()));
            return;
        }
        match command {
            Command::Sync { connections, full } => self.sync(connections, full),
            Command::Pause => self.pause(true),
            Command::Resume => self.pause(false),
            Command::Cancel => {
                self.syncs.cancel();
                self.syncs = self.stop.child_token();
            }
            Command::Test { connection } => self.test(connection),
            Command::Match => self.job(|ctx| async move {
                linking::link(&ctx, linking::Keep::Write).await?;
                judge::judge(&ctx).await
            }),
            Command::Decide { key, verdict } => {
                self.decision(settle::Asked::soon, |ctx| async move {
                    let decided = decisions::try_decide(&ctx, &key, &verdict).await;
                    decisions::tell_decided(&ctx, key.into(), decided);
                    Ok(())
                })
            }
            Command::DecideAll { verdicts } => {
                self.decision(settle::Asked::soon, |ctx| async move {
                    batches::decide_all(&ctx, verdicts).await
                });
            }
            Command::UndoAll { first } => {
                self.decision(settle::Asked::soon, move |ctx| async move {
                    batches::undo_all(&ctx, first).await
                });
            }
            Command::Give { key, to } => {
                self.job(move |ctx| async move { decisions::give_away(&ctx, &key, to).await });
            }
            Command::DecideProduct { key, verdict } => {
                self.decision(settle::Asked::surely, |ctx| async move {
                    let decided = decisions::try_decide_product(&ctx, &key, &verdict).await;
                    decisions::tell_decided(&ctx, key.into(), decided);
                    Ok(())
                })
            }
            Command::Evidence { key } => {
                let cancel = self.stop.child_token();
                self.job(|ctx| async move {
                    let told = evidence::ask_one(&ctx, &key, &cancel).await?;
                    ctx.bus.send(Event::Evidence {
                        key,
                        words: told.words,
                    });
                    Ok(())
                });
            }
            Command::Undo { decision } => {
                self.decision(settle::Asked::surely, move |ctx| async move {
                    let undone = decisions::undo(&ctx, decision).await?;
                    ctx.bus.send(Event::Decided(undone));
                    Ok(())
                })
            }
            Command::LookAt { key } => {
                self.looking.send_replace(key);
            }
            Command::Finding {
                fingerprint,
                change,
            } => self.job(|ctx| async move { change_finding(&ctx, &fingerprint, change).await }),
        }
    }

    /// Runs a job; its failure is told to everybody.
    fn job<F, Fut>(&self, work: F)
    where
        F: FnOnce(Context) -> Fut,
        Fut: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        let ctx = self.ctx.clone();
        let done = work(ctx.clone());
        self.tasks.spawn(async move {
            if let Err(problem) = done.await {
                ctx.bus.send(Event::Failed(problem));
            }
        });
    }

    /// A job that decides something: findings are judged anew a moment after it is done; `then` asks for it.
    fn decision<F, Fut>(&self, then: fn(&settle::Asked), work: F)
    where
        F: FnOnce(Context) -> Fut,
        Fut: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        let judge = Arc::clone(&self.judge);
        self.job(|ctx| {
            let done = work(ctx);
            async move {
                done.await?;
                then(&judge);
                Ok(())
            }
        });
    }

    fn sync(&self, connections: Vec<ConnectionName>, full: bool) {
        let cancel = self.syncs.clone();
        let Ok(turn) = Arc::clone(&self.syncing).try_lock_owned() else {
            let words = "a sync is running already; it goes on";
            self.ctx.journal.log(Level::Info, None, words);
            return;
        };
        self.job(move |ctx| async move {
            let _turn = turn;
            let summary = sync::sync(&ctx, &connections, full, &cancel).await?;
            for problem in summary.problems() {
                ctx.bus.send(Event::Failed(problem.clone()));
            }
            Ok(())
        });
    }

    fn test(&self, connection: ConnectionName) {
        let cancel = self.stop.child_token();
        self.job(move |ctx| async move {
            let ctx = ctx.with_patience(test::PATIENCE);
            let result = match psa::setup::named(&connection) {
                Some(_) => {
                    let tested = psa::phase::test(&ctx, &cancel).await;
                    tested.map(|seen| seen.message)
                }
                None => {
                    let tested = test::test(&ctx, &connection, &cancel).await;
                    tested.map(|seen| seen.message)
                }
            };
            ctx.bus.send(Event::Tested { connection, result });
            Ok(())
        });
    }

    fn pause(&self, paused: bool) {
        self.ctx.paused.send_replace(paused);
        let words = if paused {
            "requests of syncs wait until they are resumed"
        } else {
            "syncs go on"
        };
        self.ctx.journal.log(Level::Info, None, words);
    }
}

fn watching_only() -> Problem {
    Problem::new(ProblemKind::Usage, "Watching only")
        .seen("a command that changes something")
        .cause("this console was started with --read-only, or console.read_only is set")
        .remedy("open a console without it")
}

/// Mutes, resolves or reopens a finding, or adds a note to it.
pub async fn change_finding(
    ctx: &Context,
    fingerprint: &str,
    change: FindingChange,
) -> Result<(), Problem> {
    let now = ctx.calendar.now();
    let (state, until, reason) = match change {
        FindingChange::Mute { days, reason } => (
            FindingState::Muted,
            Some(now.plus_seconds(i64::from(days) * 86_400)),
            reason,
        ),
        FindingChange::Resolve { reason } => (FindingState::Resolved, None, reason),
        FindingChange::Reopen { reason } => (FindingState::Open, None, reason),
        FindingChange::Note { text } => return notes::add(ctx, fingerprint, &text).await,
    };
    let actor = &ctx.settings.actor;
    let known = ctx
        .store
        .set_finding_state(fingerprint, state, until, &reason, actor, now)
        .await?;
    if !known {
        return Err(notes::no_such_finding(fingerprint));
    }
    ctx.changed(&[Topic::Findings]);
    Ok(())
}
