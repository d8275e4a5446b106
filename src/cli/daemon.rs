//! `vectis daemon`: the schedule without a screen: nightly sync, weekly snapshot, Monday digest, tokens kept alive.

use std::convert::Infallible;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::delivery::{self, Delivered, deliver, is_due};
use super::session::Session;
use super::{Done, progress, signals, sync};
use crate::domain::log::Level;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Ts;
use crate::engine::Engine;
use crate::engine::context::Context;
use crate::engine::due::{Due, Failures, due, names, passes};
use crate::engine::duty::{Asked, DaemonState, Duty};
use crate::engine::psa::import::rematch;
use crate::engine::psa::phase::{Why, read_now};
use crate::engine::psa::{Depth, PsaSummary};
use crate::engine::schedule::Schedule;
use crate::engine::sync::{SyncSummary, sync_because};
use crate::mail::Lasts;

/// The longest pause between two looks at the calendar; a sign of life is given as often.
const TICK: Duration = Duration::from_secs(60);
/// The pause after the database failed.
const DATABASE_AWAY: Duration = Duration::from_secs(15);

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis daemon\n         vectis daemon --once       # what is due now, for cron\n\nTimes and time zone are in the section schedule of the configuration."
)]
pub(crate) struct DaemonArgs {
    /// Do what is due now, and end
    #[arg(long)]
    once: bool,
}

pub(super) async fn run(args: DaemonArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let stop = CancellationToken::new();
    signals::cancel_but_finish(stop.clone(), session.tasks.clone());
    let (engine, events) = Engine::start(ctx.clone());
    let follower = tokio::spawn(progress::follow(events, session.output));
    let mut daemon = Daemon {
        schedule: schedule(&session),
        ctx: ctx.clone(),
        session,
        stop,
        failures: Failures::default(),
        retry: Retry::default(),
        psa: Retry::default(),
    };
    let ended = match args.once {
        true => daemon.once().await,
        false => daemon.serve().await,
    };
    engine.shutdown().await;
    ctx.finish().await;
    tokio::task::yield_now().await;
    follower.abort();
    let _ = follower.await;
    ended
}

/// What the configuration says about times.
fn schedule(session: &Session) -> Schedule {
    let set = &session.config.schedule;
    Schedule {
        zone: set.time_zone.zone(),
        sync_at: set.sync_at,
        full_sync_on: set.full_sync_on,
        digest_on: set.digest_on,
        digest_at: set.digest_at,
    }
}

struct Daemon {
    ctx: Context,
    session: Session,
    schedule: Schedule,
    stop: CancellationToken,
    failures: Failures,
    retry: Retry,
    /// Of the PSA, whose failure holds no distributor's run up and is tried again by itself.
    psa: Retry,
}

/// When the digest, or the PSA, is tried again after a failure.
#[derive(Debug, Default)]
struct Retry {
    pause: Duration,
    at: Option<Instant>,
}

impl Retry {
    /// What passes is tried again after 5 s, then twice as late each time up to 15 min; what a person must mend after an
    /// hour, then up to 6 h.
    fn after(&mut self, lasts: Lasts) {
        let (first, last) = match lasts {
            Lasts::AWhile => (5, 15 * 60),
            Lasts::UntilMended => (3600, 6 * 3600),
        };
        let pause = (self.pause * 2).clamp(Duration::from_secs(first), Duration::from_secs(last));
        self.pause = pause;
        self.at = Some(Instant::now() + pause);
    }

    fn is_over(&self) -> bool {
        self.at.is_none_or(|at| at <= Instant::now())
    }
}

/// What one look at the calendar came to.
#[derive(Default)]
struct Worked {
    summary: Option<SyncSummary>,
    digest: Option<Delivered>,
    problem: Option<Problem>,
}

