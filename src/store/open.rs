//! Opening the database: its address, its file, its schema.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqlitePool};

use super::arg::args;
use super::backup::{Migrated, backup, backups};
use super::db::{Db, Tx, transact};
use super::error::StoreError;
use super::feed::Writer;
use super::migrations::SQLITE;
use super::server;
use crate::domain::ids::TenantId;

/// How long a statement waits for another program's lock.
pub(super) const BUSY: Duration = Duration::from_secs(10);
/// Connections that read. They take turns, so each comes to hold the same pages.
const READERS: u32 = 3;
/// What each may hold, as the pragma wants it: a negative number of KiB. The system keeps the file's pages anyway.
const READER_CACHE: &str = "-1000";
/// How long one waits for its next reader: it keeps its pages and a thread.
const READER_IDLE: Duration = Duration::from_secs(30);

/// Which database is behind the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// A file, for one person.
    Sqlite,
    /// A server, for a team.
    Postgres,
}

/// The database of one tenant. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) db: Db,
    pub(super) tenant: Arc<TenantId>,
    pub(super) writer: Writer,
    file: Option<Arc<Path>>,
    migrated: Option<Arc<Migrated>>,
}

impl Store {
    /// Opens `sqlite:///path/file.db` (made if missing, readable by its owner only) or `postgres://…`, and brings the
    /// tables up to date.
    ///
    /// # Errors
    /// Whatever stands in the way, in words; above all a database that a newer version of the program made.
    pub async fn open(url: &str, tenant: TenantId) -> Result<Self, StoreError> {
        let mut file = None;
        let (db, migrated) = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            server::open(url, &tenant).await?
        } else if let Some(path) = url.strip_prefix("sqlite:") {
            let path = sqlite_path(url, path)?;
            let opened = open_sqlite(&path).await?;
            file = Some(path.into());
            opened
        } else {
            return Err(StoreError::BadUrl {
                url: server::without_password(url),
                why: "it begins neither with sqlite: nor with postgres:".to_owned(),
            });
        };
        let store = Self {
            db,
            tenant: Arc::new(tenant),
            writer: Writer::new(),
            file,
            migrated: migrated.map(Arc::new),
        };
        store.know_tenant().await?;
        Ok(store)
    }

    /// Whose data this is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Which database is behind it.
    pub fn engine(&self) -> EngineKind {
        self.db.engine()
    }

    /// What opening changed about the tables; none where they were as they should be, or new.
    pub fn migrated(&self) -> Option<&Migrated> {
        self.migrated.as_deref()
    }

    /// The copies of the file that were made before its tables were changed.
    pub fn backups(&self) -> Vec<PathBuf> {
        self.file.as_deref().map_or_else(Vec::new, backups)
    }

    /// How many tenants share the database.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn tenants(&self) -> Result<u64, StoreError> {
        let row = self.db.first("SELECT count(*) FROM tenants", &[]).await?;
        row.map_or(Ok(0), |row| row.cells().count())
    }

    /// True if the server's role sees the rows of all tenants whatever the tables say: a superuser.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn sees_through_row_security(&self) -> Result<bool, StoreError> {
        let Some(sql) = self.engine().sees_all() else {
            return Ok(false);
        };
        let row = self.db.first(sql, &[]).await?;
        row.map_or(Ok(false), |row| row.only())
    }

    /// True behind a pooler that keeps nothing of what a connection was told, so that each transaction is told whose it
    /// is: somewhat slower, and as safe.
    pub fn tenant_is_told_each_time(&self) -> bool {
        matches!(&self.db, Db::Postgres(server) if server.begin.is_some())
    }

    /// Closes all connections, of every clone.
    pub async fn close(self) {
        self.db.close().await;
    }

    /// The engine's version, for the doctor.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn engine_version(&self) -> Result<String, StoreError> {
        let row = self.db.first(self.engine().version(), &[]).await?;
        row.map_or(Ok(String::new()), |row| row.only())
    }

    /// Bytes that the database takes.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn size_bytes(&self) -> Result<u64, StoreError> {
        let row = self.db.first(self.engine().size(), &[]).await?;
        row.map_or(Ok(0), |row| row.cells().count())
    }

    /// The number of the last migration that the database has had.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn schema_version(&self) -> Result<i64, StoreError> {
        let row = self.db.first(SCHEMA, &[]).await?;
        row.map_or(Ok(0), |row| row.only())
    }

    /// Makes the row that lets some transactions of the tenant pass one by one.
    async fn know_tenant(&self) -> Result<(), StoreError> {
        let sql = "SELECT tenant FROM tenants WHERE tenant = $1";
        if self.db.first(sql, args![self.tenant()]).await?.is_some() {
            return Ok(());
        }
        transact!(self, |tx| {
            let sql = "INSERT INTO tenants (tenant) VALUES ($1) ON CONFLICT (tenant) DO NOTHING";
            tx.execute(sql, args![self.tenant()]).await?;
            Ok(())
        })
    }
}

