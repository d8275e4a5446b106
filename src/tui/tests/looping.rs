//! The loop itself, with channels for a terminal.

use std::cell::Cell;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use tokio::sync::mpsc::{Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};

use super::harness::{key, options};
use crate::tui::msg::{Effect, Msg};
use crate::tui::panes::PaneId;
use crate::tui::run::{App, Exit, Sources};
use crate::tui::sample;
use crate::tui::signals::Asked;
use crate::tui::terminal::Suspend;

/// The other ends of everything.
struct Ends {
    inbox: Option<Sender<Msg>>,
    input: UnboundedSender<(Event, Duration)>,
    signals: UnboundedSender<Asked>,
    asked: UnboundedReceiver<Effect>,
    outbox: UnboundedSender<Effect>,
    started: Instant,
}

fn wired<W: Write>(writer: W) -> (App<W>, Sources, Ends) {
    let (inbox_in, inbox) = channel(16);
    let (input_in, input) = unbounded_channel();
    let (signals_in, signals) = unbounded_channel();
    let (outbox, asked) = unbounded_channel();
    let started = Instant::now();
    let app = App::new(&options(), (80, 24), writer, started);
    let sources = Sources {
        inbox,
        input,
        signals,
    };
    let ends = Ends {
        inbox: Some(inbox_in),
        input: input_in,
        signals: signals_in,
        asked,
        outbox,
        started,
    };
    (app, sources, ends)
}

impl Ends {
    fn type_in(&self, names: &str) {
        for name in names.split(' ') {
            let event = Event::Key(key(name));
            self.input.send((event, self.started.elapsed())).unwrap();
        }
    }
}

/// Nobody stops here.
struct Never;

impl Suspend for Never {
    fn stop(&self) {
        unreachable!("nobody asked for it");
    }

