//! Which of several daemons works, and what it tells about itself: the others stand by, consoles and doctor read it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::event::Topic;
use super::owner;
use crate::domain::ids::ConnectionName;
use crate::domain::problem::Problem;
use crate::domain::time::Ts;
use crate::store::daemon::Announce;

/// A daemon that was not seen for so long does not run.
pub const SEEN_SECONDS: u32 = 180;
/// The lease of the one that works.
const LEASE: &str = "daemon";

/// What a daemon tells about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaemonState {
    /// Who runs it: `vectis@host`.
    pub on: String,
    /// When it was last seen.
    pub seen_at: Ts,
    /// The next nightly sync.
    pub next_sync_at: Ts,
    /// Connections that are tried again before that.
    pub retries: BTreeMap<ConnectionName, Ts>,
    /// The next digest.
    pub next_digest_at: Ts,
}

impl DaemonState {
    /// When it syncs a connection next.
    pub fn next_sync_of(&self, connection: &ConnectionName) -> Ts {
        let retry = self.retries.get(connection);
        retry.map_or(self.next_sync_at, |at| *at.min(&self.next_sync_at))
    }
}

/// The daemon that runs, if one does.
///
/// # Errors
/// If the database cannot be read.
pub async fn running(ctx: &Context) -> Result<Option<DaemonState>, Problem> {
    let json = ctx.store.daemon().await?;
    let state = json.and_then(|json| serde_json::from_str::<DaemonState>(&json).ok());
    let now = ctx.calendar.now();
    Ok(state.filter(|s| now.seconds_since(s.seen_at) < i64::from(SEEN_SECONDS)))
}

/// What came of asking for the duty.
pub enum Asked {
    /// It is ours.
    Taken(Box<Duty>),
    /// Somebody else (`vectis@host`) has it.
    Held(String),
}

/// The right to work, for one daemon at a time.
pub struct Duty {
    ctx: Context,
    epoch: i64,
    told: Option<DaemonState>,
}

impl Duty {
    /// Takes the duty if nobody has it; that of a process which died on this machine is not waited for.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn ask(ctx: &Context) -> Result<Asked, Problem> {
        let take = || ctx.store.take_lease(LEASE, &ctx.owner, SEEN_SECONDS);
        let mut taken = take().await?;
        let mut by = String::new();
        if taken.is_none()
            && let Some((holder, _)) = ctx.store.lease_holder(LEASE).await?
        {
            if owner::is_dead(&holder, &ctx.owner) {
                ctx.store.release_lease(LEASE, &holder).await?;
                taken = take().await?;
            }
            by = owner::actor(&holder).to_owned();
        }
        Ok(match taken {
            None => Asked::Held(by),
            Some(epoch) => Asked::Taken(Box::new(Duty {
                ctx: ctx.clone(),
                epoch,
                told: None,
            })),
        })
    }

    /// Holds the duty for longer. False if another daemon has it now: then nothing more may be done.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep(&self) -> Result<bool, Problem> {
        let (store, owner) = (&self.ctx.store, &self.ctx.owner);
        Ok(store
            .renew_lease(LEASE, owner, self.epoch, SEEN_SECONDS)
            .await?)
    }

    /// Tells how it stands; screens are woken only by news.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn tell(&mut self, state: DaemonState) -> Result<(), Problem> {
        let before = self.told.take().map(|told| DaemonState {
            seen_at: state.seen_at,
            ..told
        });
        let announce = match before.as_ref() == Some(&state) {
            true => Announce::Nothing,
            false => Announce::Change,
        };
        let json = serde_json::to_string(&state).unwrap_or_default();
        self.ctx.store.keep_daemon(&json, announce).await?;
        if announce == Announce::Change {
            self.ctx.changed(&[Topic::Connections]);
        }
        self.told = Some(state);
        Ok(())
    }

    /// Gives the duty back; another daemon may go on at once.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn end(self) -> Result<(), Problem> {
        if self.told.is_some() {
            self.ctx.store.keep_daemon("null", Announce::Change).await?;
        }
        self.ctx.store.release_lease(LEASE, &self.ctx.owner).await?;
        Ok(())
    }
}
