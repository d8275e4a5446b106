//! A file opened: its text, separator and header found, its rows ready to be walked through as often as needed.

use std::borrow::Cow;

use super::columns::Columns;
use super::encoding::decode;
use super::error::CsvError;
use super::layout::{Field, Layout};
use super::number;
use super::records::{Record, Records};
use super::{DecimalMark, FileReport, Rejected, Source};
use crate::domain::text::clean;
use crate::psa::words::is_totals_label;

const MAX_BYTES: usize = 256 * 1024 * 1024;
const MAX_ROWS: u64 = 2_000_000;
/// A report's title and parameters may stand above the header, in this many rows at most.
const MAX_ABOVE_HEADER: usize = 50;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A file's text.
pub(super) struct Text<'a> {
    file: &'a str,
    text: Cow<'a, str>,
    encoding: &'static str,
}

impl<'a> Text<'a> {
    /// Decodes it, within bounds.
    pub fn of(source: &Source<'a>) -> Result<Self, CsvError> {
        let file = source.name;
        if source.bytes.len() > MAX_BYTES {
            return Err(CsvError::TooLarge {
                file: file.to_owned(),
            });
        }
        let (text, encoding) = decode(source.bytes);
        match looks_like(source.bytes, &text) {
            Some(what) => Err(CsvError::NotCsv {
                file: file.to_owned(),
                what,
            }),
            None => Ok(Self {
                file,
                text,
                encoding,
            }),
        }
    }
}

fn looks_like(bytes: &[u8], text: &str) -> Option<&'static str> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"PK\x03\x04") || starts(b"\xd0\xcf\x11\xe0") {
        return Some("a spreadsheet workbook");
    }
    if starts(b"%PDF") {
        return Some("a PDF");
    }
    let head: String = text
        .trim_start()
        .chars()
        .take(15)
        .collect::<String>()
        .to_ascii_lowercase();
    match head.as_str() {
        "" => Some("empty"),
        h if h.starts_with("<!doctype") || h.starts_with("<html") || h.starts_with("<?xml") => {
            Some("a web page")
        }
        h if h.starts_with('{') || h.starts_with("[{") => Some("JSON"),
        _ => None,
    }
}

/// A file with its header understood.
pub(super) struct Table<'a> {
    pub file: &'a str,
    pub columns: Columns,
    /// After the header.
    rows: Records<'a>,
    width: usize,
    delimiter: u8,
    encoding: &'static str,
    header_line: u64,
}

/// Rows that were passed over.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Skipped {
    pub blank: u64,
    pub totals: u64,
}

/// A header that was found, or the row most like one.
struct Header<'a> {
    columns: Columns,
    line: u64,
    width: usize,
    after: Records<'a>,
    delimiter: u8,
}

impl<'a> Table<'a> {
    /// Finds the separator and the header: the separator is the one by which most columns are understood.
    pub fn open(text: &'a Text<'a>, layout: &Layout) -> Result<Self, CsvError> {
        let (told, first_line) = told_delimiter(&text.text);
        let mut best: Option<Header<'a>> = None;
        let mut broken = None;
        for delimiter in DELIMITERS
            .into_iter()
            .filter(|d| told.is_none_or(|t| t == *d))
        {
            let mut records = Records::new(text.file, &text.text, delimiter);
            if told.is_some() {
                records.skip_line(first_line);
            }
            match find_header(records, delimiter, layout) {
                Ok(Some(found))
                    if best
                        .as_ref()
                        .is_none_or(|b| found.columns.known() > b.columns.known()) =>
                {
                    best = Some(found)
                }
                Ok(_) => {}
                Err(e) => broken = broken.or(Some(e)),
            }
        }
        let found = match (best, broken) {
            (Some(found), _) if found.columns.missing(layout).is_none() => found,
            (_, Some(e)) => return Err(e),
            (Some(found), None) => {
                return Err(missing(text.file, layout, &found.columns, found.line));
            }
            (None, None) => return Err(missing(text.file, layout, &Columns::default(), 1)),
        };
        Ok(Self {
            file: text.file,
            columns: found.columns,
            rows: found.after,
            width: found.width,
            delimiter: found.delimiter,
            encoding: text.encoding,
            header_line: found.line,
        })
    }

