//! One credential's tokens: sealed in the store, one refresher among all processes, and a journal on this machine for
//! what the store does not have yet.

use std::cmp::Ordering;
use std::sync::PoisonError;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::context::Context;
use super::owner;
use super::token_journal::{Newest, TokenJournal};
use crate::distributor::token::{
    Access, Attempt, RefreshedTokens, TokenState, TokenStore, TokenStoreError, Tokens,
};
use crate::domain::ids::ConnectionName;
use crate::domain::log::Level;
use crate::domain::time::Ts;
use crate::secret::SecretName;
use crate::store::connections::Connection;
use crate::store::tokens::{RefreshedToken, TokenRow, TokenState as Kept};

/// How long a refresher may take before another one may try: longer than a request and a commit.
const LEASE_SECONDS: u32 = 90;

/// What a journal is sealed as.
const JOURNAL: &str = "token_journal";

/// A [`TokenStore`] over the database and the journal's folder.
pub struct StoreTokens {
    ctx: Context,
    credential: ConnectionName,
    journal: Option<TokenJournal>,
    /// The lease's owner. Two connectors of one process are two refreshers, so each has its own.
    owner: String,
}

/// What the journal holds: the next token, and the one that was spent for it.
#[derive(Serialize, Deserialize)]
struct Entry {
    spent: String,
    refresh: String,
    access: String,
    access_expires_at: Option<i64>,
    expires_at: Option<i64>,
    issued_at: i64,
}

impl StoreTokens {
    /// The tokens of a connection that has its own.
    pub fn new(ctx: Context, connection: &Connection) -> Self {
        let folder = ctx.token_folder.as_deref();
        Self {
            journal: folder.map(|f| TokenJournal::of(f, ctx.store.tenant(), connection)),
            owner: format!("{}.{:08x}", ctx.owner, fastrand::u32(..)),
            credential: connection.name.clone(),
            ctx,
        }
    }

    /// The row, after a token that a dead process of this machine left in the journal was put into it.
    pub async fn replay(&self) -> Result<Option<TokenRow>, TokenStoreError> {
        let row = self.row().await?;
        let (Some(read), Some(journal)) = (&row, &self.journal) else {
            return Ok(row);
        };
        let versions = journal
            .versions()
            .map_err(|e| self.no_journal(journal, e))?;
        let mut replayed = false;
        for version in versions {
            match version.cmp(&(read.version + 1)) {
                Ordering::Less => journal.remove(version),
                Ordering::Equal => replayed |= self.replay_one(journal, read).await?,
                Ordering::Greater => self.tell_newer(journal, version).await?,
            }
        }
        if replayed { self.row().await } else { Ok(row) }
    }

    /// Puts the journal that follows on a row into it. False where it belongs to another token.
    async fn replay_one(
        &self,
        journal: &TokenJournal,
        row: &TokenRow,
    ) -> Result<bool, TokenStoreError> {
        let version = row.version + 1;
        let Some(sealed) = journal
            .read(version)
            .map_err(|e| self.no_journal(journal, e))?
        else {
            return Ok(true);
        };
        let text = self.ctx.open(&self.credential, JOURNAL, &sealed).ok();
        let Some(entry) = text.and_then(|t| serde_json::from_str::<Entry>(t.expose_secret()).ok())
        else {
            self.tell_once(format!(
                "the token journal in {} cannot be read: the key is another one, or the file is damaged; it is left alone",
                journal.folder().display()
            ));
            return Ok(false);
        };
        let current = self.open(SecretName::RefreshToken, &row.current)?;
        if entry.spent != current.expose_secret() {
            return Ok(false);
        }
        if self.commit_sealed(row.version, &entry.refreshed()).await? {
            self.ctx.journal.log(
                Level::Warn,
                Some(&self.credential),
                "a new refresh token that was only in this machine's journal is stored now",
            );
        }
        journal.remove(version);
        Ok(true)
    }

    /// Tells of a journal that is newer than the row can explain, unless the row has only moved on meanwhile.
    async fn tell_newer(
        &self,
        journal: &TokenJournal,
        version: i64,
    ) -> Result<(), TokenStoreError> {
        let row = self.row().await?;
        let explained = row.is_none_or(|row| version <= row.version + 1);
        let is_there = journal.read(version).is_ok_and(|content| content.is_some());
        if !explained && is_there {
            self.tell_once(format!(
                "a token journal in {} is newer than the database, as after a restored backup; it is left alone",
                journal.folder().display()
            ));
        }
        Ok(())
    }

