//! A report before it takes a form: the digest and the QBR section are written once, and rendered as text, Markdown or HTML.

use super::chart::Chart;
use super::sheet::Sheet;

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its title; also a mail's subject.
    pub title: String,
    /// Its parts, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Begins a section.
    Heading(String),
    /// One or more sentences.
    Paragraph(String),
    /// Something that a reader must not overlook.
    Notice(String),
    /// The one number that matters, with what it is.
    Figure {
        /// What it is.
        label: String,
        /// The number, with its currency.
        value: String,
    },
    /// A list of short lines.
    List(Vec<String>),
    /// Rows and columns.
    Table(Sheet),
    /// Seats over weeks; where no picture can be shown, its first and last values.
    Chart(Chart),
}

impl Document {
    /// A report without parts.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            blocks: Vec::new(),
        }
    }

    /// Begins a section.
    pub fn heading(&mut self, words: &str) -> &mut Self {
        self.push(Block::Heading(words.to_owned()))
    }

    /// Adds sentences.
    pub fn paragraph(&mut self, words: impl Into<String>) -> &mut Self {
        self.push(Block::Paragraph(words.into()))
    }

    /// Adds a table, or the words where it has no rows.
    pub fn table_or(&mut self, sheet: Sheet, words: &str) -> &mut Self {
        match sheet.rows.is_empty() {
            true => self.paragraph(words),
            false => self.push(Block::Table(sheet)),
        }
    }

    /// Adds a part.
    pub fn push(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }
}
