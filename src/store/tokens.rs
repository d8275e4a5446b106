//! Rotating refresh tokens, sealed: which one is current, whether somebody is spending it, and the one before.
//!
//! A refresh token works once. So the intent to spend it is committed before the call, and the answer only if the row is
//! still the one that was read: `version` rises with each token.

use super::arg::args;
use super::db::transact;
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::ids::ConnectionName;
use crate::domain::time::Ts;

/// Whether the token can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// Can be used.
    Fresh,
    /// Somebody is spending it, or died while doing so.
    Refreshing,
    /// A person must paste a new one.
    NeedsAttention,
}

impl TokenState {
    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            TokenState::Fresh => "fresh",
            TokenState::Refreshing => "refreshing",
            TokenState::NeedsAttention => "needs_attention",
        }
    }

    fn from_tag(tag: &str) -> Self {
        match tag {
            "fresh" => TokenState::Fresh,
            "refreshing" => TokenState::Refreshing,
            _ => TokenState::NeedsAttention,
        }
    }
}

/// A connection's tokens, sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// The refresh token to spend next.
    pub current: Vec<u8>,
    /// The one before it, kept until the next success.
    pub previous: Option<Vec<u8>>,
    /// Rises with each token.
    pub version: i64,
    /// When the current one came.
    pub issued_at: Ts,
    /// When it ends, if the server told.
    pub expires_at: Option<Ts>,
    /// The access token.
    pub access: Option<Vec<u8>>,
    /// When the access token ends.
    pub access_expires_at: Option<Ts>,
    /// Whether it can be used.
    pub state: TokenState,
    /// When a refresh began whose end is not known: the token may be spent.
    pub attempt_at: Option<Ts>,
    /// On which host, since that host's journal may hold the answer.
    pub attempt_host: String,
}

/// What a refresh brought, sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshedToken {
    /// The next refresh token; none where the server does not rotate.
    pub current: Option<Vec<u8>>,
    /// The access token.
    pub access: Vec<u8>,
    /// When the access token ends; none if nobody told.
    pub access_expires_at: Option<Ts>,
    /// When the refresh token ends, if the server told.
    pub expires_at: Option<Ts>,
    /// When the answer came.
    pub now: Ts,
}

