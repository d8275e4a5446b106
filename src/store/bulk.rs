//! Many rows in few statements.

use std::collections::HashMap;
use std::hash::Hash;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgBindIterExt, PgTypeInfo};
use sqlx::{AssertSqlSafe, Encode, Postgres, Type};

use super::arg::Arg;
use super::connections::to_json;
use super::db::Tx;
use super::error::StoreError;

/// Rows in one statement.
pub(super) const MAX_ROWS: usize = 1_000;

/// Writes rows with `INSERT INTO table (columns) SELECT … tail`, or changes those whose keys they are with
/// `UPDATE … IN (SELECT …)`, which is one short statement however many rows there are: PostgreSQL takes one array for each
/// column, SQLite one JSON text. A value bound by itself costs sqlx two allocations that another thread frees, more than
/// SQLite's own work on it. SQLite reads probabilities back to the last bit, which it does not do for numbers of hundreds
/// of digits.
///
/// `head` and `tail` are made of constants of ours; every row has as many values as there are columns, and a column's
/// values are of one type. No key may come twice in one call: see [`last_of_each`].
pub(super) async fn write<'a, R: AsRef<[Arg<'a>]> + Sync>(
    tx: &mut Tx,
    head: &str,
    tail: &'static str,
    rows: &[R],
) -> Result<(), StoreError> {
    write_sharing(tx, head, tail, &[], rows).await
}

