//! Rows that a vendor lists twice on one page.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

/// One row for each key, in the order of their first sight; the last one wins.
pub fn last_of_each<T, K: Hash + Eq>(rows: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut places = HashMap::with_capacity(rows.len());
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        match places.entry(key(&row)) {
            Entry::Occupied(place) => kept[*place.get()] = row,
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(row);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_row_stands_where_the_first_one_stood() {
        let rows = vec![(1, 'a'), (2, 'b'), (1, 'c')];
        assert_eq!(last_of_each(rows, |row| row.0), [(1, 'c'), (2, 'b')]);
    }
}
