//! Waits until another process has changed something.
//!
//! PostgreSQL tells by NOTIFY, and since what is told while a connection is made anew is lost, the marks of
//! [`feed`](super::feed) are read then and every few seconds anyway. Where notifications do not come through (a pooler
//! that lends a connection for one transaction only) the marks are read several times a second. On SQLite its counter of
//! changes is looked at when the kernel says that a file beside the database was written, or several times a second where
//! the kernel cannot say it.

use std::collections::BTreeSet;
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;
use sqlx::postgres::PgListener;

use super::arg::args;
use super::bell::Bell;
use super::db::Db;
use super::feed::{Area, Marks, Writer};
use super::{Store, StoreError};

/// How often SQLite's counter of changes is looked at, at most: one read of shared memory.
const LOOK: Duration = Duration::from_millis(250);
/// How often the marks are read where no notification comes through.
const READ: Duration = Duration::from_millis(500);
/// How often they are read although nothing was told: a server's connection can be lost without a word.
const ANYWAY: Duration = Duration::from_secs(5);
/// The same where the kernel tells. Each look wakes a console that is left alone.
const QUIET: Duration = Duration::from_secs(15);
/// How soon after a writing that changed nothing yet: its commit is seen only once it has reached the disk.
const SOON: Duration = Duration::from_secs(1);
/// How long our own notification may take to come back before they are thought not to come at all.
const ECHO: Duration = Duration::from_secs(2);

/// Somebody else changed an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Who.
    pub writer: Writer,
    /// What.
    pub area: Area,
}

/// How changes are learned of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The database tells.
    Told,
    /// It is asked when there may be something: SQLite.
    Asked,
    /// The server's notifications do not come through, so it is asked too: a pooler is between.
    Deaf,
}

/// Sees what other processes do to the tenant's tables.
pub struct Watch {
    store: Store,
    ear: Ear,
    seen: Marks,
}

enum Ear {
    Sqlite {
        connection: Box<SqliteConnection>,
        version: i64,
        bell: Option<Bell>,
    },
    Listening(Box<PgListener>),
    Reading,
}

impl Store {
    /// Begins to watch: what others change from now on is seen.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn watch(&self) -> Result<Watch, StoreError> {
        let ear = match &self.db {
            Db::Sqlite { readers, .. } => {
                let mut connection = Box::new(readers.acquire().await?.detach());
                // Before the counter is read: what is written from here on rings.
                let bell = Bell::beside(readers.connect_options().get_filename()).ok();
                let version = data_version(&mut connection).await?;
                Ear::Sqlite {
                    connection,
                    version,
                    bell,
                }
            }
            Db::Postgres(server) => {
                let mut listener = Box::new(PgListener::connect_with(&server.pool).await?);
                listener.listen(&self.channel()).await?;
                if self.hears_itself(&mut listener).await? {
                    Ear::Listening(listener)
                } else {
                    Ear::Reading
                }
            }
        };
        Ok(Watch {
            seen: self.marks().await?,
            store: self.clone(),
            ear,
        })
    }

    /// The tenant's channel. A channel's name may have 63 bytes, a tenant's more.
    pub(super) fn channel(&self) -> String {
        let hash = Sha256::digest(self.tenant().as_str());
        let hex: String = hash.iter().take(12).map(|b| format!("{b:02x}")).collect();
        format!("vectis_{hex}")
    }

    /// True if a notification comes back to the connection that listens.
    async fn hears_itself(&self, listener: &mut PgListener) -> Result<bool, StoreError> {
        let Some(notify) = self.engine().notify() else {
            return Ok(false);
        };
        let token = format!("hello {}", self.writer.0);
        self.db
            .first(notify, args![&self.channel(), &token])
            .await?;
        let heard = async {
            loop {
                match listener.try_recv().await? {
                    Some(told) if told.payload() == token => return Ok(true),
                    Some(_) | None => {}
                }
            }
        };
        tokio::time::timeout(ECHO, heard).await.unwrap_or(Ok(false))
    }
}

async fn data_version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("PRAGMA data_version")
        .fetch_one(connection)
        .await?)
}

impl Watch {
    /// How changes are learned of.
    pub fn news(&self) -> News {
        match self.ear {
            Ear::Sqlite { .. } => News::Asked,
            Ear::Listening(_) => News::Told,
            Ear::Reading => News::Deaf,
        }
    }

    /// Waits until somebody else has changed something; may be given up and called again at any time.
    ///
    /// # Errors
    /// If the database cannot be read: call again after a while, nothing will be missed.
    pub async fn next(&mut self) -> Result<BTreeSet<Change>, StoreError> {
        loop {
            let marks = self.store.marks().await?;
            let changes: BTreeSet<Change> = marks
                .iter()
                .filter(|(key, n)| self.seen.get(key) != Some(n))
                .map(|((writer, area), _)| Change {
                    writer: *writer,
                    area: *area,
                })
                .collect();
            self.seen = marks;
            if !changes.is_empty() {
                return Ok(changes);
            }
            self.wait().await?;
        }
    }

    /// Until there may be something new.
    async fn wait(&mut self) -> Result<(), StoreError> {
        match &mut self.ear {
            Ear::Reading => tokio::time::sleep(READ).await,
            Ear::Sqlite {
                connection,
                version,
                bell,
            } => {
                let mut patience = QUIET;
                loop {
                    let mut written = true;
                    if let Some(rings) = bell {
                        match tokio::time::timeout(patience, rings.rung()).await {
                            // One that broke is done without.
                            Ok(Err(_)) => *bell = None,
                            rung => written = rung.is_ok(),
                        }
                    }
                    if written {
                        tokio::time::sleep(LOOK).await;
                    }
                    let now = data_version(connection).await?;
                    if now != *version {
                        *version = now;
                        return Ok(());
                    }
                    patience = if written { SOON } else { QUIET };
                }
            }
            Ear::Listening(listener) => {
                let ours = self.store.writer.0.to_string();
                let told = async {
                    // None: the connection was made anew, and something may have been missed.
                    while let Some(told) = listener.try_recv().await? {
                        if told.payload() != ours {
                            break;
                        }
                    }
                    Ok::<_, StoreError>(())
                };
                if let Ok(told) = tokio::time::timeout(ANYWAY, told).await {
                    told?;
                }
            }
        }
        Ok(())
    }
}
