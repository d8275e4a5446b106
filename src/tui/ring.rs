//! The log in memory: the newest entries, numbered for good, so that lists of matches stay valid as old ones leave.

use std::collections::VecDeque;

use crate::domain::log::LogEntry;

/// At most this many entries are kept.
pub const CAPACITY: usize = 100_000;

/// The newest entries.
#[derive(Debug, Default)]
pub struct LogRing {
    entries: VecDeque<LogEntry>,
    first: u64,
}

impl LogRing {
    /// Adds an entry; the oldest leaves where there is no room. Gives its number.
    pub fn push(&mut self, entry: LogEntry) -> u64 {
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
            self.first += 1;
        }
        self.entries.push_back(entry);
        self.end() - 1
    }

    /// The entry with this number, if it is still kept.
    pub fn get(&self, number: u64) -> Option<&LogEntry> {
        let at = number.checked_sub(self.first)?;
        self.entries.get(usize::try_from(at).ok()?)
    }

    /// The oldest number kept.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The number of the next entry.
    pub fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// The entries, newest first.
    pub fn newest(&self) -> impl Iterator<Item = &LogEntry> {
        self.entries.iter().rev()
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True while nothing was logged.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::log::Level;
    use crate::domain::time::Ts;

    #[test]
    fn numbers_stay_when_old_entries_leave() {
        let mut ring = LogRing::default();
        let entry = |n: usize| LogEntry {
            at: Ts::default(),
            level: Level::Info,
            connection: None,
            text: n.to_string(),
        };
        for n in 0..CAPACITY + 5 {
            assert_eq!(ring.push(entry(n)), n as u64);
        }
        assert_eq!(ring.first(), 5);
        assert!(ring.get(4).is_none());
        assert_eq!(ring.get(5).unwrap().text, "5");
        assert_eq!(ring.len(), CAPACITY);
        assert_eq!(ring.newest().count(), CAPACITY);
    }
}
