//! How the connections stand: settings, tokens, last runs.

use futures_util::future::try_join_all;
use serde::Serialize;

use super::context::Context;
use super::token_age::{self, Urgency};
use super::tokens::StoreTokens;
use crate::distributor::needs;
use crate::domain::ids::ConnectionName;
use crate::domain::log::RunState;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text;
use crate::domain::time::Ts;
use crate::secret::SecretName;
use crate::store::connections::Connection;
use crate::store::runs::RunRow;
use crate::store::tokens::{TokenRow, TokenState};

/// A refresh that takes longer than this has been cut off, in seconds: the lease of a refresher that died is over.
const CUT_OFF: i64 = 120;

/// A connection with what a person wants to know of it. Holds no secret.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectionState {
    /// Its settings.
    #[serde(flatten)]
    pub connection: Connection,
    /// The connection whose credential and budget it uses; its own name where it has its own.
    pub credential: ConnectionName,
    /// When its refresh token was issued; none where there is none.
    pub token_issued_at: Option<Ts>,
    /// When it ends.
    pub token_expires_at: Option<Ts>,
    /// True if only a person can mend it.
    pub token_needs_attention: bool,
    /// The refresh that was cut off, when and on whose machine: the next token may lie in the journal there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_cut_off: Option<CutOff>,
    /// Its newest run.
    #[serde(skip)]
    pub last_run: Option<RunRow>,
}

/// A refresh whose end nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CutOff {
    /// When it began.
    pub at: Ts,
    /// Who ran it, and on which machine: `ana@host`.
    pub host: String,
}

impl ConnectionState {
    /// Whole days since the token was issued.
    pub fn token_age_days(&self, now: Ts) -> Option<u32> {
        let age = now.seconds_since(self.token_issued_at?);
        Some(u32::try_from(age / 86_400).unwrap_or(0))
    }

    fn needs_no_refresh_token(&self) -> bool {
        let needs = needs::of(self.connection.vendor);
        needs.secret(SecretName::RefreshToken).is_none()
    }

    /// The token's age and end in words.
    pub fn token_words(&self, now: Ts) -> String {
        if self.token_needs_attention {
            return "rejected: paste a new one".to_owned();
        }
        if let Some(CutOff { at, host }) = &self.token_cut_off {
            let host = text::clean(host, 60);
            return format!(
                "unsure: a refresh on {host} was cut off {}; run vectis there",
                at.ago(now)
            );
        }
        match (self.token_issued_at, self.token_expires_at) {
            (None, None) if self.needs_no_refresh_token() => "not needed".to_owned(),
            (None, None) => "none".to_owned(),
            (_, end) => token_age::words(self.token_age_days(now), end, now),
        }
    }

    /// True once the token's end is near enough to warn.
    pub fn token_is_old(&self, now: Ts) -> bool {
        token_age::urgency(self.token_expires_at, now) > Urgency::None
    }

    /// How the last run ended, in words.
    pub fn run_words(&self) -> &'static str {
        self.last_run
            .as_ref()
            .map_or("never synced", |run| match run.state {
                RunState::Running => "syncing",
                RunState::Complete => "complete",
                RunState::Partial => "partial",
                RunState::Interrupted => "interrupted",
                RunState::Failed => "failed",
            })
    }
}

/// All connections. A token that a dead process of this machine left in its journal is stored first.
pub async fn states(ctx: &Context) -> Result<Vec<ConnectionState>, Problem> {
    let (connections, runs) = tokio::try_join!(ctx.store.connections(), ctx.store.last_runs())?;
    let now = ctx.calendar.now();
    let tokens = try_join_all(connections.iter().map(|c| token(ctx, c))).await?;
    let mut states = Vec::new();
    for (connection, token) in connections.into_iter().zip(tokens) {
        let credential = connection.credential();
        let last_run = runs
            .iter()
            .find(|r| r.connection == connection.name)
            .cloned();
        states.push(ConnectionState {
            credential,
            token_issued_at: token.as_ref().map(|t| t.issued_at),
            token_expires_at: token.as_ref().and_then(|t| t.expires_at),
            token_needs_attention: token
                .as_ref()
                .is_some_and(|t| t.state == TokenState::NeedsAttention),
            token_cut_off: token.and_then(|t| cut_off(t, now)),
            last_run,
            connection,
        });
    }
    Ok(states)
}

/// The token that a connection uses.
async fn token(ctx: &Context, connection: &Connection) -> Result<Option<TokenRow>, Problem> {
    if connection.lender().is_none() {
        match StoreTokens::new(ctx.clone(), connection).replay().await {
            Ok(token) => return Ok(token),
            Err(error) => {
                tracing::warn!(%error, connection = %connection.name, "the token journal was not looked at");
            }
        }
    }
    Ok(ctx.store.token(&connection.credential()).await?)
}

fn cut_off(token: TokenRow, now: Ts) -> Option<CutOff> {
    let at = token.attempt_at?;
    let is_over = now.seconds_since(at) > CUT_OFF;
    (token.state == TokenState::Refreshing && is_over).then_some(CutOff {
        at,
        host: token.attempt_host,
    })
}

/// The connection whose credential and budget a connection uses: itself, or the one it borrows from.
pub async fn credential_of(ctx: &Context, connection: &Connection) -> Result<Connection, Problem> {
    let Some(lender) = connection.lender() else {
        return Ok(connection.clone());
    };
    ctx.store.connection(&lender).await?.ok_or_else(|| {
        Problem::new(ProblemKind::Configuration, "The credential is gone")
            .seen(format!("{} uses the credential of '{lender}', which does not exist", connection.name))
            .remedy("give it another one: vectis connection set NAME --credential OTHER, or its own token")
    })
}

/// A name that is no connection's; says which there are.
pub fn unknown_connection(name: &ConnectionName, known: &[Connection]) -> Problem {
    let names: Vec<&str> = known.iter().map(|c| c.name.as_str()).collect();
    Problem::new(
        ProblemKind::Usage,
        format!(
            "There is no connection '{}'",
            text::clean(name.as_str(), 60)
        ),
    )
    .seen(if names.is_empty() {
        "no distributor is connected yet".to_owned()
    } else {
        format!("connections are: {}", names.join(", "))
    })
    .remedy("see `vectis connection list`")
}
