//! A text to read: a log entry in full, a problem with its cause and remedy.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::canvas::Canvas;
use super::super::theme::Theme;
use crate::domain::problem::Problem;
use crate::domain::shown::wrap;

/// What a key did.
#[derive(Debug, PartialEq, Eq)]
pub enum Read {
    /// It is still open.
    Open,
    /// It was closed.
    Closed,
    /// The text is to be copied.
    Copy(String),
}

/// A text with a title.
#[derive(Debug)]
pub struct Reader {
    title: String,
    lines: Vec<String>,
    from: usize,
    source: Source,
}

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Any other place.
    Elsewhere,
    /// The log, whose lines may hold names that no table in sight does.
    Log,
}

impl Reader {
    /// A text, line by line.
    pub fn new(title: &str, lines: Vec<String>) -> Self {
        Self {
            title: title.to_owned(),
            lines,
            from: 0,
            source: Source::Elsewhere,
        }
    }

    /// An entry of the log.
    pub fn of_log(title: &str, lines: Vec<String>) -> Self {
        Self {
            source: Source::Log,
            ..Self::new(title, lines)
        }
    }

    /// A problem: title, what was seen, the cause, what to do, the request.
    pub fn problem(p: &Problem) -> Self {
        let parts = [
            ("Seen", p.seen.as_str()),
            ("Cause", &p.cause),
            ("What to do", &p.remedy),
            ("Request", p.request.as_deref().unwrap_or_default()),
        ];
        let mut lines = Vec::new();
        for (label, text) in parts.into_iter().filter(|(_, t)| !t.is_empty()) {
            lines.extend([label.to_owned(), format!("  {text}"), String::new()]);
        }
        Self::new(&p.title, lines)
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Read {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc | KeyCode::Enter | KeyCode::Backspace | KeyCode::Char('q') => {
                return Read::Closed;
            }
            KeyCode::Char('c') if ctrl => return Read::Closed,
            KeyCode::Char('y') => {
                return Read::Copy(format!("{}\n{}", self.title, self.lines.join("\n")));
            }
            KeyCode::Char('j') | KeyCode::Down => self.from += 1,
            KeyCode::Char('k') | KeyCode::Up => self.from = self.from.saturating_sub(1),
            KeyCode::PageDown => self.from += 10,
            KeyCode::PageUp => self.from = self.from.saturating_sub(10),
            _ => {}
        }
        self.from = self.from.min(self.lines.len().saturating_sub(1));
        Read::Open
    }

    /// Draws it into its frame.
    pub fn draw(&self, canvas: &mut Canvas<'_>, theme: &Theme) {
        let (w, h) = (usize::from(canvas.width()), canvas.height());
        canvas.put(0, 0, &self.title, theme.strong);
        let mut y = 1;
        for line in self.lines.iter().skip(self.from) {
            let indent = line.len() - line.trim_start().len();
            let line = match self.source {
                Source::Log => canvas.log_line(line),
                Source::Elsewhere => line.into(),
            };
            let wrapped = wrap(&line, w.saturating_sub(indent), 200);
            for text in &wrapped {
                canvas.put(u16::try_from(indent).unwrap_or(0), y, text, theme.text);
                y += 1;
            }
            if y >= h {
                break;
            }
        }
        canvas.put(0, h.saturating_sub(1), "y copy   Esc close", theme.text);
    }
}
