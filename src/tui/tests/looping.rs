//! The loop itself, with channels for a terminal.

use std::cell::Cell;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use ratatui::crossterm::event::Event;
use tokio::sync::mpsc::{Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};

use super::harness::{key, options};
use crate::tui::msg::{Effect, Msg};
use crate::tui::panes::PaneId;
use crate::tui::run::{App, Exit, Sources};
use crate::tui::sample;
use crate::tui::signals::Asked;

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

#[tokio::test]
async fn messages_are_shown_and_keys_answered_until_quit() {
    let (mut app, sources, mut ends) = wired(Vec::new());
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
        tokio::time::sleep(Duration::from_millis(60)).await;
        ends.type_in("n");
        assert!(matches!(ends.asked.recv().await, Some(Effect::Engine(_))));
        ends.type_in("ctrl-c ctrl-c");
    };
    let (exit, ()) = tokio::join!(app.run(sources, &outbox, || Ok(())), person);
    assert_eq!(exit, Exit::Quit { force: true });
    assert_eq!(app.state.pane, PaneId::Review);
}

#[tokio::test]
async fn a_split_arrow_moves_and_a_lone_escape_goes_back() {
    let (mut app, sources, ends) = wired(Vec::new());
    app.state.pane = PaneId::Customers;
    let person = async {
        ends.type_in("esc [ B");
        tokio::time::sleep(Duration::from_millis(80)).await;
        ends.type_in("3 esc");
        tokio::time::sleep(Duration::from_millis(80)).await;
        ends.signals.send(Asked::End(15)).unwrap();
    };
    let outbox = ends.outbox.clone();
    let (exit, ()) = tokio::join!(app.run(sources, &outbox, || Ok(())), person);
    assert_eq!((exit, exit.code()), (Exit::Signal(15), 143));
    assert_eq!(app.state.pane, PaneId::Overview);
}

#[tokio::test]
async fn suspending_repaints_and_a_failing_terminal_ends_it() {
    let (mut app, sources, ends) = wired(Vec::new());
    app.paint();
    let stopped = Cell::new(0);
    let person = async {
        ends.type_in("ctrl-z");
        tokio::time::sleep(Duration::from_millis(60)).await;
        // The stop that was sent to the whole job comes back to us: it must not stop us again.
        ends.signals.send(Asked::Suspend).unwrap();
        ends.signals.send(Asked::Continued).unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        ends.signals.send(Asked::End(1)).unwrap();
    };
    let outbox = ends.outbox.clone();
    let suspend = || {
        stopped.set(stopped.get() + 1);
        Ok(())
    };
    let (exit, ()) = tokio::join!(app.run(sources, &outbox, suspend), person);
    assert_eq!((exit, stopped.get()), (Exit::Signal(1), 1));

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
    let exit = app.run(sources, &ends.outbox, || Ok(())).await;
    assert_eq!(exit.code(), 129);
}
