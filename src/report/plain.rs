//! A report as plain text, for terminals and for mail clients that show no HTML.

use super::document::{Block, Document};
use super::table::table;
use crate::domain::shown::{width, wrap};
use crate::domain::text;

/// The longest line of prose, in columns: what a mail client shows unbroken.
const LINE: usize = 78;

/// The whole report. Nothing but line breaks controls a terminal.
pub fn plain(document: &Document) -> String {
    let title = clean(&document.title);
    let rule = "=".repeat(width(&title));
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
        Block::Paragraph(words) => lines(words),
        Block::Notice(words) => format!("! {}\n", clean(words)),
        Block::Figure { label, value } => format!("{}: {}\n", clean(label), clean(value)),
        Block::List(items) => items.iter().map(|l| format!("- {}\n", clean(l))).collect(),
        Block::Table(sheet) => table(sheet),
        Block::Chart(chart) => table(&chart.as_sheet()),
    }
}

/// Prose in lines. Lists are not broken: people search for what stands in one.
fn lines(words: &str) -> String {
    let lines = wrap(&clean(words), LINE, usize::MAX);
    lines.join("\n") + "\n"
}

fn clean(words: &str) -> String {
    text::clean(words, text::MAX_TEXT)
}

#[cfg(test)]
mod tests {
    use super::super::sample::unbroken;
    use super::*;

    #[test]
    fn prose_is_broken_between_words() {
        let words =
            "Totals count open findings; a change in the middle of a cycle is not prorated. "
                .repeat(4);
        let mut document = Document::new("Report");
        document.paragraph(&words);
        let text = plain(&document);
        assert!(text.lines().count() > 5 && text.lines().all(|line| width(line) <= LINE));
        assert!(unbroken(&text).ends_with(words.trim()), "{text}");
    }
}
