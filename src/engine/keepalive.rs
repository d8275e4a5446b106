//! Keeps refresh tokens alive that nobody uses, and warns before one ends.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::connect::connector;
use super::connections::{ConnectionState, states, unknown_connection};
use super::context::Context;
use super::event::Topic;
use super::token_age::{Urgency, urgency, warning};
use crate::distributor::token::{Kept, ROTATE_AFTER, is_due};
use crate::domain::ids::ConnectionName;
use crate::domain::log::Level;
use crate::domain::problem::Problem;
use crate::store::connections::Connection;
use crate::store::tokens::TokenState;

/// How often a running engine looks at the tokens.
const LOOK: Duration = Duration::from_secs(3600);

/// A running engine rotates one token at most this often, whatever the vendor says of its life.
const AT_MOST_EVERY: Duration = Duration::from_secs(86_400);

/// A warning is logged once in so many seconds, over all processes.
const WARN_EVERY: u32 = 86_400;

/// What became of one credential.
#[derive(Debug, Clone, Serialize)]
pub struct KeptToken {
    /// The connection that has it.
    pub connection: ConnectionName,
    /// What was done; none where it failed.
    pub outcome: Option<Kept>,
    /// The token's age and end afterwards.
    pub token: String,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<serde_json::Value>,
    /// The same for people.
    #[serde(skip)]
    pub problem: Option<Problem>,
}

/// Rotates the refresh tokens of these connections (all where none is named) that were not rotated for `after` seconds
/// or whose end is near. A connection that borrows a credential stands for the one that has it.
///
/// # Errors
/// If a name is unknown or the database cannot be read; what fails for one connection is in its entry.
pub async fn keep_alive(
    ctx: &Context,
    names: &[ConnectionName],
    after: i64,
    cancel: &CancellationToken,
) -> Result<Vec<KeptToken>, Problem> {
    let mut kept = Vec::new();
    for connection in chosen(ctx, names).await? {
        kept.push(keep_one(ctx, connection, after, cancel).await?);
    }
    Ok(kept)
}

async fn chosen(ctx: &Context, names: &[ConnectionName]) -> Result<Vec<Connection>, Problem> {
    let all = ctx.store.connections().await?;
    let mut wanted = Vec::new();
    for name in names {
        let found = all.iter().find(|c| c.name == *name);
        let found = found.ok_or_else(|| unknown_connection(name, &all))?;
        wanted.push(found.credential());
    }
    Ok(all
        .into_iter()
        .filter(|c| c.lender().is_none() && (names.is_empty() || wanted.contains(&c.name)))
        .collect())
}

async fn keep_one(
    ctx: &Context,
    connection: Connection,
    after: i64,
    cancel: &CancellationToken,
) -> Result<KeptToken, Problem> {
    let kept = match connector(ctx, &connection, cancel.child_token()).await {
        Ok(connector) => connector.distributor.keep_alive(after).await,
        Err(problem) => Err(problem),
    };
    if kept.as_ref().is_ok_and(|kept| *kept != Kept::Fresh) {
        ctx.changed(&[Topic::Connections]);
    }
    let now = ctx.calendar.now();
    let state = states(ctx)
        .await?
        .into_iter()
        .find(|s| s.connection.name == connection.name);
    let problem = kept.as_ref().err().cloned();
    if let Some(problem) = &problem {
        let words = format!(
            "the refresh token was not renewed: {}: {}",
            problem.title, problem.seen
        );
        ctx.journal.log(Level::Error, Some(&connection.name), words);
    }
    Ok(KeptToken {
        connection: connection.name,
        outcome: kept.ok(),
        token: state.map_or_else(String::new, |s| s.token_words(now)),
        error: problem.as_ref().map(|p| p.to_json()["error"].clone()),
        problem,
    })
}

/// What to say of tokens whose end is near, one line each. Each is logged once a day, whoever asks.
pub async fn warnings(ctx: &Context) -> Result<Vec<String>, Problem> {
    let now = ctx.calendar.now();
    let mut said = Vec::new();
    for state in states(ctx).await? {
        let end = state.token_expires_at;
        if state.connection.lender().is_some() || state.token_needs_attention {
            continue;
        }
        if let Some(words) = warning(&state.credential, end, now) {
            log_once_a_day(ctx, &state, urgency(end, now), &words).await;
            said.push(words);
        }
    }
    Ok(said)
}

/// The lease is nobody's to renew: it only tells that somebody has said it today.
async fn log_once_a_day(ctx: &Context, state: &ConnectionState, urgent: Urgency, words: &str) {
    let level = match urgent {
        Urgency::Alarm => Level::Error,
        Urgency::Warn | Urgency::None => Level::Warn,
    };
    let lease = format!("token-{}:{}", level.tag(), state.credential);
    let nobody = format!("{}:{:016x}", ctx.owner, fastrand::u64(..));
    if let Ok(Some(_)) = ctx.store.take_lease(&lease, &nobody, WARN_EVERY).await {
        ctx.journal.log(level, Some(&state.credential), words);
    }
}

/// While an engine runs: rotates what is due and warns, once an hour. Never ends by itself.
pub(super) async fn watch(ctx: Context, stop: CancellationToken) {
    let mut rotated: HashMap<ConnectionName, Instant> = HashMap::new();
    loop {
        if let Err(problem) = look(&ctx, &mut rotated, &stop).await {
            tracing::warn!(
                "the refresh tokens were not looked at: {}: {}",
                problem.title,
                problem.seen
            );
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(
    ctx: &Context,
    rotated: &mut HashMap<ConnectionName, Instant>,
    stop: &CancellationToken,
) -> Result<(), Problem> {
    let now = ctx.calendar.now();
    for connection in chosen(ctx, &[]).await? {
        let recently = rotated
            .get(&connection.name)
            .is_some_and(|at| at.elapsed() < AT_MOST_EVERY);
        let row = ctx.store.token(&connection.name).await?;
        let is_due = row.is_some_and(|row| {
            is_due(row.issued_at, row.expires_at, now, ROTATE_AFTER)
                && row.state != TokenState::NeedsAttention
        });
        if !is_due || recently {
            continue;
        }
        let name = connection.name.clone();
        let kept = keep_one(ctx, connection, ROTATE_AFTER, stop).await?;
        if kept.outcome.is_some() {
            rotated.insert(name, Instant::now());
        }
    }
    warnings(ctx).await.map(drop)
}
