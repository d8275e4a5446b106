//! `vectis psa import`: the PSA from files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::Done;
use super::psa::rematch;
use super::session::{Session, usage};
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::engine::context::Context;
use crate::engine::psa::files::{Changes, answers, changes, remember};
use crate::psa::csv::{
    Answers, DateOrder, DecimalMark, Import, Options, PriceBasis, Question, Source, preview,
    preview_json, read_companies, read_lines, rejected_lines,
};

/// Files beyond this are not read.
const MAX_FILE: u64 = 256 * 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Companies: name and whatever else is known of them
    #[arg(long, value_name = "FILE")]
    companies: PathBuf,
    /// Agreement lines: company, product, quantity, unit price
    #[arg(long, value_name = "FILE")]
    agreements: Option<PathBuf>,
    /// Take what the preview shows
    #[arg(long)]
    yes: bool,
    /// Which number of 03/04/2026 is the day, where the file does not tell: dmy or mdy
    #[arg(long, value_name = "ORDER")]
    date_order: Option<DateOrder>,
    /// Whether prices stand for one unit or the whole line: unit or extended
    #[arg(long, value_name = "BASIS")]
    price: Option<PriceBasis>,
    /// What stands before the decimals, where the file does not tell: point or comma
    #[arg(long, value_name = "MARK")]
    decimal: Option<DecimalMark>,
    /// Take files that hold less than half of what the last ones held
    #[arg(long)]
    accept: bool,
}

impl ImportArgs {
    fn answers(&self) -> Answers {
        Answers {
            date_order: self.date_order,
            price: self.price,
            decimal: self.decimal,
        }
    }
}

pub(super) async fn run(args: ImportArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let mut import = read(&args, &session, answers(&ctx).await?)?;
    let changes = changes(&ctx, &import).await?;
    if import.questions.is_empty() && !args.accept {
        import
            .questions
            .extend(changes.doubt().map(|words| smaller(&args, words)));
    }
    let mut document = preview_json(&import);
    document["changes"] = json!(changes);
    if !args.yes {
        session.output.result(&document, || {
            let mut lines = preview(&import);
            if import.questions.is_empty() {
                lines.push(change_words(&changes));
            }
            lines.join("\n")
        });
    }
    if let Some(question) = import.questions.first() {
        let seen = match question.choices {
            "" => "it looks like a part of the export only; nothing was changed",
            _ => "the file can be read in more than one way",
        };
        return Err(usage(
            format!("{}: {}", question.file, question.words),
            seen,
            question.answer(),
        ));
    }
    if !args.yes {
        session
            .output
            .note("nothing was stored; add --yes to take it");
        return Ok(ending(&import));
    }
    refuse_beside_an_api(&ctx).await?;
    let counts = ctx
        .store
        .replace_psa(
            PsaSystem::Csv,
            &import.companies,
            &import.lines,
            ctx.calendar.now(),
        )
        .await?;
    if args.agreements.is_some()
        && let Some(file) = import.files.last()
    {
        remember(&ctx, &file.fingerprint, args.answers()).await?;
    }
    rematch(&ctx).await?;
    document["stored"] = json!(counts);
    session.output.result(&document, || {
        format!(
            "{} companies ({} new, {} known before, {} no longer listed), {} agreement lines, {} rows rejected",
            import.companies.len(),
            counts.companies_new,
            counts.companies_updated,
            counts.companies_gone,
            counts.lines,
            import.rejected.len()
        )
    });
    if !session.output.json {
        for row in rejected_lines(&import, usize::MAX) {
            session.output.note(&row);
        }
    }
    Ok(ending(&import))
}

/// Asks whether files that hold far less than the last ones are all there is.
fn smaller(args: &ImportArgs, words: String) -> Question {
    let file = args.agreements.as_ref().unwrap_or(&args.companies);
    Question {
        file: shown(file),
        flag: "--accept",
        choices: "",
        words: format!("only {words}"),
    }
}

fn change_words(changes: &Changes) -> String {
    format!(
        "{} companies are new, {} are no longer listed; {} agreement lines of the last import are not in this one",
        changes.companies_new, changes.companies_gone, changes.lines_gone
    )
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

fn ending(import: &Import) -> Done {
    if import.rejected.is_empty() {
        Done::Well
    } else {
        Done::WithQuarantine
    }
}

fn read(
    args: &ImportArgs,
    session: &Session,
    remembered: BTreeMap<String, Answers>,
) -> Result<Import, Problem> {
    let options = Options {
        told: args.answers(),
        remembered,
        currency: session.config.psa.currency.clone(),
    };
    let bytes = file(&args.companies)?;
    let companies = read_companies(&Source {
        name: &shown(&args.companies),
        bytes: &bytes,
    })?;
    let Some(path) = &args.agreements else {
        return Ok(companies);
    };
    let bytes = file(path)?;
    let lines = read_lines(
        &Source {
            name: &shown(path),
            bytes: &bytes,
        },
        &companies.companies,
        &options,
    )?;
    Ok(companies.and(lines))
}

fn shown(path: &Path) -> String {
    crate::domain::text::clean(&path.display().to_string(), 200)
}

fn file(path: &Path) -> Result<Vec<u8>, Problem> {
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
