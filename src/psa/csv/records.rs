//! Rows of cells, with the line where each begins. Quotes are taken strictly, so that one that is left open is found
//! where it is, not a hundred rows later.

use std::borrow::Cow;

use super::error::CsvError;

/// More columns are no table.
const MAX_CELLS: usize = 1_000;

/// A quoted cell that is longer, in bytes, was never closed.
const MAX_QUOTED: usize = 1024 * 1024;

/// A row.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// Where it begins, from 1.
    pub line: u64,
    /// Its cells, without quotes.
    pub cells: Vec<Cow<'a, str>>,
}

impl Record<'_> {
    /// A cell's text without white space around it; empty where the row is shorter. `="0012"`, by which exports keep a
    /// spreadsheet from taking a text for a number, is the text.
    pub fn cell(&self, at: usize) -> &str {
        let cell = self.cells.get(at).map_or("", |cell| cell.trim());
        let kept = cell.strip_prefix("=\"").and_then(|c| c.strip_suffix('"'));
        kept.filter(|text| !text.contains('"'))
            .map_or(cell, str::trim)
    }

    /// True if no cell has content.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Reads a text row by row.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    file: &'a str,
    text: &'a str,
    delimiter: u8,
    at: usize,
    line: u64,
}

impl<'a> Records<'a> {
    /// From the start of the text; the delimiter is an ASCII character.
    pub fn new(file: &'a str, text: &'a str, delimiter: u8) -> Self {
        Self {
            file,
            text,
            delimiter,
            at: 0,
            line: 1,
        }
    }

    /// Passes over the first line, which is `length` bytes long.
    pub fn skip_line(&mut self, length: usize) {
        self.at = length;
        if self.at < self.text.len() {
            self.line_break();
        }
    }

    /// Reads the next row into `record`; false at the end.
    pub fn read(&mut self, record: &mut Record<'a>) -> Result<bool, CsvError> {
        record.cells.clear();
        record.line = self.line;
        if self.at >= self.text.len() {
            return Ok(false);
        }
        loop {
            if record.cells.len() >= MAX_CELLS {
                return Err(CsvError::TooMany {
                    file: self.file.to_owned(),
                    line: record.line,
                    what: "more than 1,000 columns",
                });
            }
            let cell = self.cell()?;
            record.cells.push(cell);
            match self.bytes().get(self.at).copied() {
                Some(b) if b == self.delimiter => self.at += 1,
                Some(_) => {
                    self.line_break();
                    return Ok(true);
                }
                None => return Ok(true),
            }
        }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn cell(&mut self) -> Result<Cow<'a, str>, CsvError> {
        let start = self.at;
        let blanks = self.bytes()[start..]
            .iter()
            .take_while(|b| **b == b' ')
            .count();
        if self.bytes().get(start + blanks) == Some(&b'"') {
            self.at = start + blanks;
            return self.quoted();
        }
        self.at = self.end_of_plain(start);
        Ok(Cow::Borrowed(
            self.text.get(start..self.at).unwrap_or_default(),
        ))
    }

