//! Reads a run's listings: page by page, each with its checkpoint in one transaction, until every row was seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::event::Topic;
use super::run::SyncRun;
use crate::distributor::{Cursor, Page, Reach, Stream, Unread};
use crate::domain::ids::AccountKey;
use crate::domain::log::Phase;
use crate::domain::problem::{Problem, ProblemKind};
use crate::store::pages::PageWrite;
use crate::store::runs::Scope;
use crate::store::unread;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// Every listing to its end, every row accounted for.
    Whole,
    /// The same but for some customers, whose rows stay as they were: nothing is concluded about them, everything about
    /// the others.
    AllBut(Box<Problem>),
    /// A listing moved under us or rows are missing: nothing may be marked as gone.
    Incomplete,
}

impl SyncRun {
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
        if self.run.scope == Scope::Changed {
            distributor.recall(self.ctx.store.revisions(&self.run.connection).await?);
        }
        let mut whole = true;
        for stream in distributor.streams() {
            self.enter(phase_of(*stream)).await?;
            whole &= self.read_stream(*stream).await?;
        }
        if !whole {
            return Ok(Completeness::Incomplete);
        }
        let unread = self.unread().await?;
        self.keep_unlisted().await?;
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
                    "no longer in the list of {}: {}",
                    stream.tag(),
                    closed.gone
                ));
            }
        }
        Ok(match unread {
            _ if !whole => Completeness::Incomplete,
            Some(problem) => Completeness::AllBut(Box::new(problem)),
            None => Completeness::Whole,
        })
    }

    /// Nothing that is billed goes out of sight, also where the list of customers lacks whose it is.
    async fn keep_unlisted(&self) -> Result<(), Problem> {
        let now = self.ctx.calendar.now();
        let unlisted = match self.ctx.store.keep_unlisted(&self.run, now).await? {
            0 => return Ok(()),
            1 => "1 customer has live subscriptions and is".to_owned(),
            n => format!("{n} customers have live subscriptions and are"),
        };
        self.warn(format!(
            "{unlisted} missing from the list of customers: kept, for review by their id"
        ));
        Ok(())
    }

    /// What the run could not read of single customers, before a resume too, as one problem.
    async fn unread(&self) -> Result<Option<Problem>, Problem> {
        let unread = self.ctx.store.unread_in(&self.run).await?;
        let Some(first) = unread.first() else {
            return Ok(None);
        };
        let vendor = self.run.vendor.label();
        let cause = serde_json::from_str::<Problem>(&first.problem)
            .unwrap_or_else(|_| Problem::new(ProblemKind::ServerFailure, vendor));
        let (count, word) = match unread.len() {
            1 => (1, "customer"),
            n => (n, "customers"),
        };
        let title = format!("The subscriptions of {count} {word} of {vendor} could not be read");
        let seen = format!("{}: {}", first.customer, cause.seen);
        let problem = Problem::new(cause.kind, title)
            .seen(seen)
            .cause(cause.cause)
            .remedy("The others were read. The rows of these stay as they were and are not judged until a sync reads them: sync again later.");
        Ok(Some(match cause.request {
            Some(request) => problem.request(request),
            None => problem,
        }))
    }

    /// Reads one listing; true if every row that the server counts was seen.
    async fn read_stream(&mut self, stream: Stream) -> Result<bool, Stop> {
        let mut rereads = 0;
        loop {
            let read = self.read_pages(stream).await?;
            let seen = self.ctx.store.seen_count(&self.run, stream.tag()).await?;
            let seen = seen + read.nameless + read.twice;
            let expected = read.expected.unwrap_or(seen);
            if read.reach == Reach::Part {
                self.warn(format!(
                    "the {} could only be read in part: nothing is marked as gone",
                    stream.tag()
                ));
                return Ok(false);
            }
            match read.reach == Reach::Moved || seen < expected {
                true => {
                    if rereads == REREADS {
                        self.warn(format!(
                            "{seen} of {expected} {} were seen even after reading again: the listing counts as incomplete",
                            stream.tag()
                        ));
                        return Ok(false);
                    }
                    rereads += 1;
                    if let Some(witness) = &self.ctx.witness {
                        witness.again(stream);
                    }
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
                false => return Ok(true),
            }
        }
    }

    /// Reads page after page.
    async fn read_pages(&mut self, stream: Stream) -> Result<ReadPages, Stop> {
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
        let (mut nameless, mut twice, mut reach) = (0, 0, Reach::Whole);
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
            if let Some(witness) = &self.ctx.witness {
                witness.page(stream, &page);
            }
            done = page.next.is_none();
            reach = page.reach;
            expected = page.total.or(expected);
            rows += page.received;
            twice += page.twice;
            nameless += page
                .quarantined
                .iter()
                .filter(|q| q.source_id.is_empty())
                .count() as u64;
            // A process that dies after the last page must not take a listing that was not reached whole for one that was.
            let closed = done && page.reach == Reach::Whole;
            self.keep(stream, &page, expected, closed).await?;
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
        Ok(ReadPages {
            expected,
            nameless,
            twice,
            reach,
        })
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
        for (customer, told) in &page.evidence {
            let key = AccountKey::new(self.run.connection.clone(), customer.clone());
            let saved = self
                .ctx
                .store
                .save_evidence(&key, &told.ms_tenant_id, &told.domain);
            saved.await?;
        }
        let unread: Vec<_> = page.unread.iter().map(kept).collect();
        self.ctx
            .store
            .save_page(
                &self.run,
                &PageWrite {
                    stream: stream.tag(),
                    customers: &page.customers,
                    subscriptions: &page.subscriptions,
                    unchanged: &page.unchanged,
                    unread: &unread,
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
        for missed in &page.unread {
            self.warn(format!(
                "the subscriptions of customer {} could not be read, and stay as they were: {}",
                missed.customer, missed.problem.seen
            ));
        }
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
}

/// How the pages of a listing were read.
struct ReadPages {
    /// The server's last total.
    expected: Option<u64>,
    /// Rows without an id.
    nameless: u64,
    /// Rows that came twice on one page.
    twice: u64,
    /// What the last page told.
    reach: Reach,
}

fn kept(missed: &Unread) -> unread::Unread {
    unread::Unread {
        customer: missed.customer.clone(),
        problem: serde_json::to_string(&missed.problem).unwrap_or_default(),
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
