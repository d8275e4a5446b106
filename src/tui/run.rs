//! The loop: messages, keys and signals in, frames and effects out. Nothing happens while nothing happens.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use ratatui::crossterm::Command as _;
use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::event::Event;
use ratatui::crossterm::terminal::size as terminal_size;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver, UnboundedSender};

use super::act::Arrival;
use super::input::{Decoder, FAR, Input, NEAR, read_terminal};
use super::memory::Memory;
use super::mouse;
use super::msg::{Effect, Msg};
use super::options::Options;
use super::pace::Pace;
use super::painter::Painter;
use super::plain;
use super::signals::{Asked, listen};
use super::state::State;
use super::terminal::{Suspend, Taken};
use super::view;
use crate::domain::time::Calendar;

/// So long after we were continued, our own SIGTSTP to the group and the SIGCONT that woke us may still come in.
const ECHO: Duration = Duration::from_millis(500);
/// Ages on screen (`3 min ago`) are looked at again after this; a frame is written only if one of them changed.
const AGES: Duration = Duration::from_secs(60);

/// Why the console closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The person quit.
    Quit {
        /// True where a running sync need not finish its page.
        force: bool,
    },
    /// A signal, or the terminal went away; exit with 128 + this number, and without waiting for other threads: the
    /// reader of a terminal that is gone never returns.
    Signal(u8),
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Quit { .. } => 0,
            Exit::Signal(n) => 128 + n,
        }
    }
}