impl Tx {
    /// Lets one such transaction at a time of the tenant pass. The first statement, so that nobody holds what another
    /// waits for.
    pub(super) async fn alone(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT tenant FROM tenants WHERE tenant = $1{}",
            self.engine().for_update()
        );
        self.first(AssertSqlSafe(sql), args![tenant]).await?;
        Ok(())
    }
}

const SCHEMA: &str = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations";
pub(super) const APPLIED: &str = "SELECT version FROM _sqlx_migrations ORDER BY version";

/// True if the tables are as this program wants them, false if migrations are missing.
pub(super) fn is_current(applied: &[i64], migrator: &Migrator) -> Result<bool, StoreError> {
    let known: BTreeSet<i64> = migrator.iter().map(|m| m.version).collect();
    if let Some(found) = applied.iter().rev().find(|v| !known.contains(v)) {
        return Err(StoreError::NewerSchema {
            found: *found,
            known: last(migrator),
        });
    }
    Ok(applied.len() == known.len())
}

fn sqlite_path(url: &str, rest: &str) -> Result<PathBuf, StoreError> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let bad = |why: &str| StoreError::BadUrl {
        url: url.to_owned(),
        why: why.to_owned(),
    };
    if path.is_empty() || path.ends_with('/') {
        return Err(bad("it names no file"));
    }
    if path.contains(":memory:") {
        return Err(bad(
            "a database in memory cannot be shared by the connections that read and write",
        ));
    }
    if path.contains(['?', '#']) {
        return Err(bad("options after ? are not known"));
    }
    Ok(PathBuf::from(path))
}

async fn open_sqlite(path: &Path) -> Result<(Db, Option<Migrated>), StoreError> {
    prepare_file(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // The thread that steps through the rows need not wait for the one that reads them.
        .row_buffer_size(4_096)
        .disable_statement_logging();
    let pool = || {
        SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_lifetime(None)
            .acquire_timeout(BUSY * 3)
    };
    let place = path.display().to_string();
    let opened = |e: sqlx::Error| StoreError::from(e).while_opening(&place);
    let writer = pool()
        .max_connections(1)
        .idle_timeout(None)
        // After a full disk SQLite has rolled back by itself, which sqlx does not notice: such a connection is no use.
        .before_acquire(|writer, _| {
            Box::pin(async move {
                writer.ping().await?;
                Ok(!writer.is_in_transaction())
            })
        })
        .connect_with(options.clone())
        .await
        .map_err(opened)?;
    let migrated = migrate_sqlite(&writer, path)
        .await
        .map_err(|e| e.while_opening(&place))?;
    let readers = pool()
        .max_connections(READERS)
        .idle_timeout(READER_IDLE)
        .connect_lazy_with(
            options
                .pragma("query_only", "on")
                .pragma("cache_size", READER_CACHE),
        );
    Ok((Db::Sqlite { writer, readers }, migrated))
}

/// Brings a SQLite database up to date in one transaction, so that two programs that start at once do not collide.
async fn migrate_sqlite(writer: &SqlitePool, file: &Path) -> Result<Option<Migrated>, StoreError> {
    let applied = sqlx::query_scalar(APPLIED).fetch_all(writer).await;
    let applied = applied.or_else(no_table)?;
    if is_current(&applied, &SQLITE)? {
        return Ok(None);
    }
    let before = match applied.last() {
        Some(from) => Some((*from, backup(writer, file, *from).await?)),
        None => None,
    };
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    SQLITE
        .run_direct(None, &mut *tx, false)
        .await
        .map_err(migration)?;
    tx.commit().await?;
    Ok(before.map(|(from, backup)| Migrated {
        from,
        to: last(&SQLITE),
        backup: Some(backup),
    }))
}

/// The last migration that this program knows.
pub(super) fn last(migrator: &Migrator) -> i64 {
    migrator.iter().map(|m| m.version).max().unwrap_or(0)
}

/// A database without the table of migrations has had none; anything else is a failure.
pub(super) fn no_table(error: sqlx::Error) -> Result<Vec<i64>, StoreError> {
    let missing = error.as_database_error().is_some_and(|e| {
        e.message().contains("no such table") || e.code().as_deref() == Some("42P01")
    });
    if missing {
        Ok(Vec::new())
    } else {
        Err(error.into())
    }
}

pub(super) fn migration(error: sqlx::migrate::MigrateError) -> StoreError {
    match error {
        sqlx::migrate::MigrateError::Execute(e)
        | sqlx::migrate::MigrateError::ExecuteMigration(e, _) => e.into(),
        other => StoreError::Other(other.to_string()),
    }
}

/// Makes folder and file with the narrowest permissions before the first byte is written.
fn prepare_file(path: &Path) -> Result<(), StoreError> {
    let failed = |e: std::io::Error| StoreError::file(path, &e);
    if let Some(folder) = path
        .parent()
        .filter(|f| !f.as_os_str().is_empty() && !f.exists())
    {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            check_private(path).map_err(failed)?
        }
        Err(e) => Err(failed(e)),
    }
}

/// The file holds sealed secrets and everybody's prices: nobody else may read it.
fn check_private(path: &Path) -> std::io::Result<Result<(), StoreError>> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            return Ok(Err(StoreError::Exposed(path.to_owned())));
        }
    }
    Ok(Ok(()))
}
