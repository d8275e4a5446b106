//! `vectis digest`: the Monday digest.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::gather::digest_of;
use super::session::{Session, usage};
use super::{Done, deliver};
use crate::domain::problem::Problem;
use crate::domain::time::Week;
use crate::report::digest_document::document;
use crate::report::html::html;
use crate::report::markdown::markdown;
use crate::report::plain::plain;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis digest\n         vectis digest --week 2026-W47 --format html --output digest.html"
)]
pub(crate) struct DigestArgs {
    /// The week, like 2026-W47; the one that ended last where none is named
    #[arg(long, value_name = "WEEK")]
    week: Option<String>,
    /// How
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Into a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading here.
    Text,
    /// For a ticket or a chat.
    Markdown,
    /// For a mail or a browser.
    Html,
    /// For programs.
    Json,
}

pub(super) async fn run(args: DigestArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let week = match &args.week {
        None => ctx.calendar.now().week().plus(-1),
        Some(text) => text
            .parse::<Week>()
            .map_err(|error| usage("Unknown week", error.to_string(), "write it like 2026-W47"))?,
    };
    let minimum = session.config.findings.digest_minimum;
    let profile = session.config.profile.as_deref().unwrap_or_default();
    let digest = digest_of(&ctx, week, profile, minimum).await?;
    let format = match session.output.json {
        true => Format::Json,
        false => args.format,
    };
    let text = match format {
        Format::Text => plain(&document(&digest)),
        Format::Markdown => markdown(&document(&digest)),
        Format::Html => html(&document(&digest)),
        Format::Json => deliver::json(&digest)?,
    };
    deliver::text(&session, args.output.as_deref(), &text)?;
    Ok(Done::Well)
}
