//! Companies and agreement lines from files that any PSA can export. Pure: bytes in, an [`Import`] out; nothing is stored.

mod columns;
mod companies;
mod date;
mod encoding;
mod error;
mod join;
mod layout;
mod line;
mod line_id;
mod lines;
mod number;
mod preview;
mod records;
mod style;
mod table;
mod votes;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::agreement::AgreementLine;
use crate::domain::money::Currency;
use crate::domain::party::PsaCompany;

pub use companies::read_companies;
pub use error::CsvError;
pub use lines::read_lines;
pub use preview::{preview, preview_json, rejected_lines};

/// A file to read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its name as people know it; told in everything that is said about it.
    pub name: &'a str,
    /// Its content, at most 256 MiB.
    pub bytes: &'a [u8],
}

/// What a person has already answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// What the flags say.
    pub told: Answers,
    /// What was answered before, by the [`FileReport::fingerprint`] of the file's header: where the file does not tell.
    pub remembered: BTreeMap<String, Answers>,
    /// Of amounts that name none: `psa.currency` of the configuration.
    pub currency: Option<Currency>,
}

/// Answers about files of one header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// `--date-order`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// `--price`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<PriceBasis>,
    /// `--decimal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalMark>,
}

impl Answers {
    /// These, and the others where these say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            date_order: self.date_order.or(other.date_order),
            price: self.price.or(other.price),
            decimal: self.decimal.or(other.decimal),
        }
    }
}

/// Which number of `03/04/2026` is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Day first.
    Dmy,
    /// Month first.
    Mdy,
}

/// What a price stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceBasis {
    /// One unit.
    Unit,
    /// The whole line.
    Extended,
}

/// What stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,234.50`.
    Point,
    /// `1.234,50`.
    Comma,
}

/// The word is none of the flag's.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is none of {1}")]
pub struct NotAChoice(String, &'static str);

macro_rules! choice {
    ($name:ident, $words:literal, $($word:literal => $value:ident),+) => {
        impl FromStr for $name {
            type Err = NotAChoice;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s {
                    $($word => Ok($name::$value),)+
                    other => Err(NotAChoice(crate::domain::text::clean(other, 40), $words)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($name::$value => $word,)+ })
            }
        }
    };
}

choice!(DateOrder, "dmy, mdy", "dmy" => Dmy, "mdy" => Mdy);
choice!(PriceBasis, "unit, extended", "unit" => Unit, "extended" => Extended);
choice!(DecimalMark, "point, comma", "point" => Point, "comma" => Comma);

/// What was read, and everything a person needs to decide whether to take it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// Companies, each id once.
    pub companies: Vec<PsaCompany>,
    /// Agreement lines, each id once. Empty while a question is open.
    pub lines: Vec<AgreementLine>,
    /// Rows that cannot be taken.
    pub rejected: Vec<Rejected>,
    /// How each file was understood.
    pub files: Vec<FileReport>,
    /// What only a person can decide. Nothing may be stored while there is one.
    pub questions: Vec<Question>,
}

impl Import {
    /// Both in one.
    #[must_use]
    pub fn and(mut self, other: Import) -> Import {
        self.companies.extend(other.companies);
        self.lines.extend(other.lines);
        self.rejected.extend(other.rejected);
        self.files.extend(other.files);
        self.questions.extend(other.questions);
        self
    }
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The file's name.
    pub file: String,
    /// Where the row begins, counting lines from 1 as an editor does.
    pub line: u64,
    /// The header of the cell at fault, as the file writes it; empty where it is the whole row.
    pub column: String,
    /// Why, in words.
    pub reason: String,
}

/// How a file was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1252`.
    pub encoding: &'static str,
    /// What separates cells.
    pub delimiter: char,
    /// The line of the header.
    pub header_line: u64,
    /// What next month's file of the same header is known by.
    pub fingerprint: String,
    /// What became of each column, in the file's order.
    pub mapping: Vec<Mapped>,
    /// The decimal mark found or told; none where there is no number.
    pub decimal: Option<DecimalMark>,
    /// The order of dates found or told; none where every date is clear by itself.
    pub date_order: Option<DateOrder>,
    /// Rows taken.
    pub taken: u64,
    /// Rows without content.
    pub blank_rows: u64,
    /// Rows that sum up others.
    pub totals_rows: u64,
    /// What else a person should know, a sentence each.
    pub notes: Vec<String>,
}

/// A column of the file and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapped {
    /// As the file writes it.
    pub header: String,
    /// What it is used for.
    pub used: Use,
}

/// What a column is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// This field.
    As(&'static str),
    /// Nothing: not known, or another column serves the field better.
    Nothing,
    /// Nothing ever: its name says that it holds secrets.
    Secret,
}

/// What only a person can decide, with the flag that answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The file.
    pub file: String,
    /// The flag: `--date-order`.
    pub flag: &'static str,
    /// Its values: `dmy|mdy`.
    pub choices: &'static str,
    /// What is unclear, with an example.
    pub words: String,
}

impl Question {
    /// How it is answered, in words.
    pub fn answer(&self) -> String {
        match self.choices {
            "" => format!("if that is right, add {}", self.flag),
            choices => format!("say which with {} {choices}", self.flag),
        }
    }
}
