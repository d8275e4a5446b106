//! Where results, notes and problems are printed.

use std::io::{IsTerminal, Write};

use serde::Serialize;

use super::{ColorChoice, Global};
use crate::domain::problem::Problem;

/// How to print, as the global options say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// One JSON document instead of text.
    pub json: bool,
    /// Nothing but results and errors.
    pub quiet: bool,
    /// How often -v was given.
    pub verbose: u8,
    /// Colours are wanted.
    pub color: bool,
}

impl Output {
    pub(super) fn new(global: &Global) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Self {
            json: global.json,
            quiet: global.quiet,
            verbose: global.verbose,
            color: match global.color {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => std::io::stdout().is_terminal() && !no_color,
            },
        }
    }

    /// The result as JSON where asked, else as text.
    pub(super) fn result<T: Serialize + ?Sized>(self, value: &T, text: impl FnOnce() -> String) {
        if self.json {
            self.document(value);
        } else {
            self.text(&text());
        }
    }

    /// One JSON document.
    pub(super) fn document<T: Serialize + ?Sized>(self, value: &T) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => print(&format!("{text}\n")),
            Err(error) => note(&format!("the result could not be written as JSON: {error}")),
        }
    }

    /// Text for people; a line break is added where it lacks one.
    pub(super) fn text(self, text: &str) {
        let end = if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        print(&format!("{text}{end}"));
    }

    /// A remark on stderr, unless it was to be quiet.
    pub(super) fn note(self, text: &str) {
        if !self.quiet {
            note(text);
        }
    }

    /// A failure: in words on stderr, or as the JSON document on stdout.
    pub(super) fn problem(self, problem: &Problem) {
        if self.json {
            self.document(&problem.to_json());
        } else {
            note(&format!("error: {problem}"));
        }
    }
}

/// Writes to stdout; a reader that has gone away (`| head`) is no error.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn note(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{text}");
}