    /// Walks through the rows that hold data.
    pub fn each(&self, mut visit: impl FnMut(&Record<'a>)) -> Result<Skipped, CsvError> {
        let (mut rows, mut record, mut skipped) =
            (self.rows.clone(), Record::default(), Skipped::default());
        let mut count = 0u64;
        while rows.read(&mut record)? {
            count += 1;
            if count > MAX_ROWS {
                return Err(CsvError::TooMany {
                    file: self.file.to_owned(),
                    line: record.line,
                    what: "more than 2,000,000 rows",
                });
            }
            if record.is_blank() {
                skipped.blank += 1;
            } else if self.is_totals_row(&record) {
                skipped.totals += 1;
            } else {
                visit(&record);
            }
        }
        Ok(skipped)
    }

    /// True if the row's first content is "Total", or nothing at all is named in it, and all else is numbers.
    fn is_totals_row(&self, record: &Record<'a>) -> bool {
        let names = [
            Field::CompanyId,
            Field::CompanyName,
            Field::ProductCode,
            Field::ProductName,
        ];
        let mut content = record
            .cells
            .iter()
            .map(|c| c.trim())
            .filter(|c| !c.is_empty());
        let is_labelled = content.clone().next().is_some_and(is_totals_label);
        if is_labelled {
            content.next();
        }
        (is_labelled || names.iter().all(|f| self.cell(record, *f).is_empty()))
            && content.all(is_number)
    }

    /// A field's cell; empty where the file has no such column.
    pub fn cell<'r>(&self, record: &'r Record<'a>, field: Field) -> &'r str {
        self.columns.place(field).map_or("", |at| record.cell(at))
    }

    /// A field's cell as text that is safe to keep and show.
    pub fn text(&self, record: &Record<'a>, field: Field, max: usize) -> String {
        clean(self.cell(record, field), max)
    }

    /// True if a row has content beyond the header's last column: a separator in it is not quoted.
    pub fn is_too_wide(&self, record: &Record<'a>) -> bool {
        record
            .cells
            .iter()
            .skip(self.width)
            .any(|cell| !cell.trim().is_empty())
    }

    /// A row that cannot be taken.
    pub fn reject(&self, line: u64, field: Option<Field>, reason: impl Into<String>) -> Rejected {
        Rejected {
            file: self.file.to_owned(),
            line,
            column: field.map_or_else(String::new, |f| self.columns.header(f)),
            reason: reason.into(),
        }
    }

    /// The words for a row that is too wide.
    pub fn too_wide_reason(&self) -> String {
        format!(
            "it has more cells than the header ({}): a separator inside a cell is not quoted",
            self.width
        )
    }

    /// How the file was understood so far.
    pub fn report(&self, skipped: Skipped, taken: u64) -> FileReport {
        FileReport {
            file: self.file.to_owned(),
            encoding: self.encoding,
            delimiter: char::from(self.delimiter),
            header_line: self.header_line,
            fingerprint: self.columns.fingerprint(),
            mapping: self.columns.mapping().to_vec(),
            decimal: None,
            date_order: None,
            taken,
            blank_rows: skipped.blank,
            totals_rows: skipped.totals,
            notes: Vec::new(),
        }
    }
}

/// `sep=;` in the first line, as Excel understands it, with that line's length.
fn told_delimiter(text: &str) -> (Option<u8>, usize) {
    let first = text.split(['\r', '\n']).next().unwrap_or_default();
    let told = first
        .strip_prefix("sep=")
        .and_then(|rest| rest.as_bytes().first().copied())
        .filter(|d| DELIMITERS.contains(d));
    (told, first.len())
}

fn find_header<'a>(
    mut records: Records<'a>,
    delimiter: u8,
    layout: &Layout,
) -> Result<Option<Header<'a>>, CsvError> {
    let mut best: Option<Header<'a>> = None;
    let mut record = Record::default();
    for _ in 0..MAX_ABOVE_HEADER {
        match records.read(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) if best.is_none() => return Err(e),
            Err(_) => break,
        }
        let columns = Columns::of(layout, record.cells.iter().map(|c| c.as_ref()));
        let is_whole = columns.missing(layout).is_none();
        if is_whole
            || best
                .as_ref()
                .is_none_or(|b| columns.known() > b.columns.known())
        {
            best = Some(Header {
                columns,
                line: record.line,
                width: record.cells.len(),
                after: records.clone(),
                delimiter,
            });
        }
        if is_whole {
            break;
        }
    }
    Ok(best)
}

