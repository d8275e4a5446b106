//! Rows and columns before they take a form: the same sheet becomes an aligned table, CSV or a Markdown table.

/// What a cell holds. Numbers are told from text so that no spreadsheet takes a name for a formula, and no guard is put on
/// a negative number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, ids, dates.
    Text(String),
    /// A number as a plain decimal.
    Number(String),
    /// Not known, or not there.
    Empty,
}

impl Cell {
    /// Words; an empty text is an empty cell.
    pub fn text(words: impl Into<String>) -> Self {
        match words.into() {
            words if words.is_empty() => Cell::Empty,
            words => Cell::Text(words),
        }
    }

    /// Words that may be missing.
    pub fn maybe(words: Option<impl ToString>) -> Self {
        words.map_or(Cell::Empty, |w| Cell::text(w.to_string()))
    }

    /// A number that may be missing: a count, or money.
    pub fn number(number: Option<impl ToString>) -> Self {
        number.map_or(Cell::Empty, |n| Cell::Number(n.to_string()))
    }

    /// What is in it.
    pub fn as_str(&self) -> &str {
        match self {
            Cell::Text(text) | Cell::Number(text) => text,
            Cell::Empty => "",
        }
    }
}

/// Named columns and rows of as many cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The columns' names.
    pub columns: Vec<&'static str>,
    /// The rows; a short row ends in empty cells, what is longer than the columns is left out.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// A sheet without rows.
    pub fn new(columns: &[&'static str]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// The sheet with one row for each item.
    pub fn of<T>(
        columns: &[&'static str],
        items: impl IntoIterator<Item = T>,
        row: impl Fn(T) -> Vec<Cell>,
    ) -> Self {
        Self {
            rows: items.into_iter().map(row).collect(),
            ..Self::new(columns)
        }
    }

    /// True for a column of numbers: they are set to the right.
    pub(super) fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.any(|c| matches!(c, Cell::Number(_)))
    }

    /// A row's cells, exactly one for each column.
    pub(super) fn cells<'a>(&self, row: &'a [Cell]) -> impl Iterator<Item = &'a Cell> {
        let missing = std::iter::repeat(&Cell::Empty);
        row.iter().chain(missing).take(self.columns.len())
    }
}