    fn take_again(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts how often it was let go and taken again.
#[derive(Default)]
struct Counted {
    stopped: Cell<u32>,
    taken: Cell<u32>,
}

impl Counted {
    async fn until_stopped(&self) {
        while self.stopped.get() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Suspend for Counted {
    fn stop(&self) {
        self.stopped.set(self.stopped.get() + 1);
    }

    fn take_again(&self) -> io::Result<()> {
        self.taken.set(self.taken.get() + 1);
        Ok(())
    }
}

/// A writer whose bytes can be read while the loop has it.
#[derive(Clone, Default)]
struct Shared(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    /// What a terminal would show now.
    fn screen(&self) -> String {
        let mut terminal = vt100::Parser::new(cells(24), cells(80), 0);
        terminal.process(&self.0.borrow());
        terminal.screen().contents()
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }

    /// Waits, while the loop runs beside it, until it has written what is asked for.
    async fn until(&self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !is_there(self) {
            assert!(Instant::now() < end, "never: {what}\n{}", self.screen());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn until_shown(&self, text: &str) {
        self.until(text, |s| s.screen().contains(text)).await;
    }
}

fn cells(n: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(n).unwrap()
}

#[tokio::test]
async fn messages_are_shown_and_keys_answered_until_quit() {
    let written = Shared::default();
    let (mut app, sources, mut ends) = wired(written.clone());
    app.paint();
    let inbox = ends.inbox.take().unwrap();
    let outbox = ends.outbox.clone();
    let person = async {
        for msg in sample::full()
            .into_iter()
            .filter(|m| !matches!(m, Msg::Progress(_)))
        {
            inbox.send(msg).await.unwrap();
        }
        drop(inbox);
        ends.type_in("2");
        // A decision counts only for what has been on screen.
        written.until_shown("n none").await;
        ends.type_in("n");
        assert!(matches!(ends.asked.recv().await, Some(Effect::Engine(_))));
        ends.type_in("ctrl-c ctrl-c");
    };
    let (exit, ()) = tokio::join!(app.run(sources, &outbox, &Never), person);
    assert_eq!(exit, Exit::Quit { force: true });
    assert_eq!(app.state.pane, PaneId::Review);
}

#[tokio::test]
async fn a_split_arrow_moves_and_a_lone_escape_goes_back() {
    let written = Shared::default();
    let (mut app, sources, ends) = wired(written.clone());
    for msg in sample::full() {
        app.state.apply(msg, sample::now());
    }
    app.state.pane = PaneId::Customers;
    app.paint();
    let person = async {
        ends.type_in("esc [ B");
        written.until_shown("> Alpine Ski House 10").await;
        ends.type_in("3");
        written.until_shown("m mute").await;
        ends.type_in("esc");
        written.until_shown("Connections ─").await;
        ends.signals.send(Asked::End(15)).unwrap();
    };
    let outbox = ends.outbox.clone();
    let (exit, ()) = tokio::join!(app.run(sources, &outbox, &Never), person);
    assert_eq!((exit, exit.code()), (Exit::Signal(15), 143));
    assert_eq!(app.state.pane, PaneId::Overview);
}

#[tokio::test]
async fn suspending_repaints_and_a_failing_terminal_ends_it() {
    let written = Shared::default();
    let (mut app, sources, ends) = wired(written.clone());
    app.paint();
    let terminal = Counted::default();
    let person = async {
        ends.type_in("ctrl-z");
        terminal.until_stopped().await;
        // As long as we are stopped the terminal is the shell's, whatever of us still runs.
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(terminal.taken.get(), 0);
        ends.signals.send(Asked::Continued).unwrap();
        // Continued, everything is written again.
        written
            .until("a repaint", |s| s.text().contains("\u{1b}[2J"))
            .await;
        // The stop that was sent to the whole job comes back to us: it must not stop us again.
        ends.signals.send(Asked::Suspend).unwrap();
        ends.signals.send(Asked::Continued).unwrap();
        ends.signals.send(Asked::End(1)).unwrap();
    };
    let outbox = ends.outbox.clone();
    let (exit, ()) = tokio::join!(app.run(sources, &outbox, &terminal), person);
    assert_eq!((exit, terminal.stopped.get()), (Exit::Signal(1), 1));

    /// A terminal whose line is cut.
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(5))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (mut app, sources, ends) = wired(Gone);
    assert!(!app.paint());
    ends.type_in("j");
    let exit = app.run(sources, &ends.outbox, &Never).await;
    assert_eq!(exit.code(), 129);
}

#[tokio::test]
async fn a_new_size_is_painted_whole_even_if_it_is_the_one_we_know() {
    let written = Shared::default();
    let (mut app, sources, ends) = wired(written.clone());
    app.paint();
    let first = written.0.borrow().len();
    let person = async {
        // The terminal became small and large again; of the two signals one arrived, with the size as it was.
        let event = Event::Resize(80, 24);
        ends.input.send((event, ends.started.elapsed())).unwrap();
        written
            .until("a new frame", |s| {
                s.text()[first..].contains("\u{1b}[?2026l")
            })
            .await;
        ends.signals.send(Asked::End(15)).unwrap();
    };
    let outbox = ends.outbox.clone();
    tokio::join!(app.run(sources, &outbox, &Never), person);
    let text = String::from_utf8(written.0.borrow()[first..].to_vec()).unwrap();
    assert!(
        text.contains("\u{1b}[2J") && text.contains("Overview"),
        "{text:?}"
    );
}

#[tokio::test]
async fn the_mouse_is_asked_for_only_where_it_is_wanted_and_again_after_a_stop() {
    let written = Shared::default();
    let (mut app, sources, ends) = wired(written.clone());
    app.paint();
    let terminal = Counted::default();
    let person = async {
        let asked =
            |n| move |s: &Shared| s.text().matches("\u{1b}[?1000h\u{1b}[?1006h").count() == n;
        ends.type_in(": m o u s e enter");
        written.until("the mouse is asked for", asked(1)).await;
        ends.type_in("ctrl-z");
        terminal.until_stopped().await;
        ends.signals.send(Asked::Continued).unwrap();
        written.until("it is asked for again", asked(2)).await;
        let click = MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: 14,
            row: 1,
            modifiers: KeyModifiers::NONE,
        };
        ends.input
            .send((Event::Mouse(click), ends.started.elapsed()))
            .unwrap();
        written.until_shown("reading the queue").await;
        ends.type_in(": m o u s e enter");
        written
            .until("it is left alone", |s| s.text().contains("\u{1b}[?1000l"))
            .await;
        ends.signals.send(Asked::End(15)).unwrap();
    };
    let outbox = ends.outbox.clone();
    tokio::join!(app.run(sources, &outbox, &terminal), person);
    assert_eq!(app.state.pane, PaneId::Review, "a click on its tab");
    let text = String::from_utf8(written.0.borrow().clone()).unwrap();
    assert_eq!(text.matches("\u{1b}[?1000h").count(), 2);
    assert_eq!(text.matches("\u{1b}[?1000l").count(), 1);
}
