//! The PSA's part in a sync: read beside the distributors, since its budget is another, and waited for in its own phase.

use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::connect::connector;
use super::setup::{company_choice, configured, owner};
use super::{Depth, PsaProgress, PsaSummary, read};
use crate::domain::company_choice::company_words;
use crate::domain::log::Level;
use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::engine::context::Context;

/// A sync that tries again takes the PSA as it is if it was read within so many seconds.
const FRESH: i64 = 3_600;

/// Why a sync runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Somebody asked for it: the PSA is read, whatever was read before.
    Asked,
    /// The schedule wants it, perhaps for what failed a while ago.
    Due,
}

/// A reading that is under way.
pub(in crate::engine) struct UnderWay {
    progress: watch::Receiver<PsaProgress>,
    task: JoinHandle<PsaSummary>,
    system: PsaSystem,
}

/// Starts reading the PSA, if one is set up and it is due.
pub(in crate::engine) async fn begin(
    ctx: &Context,
    why: Why,
    depth: Depth,
    cancel: &CancellationToken,
) -> Result<Option<UnderWay>, Problem> {
    let settings = ctx.store.psa_settings().await?;
    let Some(settings) = settings.filter(|psa| psa.system != PsaSystem::Csv) else {
        return Ok(None);
    };
    let age = settings
        .last_sync_at
        .map(|at| ctx.calendar.now().seconds_since(at));
    let is_fresh = age.is_some_and(|age| (0..FRESH).contains(&age));
    if why == Why::Due && depth == Depth::Usual && is_fresh && settings.failed.is_none() {
        return Ok(None);
    }
    let (sender, progress) = watch::channel(PsaProgress::default());
    let (ctx, cancel) = (ctx.clone(), cancel.child_token());
    let system = settings.system;
    let task = tokio::spawn(async move { read(&ctx, settings, depth, sender, cancel).await });
    Ok(Some(UnderWay {
        progress,
        task,
        system,
    }))
}

impl UnderWay {
    /// Waits for the end; `show` hears how far it is.
    pub(in crate::engine) async fn finish(
        mut self,
        mut show: impl FnMut(&PsaProgress),
    ) -> Result<PsaSummary, Problem> {
        loop {
            show(&self.progress.borrow_and_update());
            tokio::select! {
                biased;
                done = &mut self.task => {
                    return done.map_err(|error| {
                        Problem::new(ProblemKind::Unexpected, format!("Reading {} broke off", self.system.label()))
                            .seen(error.to_string())
                            .remedy("run `vectis doctor --bundle` and send it to support")
                    });
                }
                Ok(()) = self.progress.changed() => {}
            }
        }
    }
}

/// Reads the PSA now, whatever the distributors do.
///
/// # Errors
/// If none is set up. A reading that failed is no error: its summary says so.
pub async fn read_now(
    ctx: &Context,
    depth: Depth,
    cancel: &CancellationToken,
) -> Result<PsaSummary, Problem> {
    let settings = configured(ctx).await?;
    let (sender, _) = watch::channel(PsaProgress::default());
    Ok(read(ctx, settings, depth, sender, cancel.child_token()).await)
}

/// What a successful Test of the PSA says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PsaConnected {
    /// Always true; a failure is a [`Problem`].
    pub ok: bool,
    /// Which system.
    pub system: PsaSystem,
    /// Its name for people.
    pub label: &'static str,
    /// Companies that the credential can see.
    pub companies_visible: u64,
    /// Those of them that are active, by the types and statuses that were chosen.
    pub companies_active: u64,
    /// What a person should know.
    pub notes: Vec<String>,
    /// `Connected to ConnectWise PSA — 80 companies visible, 73 of them active`.
    pub message: String,
}

/// Tests the PSA; a person waits, so its requests go ahead of bulk work.
///
/// # Errors
/// Why it cannot be read, in words.
pub async fn test(ctx: &Context, cancel: &CancellationToken) -> Result<PsaConnected, Problem> {
    let settings = configured(ctx).await?;
    let connector = connector(ctx, &settings, cancel.child_token()).await?;
    let tested = connector.psa.test(&company_choice(ctx, &settings)).await;
    let owner = owner(settings.system);
    let log = |level, text: &str| ctx.journal.log(level, Some(&owner), text);
    if let Err(problem) = &tested {
        let words = format!("test failed: {}: {}", problem.title, problem.seen);
        log(Level::Error, &words);
    }
    let seen = tested?;
    let label = settings.system.label();
    let message = format!(
        "Connected to {label} — {}",
        company_words(seen.companies, seen.active)
    );
    log(Level::Info, &message);
    let mut notes = seen.notes;
    if seen.companies > 0 && seen.active == 0 {
        notes.push(
            "no company is active, so none is billed: check --company-types and --company-statuses of `vectis psa set`"
                .to_owned(),
        );
    }
    Ok(PsaConnected {
        ok: true,
        system: settings.system,
        label,
        companies_visible: seen.companies,
        companies_active: seen.active,
        notes,
        message,
    })
}
