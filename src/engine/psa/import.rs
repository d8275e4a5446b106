//! The PSA brought in from files: looked at first, then taken whole.

use std::path::{Path, PathBuf};

use super::files::{Changes, answers, changes, remember};
use super::setup::{Setting, setting};
use crate::domain::log::Level;
use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;
use crate::engine::blocking::blocking;
use crate::engine::context::Context;
use crate::engine::event::Topic;
use crate::engine::hub;
use crate::engine::judge::judge;
use crate::engine::linking::{Keep, MatchCounts, link};
use crate::psa::csv::{Answers, Import, Options, Question, Source, read_companies, read_lines};
use crate::store::psa::PsaCounts;

/// Files beyond this are not read.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// The file of companies.
pub const COMPANIES: &str = "companies";
/// The file of agreement lines.
pub const AGREEMENTS: &str = "agreements";
/// Which number of `03/04/2026` is the day.
pub const DATE_ORDER: &str = "date_order";
/// What stands before the decimals.
pub const DECIMAL: &str = "decimal";
/// What a price stands for.
pub const PRICE: &str = "price";
/// Whether files that hold far less than the last ones are all there is.
pub const ACCEPT: &str = "accept";

/// What a person says about files, each with its flag's name.
pub const SETTINGS: &[Setting] = &[
    setting(
        COMPANIES,
        "company file",
        true,
        "a CSV export of all companies on this machine, such as /home/ana/companies.csv",
    ),
    setting(
        AGREEMENTS,
        "agreement file",
        false,
        "a CSV export of all agreement or contract lines: company, product, quantity, unit price",
    ),
    setting(
        DATE_ORDER,
        "date order",
        false,
        "dmy or mdy; asked for only where no date of the file tells",
    ),
    setting(
        DECIMAL,
        "decimal mark",
        false,
        "point or comma; asked for only where no number of the file tells",
    ),
    setting(
        PRICE,
        "prices are for a",
        false,
        "unit, or extended where they stand for the whole line",
    ),
    setting(
        ACCEPT,
        "accept fewer rows",
        false,
        "yes, where files that hold less than half of the last ones are all there is",
    ),
];

/// Files on this machine, and what a person says about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The companies.
    pub companies: PathBuf,
    /// The agreement lines.
    pub agreements: Option<PathBuf>,
    /// Where the files do not tell.
    pub told: Answers,
    /// Files that hold less than half of what the last ones held are all there is.
    pub accept: bool,
}

/// What files hold, and what taking them would change. Nothing is stored yet.
#[derive(Debug)]
pub struct Looked {
    /// What was read.
    pub import: Import,
    /// What it changes.
    pub changes: Changes,
}

impl Looked {
    /// Whether all is answered.
    ///
    /// # Errors
    /// The first question that only a person can answer.
    pub fn settled(&self) -> Result<(), Problem> {
        let Some(question) = self.import.questions.first() else {
            return Ok(());
        };
        let seen = match question.choices {
            "" => "it looks like a part of the export only; nothing was changed",
            _ => "the file can be read in more than one way",
        };
        let title = format!("{}: {}", question.file, question.words);
        Err(usage(title, seen, question.answer()))
    }
}

/// Reads the files and compares them with what is known; stores nothing.
///
/// # Errors
/// If a file cannot be read or is no table, or the database cannot be read.
pub async fn look(ctx: &Context, files: &Files) -> Result<Looked, Problem> {
    let options = Options {
        told: files.told,
        remembered: answers(ctx).await?,
        currency: ctx.currency.clone(),
    };
    let wanted = files.clone();
    let mut import = blocking(move || read(&wanted, &options)).await??;
    let changes = changes(ctx, &import).await?;
    if let Some(words) = changes.doubt()
        && import.questions.is_empty()
        && !files.accept
    {
        let file = files.agreements.as_ref().unwrap_or(&files.companies);
        import.questions.push(Question {
            file: shown(file),
            flag: "--accept",
            choices: "",
            words: format!("only {words}"),
        });
    }
    Ok(Looked { import, changes })
}

/// Takes what was looked at, in one transaction; then it is matched and judged.
///
/// # Errors
/// If a question is open, the PSA is read by its API, or the database cannot be written: then nothing is taken.
pub async fn take(ctx: &Context, files: &Files, looked: &Looked) -> Result<PsaCounts, Problem> {
    looked.settled()?;
    refuse_beside_an_api(ctx).await?;
    let import = &looked.import;
    let now = ctx.calendar.now();
    let counts = ctx
        .store
        .replace_psa(PsaSystem::Csv, &import.companies, &import.lines, now)
        .await?;
    if files.agreements.is_some()
        && let Some(file) = import.files.last()
    {
        remember(ctx, &file.fingerprint, files.told).await?;
    }
    ctx.journal
        .log(Level::Info, None, taken_words(import, &counts));
    ctx.changed(&[Topic::Connections]);
    rematch(ctx).await?;
    Ok(counts)
}

/// What was taken, for a person.
pub fn taken_words(import: &Import, counts: &PsaCounts) -> String {
    format!(
        "{} companies ({} new, {} known before, {} no longer listed), {} agreement lines, {} rows rejected",
        import.companies.len(),
        counts.companies_new,
        counts.companies_updated,
        counts.companies_gone,
        counts.lines,
        import.rejected.len()
    )
}

/// What is known of the distributors meets the new PSA rows at once; none where nothing is known of any.
///
/// # Errors
/// If the database cannot be read or written.
pub async fn rematch(ctx: &Context) -> Result<Option<MatchCounts>, Problem> {
    let mut matched = None;
    if ctx.store.accounts().await?.is_empty() {
        hub::refresh(ctx).await?;
    } else {
        matched = Some(link(ctx, Keep::Write).await?);
        judge(ctx).await?;
    }
    ctx.journal.flush().await;
    Ok(matched)
}

/// Files and an API would take turns in declaring each other's companies inactive.
async fn refuse_beside_an_api(ctx: &Context) -> Result<(), Problem> {
    match ctx.store.psa_settings().await? {
        Some(psa) if psa.system != PsaSystem::Csv => Err(usage(
            format!("{} is read by its API", psa.system.label()),
            "files and an API cannot be the PSA at once",
            "to go on with files: vectis psa remove, then import again",
        )),
        _ => Ok(()),
    }
}

fn read(files: &Files, options: &Options) -> Result<Import, Problem> {
    let bytes = bytes_of(&files.companies)?;
    let companies = read_companies(&Source {
        name: &shown(&files.companies),
        bytes: &bytes,
    })?;
    let Some(path) = &files.agreements else {
        return Ok(companies);
    };
    let bytes = bytes_of(path)?;
    let source = Source {
        name: &shown(path),
        bytes: &bytes,
    };
    let lines = read_lines(&source, &companies.companies, options)?;
    Ok(companies.and(lines))
}

fn shown(path: &Path) -> String {
    clean(&path.display().to_string(), 200)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Problem> {
    let cannot = |e: &std::io::Error| {
        usage(
            format!("{} cannot be read", shown(path)),
            e.to_string(),
            "check the path and its permissions",
        )
    };
    let length = std::fs::metadata(path).map_err(|e| cannot(&e))?.len();
    if length > MAX_FILE {
        return Err(usage(
            format!("{} is too large", shown(path)),
            format!("{length} bytes; at most {MAX_FILE} are read"),
            "export fewer rows at a time",
        ));
    }
    std::fs::read(path).map_err(|e| cannot(&e))
}

fn usage(title: impl Into<String>, seen: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Usage, title)
        .seen(seen)
        .remedy(remedy)
}
