//! `vectis findings`: Money Found, and what becomes of it.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use serde_json::json;

use super::Done;
use super::preset::Preset;
use super::session::{Session, usage};
use super::sync::{findings_text, unjudged_text};
use crate::domain::finding::{FindingKind, FindingState};
use crate::domain::problem::Problem;
use crate::engine::command::FindingChange;
use crate::engine::context::Context;
use crate::engine::judge::{FindingTotals, unjudged};
use crate::engine::{change_finding, no_such_finding};
use crate::report::findings::{noted, overview};
use crate::report::plain::plain;
use crate::report::table::table;
use crate::report::whole_finding::WholeFinding;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example: vectis findings --kind uncontracted_seats\n         vectis findings mute FINGERPRINT --days 30 --reason 'renewal agreed'"
)]
pub(crate) struct FindingsArgs {
    /// Only this kind, for example uncontracted_seats
    #[arg(long)]
    kind: Option<String>,
    /// Only this state: open, muted, resolved; open and muted where nothing is said
    #[arg(long)]
    state: Option<String>,
    /// A ready choice
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Everything about one: the arithmetic line by line, what to do, notes, and what became of it when
    Show {
        /// Its fingerprint
        id: String,
    },
    /// Put a finding aside for some days
    Mute {
        /// Its fingerprint
        id: String,
        /// How many days
        #[arg(long, default_value_t = 30)]
        days: u32,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Dealt with
    Resolve {
        /// Its fingerprint
        id: String,
        /// How
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Open it again
    Reopen {
        /// Its fingerprint
        id: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Write something about it; it travels into exports
    Note {
        /// Its fingerprint
        id: String,
        /// What
        text: String,
    },
}

pub(super) async fn run(args: FindingsArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    if let Some(verb) = args.verb {
        let (id, change) = match verb {
            Verb::Show { id } => return show(&ctx, &session, &id).await,
            Verb::Mute { id, days, reason } => (id, FindingChange::Mute { days, reason }),
            Verb::Resolve { id, reason } => (id, FindingChange::Resolve { reason }),
            Verb::Reopen { id, reason } => (id, FindingChange::Reopen { reason }),
            Verb::Note { id, text } => (id, FindingChange::Note { text }),
        };
        change_finding(&ctx, &id, change).await?;
        session
            .output
            .result(&json!({ "fingerprint": id }), || format!("done: {id}"));
        return Ok(Done::Well);
    }
    let kinds = kinds(args.kind.as_deref(), args.preset)?;
    let states = states(args.state.as_deref())?;
    let mut rows = ctx.store.findings().await?;
    rows.retain(|r| kinds.contains(&r.finding.kind) && states.contains(&r.state));
    let totals = FindingTotals::of(&rows);
    let rows = noted(rows, &ctx.store.finding_notes().await?);
    let not_judged = unjudged(&ctx.store).await?;
    session.output.result(&rows, || {
        format!(
            "{}\n{}{}",
            table(&overview(&rows)),
            findings_text(&totals),
            unjudged_text(&not_judged)
        )
    });
    Ok(Done::Well)
}

async fn show(ctx: &Context, session: &Session, id: &str) -> Result<Done, Problem> {
    let Some(row) = ctx.store.finding(id).await? else {
        return Err(no_such_finding(id));
    };
    let mut notes = ctx.store.finding_notes().await?;
    let whole = WholeFinding {
        notes: notes.remove(id).unwrap_or_default(),
        trail: ctx.store.finding_events(id).await?,
        row,
    };
    session.output.result(&whole, || plain(&whole.document()));
    Ok(Done::Well)
}

fn kinds(kind: Option<&str>, preset: Option<Preset>) -> Result<BTreeSet<FindingKind>, Problem> {
    if let Some(preset) = preset {
        let all = FindingKind::ALL.into_iter();
        return Ok(all.filter(|kind| preset.shows(*kind)).collect());
    }
    match kind {
        None => Ok(FindingKind::ALL.into()),
        Some(tag) => FindingKind::from_tag(tag)
            .map(|k| [k].into())
            .ok_or_else(|| {
                let known: Vec<&str> = FindingKind::ALL.iter().map(|k| k.tag()).collect();
                usage(
                    format!("'{tag}' is no kind of finding"),
                    "see --kind",
                    format!("kinds are {}", known.join(", ")),
                )
            }),
    }
}

fn states(state: Option<&str>) -> Result<BTreeSet<FindingState>, Problem> {
    match state {
        None => Ok([FindingState::Open, FindingState::Muted].into()),
        Some(tag) => FindingState::from_tag(tag)
            .map(|s| [s].into())
            .ok_or_else(|| {
                usage(
                    format!("'{tag}' is no state of a finding"),
                    "see --state",
                    "states are open, muted and resolved",
                )
            }),
    }
}
