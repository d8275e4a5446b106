//! The same screens as lines, for screen readers, logs and pipes: no box drawing, no bars, nothing that moves. What can be
//! done is offered by number; a key, a command's name or `/filter` does as well.

use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::sync::mpsc::{Receiver, UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::act::Arrival;
use super::data::Store;
use super::keymap::{COMMANDS, Command, Place};
use super::msg::{Effect, Msg};
use super::options::Options;
use super::overlays::Overlay;
use super::run::{Exit, TuiError};
use super::signals::{Asked, listen};
use super::spoken::{lines, spoken_screen};
use super::state::State;
use super::view;
use crate::domain::time::Calendar;

/// Without `--size`: columns for two parts are not needed, and rows cost nothing.
const SIZE: (u16, u16) = (100, 50);
/// What is not there by then is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a line that somebody typed comes to.
#[derive(Debug)]
enum Typed {
    /// The screen is told again, or what it has become.
    Tell(Vec<Effect>),
    /// A word about why nothing was done.
    Refuse(String),
}

/// The console by lines.
struct Plain<W: Write> {
    state: State,
    out: W,
    calendar: Calendar,
    started: Instant,
    told: String,
}

impl<W: Write> Plain<W> {
    /// The commands that are offered by number.
    fn offered(&self) -> Vec<&'static Command> {
        let place = self.state.place();
        let here = self.state.keymap.of_place(place).map(|(c, _)| c);
        let shown = |c: &&Command| !c.word.is_empty() && self.state.can(c.action);
        let panes = |c: &&Command| c.name.starts_with("pane_");
        let mut all: Vec<_> = here.filter(|c| shown(c) || panes(c)).collect();
        all.sort_by_key(|c| c.name.starts_with("pane_"));
        all
    }

    /// Tells the screen and what can be done.
    fn tell(&mut self) -> io::Result<()> {
        self.told.clone_from(&self.state.notice);
        for line in spoken_screen(&self.state) {
            writeln!(self.out, "{line}")?;
        }
        let choices: Vec<String> = match &self.state.overlay {
            Some(Overlay::Picker(picker)) => picker.found().map(str::to_owned).collect(),
            Some(Overlay::Batch(batch)) => batch.named().collect(),
            Some(_) => Vec::new(),
            None => {
                let word = |c: &&Command| match c.word {
                    "" => c.help,
                    word => word,
                };
                self.offered().iter().map(|c| word(c).to_owned()).collect()
            }
        };
        let numbered = choices.iter().enumerate();
        let numbered: Vec<String> = numbered
            .take(40)
            .map(|(n, words)| format!("{} {}", n + 1, self.state.veil.hide_if_on(words)))
            .collect();
        writeln!(self.out, "Choose: {}", numbered.join("; "))?;
        let how = match self.state.overlay {
            Some(Overlay::Batch(_)) => "a number takes one out or in, link accepts, back does not",
            Some(_) => "a number, words to search or to write, or back",
            None => "a number, a key, a command, /filter, help, or nothing to hear it again",
        };
        write!(self.out, "{how}> ")?;
        self.out.flush()?;
        self.state.painted(self.started.elapsed());
        Ok(())
    }

    /// Says what a message brought, where a person should hear it at once.
    fn mention(&mut self) -> io::Result<()> {
        if self.state.notice != self.told && !self.state.notice.is_empty() {
            self.told.clone_from(&self.state.notice);
            let words = self.state.veil.hide_if_on(&self.state.notice);
            writeln!(self.out, "\n{words}")?;
        }
        self.out.flush()
    }

    fn arrival(&self) -> Arrival {
        Arrival {
            at: self.started.elapsed(),
            now: self.calendar.now(),
            burst: 1,
        }
    }

    fn press(&mut self, code: KeyCode) -> Vec<Effect> {
        let arrival = self.arrival();
        self.state
            .key(KeyEvent::new(code, KeyModifiers::NONE), arrival)
    }

    fn typed(&mut self, line: &str) -> Typed {
        let line = line.trim();
        if self.state.editing.take().is_some() {
            self.state.set_filter(line);
            return Typed::Tell(Vec::new());
        }
        let number = line.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        match (&mut self.state.overlay, line) {
            (_, "") => Typed::Tell(Vec::new()),
            (Some(_), "back" | "esc") => Typed::Tell(self.press(KeyCode::Esc)),
            (Some(Overlay::Picker(picker)), _) => match number {
                Some(n) if n < picker.found().count() => {
                    picker.go_to(n);
                    Typed::Tell(self.press(KeyCode::Enter))
                }
                _ => {
                    picker.search_for(line);
                    // What is no row may be a text of one's own.
                    let found = picker.found().next().is_some();
                    match found {
                        true => Typed::Tell(Vec::new()),
                        false => Typed::Tell(self.press(KeyCode::Enter)),
                    }
                }
            },
            (Some(Overlay::Form(_)), _) => {
                self.state.overlay = None;
                Typed::Refuse("connect by: vectis connection set NAME --vendor VENDOR".to_owned())
            }
            (Some(Overlay::Batch(batch)), _) => match (number, line) {
                (Some(n), _) if n < batch.rows() => {
                    batch.go_to(n);
                    Typed::Tell(self.press(KeyCode::Char(' ')))
                }
                (_, "link") => Typed::Tell(self.press(KeyCode::Enter)),
                _ => Typed::Refuse(
                    "a number takes one out or in, link accepts, back does not".to_owned(),
                ),
            },
            (Some(Overlay::Reader(_)), _) => Typed::Tell(self.press(KeyCode::Esc)),
            (None, _) => self.command(line, number),
        }
    }

    fn command(&mut self, line: &str, number: Option<usize>) -> Typed {
        if let Some(filter) = line.strip_prefix('/') {
            self.state.set_filter(filter);
            return Typed::Tell(Vec::new());
        }
        let place = self.state.place();
        let by_number = number.and_then(|n| self.offered().get(n).copied());
        let named = |wanted: Place| {
            let words = |c: &&Command| c.name == line || c.word == line;
            COMMANDS
                .iter()
                .filter(move |c| c.place == wanted)
                .find(words)
        };
        let found = by_number
            .or_else(|| named(place))
            .or_else(|| named(Place::Everywhere))
            .or_else(|| self.state.keymap.find(place, line));
        match found {
            Some(command) => {
                let arrival = self.arrival();
                Typed::Tell(self.state.command(command.action, arrival))
            }
            None => Typed::Refuse(format!("there is no such choice: {line}")),
        }
    }

    /// Does what the screen does itself; gives what is for others.
    fn own(&mut self, effect: Effect) -> io::Result<Option<Effect>> {
        match effect {
            Effect::Copy(text) => writeln!(self.out, "{text}")?,
            Effect::Suspend | Effect::Repaint | Effect::Mouse(_) => {}
            other => return Ok(Some(other)),
        }
        Ok(None)
    }
}

