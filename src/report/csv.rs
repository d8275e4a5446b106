//! CSV as RFC 4180 asks: commas, CRLF, quotes doubled, UTF-8 without a byte order mark. Text is always quoted, so that an
//! id such as `007` stays what it is; numbers never are.

use super::sheet::{Cell, Sheet};

/// Whether spreadsheets or scripts read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Guard {
    /// A text that a spreadsheet would run as a formula gets an apostrophe in front.
    #[default]
    Formulas,
    /// Texts as they are.
    Raw,
}

/// The whole sheet, with a first row of column names.
pub fn csv(sheet: &Sheet, guard: Guard) -> String {
    let mut out = String::new();
    let names = sheet.columns.iter().map(|name| quoted(name));
    line(&mut out, names);
    for row in &sheet.rows {
        let cells = sheet.cells(row).map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Number(number) => number.clone(),
            Cell::Text(text) => match guard {
                Guard::Formulas => quoted(&guarded(text)),
                Guard::Raw => quoted(text),
            },
        });
        line(&mut out, cells);
    }
    out
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&cell);
    }
    out.push_str("\r\n");
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The text with an apostrophe before whatever a spreadsheet takes for the start of a formula: `=`, `+`, `-`, `@`, their
/// full-width forms, a tab or a line break, also after spaces.
/// Source: OWASP, "CSV Injection".
fn guarded(text: &str) -> String {
    let first = text.trim_start_matches(' ').chars().next();
    let runs = first.is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c));
    match runs {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(cell: Cell, guard: Guard) -> String {
        let sheet = Sheet {
            columns: vec!["a"],
            rows: vec![vec![cell]],
        };
        let text = csv(&sheet, guard);
        text.strip_prefix("\"a\"\r\n").unwrap().to_owned()
    }

    #[test]
    fn texts_are_quoted_and_numbers_are_not() {
        let text = |t: &str| one(Cell::text(t), Guard::Formulas);
        assert_eq!(text("007"), "\"007\"\r\n");
        assert_eq!(text("Smith, \"Joe\""), "\"Smith, \"\"Joe\"\"\"\r\n");
        let negative = Cell::number(Some("-3.10"));
        assert_eq!(one(negative, Guard::Formulas), "-3.10\r\n");
        assert_eq!(one(Cell::Empty, Guard::Formulas), "\r\n");
    }

    #[test]
    fn formulas_are_guarded_unless_raw_is_asked_for() {
        for evil in ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1"] {
            let cell = || Cell::text(evil);
            assert_eq!(one(cell(), Guard::Formulas), format!("\"'{evil}\"\r\n"));
            assert_eq!(one(cell(), Guard::Raw), format!("\"{evil}\"\r\n"));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in proptest::collection::vec(".*", 1..5)) {
            let sheet = Sheet {
                columns: vec!["a", "b", "c", "d", "e"],
                rows: vec![cells.iter().map(Cell::text).collect()],
            };
            let text = csv(&sheet, Guard::Raw);
            let mut reader = ::csv::Reader::from_reader(text.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            let read: Vec<&str> = row.iter().take(cells.len()).collect();
            prop_assert_eq!(read, cells);
        }
    }
}
