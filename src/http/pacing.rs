//! What the client asks of the pacing: a slot before each request, and what became of it afterwards.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::quota::Quota;

/// Whether a person waits for the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A person waits: no gap between starts, any free slot, ahead of bulk work.
    Interactive,
    /// A token call, for which a person or a whole sync waits: the same, but no sign that a person is about.
    Token,
    /// A sync: behind people.
    Bulk,
}

/// What became of a request that held a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// It was answered, with any status but 429.
    Answered,
    /// No answer came, but it may have arrived.
    Lost,
    /// It certainly never left: the slot is free at once.
    NeverSent,
    /// 429, with the wait that the server asked for, if it did.
    RateLimited(Option<Duration>),
}

/// A granted slot; hand it back with [`Pacer::release`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot(pub i64);

/// The pacing is shut: the caller was told to stop, or the shared state cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum PacerError {
    /// Still rate-limited after the patience given.
    #[error("the distributor still answers 429 after {0} s of waiting")]
    OutOfPatience(u64),
    /// The shared budget cannot be read.
    #[error("the shared request budget cannot be reached: {0}")]
    Unavailable(String),
}

/// The budget of one credential. Implemented over the store, so that all processes share it.
#[async_trait]
pub trait Pacer: Send + Sync {
    /// Waits for a slot. Dropping the future gives up the place in the queue.
    async fn acquire(&self, class: Class) -> Result<Slot, PacerError>;

    /// Tells what the server said of its own limit, if it did; before the slot is handed back.
    async fn told(&self, _quota: Quota) {}

    /// Tells what became of the request.
    async fn release(&self, slot: Slot, used: Used);
}
