//! A report as one HTML file: no script, nothing loaded from elsewhere, styles on the elements themselves, since mail
//! clients drop style sheets. The style sheet only adds what print needs, on A4 and Letter alike.

use super::document::{Block, Document};
use super::sheet::{Cell, Sheet};
use crate::domain::text;

const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const CELL: &str = "padding:4px 8px;border-bottom:1px solid #d8dee4;vertical-align:top";
const PRINT: &str = "@page{margin:15mm}\
@media print{body{padding:0!important}table,svg,figure{break-inside:auto}\
tr,figure,.figure{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}";

/// The whole report.
pub fn html(document: &Document) -> String {
    let title = escaped(&document.title);
    let body: String = document.blocks.iter().map(part).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>{PRINT}</style>\n</head>\n\
         <body style=\"margin:0 auto;padding:16px;max-width:760px;background:#ffffff;color:#1f2328;\
         font-size:14px;line-height:1.45;{FONT}\">\n\
         <h1 style=\"font-size:20px;margin:0 0 12px\">{title}</h1>\n{body}</body>\n</html>\n"
    )
}

fn part(block: &Block) -> String {
    match block {
        Block::Heading(words) => format!(
            "<h2 style=\"font-size:16px;margin:20px 0 6px\">{}</h2>\n",
            escaped(words)
        ),
        Block::Paragraph(words) => {
            format!("<p style=\"margin:6px 0\">{}</p>\n", escaped(words))
        }
        Block::Notice(words) => format!(
            "<p style=\"margin:6px 0;padding:6px 10px;border-left:4px solid #9a6700;background:#fff8c5\">\
             <strong>{}</strong></p>\n",
            escaped(words)
        ),
        Block::Figure { label, value } => format!(
            "<p class=\"figure\" style=\"margin:8px 0\">{}<br>\
             <strong style=\"font-size:24px\">{}</strong></p>\n",
            escaped(label),
            escaped(value)
        ),
        Block::List(lines) => {
            let items: String = lines
                .iter()
                .map(|l| format!("<li>{}</li>\n", escaped(l)))
                .collect();
            format!("<ul style=\"margin:6px 0;padding-left:20px\">\n{items}</ul>\n")
        }
        Block::Table(sheet) => table(sheet),
        Block::Chart(chart) => format!(
            "<figure style=\"margin:8px 0\">\n{}</figure>\n",
            chart.svg()
        ),
    }
}

fn table(sheet: &Sheet) -> String {
    let side = |column: usize| match sheet.is_numeric(column) {
        true => "text-align:right;white-space:nowrap",
        false => "text-align:left",
    };
    let names: String = sheet
        .columns
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let name = escaped(name);
            format!("<th scope=\"col\" style=\"{CELL};{}\">{name}</th>", side(i))
        })
        .collect();
    let mut rows = String::new();
    for row in &sheet.rows {
        rows.push_str("<tr>");
        for (i, cell) in sheet.cells(row).enumerate() {
            let words = match cell {
                Cell::Number(number) => number.clone(),
                other => escaped(other.as_str()),
            };
            rows.push_str(&format!("<td style=\"{CELL};{}\">{words}</td>", side(i)));
        }
        rows.push_str("</tr>\n");
    }
    format!(
        "<table style=\"border-collapse:collapse;width:100%;font-size:13px\">\n\
         <thead><tr>{names}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// The text without a character that HTML would read as markup, in elements and in quoted attributes alike.
pub(super) fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in text::clean(words, text::MAX_TEXT).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_markup_and_nothing_is_loaded() {
        let mut document = Document::new("<b>&\"");
        document.paragraph("<img src=x onerror=alert(1)>");
        let page = html(&document);
        assert!(page.contains("<title>&lt;b&gt;&amp;&quot;</title>"));
        assert!(!page.contains("<img"));
        for loaded in ["http", "<script", "<link", "url("] {
            assert!(!page.contains(loaded), "{loaded}");
        }
    }
}