impl Daemon {
    /// Does what is due and tells how it went.
    async fn once(&mut self) -> Result<Done, Problem> {
        let mut duty = match Duty::ask(&self.ctx).await? {
            Asked::Taken(duty) => duty,
            Asked::Held(by) => {
                return Err(Problem::new(ProblemKind::RunHeld, "A daemon works already")
                    .seen(format!("{by} does what is due"))
                    .remedy("nothing: it is done there; `vectis doctor` shows it"));
            }
        };
        let worked = self.work(&mut duty).await;
        duty.end().await?;
        let worked = worked?;
        let output = self.session.output;
        if output.json {
            output.document(&json!({ "sync": worked.summary, "digest": worked.digest }));
        } else if worked.summary.is_none() && worked.digest.is_none() && worked.problem.is_none() {
            output.text("nothing is due");
        }
        let problem = worked.digest.iter().flat_map(|d| &d.problems).next();
        if let Some(summary) = &worked.summary {
            match sync::ending(summary, &self.stop) {
                Done::Well => {}
                ended => return Ok(ended),
            }
        }
        match problem.or(worked.problem.as_ref()) {
            Some(problem) => Ok(Done::Told(problem.kind)),
            None if self.stop.is_cancelled() => Ok(Done::Told(ProblemKind::Interrupted)),
            None => Ok(Done::Well),
        }
    }

