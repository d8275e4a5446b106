//! Tokens that rotate: what is kept of them, and what the keeping must promise.
//!
//! A refresh token works once, and whoever loses its successor loses the account until a person goes to the vendor's
//! portal. Who spends it, and in which order, is [`Keeper`](super::keeper::Keeper)'s business; a [`TokenStore`] makes
//! each step durable.

use async_trait::async_trait;
use secrecy::SecretString;

use crate::domain::time::Ts;
pub use crate::http::grant::Access;

/// How a credential stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// As far as known it works.
    Good,
    /// A refresh has begun and its end was not written: it runs, or it was interrupted.
    Refreshing,
    /// The vendor refused it; a person must paste a new one.
    NeedsAttention,
}

/// When and where the refresh that has not ended was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: Ts,
    /// On which machine.
    pub host: String,
}

/// The row of one credential. The store keeps the previous refresh token too, sealed, and never deletes one.
#[derive(Clone)]
pub struct Tokens {
    /// Rises with every change of the refresh token.
    pub version: i64,
    /// The refresh token to spend next.
    pub refresh: SecretString,
    /// When it was issued or pasted.
    pub issued_at: Ts,
    /// When it ends, if anybody told.
    pub expires_at: Option<Ts>,
    /// The newest access token, if one is known; none for a token that was pasted and never used.
    pub access: Option<Access>,
    /// How it stands.
    pub state: TokenState,
    /// The refresh whose end is not known, where `state` is not [`TokenState::Good`]: it may have spent the token.
    pub attempt: Option<Attempt>,
    /// When a newer token than the row's was issued to this machine: then the database was put back to an older state.
    pub newer_since: Option<Ts>,
}

/// A refresh token that was not rotated for so long, in seconds, is rotated ahead of need: 7 of its 32 days.
pub const ROTATE_AFTER: i64 = 7 * 86_400;

/// True if a refresh token should be rotated although nobody needs an access token: it was not rotated for `after`
/// seconds, or its end is nearer than 7 days and it is not brand new.
pub fn is_due(issued_at: Ts, expires_at: Option<Ts>, now: Ts, after: i64) -> bool {
    let age = now.seconds_since(issued_at);
    let ends_soon = expires_at.is_some_and(|end| end.seconds_since(now) < ROTATE_AFTER);
    age >= after || (ends_soon && age >= 86_400)
}

/// What became of a refresh token that was looked at ahead of need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// It was rotated not long ago; nothing was sent.
    Fresh,
    /// A new one was issued and stored.
    Rotated,
    /// The vendor gave an access token, but no new refresh token.
    NotRotating,
    /// The vendor has refused it; nothing was sent, since only a person can mend it.
    Refused,
    /// The vendor works without refresh tokens.
    NotNeeded,
}

/// What a refresh brought.
#[derive(Clone)]
pub struct RefreshedTokens {
    /// The next refresh token; none if the vendor does not rotate, so that the old one stays.
    pub refresh: Option<SecretString>,
    /// When the refresh token to use from now on ends, as far as the vendor documents it.
    pub refresh_expires_at: Option<Ts>,
    /// The new access token.
    pub access: Access,
    /// When they were issued.
    pub issued_at: Ts,
}

/// Where the tokens are kept failed, in words. Nothing was spent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenStoreError {
    /// The database.
    #[error("{0}")]
    Database(String),
    /// The folder that keeps a new token until the database has it.
    #[error("{0}")]
    Journal(String),
}

/// Keeps one credential's tokens, sealed, for all processes. Every change checks the version that the caller read, so
/// that nobody writes over something newer; false means that the row has moved on.
///
/// The object is the owner of the lease, so each connector is given a store object of its own, also where several use
/// one credential.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The row as it is now; none if no refresh token was ever pasted. A journal that a process of this machine left
    /// behind is put into the row first.
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError>;

    /// Writes the intent before the token is spent: state `Refreshing`, the time and this machine's name. Also the proof
    /// that the store and the journal take writes.
    async fn begin_refresh(&self, version: i64) -> Result<bool, TokenStoreError>;

    /// Keeps what the refresh of this row brought on this machine's disk, before the row is written: what is here
    /// survives the loss of this process and of power, also while the database is away.
    async fn journal(&self, row: &Tokens, tokens: &RefreshedTokens) -> Result<(), TokenStoreError>;

    /// Keeps what the refresh brought: the old refresh token becomes the previous one, the version rises, the state is
    /// `Good`, and the journal is done with. When this returns true, the new token survives the loss of this process and
    /// of power.
    async fn commit(&self, version: i64, tokens: &RefreshedTokens)
    -> Result<bool, TokenStoreError>;

    /// Ends a refresh that brought nothing; `attempt` is the one that may have spent the token all the same.
    async fn end(
        &self,
        version: i64,
        state: TokenState,
        attempt: Option<&Attempt>,
    ) -> Result<bool, TokenStoreError>;

    /// Keeps the ends that the vendor told about the tokens in the row.
    async fn learned(
        &self,
        version: i64,
        access_expires_at: Ts,
        refresh_expires_at: Option<Ts>,
    ) -> Result<(), TokenStoreError>;

    /// Takes the lease of the one refresher among all processes (90 s), or renews it if this store object holds it.
    /// False while somebody else holds it.
    async fn try_lock(&self) -> Result<bool, TokenStoreError>;

    /// Gives the lease back, if this store object holds it.
    async fn unlock(&self) -> Result<(), TokenStoreError>;
}
