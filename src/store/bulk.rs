//! Many rows in few statements.

use std::collections::HashMap;
use std::hash::Hash;

use sqlx::{Postgres, QueryBuilder, Sqlite};

use super::arg::Arg;
use super::db::Tx;
use super::error::StoreError;

/// SQLite takes 32,766 values a statement, PostgreSQL 65,535.
const MAX_VALUES: usize = 32_000;
const MAX_ROWS: usize = 1_000;

/// Writes rows with `INSERT INTO table (columns) VALUES … tail`.
///
/// `columns` and `tail` are made of constants of ours; every row has as many values as there are columns. No key may come
/// twice in one call: see [`last_of_each`].
pub(super) async fn insert<'a, R: AsRef<[Arg<'a>]>>(
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
                let mut query = QueryBuilder::<Postgres>::new(head);
                query.push_values(chunk, |mut row, values| {
                    for value in values.as_ref() {
                        row.push_bind(value);
                    }
                });
                query.push(tail).build().execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
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
