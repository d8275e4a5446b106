//! How the connections stand: settings, tokens, last runs.

use serde::Serialize;

use super::context::Context;
use crate::domain::ids::ConnectionName;
use crate::domain::log::RunState;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text;
use crate::domain::time::{Ts, duration_words};
use crate::store::connections::Connection;
use crate::store::runs::RunRow;
use crate::store::tokens::TokenState;

/// A refresh token lives 32 days (Ion's own documents); the warning comes 7 days before its end, the alarm 2.
pub const TOKEN_WARNING_SECONDS: i64 = 7 * 86_400;
/// See [`TOKEN_WARNING_SECONDS`].
pub const TOKEN_ALARM_SECONDS: i64 = 2 * 86_400;

/// A connection with what a person wants to know of it. Holds no secret.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectionState {
    /// Its settings.
    #[serde(flatten)]
    pub connection: Connection,
    /// When its refresh token was issued; none where there is none.
    pub token_issued_at: Option<Ts>,
    /// When it ends.
    pub token_expires_at: Option<Ts>,
    /// True if only a person can mend it.
    pub token_needs_attention: bool,
    /// Its newest run.
    #[serde(skip)]
    pub last_run: Option<RunRow>,
}

impl ConnectionState {
    /// The token's age and end in words.
    pub fn token_words(&self, now: Ts) -> String {
        if self.token_needs_attention {
            return "rejected: paste a new one".to_owned();
        }
        match (self.token_issued_at, self.token_expires_at) {
            (_, Some(end)) if end <= now => "expired: paste a new one".to_owned(),
            (_, Some(end)) => format!("{} left", duration_words(end.seconds_since(now))),
            (Some(issued), None) => format!("issued {}", issued.ago(now)),
            (None, None) => "none".to_owned(),
        }
    }

    /// True once the token's end is near enough to warn.
    pub fn token_is_old(&self, now: Ts) -> bool {
        self.token_expires_at
            .is_some_and(|end| end.seconds_since(now) < TOKEN_WARNING_SECONDS)
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

/// All connections.
pub async fn states(ctx: &Context) -> Result<Vec<ConnectionState>, Problem> {
    let runs = ctx.store.runs(200).await?;
    let mut states = Vec::new();
    for connection in ctx.store.connections().await? {
        let token = ctx.store.token(&connection.name).await?;
        let last_run = runs
            .iter()
            .find(|r| r.connection == connection.name)
            .cloned();
        states.push(ConnectionState {
            token_issued_at: token.as_ref().map(|t| t.issued_at),
            token_expires_at: token.as_ref().and_then(|t| t.expires_at),
            token_needs_attention: token
                .as_ref()
                .is_some_and(|t| t.state == TokenState::NeedsAttention),
            last_run,
            connection,
        });
    }
    Ok(states)
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