/// As [`write`], where the first columns, `shared`, are the same in all rows: they are bound once.
pub(super) async fn write_sharing<'a, R: AsRef<[Arg<'a>]> + Sync>(
    tx: &mut Tx,
    head: &str,
    tail: &'static str,
    shared: &[Arg<'_>],
    rows: &[R],
) -> Result<(), StoreError> {
    let Some(first) = rows.first().map(AsRef::as_ref) else {
        return Ok(());
    };
    let values = values_of(tx, shared.len(), first);
    for chunk in rows.chunks(MAX_ROWS) {
        let sql = AssertSqlSafe(format!("{head}SELECT {values}{tail}"));
        match tx {
            Tx::Sqlite(tx) => {
                let rows: Vec<_> = chunk.iter().map(AsRef::as_ref).collect();
                let mut query = sqlx::query(sql);
                for arg in shared {
                    query = query.bind(arg);
                }
                query = query.bind(to_json(&rows)?);
                query.execute(&mut **tx).await?;
            }
            Tx::Postgres(tx) => {
                let mut query = sqlx::query(sql);
                for arg in shared {
                    query = query.bind(arg);
                }
                for at in 0..first.len() {
                    query = query.bind(Column { rows: chunk, at });
                }
                query.execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
}

/// What follows `SELECT`, for so many shared values and rows like this one.
fn values_of(tx: &Tx, shared: usize, row: &[Arg<'_>]) -> String {
    let mut values: Vec<String> = (1..=shared).map(|n| format!("${n}")).collect();
    match tx {
        Tx::Sqlite(_) => {
            values.extend(row.iter().enumerate().map(|(n, arg)| match arg {
                Arg::Bytes(_) => format!("unhex(value ->> {n})"),
                _ => format!("value ->> {n}"),
            }));
            // Without WHERE the parser takes the ON of a tail for that of a join.
            format!(
                "{} FROM jsonb_each(${}) WHERE TRUE",
                values.join(", "),
                shared + 1
            )
        }
        // As values they come row by row; `FROM unnest(…)` would put each column aside first.
        Tx::Postgres(_) => {
            values.extend((1..=row.len()).map(|n| format!("unnest(${})", shared + n)));
            values.join(", ")
        }
    }
}

/// The values of one column, in the order of the rows.
struct Column<'r, R> {
    rows: &'r [R],
    at: usize,
}

impl<'r, 'a, R: AsRef<[Arg<'a>]>> Encode<'_, Postgres> for Column<'r, R> {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let rows: &'r [R] = self.rows;
        let at = self.at;
        let values = rows.iter().filter_map(|row| row.as_ref().get(at));
        values.bind_iter().encode(buf)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        let first = self.rows.first()?.as_ref().get(self.at)?;
        Some(PgTypeInfo::with_oid(array_of(first)))
    }
}

/// Asked for by `bind`; [`Encode::produces`] tells the true type.
impl<R> Type<Postgres> for Column<'_, R> {
    fn type_info() -> PgTypeInfo {
        <Vec<String> as Type<Postgres>>::type_info()
    }
}

/// The type of an array of such values; the numbers are fixed in PostgreSQL's catalogue (`pg_type.dat`).
fn array_of(arg: &Arg<'_>) -> Oid {
    Oid(match arg {
        Arg::Int(_) => 1016,
        Arg::Bool(_) => 1000,
        Arg::Real(_) => 1022,
        Arg::Text(_) => 1009,
        Arg::Bytes(_) => 1001,
        Arg::Ts(_) => 1185,
        Arg::Money(_) => 1231,
        Arg::Week(_) | Arg::Day(_) => 1182,
    })
}

/// The last item of each key, in the order in which the keys first came: the same key twice in one statement is an error
/// on PostgreSQL.
pub(super) fn last_of_each<'a, T, K: Hash + Eq>(
    items: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> Vec<&'a T> {
    let mut places = HashMap::with_capacity(items.len());
    let mut kept: Vec<&'a T> = Vec::with_capacity(items.len());
    for item in items {
        match places.entry(key(item)) {
            std::collections::hash_map::Entry::Occupied(place) => kept[*place.get()] = item,
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(item);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sqlx::SqlitePool;

    use super::super::columns::Day;
    use super::*;
    use crate::domain::money::Money;
    use crate::domain::time::{Ts, Week};

    /// One value of each kind.
    fn row(real: f64, int: i64, text: &str) -> [Arg<'_>; 9] {
        let at = Ts::from_micros(int);
        let day = jiff::civil::date(2026, 2, 28);
        [
            Arg::from(int),
            Arg::from(int % 2 == 0),
            Arg::from(real),
            Arg::from(text),
            Arg::from(text.as_bytes()),
            Arg::from(at),
            Arg::from(Money::from_units(int)),
            Arg::from(Week::of(day)),
            Arg::from(Some(Day(day))),
        ]
    }

    fn nothing() -> [Arg<'static>; 9] {
        [
            Arg::Int(None),
            Arg::Bool(None),
            Arg::Real(None),
            Arg::Text(None),
            Arg::Bytes(None),
            Arg::Ts(None),
            Arg::Money(None),
            Arg::Week(Week::of(jiff::civil::date(1999, 12, 31))),
            Arg::Day(None),
        ]
    }

    /// The rows that other tables lack of one that was filled value by value, after they were filled in bulk and with half
    /// of each row shared.
    async fn differences(rows: &[[Arg<'_>; 9]]) -> i64 {
        let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
        let mut tx = Tx::Sqlite(pool.begin().await.unwrap());
        for table in ["bound", "bulk", "shared"] {
            let sql = format!(
                "CREATE TABLE {table} (a INTEGER, b INTEGER, c REAL, d TEXT, e BLOB, f INTEGER, g INTEGER,
                 h TEXT, i TEXT) STRICT"
            );
            tx.execute(AssertSqlSafe(sql), &[]).await.unwrap();
        }
        for row in rows {
            let sql = "INSERT INTO bound VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            tx.execute(sql, row).await.unwrap();
        }
        let head = "INSERT INTO bulk (a, b, c, d, e, f, g, h, i) ";
        write(&mut tx, head, "", rows).await.unwrap();
        let head = "INSERT INTO shared (a, b, c, d, e, f, g, h, i) ";
        for row in rows {
            let (first, rest) = row.split_at(4);
            write_sharing(&mut tx, head, "", first, &[rest])
                .await
                .unwrap();
        }
        let mut differences = 0;
        for table in ["bulk", "shared"] {
            let count = format!(
                "SELECT ((SELECT count(*) FROM {table}) <> (SELECT count(*) FROM bound))
                    + (SELECT count(*) FROM (SELECT * FROM bound EXCEPT SELECT * FROM {table}))"
            );
            let count: i64 = tx.value(AssertSqlSafe(count), &[]).await.unwrap();
            differences += count;
        }
        differences
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn rows_in_bulk_are_what_they_are_one_by_one(
            values in prop::collection::vec((0.0..=1.0_f64, -1000.0..1000.0_f64, any::<i64>(), any::<String>()), 1..400),
        ) {
            let mut rows = vec![nothing()];
            for (share, real, int, text) in &values {
                rows.push(row(*share, *int, text));
                if real.is_finite() {
                    rows.push(row(*real, int % 1_000, "\u{1}\"\\\u{1f980}"));
                }
            }
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            prop_assert_eq!(runtime.block_on(differences(&rows)), 0);
        }
    }

    #[test]
    fn the_last_of_each_key_wins() {
        let rows = [(1, 'a'), (2, 'b'), (1, 'c')];
        assert_eq!(last_of_each(&rows, |r| r.0), [&(1, 'c'), &(2, 'b')]);
    }
}
