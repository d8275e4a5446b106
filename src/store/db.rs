//! The two engines behind one face: a statement, its values, its rows.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, Decode, PgPool, Postgres, Row as _, SqlSafeStr, SqlStr, Sqlite, SqlitePool,
    Transaction, Type,
};

use super::arg::Arg;
use super::error::StoreError;
use super::open::EngineKind;
use super::retry::{Tries, answered, direct};

/// The open database.
#[derive(Debug, Clone)]
pub(super) enum Db {
    /// One file: a single writing connection, several that read.
    Sqlite {
        /// The one that writes.
        writer: SqlitePool,
        /// Those that read.
        readers: SqlitePool,
    },
    /// A server.
    Postgres(Server),
}

/// A server's connections, each of which sees the rows of one tenant only.
#[derive(Debug, Clone)]
pub(super) struct Server {
    /// The connections.
    pub(super) pool: PgPool,
    /// Begins a transaction and says whose it is, where a pooler forgets what a connection was told; none where each
    /// connection knows its tenant.
    pub(super) begin: Option<Arc<str>>,
}

impl Server {
    async fn begin(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        Ok(match &self.begin {
            None => answered(self.pool.begin()).await?,
            Some(begin) => {
                let begin = AssertSqlSafe(begin.to_string());
                answered(self.pool.begin_with(begin)).await?
            }
        })
    }
}

/// A writing transaction; dropping it rolls back.
pub(super) enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// A row that was read.
pub(super) enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

/// Reads a row's values from left to right.
pub(super) struct Cells<'r> {
    row: &'r Row,
    at: usize,
}

/// A value that both engines can hand out.
pub(super) trait Cell:
    Type<Sqlite> + for<'r> Decode<'r, Sqlite> + Type<Postgres> + for<'r> Decode<'r, Postgres>
{
}

impl<T> Cell for T where
    T: Type<Sqlite> + for<'r> Decode<'r, Sqlite> + Type<Postgres> + for<'r> Decode<'r, Postgres>
{
}

impl Row {
    /// Reads from the first column on.
    pub(super) fn cells(&self) -> Cells<'_> {
        Cells { row: self, at: 0 }
    }

    /// The first column alone.
    pub(super) fn only<T: Cell>(&self) -> Result<T, StoreError> {
        self.cells().take()
    }
}

impl Cells<'_> {
    /// The next column.
    pub(super) fn take<T: Cell>(&mut self) -> Result<T, StoreError> {
        let at = self.at;
        self.at += 1;
        Ok(match self.row {
            Row::Sqlite(row) => row.try_get(at)?,
            Row::Postgres(row) => row.try_get(at)?,
        })
    }

    /// The next column as a count, which is never negative.
    pub(super) fn count(&mut self) -> Result<u64, StoreError> {
        Ok(self.take::<i64>()?.max(0).cast_unsigned())
    }

    /// The next column as a count, where there is one.
    pub(super) fn maybe_count(&mut self) -> Result<Option<u64>, StoreError> {
        Ok(self
            .take::<Option<i64>>()?
            .map(|n| n.max(0).cast_unsigned()))
    }

    /// The next column as an id or another type made of text.
    pub(super) fn id<T: From<String>>(&mut self) -> Result<T, StoreError> {
        self.take::<String>().map(T::from)
    }
}

/// Runs a statement with its values on something that can execute it, and wraps what comes back.
macro_rules! run {
    ($wait:path, $executor:expr, $sql:expr, $args:expr, $method:ident) => {{
        let mut query = sqlx::query($sql);
        for arg in $args {
            query = query.bind(arg);
        }
        $wait(query.$method($executor)).await?
    }};
}

/// Runs a reading statement and makes something of each row as it comes, in a collection `C`.
macro_rules! rows {
    ($wait:path, $executor:expr, $sql:expr, $args:expr, $row:path, $map:expr) => {{
        let mut query = sqlx::query($sql);
        for arg in $args {
            query = query.bind(arg);
        }
        let mut rows = query.fetch($executor);
        let mut out = C::default();
        while let Some(row) = $wait(rows.try_next()).await? {
            out.extend([$map($row(row))?]);
        }
        out
    }};
}

