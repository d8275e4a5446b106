//! `vectis psa import`: the PSA from files.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Done;
use super::session::Session;
use crate::domain::problem::Problem;
use crate::engine::psa::files::Changes;
use crate::engine::psa::import::{Files, look, take, taken_words};
use crate::psa::csv::{
    Answers, DateOrder, DecimalMark, Import, PriceBasis, preview, preview_json, rejected_lines,
};

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

pub(super) async fn run(args: ImportArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let files = Files {
        companies: args.companies,
        agreements: args.agreements,
        told: Answers {
            date_order: args.date_order,
            price: args.price,
            decimal: args.decimal,
        },
        accept: args.accept,
    };
    let looked = look(&ctx, &files).await?;
    let import = &looked.import;
    let mut document = preview_json(import);
    document["changes"] = json!(looked.changes);
    if !args.yes {
        session.output.result(&document, || {
            let mut lines = preview(import);
            if import.questions.is_empty() {
                lines.push(change_words(&looked.changes));
            }
            lines.join("\n")
        });
        looked.settled()?;
        session
            .output
            .note("nothing was stored; add --yes to take it");
        return Ok(ending(import));
    }
    let counts = take(&ctx, &files, &looked).await?;
    document["stored"] = json!(counts);
    session
        .output
        .result(&document, || taken_words(import, &counts));
    if !session.output.json {
        for row in rejected_lines(import, usize::MAX) {
            session.output.note(&row);
        }
    }
    Ok(ending(import))
}

fn change_words(changes: &Changes) -> String {
    format!(
        "{} companies are new, {} are no longer listed; {} agreement lines of the last import are not in this one",
        changes.companies_new, changes.companies_gone, changes.lines_gone
    )
}

fn ending(import: &Import) -> Done {
    if import.rejected.is_empty() {
        Done::Well
    } else {
        Done::WithQuarantine
    }
}
