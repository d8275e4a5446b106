//! What other processes on the database do, told on this one's bus: their runs, log, budgets and changes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::context::Context;
use super::event::{Event, Topic};
use super::gauges;
use crate::domain::ids::ConnectionName;
use crate::domain::log::{Level, Progress, RunState};
use crate::domain::problem::Problem;
use crate::store::StoreError;
use crate::store::claims::Claim;
use crate::store::feed::{Area, Writer};
use crate::store::watch::{Change, News, Watch};

/// While others run or review, they are looked at this often although nothing was told: a process that died says nothing.
const LOOK: Duration = Duration::from_secs(5);
/// After a failure the database is asked again so soon.
const AGAIN: Duration = Duration::from_secs(1);

/// Follows the others until the engine ends. A database that fails is told once, and once when it is back.
pub(super) async fn follow(ctx: Context) {
    let mut follower = Follower {
        log_start: 0,
        log_at: BTreeMap::new(),
        told: BTreeMap::new(),
        claims: Vec::new(),
        ctx,
    };
    let mut watch = None;
    let mut failing = false;
    loop {
        match follower.step(&mut watch).await {
            Ok(()) => {
                if std::mem::take(&mut failing) {
                    follower.back();
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    follower.ctx.bus.send(Event::Failed(Problem::from(error)));
                }
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

struct Follower {
    ctx: Context,
    /// The log's end when following began: what came before is read by whoever shows the log.
    log_start: i64,
    /// The last entry of each writer that was told.
    log_at: BTreeMap<Writer, i64>,
    /// The newest progress of others that was told.
    told: BTreeMap<ConnectionName, Progress>,
    /// What others look at.
    claims: Vec<Claim>,
}

impl Follower {
    /// Waits for a change and tells it. The first time it begins to watch.
    async fn step(&mut self, watch: &mut Option<Watch>) -> Result<(), StoreError> {
        let Some(watch) = watch else {
            let begun = self.ctx.store.watch().await?;
            if begun.news() == News::Deaf {
                self.ctx.journal.log(
                    Level::Info,
                    None,
                    "the database server's notifications do not come through (a pooler is between): it is asked twice \
                     a second what others do",
                );
            }
            self.log_start = self.ctx.store.log_end().await?;
            *watch = Some(begun);
            self.claims = self.ctx.store.claims_of_others().await?;
            return self.progress(Greeting::First).await;
        };
        let running = self.told.values().any(|p| p.state == RunState::Running);
        if !running && self.claims.is_empty() {
            let changes = watch.next().await?;
            return self.tell(&changes).await;
        }
        match tokio::time::timeout(LOOK, watch.next()).await {
            Ok(changes) => self.tell(&changes?).await,
            Err(_) => {
                self.claims().await?;
                self.progress(Greeting::Later).await
            }
        }
    }

    async fn tell(&mut self, changes: &BTreeSet<Change>) -> Result<(), StoreError> {
        let areas: BTreeSet<Area> = changes.iter().map(|c| c.area).collect();
        let topics: Vec<Topic> = areas.iter().filter_map(|a| topic(*a)).collect();
        if !topics.is_empty() {
            self.ctx.changed(&topics);
        }
        if areas.contains(&Area::Claims) {
            self.claims().await?;
        }
        if areas.contains(&Area::Progress) {
            self.progress(Greeting::Later).await?;
        }
        for change in changes.iter().filter(|c| c.area == Area::Log) {
            self.log(change.writer).await?;
        }
        Ok(())
    }

    /// Tells what the others look at, where that is news: a claim may also have run out.
    async fn claims(&mut self) -> Result<(), StoreError> {
        let claims = self.ctx.store.claims_of_others().await?;
        if claims != self.claims {
            self.claims = claims;
            self.ctx.changed(&[Topic::Claims]);
        }
        Ok(())
    }

    /// Tells what a writer has logged, and looks at the budgets of the connections that it is about.
    async fn log(&mut self, writer: Writer) -> Result<(), StoreError> {
        let mut about = BTreeSet::new();
        loop {
            let after = self.log_at.get(&writer).copied().unwrap_or(self.log_start);
            let entries = self.ctx.store.log_of(writer, after).await?;
            if entries.is_empty() {
                break;
            }
            for (id, entry) in entries {
                self.log_at.insert(writer, id);
                about.extend(entry.connection.clone());
                self.ctx.bus.send(Event::Log(entry));
            }
        }
        for connection in &about {
            gauges::look(&self.ctx, connection).await?;
        }
        Ok(())
    }

    /// Tells how far the others' runs are, where that is news.
    async fn progress(&mut self, greeting: Greeting) -> Result<(), StoreError> {
        for progress in self.ctx.store.progress_of_others().await? {
            let running = progress.state == RunState::Running;
            let known = self.told.get(&progress.connection) == Some(&progress);
            if running {
                gauges::look(&self.ctx, &progress.connection).await?;
            }
            if !known && (running || greeting == Greeting::Later) {
                self.ctx.bus.send(Event::Progress(progress.clone()));
            }
            self.told.insert(progress.connection.clone(), progress);
        }
        Ok(())
    }

    /// The database answers again: whatever is on screen may be old.
    fn back(&self) {
        self.ctx
            .journal
            .log(Level::Info, None, "the database answers again");
        self.ctx.changed(&[
            Topic::Connections,
            Topic::Customers,
            Topic::Review,
            Topic::Findings,
            Topic::Claims,
            Topic::Products,
        ]);
    }
}

/// Whether the others' runs are read for the first time: then those that have ended are no news.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Greeting {
    First,
    Later,
}

/// The topic that an area is on screen; none for what is told in another way.
fn topic(area: Area) -> Option<Topic> {
    match area {
        Area::Connections => Some(Topic::Connections),
        Area::Customers => Some(Topic::Customers),
        Area::Findings => Some(Topic::Findings),
        Area::Products => Some(Topic::Products),
        Area::Review => Some(Topic::Review),
        Area::Claims | Area::Log | Area::Progress => None,
    }
}
