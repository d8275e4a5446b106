//! `vectis export`: tables for spreadsheets.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::gather::named_usage;
use super::licensing::chosen;
use super::preset::Preset;
use super::session::{Session, usage};
use super::{Done, deliver};
use crate::domain::problem::Problem;
use crate::domain::time::Week;
use crate::engine::judge::evaluate_now;
use crate::report::csv::{Guard, csv};
use crate::report::customers::{self, CustomerRow};
use crate::report::findings;
use crate::report::licensing;
use crate::report::sheet::Sheet;
use crate::report::usage as usage_report;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis export findings --format csv --output findings.csv\n         vectis export licensing --preset leakage"
)]
pub(crate) struct ExportArgs {
    /// Which table
    #[arg(value_enum)]
    table: What,
    /// A ready choice of licensing or findings
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// How
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Into a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Seats, contracts, cost and price for each customer and SKU.
    Licensing,
    /// Money Found.
    Findings,
    /// The hub.
    Customers,
    /// Seats by week.
    Usage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

pub(super) async fn run(args: ExportArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let format = if session.output.json {
        Format::Json
    } else {
        args.format
    };
    if args.preset.is_some() && matches!(args.table, What::Customers | What::Usage) {
        return Err(usage(
            "This table has no presets",
            "--preset",
            "presets are of licensing and findings: leave it out, or export one of these",
        ));
    }
    let text = match args.table {
        What::Licensing => {
            let rows = chosen(evaluate_now(&ctx).await?, args.preset);
            written(format, &rows, || licensing::sheet(&rows))?
        }
        What::Findings => {
            let store = &ctx.store;
            let mut rows = store.findings().await?;
            rows.retain(|row| args.preset.is_none_or(|p| p.shows(row.finding.kind)));
            let rows = findings::noted(rows, &store.finding_notes().await?);
            written(format, &rows, || findings::sheet(&rows))?
        }
        What::Customers => {
            let rows: Vec<CustomerRow> = ctx
                .store
                .customers()
                .await?
                .iter()
                .filter(|c| !c.is_withdrawn())
                .map(CustomerRow::from)
                .collect();
            written(format, &rows, || customers::sheet(&rows))?
        }
        What::Usage => {
            let rows = named_usage(&ctx, Week::of(jiff::civil::Date::MIN)).await?;
            written(format, &rows, || usage_report::sheet(&rows))?
        }
    };
    deliver::text(&session, args.output.as_deref(), &text)?;
    Ok(Done::Well)
}

fn written<T: Serialize>(
    format: Format,
    rows: &[T],
    sheet: impl FnOnce() -> Sheet,
) -> Result<String, Problem> {
    match format {
        Format::Csv => Ok(csv(&sheet(), Guard::Formulas)),
        Format::Json => deliver::json(rows),
    }
}
