//! `vectis export`: tables for spreadsheets.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Done;
use super::session::{Session, usage};
use crate::domain::ids::AccountKey;
use crate::domain::problem::Problem;
use crate::domain::time::Week;
use crate::engine::context::Context;
use crate::engine::judge::evaluate_now;
use crate::report::csv::{Guard, csv};
use crate::report::customers::{self, CustomerRow};
use crate::report::findings::{self, NotedFinding};
use crate::report::licensing;
use crate::report::sheet::Sheet;
use crate::report::usage::{self as usage_report, UsageExport};

#[derive(Debug, Args)]
#[command(after_help = "Example: vectis export findings --format csv --output findings.csv")]
pub(crate) struct ExportArgs {
    /// Which table
    #[arg(value_enum)]
    table: What,
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
    let text = match args.table {
        What::Licensing => {
            let rows = evaluate_now(&ctx).await?.licensing;
            written(format, &rows, || licensing::sheet(&rows))?
        }
        What::Findings => {
            let rows: Vec<NotedFinding> = ctx
                .store
                .findings()
                .await?
                .into_iter()
                .map(NotedFinding::from)
                .collect();
            written(format, &rows, || findings::sheet(&rows))?
        }
        What::Customers => {
            let rows: Vec<CustomerRow> = ctx
                .store
                .customers()
                .await?
                .iter()
                .map(CustomerRow::from)
                .collect();
            written(format, &rows, || customers::sheet(&rows))?
        }
        What::Usage => {
            let rows = usage_rows(&ctx).await?;
            written(format, &rows, || usage_report::sheet(&rows))?
        }
    };
    match args.output {
        None => session.output.text(&text),
        Some(path) => {
            std::fs::write(&path, text).map_err(|e| {
                usage(
                    format!("{} cannot be written", path.display()),
                    e.to_string(),
                    "check the path and its permissions",
                )
            })?;
            session
                .output
                .note(&format!("written to {}", path.display()));
        }
    }
    Ok(Done::Well)
}

fn written<T: Serialize>(
    format: Format,
    rows: &[T],
    sheet: impl FnOnce() -> Sheet,
) -> Result<String, Problem> {
    match format {
        Format::Csv => Ok(csv(&sheet(), Guard::Formulas)),
        Format::Json => serde_json::to_string_pretty(rows)
            .map(|text| text + "\n")
            .map_err(|e| {
                usage(
                    "The table cannot be written as JSON",
                    e.to_string(),
                    "export it as CSV",
                )
            }),
    }
}

/// Every captured week with the names that people know.
async fn usage_rows(ctx: &Context) -> Result<Vec<UsageExport>, Problem> {
    let names: HashMap<_, _> = ctx
        .store
        .customers()
        .await?
        .into_iter()
        .map(|c| (c.id, c.profile.name))
        .collect();
    let accounts: HashMap<AccountKey, _> = ctx
        .store
        .accounts()
        .await?
        .into_iter()
        .map(|a| (a.key.clone(), a))
        .collect();
    let subscriptions: HashMap<_, _> = ctx
        .store
        .subscriptions()
        .await?
        .into_iter()
        .map(|s| ((s.connection.clone(), s.subscription.id.clone()), s))
        .collect();
    let first = Week::of(jiff::civil::Date::MIN);
    let mut rows = Vec::new();
    for (connection, id, usage) in ctx.store.usage_since(first).await? {
        let Some(row) = subscriptions.get(&(connection.clone(), id.clone())) else {
            continue;
        };
        let key = AccountKey::new(
            connection.clone(),
            row.subscription.vendor_customer_id.clone(),
        );
        let account = accounts.get(&key);
        let customer_id = row
            .customer_id
            .or_else(|| account.and_then(|a| a.customer_id));
        let customer = customer_id
            .and_then(|id| names.get(&id).cloned())
            .or_else(|| account.map(|a| a.profile.name.clone()));
        rows.push(UsageExport {
            connection,
            vendor: row.vendor,
            vendor_subscription_id: id,
            customer_id,
            customer: customer.unwrap_or_default(),
            sku: row.subscription.sku.clone(),
            product_name: row.subscription.product_name.clone(),
            week_start: usage.week,
            seats: usage.seats,
            unit_cost: usage.unit_cost,
            currency: usage.currency,
            status: usage.status,
        });
    }
    Ok(rows)
}
