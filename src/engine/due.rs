//! Which connections the schedule wants to be synced now: those without a good run since the sync was due.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::owner;
use super::schedule::SyncDue;
use super::sync::SyncSummary;
use crate::domain::ids::ConnectionName;
use crate::domain::log::RunState;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Ts;
use crate::store::runs::RunRow;

/// What failed for a reason that passes is tried again after so long.
const RETRY_SECONDS: i64 = 30 * 60;
/// What was stopped in its middle goes on after so long.
const RESUME_SECONDS: i64 = 60;
/// The newest runs that are looked at.
const RUNS: u32 = 500;

/// What the schedule wants of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// It is done, or only a person can help.
    Nothing,
    /// A sync now.
    Now,
    /// Another try then.
    At(Ts),
}

/// What is to be done, and when the rest is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// To be synced now.
    pub now: Vec<ConnectionName>,
    /// To be tried again.
    pub later: BTreeMap<ConnectionName, Ts>,
    /// True where nothing was tried yet since it was due.
    pub untouched: bool,
}

/// Failures of this process since a sync was due. A run that could not even begin has no row in the ledger.
#[derive(Debug, Default)]
pub struct Failures(BTreeMap<ConnectionName, (Ts, Wanted)>);

impl Failures {
    /// Remembers what failed in a sync that was due then.
    pub fn note(&mut self, due: Ts, summary: &SyncSummary, now: Ts) {
        for run in &summary.runs {
            match run.problem() {
                None => self.0.remove(&run.connection),
                Some(problem) => {
                    let wanted = after_failure(problem.kind, now);
                    self.0.insert(run.connection.clone(), (due, wanted))
                }
            };
        }
    }

    fn of(&self, connection: &ConnectionName, due: Ts, now: Ts) -> Option<Wanted> {
        let (noted, wanted) = self.0.get(connection)?;
        match *wanted {
            Wanted::At(at) if at <= now => None,
            wanted => (*noted == due).then_some(wanted),
        }
    }
}

/// Looks at every connection.
///
/// # Errors
/// If the database cannot be read.
pub async fn due(
    ctx: &Context,
    failures: &Failures,
    sync: SyncDue,
    now: Ts,
) -> Result<Due, Problem> {
    let runs = ctx.store.runs(RUNS).await?;
    let mut due = Due {
        untouched: true,
        ..Due::default()
    };
    for connection in ctx.store.connections().await? {
        let name = connection.name;
        let own: Vec<&RunRow> = runs.iter().filter(|r| r.connection == name).collect();
        due.untouched &= since(&own, sync.at).next().is_none();
        let wanted = failures
            .of(&name, sync.at, now)
            .unwrap_or_else(|| wanted(&own, sync.at, now));
        match wanted {
            Wanted::Nothing => {}
            Wanted::At(at) => {
                due.later.insert(name, at);
            }
            Wanted::Now => match ctx.store.run_holder(&name).await? {
                Some(by) if by != *ctx.owner && !owner::is_dead(&by, &ctx.owner) => {
                    due.later.insert(name, now.plus_seconds(RESUME_SECONDS));
                }
                _ => due.now.push(name),
            },
        }
    }
    Ok(due)
}