/// True once everything that a first frame shows has been told.
fn is_settled(state: &State) -> bool {
    let d = &state.data;
    match d.store {
        Store::Opening => false,
        Store::Broken(_) => true,
        Store::Open => {
            let lists = d.connections.is_some() && d.findings.is_some() && d.customers.is_some();
            lists && d.desk.is_loaded()
        }
    }
}

/// Takes messages until the first frame is whole, or patience ends.
async fn settle(state: &mut State, inbox: &mut Receiver<Msg>, calendar: &Calendar) -> Vec<Effect> {
    let mut effects = Vec::new();
    let end = tokio::time::Instant::now() + PATIENCE;
    while !is_settled(state) {
        match tokio::time::timeout_at(end, inbox.recv()).await {
            Ok(Some(msg)) => effects.extend(state.apply(msg, calendar.now())),
            Ok(None) | Err(_) => break,
        }
    }
    while let Ok(msg) = inbox.try_recv() {
        effects.extend(state.apply(msg, calendar.now()));
    }
    effects
}

/// Prints one frame as it would be on a screen of that size, once everything it shows is there.
///
/// # Errors
/// When the output cannot be written, or no loop can be started.
pub fn once(
    options: &Options,
    mut inbox: Receiver<Msg>,
    outbox: &UnboundedSender<Effect>,
) -> Result<Exit, TuiError> {
    let mut state = State::new(options, options.size.unwrap_or((80, 24)));
    runtime()?.block_on(settle(&mut state, &mut inbox, &options.calendar));
    let shown = match options.plain {
        true => spoken_screen(&state),
        false => lines(&view::draw(&state).buf),
    };
    let mut out = io::stdout().lock();
    // A reader that has gone away (`| head`) is no failure.
    let _ = writeln!(out, "{}", shown.join("\n")).and_then(|()| out.flush());
    let _ = outbox.send(Effect::Quit { force: true });
    Ok(Exit::Quit { force: true })
}

