//! `vectis qbr`: the licensing section of a customer's quarterly business review.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Span;
use jiff::civil::Date;

use super::gather::{customer_of, qbr_of};
use super::session::{Session, usage};
use super::{Done, deliver};
use crate::domain::problem::Problem;
use crate::report::html::html;
use crate::report::markdown::markdown;
use crate::report::qbr_document::document;

/// A quarter where none is named: so many days back from today.
const DAYS: i64 = 91;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis qbr 'Harbour Dental' --format html --output harbour.html\n         vectis qbr psa:1042 --quarter 2026-Q3"
)]
pub(crate) struct QbrArgs {
    /// The customer: its id, psa:ID, or its name
    customer: String,
    /// The quarter, like 2026-Q3; the last 13 weeks where none is named
    #[arg(long, value_name = "QUARTER")]
    quarter: Option<String>,
    /// How
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Into a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a document that goes on.
    Markdown,
    /// One file that a browser shows and prints.
    Html,
}

pub(super) async fn run(args: QbrArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let today = ctx.calendar.now().date();
    let days = match &args.quarter {
        None => last_weeks(today),
        Some(text) => quarter(text).ok_or_else(|| {
            usage(
                format!("'{}' is no quarter", crate::domain::text::clean(text, 20)),
                "see --quarter",
                "write it like 2026-Q3",
            )
        })?,
    };
    let (customer, name) = customer_of(&ctx, &args.customer).await?;
    let section = qbr_of(&ctx, customer, &name, days).await?;
    let text = match (session.output.json, args.format) {
        (true, _) => deliver::json(&section)?,
        (false, Format::Markdown) => markdown(&document(&section)),
        (false, Format::Html) => html(&document(&section)),
    };
    deliver::text(&session, args.output.as_deref(), &text)?;
    Ok(Done::Well)
}

/// The days up to today that stand for a quarter where none is named.
pub(super) fn last_weeks(today: Date) -> (Date, Date) {
    let first = today.checked_sub(Span::new().days(DAYS));
    (first.unwrap_or(today), today)
}

/// The first and the last day of `2026-Q3`.
fn quarter(text: &str) -> Option<(Date, Date)> {
    let (year, number) = text.split_once("-Q").or_else(|| text.split_once("-q"))?;
    let number: i8 = number.parse().ok().filter(|n| (1..=4).contains(n))?;
    let first = Date::new(year.parse().ok()?, (number - 1) * 3 + 1, 1).ok()?;
    let next = first.checked_add(Span::new().months(3)).ok()?;
    Some((first, next.yesterday().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_has_its_days() {
        let days = |text| quarter(text).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(days("2026-Q3").as_deref(), Some("2026-07-01 2026-09-30"));
        assert_eq!(days("2024-q1").as_deref(), Some("2024-01-01 2024-03-31"));
        assert_eq!(days("2026-Q4").as_deref(), Some("2026-10-01 2026-12-31"));
        for none in ["2026", "2026-Q0", "2026-Q5", "x-Q1", "-Q1"] {
            assert_eq!(days(none), None, "{none}");
        }
    }
}
