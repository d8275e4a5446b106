//! One sync run of one connection: page by page, each with its checkpoint, until every listing was read to its end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::connect::Connector;
use super::context::Context;
use super::event::{Event, Topic};
use super::owner;
use crate::distributor::{Cursor, Page, Stream};
use crate::domain::log::{Level, Phase, Progress, RunState};
use crate::domain::problem::{Problem, ProblemKind};
use crate::store::StoreError;
use crate::store::connections::Connection;
use crate::store::pages::PageWrite;
use crate::store::runs::{Run, RunEnd, RunStart};

/// How often the lease on the run is renewed; it lasts three times as long.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A listing that moved while it was read is read again so often.
const REREADS: u32 = 1;

/// Why a run stopped before its end.
#[derive(Debug)]
pub enum Stop {
    /// A person or a signal asked.
    Cancelled,
    /// Something failed.
    Failed(Box<Problem>),
}

impl<E: Into<Problem>> From<E> for Stop {
    fn from(error: E) -> Self {
        Stop::Failed(Box::new(error.into()))
    }
}

/// What was read of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// Every listing to its end, every row accounted for.
    Whole,
    /// A listing moved under us or rows are missing: nothing may be marked as gone.
    Incomplete,
}

/// A sync run that is under way.
pub struct SyncRun {
    ctx: Context,
    connection: Connection,
    connector: Connector,
    run: Run,
    cancel: CancellationToken,
    heartbeat: JoinHandle<()>,
    progress: Progress,
    /// Requests that the last finished run took: the best guess while the API has told no total yet.
    usual_requests: u64,
    started: Instant,
}

impl Drop for SyncRun {
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

impl SyncRun {
    /// Takes the run's lease and finds the page to continue at.
    pub async fn begin(
        ctx: &Context,
        connection: Connection,
        connector: Connector,
        full: bool,
        cancel: CancellationToken,
    ) -> Result<Self, Problem> {
        let run = take_run(ctx, &connection, full).await?;
        let usual_requests = ctx
            .store
            .runs(20)
            .await?
            .into_iter()
            .find(|r| r.connection == connection.name && r.id != run.id && r.ended_at.is_some())
            .map_or(0, |r| r.requests);
        connector.counters.start_from(run.requests);
        if run.resumed {
            ctx.journal
                .log(Level::Info, Some(&connection.name), resumed_words(&run));
        } else {
            ctx.journal.log(
                Level::Info,
                Some(&connection.name),
                format!("sync started, week {}", run.week.number()),
            );
        }
        let progress = Progress {
            connection: connection.name.clone(),
            vendor: connection.vendor,
            phase: Phase::Authenticate,
            state: RunState::Running,
            rows: 0,
            expected: None,
            requests: run.requests,
            requests_left: None,
            eta_seconds: None,
            quarantined: 0,
        };
        Ok(Self {
            heartbeat: keep_alive(ctx.clone(), run.clone(), cancel.clone()),
            ctx: ctx.clone(),
            connection,
            connector,
            run,
            cancel,
            progress,
            usual_requests,
            started: Instant::now(),
        })
    }

    /// The run's row in the ledger.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Rows in quarantine so far.
    pub fn quarantined(&self) -> u64 {
        self.progress.quarantined
    }

