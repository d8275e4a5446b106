//! Reads the PSA: under a lease, on its own budget, and kept in one transaction if it can be believed.

mod belief;
mod connect;
pub mod files;
pub mod import;
pub mod phase;
pub mod setup;
mod summary;
mod telling;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::connect::Counters;
use super::context::Context;
use super::event::Topic;
use super::owner;
use super::witness::Reasons;
use crate::domain::company_choice::CompanyChoice;
use crate::domain::log::{Level, RunState};
use crate::domain::party::PsaCompany;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Ts;
use crate::psa::{Companies, Reading, Scope};
use crate::store::psa::{PsaCounts, PsaSettings};
use belief::{Known, doubt};
use connect::connector;
pub use summary::PsaSummary;
use telling::{Teller, tell};

/// The lease of whoever reads.
const LEASE: &str = "psa";
/// Seconds that it lasts.
const LEASE_SECONDS: u32 = 60;
/// How often it is renewed.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// All companies are read again after so long, whatever changed.
const FULL_AFTER: i64 = 7 * 86_400;
/// What changed is asked for from so long before the last reading: clocks differ, and readings take time.
const OVERLAP: i64 = 86_400;
/// Rows in quarantine that are named in the log; the rest is counted.
const NAMED: usize = 10;

/// How deep to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Changed companies only, and all of them once a week.
    Usual,
    /// All companies.
    Full,
    /// All companies, and believed even if much of what was known is missing.
    AsItIs,
}

/// How far a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PsaProgress {
    /// Rows of the listing that is being read.
    pub rows: u64,
    /// Requests made.
    pub requests: u64,
    /// Requests still to make, as far as known.
    pub requests_left: Option<u64>,
    /// Seconds still to go, from the requests left and the pace allowed.
    pub eta_seconds: Option<u64>,
}

/// Reads the PSA that is set up, to its end. A failure is part of the summary; what was read before stays then.
pub async fn read(
    ctx: &Context,
    settings: PsaSettings,
    depth: Depth,
    progress: watch::Sender<PsaProgress>,
    cancel: CancellationToken,
) -> PsaSummary {
    let started = Instant::now();
    let owner = setup::owner(settings.system);
    let choice = setup::company_choice(ctx, &settings);
    let mut summary = PsaSummary {
        system: settings.system,
        state: RunState::Running,
        full: is_full(&settings, &choice, depth, ctx.calendar.now()),
        requests: 0,
        rate_limited: 0,
        companies: 0,
        companies_active: 0,
        counts: PsaCounts::default(),
        quarantined: 0,
        rejected: Vec::new(),
        notes: Vec::new(),
        seconds: 0,
        error: None,
        problem: None,
    };
    let full = if summary.full { ", all companies" } else { "" };
    let words = format!("reading {} started{full}", settings.system.label());
    ctx.journal.log(Level::Info, Some(&owner), words);
    let counters = match held(ctx, &settings, depth, progress, cancel, &mut summary).await {
        Ok(counters) => counters,
        Err((counters, problem)) => {
            summary.fail(problem);
            counters
        }
    };
    if let Some(counters) = counters {
        summary.requests = counters.requests();
        summary.rate_limited = counters.rate_limited();
    }
    summary.seconds = started.elapsed().as_secs();
    tell(ctx, &owner, &summary);
    remember_failure(ctx, &settings, &summary).await;
    ctx.changed(&[Topic::Connections, Topic::Customers]);
    summary
}

/// All companies if that is asked for, was never done, was done a week ago, or by another choice of companies.
fn is_full(settings: &PsaSettings, choice: &CompanyChoice, depth: Depth, now: Ts) -> bool {
    let is_due = |at: Ts| now.seconds_since(at) >= FULL_AFTER;
    depth != Depth::Usual
        || settings.last_sync_at.is_none()
        || settings.read_by != *choice
        || settings.full_at.is_none_or(is_due)
}

type Failure = (Option<Arc<Counters>>, Problem);

/// Reads under the lease, so that no two processes burn one budget for the same rows.
async fn held(
    ctx: &Context,
    settings: &PsaSettings,
    depth: Depth,
    progress: watch::Sender<PsaProgress>,
    cancel: CancellationToken,
    summary: &mut PsaSummary,
) -> Result<Option<Arc<Counters>>, Failure> {
    let epoch = take_lease(ctx).await.map_err(|problem| (None, problem))?;
    let heartbeat = keep_lease(ctx.clone(), epoch, cancel.clone());
    let connected = connector(ctx, settings, cancel.clone()).await;
    let done = match connected {
        Err(problem) => Err((None, problem)),
        Ok(connector) => {
            let counters = Arc::clone(&connector.counters);
            let told = Teller {
                ctx: ctx.clone(),
                owner: setup::owner(settings.system),
                counters: Arc::clone(&counters),
                progress,
            };
            let work = async {
                let started = ctx.calendar.now();
                let known = ctx.store.listed_companies(settings.system).await?;
                let scope = Scope {
                    today: started.date(),
                    companies: match (summary.full, settings.last_sync_at) {
                        (false, Some(last)) => Companies::Changed {
                            since: last.plus_seconds(-OVERLAP),
                            known: known.clone(),
                        },
                        _ => Companies::All,
                    },
                    choice: setup::company_choice(ctx, settings),
                    currency: ctx.currency.clone(),
                };
                let reading = connector.psa.read(&scope, &told).await?;
                keep(ctx, settings, depth, &known, reading, started, summary).await
            };
            let done = tokio::select! {
                biased;
                done = work => done,
                () = cancel.cancelled() => Err(interrupted()),
            };
            done.map(|()| Some(Arc::clone(&counters)))
                .map_err(|problem| (Some(counters), problem))
        }
    };
    heartbeat.abort();
    let _ = ctx.store.release_lease(LEASE, &ctx.owner).await;
    done
}

