//! The matcher on CSV files: `match-files`.

use std::collections::HashMap;
use std::io::{Read, Write};

use super::companies::match_companies;
use super::{Match, Outcome, Record, Settings};
use crate::domain::party::Profile;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::{MAX_TEXT, clean};

/// The longest single field that is read, in bytes; the rest of a longer one is not looked at.
const MAX_FIELD: usize = 64 * 1024;

/// What was done, for a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Customers decided upon: rows written.
    pub customers: usize,
    /// PSA companies they were compared with.
    pub companies: usize,
    /// Linked.
    pub auto: usize,
    /// For a person.
    pub review: usize,
    /// Without counterpart.
    pub none: usize,
    /// Rows that were left out, or read otherwise than written, with the reason.
    pub notes: Vec<Note>,
}

/// A remark on one place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Which file.
    pub file: InputFile,
    /// Its line, from 1.
    pub line: u64,
    /// The column by name.
    pub column: &'static str,
    /// What is the matter, and what was done.
    pub reason: String,
}

/// The two files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFile {
    /// The distributor's customers.
    Customers,
    /// The PSA's companies.
    Psa,
}

impl InputFile {
    fn id_columns(self) -> [&'static str; 2] {
        match self {
            InputFile::Customers => ["id", "ion_id"],
            InputFile::Psa => ["psa_id", "id"],
        }
    }
}

impl std::fmt::Display for InputFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            InputFile::Customers => "customers file",
            InputFile::Psa => "PSA file",
        })
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// A file cannot be read as CSV.
    #[error("{file}, line {line}: {source}")]
    Read {
        /// Which file.
        file: InputFile,
        /// Its line, from 1.
        line: u64,
        /// The cause.
        source: csv::Error,
    },
    /// A column that must be there is not.
    #[error("{file}, line 1: no column \"{column}\" (columns: {seen})")]
    MissingColumn {
        /// Which file.
        file: InputFile,
        /// The name looked for.
        column: &'static str,
        /// The names found.
        seen: String,
    },
    /// A column stands in the header twice.
    #[error("{file}, line 1: column \"{column}\" stands there twice")]
    DoubleColumn {
        /// Which file.
        file: InputFile,
        /// Its name.
        column: String,
    },
    /// The result cannot be written.
    #[error("the result cannot be written: {0}")]
    Write(#[from] csv::Error),
}

impl FilesError {
    /// In words a person can act on.
    pub fn to_problem(&self) -> Problem {
        let problem = Problem::new(ProblemKind::Usage, "The files could not be matched")
            .seen(self.to_string());
        match self {
            FilesError::Read { .. } => problem.cause("the file is no CSV, or a quote is open").remedy("open the file at that line, correct it, and run again"),
            FilesError::MissingColumn { .. } => problem
                .cause("the header has another name for it, or the file is separated by something else than commas")
                .remedy("name the columns id (PSA: psa_id), name, domain, email, address, city, state, postcode, country, phone"),
            FilesError::DoubleColumn { .. } => problem.cause("two columns have one name").remedy("rename or remove one of the two"),
            FilesError::Write(_) => problem.cause("the disk is full or the place is not writable").remedy("choose another output file"),
        }
    }
}

const FIELDS: [&str; 9] = [
    "name", "domain", "email", "address", "city", "state", "postcode", "country", "phone",
];

