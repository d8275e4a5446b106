//! Shows on stderr how a long verb gets on: a line that is rewritten on a terminal, plain lines in a pipe.

use std::io::{IsTerminal, Write};

use super::Output;
use crate::domain::log::{Level, LogEntry, Progress};
use crate::domain::time::duration_words;
use crate::engine::bus::EventStream;
use crate::engine::event::Event;

/// Widest line that is rewritten; a longer one would wrap and stay.
const WIDTH: usize = 78;

/// Follows the engine's events until the sender is gone.
pub(super) async fn follow(mut events: EventStream, output: Output) {
    let mut shown = Shown {
        live: std::io::stderr().is_terminal() && !output.quiet,
        lines: !output.quiet,
        verbose: output.verbose > 0,
        last: String::new(),
    };
    while let Some(event) = events.next().await {
        match event {
            Event::Progress(progress) => shown.progress(&progress),
            Event::Log(entry) => shown.entry(&entry),
            _ => {}
        }
    }
}

struct Shown {
    live: bool,
    lines: bool,
    verbose: bool,
    last: String,
}

impl Shown {
    fn progress(&mut self, progress: &Progress) {
        if !self.live {
            return;
        }
        let line: String = words(progress).chars().take(WIDTH).collect();
        if line != self.last {
            self.write(&format!("\r{line:<WIDTH$}"));
            self.last = line;
        }
    }

    fn entry(&mut self, entry: &LogEntry) {
        if !self.lines || (entry.level <= Level::Debug && !self.verbose) {
            return;
        }
        let source = entry
            .connection
            .as_ref()
            .map(|c| format!("{c}: "))
            .unwrap_or_default();
        let mark = match entry.level {
            Level::Error => "ERROR ",
            Level::Warn => "WARN ",
            _ => "",
        };
        let wipe = if self.last.is_empty() {
            String::new()
        } else {
            format!("\r{:WIDTH$}\r", "")
        };
        self.last.clear();
        self.write(&format!(
            "{wipe}{} {mark}{source}{}\n",
            entry.at.clock(),
            entry.text
        ));
    }

    fn write(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}

fn words(progress: &Progress) -> String {
    let rows = match progress.expected {
        Some(expected) => format!("{} of {expected}", progress.rows),
        None => progress.rows.to_string(),
    };
    let left = match progress.eta_seconds {
        Some(seconds) if seconds > 0 => {
            format!(
                ", about {} left",
                duration_words(i64::try_from(seconds).unwrap_or(i64::MAX))
            )
        }
        _ => String::new(),
    };
    format!(
        "{}: {} {rows}, {} requests{left}",
        progress.connection,
        progress.phase.tag(),
        progress.requests
    )
}