    /// Wall seconds since this process took the run up.
    pub fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    /// Reads every listing to its end and closes it.
    pub async fn read(&mut self) -> Result<Completeness, Stop> {
        self.enter(Phase::Authenticate).await?;
        let distributor = Arc::clone(&self.connector.distributor);
        let cancel = self.cancel.clone();
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Stop::Cancelled),
            done = distributor.authenticate() => done?,
        }
        let mut whole = true;
        for stream in distributor.streams() {
            self.enter(phase_of(*stream)).await?;
            whole &= self.read_stream(*stream).await?;
        }
        if !whole {
            return Ok(Completeness::Incomplete);
        }
        for stream in distributor.streams() {
            let closed = self
                .ctx
                .store
                .close_stream(&self.run, stream.tag(), self.ctx.calendar.now())
                .await?;
            if closed.held {
                whole = false;
                self.warn(format!(
                    "more than a fifth of the {} vanished at once: nothing was marked as gone; sync again to see whether it stays so",
                    stream.tag()
                ));
            } else if closed.gone > 0 {
                self.info(format!(
                    "{} {} are no longer listed",
                    closed.gone,
                    stream.tag()
                ));
            }
        }
        Ok(if whole {
            Completeness::Whole
        } else {
            Completeness::Incomplete
        })
    }

    /// Shows and records the phase.
    pub async fn enter(&mut self, phase: Phase) -> Result<(), Problem> {
        self.progress.phase = phase;
        self.progress.rows = 0;
        self.progress.expected = None;
        self.tell(None);
        self.ctx.store.set_phase(&self.run, phase).await?;
        Ok(())
    }

    /// Ends the run in the ledger, gives the lease back and tells everybody.
    pub async fn end(&mut self, state: RunState, problem: Option<&Problem>) -> Result<(), Problem> {
        self.heartbeat.abort();
        let json = problem.and_then(|p| serde_json::to_string(p).ok());
        let rate_limited = self.connector.counters.rate_limited();
        let row = self
            .ctx
            .store
            .end_run(
                &self.run,
                &RunEnd {
                    state,
                    problem: json.as_deref(),
                    requests: self.connector.counters.unsaved(),
                    rate_limited,
                    now: self.ctx.calendar.now(),
                },
            )
            .await?;
        self.progress.state = state;
        if matches!(state, RunState::Complete | RunState::Partial) {
            self.progress.phase = Phase::Done;
        }
        self.progress.quarantined = row.quarantined;
        self.progress.requests_left = Some(0);
        self.tell(Some(0));
        let words = format!(
            "sync {}: {} customers, {} subscriptions, {} in quarantine, {} requests, {} × 429",
            state.tag(),
            row.customers,
            row.subscriptions,
            row.quarantined,
            row.requests,
            rate_limited
        );
        match problem {
            Some(problem) => self.ctx.journal.log(
                Level::Error,
                Some(&self.connection.name),
                format!("{words} — {}: {}", problem.title, problem.seen),
            ),
            None => self.info(words),
        }
        self.ctx.changed(&[Topic::Connections]);
        Ok(())
    }

    /// Reads one listing; true if every row that the server counts was seen.
    async fn read_stream(&mut self, stream: Stream) -> Result<bool, Stop> {
        let mut rereads = 0;
        loop {
            let (expected, nameless) = self.read_pages(stream).await?;
            let seen = self.ctx.store.seen_count(&self.run, stream.tag()).await? + nameless;
            match expected {
                Some(expected) if seen < expected => {
                    if rereads == REREADS {
                        self.warn(format!(
                            "{seen} of {expected} {} were seen even after reading again: the listing counts as incomplete",
                            stream.tag()
                        ));
                        return Ok(false);
                    }
                    rereads += 1;
                    self.info(format!(
                        "{seen} of {expected} {} seen: the listing moved while it was read, reading it again",
                        stream.tag()
                    ));
                    self.ctx
                        .store
                        .restart_stream(&self.run, stream.tag())
                        .await?;
                    self.run.checkpoints.remove(stream.tag());
                }
                _ => return Ok(true),
            }
        }
    }

    /// Reads page after page; gives the server's last total and how many rows had no id.
    async fn read_pages(&mut self, stream: Stream) -> Result<(Option<u64>, u64), Stop> {
        let checkpoint = self
            .run
            .checkpoints
            .get(stream.tag())
            .cloned()
            .unwrap_or_default();
        let mut cursor = checkpoint.cursor.map(Cursor);
        let mut resuming = cursor.is_some();
        let mut expected = checkpoint.expected_total;
        let mut rows = checkpoint.rows;
        let mut nameless = 0;
        let mut done = checkpoint.done;
        let mut notes: BTreeMap<String, u64> = BTreeMap::new();
        while !done {
            let page = match self.fetch(stream, cursor.as_ref()).await {
                Err(Stop::Failed(problem)) if resuming && is_stale_cursor(&problem) => {
                    self.info(format!(
                        "the server no longer takes the {} cursor: reading from the first page",
                        stream.tag()
                    ));
                    self.ctx
                        .store
                        .restart_stream(&self.run, stream.tag())
                        .await?;
                    (cursor, resuming, rows) = (None, false, 0);
                    continue;
                }
                other => other?,
            };
            resuming = false;
            done = page.next.is_none();
            expected = page.total.or(expected);
            rows += page.received;
            nameless += page
                .quarantined
                .iter()
                .filter(|q| q.source_id.is_empty())
                .count() as u64;
            self.keep(stream, &page, expected, done).await?;
            for note in &page.notes {
                *notes.entry(note.clone()).or_default() += 1;
            }
            self.progress.rows = rows;
            self.progress.expected = expected;
            self.tell(page.requests_left);
            cursor = page.next;
        }
        for (note, pages) in notes {
            let pages = if pages > 1 {
                format!(" (on {pages} pages)")
            } else {
                String::new()
            };
            self.warn(format!("{}: {note}{pages}", stream.tag()));
        }
        Ok((expected, nameless))
    }

    async fn fetch(&self, stream: Stream, cursor: Option<&Cursor>) -> Result<Page, Stop> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Stop::Cancelled),
            page = self.connector.distributor.page(stream, cursor) => Ok(page?),
        }
    }

    /// Writes the page with its checkpoint in one transaction.
    async fn keep(
        &mut self,
        stream: Stream,
        page: &Page,
        expected: Option<u64>,
        done: bool,
    ) -> Result<(), Stop> {
        self.ctx
            .store
            .save_page(
                &self.run,
                &PageWrite {
                    stream: stream.tag(),
                    customers: &page.customers,
                    subscriptions: &page.subscriptions,
                    quarantined: &page.quarantined,
                    cursor: page.next.as_ref().map(|c| c.0.as_str()),
                    expected_total: expected,
                    received: page.received,
                    done,
                    requests: self.connector.counters.unsaved(),
                    now: self.ctx.calendar.now(),
                },
            )
            .await?;
        self.progress.quarantined += page.quarantined.len() as u64;
        for row in &page.quarantined {
            self.warn(format!(
                "quarantine: a row of {}{} could not be taken: {}",
                row.stream,
                if row.source_id.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", row.source_id)
                },
                row.reason
            ));
        }
        self.ctx.changed(&[Topic::Customers]);
        Ok(())
    }

    /// Tells where the run is; `left` counts the requests that this listing still needs.
    fn tell(&mut self, left: Option<u64>) {
        let made = self.connector.counters.requests();
        self.progress.requests = made;
        let left = match (left, self.progress.phase) {
            (left, Phase::Authenticate | Phase::Customers) => {
                let usual = self.usual_requests.saturating_sub(made);
                (usual > 0).then(|| usual.max(left.unwrap_or(0))).or(left)
            }
            (left, _) => left,
        };
        self.progress.requests_left = left;
        self.progress.eta_seconds = left.map(|n| self.seconds_for(n));
        self.ctx.bus.send(Event::Progress(self.progress.clone()));
    }

    /// How long so many requests take at the pace that is allowed now.
    fn seconds_for(&self, requests: u64) -> u64 {
        let Some(gauge) = self.ctx.bus.gauge(&self.connection.name) else {
            return 0;
        };
        let ceiling = u64::from(gauge.ceiling.max(1));
        (requests * gauge.window_ms / ceiling + gauge.next_slot_ms).div_ceil(1000)
    }

    fn info(&self, text: String) {
        self.ctx
            .journal
            .log(Level::Info, Some(&self.connection.name), text);
    }

    fn warn(&self, text: String) {
        self.ctx
            .journal
            .log(Level::Warn, Some(&self.connection.name), text);
    }
}

