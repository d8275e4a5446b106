//! What a process tells everybody, its log and how far its runs are: to its own screen at once, to the store in batches.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::bus::Bus;
use super::event::Event;
use crate::domain::ids::ConnectionName;
use crate::domain::log::{Level, LogEntry, Progress};
use crate::domain::text;
use crate::domain::time::Calendar;
use crate::store::Store;

/// Longest log line, in characters.
const MAX_LINE: usize = 1000;
/// How long entries are collected before they are written.
const BATCH: Duration = Duration::from_millis(100);
const MAX_BATCH: usize = 500;

enum Entry {
    Line(LogEntry),
    Progress(Box<Progress>),
    Flush(oneshot::Sender<()>),
}

/// Writes log entries and progress; clones share it. Never waits and never fails.
#[derive(Debug, Clone)]
pub struct Journal {
    bus: Bus,
    calendar: Calendar,
    sender: mpsc::UnboundedSender<Entry>,
}

impl Journal {
    /// Starts the task that writes to the store; it ends with the last clone.
    pub fn start(store: Store, bus: Bus, calendar: Calendar, owner: Arc<str>) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(write_batches(store, owner, receiver));
        Self {
            bus,
            calendar,
            sender,
        }
    }

    /// Adds an entry; the text is cleaned and bounded here.
    pub fn log(&self, level: Level, connection: Option<&ConnectionName>, line: impl AsRef<str>) {
        let entry = LogEntry {
            at: self.calendar.now(),
            level,
            connection: connection.cloned(),
            text: text::clean(line.as_ref(), MAX_LINE),
        };
        match level {
            Level::Error => {
                tracing::error!(connection = ?connection.map(ToString::to_string), "{}", entry.text)
            }
            Level::Warn => {
                tracing::warn!(connection = ?connection.map(ToString::to_string), "{}", entry.text)
            }
            _ => {
                tracing::info!(connection = ?connection.map(ToString::to_string), "{}", entry.text)
            }
        }
        self.bus.send(Event::Log(entry.clone()));
        let _ = self.sender.send(Entry::Line(entry));
    }

    /// Tells how far a run of this process is.
    pub fn progress(&self, progress: &Progress) {
        self.bus.send(Event::Progress(progress.clone()));
        let _ = self
            .sender
            .send(Entry::Progress(Box::new(progress.clone())));
    }

    /// Waits until everything told so far is in the store.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.sender.send(Entry::Flush(done)).is_ok() {
            let _ = wait.await;
        }
    }
}

/// What was told and is not written yet: every line, and the newest progress of each run.
#[derive(Default)]
struct Batch {
    lines: Vec<LogEntry>,
    progress: BTreeMap<ConnectionName, Progress>,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Batch {
    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Line(line) => self.lines.push(line),
            Entry::Progress(progress) => {
                self.progress.insert(progress.connection.clone(), *progress);
            }
            Entry::Flush(done) => self.waiting.push(done),
        }
    }

    async fn write(self, store: &Store, owner: &str) {
        if let Err(error) = store.append_log(&self.lines).await {
            tracing::error!(%error, lines = self.lines.len(), "log entries could not be stored");
        }
        let progress: Vec<&Progress> = self.progress.values().collect();
        if !progress.is_empty()
            && let Err(error) = store.put_progress(&progress, owner).await
        {
            tracing::error!(%error, "others could not be told how far the sync is");
        }
        for done in self.waiting {
            let _ = done.send(());
        }
    }
}

async fn write_batches(
    store: Store,
    owner: Arc<str>,
    mut receiver: mpsc::UnboundedReceiver<Entry>,
) {
    while let Some(first) = receiver.recv().await {
        let mut batch = Batch::default();
        batch.take(first);
        let deadline = tokio::time::Instant::now() + BATCH;
        let mut taken = 1;
        while batch.waiting.is_empty() && taken < MAX_BATCH {
            match tokio::time::timeout_at(deadline, receiver.recv()).await {
                Ok(Some(entry)) => batch.take(entry),
                Ok(None) | Err(_) => break,
            }
            taken += 1;
        }
        batch.write(&store, &owner).await;
    }
}