    /// Forgets what this machine knows of a credential that was removed.
    pub fn forget(&self) {
        if let Some(journal) = &self.journal {
            journal.forget();
        }
    }

    async fn row(&self) -> Result<Option<TokenRow>, TokenStoreError> {
        self.ctx.store.token(&self.credential).await.map_err(failed)
    }

    async fn commit_sealed(
        &self,
        version: i64,
        tokens: &RefreshedTokens,
    ) -> Result<bool, TokenStoreError> {
        let current = match &tokens.refresh {
            Some(refresh) => Some(self.seal(SecretName::RefreshToken, refresh)?),
            None => None,
        };
        let refreshed = RefreshedToken {
            current,
            access: self.seal(SecretName::AccessToken, &tokens.access.token)?,
            access_expires_at: tokens.access.expires_at,
            expires_at: tokens.refresh_expires_at,
            now: tokens.issued_at,
        };
        self.ctx
            .store
            .commit_refresh(&self.credential, version, &refreshed)
            .await
            .map_err(failed)
    }

    /// True if the row holds these tokens already: another process of this machine has replayed our journal.
    async fn holds(&self, version: i64, tokens: &RefreshedTokens) -> Result<bool, TokenStoreError> {
        let (Some(row), Some(refresh)) = (self.row().await?, &tokens.refresh) else {
            return Ok(false);
        };
        let current = self.open(SecretName::RefreshToken, &row.current)?;
        Ok(row.version == version + 1 && current.expose_secret() == refresh.expose_secret())
    }

    fn note_newest(&self, version: i64, issued_at: Ts) {
        if let Some(journal) = &self.journal {
            journal.note(Newest { version, issued_at });
        }
    }

    fn tell_once(&self, words: String) {
        let odd = &self.ctx.odd_journals;
        let mut told = odd.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(self.credential.clone()) {
            self.ctx
                .journal
                .log(Level::Warn, Some(&self.credential), words);
        }
    }

    fn lease(&self) -> String {
        format!("token:{}", self.credential)
    }

    fn seal(&self, name: SecretName, secret: &SecretString) -> Result<Vec<u8>, TokenStoreError> {
        self.ctx
            .seal(&self.credential, name.tag(), secret)
            .map_err(failed)
    }

    fn open(&self, name: SecretName, sealed: &[u8]) -> Result<SecretString, TokenStoreError> {
        self.ctx
            .open(&self.credential, name.tag(), sealed)
            .map_err(failed)
    }

    fn no_journal(&self, journal: &TokenJournal, error: std::io::Error) -> TokenStoreError {
        TokenStoreError::Journal(format!("{}: {error}", journal.folder().display()))
    }
}

impl Entry {
    fn refreshed(&self) -> RefreshedTokens {
        RefreshedTokens {
            refresh: Some(self.refresh.as_str().into()),
            refresh_expires_at: self.expires_at.map(Ts::from_micros),
            access: Access {
                token: self.access.as_str().into(),
                expires_at: self.access_expires_at.map(Ts::from_micros),
            },
            issued_at: Ts::from_micros(self.issued_at),
        }
    }
}

fn failed(error: impl std::fmt::Display) -> TokenStoreError {
    TokenStoreError::Database(error.to_string())
}

/// Runs what waits for the disk beside the runtime's threads.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(gone) => Err(std::io::Error::other(gone)),
    }
}

#[async_trait]
impl TokenStore for StoreTokens {
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError> {
        let Some(row) = self.replay().await? else {
            return Ok(None);
        };
        let newest = self.journal.as_ref().and_then(TokenJournal::newest);
        if newest.is_none_or(|n| n.issued_at < row.issued_at) {
            self.note_newest(row.version, row.issued_at);
        }
        let access = match &row.access {
            Some(sealed) => Some(Access {
                token: self.open(SecretName::AccessToken, sealed)?,
                expires_at: row.access_expires_at,
            }),
            None => None,
        };
        Ok(Some(Tokens {
            version: row.version,
            refresh: self.open(SecretName::RefreshToken, &row.current)?,
            issued_at: row.issued_at,
            expires_at: row.expires_at,
            access,
            state: match row.state {
                Kept::Fresh => TokenState::Good,
                Kept::Refreshing => TokenState::Refreshing,
                Kept::NeedsAttention => TokenState::NeedsAttention,
            },
            attempt: row.attempt_at.map(|at| Attempt {
                at,
                host: row.attempt_host,
            }),
            newer_since: newest
                .filter(|n| n.version > row.version && n.issued_at > row.issued_at)
                .map(|n| n.issued_at),
        }))
    }

