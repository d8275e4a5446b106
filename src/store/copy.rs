//! Copies a tenant from one database into another, SQLite to PostgreSQL or back, and proves that it arrived.
//!
//! Which columns there are and what they hold is asked of the server, so that no list of tables can be forgotten when
//! one is added.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::columns::Day;
use super::db::{Cells, Row, Tx};
use super::{EngineKind, Store, StoreError, bulk};
use crate::domain::money::Money;
use crate::domain::time::Ts;

/// What belongs to running processes and not to the data.
const LEFT_OUT: [&str; 5] = ["feed", "leases", "review_claims", "run_progress", "tenants"];
/// Rows written at once.
const CHUNK: usize = 2_000;

/// A table that was copied.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CopiedTable {
    /// Its name.
    pub table: String,
    /// Its rows, counted on both sides.
    pub rows: u64,
    /// Of all values, the same on both sides.
    pub checksum: String,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Bool,
    Real,
    Text,
    Bytes,
    Ts,
    Money,
    Day,
}

#[derive(Debug)]
struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
    /// True if the database numbers its rows.
    numbered: bool,
}

/// A value on its way.
enum Value {
    Plain(Arg<'static>),
    Bytes(Option<Vec<u8>>),
}

/// Rows and the sum of their hashes, which does not depend on their order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    hash: u64,
}

impl Store {
    /// Copies everything of this tenant into `target`, which must be open for the same tenant and hold nothing of it. All
    /// of it or nothing: counts and values are compared before it is made to last. Nobody writes to a SQLite source
    /// meanwhile. `told` hears of each table and its rows as they go.
    ///
    /// # Errors
    /// [`StoreError::CopyRefused`] where the target is not empty, neither side is a server, or a value did not arrive.
    pub async fn copy_to(
        &self,
        target: &Store,
        told: &(dyn Fn(&str, u64) + Send + Sync),
    ) -> Result<Vec<CopiedTable>, StoreError> {
        let tables = match (self.engine(), target.engine()) {
            (_, EngineKind::Postgres) => tables(target).await?,
            (EngineKind::Postgres, _) => tables(self).await?,
            _ => {
                return Err(refused(
                    "both are SQLite: copy the file with sqlite3 FILE 'VACUUM INTO ...'",
                ));
            }
        };
        target.is_empty(&tables).await?;
        let mut from = self.db.begin().await?;
        if self.engine() == EngineKind::Postgres {
            from.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", &[])
                .await?;
        }
        let mut to = target.db.begin().await?;
        let mut copied = Vec::with_capacity(tables.len());
        for table in &tables {
            let sent = send(self, &mut from, &mut to, table, told).await?;
            let mut arrived = Sum::default();
            read(target, &mut to, table, &mut arrived, None, told).await?;
            if sent != arrived {
                return Err(refused(&format!(
                    "of {} rows of {} only {} arrived as they were",
                    sent.rows, table.name, arrived.rows
                )));
            }
            if table.numbered && target.engine() == EngineKind::Postgres {
                go_on_numbering(target, &mut to, table).await?;
            }
            copied.push(CopiedTable {
                table: table.name.clone(),
                rows: sent.rows,
                checksum: format!("{:016x}", sent.hash),
            });
        }
        to.commit().await?;
        Ok(copied)
    }

    /// Refuses a database that holds something of the tenant, or a file that is another tenant's.
    async fn is_empty(&self, tables: &[Table]) -> Result<(), StoreError> {
        for table in tables {
            let sql = format!("SELECT 1 FROM {} WHERE tenant = $1 LIMIT 1", table.name);
            let found = self
                .db
                .first(AssertSqlSafe(sql), args![self.tenant()])
                .await?;
            if found.is_some() {
                let words = format!(
                    "it already holds {} of {}",
                    table.name.replace('_', " "),
                    self.tenant()
                );
                return Err(refused(&words));
            }
        }
        let others = "SELECT tenant FROM tenants WHERE tenant <> $1 LIMIT 1";
        if self.engine() == EngineKind::Sqlite
            && self.db.first(others, args![self.tenant()]).await?.is_some()
        {
            return Err(refused("the file belongs to another profile"));
        }
        Ok(())
    }
}

fn refused(words: &str) -> StoreError {
    StoreError::CopyRefused(words.to_owned())
}

/// The tables and their columns, as a server has them; their parts by year are no tables of their own.
async fn tables(server: &Store) -> Result<Vec<Table>, StoreError> {
    let rows = server
        .db
        .all(
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_identity = 'YES'
             FROM information_schema.columns c JOIN information_schema.tables t
                 ON t.table_schema = c.table_schema AND t.table_name = c.table_name
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
                 AND c.table_name NOT LIKE '\\_sqlx%'
                 AND c.table_name NOT IN (SELECT relname FROM pg_inherits JOIN pg_class p ON p.oid = inhrelid)
             ORDER BY c.table_name, c.ordinal_position",
            &[],
        )
        .await?;
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for row in &rows {
        let mut c = row.cells();
        let (name, column, kind): (String, String, String) = (c.take()?, c.take()?, c.take()?);
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let table = tables.entry(name.clone()).or_insert(Table {
            name,
            columns: Vec::new(),
            numbered: false,
        });
        table.numbered |= c.take::<bool>()?;
        let kind = kind_of(&kind).ok_or_else(|| refused(&format!("{kind} cannot be copied")))?;
        table.columns.push((column, kind));
    }
    Ok(tables.into_values().collect())
}