/// The terminal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// Not a terminal, or it cannot be switched.
    #[error(
        "the console needs a terminal ({0}); use the plain commands in a pipe, see vectis --help"
    )]
    NoTerminal(#[source] io::Error),
    /// Its loop cannot be started.
    #[error("the console cannot start ({0}): too few file descriptors or threads?")]
    NoRuntime(#[source] io::Error),
}

/// Opens the console and blocks until it closes. It paints before it does anything else; messages may come late.
///
/// Call it on a plain thread, not inside an async task. `outbox` gets every effect that the screen does not do itself;
/// the last one is [`Effect::Quit`].
pub fn run(
    options: Options,
    inbox: Receiver<Msg>,
    outbox: UnboundedSender<Effect>,
) -> Result<Exit, TuiError> {
    if options.once {
        return plain::once(&options, inbox, &outbox);
    }
    if options.plain {
        return plain::run(&options, inbox, &outbox);
    }
    let started = Instant::now();
    let size = options
        .size
        .map_or_else(terminal_size, Ok)
        .map_err(TuiError::NoTerminal)?;
    let taken = Taken::take().map_err(TuiError::NoTerminal)?;
    let mut app = App::new(&options, size, io::stdout(), started);
    if let Some(path) = &options.memory {
        app.state.recall(&Memory::read(path));
    }
    app.paint();
    if options.panics {
        #[expect(clippy::panic, reason = "this is what the person asked for")]
        std::panic::panic_any("asked for by VECTIS_PANIC");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(TuiError::NoRuntime)?;
    let exit = runtime.block_on(async {
        let signals = listen().map_err(TuiError::NoRuntime)?;
        let sources = Sources {
            inbox,
            input: read_terminal(started, size),
            signals,
        };
        Ok(app.run(sources, &outbox, &taken).await)
    });
    drop(taken);
    if let Some(path) = &options.memory
        && let Err(error) = Memory::of(&app.state).write(path)
    {
        tracing::warn!(%error, "what the console was left at is not remembered");
    }
    runtime.shutdown_background();
    // The program ends now; giving thousands of rows back one by one would only keep the person waiting.
    std::mem::forget(app);
    exit
}

/// Waits until the shell continues us; the number of the signal if one ends us meanwhile.
async fn continued(signals: &mut UnboundedReceiver<Asked>) -> Option<u8> {
    let told = async {
        loop {
            match signals.recv().await {
                Some(Asked::Suspend) => {}
                Some(Asked::End(n)) => return Some(n),
                Some(Asked::Continued) | None => return None,
            }
        }
    };
    tokio::time::timeout(ECHO, told).await.unwrap_or_default()
}

/// Where things come from.
pub struct Sources {
    /// From the bridge.
    pub inbox: Receiver<Msg>,
    /// From the terminal, each with its time since the start.
    pub input: UnboundedReceiver<(Event, Duration)>,
    /// From the system.
    pub signals: UnboundedReceiver<Asked>,
}

/// State and terminal, over any writer.
pub struct App<W: Write> {
    /// What is shown.
    pub state: State,
    painter: Painter<W>,
    calendar: Calendar,
    decoder: Decoder,
    /// Asked for instead of the terminal's.
    size: Option<(u16, u16)>,
    started: Instant,
    drawn: (u64, u64),
    pace: Pace,
    /// When the shell last continued us.
    resumed: Option<Duration>,
}

impl<W: Write> App<W> {
    /// Nothing is drawn yet.
    pub fn new(options: &Options, size: (u16, u16), writer: W, started: Instant) -> Self {
        Self {
            state: State::new(options, size),
            painter: Painter::new(writer),
            calendar: options.calendar.clone(),
            decoder: Decoder::new(if options.far { FAR } else { NEAR }),
            size: options.size,
            started,
            drawn: (0, 0),
            pace: Pace::default(),
            resumed: None,
        }
    }

    /// Draws the state. False once the terminal is gone.
    pub fn paint(&mut self) -> bool {
        let frame = view::draw(&self.state);
        let written = self.painter.paint(frame.buf, frame.cursor);
        self.drawn = (self.state.urgent, self.state.calm);
        let now = self.started.elapsed();
        self.pace.drawn(now);
        self.state.painted(now);
        written.is_ok()
    }

    /// When the next frame is due; none while there is nothing new to see.
    fn due(&self) -> Option<Duration> {
        if self.drawn.0 != self.state.urgent {
            Some(self.pace.urgent())
        } else if self.drawn.1 != self.state.calm {
            Some(self.pace.calm())
        } else {
            None
        }
    }

    /// Runs until the person quits or the system ends it.
    pub async fn run(
        &mut self,
        mut from: Sources,
        outbox: &UnboundedSender<Effect>,
        terminal: &impl Suspend,
    ) -> Exit {
        let mut inbox_open = true;
        if self.state.mouse {
            self.listen_to_mouse(true);
        }
        loop {
            let now = self.started.elapsed();
            let frame = self.due();
            if frame.is_some_and(|at| at <= now) && !self.paint() {
                return Exit::Signal(1);
            }
            let frame = self.due();
            let wake = [frame, self.decoder.deadline()].into_iter().flatten().min();
            let wait = wake.map_or(AGES, |at| at.saturating_sub(now));
            let effects = tokio::select! {
                biased;
                Some(asked) = from.signals.recv() => match asked {
                    Asked::End(n) => return Exit::Signal(n),
                    _ if self.resumed.is_some_and(|at| self.started.elapsed() < at + ECHO) => Vec::new(),
                    Asked::Suspend => vec![Effect::Suspend],
                    Asked::Continued => vec![Effect::Repaint],
                },
                msg = from.inbox.recv(), if inbox_open => match msg {
                    Some(msg) => self.messages(msg, &mut from.inbox),
                    None => {
                        inbox_open = false;
                        self.state.notice = "the engine has ended: nothing new will come".to_owned();
                        self.state.urgent += 1;
                        Vec::new()
                    }
                },
                event = from.input.recv() => match event {
                    Some(event) => self.events(event, &mut from.input),
                    None => return Exit::Signal(1),
                },
                () = tokio::time::sleep(wait) => self.waited(wake.is_none()),
            };
            let looks = self.state.looks_elsewhere();
            let lacks = self.state.lacks();
            for effect in effects.into_iter().chain(looks).chain(lacks) {
                match effect {
                    Effect::Copy(text) => self.copy(&text),
                    Effect::Repaint => self.painter.forget(),
                    Effect::Mouse(on) => self.listen_to_mouse(on),
                    Effect::Suspend => {
                        terminal.stop();
                        if let Some(n) = continued(&mut from.signals).await {
                            return Exit::Signal(n);
                        }
                        if terminal.take_again().is_err() {
                            return Exit::Signal(1);
                        }
                        self.resumed = Some(self.started.elapsed());
                        self.listen_to_mouse(self.state.mouse);
                        self.painter.forget();
                    }
                    Effect::Quit { force } => {
                        let _ = outbox.send(Effect::Quit { force });
                        return Exit::Quit { force };
                    }
                    other => {
                        let _ = outbox.send(other);
                    }
                }
                self.state.urgent += 1;
            }
        }
    }

    /// Takes a message and all that wait behind it.
    fn messages(&mut self, first: Msg, inbox: &mut Receiver<Msg>) -> Vec<Effect> {
        let now = self.calendar.now();
        let mut effects = self.state.apply(first, now);
        // Bounded, so that a flood of messages cannot keep keys waiting.
        for _ in 0..256 {
            let Ok(msg) = inbox.try_recv() else { break };
            effects.extend(self.state.apply(msg, now));
        }
        effects
    }

    /// Takes an event and all that wait behind it.
    fn events(
        &mut self,
        first: (Event, Duration),
        input: &mut UnboundedReceiver<(Event, Duration)>,
    ) -> Vec<Effect> {
        let mut all = self
            .decoder
            .feed(first.0, first.1)
            .into_iter()
            .map(|i| (i, first.1))
            .collect::<Vec<_>>();
        while let Ok((event, at)) = input.try_recv() {
            all.extend(self.decoder.feed(event, at).into_iter().map(|i| (i, at)));
        }
        let burst = all
            .iter()
            .filter(|(i, _)| matches!(i, Input::Key(_)))
            .count();
        all.into_iter()
            .flat_map(|(i, at)| self.input(i, at, burst))
            .collect()
    }

    fn input(&mut self, input: Input, at: Duration, burst: usize) -> Vec<Effect> {
        self.pace.asked();
        let now = self.calendar.now();
        let arrival = Arrival { at, now, burst };
        match input {
            Input::Key(key) => return self.state.key(key, arrival),
            Input::Click(x, y) => return self.state.click(x, y, arrival),
            Input::Wheel(down) => return self.state.wheel(down, arrival),
            Input::Paste(text) => self.state.paste(&text),
            Input::Resize(w, h) => {
                let (w, h) = self.size.unwrap_or((w, h));
                self.state.resize(w, h);
                // A terminal that became small and large again has lost what it showed, and two such signals may arrive
                // as one that tells the size we know.
                self.painter.forget();
            }
        }
        Vec::new()
    }

    /// Time has passed: an Esc stands alone, or ages have grown.
    fn waited(&mut self, for_ages: bool) -> Vec<Effect> {
        if for_ages {
            self.state.now = self.calendar.now();
            self.state.calm += 1;
            return Vec::new();
        }
        let now = self.started.elapsed();
        let keys = self.decoder.expire(now);
        keys.into_iter()
            .flat_map(|k| self.input(k, now, 1))
            .collect()
    }

    fn listen_to_mouse(&mut self, on: bool) {
        let _ = self.painter.raw(if on { mouse::ON } else { mouse::OFF });
    }

    fn copy(&mut self, text: &str) {
        let mut sequence = String::new();
        if CopyToClipboard::to_clipboard_from(text)
            .write_ansi(&mut sequence)
            .is_ok()
        {
            let _ = self.painter.raw(sequence.as_bytes());
        }
    }
}