/// A connection's runs since the sync was due: begun since, or ended since.
fn since<'r>(runs: &'r [&'r RunRow], due: Ts) -> impl Iterator<Item = &'r RunRow> {
    runs.iter()
        .copied()
        .filter(move |r| r.started_at >= due || r.ended_at.is_some_and(|end| end >= due))
}

fn wanted(runs: &[&RunRow], due: Ts, now: Ts) -> Wanted {
    let mut newest = None;
    for run in since(runs, due) {
        if matches!(run.state, RunState::Complete | RunState::Partial) {
            return Wanted::Nothing;
        }
        newest = newest.or(Some(run));
    }
    let Some(run) = newest else {
        return Wanted::Now;
    };
    let ended = run.ended_at.unwrap_or(run.started_at);
    let wanted = match run.state {
        RunState::Interrupted => Wanted::At(ended.plus_seconds(RESUME_SECONDS)),
        RunState::Failed => after_failure(kind_of(run), ended),
        RunState::Running | RunState::Complete | RunState::Partial => Wanted::Now,
    };
    match wanted {
        Wanted::At(at) if at <= now => Wanted::Now,
        wanted => wanted,
    }
}

fn kind_of(run: &RunRow) -> ProblemKind {
    let problem = run.problem.as_deref().map(serde_json::from_str::<Problem>);
    match problem {
        Some(Ok(problem)) => problem.kind,
        _ => ProblemKind::Unexpected,
    }
}

/// What a person must mend is not tried again before the next night; the rest passes.
fn after_failure(kind: ProblemKind, at: Ts) -> Wanted {
    match passes(kind) {
        true => Wanted::At(at.plus_seconds(RETRY_SECONDS)),
        false => Wanted::Nothing,
    }
}

/// True for what may go well the next time without anybody's help.
pub fn passes(kind: ProblemKind) -> bool {
    !matches!(
        kind,
        ProblemKind::CredentialsRejected
            | ProblemKind::AccessDenied
            | ProblemKind::AccountNotFound
            | ProblemKind::Configuration
            | ProblemKind::Usage
    )
}

/// The connections that somebody waits for, for the log: `synnex, pax8`.
pub fn names(connections: &[ConnectionName]) -> String {
    let names: BTreeSet<&str> = connections.iter().map(ConnectionName::as_str).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vendor::Vendor;

    const DUE: &str = "2026-11-24T02:30:00Z";

    fn ts(text: &str) -> Ts {
        text.parse().unwrap()
    }

    fn run(started: &str, ended: Option<&str>, state: RunState) -> RunRow {
        let started_at = ts(&format!("2026-11-24T{started}:00Z"));
        RunRow {
            id: 1,
            connection: "synnex".into(),
            vendor: Vendor::Synnex,
            week: started_at.week(),
            state,
            phase: String::new(),
            started_at,
            ended_at: ended.map(|e| ts(&format!("2026-11-24T{e}:00Z"))),
            requests: 0,
            rate_limited: 0,
            customers: 0,
            subscriptions: 0,
            quarantined: 0,
            resumed: false,
            problem: None,
        }
    }

    fn failed(kind: ProblemKind) -> RunRow {
        RunRow {
            problem: serde_json::to_string(&Problem::new(kind, "x")).ok(),
            ..run("02:31", Some("02:40"), RunState::Failed)
        }
    }

    fn wants(runs: &[RunRow], now: &str) -> Wanted {
        let runs: Vec<&RunRow> = runs.iter().collect();
        wanted(&runs, ts(DUE), ts(&format!("2026-11-24T{now}:00Z")))
    }

    #[test]
    fn a_good_run_since_it_was_due_is_enough() {
        use RunState::{Complete, Partial, Running};
        assert_eq!(wants(&[], "03:00"), Wanted::Now);
        let earlier = run("01:00", Some("01:10"), Complete);
        assert_eq!(wants(std::slice::from_ref(&earlier), "03:00"), Wanted::Now);
        for state in [Complete, Partial] {
            let good = run("02:31", Some("02:35"), state);
            assert_eq!(wants(&[good], "03:00"), Wanted::Nothing);
        }
        // One that was begun or continued across the hour has read what is there now.
        let across = run("02:00", Some("02:40"), Complete);
        assert_eq!(wants(&[across, earlier], "03:00"), Wanted::Nothing);
        // A later sync that a person stopped changes nothing about the night's.
        let stopped = run("10:00", Some("10:01"), RunState::Interrupted);
        let good = run("02:31", Some("02:35"), Complete);
        assert_eq!(wants(&[stopped, good], "12:00"), Wanted::Nothing);
        assert_eq!(wants(&[run("02:31", None, Running)], "03:00"), Wanted::Now);
    }

    #[test]
    fn what_passes_is_tried_again_and_what_a_person_must_mend_is_not() {
        for kind in [
            ProblemKind::Unreachable,
            ProblemKind::ServerFailure,
            ProblemKind::RateLimited,
        ] {
            let again = ts("2026-11-24T03:10:00Z");
            assert_eq!(wants(&[failed(kind)], "02:41"), Wanted::At(again));
            assert_eq!(wants(&[failed(kind)], "03:10"), Wanted::Now);
        }
        for kind in [ProblemKind::CredentialsRejected, ProblemKind::AccessDenied] {
            assert_eq!(wants(&[failed(kind)], "23:00"), Wanted::Nothing);
        }
        let stopped = run("02:31", Some("02:40"), RunState::Interrupted);
        let soon = Wanted::At(ts("2026-11-24T02:41:00Z"));
        assert_eq!(wants(std::slice::from_ref(&stopped), "02:40"), soon);
        assert_eq!(wants(&[stopped], "02:41"), Wanted::Now);
    }

    #[test]
    fn a_run_that_could_not_begin_is_remembered_until_the_next_night() {
        let (due, now) = (ts(DUE), ts("2026-11-24T02:31:00Z"));
        let name = ConnectionName::from("synnex");
        let mut failures = Failures::default();
        assert_eq!(failures.of(&name, due, now), None);
        let rejected = after_failure(ProblemKind::CredentialsRejected, now);
        failures.0.insert(name.clone(), (due, rejected));
        assert_eq!(failures.of(&name, due, now), Some(Wanted::Nothing));
        assert_eq!(failures.of(&name, due.plus_seconds(86_400), now), None);
    }
}