/// Matches the customers of one file to the companies of the other, and writes `ion_id,decision,psa_id,candidates,score`:
/// one row for each customer id, in the order of the file. Header order is free, a byte order mark is tolerated, only
/// the id and the name must be there. A customer id that comes again, an empty id and the like are in `Summary::notes`.
///
/// # Errors
/// A file that is no CSV or lacks a column; an output that cannot be written.
pub fn match_files(
    customers_csv: impl Read,
    psa_csv: impl Read,
    out: impl Write,
    settings: &Settings,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Summary, FilesError> {
    let mut summary = Summary::default();
    let customers = read_records(InputFile::Customers, customers_csv, &mut summary.notes)?;
    let companies = read_records(InputFile::Psa, psa_csv, &mut summary.notes)?;
    let matches = match_companies(&customers, &companies, &[], settings, progress);
    (summary.customers, summary.companies) = (customers.len(), companies.len());
    for found in &matches {
        match found.outcome {
            Outcome::Auto => summary.auto += 1,
            Outcome::Review => summary.review += 1,
            Outcome::None => summary.none += 1,
        }
    }
    write(out, &customers, &companies, &matches)?;
    Ok(summary)
}

/// Reads one of the two files.
///
/// # Errors
/// A file that is no CSV or lacks a column.
pub fn read_records(
    file: InputFile,
    from: impl Read,
    notes: &mut Vec<Note>,
) -> Result<Vec<Record>, FilesError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(from);
    let header = reader
        .byte_headers()
        .map_err(|source| FilesError::Read {
            file,
            line: 1,
            source,
        })?
        .clone();
    let names: Vec<String> = header
        .iter()
        .map(|h| {
            String::from_utf8_lossy(h)
                .trim_start_matches('\u{feff}')
                .trim()
                .to_lowercase()
        })
        .collect();
    for (i, name) in names.iter().enumerate() {
        if !name.is_empty() && names[..i].contains(name) {
            return Err(FilesError::DoubleColumn {
                file,
                column: clean(name, 80),
            });
        }
    }
    let place = |column: &str| names.iter().position(|n| n == column);
    let missing = |column| FilesError::MissingColumn {
        file,
        column,
        seen: clean(&names.join(", "), 200),
    };
    let [first, second] = file.id_columns();
    let id_column = if place(first).is_some() {
        first
    } else {
        second
    };
    let id_at = place(id_column).ok_or_else(|| missing(first))?;
    place("name").ok_or_else(|| missing("name"))?;
    let at = FIELDS.map(place);
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut records = Vec::new();
    let mut row = csv::ByteRecord::new();
    loop {
        let line = reader.position().line();
        if !reader
            .read_byte_record(&mut row)
            .map_err(|source| FilesError::Read { file, line, source })?
        {
            break;
        }
        let line = row.position().map_or(line, csv::Position::line);
        let mut note = |column, reason: String| {
            notes.push(Note {
                file,
                line,
                column,
                reason,
            })
        };
        if row.len() != header.len() {
            note(
                id_column,
                format!(
                    "{} fields instead of {}: what is missing is taken as empty",
                    row.len(),
                    header.len()
                ),
            );
        }
        let mut field = |i: Option<usize>, column: &'static str| -> String {
            let raw = i.and_then(|i| row.get(i)).unwrap_or_default();
            let raw = &raw[..raw.len().min(MAX_FIELD)];
            match std::str::from_utf8(raw) {
                Ok(text) => text.to_owned(),
                Err(_) if raw.len() == MAX_FIELD => String::from_utf8_lossy(raw).into_owned(),
                Err(_) => {
                    note(column, "not UTF-8: read as Windows-1252".to_owned());
                    encoding_rs::WINDOWS_1252.decode(raw).0.into_owned()
                }
            }
        };
        let id = field(Some(id_at), id_column).trim().to_owned();
        let [
            name,
            domain,
            email,
            address,
            city,
            state,
            postcode,
            country,
            phone,
        ] = std::array::from_fn(|i| clean(&field(at[i], FIELDS[i]), MAX_TEXT));
        if id.is_empty() {
            note(id_column, "no id: the row is left out".to_owned());
            continue;
        }
        if let Some(first) = seen.get(&id) {
            note(
                id_column,
                format!(
                    "id {} again: the row of line {first} is used, this one is left out",
                    clean(&id, 80)
                ),
            );
            continue;
        }
        if name.is_empty() {
            note(
                "name",
                "no name: only the other fields can tell who it is".to_owned(),
            );
        }
        seen.insert(id.clone(), line);
        let profile = Profile {
            name,
            domain,
            email,
            phone,
            address,
            city,
            state,
            postcode,
            country,
            ms_tenant_id: String::new(),
        };
        records.push(Record {
            id,
            profile,
            other_ms_tenants: Vec::new(),
            active: true,
            psa_id_hint: None,
            table: 0,
        });
    }
    Ok(records)
}

fn write(
    out: impl Write,
    customers: &[Record],
    companies: &[Record],
    matches: &[Match],
) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["ion_id", "decision", "psa_id", "candidates", "score"])?;
    for (customer, found) in customers.iter().zip(matches) {
        let ids: Vec<&str> = found
            .suggestions
            .iter()
            .filter_map(|s| companies.get(s.company))
            .map(|c| c.id.as_str())
            .collect();
        let (decision, link) = match found.outcome {
            Outcome::Auto => ("auto", ids.first().copied().unwrap_or_default()),
            Outcome::Review => ("review", ""),
            Outcome::None => ("none", ""),
        };
        let score = found.suggestions.first().map_or(0.0, |s| s.score);
        writer.write_record([
            &customer.id,
            decision,
            link,
            &ids.join("|"),
            &format!("{score:.4}"),
        ])?;
    }
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests;
