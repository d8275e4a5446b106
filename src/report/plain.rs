//! A report as plain text, for terminals and for mail clients that show no HTML.

use super::document::{Block, Document};
use super::table::table;
use crate::domain::text;

/// The whole report. Nothing but line breaks controls a terminal.
pub fn plain(document: &Document) -> String {
    let title = clean(&document.title);
    let rule = "=".repeat(unicode_width::UnicodeWidthStr::width(title.as_str()));
    let mut out = format!("{title}\n{rule}\n");
    for block in &document.blocks {
        out.push('\n');
        out.push_str(&part(block));
    }
    out
}

fn part(block: &Block) -> String {
    match block {
        Block::Heading(words) => format!("{}\n", clean(words).to_uppercase()),
        Block::Paragraph(words) => format!("{}\n", clean(words)),
        Block::Notice(words) => format!("! {}\n", clean(words)),
        Block::Figure { label, value } => format!("{}: {}\n", clean(label), clean(value)),
        Block::List(lines) => lines.iter().map(|l| format!("- {}\n", clean(l))).collect(),
        Block::Table(sheet) => table(sheet),
        Block::Chart(chart) => table(&chart.as_sheet()),
    }
}

fn clean(words: &str) -> String {
    text::clean(words, text::MAX_TEXT)
}
