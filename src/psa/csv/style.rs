//! The styles of a file of lines: how its numbers and dates are written, and what its prices stand for.

use std::fmt::Display;

use super::columns::Columns;
use super::error::CsvError;
use super::layout::Field;
use super::table::Table;
use super::votes::{Outcome, Votes};
use super::{DateOrder, DecimalMark, Options, PriceBasis, Question, date, number};

const NUMBERS: [Field; 5] = [
    Field::Quantity,
    Field::UnitPrice,
    Field::LinePrice,
    Field::UnitCost,
    Field::LineCost,
];
const DATES: [Field; 2] = [Field::StartDate, Field::EndDate];

/// What was found, or what has to be asked.
pub(super) struct Style {
    /// None where no number depends on it.
    pub mark: Option<DecimalMark>,
    /// None where no date depends on it.
    pub order: Option<DateOrder>,
    /// What the price column stands for.
    pub basis: PriceBasis,
    /// What only a person can decide.
    pub questions: Vec<Question>,
    /// What was decided before, in words.
    pub recalled: Vec<String>,
}

impl Style {
    /// Looks at every row.
    pub fn of(table: &Table<'_>, options: &Options) -> Result<Self, CsvError> {
        let (mut marks, mut orders) = (Votes::default(), Votes::default());
        let mut several_units = None;
        table.each(|record| {
            for cell in NUMBERS.map(|field| table.cell(record, field)) {
                marks.cast(number::vote(cell), record.line, cell);
            }
            for cell in DATES.map(|field| table.cell(record, field)) {
                orders.cast(date::vote(cell), record.line, cell);
            }
            if several_units.is_none() && is_several(table.cell(record, Field::Quantity)) {
                several_units = Some(record.line);
            }
        })?;
        let before = options.remembered.get(&table.columns.fingerprint());
        let before = before.copied().unwrap_or_default();
        let (mut mark, mut order, mut basis) = (None, None, PriceBasis::Unit);
        let (mut questions, mut recalled) = (Vec::new(), Vec::new());
        let mut recall = |what: &str, answer: &dyn Display| {
            let words = format!("{what} as answered for the last file of this header: {answer}");
            recalled.push(words);
        };
        let mut ask = |flag, choices, words| {
            questions.push(Question {
                file: table.file.to_owned(),
                flag,
                choices,
                words,
            });
        };
        match marks.settle(options.told.decimal, before.decimal) {
            Outcome::Settled(told) => mark = Some(told),
            Outcome::Recalled(told) => {
                recall("numbers", &told);
                mark = Some(told);
            }
            Outcome::NotNeeded => {}
            Outcome::Ask(words) => ask("--decimal", "point|comma", format!("numbers: {words}")),
        }
        match orders.settle(options.told.date_order, before.date_order) {
            Outcome::Settled(told) => order = Some(told),
            Outcome::Recalled(told) => {
                recall("dates", &told);
                order = Some(told);
            }
            Outcome::NotNeeded => {}
            Outcome::Ask(words) => ask("--date-order", "dmy|mdy", format!("dates: {words}")),
        }
        let is_open = may_be_extended(&table.columns) && several_units.is_some();
        match (options.told.price, before.price.filter(|_| is_open)) {
            (Some(told), _) => basis = told,
            (None, Some(told)) => {
                recall("prices", &told);
                basis = told;
            }
            (None, None) => {}
        }
        if let (None, None, true, Some(line)) =
            (options.told.price, before.price, is_open, several_units)
        {
            let header = table.columns.header(Field::LinePrice);
            let words = format!(
                "prices: the column '{header}' may be of the whole line or of one unit, and line {line} has several units"
            );
            ask("--price", "unit|extended", words);
        }
        Ok(Style {
            mark,
            order,
            basis,
            questions,
            recalled,
        })
    }
}

/// True where the only price is under a header such as "Amount".
fn may_be_extended(columns: &Columns) -> bool {
    columns.place(Field::UnitPrice).is_none() && columns.place(Field::LinePrice).is_some()
}

/// True for a quantity that is neither one nor none; `1,000` may be a thousand.
fn is_several(cell: &str) -> bool {
    let (whole, fraction) = cell.split_once(['.', ',']).unwrap_or((cell, ""));
    let is_whole = fraction.bytes().all(|b| b == b'0') && fraction.len() != 3;
    !(matches!(whole, "" | "0" | "1") && is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_several() {
        for one in ["1", "1.00", "1,0", "", "0", "0.00"] {
            assert!(!is_several(one), "{one}");
        }
        for several in ["2", "10", "1.5", "-1", "0.5", "x", "1,000"] {
            assert!(is_several(several), "{several}");
        }
    }
}