fn kind_of(postgres: &str) -> Option<Kind> {
    Some(match postgres {
        "bigint" => Kind::Int,
        "boolean" => Kind::Bool,
        "double precision" => Kind::Real,
        "text" => Kind::Text,
        "bytea" => Kind::Bytes,
        "timestamp with time zone" => Kind::Ts,
        "numeric" => Kind::Money,
        "date" => Kind::Day,
        _ => return None,
    })
}

impl Table {
    fn column_list(&self) -> String {
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|(n, _)| format!("\"{n}\""))
            .collect();
        names.join(", ")
    }

    fn values(&self, row: &Row) -> Result<Vec<Value>, StoreError> {
        let mut cells = row.cells();
        self.columns
            .iter()
            .map(|(_, kind)| value(&mut cells, *kind))
            .collect()
    }
}

fn value(c: &mut Cells<'_>, kind: Kind) -> Result<Value, StoreError> {
    Ok(Value::Plain(match kind {
        Kind::Int => Arg::Int(c.take()?),
        Kind::Bool => Arg::Bool(c.take()?),
        Kind::Real => Arg::Real(c.take()?),
        Kind::Text => Arg::Text(c.take::<Option<String>>()?.map(Into::into)),
        Kind::Ts => Arg::Ts(c.take::<Option<Ts>>()?),
        Kind::Money => Arg::Money(c.take::<Option<Money>>()?),
        Kind::Day => Arg::Day(c.take::<Option<Day>>()?),
        Kind::Bytes => return Ok(Value::Bytes(c.take()?)),
    }))
}

impl Value {
    fn arg(&self) -> Arg<'_> {
        match self {
            Value::Plain(arg) => arg.clone(),
            Value::Bytes(bytes) => Arg::Bytes(bytes.as_deref()),
        }
    }
}

impl Sum {
    /// The values are written as the program sees them, so both engines give the same.
    fn add(&mut self, values: &[Value]) {
        let mut hash = Sha256::new();
        for value in values {
            let text = format!("{:?}", value.arg());
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        let first = hash
            .finalize()
            .iter()
            .take(8)
            .fold(0, |sum: u64, b| sum << 8 | u64::from(*b));
        self.hash = self.hash.wrapping_add(first);
        self.rows += 1;
    }
}

/// Reads a table of the tenant in pieces, adds it up, and writes it to another database if there is one.
async fn read(
    store: &Store,
    from: &mut Tx,
    table: &Table,
    sum: &mut Sum,
    mut to: Option<&mut Tx>,
    told: &(dyn Fn(&str, u64) + Send + Sync),
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT {} FROM {} WHERE tenant = $1",
        table.column_list(),
        table.name
    );
    let overriding = match to.as_ref().map(|tx| tx.engine()) {
        Some(EngineKind::Postgres) if table.numbered => "OVERRIDING SYSTEM VALUE ",
        _ => "",
    };
    let head = format!(
        "INSERT INTO {} ({}) {overriding}",
        table.name,
        table.column_list()
    );
    /// One piece after the other from a stream of either engine's rows.
    macro_rules! pieces {
        ($tx:expr, $row:expr) => {{
            let query = sqlx::query(AssertSqlSafe(sql)).bind(Arg::from(store.tenant()));
            let mut rows = query.fetch(&mut **$tx).try_chunks(CHUNK);
            while let Some(piece) = rows.try_next().await.map_err(|e| e.1)? {
                let mut values = Vec::with_capacity(piece.len());
                for row in piece {
                    let row = table.values(&$row(row))?;
                    sum.add(&row);
                    values.push(row);
                }
                if let Some(to) = &mut to {
                    let rows: Vec<Vec<Arg<'_>>> = values
                        .iter()
                        .map(|row| row.iter().map(Value::arg).collect())
                        .collect();
                    bulk::write(to, &head, "", &rows).await?;
                    told(&table.name, sum.rows);
                }
            }
        }};
    }
    match from {
        Tx::Sqlite(tx) => pieces!(tx, Row::Sqlite),
        Tx::Postgres(tx) => pieces!(tx, Row::Postgres),
    }
    Ok(())
}

async fn send(
    store: &Store,
    from: &mut Tx,
    to: &mut Tx,
    table: &Table,
    told: &(dyn Fn(&str, u64) + Send + Sync),
) -> Result<Sum, StoreError> {
    let mut sum = Sum::default();
    read(store, from, table, &mut sum, Some(to), told).await?;
    Ok(sum)
}

/// The next row gets a number after those that came.
async fn go_on_numbering(store: &Store, to: &mut Tx, table: &Table) -> Result<(), StoreError> {
    let sequence: String = to
        .value(
            "SELECT pg_get_serial_sequence($1, 'id')",
            args![&table.name],
        )
        .await?;
    let sql = format!(
        "SELECT setval($2, greatest((SELECT last_value FROM {sequence}),
             (SELECT max(id) FROM {} WHERE tenant = $1), 1))",
        table.name
    );
    to.value::<i64>(AssertSqlSafe(sql), args![store.tenant(), &sequence])
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_knows_its_values_and_not_their_order() {
        let row = |n: i64, text: &str| {
            vec![
                Value::Plain(Arg::from(n)),
                Value::Plain(Arg::from(text.to_owned())),
            ]
        };
        let sum = |rows: &[Vec<Value>]| {
            let mut sum = Sum::default();
            rows.iter().for_each(|r| sum.add(r));
            sum
        };
        let (a, b) = (row(1, "a"), row(2, "b"));
        assert_eq!(sum(&[row(1, "a"), row(2, "b")]), sum(&[b, a]));
        assert_ne!(sum(&[row(1, "a")]), sum(&[row(1, "b")]));
        assert_ne!(sum(&[row(1, "a")]), sum(&[row(1, "a"), row(1, "a")]));
    }
}
