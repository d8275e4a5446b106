//! `vectis digest`: the Monday digest.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::delivery::{Why, deliver};
use super::gather::digest_of;
use super::session::{Session, usage};
use super::{Done, deliver};
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Week;
use crate::engine::context::Context;
use crate::report::digest_document::document;
use crate::report::html::html;
use crate::report::markdown::markdown;
use crate::report::plain::plain;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis digest\n         vectis digest --week 2026-W47 --format html --output digest.html\n         vectis digest --send"
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
    /// Send it by mail to everybody in mail.to now, and write it to its files
    #[arg(long, conflicts_with = "output")]
    send: bool,
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
    if args.send {
        return send(&ctx, &session, week).await;
    }
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

async fn send(ctx: &Context, session: &Session, week: Week) -> Result<Done, Problem> {
    if session.config.mail.host.is_empty() {
        return Err(Problem::new(
            ProblemKind::Configuration,
            "No mail server is configured",
        )
        .seen("mail.host is empty")
        .remedy("set host, from and to in the section mail; config.example.toml explains each key"));
    }
    let mut delivered = deliver(ctx, session, week, Why::Asked).await?;
    if delivered.sent.is_empty() && !delivered.problems.is_empty() {
        return Err(delivered.problems.swap_remove(0));
    }
    let output = session.output;
    output.result(&delivered, || delivered.words());
    if !output.json {
        for problem in &delivered.problems {
            output.problem(problem);
        }
    }
    Ok(match delivered.problems.first() {
        Some(problem) => Done::Told(problem.kind),
        None => Done::Well,
    })
}
