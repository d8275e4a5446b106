//! One credential's tokens: sealed in the store, one refresher among all processes.

use async_trait::async_trait;
use secrecy::SecretString;

use super::context::Context;
use super::owner;
use crate::distributor::token::{
    Access, Attempt, RefreshedTokens, TokenState, TokenStore, TokenStoreError, Tokens,
};
use crate::domain::ids::ConnectionName;
use crate::domain::time::Ts;
use crate::secret::SecretName;
use crate::store::tokens::{RefreshedToken, TokenState as Kept};

/// How long a refresher may take before another one may try: longer than a request and a commit.
const LEASE_SECONDS: u32 = 90;

/// A [`TokenStore`] over the database.
pub struct StoreTokens {
    ctx: Context,
    connection: ConnectionName,
}

impl StoreTokens {
    /// The tokens of one connection.
    pub fn new(ctx: Context, connection: ConnectionName) -> Self {
        Self { ctx, connection }
    }

    fn lease(&self) -> String {
        format!("token:{}", self.connection)
    }

    fn seal(&self, name: SecretName, secret: &SecretString) -> Result<Vec<u8>, TokenStoreError> {
        self.ctx
            .seal(&self.connection, name.tag(), secret)
            .map_err(failed)
    }

    fn open(&self, name: SecretName, sealed: &[u8]) -> Result<SecretString, TokenStoreError> {
        self.ctx
            .open(&self.connection, name.tag(), sealed)
            .map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> TokenStoreError {
    TokenStoreError(error.to_string())
}

#[async_trait]
impl TokenStore for StoreTokens {
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError> {
        let row = self
            .ctx
            .store
            .token(&self.connection)
            .await
            .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
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
        }))
    }

    async fn begin_refresh(&self, version: i64) -> Result<bool, TokenStoreError> {
        let host = owner::actor(&self.ctx.owner);
        self.ctx
            .store
            .begin_refresh(&self.connection, version, self.ctx.calendar.now(), host)
            .await
            .map_err(failed)
    }

    async fn commit(
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
            .commit_refresh(&self.connection, version, &refreshed)
            .await
            .map_err(failed)
    }

    async fn end(&self, version: i64, state: TokenState) -> Result<bool, TokenStoreError> {
        let state = match state {
            TokenState::Good => Kept::Fresh,
            TokenState::Refreshing => Kept::Refreshing,
            TokenState::NeedsAttention => Kept::NeedsAttention,
        };
        self.ctx
            .store
            .end_refresh(&self.connection, version, state)
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
                &self.connection,
                version,
                access_expires_at,
                refresh_expires_at,
            )
            .await
            .map_err(failed)
    }

    async fn try_lock(&self) -> Result<bool, TokenStoreError> {
        let (store, lease) = (&self.ctx.store, self.lease());
        let take = || store.take_lease(&lease, &self.ctx.owner, LEASE_SECONDS);
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
            .release_lease(&self.lease(), &self.ctx.owner)
            .await
            .map_err(failed)
    }
}
