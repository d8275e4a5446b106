//! The log that the console shows: told to everybody at once, written to the store in batches.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::bus::Bus;
use super::event::Event;
use crate::domain::ids::ConnectionName;
use crate::domain::log::{Level, LogEntry};
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
    Flush(oneshot::Sender<()>),
}

/// Writes log entries; clones share it. Never waits and never fails.
#[derive(Debug, Clone)]
pub struct Journal {
    bus: Bus,
    calendar: Calendar,
    sender: mpsc::UnboundedSender<Entry>,
}

impl Journal {
    /// Starts the task that writes to the store; it ends with the last clone.
    pub fn start(store: Store, bus: Bus, calendar: Calendar) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(write_batches(store, receiver));
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

    /// Waits until everything logged so far is in the store.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.sender.send(Entry::Flush(done)).is_ok() {
            let _ = wait.await;
        }
    }
}

async fn write_batches(store: Store, mut receiver: mpsc::UnboundedReceiver<Entry>) {
    let mut lines = Vec::new();
    while let Some(first) = receiver.recv().await {
        let mut waiting = Vec::new();
        let mut take = |entry, waiting: &mut Vec<_>| match entry {
            Entry::Line(line) => lines.push(line),
            Entry::Flush(done) => waiting.push(done),
        };
        take(first, &mut waiting);
        let deadline = tokio::time::Instant::now() + BATCH;
        let mut taken = 1;
        while waiting.is_empty() && taken < MAX_BATCH {
            match tokio::time::timeout_at(deadline, receiver.recv()).await {
                Ok(Some(entry)) => take(entry, &mut waiting),
                Ok(None) | Err(_) => break,
            }
            taken += 1;
        }
        if !lines.is_empty()
            && let Err(error) = store.append_log(&lines).await
        {
            tracing::error!(%error, lines = lines.len(), "log entries could not be stored");
        }
        lines.clear();
        for done in waiting {
            let _ = done.send(());
        }
    }
}