/// Runs the console by lines until the person quits or the input ends.
///
/// # Errors
/// When no loop can be started.
pub fn run(
    options: &Options,
    inbox: Receiver<Msg>,
    outbox: &UnboundedSender<Effect>,
) -> Result<Exit, TuiError> {
    let plain = Plain {
        state: State::new(options, options.size.unwrap_or(SIZE)),
        out: io::stdout(),
        calendar: options.calendar.clone(),
        started: Instant::now(),
        told: String::new(),
    };
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let signals = listen().map_err(TuiError::NoRuntime)?;
        Ok(converse(plain, inbox, read_lines(), signals, outbox).await)
    });
    runtime.shutdown_background();
    ended
}

fn runtime() -> Result<tokio::runtime::Runtime, TuiError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(TuiError::NoRuntime)
}

/// Lines of standard input, read on a thread of its own that nobody waits for.
fn read_lines() -> UnboundedReceiver<String> {
    let (tell, told) = unbounded_channel();
    std::thread::spawn(move || {
        let typed = io::stdin().lock().lines();
        for line in typed.map_while(Result::ok) {
            if tell.send(line).is_err() {
                break;
            }
        }
    });
    told
}

async fn converse<W: Write>(
    mut plain: Plain<W>,
    mut inbox: Receiver<Msg>,
    mut input: UnboundedReceiver<String>,
    mut signals: UnboundedReceiver<Asked>,
    outbox: &UnboundedSender<Effect>,
) -> Exit {
    let calendar = plain.calendar.clone();
    let mut effects = settle(&mut plain.state, &mut inbox, &calendar).await;
    let mut told = plain.tell();
    loop {
        for effect in std::mem::take(&mut effects) {
            match plain.own(effect) {
                Ok(Some(Effect::Quit { force })) => {
                    let _ = outbox.send(Effect::Quit { force });
                    return Exit::Quit { force };
                }
                Ok(Some(other)) => {
                    let _ = outbox.send(other);
                }
                Ok(None) => {}
                Err(error) => told = Err(error),
            }
        }
        if told.is_err() {
            return Exit::Signal(1);
        }
        tokio::select! {
            biased;
            Some(asked) = signals.recv() => if let Asked::End(n) = asked {
                return Exit::Signal(n);
            },
            line = input.recv() => {
                // The end of the input is the end of the conversation.
                let Some(line) = line else {
                    let _ = outbox.send(Effect::Quit { force: false });
                    return Exit::Quit { force: false };
                };
                told = match plain.typed(&line) {
                    Typed::Tell(more) => {
                        effects = more;
                        plain.tell()
                    }
                    Typed::Refuse(words) => {
                        writeln!(plain.out, "{words}").and_then(|()| plain.tell())
                    }
                };
            },
            Some(msg) = inbox.recv() => {
                effects = plain.state.apply(msg, calendar.now());
                told = plain.mention();
            }
        }
    }
}

#[cfg(test)]
mod tests;
