//! Keeps a usable access token: one refresher at a time, intent before the call, the new refresh token durable before
//! the new access token is used, and an exact account of what happened when it goes wrong.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::refresh::{AHEAD, Need, Refresher, lives};
use super::token::{Access, Attempt, Kept, TokenState, TokenStore, TokenStoreError, is_due};
use crate::domain::time::{Calendar, Ts};
use crate::http::error::ApiError;
use crate::http::request::Parts;

/// After a refresh ahead of time has failed, it is not tried again for so long.
const RETRY_AHEAD: Duration = Duration::from_secs(60);

/// What the vendor's token endpoint gave.
pub struct Issued {
    /// The access token.
    pub access: SecretString,
    /// How long it lives, in seconds.
    pub expires_in: i64,
    /// The next refresh token; none if the answer held none.
    pub refresh: Option<SecretString>,
    /// How long a refresh token lives from now, in seconds.
    pub refresh_expires_in: i64,
}

/// Why the vendor's token endpoint gave nothing.
#[derive(Debug, Clone)]
pub enum IssueError {
    /// A verdict on the token that was sent.
    Refused(ApiError),
    /// The request may have been processed, but its answer is lost or of no use.
    Lost(ApiError),
    /// The request certainly was not processed.
    NotProcessed(ApiError),
}

/// The vendor's side: exchanges a refresh token.
#[async_trait]
pub trait Issuer: Send + Sync {
    /// Spends the token, once.
    async fn issue(
        &self,
        refresh: &SecretString,
        cancel: &CancellationToken,
    ) -> Result<Issued, IssueError>;
}

/// A refresh token that the vendor refused, with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedToken {
    /// When it was issued or pasted.
    pub issued_at: Ts,
    /// When it ends, if anybody told.
    pub expires_at: Option<Ts>,
    /// Whether we ever used it or the one before it.
    pub origin: TokenOrigin,
    /// An earlier refresh with this token whose end is not known.
    pub interrupted: Option<Attempt>,
    /// True if this very refresh lost an answer before it was refused.
    pub answer_lost: bool,
    /// When a newer token was issued to this machine.
    pub newer_since: Option<Ts>,
}

/// Where a refresh token came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenOrigin {
    /// A person pasted it, and it was never accepted.
    Pasted,
    /// The vendor issued it to us.
    Issued,
}

/// Why there is no access token.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TokenError {
    /// No refresh token was ever pasted.
    #[error("no refresh token is stored")]
    Missing,
    /// The vendor refused the refresh token.
    #[error("the refresh token was refused: {error}")]
    Refused {
        /// The refusal.
        error: ApiError,
        /// What is known of the token.
        token: Box<RefusedToken>,
    },
    /// The token endpoint cannot be used at the moment; the token is kept.
    #[error("{error}")]
    Passing {
        /// What was seen.
        error: ApiError,
        /// True if the token may have been spent without an answer.
        answer_lost: bool,
    },
    /// The store failed; nothing was spent.
    #[error("{0}")]
    Store(TokenStoreError),
    /// A new token came, but the store does not take it; it is kept in memory and tried again.
    #[error("the new refresh token could not be stored: {0}")]
    Unsaved(TokenStoreError),
    /// Another process holds the refresh for too long.
    #[error("another process is refreshing the token and does not come to an end")]
    Busy,
    /// Somebody asked to stop.
    #[error("stopped")]
    Cancelled,
}

impl From<TokenStoreError> for TokenError {
    fn from(error: TokenStoreError) -> Self {
        TokenError::Store(error)
    }
}

pub(super) type Outcome = Result<Access, TokenError>;

/// Hands out access tokens of one credential.
pub struct Keeper {
    refresher: Arc<Refresher>,
    flight: Mutex<Option<watch::Receiver<Option<Outcome>>>>,
    failed_at: Mutex<Option<Instant>>,
}

impl Keeper {
    /// A keeper over the vendor's endpoint and the store.
    pub fn new(
        issuer: Arc<dyn Issuer>,
        store: Arc<dyn TokenStore>,
        calendar: Calendar,
        parts: Parts,
    ) -> Self {
        Self {
            refresher: Arc::new(Refresher::new(issuer, store, calendar, parts)),
            flight: Mutex::default(),
            failed_at: Mutex::default(),
        }
    }