    async fn begin_refresh(&self, version: i64) -> Result<bool, TokenStoreError> {
        if let Some(journal) = self.journal.clone() {
            let checked = on_disk({
                let journal = journal.clone();
                move || journal.check()
            });
            checked.await.map_err(|e| self.no_journal(&journal, e))?;
        }
        let host = owner::actor(&self.ctx.owner);
        self.ctx
            .store
            .begin_refresh(&self.credential, version, self.ctx.calendar.now(), host)
            .await
            .map_err(failed)
    }

    async fn journal(&self, row: &Tokens, tokens: &RefreshedTokens) -> Result<(), TokenStoreError> {
        // Where nothing rotates, the row's token stays good whatever happens.
        let (Some(journal), Some(refresh)) = (self.journal.clone(), &tokens.refresh) else {
            return Ok(());
        };
        let entry = Entry {
            spent: row.refresh.expose_secret().to_owned(),
            refresh: refresh.expose_secret().to_owned(),
            access: tokens.access.token.expose_secret().to_owned(),
            access_expires_at: tokens.access.expires_at.map(Ts::micros),
            expires_at: tokens.refresh_expires_at.map(Ts::micros),
            issued_at: tokens.issued_at.micros(),
        };
        let text = serde_json::to_string(&entry).map_err(failed)?;
        let sealed = self
            .ctx
            .seal(&self.credential, JOURNAL, &text.into())
            .map_err(failed)?;
        let version = row.version + 1;
        let kept = on_disk({
            let journal = journal.clone();
            move || journal.write(version, &sealed)
        });
        kept.await.map_err(|e| self.no_journal(&journal, e))
    }

    async fn commit(
        &self,
        version: i64,
        tokens: &RefreshedTokens,
    ) -> Result<bool, TokenStoreError> {
        let stored =
            self.commit_sealed(version, tokens).await? || self.holds(version, tokens).await?;
        if stored && tokens.refresh.is_some() {
            if let Some(journal) = &self.journal {
                journal.remove(version + 1);
            }
            self.note_newest(version + 1, tokens.issued_at);
        }
        Ok(stored)
    }

    async fn end(
        &self,
        version: i64,
        state: TokenState,
        attempt: Option<&Attempt>,
    ) -> Result<bool, TokenStoreError> {
        let state = match state {
            TokenState::Good => Kept::Fresh,
            TokenState::Refreshing => Kept::Refreshing,
            TokenState::NeedsAttention => Kept::NeedsAttention,
        };
        let attempt = attempt.map(|a| (a.at, a.host.as_str()));
        self.ctx
            .store
            .end_refresh(&self.credential, version, state, attempt)
            .await
            .map_err(failed)
    }

    async fn learned(
        &self,
        version: i64,
        access_expires_at: Ts,
        refresh_expires_at: Option<Ts>,
    ) -> Result<(), TokenStoreError> {
        self.ctx
            .store
            .learn_token_ends(
                &self.credential,
                version,
                access_expires_at,
                refresh_expires_at,
            )
            .await
            .map_err(failed)
    }

    async fn try_lock(&self) -> Result<bool, TokenStoreError> {
        let (store, lease) = (&self.ctx.store, self.lease());
        let take = || store.take_lease(&lease, &self.owner, LEASE_SECONDS);
        if take().await.map_err(failed)?.is_some() {
            return Ok(true);
        }
        match store.lease_holder(&lease).await.map_err(failed)? {
            Some((holder, _)) if owner::is_dead(&holder, &self.ctx.owner) => {
                store.release_lease(&lease, &holder).await.map_err(failed)?;
                Ok(take().await.map_err(failed)?.is_some())
            }
            _ => Ok(false),
        }
    }

    async fn unlock(&self) -> Result<(), TokenStoreError> {
        self.ctx
            .store
            .release_lease(&self.lease(), &self.owner)
            .await
            .map_err(failed)
    }
}
