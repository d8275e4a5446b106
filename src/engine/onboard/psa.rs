//! The PSA's part of an acceptance run: read with the sync, told apart from the distributor.

use crate::domain::acceptance::{CheckState, PsaRead, PsaReading};
use crate::domain::log::RunState;
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::domain::text::clean;
use crate::domain::time::Ts;
use crate::engine::context::Context;
use crate::engine::psa::PsaSummary;
use crate::http::redact;

/// Sentences that are kept.
const MOST: usize = 60;
/// The longest one, in characters.
const LONGEST: usize = 300;

/// What is known of the PSA after a run; `summary` is there if this run came to reading it. None where none is set up.
///
/// # Errors
/// If the database cannot be read.
pub(super) async fn gather(
    ctx: &Context,
    summary: Option<&PsaSummary>,
) -> Result<Option<PsaRead>, Problem> {
    let Some(settings) = ctx.store.psa_settings().await? else {
        return Ok(None);
    };
    let system = settings.system;
    let mut read = PsaRead {
        system,
        label: system.label(),
        reading: match (system, summary) {
            (PsaSystem::Csv, _) => PsaReading::FromFiles,
            (_, None) => PsaReading::NotReached,
            (_, Some(summary)) if summary.was_read() => PsaReading::Read,
            (_, Some(summary)) if summary.state == RunState::Interrupted => PsaReading::NotReached,
            (_, Some(_)) => PsaReading::Failed,
        },
        read_at: settings.last_sync_at,
        companies: 0,
        companies_active: 0,
        lines: 0,
        requests: summary.map_or(0, |s| s.requests),
        rejected: summary.map(|s| s.rejected.clone()).unwrap_or_default(),
        surprises: summary.map(surprises).unwrap_or_default(),
        error: summary.and_then(|s| s.error.clone()),
        problem: summary.and_then(PsaSummary::problem).cloned(),
    };
    let companies = ctx.store.listed_companies(system).await?;
    read.companies = companies.len() as u64;
    read.companies_active = companies.iter().filter(|c| c.active).count() as u64;
    let lines = ctx.store.agreement_lines().await?.into_iter();
    let lines = lines.filter(|(_, of, line)| *of == system && line.active);
    read.lines = lines.count() as u64;
    Ok(Some(read))
}

fn surprises(summary: &PsaSummary) -> Vec<String> {
    let notes = summary.notes.iter().take(MOST);
    notes
        .map(|note| redact::impersonal_text(&clean(note, LONGEST)))
        .collect()
}

/// The verdict on it.
pub(super) fn verdict(psa: Option<&PsaRead>, now: Ts) -> (CheckState, String, String) {
    let Some(psa) = psa else {
        return (
            CheckState::Unknown,
            "no PSA is set up: nothing can be contracted".to_owned(),
            "bring it in: vectis psa set SYSTEM … (connectwise, autotask, halo), or vectis psa import --companies FILE"
                .to_owned(),
        );
    };
    let held = format!("{}: {}", psa.label, psa.held());
    let read = psa.read_at.map_or("never read".to_owned(), |at| {
        format!("read {}", at.ago(now))
    });
    match (psa.reading, &psa.problem) {
        (PsaReading::Failed, Some(problem)) => (
            CheckState::Fail,
            format!("{}: {}: {}", psa.label, problem.title, problem.seen),
            problem.remedy.clone(),
        ),
        (PsaReading::Failed | PsaReading::NotReached, _) => (
            CheckState::NotReached,
            format!("{held}; the run ended before it was read"),
            String::new(),
        ),
        (PsaReading::FromFiles, _) => (CheckState::Pass, format!("{held}, {read}"), String::new()),
        (PsaReading::Read, _) if psa.companies == 0 || psa.lines == 0 => (
            CheckState::Warning,
            format!("{held}, by {} requests", psa.requests),
            "likely the API user may not see more: what it may not see is missing, not refused"
                .to_owned(),
        ),
        (PsaReading::Read, _) if !psa.rejected.is_empty() => (
            CheckState::Warning,
            format!("{held}; {} rows in quarantine", psa.rejected_rows()),
            "nothing else is held up by them; the reasons are below".to_owned(),
        ),
        (PsaReading::Read, _) => (
            CheckState::Pass,
            format!("{held}, by {} requests", psa.requests),
            String::new(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::acceptance::{QuarantineReason, sample};
    use crate::domain::problem::ProblemKind;

    #[test]
    fn every_state_of_the_psa_has_its_verdict() {
        let now = "2026-11-24T06:05:00Z".parse().unwrap();
        let with = |change: fn(&mut PsaRead)| {
            let mut psa = sample::clean().psa.unwrap();
            change(&mut psa);
            verdict(Some(&psa), now)
        };
        let (state, seen, _) = with(|_| {});
        assert_eq!(state, CheckState::Pass);
        assert_eq!(
            seen,
            "HaloPSA: 412 companies visible, 398 of them active, and 1308 agreement lines, by 14 requests"
        );
        let (state, seen, _) = with(|psa| psa.reading = PsaReading::FromFiles);
        assert_eq!(state, CheckState::Pass);
        assert!(seen.ends_with("read 5 min ago"), "{seen}");
        assert_eq!(with(|psa| psa.lines = 0).0, CheckState::Warning);
        let (state, seen, _) = with(|psa| {
            psa.rejected.push(QuarantineReason {
                stream: "clients".to_owned(),
                reason: "the client has no name".to_owned(),
                count: 2,
                example: String::new(),
            });
        });
        assert_eq!(state, CheckState::Warning);
        assert!(seen.ends_with("2 rows in quarantine"), "{seen}");
        let (state, seen, remedy) = with(|psa| {
            psa.reading = PsaReading::Failed;
            let problem = Problem::new(ProblemKind::AccessDenied, "No access").seen("HTTP 403");
            psa.problem = Some(problem.remedy("Ask"));
        });
        assert_eq!((state, remedy.as_str()), (CheckState::Fail, "Ask"));
        assert_eq!(seen, "HaloPSA: No access: HTTP 403");
        let not_reached = with(|psa| psa.reading = PsaReading::NotReached);
        assert_eq!(not_reached.0, CheckState::NotReached);
        assert_eq!(verdict(None, now).0, CheckState::Unknown);
    }
}