/// Takes the run; the lease of a process that died on this machine is not waited for.
async fn take_run(ctx: &Context, connection: &Connection, full: bool) -> Result<Run, Problem> {
    let start = RunStart {
        connection: connection.name.clone(),
        vendor: connection.vendor,
        now: ctx.calendar.now(),
        full,
        owner: ctx.owner.to_string(),
    };
    match ctx.store.begin_run(&start).await {
        Err(StoreError::RunHeld { by, .. }) if owner::is_dead(&by, &ctx.owner) => {
            ctx.store.release_run(&connection.name, &by).await?;
            Ok(ctx.store.begin_run(&start).await?)
        }
        begun => Ok(begun?),
    }
}

fn phase_of(stream: Stream) -> Phase {
    match stream {
        Stream::Customers => Phase::Customers,
        Stream::Subscriptions => Phase::Subscriptions,
    }
}

/// A cursor kept from an earlier process may be refused: that is no failure of the run.
fn is_stale_cursor(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        ProblemKind::AccountNotFound | ProblemKind::ServerFailure | ProblemKind::Unexpected
    )
}

fn resumed_words(run: &Run) -> String {
    let pages: u64 = run.checkpoints.values().map(|c| c.pages).sum();
    format!("an interrupted sync continues after page {pages}")
}

/// Renews the run's lease; a lease that was lost stops the run before it writes again.
fn keep_alive(ctx: Context, run: Run, cancel: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            if let Ok(false) = ctx.store.heartbeat(&run).await {
                tracing::error!("the lease on run {} was lost", run.id);
                cancel.cancel();
                return;
            }
        }
    })
}