impl Db {
    /// Which engine it is.
    pub(super) fn engine(&self) -> EngineKind {
        match self {
            Db::Sqlite { .. } => EngineKind::Sqlite,
            Db::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// How long to wait before a failed statement is tried again; none where it is not. Only a server comes back.
    pub(super) fn again(&self, tries: &mut Tries, error: &StoreError) -> Option<Duration> {
        match self {
            Db::Sqlite { .. } if !error.is_collision() => None,
            Db::Sqlite { .. } | Db::Postgres(_) => tries.again(error),
        }
    }

    /// All rows of a reading statement.
    pub(super) async fn all(
        &self,
        sql: impl SqlSafeStr,
        args: &[Arg<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        self.read(sql, args, Ok).await
    }

    /// What is made of each row of a reading statement. A row is let go as soon as that is done: many rows need more memory
    /// than what is made of them.
    pub(super) async fn read<T, C: Default + Extend<T>>(
        &self,
        sql: impl SqlSafeStr,
        args: &[Arg<'_>],
        map: impl Fn(Row) -> Result<T, StoreError>,
    ) -> Result<C, StoreError> {
        let sql = sql.into_sql_str();
        let mut tries = Tries::new();
        loop {
            // On the heap: whoever awaits several reads would have all of them on the stack.
            let failed = match Box::pin(self.try_read(sql.clone(), args, &map)).await {
                Ok(rows) => return Ok(rows),
                Err(error) => error,
            };
            match self.again(&mut tries, &failed) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(failed),
            }
        }
    }

    /// The first row of a reading statement, if there is one.
    pub(super) async fn first(
        &self,
        sql: impl SqlSafeStr,
        args: &[Arg<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    async fn try_read<T, C: Default + Extend<T>>(
        &self,
        sql: SqlStr,
        args: &[Arg<'_>],
        map: &impl Fn(Row) -> Result<T, StoreError>,
    ) -> Result<C, StoreError> {
        Ok(match self {
            Db::Sqlite { readers, .. } => rows!(direct, readers, sql, args, Row::Sqlite, map),
            Db::Postgres(Server { pool, begin: None }) => {
                rows!(answered, pool, sql, args, Row::Postgres, map)
            }
            Db::Postgres(server) => {
                let mut tx = Tx::Postgres(server.begin().await?);
                let rows = tx.read(sql, args, map).await?;
                tx.commit().await?;
                rows
            }
        })
    }

    /// Begins a writing transaction; on SQLite it locks at once, since a read that is upgraded later may fail whatever
    /// the timeout.
    pub(super) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Db::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(server) => Tx::Postgres(server.begin().await?),
        })
    }

    /// Closes all connections.
    pub(super) async fn close(&self) {
        match self {
            Db::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Postgres(server) => server.pool.close().await,
        }
    }
}

impl Tx {
    /// Which engine it is on.
    pub(super) fn engine(&self) -> EngineKind {
        match self {
            Tx::Sqlite(_) => EngineKind::Sqlite,
            Tx::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// Runs a statement and tells how many rows it changed.
    pub(super) async fn execute(
        &mut self,
        sql: impl SqlSafeStr,
        args: &[Arg<'_>],
    ) -> Result<u64, StoreError> {
        Ok(match self {
            Tx::Sqlite(tx) => run!(direct, &mut **tx, sql, args, execute).rows_affected(),
            Tx::Postgres(tx) => run!(answered, &mut **tx, sql, args, execute).rows_affected(),
        })
    }

    /// All rows of a statement.
    pub(super) async fn all(
        &mut self,
        sql: impl SqlSafeStr,
        args: &[Arg<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        self.read(sql, args, Ok).await
    }

    /// What is made of each row of a statement.
    pub(super) async fn read<T, C: Default + Extend<T>>(
        &mut self,
        sql: impl SqlSafeStr,
        args: &[Arg<'_>],
        map: impl Fn(Row) -> Result<T, StoreError>,
    ) -> Result<C, StoreError> {
        Ok(match self {
            Tx::Sqlite(tx) => rows!(direct, &mut **tx, sql, args, Row::Sqlite, map),
            Tx::Postgres(tx) => rows!(answered, &mut **tx, sql, args, Row::Postgres, map),
        })
    }

    /// The first row of a statement, if there is one.
    pub(super) async fn first(
        &mut self,
        sql: impl SqlSafeStr,
        args: &[Arg<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(match self {
            Tx::Sqlite(tx) => run!(direct, &mut **tx, sql, args, fetch_optional).map(Row::Sqlite),
            Tx::Postgres(tx) => {
                run!(answered, &mut **tx, sql, args, fetch_optional).map(Row::Postgres)
            }
        })
    }

    /// The only value of a statement that always gives a row.
    pub(super) async fn value<T: Cell>(
        &mut self,
        sql: impl SqlSafeStr,
        args: &[Arg<'_>],
    ) -> Result<T, StoreError> {
        self.first(sql, args)
            .await?
            .ok_or(sqlx::Error::RowNotFound)?
            .only()
    }

    /// Makes it last.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => answered(tx.commit()).await?,
        }
        Ok(())
    }
}

/// Runs a block in one writing transaction on the store; the block may use `?` and ends in `Ok(…)`. What collided with
/// another writer, or lost the server before the transaction's end was asked for, is rolled back and done again, so the
/// block must only read what is outside it. A commit that got no answer is not repeated: it may have been kept.
macro_rules! transact {
    ($store:expr, |$tx:ident| $body:block) => {{
        let db = &$store.db;
        let mut tries = $crate::store::retry::Tries::new();
        loop {
            let done: Result<_, $crate::store::error::StoreError> = async {
                let mut tx = db.begin().await?;
                let $tx = &mut tx;
                let out: Result<_, $crate::store::error::StoreError> = async { $body }.await;
                Ok((tx, out?))
            }
            .await;
            let failed = match done {
                Ok((tx, out)) => match tx.commit().await {
                    Ok(()) => break Ok(out),
                    Err(error) if error.is_collision() => error,
                    Err(error) => break Err(error),
                },
                Err(error) => error,
            };
            match db.again(&mut tries, &failed) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => break Err(failed),
            }
        }
    }};
}
pub(super) use transact;
