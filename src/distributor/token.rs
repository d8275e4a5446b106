//! Tokens that rotate: what is kept of them, and what the keeping must promise.
//!
//! A refresh token works once, and whoever loses its successor loses the account until a person goes to the vendor's
//! portal. Who spends it, and in which order, is [`Keeper`](super::keeper::Keeper)'s business; a [`TokenStore`] makes
//! each step durable.

use async_trait::async_trait;
use secrecy::SecretString;

use crate::domain::time::Ts;

/// An access token.
#[derive(Clone)]
pub struct Access {
    /// The token.
    pub token: SecretString,
    /// When it ends; none for one whose life nobody told.
    pub expires_at: Option<Ts>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

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
    /// The newest access token, if one is known.
    pub access: Option<Access>,
    /// How it stands.
    pub state: TokenState,
    /// The refresh that has begun, where `state` is [`TokenState::Refreshing`].
    pub attempt: Option<Attempt>,
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

/// The store failed, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TokenStoreError(pub String);

/// Keeps one credential's tokens, sealed, for all processes. Every change checks the version that the caller read, so
/// that nobody writes over something newer; false means that the row has moved on.
///
/// The object is the owner of the lease, so each connector is given a store object of its own, also where several use
/// one credential.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The row as it is now; none if no refresh token was ever pasted.
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError>;

    /// Writes the intent before the token is spent: state `Refreshing`, the time and this machine's name. Also the proof
    /// that the store takes writes.
    async fn begin_refresh(&self, version: i64) -> Result<bool, TokenStoreError>;

    /// Keeps what the refresh brought: the old refresh token becomes the previous one, the version rises, the state is
    /// `Good`. When this returns true, the new token survives the loss of this process and of power.
    async fn commit(&self, version: i64, tokens: &RefreshedTokens)
    -> Result<bool, TokenStoreError>;

    /// Ends a refresh that brought nothing.
    async fn end(&self, version: i64, state: TokenState) -> Result<bool, TokenStoreError>;

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
