//! What a refresh brought is made durable before it is used: journal, then store; and stays on offer while the store is
//! away.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::keeper::{Issued, TokenError};
use super::refresh::{Need, Refresher};
use super::token::{Access, RefreshedTokens, Tokens};

/// How long to wait before a token that the store did not take is offered again.
const STORE_AGAIN: Duration = Duration::from_secs(5);

/// New tokens that the store has not taken yet.
#[derive(Clone)]
pub(super) struct Unsaved {
    version: i64,
    refreshed: RefreshedTokens,
    kept: Durability,
}

/// What becomes of unsaved tokens if this process dies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Durability {
    /// The journal has them.
    Journal,
    /// They are lost.
    MemoryOnly,
}

impl Refresher {
    /// Makes the new tokens durable, then hands out the access token; none if the row has moved on meanwhile. Nobody
    /// can cancel this.
    pub(super) async fn save(
        &self,
        row: &Tokens,
        issued: Issued,
    ) -> Result<Option<Access>, TokenError> {
        self.exchanged.fetch_add(1, Ordering::Relaxed);
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
        let kept = match self.store.journal(row, &refreshed).await {
            Ok(()) => Durability::Journal,
            Err(error) => {
                self.note(format!(
                    "the new refresh token is not in the journal: {error}"
                ));
                Durability::MemoryOnly
            }
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
        let unsaved = Unsaved {
            version: row.version,
            refreshed,
            kept,
        };
        if kept == Durability::Journal {
            self.note(format!(
                "the new refresh token lies in this machine's journal until the database takes it: {failed}"
            ));
        }
        *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner) = Some(unsaved);
        let lent = self.lent(row.version + 1, &Need::Any);
        lent.map(Some).ok_or(TokenError::Unsaved(failed))
    }

    /// The access token of tokens that only the journal has, if it serves; for as long as the database is away. Tokens
    /// that nothing keeps are not used.
    pub(super) fn lent(&self, version: i64, need: &Need) -> Option<Access> {
        let unsaved = self.waiting()?;
        let access = unsaved.refreshed.access;
        (unsaved.kept == Durability::Journal && self.serves(&access, version, need))
            .then_some(access)
    }

    /// Goes on trying to store a token that the store did not take, whatever becomes of those who waited for it.
    pub(super) async fn store_what_waits(&self) {
        while self.waiting().is_some() {
            tokio::time::sleep(self.parts.tempo.of(STORE_AGAIN)).await;
            // Renews the lease, if anybody can: the old token must not be spent meanwhile.
            let _ = self.store.try_lock().await;
            if let Ok(Some(row)) = self.store.load().await {
                let _ = self.save_again(&row, &Need::Any).await;
            }
            if self.waiting().is_none() {
                self.note("the new refresh token is stored now".to_owned());
                self.give_lease_back().await;
            }
        }
    }

    pub(super) fn waiting(&self) -> Option<Unsaved> {
        let waiting = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.clone()
    }

    /// A token that came earlier but could not be stored is stored before anything else is tried.
    pub(super) async fn save_again(
        &self,
        row: &Tokens,
        need: &Need,
    ) -> Result<Option<Access>, TokenError> {
        let Some(unsaved) = self.waiting() else {
            return Ok(None);
        };
        if unsaved.version == row.version {
            let stored = self.store.commit(row.version, &unsaved.refreshed).await;
            if let Err(error) = stored {
                let lent = self.lent(row.version + 1, need);
                return lent.map(Some).ok_or(TokenError::Unsaved(error));
            }
        }
        // It is in the row now, or the row has moved on.
        *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let row = self.store.load().await?;
        Ok(row.and_then(|row| self.usable(&row, need)))
    }
}