/// Writes a reading that can be believed.
async fn keep(
    ctx: &Context,
    settings: &PsaSettings,
    depth: Depth,
    known: &[PsaCompany],
    mut reading: Reading,
    started: Ts,
    summary: &mut PsaSummary,
) -> Result<(), Problem> {
    reading.keep_unreadable(known);
    let system = settings.system;
    let lines = ctx.store.agreement_lines().await?.into_iter();
    let lines: Vec<_> = lines
        .filter_map(|(_, of, line)| (of == system).then_some(line))
        .collect();
    let known = Known {
        companies: known,
        lines: &lines,
    };
    if let Some(problem) = doubt(system, &known, &reading)
        && (depth != Depth::AsItIs || reading.companies.is_empty())
    {
        return Err(problem);
    }
    let now = ctx.calendar.now();
    let owner = setup::owner(system);
    ctx.store
        .keep_psa_quarantine(&owner, &reading.quarantined, now)
        .await?;
    summary.counts = ctx
        .store
        .replace_psa(system, &reading.companies, &reading.lines, started)
        .await?;
    if reading.whole
        && let Some(mut kept) = ctx.store.psa_settings().await?
    {
        kept.full_at = Some(started);
        kept.read_by = setup::company_choice(ctx, settings);
        ctx.store.put_psa_settings(&kept).await?;
    }
    summary.full = reading.whole;
    summary.companies = reading.companies.len() as u64;
    summary.companies_active = reading.companies.iter().filter(|c| c.active).count() as u64;
    summary.quarantined = reading.quarantined.len() as u64;
    let mut reasons = Reasons::default();
    for row in &reading.quarantined {
        reasons.count(&row.stream, row);
    }
    summary.rejected = reasons.list();
    summary.state = match reading.quarantined.is_empty() {
        true => RunState::Complete,
        false => RunState::Partial,
    };
    let log = |text: String| ctx.journal.log(Level::Warn, Some(&owner), text);
    for row in reading.quarantined.iter().take(NAMED) {
        let id = match row.source_id.as_str() {
            "" => String::new(),
            id => format!(" ({id})"),
        };
        let (stream, reason) = (&row.stream, &row.reason);
        log(format!(
            "quarantine: a row of {stream}{id} could not be taken: {reason}"
        ));
    }
    for note in &reading.notes {
        log(note.clone());
    }
    summary.notes = reading.notes;
    Ok(())
}

/// Takes the lease; that of a process which died on this machine is not waited for.
async fn take_lease(ctx: &Context) -> Result<i64, Problem> {
    let take = || ctx.store.take_lease(LEASE, &ctx.owner, LEASE_SECONDS);
    if let Some(epoch) = take().await? {
        return Ok(epoch);
    }
    let holder = ctx.store.lease_holder(LEASE).await?.map(|(by, _)| by);
    let by = holder.unwrap_or_default();
    if owner::is_dead(&by, &ctx.owner) {
        ctx.store.release_lease(LEASE, &by).await?;
        if let Some(epoch) = take().await? {
            return Ok(epoch);
        }
    }
    Err(
        Problem::new(ProblemKind::RunHeld, "The PSA is being read already")
            .seen(format!("{} reads it", owner::actor(&by)))
            .remedy("wait for it to end; what it reads is shared by everybody on this database"),
    )
}

fn keep_lease(ctx: Context, epoch: i64, cancel: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            let kept = ctx
                .store
                .renew_lease(LEASE, &ctx.owner, epoch, LEASE_SECONDS);
            if let Ok(false) = kept.await {
                tracing::error!("the lease on the reading of the PSA was lost");
                cancel.cancel();
                return;
            }
        }
    })
}

fn interrupted() -> Problem {
    Problem::new(ProblemKind::Interrupted, "Stopped")
        .cause("Somebody asked to stop.")
        .remedy("The PSA is as it was read last; read it again with `vectis psa sync`.")
}

/// Keeps why a reading failed, for the doctor and the console. What passes by itself is kept too.
async fn remember_failure(ctx: &Context, settings: &PsaSettings, summary: &PsaSummary) {
    let Some(problem) = summary.problem() else {
        return;
    };
    if matches!(
        problem.kind,
        ProblemKind::Interrupted | ProblemKind::RunHeld
    ) {
        return;
    }
    if let Ok(Some(mut kept)) = ctx.store.psa_settings().await
        && kept.system == settings.system
    {
        kept.failed = Some(problem.clone());
        let _ = ctx.store.put_psa_settings(&kept).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::party::PsaSystem;

    #[test]
    fn all_companies_are_read_once_a_week() {
        let now: Ts = "2026-11-24T02:30:00Z".parse().unwrap();
        let mut settings = PsaSettings::new(PsaSystem::Connectwise);
        let none = CompanyChoice::default();
        let usual = |settings: &PsaSettings| is_full(settings, &none, Depth::Usual, now);
        assert!(usual(&settings));
        settings.last_sync_at = Some(now.plus_seconds(-3_600));
        settings.full_at = Some(now.plus_seconds(-6 * 86_400));
        assert!(!usual(&settings));
        assert!(is_full(&settings, &none, Depth::Full, now));
        let chosen = CompanyChoice::of("Client", "");
        assert!(
            is_full(&settings, &chosen, Depth::Usual, now),
            "another choice"
        );
        settings.full_at = Some(now.plus_seconds(-7 * 86_400));
        assert!(usual(&settings));
    }
}