    /// A usable access token: the stored one if it lives long enough, else a new one. Where it is refreshed ahead of its
    /// end and that fails, the stored one serves on, and the refresh is tried again after a minute.
    pub async fn access(&self) -> Outcome {
        let refresher = &self.refresher;
        if let Some(lent) = refresher.lent(0, &Need::Any) {
            return Ok(lent);
        }
        let stored = refresher.store.load().await?.ok_or(TokenError::Missing)?;
        let now = refresher.calendar.now();
        let (living, dying): (Option<Access>, Option<Access>) = match stored.access {
            Some(access) if lives(&access, now, AHEAD) => (Some(access), None),
            Some(access) if lives(&access, now, 30) => (None, Some(access)),
            _ => (None, None),
        };
        if let Some(access) = living.or_else(|| dying.clone().filter(|_| self.has_just_failed())) {
            return Ok(access);
        }
        match (self.refresh(Need::Any).await, dying) {
            (Err(TokenError::Passing { .. } | TokenError::Busy), Some(access)) => {
                *self
                    .failed_at
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                Ok(access)
            }
            (outcome, _) => outcome,
        }
    }

    fn has_just_failed(&self) -> bool {
        let failed_at = *self
            .failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        failed_at.is_some_and(|at| at.elapsed() < RETRY_AHEAD)
    }

    /// Another access token than this one, which the vendor has just rejected. Many who were rejected at once get the
    /// same new one.
    pub async fn renew(&self, rejected: &SecretString) -> Outcome {
        let renewed = self.refresh(Need::Other(rejected.clone())).await?;
        // A flight that had begun before may have found the rejected token still good.
        if renewed.token.expose_secret() == rejected.expose_secret() {
            return self.refresh(Need::Other(rejected.clone())).await;
        }
        Ok(renewed)
    }

    /// Rotates the refresh token if it was not rotated for `after` seconds or its end is near. One that was refused is
    /// left alone.
    pub async fn keep_alive(&self, after: i64) -> Result<Kept, TokenError> {
        let load = async || {
            self.refresher
                .store
                .load()
                .await?
                .ok_or(TokenError::Missing)
        };
        let row = load().await?;
        if row.state == TokenState::NeedsAttention {
            return Ok(Kept::Refused);
        }
        let now = self.refresher.calendar.now();
        if !is_due(row.issued_at, row.expires_at, now, after) {
            return Ok(Kept::Fresh);
        }
        let exchanged = || self.refresher.exchanged.load(Ordering::Relaxed);
        let before = exchanged();
        // The second time for a flight that had begun before, for somebody with another need.
        for _ in 0..2 {
            self.refresh(Need::Newer(row.version)).await?;
            let is_newer = load().await?.version > row.version;
            match (is_newer, exchanged() > before) {
                (true, true) => return Ok(Kept::Rotated),
                // Somebody else was faster.
                (true, false) => return Ok(Kept::Fresh),
                (false, true) => return Ok(Kept::NotRotating),
                (false, false) => {}
            }
        }
        Ok(Kept::NotRotating)
    }

    /// Waits for the flight under way, or starts one. The flight is a task of its own: whoever stops waiting for it does
    /// not stop it.
    async fn refresh(&self, need: Need) -> Outcome {
        let mut result = self.join(need);
        let waiting = result.wait_for(Option::is_some);
        let ended = tokio::select! {
            biased;
            ended = waiting => ended.ok().and_then(|outcome| outcome.clone()),
            () = self.refresher.parts.cancel.cancelled() => Some(Err(TokenError::Cancelled)),
        };
        let died = || {
            TokenError::Store(TokenStoreError::Database(
                "the refresh task ended without a result".to_owned(),
            ))
        };
        ended.unwrap_or_else(|| Err(died()))
    }

    fn join(&self, need: Need) -> watch::Receiver<Option<Outcome>> {
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = flight.as_ref().filter(|running| running.borrow().is_none()) {
            return running.clone();
        }
        let (tell, result) = watch::channel(None);
        *flight = Some(result.clone());
        let refresher = self.refresher.clone();
        self.refresher.parts.tasks.spawn(async move {
            let outcome = refresher.under_lease(need).await;
            tell.send_replace(Some(outcome));
            refresher.store_what_waits().await;
        });
        result
    }
}

#[cfg(test)]
mod process_tests;
#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod tests;
