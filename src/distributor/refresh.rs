//! The protocol of one refresh, under a lease that no other process holds: intent before the call, the new refresh token
//! durable before the new access token is used, the same token again only where an answer was lost.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::keeper::{IssueError, Issued, Issuer, Outcome, RefusedToken, TokenError, TokenOrigin};
use super::saving::Unsaved;
use super::token::{Access, Attempt, TokenState, TokenStore, Tokens};
use crate::domain::text::clean;
use crate::domain::time::{Calendar, Ts};
use crate::http::error::ApiError;
use crate::http::observe::Note;
use crate::http::request::Parts;
use crate::http::tempo::Tempo;

/// An access token with less life than this is refreshed ahead of time, in seconds.
pub(super) const AHEAD: i64 = 10 * 60;

/// The lease lasts 90 s and is renewed at a third of that.
const RENEW_LEASE: Duration = Duration::from_secs(30);

/// How often a held lease is asked for. The time is real at any tempo: somebody else's call takes real time.
const LEASE_TRIES: u32 = 480;

/// How long to wait before a held lease is asked for again.
const LEASE_WAIT: Duration = Duration::from_millis(250);

/// A token is sent once, and once more if only its answer was lost.
const SENDS: u32 = 2;

/// How often the row may move on under a refresh before it gives up.
const ROUNDS: u32 = 4;

/// Spends refresh tokens, one at a time.
pub(super) struct Refresher {
    issuer: Arc<dyn Issuer>,
    pub store: Arc<dyn TokenStore>,
    pub calendar: Calendar,
    pub parts: Parts,
    pub(super) unsaved: Mutex<Option<Unsaved>>,
    /// Tokens that this refresher spent for new ones.
    pub exchanged: AtomicU64,
}

/// What somebody who asks for a refresh needs.
#[derive(Clone)]
pub(super) enum Need {
    /// An access token that lives.
    Any,
    /// Another access token than this one, which the vendor has just rejected.
    Other(SecretString),
    /// A refresh token newer than that of this version.
    Newer(i64),
}

/// What came of spending a token.
enum Spent {
    Issued(Issued),
    /// Somebody else has put another token in the row.
    RowMoved,
}

impl Refresher {
    pub fn new(
        issuer: Arc<dyn Issuer>,
        store: Arc<dyn TokenStore>,
        calendar: Calendar,
        parts: Parts,
    ) -> Self {
        Self {
            issuer,
            store,
            calendar,
            parts,
            unsaved: Mutex::default(),
            exchanged: AtomicU64::new(0),
        }
    }

    /// One refresh, start to end.
    pub async fn under_lease(&self, need: Need) -> Outcome {
        if let Some(access) = self.wait_for_lease(&need).await? {
            return Ok(access);
        }
        // Stops before the next send if the lease is lost or everything is cancelled.
        let stop = self.parts.cancel.child_token();
        let outcome = tokio::select! {
            outcome = self.protocol(&need, &stop) => outcome,
            outcome = self.keep_lease(&stop) => outcome,
        };
        // While a new token waits to be stored, nobody else may spend the old one.
        if self.waiting().is_none() {
            self.give_lease_back().await;
        }
        outcome
    }

    pub(super) async fn give_lease_back(&self) {
        if let Err(error) = self.store.unlock().await {
            self.note(format!(
                "the refresh lease could not be given back and ends by itself: {error}"
            ));
        }
    }

    /// Waits until this process is the one refresher; none when it is. Another one's new token ends the wait.
    async fn wait_for_lease(&self, need: &Need) -> Result<Option<Access>, TokenError> {
        for _ in 0..LEASE_TRIES {
            if self.store.try_lock().await? {
                return Ok(None);
            }
            if let Some(tokens) = self.store.load().await?
                && let Some(access) = self.usable(&tokens, need)
            {
                return Ok(Some(access));
            }
            let slept = Tempo::REAL.sleep(LEASE_WAIT, &self.parts.cancel).await;
            slept.map_err(|_| TokenError::Cancelled)?;
        }
        Err(TokenError::Busy)
    }

    async fn keep_lease(&self, stop: &CancellationToken) -> Outcome {
        loop {
            tokio::time::sleep(RENEW_LEASE).await;
            if !self.store.try_lock().await.unwrap_or(false) {
                stop.cancel();
                return std::future::pending().await;
            }
        }
    }

    async fn protocol(&self, need: &Need, stop: &CancellationToken) -> Outcome {
        for _ in 0..ROUNDS {
            let row = self.store.load().await?.ok_or(TokenError::Missing)?;
            if let Some(access) = self.save_again(&row, need).await? {
                return Ok(access);
            }
            if let Some(access) = self.usable(&row, need) {
                return Ok(access);
            }
            if !self.store.begin_refresh(row.version).await? {
                continue;
            }
            match self.spend(&row, stop).await? {
                Spent::RowMoved => continue,
                Spent::Issued(issued) => {
                    if let Some(access) = self.save(&row, issued).await? {
                        return Ok(access);
                    }
                }
            }
        }
        Err(TokenError::Busy)
    }

