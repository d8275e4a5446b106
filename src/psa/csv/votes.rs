//! One style for a whole file: each cell that is clear speaks for a style, cells that fit several stay open.

use crate::domain::text::clean;

/// A cell that speaks for a style, for the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Example {
    line: u64,
    text: String,
}

impl std::fmt::Display for Example {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "'{}' in line {}", self.text, self.line)
    }
}

/// What a cell says about the style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vote<T> {
    /// It can only be this one.
    For(T),
    /// It means different things in each.
    Open,
    /// Nothing.
    Silent,
}

/// The votes of a file; the first example of each is kept.
#[derive(Debug, Clone)]
pub(super) struct Votes<T> {
    seen: Vec<(T, Example)>,
    open: Option<Example>,
}

impl<T> Default for Votes<T> {
    fn default() -> Self {
        Self {
            seen: Vec::new(),
            open: None,
        }
    }
}

/// What the votes come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome<T> {
    /// One style, by votes or by a person.
    Settled(T),
    /// The one that a person told the last time.
    Recalled(T),
    /// No cell depends on it.
    NotNeeded,
    /// A person has to say, and why.
    Ask(String),
}

impl<T: Copy + PartialEq> Votes<T> {
    /// Counts a cell.
    pub fn cast(&mut self, vote: Vote<T>, line: u64, text: &str) {
        let example = || Example {
            line,
            text: clean(text, 40),
        };
        match vote {
            Vote::For(style) if self.seen.iter().all(|(s, _)| *s != style) => {
                self.seen.push((style, example()))
            }
            Vote::Open if self.open.is_none() => self.open = Some(example()),
            _ => {}
        }
    }

    /// The style of the file: a person's word, else the only one that was voted for, else what was answered about the
    /// last file of this header.
    pub fn settle(&self, told: Option<T>, before: Option<T>) -> Outcome<T> {
        match (told, self.seen.as_slice(), &self.open) {
            (Some(style), _, _) => Outcome::Settled(style),
            (None, [(style, _)], _) => Outcome::Settled(*style),
            (None, [], None) => Outcome::NotNeeded,
            _ if before.is_some() => before.map_or(Outcome::NotNeeded, Outcome::Recalled),
            (None, [], Some(open)) => Outcome::Ask(format!(
                "{open} can be read in two ways, and nothing else in the file tells which"
            )),
            (None, [(_, a), (_, b), ..], _) => {
                Outcome::Ask(format!("{a} and {b} are written in different ways"))
            }
        }
    }
}