    /// Works until a signal comes. A database that is away for a while is waited for.
    async fn serve(&mut self) -> Result<Done, Problem> {
        let mut duty = None;
        let mut standing_by = false;
        while !self.stop.is_cancelled() {
            let pause = match self.turn(&mut duty, &mut standing_by).await {
                Ok(pause) => pause,
                Err(problem) => {
                    self.failed(&problem);
                    DATABASE_AWAY
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        if let Some(duty) = duty.take() {
            duty.end().await?;
        }
        self.say("daemon stopped; its state is saved");
        Ok(Done::Well)
    }

    /// One turn: takes the duty or keeps it, and works if it is ours.
    async fn turn(
        &mut self,
        duty: &mut Option<Box<Duty>>,
        standing_by: &mut bool,
    ) -> Result<Duration, Problem> {
        if let Some(ours) = duty.as_ref()
            && !ours.keep().await?
        {
            *duty = None;
        }
        if duty.is_none() {
            match Duty::ask(&self.ctx).await? {
                Asked::Taken(ours) => {
                    self.say(&self.plan());
                    *standing_by = false;
                    *duty = Some(ours);
                }
                Asked::Held(by) => {
                    if !std::mem::replace(standing_by, true) {
                        self.say(&format!("{by} runs the daemon; this one stands by"));
                    }
                    return Ok(TICK / 4);
                }
            }
        }
        let Some(ours) = duty.as_mut() else {
            return Ok(TICK);
        };
        self.work(ours).await?;
        Ok(self.pause())
    }

    /// Does what is due: syncs first, then the digest.
    async fn work(&mut self, duty: &mut Duty) -> Result<Worked, Problem> {
        let mut worked = Worked::default();
        let sync = self.schedule.sync_due(self.now());
        let found = due(&self.ctx, &self.failures, sync, self.now()).await?;
        duty.tell(self.state(&found)).await?;
        if !found.now.is_empty() {
            let full = sync.full && found.untouched;
            self.say(&format!(
                "sync due since {}: {}",
                sync.at,
                names(&found.now)
            ));
            let cancel = self.stop.child_token();
            let work = sync_because(&self.ctx, &found.now, full, Why::Due, &cancel);
            let summary = holding(duty, &cancel, work).await?;
            self.failures.note(sync.at, &summary, self.now());
            if let Some(psa) = &summary.psa {
                self.heed(psa);
            }
            worked.summary = Some(summary);
            let found = due(&self.ctx, &self.failures, sync, self.now()).await?;
            duty.tell(self.state(&found)).await?;
        }
        self.psa_again(duty).await?;
        if !self.stop.is_cancelled() && self.retry.is_over() {
            match self.digest().await {
                Ok(digest) => worked.digest = digest,
                Err(problem) => {
                    self.failed(&problem);
                    self.retry.after(Lasts::AWhile);
                    worked.problem = Some(problem);
                }
            }
        }
        Ok(worked)
    }

    /// Reads the PSA again where its last reading failed by something that passes.
    async fn psa_again(&mut self, duty: &Duty) -> Result<(), Problem> {
        let settings = self.ctx.store.psa_settings().await?;
        let failed = settings.and_then(|psa| psa.failed);
        if !failed.is_some_and(|problem| passes(problem.kind)) {
            self.psa = Retry::default();
            return Ok(());
        }
        if self.stop.is_cancelled() || !self.psa.is_over() {
            return Ok(());
        }
        self.say("the PSA could not be read: another try");
        let cancel = self.stop.child_token();
        let (ctx, told) = (&self.ctx, cancel.clone());
        let work = async move {
            let summary = read_now(ctx, Depth::Usual, &told).await?;
            if summary.was_read() {
                rematch(ctx).await?;
            }
            Ok::<PsaSummary, Problem>(summary)
        };
        let summary = holding(duty, &cancel, work).await?;
        self.heed(&summary);
        Ok(())
    }

    /// Remembers how a reading of the PSA went.
    fn heed(&mut self, psa: &PsaSummary) {
        match psa.problem() {
            None => self.psa = Retry::default(),
            Some(_) => self.psa.after(Lasts::AWhile),
        }
    }

    /// Delivers the digest that was due last, unless it was delivered or nothing was ever read.
    async fn digest(&mut self) -> Result<Option<Delivered>, Problem> {
        let week = self.schedule.digest_due(self.now()).week;
        let connections = self.ctx.store.connections().await?;
        let anything = connections.iter().any(|c| c.last_sync_at.is_some());
        if !anything || !is_due(&self.ctx, week).await? {
            // A person may have sent it meanwhile: there is nothing to try again.
            self.retry = Retry::default();
            return Ok(None);
        }
        let delivered = deliver(&self.ctx, &self.session, week, delivery::Why::Scheduled).await?;
        self.say(&delivered.words());
        for problem in &delivered.problems {
            self.failed(problem);
        }
        match delivered.lasts {
            None => self.retry = Retry::default(),
            Some(lasts) => self.retry.after(lasts),
        }
        Ok(Some(delivered))
    }

    fn state(&self, found: &Due) -> DaemonState {
        let now = self.now();
        DaemonState {
            on: self.ctx.settings.actor.clone(),
            seen_at: now,
            next_sync_at: self.schedule.next_sync(now),
            retries: found.later.clone(),
            next_digest_at: self.schedule.next_digest(now),
        }
    }

    fn plan(&self) -> String {
        let now = self.now();
        format!(
            "daemon started: next nightly sync {}, next digest {}",
            self.schedule.next_sync(now),
            self.schedule.next_digest(now)
        )
    }

    /// Until something is due, a minute at the longest: the clock may be set, the machine may have slept.
    fn pause(&self) -> Duration {
        let now = self.now();
        let next = self
            .schedule
            .next_sync(now)
            .min(self.schedule.next_digest(now));
        let until = Duration::from_secs(u64::try_from(next.seconds_since(now)).unwrap_or(0) + 1);
        let retries = [self.retry.at, self.psa.at].into_iter().flatten();
        let retry = retries.map(|at| at.saturating_duration_since(Instant::now()));
        until.min(TICK).min(retry.min().unwrap_or(TICK))
    }

    fn now(&self) -> Ts {
        self.ctx.calendar.now()
    }

    fn say(&self, words: &str) {
        self.ctx.journal.log(Level::Info, None, words);
    }

    fn failed(&self, problem: &Problem) {
        let words = format!("{}: {} — {}", problem.title, problem.seen, problem.remedy);
        self.ctx.journal.log(Level::Error, None, words);
    }
}

/// Works while the duty is kept; work of one that lost it is cancelled.
async fn holding<T>(duty: &Duty, cancel: &CancellationToken, work: impl Future<Output = T>) -> T {
    tokio::select! {
        done = work => done,
        never = keep(duty, cancel) => match never {},
    }
}

async fn keep(duty: &Duty, cancel: &CancellationToken) -> Infallible {
    loop {
        tokio::time::sleep(TICK).await;
        if let Ok(false) = duty.keep().await {
            cancel.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_tried_again_ever_later() {
        let mut retry = Retry::default();
        assert!(retry.is_over());
        let mut pauses = Vec::new();
        for _ in 0..10 {
            retry.after(Lasts::AWhile);
            assert!(!retry.is_over());
            pauses.push(retry.pause.as_secs());
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
        retry.after(Lasts::UntilMended);
        assert_eq!(retry.pause.as_secs(), 3600);
        retry.at = Some(Instant::now());
        assert!(retry.is_over());
    }
}