    /// Sends the token, and the same one again if only the answer was lost.
    async fn spend(&self, row: &Tokens, stop: &CancellationToken) -> Result<Spent, TokenError> {
        let interrupted = row
            .attempt
            .as_ref()
            .filter(|_| row.state != TokenState::Good);
        if let Some(earlier) = interrupted {
            self.note(format!(
                "a refresh begun at {} UTC on {} did not come to its end; the same token is tried again",
                earlier.at.clock(),
                clean(&earlier.host, 80)
            ));
        }
        let mut lost: Option<ApiError> = None;
        for send in 0..SENDS {
            if send > 0 {
                let waited = self.parts.tempo.sleep(Duration::from_secs(2), stop).await;
                if waited.is_err() || self.has_moved(row).await? {
                    break;
                }
            }
            match self.issuer.issue(&row.refresh, stop).await {
                Ok(issued) => return Ok(Spent::Issued(issued)),
                Err(IssueError::Refused(error)) => {
                    // The verdict is on the bytes that were sent: another token in the row or the journal is used.
                    let now = self.store.load().await.ok().flatten();
                    if now.as_ref().is_some_and(|now| is_other(now, row)) {
                        return Ok(Spent::RowMoved);
                    }
                    let ours = now.and_then(|now| now.attempt).filter(|_| lost.is_some());
                    let unresolved = ours.as_ref().or(interrupted);
                    self.end(row, TokenState::NeedsAttention, unresolved).await;
                    return Err(refused(error, row, interrupted, lost.is_some()));
                }
                Err(IssueError::NotProcessed(error)) => {
                    let answer_lost = lost.is_some();
                    if !answer_lost {
                        self.end(row, row.state, interrupted).await;
                    }
                    return Err(TokenError::Passing { error, answer_lost });
                }
                Err(IssueError::Lost(error)) => {
                    self.note(format!(
                        "a refresh was sent, but its answer is lost: {}",
                        error.seen()
                    ));
                    lost = Some(error);
                }
            }
        }
        if self.has_moved(row).await? {
            return Ok(Spent::RowMoved);
        }
        // The state stays "refreshing": the next one to read the row must know that the token may be spent.
        match lost {
            Some(error) => Err(TokenError::Passing {
                error,
                answer_lost: true,
            }),
            None => Err(TokenError::Cancelled),
        }
    }

    /// Writes how the refresh ended. A store that fails must not hide why it ended so.
    async fn end(&self, row: &Tokens, state: TokenState, attempt: Option<&Attempt>) {
        if let Err(error) = self.store.end(row.version, state, attempt).await {
            self.note(format!(
                "the end of the refresh could not be written: {error}"
            ));
        }
    }

    async fn has_moved(&self, row: &Tokens) -> Result<bool, TokenError> {
        let now = self.store.load().await?;
        Ok(now.is_none_or(|now| is_other(&now, row)))
    }

    pub(super) fn usable(&self, row: &Tokens, need: &Need) -> Option<Access> {
        let access = row.access.clone()?;
        self.serves(&access, row.version, need).then_some(access)
    }

    pub(super) fn serves(&self, access: &Access, version: i64, need: &Need) -> bool {
        let is_wanted = match need {
            Need::Any => true,
            Need::Other(rejected) => rejected.expose_secret() != access.token.expose_secret(),
            Need::Newer(than) => version > *than,
        };
        is_wanted && lives(access, self.calendar.now(), AHEAD)
    }

    pub(super) fn note(&self, words: String) {
        self.parts.observer.note(&Note::Token(words));
    }
}

/// True if the token lives at least so many seconds, or its life is not known.
pub(super) fn lives(access: &Access, now: Ts, at_least: i64) -> bool {
    access
        .expires_at
        .is_none_or(|end| end.seconds_since(now) >= at_least)
}

/// True if another token than the one that was read lies in the row.
fn is_other(now: &Tokens, read: &Tokens) -> bool {
    now.version != read.version || now.refresh.expose_secret() != read.refresh.expose_secret()
}

fn refused(
    error: ApiError,
    row: &Tokens,
    interrupted: Option<&Attempt>,
    answer_lost: bool,
) -> TokenError {
    TokenError::Refused {
        error,
        token: Box::new(RefusedToken {
            issued_at: row.issued_at,
            expires_at: row.expires_at,
            origin: match row.access {
                Some(_) => TokenOrigin::Issued,
                None => TokenOrigin::Pasted,
            },
            interrupted: interrupted.cloned(),
            answer_lost,
            newer_since: row.newer_since,
        }),
    }
}
