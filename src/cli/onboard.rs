//! `vectis onboard`: the acceptance run of a new tenant.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::recording::RecordArgs;
use super::session::{Session, usage};
use super::{Done, deliver, progress, signals};
use crate::domain::acceptance::{Acceptance, CheckState, Outcome};
use crate::domain::ids::ConnectionName;
use crate::domain::problem::Problem;
use crate::engine::onboard::onboard;
use crate::report::acceptance::document;
use crate::report::{html, markdown, plain};

/// As for a sync that a person waits for.
const PATIENCE_SECONDS: u32 = 120;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis onboard synnex --report acceptance.md --record ./recording\n\nThe report is written whether the run passes or fails. Exit code 0: every check passed or only asks for a look; 9: rows are in\nquarantine; 5: no customer is visible; otherwise that of the check that failed."
)]
pub(crate) struct OnboardArgs {
    /// The connection to accept
    connection: String,
    /// Write the report to this file; its ending decides the form: .md, .html, .json, .txt
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    record: RecordArgs,
    /// Seconds to go on through answers 429 without one success
    #[arg(long, default_value_t = PATIENCE_SECONDS, value_name = "SECONDS")]
    patience: u32,
}

/// The form of a report's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Markdown,
    Html,
    Json,
    Text,
}

pub(super) async fn run(args: OnboardArgs, mut session: Session) -> Result<Done, Problem> {
    // A name that cannot be written to is told before anything is read.
    let target = match args.report {
        Some(path) => Some((form_of(&path)?, writable(path)?)),
        None => None,
    };
    session.config.pacing.patience_seconds = args.patience;
    let mut ctx = session.context().await?;
    let recording = args.record.begin(&mut ctx)?;
    let cancel = CancellationToken::new();
    signals::cancel_but_finish(cancel.clone(), session.tasks.clone());
    let follower = tokio::spawn(progress::follow(ctx.bus.subscribe(), session.output));
    let name = ConnectionName::new(args.connection);
    let report = onboard(&ctx, &name, &cancel).await;
    // Let the last lines out before the report.
    tokio::time::sleep(Duration::from_millis(1)).await;
    follower.abort();
    let _ = follower.await;
    ctx.journal.flush().await;
    recording.finish(&ctx, &cancel, session.output);
    let report = match (report, &target) {
        (Err(problem), Some((_, path))) => {
            // Nothing could begin: what only proved that the file can be written goes again.
            if std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
                let _ = std::fs::remove_file(path);
            }
            return Err(problem);
        }
        (report, _) => report?,
    };
    match target {
        Some((form, path)) => {
            deliver::write(&path, &rendered(&report, form)?)?;
            session.output.result(&report, || brief(&report, &path));
        }
        None => {
            let text = rendered(&report, Form::Text)?;
            session.output.result(&report, || text);
        }
    }
    if let Some(problem) = report.problem.as_ref().filter(|_| !session.output.json) {
        session.output.problem(problem);
    }
    Ok(match (report.failure(), report.outcome) {
        (Some(kind), _) => Done::Told(kind),
        (None, Outcome::Quarantine) => Done::WithQuarantine,
        (None, _) => Done::Well,
    })
}

fn form_of(path: &Path) -> Result<Form, Problem> {
    let ending = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "md" | "markdown" => Ok(Form::Markdown),
        "html" | "htm" => Ok(Form::Html),
        "json" => Ok(Form::Json),
        "txt" => Ok(Form::Text),
        _ => Err(usage(
            "The report's form is not clear",
            format!(
                "{} ends in none of .md, .html, .json and .txt",
                path.display()
            ),
            "give the file one of these endings",
        )),
    }
}

fn writable(path: PathBuf) -> Result<PathBuf, Problem> {
    let opened = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path);
    opened.map_err(|e| deliver::cannot_write(&path, &e))?;
    Ok(path)
}

fn rendered(report: &Acceptance, form: Form) -> Result<String, Problem> {
    Ok(match form {
        Form::Markdown => markdown::markdown(&document(report)),
        Form::Html => html::html(&document(report)),
        Form::Text => plain::plain(&document(report)),
        Form::Json => deliver::json(report)?,
    })
}

/// The checks in lines, and where the rest is.
fn brief(report: &Acceptance, path: &Path) -> String {
    let mut text = String::new();
    for check in &report.checks {
        let line = format!(
            "{:<11}  {}: {}\n",
            check.state.words(),
            check.check.label(),
            check.seen
        );
        text.push_str(&line);
        if check.state == CheckState::Warning {
            text.push_str(&format!("{:<11}  → {}\n", "", check.remedy));
        }
    }
    format!("{text}the report is in {}\n", path.display())
}
