//! Many rows in few statements.

use std::collections::HashMap;
use std::hash::Hash;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgBindIterExt, PgTypeInfo};
use sqlx::{AssertSqlSafe, Encode, Postgres, QueryBuilder, Sqlite, Type};

use super::arg::Arg;
use super::db::Tx;
use super::error::StoreError;

/// SQLite takes 32,766 values a statement.
const MAX_VALUES: usize = 32_000;
const MAX_ROWS: usize = 1_000;

/// Writes rows with `INSERT INTO table (columns) VALUES … tail`; PostgreSQL takes one array for each column, which is one
/// short statement however many rows there are.
///
/// `head` and `tail` are made of constants of ours; every row has as many values as there are columns, and a column's
/// values are of one type. No key may come twice in one call: see [`last_of_each`].
pub(super) async fn insert<'a, R: AsRef<[Arg<'a>]> + Sync>(
    tx: &mut Tx,
    head: &str,
    tail: &'static str,
    rows: &[R],
) -> Result<(), StoreError> {
    let columns = rows.first().map_or(1, |row| row.as_ref().len().max(1));
    for chunk in rows.chunks((MAX_VALUES / columns).clamp(1, MAX_ROWS)) {
        match tx {
            Tx::Sqlite(tx) => {
                let mut query = QueryBuilder::<Sqlite>::new(head);
                query.push_values(chunk, |mut row, values| {
                    for value in values.as_ref() {
                        row.push_bind(value);
                    }
                });
                query.push(tail).build().execute(&mut **tx).await?;
            }
            Tx::Postgres(tx) => {
                let arrays: Vec<String> = (1..=columns).map(|n| format!("${n}")).collect();
                let sql = format!("{head}SELECT * FROM unnest({}){tail}", arrays.join(", "));
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for at in 0..columns {
                    query = query.bind(Column { rows: chunk, at });
                }
                query.execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
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
    use super::*;

    #[test]
    fn the_last_of_each_key_wins() {
        let rows = [(1, 'a'), (2, 'b'), (1, 'c')];
        assert_eq!(last_of_each(&rows, |r| r.0), [&(1, 'c'), &(2, 'b')]);
    }
}
