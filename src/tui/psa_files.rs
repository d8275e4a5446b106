//! The PSA from files, as the form has it: Test shows how they are understood, Save takes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::domain::problem::{Problem, ProblemKind};
use crate::engine::context::Context;
use crate::engine::psa::import::{
    ACCEPT, AGREEMENTS, COMPANIES, DATE_ORDER, DECIMAL, Files, Looked, PRICE, SETTINGS, look, take,
    taken_words,
};
use crate::psa::csv::{Answers, FileReport, Import, Rejected, Use, rejected_lines};

/// Rejected rows that are named.
const NAMED: usize = 1;

/// How the files are understood and what they would change, a line each.
pub async fn test(ctx: &Context, typed: &BTreeMap<String, String>) -> Result<String, Problem> {
    let looked = look(ctx, &files(typed)?).await?;
    settled(&looked)?;
    let import = &looked.import;
    let mut lines = vec![format!(
        "{} companies ({} new, {} not listed now), {} agreement lines, {} rejected",
        import.companies.len(),
        looked.changes.companies_new,
        looked.changes.companies_gone,
        import.lines.len(),
        import.rejected.len()
    )];
    // A form has little room: the paths stand above.
    let rejected = import.rejected.iter().take(NAMED).map(|row| Rejected {
        file: name_of(&row.file),
        ..row.clone()
    });
    let rejected = Import {
        rejected: rejected.collect(),
        ..Import::default()
    };
    lines.extend(rejected_lines(&rejected, NAMED));
    lines.extend(import.files.iter().map(understood));
    lines.extend(import.files.iter().flat_map(|file| file.notes.clone()));
    Ok(lines.join("\n"))
}

fn name_of(path: &str) -> String {
    let name = Path::new(path).file_name().and_then(|name| name.to_str());
    name.unwrap_or(path).to_owned()
}

/// Takes the files; tells what was taken.
pub async fn save(ctx: &Context, typed: &BTreeMap<String, String>) -> Result<String, Problem> {
    let files = files(typed)?;
    let looked = look(ctx, &files).await?;
    settled(&looked)?;
    let counts = take(ctx, &files, &looked).await?;
    Ok(taken_words(&looked.import, &counts))
}

/// What `t` on the line of a PSA from files says: no path is kept.
pub fn nothing_to_test() -> Problem {
    Problem::new(
        ProblemKind::Usage,
        "The PSA comes from files: there is nothing to ask",
    )
    .remedy("bring in newer files: a, then choose the PSA from files")
}

/// A question names the field that answers it, not the flag.
fn settled(looked: &Looked) -> Result<(), Problem> {
    let Some(question) = looked.import.questions.first() else {
        return Ok(());
    };
    let key = question.flag.trim_start_matches('-').replace('-', "_");
    let setting = SETTINGS.iter().find(|s| s.key == key);
    let label = setting.map_or(question.flag, |s| s.label);
    let answer = match question.choices {
        "" => "yes, if that is right,".to_owned(),
        choices => choices.replace('|', " or "),
    };
    looked
        .settled()
        .map_err(|problem| problem.remedy(format!("write {answer} under \u{201c}{label}\u{201d}")))
}

/// What a person has to check: the columns that go by another name than their field, and those that serve nothing.
fn understood(file: &FileReport) -> String {
    let mut used = Vec::new();
    let mut unused = Vec::new();
    let mut alike = 0_usize;
    for column in &file.mapping {
        match column.used {
            Use::As(field) if is_named(&column.header, field) => alike += 1,
            Use::As(field) => used.push(format!("{field} '{}'", column.header)),
            Use::Nothing | Use::Secret => unused.push(column.header.as_str()),
        }
    }
    if alike > 0 {
        used.push(format!("{alike} by their own names"));
    }
    let mut words = format!("{}: {}", name_of(&file.file), used.join(", "));
    if !unused.is_empty() {
        words.push_str(&format!("; not used: {}", unused.join(", ")));
    }
    words
}

/// True of `Company Name` and `company_name`.
fn is_named(header: &str, field: &str) -> bool {
    let plain = |name: &str| name.trim().to_lowercase().replace([' ', '-'], "_");
    plain(header) == field
}

fn files(typed: &BTreeMap<String, String>) -> Result<Files, Problem> {
    let of = |key: &str| typed.get(key).map_or("", |v| v.trim());
    let agreements = of(AGREEMENTS);
    Ok(Files {
        companies: path(of(COMPANIES)),
        agreements: (!agreements.is_empty()).then(|| path(agreements)),
        told: Answers {
            date_order: answer(of(DATE_ORDER))?,
            price: answer(of(PRICE))?,
            decimal: answer(of(DECIMAL))?,
        },
        accept: of(ACCEPT).eq_ignore_ascii_case("yes"),
    })
}

fn answer<T: FromStr<Err: std::fmt::Display>>(typed: &str) -> Result<Option<T>, Problem> {
    if typed.is_empty() {
        return Ok(None);
    }
    let read = typed.to_ascii_lowercase().parse();
    read.map(Some)
        .map_err(|error: T::Err| Problem::new(ProblemKind::Usage, error.to_string()))
}

/// As a shell would take it: a path that was dragged into a terminal comes in quotes.
fn path(typed: &str) -> PathBuf {
    let quoted = |mark: char| typed.strip_prefix(mark)?.strip_suffix(mark);
    let bare = quoted('\'').or_else(|| quoted('"')).unwrap_or(typed);
    match (bare.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(bare),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psa::csv::Mapped;

    fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn columns_by_their_own_names_are_counted_and_the_others_told() {
        let mapping = [
            ("Company ID", Use::As("company_id")),
            ("Client", Use::As("company_name")),
            ("phone", Use::As("phone")),
            ("Account manager", Use::Nothing),
            ("API key", Use::Secret),
        ];
        let mapping = mapping.map(|(header, used)| Mapped {
            header: header.to_owned(),
            used,
        });
        let file = FileReport {
            file: "/tmp/export.csv".to_owned(),
            encoding: "UTF-8",
            delimiter: ',',
            header_line: 1,
            fingerprint: String::new(),
            mapping: mapping.to_vec(),
            decimal: None,
            date_order: None,
            taken: 0,
            blank_rows: 0,
            totals_rows: 0,
            notes: Vec::new(),
        };
        assert_eq!(
            understood(&file),
            "export.csv: company_name 'Client', 2 by their own names; not used: Account manager, API key"
        );
    }

    #[test]
    fn what_is_typed_is_taken_as_a_shell_would() {
        let read = files(&typed(&[
            (COMPANIES, " '/tmp/my companies.csv' "),
            (AGREEMENTS, ""),
            (PRICE, "Unit"),
            (ACCEPT, "YES"),
        ]))
        .unwrap();
        assert_eq!(read.companies, PathBuf::from("/tmp/my companies.csv"));
        assert_eq!(read.agreements, None);
        assert!(read.accept && read.told.price.is_some());
        let wrong = files(&typed(&[(COMPANIES, "c.csv"), (DATE_ORDER, "ymd")])).unwrap_err();
        assert_eq!(wrong.title, "'ymd' is none of dmy, mdy");
    }
}
