//! The protocol of one refresh, under a lease that no other process holds: intent before the call, the new refresh token
//! durable before the new access token is used, the same token again only where an answer was lost.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::keeper::{IssueError, Issued, Issuer, Outcome, TokenError};
use super::token::{Access, RefreshedTokens, TokenState, TokenStore, Tokens};
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

/// A token whose answer was lost is sent at most this often.
const SENDS: u32 = 3;

/// How long to wait before a token that the store did not take is offered again.
const STORE_AGAIN: Duration = Duration::from_secs(5);

/// Spends refresh tokens, one at a time.
pub(super) struct Refresher {
    issuer: Arc<dyn Issuer>,
    pub store: Arc<dyn TokenStore>,
    pub calendar: Calendar,
    pub parts: Parts,
    unsaved: Mutex<Option<(i64, RefreshedTokens)>>,
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
        }
    }

    /// One refresh, start to end. `rejected` is the access token that the vendor has just refused.
    pub async fn under_lease(&self, rejected: Option<SecretString>) -> Outcome {
        if let Some(access) = self.wait_for_lease(rejected.as_ref()).await? {
            return Ok(access);
        }
        // Stops before the next send if the lease is lost or everything is cancelled.
        let stop = self.parts.cancel.child_token();
        let outcome = tokio::select! {
            outcome = self.protocol(rejected.as_ref(), &stop) => outcome,
            outcome = self.keep_lease(&stop) => outcome,
        };
        if let Err(error) = self.store.unlock().await {
            self.note(format!(
                "the refresh lease could not be given back and ends by itself: {error}"
            ));
        }
        outcome
    }

    /// Waits until this process is the one refresher; none when it is. Another one's new token ends the wait.
    async fn wait_for_lease(
        &self,
        rejected: Option<&SecretString>,
    ) -> Result<Option<Access>, TokenError> {
        for _ in 0..LEASE_TRIES {
            if self.store.try_lock().await? {
                return Ok(None);
            }
            if let Some(tokens) = self.store.load().await?
                && let Some(access) = self.usable(&tokens, rejected)
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

    async fn protocol(&self, rejected: Option<&SecretString>, stop: &CancellationToken) -> Outcome {
        for _ in 0..SENDS {
            let row = self.store.load().await?.ok_or(TokenError::Missing)?;
            if let Some(access) = self.save_again(&row).await? {
                return Ok(access);
            }
            if let Some(access) = self.usable(&row, rejected) {
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
            .clone()
            .filter(|_| row.state == TokenState::Refreshing);
        if let Some(earlier) = &interrupted {
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
                    if self.has_moved(row).await.unwrap_or(false) {
                        return Ok(Spent::RowMoved);
                    }
                    self.end(row, TokenState::NeedsAttention).await;
                    return Err(TokenError::Refused {
                        error,
                        issued_at: row.issued_at,
                        interrupted,
                        answer_lost: lost.is_some(),
                    });
                }
                Err(IssueError::NotProcessed(error)) => {
                    let answer_lost = lost.is_some();
                    if !answer_lost && interrupted.is_none() {
                        self.end(row, TokenState::Good).await;
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
    async fn end(&self, row: &Tokens, state: TokenState) {
        if let Err(error) = self.store.end(row.version, state).await {
            self.note(format!(
                "the end of the refresh could not be written: {error}"
            ));
        }
    }

    async fn has_moved(&self, row: &Tokens) -> Result<bool, TokenError> {
        let now = self.store.load().await?;
        Ok(now.is_none_or(|now| {
            now.version != row.version || now.refresh.expose_secret() != row.refresh.expose_secret()
        }))
    }

    /// Makes the new tokens durable, then hands out the access token; none if the row has moved on meanwhile. Nobody
    /// can cancel this.
    async fn save(&self, row: &Tokens, issued: Issued) -> Result<Option<Access>, TokenError> {
        let now = self.calendar.now();
        let same = |new: &SecretString| new.expose_secret() == row.refresh.expose_secret();
        let rotated = issued.refresh.filter(|new| !same(new));
        if rotated.is_none() {
            self.note("the answer holds no new refresh token; the old one is kept".to_owned());
        }
        let access = Access {
            token: issued.access,
            expires_at: Some(now.plus_seconds(issued.expires_in)),
        };
        let refreshed = RefreshedTokens {
            refresh_expires_at: rotated
                .as_ref()
                .map(|_| now.plus_seconds(issued.refresh_expires_in)),
            refresh: rotated,
            access,
            issued_at: now,
        };
        let mut tries = 0;
        let failed = loop {
            match self.store.commit(row.version, &refreshed).await {
                Ok(true) => {
                    self.note("a new access token was issued and stored".to_owned());
                    return Ok(Some(refreshed.access));
                }
                Ok(false) => {
                    self.note(
                        "new tokens came, but the stored credential was replaced meanwhile"
                            .to_owned(),
                    );
                    return Ok(None);
                }
                Err(error) if tries == 4 => break error,
                Err(error) => {
                    self.note(format!(
                        "the new refresh token is not stored yet, trying again: {error}"
                    ));
                    let wait = Duration::from_secs(1 << tries);
                    tokio::time::sleep(self.parts.tempo.of(wait)).await;
                    tries += 1;
                }
            }
        };
        *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((row.version, refreshed));
        Err(TokenError::Unsaved(failed))
    }

    /// Goes on trying to store a token that the store did not take, whatever becomes of those who waited for it.
    pub async fn store_what_waits(&self) {
        while self.waiting().is_some() {
            tokio::time::sleep(self.parts.tempo.of(STORE_AGAIN)).await;
            if let Ok(Some(row)) = self.store.load().await
                && let Ok(Some(_)) = self.save_again(&row).await
            {
                self.note("the new refresh token is stored now".to_owned());
            }
        }
    }

    fn waiting(&self) -> Option<(i64, RefreshedTokens)> {
        let waiting = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.clone()
    }

    /// A token that came earlier but could not be stored is stored before anything else is tried.
    async fn save_again(&self, row: &Tokens) -> Result<Option<Access>, TokenError> {
        let Some((version, refreshed)) = self.waiting() else {
            return Ok(None);
        };
        let stored = version == row.version
            && self
                .store
                .commit(version, &refreshed)
                .await
                .map_err(TokenError::Unsaved)?;
        *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(stored.then_some(refreshed.access))
    }

    fn usable(&self, row: &Tokens, rejected: Option<&SecretString>) -> Option<Access> {
        let access = row.access.clone()?;
        let is_rejected =
            rejected.is_some_and(|bad| bad.expose_secret() == access.token.expose_secret());
        (!is_rejected && lives(&access, self.calendar.now(), AHEAD)).then_some(access)
    }

    fn note(&self, words: String) {
        self.parts.observer.note(&Note::Token(words));
    }
}

/// True if the token lives at least so many seconds, or its life is not known.
pub(super) fn lives(access: &Access, now: Ts, at_least: i64) -> bool {
    access
        .expires_at
        .is_none_or(|end| end.seconds_since(now) >= at_least)
}
