//! A list with a filter and a selection that stays on its row while rows come and go around it.

use super::fuzzy;

/// How far one key moves the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// Ten rows up.
    HalfUp,
    /// Ten rows down.
    HalfDown,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
}

/// Rows that pass the filter, in order, and the selected one. `K` tells rows apart.
#[derive(Debug)]
pub struct Listing<K> {
    filter: String,
    order: Vec<usize>,
    at: usize,
    key: Option<K>,
}

impl<K> Default for Listing<K> {
    fn default() -> Self {
        Self {
            filter: String::new(),
            order: Vec::new(),
            at: 0,
            key: None,
        }
    }
}

impl<K: PartialEq + Clone> Listing<K> {
    /// Takes the rows anew: those of `sorted` (places in `rows`) whose text passes the filter.
    pub fn rebuild<T>(
        &mut self,
        rows: &[T],
        sorted: impl IntoIterator<Item = usize>,
        key: impl Fn(&T) -> K,
        text: impl Fn(&T) -> String,
    ) {
        self.order = sorted
            .into_iter()
            .filter(|i| {
                rows.get(*i).is_some_and(|row| {
                    self.filter.is_empty() || fuzzy::score(&self.filter, &text(row)).is_some()
                })
            })
            .collect();
        let kept = self.key.as_ref().and_then(|k| {
            self.order
                .iter()
                .position(|i| rows.get(*i).is_some_and(|r| key(r) == *k))
        });
        self.at = kept
            .unwrap_or(self.at)
            .min(self.order.len().saturating_sub(1));
        self.key = self.order.get(self.at).and_then(|i| rows.get(*i)).map(key);
    }

    /// Moves the selection.
    pub fn step<T>(&mut self, step: Step, rows: &[T], key: impl Fn(&T) -> K) {
        let last = self.order.len().saturating_sub(1);
        let at = match step {
            Step::Up => self.at.saturating_sub(1),
            Step::Down => self.at + 1,
            Step::HalfUp => self.at.saturating_sub(10),
            Step::HalfDown => self.at + 10,
            Step::Top => 0,
            Step::Bottom => last,
        };
        self.select(at.min(last), rows, key);
    }

    /// Selects the row at this place of the list.
    pub fn select<T>(&mut self, at: usize, rows: &[T], key: impl Fn(&T) -> K) {
        self.at = at;
        self.key = self.order.get(at).and_then(|i| rows.get(*i)).map(key);
    }

    /// Selects the row with this key once the rows are there.
    pub fn recall(&mut self, key: K) {
        self.key = Some(key);
    }

    /// The key of the selected row.
    pub fn key(&self) -> Option<&K> {
        self.key.as_ref()
    }

    /// The place in `rows` of the selected row.
    pub fn selected(&self) -> Option<usize> {
        self.order.get(self.at).copied()
    }

    /// Where in the list the selection is.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The places in `rows` of what passes the filter.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The filter's text.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Sets the filter; the rows must be rebuilt after it.
    pub fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter);
    }

    /// The rows to draw in `height` lines: place in the list, place in `rows`, whether it is selected.
    pub fn window(&self, height: usize) -> impl Iterator<Item = (usize, usize, bool)> {
        let from = offset(self.at, self.order.len(), height);
        self.order
            .iter()
            .enumerate()
            .skip(from)
            .take(height)
            .map(|(n, i)| (n, *i, n == self.at))
    }
}

/// The first row to draw. The list stands still while the selection moves through half of it, then it moves by half:
/// few cells change for each key, and rows before and after the selection are always in sight.
pub fn offset(at: usize, len: usize, height: usize) -> usize {
    if height < 2 {
        return at;
    }
    let half = height / 2;
    let from = (at / half).saturating_sub(1) * half;
    from.min(len.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(rows: &[&str], filter: &str) -> Listing<String> {
        let mut l = Listing::default();
        l.set_filter(filter);
        l.rebuild(
            rows,
            0..rows.len(),
            |r| (*r).to_owned(),
            |r| (*r).to_owned(),
        );
        l
    }

    #[test]
    fn the_selection_stays_on_its_row() {
        let rows = ["ape", "bee", "cat"];
        let mut l = list(&rows, "");
        l.step(Step::Down, &rows, |r| (*r).to_owned());
        assert_eq!(l.selected(), Some(1));
        let more = ["ant", "ape", "bee", "cat"];
        l.rebuild(&more, 0..4, |r| (*r).to_owned(), |r| (*r).to_owned());
        assert_eq!(l.selected(), Some(2));
        let fewer = ["ant", "cat"];
        l.rebuild(&fewer, 0..2, |r| (*r).to_owned(), |r| (*r).to_owned());
        assert_eq!(l.selected(), Some(1));
    }

    #[test]
    fn a_filter_narrows_and_nothing_left_is_fine() {
        let rows = ["ape", "bee", "cat"];
        assert_eq!(list(&rows, "e").order(), [0, 1]);
        let mut none = list(&rows, "zebra");
        none.step(Step::Bottom, &rows, |r| (*r).to_owned());
        assert_eq!(none.selected(), None);
    }

    proptest! {
        #[test]
        fn the_selected_row_is_always_in_sight(at in 0usize..500, more in 1usize..500, height in 1usize..60) {
            let len = at + more;
            let from = offset(at, len, height);
            prop_assert!(from <= at && at < from + height);
        }
    }
}