fn missing(file: &str, layout: &Layout, columns: &Columns, line: u64) -> CsvError {
    let seen: Vec<_> = columns
        .mapping()
        .iter()
        .take(20)
        .map(|m| format!("'{}'", m.header))
        .collect();
    CsvError::MissingColumn {
        file: file.to_owned(),
        line,
        missing: columns
            .missing(layout)
            .unwrap_or("anything known")
            .to_owned(),
        seen: seen.join(", "),
    }
}

fn is_number(cell: &str) -> bool {
    [DecimalMark::Point, DecimalMark::Comma]
        .into_iter()
        .any(|mark| matches!(number::read(cell, mark), Ok(Some(_))))
}

#[cfg(test)]
mod tests {
    use super::super::layout::{COMPANIES, LINES};
    use super::*;

    fn opened(text: &str) -> Result<(char, u64, u64), CsvError> {
        let text = Text::of(&Source {
            name: "f.csv",
            bytes: text.as_bytes(),
        })?;
        let table = Table::open(&text, &LINES)?;
        let mut rows = 0;
        table.each(|_| rows += 1)?;
        Ok((char::from(table.delimiter), table.header_line, rows))
    }

    #[test]
    fn separator_and_header_are_found() {
        for delimiter in [',', ';', '\t', '|'] {
            let text = "Client,Product,Qty\nA,B,1\n".replace(',', &delimiter.to_string());
            assert_eq!(opened(&text), Ok((delimiter, 1, 1)));
        }
        assert_eq!(
            opened("sep=;\r\nClient;Product;Qty\r\nA;B, C;1\r\n"),
            Ok((';', 2, 1))
        );
        assert_eq!(
            opened("Agreement billing; all, of it\n\nClient,Product,Qty\nA,B,1\n"),
            Ok((',', 3, 1))
        );
        assert_eq!(
            opened("Client,Product,Qty\n,,\n\nTotal,,\"1,234\"\nTotal,Backup,3\n"),
            Ok((',', 1, 1))
        );
    }

    #[test]
    fn what_is_no_table_is_said() {
        let said = |text: &str| opened(text).unwrap_err().to_string();
        assert_eq!(
            said("PK\u{3}\u{4}…"),
            "f.csv is a spreadsheet workbook, not a CSV file"
        );
        assert_eq!(
            said("  <!DOCTYPE html>"),
            "f.csv is a web page, not a CSV file"
        );
        assert_eq!(said(" \n"), "f.csv is empty, not a CSV file");
        assert!(
            said("\nClient,Product,Colour\n")
                .starts_with("f.csv, line 2: no column for the quantity (quantity, qty,")
        );
        assert!(
            said("Client,Product,Qty\nA,\"B,1\n").starts_with("f.csv, line 2, column 3: the quote")
        );
        let names = Text::of(&Source {
            name: "c.csv",
            bytes: b"Name\nA\n",
        })
        .unwrap();
        assert!(
            Table::open(&names, &COMPANIES).is_ok(),
            "one column is a table too"
        );
    }
}
