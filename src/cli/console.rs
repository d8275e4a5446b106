//! The console: opened at once, filled when the database is there.

use std::thread;
use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc::{channel, unbounded_channel};

use super::Done;
use super::acceptance_file::accept;
use super::qbr_file::write_qbr;
use super::saved_view::save_view;
use super::session::{Session, actor};
use crate::config::Theme;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Calendar;
use crate::engine::command::Command;
use crate::engine::context::Context;
use crate::engine::{Conduct, Engine};
use crate::tui::bridge::{Above, Ends, serve};
use crate::tui::msg::{Effect, Msg};
use crate::tui::{self, DemoInfo, Exit, Options, ThemeName, TuiError};

/// Messages that may wait for the screen.
const INBOX: usize = 256;
/// How long running syncs may take to save their state when the console closes.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How the console is opened; each wins over the configuration.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConsoleArgs {
    /// Only watch: decide, sync and set nothing
    #[arg(long)]
    read_only: bool,
    /// Lines instead of a screen: for screen readers, logs and pipes
    #[arg(long)]
    plain: bool,
    /// Print one frame as text, and end
    #[arg(long)]
    once: bool,
    /// Columns and rows instead of the terminal's
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u16, u16)>,
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let side = |text: &str| text.parse().ok().filter(|n| (1..=1000).contains(n));
    let (w, h) = text.split_once('x').unwrap_or_default();
    side(w)
        .zip(side(h))
        .ok_or_else(|| "give columns and rows from 1 to 1000, such as 80x24".to_owned())
}

/// Opens the console on the configured database.
pub(super) async fn run(args: ConsoleArgs, session: Session) -> Result<Done, Problem> {
    let screen = Screen::open(options(&args, &session, session.calendar.clone(), None));
    match session.context().await {
        Ok(ctx) => {
            let above = Above {
                next_week: None,
                write_qbr: write_qbr(&ctx, &session.folders),
                accept: accept(&ctx, &session.folders),
                save: save_view(&session.folders, &session.calendar),
            };
            screen.show(ctx, above, None).await
        }
        Err(problem) => screen.refuse(problem).await,
    }
}

/// How the console is opened: as configuration and environment say.
pub(super) fn options(
    args: &ConsoleArgs,
    session: &Session,
    calendar: Calendar,
    demo: Option<DemoInfo>,
) -> Options {
    Options {
        theme: match session.config.console.theme {
            Theme::Auto => ThemeName::Auto,
            Theme::Dark => ThemeName::Dark,
            Theme::Light => ThemeName::Light,
            Theme::HighContrast => ThemeName::HighContrast,
            Theme::None => ThemeName::NoColor,
        },
        no_color: !session.output.color,
        read_only: args.read_only || session.config.console.read_only,
        keymap: session.keymap.clone(),
        mouse: session.config.console.mouse,
        privacy: session.config.console.privacy,
        // The demo begins anew each time.
        memory: demo.is_none().then(|| {
            let profile = session.config.profile.as_deref();
            session.folders.console_memory(profile)
        }),
        demo,
        panics: session.env.get("VECTIS_PANIC") == Some("ui"),
        actor: actor(&session.env),
        size: args.size,
        plain: args.plain,
        once: args.once,
        far: session.env.get("SSH_CONNECTION").is_some(),
        calendar,
    }
}

/// The console on its own thread, painting already.
pub(super) struct Screen {
    ends: Ends,
    conduct: Conduct,
    thread: thread::JoinHandle<Result<Exit, TuiError>>,
}

impl Screen {
    /// Opens it; the first frame waits for nothing.
    pub(super) fn open(options: Options) -> Self {
        let (inbox, messages) = channel(INBOX);
        let (outbox, effects) = unbounded_channel();
        let conduct = match options.read_only || options.once {
            true => Conduct::Watch,
            false => Conduct::Work,
        };
        let thread = thread::spawn(move || tui::run(options, messages, outbox));
        Self {
            ends: Ends { inbox, effects },
            conduct,
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
        // What the demo begins with is no command of the person's.
        let conduct = match first {
            Some(_) => Conduct::Work,
            None => self.conduct,
        };
        let (engine, events) = Engine::start_as(ctx.clone(), conduct);
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