    /// The end of a cell without quotes: the next delimiter or line break.
    fn end_of_plain(&self, from: usize) -> usize {
        self.bytes()[from..]
            .iter()
            .position(|b| *b == self.delimiter || matches!(b, b'\n' | b'\r'))
            .map_or(self.text.len(), |n| from + n)
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>, CsvError> {
        let (open, open_line) = (self.at, self.line);
        let mut cell = Cow::Borrowed("");
        let mut from = open + 1;
        loop {
            let within = &self.bytes()[from..self.text.len().min(open + MAX_QUOTED).max(from)];
            let Some(close) = within.iter().position(|b| *b == b'"').map(|n| from + n) else {
                return Err(self.unbalanced(open, open_line));
            };
            let part = self.text.get(from..close).unwrap_or_default();
            self.line += lines_in(part);
            append(&mut cell, part);
            if self.bytes().get(close + 1) == Some(&b'"') {
                append(&mut cell, "\"");
                from = close + 2;
                continue;
            }
            let blanks = self.bytes()[close + 1..]
                .iter()
                .take_while(|b| **b == b' ')
                .count();
            self.at = close + 1 + blanks;
            return match self.bytes().get(self.at) {
                Some(b) if *b == self.delimiter || matches!(b, b'\n' | b'\r') => Ok(cell),
                None => Ok(cell),
                Some(_) => Err(self.unbalanced(open, open_line)),
            };
        }
    }

    fn line_break(&mut self) {
        let width = if self.bytes()[self.at..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
        self.at += width;
        self.line += 1;
    }

    fn unbalanced(&self, open: usize, line: u64) -> CsvError {
        let before = self.text.get(..open).unwrap_or_default();
        let column = before
            .chars()
            .rev()
            .take_while(|c| !matches!(c, '\n' | '\r'))
            .count();
        CsvError::UnbalancedQuote {
            file: self.file.to_owned(),
            line,
            column: column as u64 + 1,
        }
    }
}

/// Line breaks in a text: LF, CR LF, or CR alone.
fn lines_in(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let alone =
        |i: usize| bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    (0..bytes.len()).filter(|i| alone(*i)).count() as u64
}

fn append<'a>(cell: &mut Cow<'a, str>, part: &'a str) {
    if cell.is_empty() {
        *cell = Cow::Borrowed(part);
    } else if !part.is_empty() {
        cell.to_mut().push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str, delimiter: u8) -> Result<Vec<(u64, Vec<String>)>, CsvError> {
        let mut records = Records::new("f.csv", text, delimiter);
        let (mut record, mut out) = (Record::default(), Vec::new());
        while records.read(&mut record)? {
            out.push((
                record.line,
                record.cells.iter().map(|c| c.to_string()).collect(),
            ));
        }
        Ok(out)
    }

    #[test]
    fn quotes_line_breaks_and_endings() {
        let rows = all("a,b\r\n\"x, \"\"y\"\"\r\nz\", 2\rlast,\"\"\n\n", b',').unwrap();
        let lines: Vec<_> = rows.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 4, 5]);
        assert_eq!(rows[1].1, ["x, \"y\"\r\nz", " 2"]);
        assert_eq!(rows[2].1, ["last", ""]);
        assert_eq!(rows[3].1, [""]);
        assert_eq!(
            all("15\" rack;  \"q\" ;x", b';').unwrap()[0].1,
            ["15\" rack", "q", "x"]
        );
    }

    #[test]
    fn an_open_quote_is_named_where_it_opens() {
        let at = |text: &str| match all(text, b',') {
            Err(CsvError::UnbalancedQuote { line, column, .. }) => (line, column),
            other => panic!("{other:?}"),
        };
        assert_eq!(at("a,b\nñ,\"open\n1,2\n"), (2, 3));
        assert_eq!(
            at("a\n\"open,1\nx,\"next\"\n"),
            (2, 1),
            "found although a later quote would close it"
        );
        assert_eq!(at("\"a\nb\",\"c"), (2, 4));
        assert_eq!(
            at(&format!("a,\"{}\"", "x".repeat(MAX_QUOTED))),
            (1, 3),
            "a cell has an end"
        );
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(rows in prop::collection::vec(prop::collection::vec("[a-z,;\"\r\n é]{0,8}", 1..5), 1..6)) {
            let text: String = rows
                .iter()
                .map(|row| {
                    let cells: Vec<_> = row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
                    cells.join(";") + "\n"
                })
                .collect();
            let read: Vec<_> = all(&text, b';').unwrap().into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn no_text_is_too_much(text in "[a,;\"\t\r\n é\u{0}]{0,60}") {
            let _ = all(&text, b',').map(|rows| rows.len());
        }
    }
}
