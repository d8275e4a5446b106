//! The console: opened at once, filled when the database is there.

use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::{channel, unbounded_channel};

use super::Done;
use super::qbr_file::write_qbr;
use super::session::{Session, actor};
use crate::config::Theme;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Calendar;
use crate::engine::Engine;
use crate::engine::command::Command;
use crate::engine::context::Context;
use crate::tui::bridge::{Above, Ends, serve};
use crate::tui::msg::{Effect, Msg};
use crate::tui::{self, DemoInfo, Exit, Options, ThemeName, TuiError};

/// Messages that may wait for the screen.
const INBOX: usize = 256;
/// How long running syncs may take to save their state when the console closes.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Opens the console on the configured database.
pub(super) async fn run(session: Session) -> Result<Done, Problem> {
    let screen = Screen::open(options(&session, session.calendar.clone(), None));
    match session.context().await {
        Ok(ctx) => {
            let above = Above {
                next_week: None,
                write_qbr: write_qbr(&ctx, &session.folders),
            };
            screen.show(ctx, above, None).await
        }
        Err(problem) => screen.refuse(problem).await,
    }
}

/// How the console is opened: as configuration and environment say.
pub(super) fn options(session: &Session, calendar: Calendar, demo: Option<DemoInfo>) -> Options {
    Options {
        theme: match session.config.tui.theme {
            Theme::Auto => ThemeName::Auto,
            Theme::Dark => ThemeName::Dark,
            Theme::Light => ThemeName::Light,
            Theme::None => ThemeName::NoColor,
        },
        no_color: !session.output.color,
        demo,
        read_only: false,
        panics: session.env.get("VECTIS_PANIC") == Some("ui"),
        actor: actor(&session.env),
        size: None,
        far: session.env.get("SSH_CONNECTION").is_some(),
        calendar,
    }
}

/// The console on its own thread, painting already.
pub(super) struct Screen {
    ends: Ends,
    thread: thread::JoinHandle<Result<Exit, TuiError>>,
}

impl Screen {
    /// Opens it; the first frame waits for nothing.
    pub(super) fn open(options: Options) -> Self {
        let (inbox, messages) = channel(INBOX);
        let (outbox, effects) = unbounded_channel();
        let thread = thread::spawn(move || tui::run(options, messages, outbox));
        Self {
            ends: Ends { inbox, effects },
            thread,
        }
    }

    /// Serves the screen until it closes, then lets the engine save what it is at.
    pub(super) async fn show(
        self,
        ctx: Context,
        above: Above,
        first: Option<Command>,
    ) -> Result<Done, Problem> {
        let (engine, events) = Engine::start(ctx.clone());
        if let Some(command) = first {
            engine.send(command);
        }
        serve(ctx.clone(), engine.clone(), events, self.ends, above).await;
        let exit = close(self.thread).await;
        let _ = tokio::time::timeout(LAST_WORDS, engine.shutdown()).await;
        ctx.finish().await;
        exit
    }

    /// Shows why there is nothing to show, until the person leaves.
    pub(super) async fn refuse(mut self, problem: Problem) -> Result<Done, Problem> {
        let _ = self.ends.inbox.send(Msg::Store(Err(problem.clone()))).await;
        while let Some(effect) = self.ends.effects.recv().await {
            if matches!(effect, Effect::Quit { .. }) {
                break;
            }
        }
        close(self.thread).await?;
        Err(problem)
    }
}

/// Waits for the screen's thread, which has given the terminal back.
async fn close(thread: thread::JoinHandle<Result<Exit, TuiError>>) -> Result<Done, Problem> {
    let ended = tokio::task::spawn_blocking(move || thread.join()).await;
    match ended {
        Ok(Ok(Ok(Exit::Quit { .. }))) => Ok(Done::Well),
        Ok(Ok(Ok(Exit::Signal(signal)))) => Ok(Done::Signalled(signal)),
        Ok(Ok(Err(error))) => Err(Problem::new(ProblemKind::Usage, "The console cannot open")
            .seen(error.to_string())
            .remedy("run it in a terminal; for scripts and pipes see `vectis --help`")),
        Ok(Err(_)) | Err(_) => Err(
            Problem::new(ProblemKind::Unexpected, "The console broke off")
                .seen("its thread panicked; the terminal was given back")
                .remedy("run it again; what was decided is saved"),
        ),
    }
}
