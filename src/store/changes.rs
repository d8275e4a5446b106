//! Lists that are read once and then only where they changed.
//!
//! Each row carries the number of the change that last touched it. Changes of one list are made one after the other
//! ([`Tx::alone`](super::db::Tx::alone)), so their numbers rise in the order in which they become visible, and whoever
//! has read up to a mark misses nothing by going on after it.

/// How far a list was read: a change's number, and the key of the last row of it that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark<K> {
    pub(super) change: i64,
    pub(super) key: K,
}

/// Before the first row.
impl<K: Default> Default for Mark<K> {
    fn default() -> Self {
        Self {
            change: -1,
            key: K::default(),
        }
    }
}
