//! What makes a whole file useless.

use crate::domain::problem::{Problem, ProblemKind};

/// The file cannot be taken at all; nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// More than 256 MiB.
    #[error("{file} is larger than 256 MiB")]
    TooLarge {
        /// Its name.
        file: String,
    },
    /// More rows or columns than any PSA has.
    #[error("{file}, line {line}: {what}")]
    TooMany {
        /// Its name.
        file: String,
        /// Where it became too much.
        line: u64,
        /// Of what.
        what: &'static str,
    },
    /// A quote is opened and not closed, or closed in the middle of a cell.
    #[error(
        "{file}, line {line}, column {column}: the quote that opens here is not closed before the cell ends"
    )]
    UnbalancedQuote {
        /// Its name.
        file: String,
        /// From 1, as an editor counts.
        line: u64,
        /// From 1, in characters.
        column: u64,
    },
    /// Not a text table.
    #[error("{file} is {what}, not a CSV file")]
    NotCsv {
        /// Its name.
        file: String,
        /// What it looks like.
        what: &'static str,
    },
    /// No row looks like a header, or the header lacks what is needed.
    #[error("{file}, line {line}: no column for {missing}; the columns are {seen}")]
    MissingColumn {
        /// Its name.
        file: String,
        /// The header's line, or the first.
        line: u64,
        /// The field, with names that are understood.
        missing: String,
        /// What the header says.
        seen: String,
    },
}

impl From<CsvError> for Problem {
    fn from(e: CsvError) -> Self {
        let problem = Problem::new(
            ProblemKind::Usage,
            "The file cannot be imported; nothing was taken",
        )
        .seen(e.to_string());
        match e {
            CsvError::TooLarge { .. } | CsvError::TooMany { .. } => problem
                .cause("it is another file, or an export of years")
                .remedy("export the active companies and agreement lines only"),
            CsvError::UnbalancedQuote { .. } => problem
                .cause("the file was cut, or a quote inside a cell is not doubled")
                .remedy("correct that line, or export again as CSV with quoted cells"),
            CsvError::NotCsv { .. } => problem
                .cause("the export was saved in another format, or a sign-in page was saved in its place")
                .remedy("open it in a spreadsheet and save it as CSV (UTF-8)"),
            CsvError::MissingColumn { .. } => problem
                .cause("the header is named differently, or it is another report")
                .remedy("rename the column in the file, or export the report with that column"),
        }
    }
}
