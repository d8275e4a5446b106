//! A report as Markdown, with tables as GitHub and most wikis read them.

use super::document::{Block, Document};
use super::sheet::{Cell, Sheet};
use crate::domain::text;

/// The whole report.
pub fn markdown(document: &Document) -> String {
    let mut out = format!("# {}\n", escaped(&document.title));
    for block in &document.blocks {
        out.push('\n');
        out.push_str(&part(block));
    }
    out
}

fn part(block: &Block) -> String {
    match block {
        Block::Heading(words) => format!("## {}\n", escaped(words)),
        Block::Paragraph(words) => format!("{}\n", escaped(words)),
        Block::Notice(words) => format!("> **{}**\n", escaped(words)),
        Block::Figure { label, value } => format!("{}: **{}**\n", escaped(label), escaped(value)),
        Block::List(lines) => lines
            .iter()
            .map(|l| format!("- {}\n", escaped(l)))
            .collect(),
        Block::Table(sheet) => table(sheet),
        Block::Chart(chart) => table(&chart.as_sheet()),
    }
}

fn table(sheet: &Sheet) -> String {
    let names: Vec<String> = sheet.columns.iter().map(|c| escaped(c)).collect();
    let marks: Vec<&str> = (0..sheet.columns.len())
        .map(|column| match sheet.is_numeric(column) {
            true => "---:",
            false => "---",
        })
        .collect();
    let mut out = format!("| {} |\n| {} |\n", names.join(" | "), marks.join(" | "));
    for row in &sheet.rows {
        let cells: Vec<String> = sheet
            .cells(row)
            .map(|cell| match cell {
                Cell::Number(number) => number.clone(),
                other => escaped(other.as_str()),
            })
            .collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

/// The text with a backslash before whatever Markdown would read as a mark.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in text::clean(words, text::MAX_TEXT).chars() {
        if "\\`*_{}[]<>#|~!&".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_markup() {
        let mut document = Document::new("A|B <script>");
        document.push(Block::Table(Sheet {
            columns: vec!["customer", "seats"],
            rows: vec![vec![Cell::text("*x*|[y](z)"), Cell::number(Some(-3))]],
        }));
        assert_eq!(
            markdown(&document),
            "# A\\|B \\<script\\>\n\n| customer | seats |\n| --- | ---: |\n| \\*x\\*\\|\\[y\\](z) | -3 |\n"
        );
    }
}