impl Store {
    /// A connection's tokens.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn token(&self, connection: &ConnectionName) -> Result<Option<TokenRow>, StoreError> {
        let row = self
            .db
            .first(
                "SELECT current, previous, version, issued_at, expires_at, access, access_expires_at, state,
                     attempt_at, attempt_host
                 FROM tokens WHERE tenant = $1 AND connection = $2",
                args![self.tenant(), connection],
            )
            .await?;
        row.map(|row| {
            let mut c = row.cells();
            Ok(TokenRow {
                current: c.take()?,
                previous: c.take()?,
                version: c.take()?,
                issued_at: c.take()?,
                expires_at: c.take()?,
                access: c.take()?,
                access_expires_at: c.take()?,
                state: TokenState::from_tag(&c.take::<String>()?),
                attempt_at: c.take()?,
                attempt_host: c.take()?,
            })
        })
        .transpose()
    }

    /// Keeps a refresh token that a person pasted: the next version, without an access token.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn put_token(
        &self,
        connection: &ConnectionName,
        current: &[u8],
        now: Ts,
    ) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(
                "INSERT INTO tokens (tenant, connection, current, version, issued_at, state, attempt_host)
                 VALUES ($1, $2, $3, 1, $4, $5, '')
                 ON CONFLICT (tenant, connection) DO UPDATE SET previous = tokens.current,
                     current = excluded.current, version = tokens.version + 1, issued_at = excluded.issued_at,
                     expires_at = NULL, access = NULL, access_expires_at = NULL, state = excluded.state,
                     attempt_at = NULL, attempt_host = ''",
                args![self.tenant(), connection, current, now, TokenState::Fresh.tag()],
            )
            .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(())
        })
    }

    /// Says that the token of this version is about to be spent. False if it is no longer the current one.
    ///
    /// # Errors
    /// If the database cannot be written: then the token must not be spent.
    pub async fn begin_refresh(
        &self,
        connection: &ConnectionName,
        version: i64,
        at: Ts,
        host: &str,
    ) -> Result<bool, StoreError> {
        transact!(self, |tx| {
            let rows = tx
                .execute(
                    "UPDATE tokens SET state = $4, attempt_at = $5, attempt_host = $6
                     WHERE tenant = $1 AND connection = $2 AND version = $3",
                    args![
                        self.tenant(),
                        connection,
                        version,
                        TokenState::Refreshing.tag(),
                        at,
                        host
                    ],
                )
                .await?;
            Ok(rows == 1)
        })
    }

    /// Keeps what a refresh brought. False if the row has moved on since it was read: then the row's token stands.
    ///
    /// # Errors
    /// If the database cannot be written: then it must be tried again from the journal.
    pub async fn commit_refresh(
        &self,
        connection: &ConnectionName,
        read_version: i64,
        token: &RefreshedToken,
    ) -> Result<bool, StoreError> {
        transact!(self, |tx| {
            let access: &[u8] = &token.access;
            let rows = match token.current.as_deref() {
                Some(current) => {
                    tx.execute(
                        "UPDATE tokens SET previous = current, current = $4, version = version + 1, issued_at = $5,
                             expires_at = $6, access = $7, access_expires_at = $8, state = $9, attempt_at = NULL,
                             attempt_host = ''
                         WHERE tenant = $1 AND connection = $2 AND version = $3",
                        args![
                            self.tenant(), connection, read_version, current, token.now, token.expires_at, access,
                            token.access_expires_at, TokenState::Fresh.tag()
                        ],
                    )
                    .await?
                }
                None => {
                    tx.execute(
                        "UPDATE tokens SET expires_at = coalesce($4, expires_at), access = $5,
                             access_expires_at = $6, state = $7, attempt_at = NULL, attempt_host = ''
                         WHERE tenant = $1 AND connection = $2 AND version = $3",
                        args![
                            self.tenant(), connection, read_version, token.expires_at, access,
                            token.access_expires_at, TokenState::Fresh.tag()
                        ],
                    )
                    .await?
                }
            };
            tx.changed(self, &[Area::Connections]).await?;
            Ok(rows == 1)
        })
    }

    /// Ends a refresh that brought no token; `attempt` is when and on which host it may have been spent all the same.
    /// False, and nothing changed, if the row has moved on.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn end_refresh(
        &self,
        connection: &ConnectionName,
        version: i64,
        state: TokenState,
        attempt: Option<(Ts, &str)>,
    ) -> Result<bool, StoreError> {
        transact!(self, |tx| {
            let rows = tx
                .execute(
                    "UPDATE tokens SET state = $4, attempt_at = $5, attempt_host = $6
                     WHERE tenant = $1 AND connection = $2 AND version = $3",
                    args![
                        self.tenant(),
                        connection,
                        version,
                        state.tag(),
                        attempt.map(|(at, _)| at),
                        attempt.map_or("", |(_, host)| host)
                    ],
                )
                .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(rows == 1)
        })
    }

    /// Keeps what the vendor told about the ends of the tokens of this version, without spending any.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn learn_token_ends(
        &self,
        connection: &ConnectionName,
        version: i64,
        access_expires_at: Ts,
        expires_at: Option<Ts>,
    ) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(
                "UPDATE tokens SET access_expires_at = $4, expires_at = coalesce($5, expires_at)
                 WHERE tenant = $1 AND connection = $2 AND version = $3",
                args![
                    self.tenant(),
                    connection,
                    version,
                    access_expires_at,
                    expires_at
                ],
            )
            .await?;
            tx.changed(self, &[Area::Connections]).await?;
            Ok(())
        })
    }
}
