//! The styles of a file of lines: how its numbers and dates are written, and what its prices stand for.

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
        let mut style = Style {
            mark: None,
            order: None,
            basis: options.price.unwrap_or(PriceBasis::Unit),
            questions: Vec::new(),
        };
        let mut ask = |flag, choices, words| {
            style.questions.push(Question {
                file: table.file.to_owned(),
                flag,
                choices,
                words,
            });
        };
        match marks.settle(options.decimal) {
            Outcome::Settled(mark) => style.mark = Some(mark),
            Outcome::NotNeeded => {}
            Outcome::Ask(words) => ask("--decimal", "point|comma", format!("numbers: {words}")),
        }
        match orders.settle(options.date_order) {
            Outcome::Settled(order) => style.order = Some(order),
            Outcome::NotNeeded => {}
            Outcome::Ask(words) => ask("--date-order", "dmy|mdy", format!("dates: {words}")),
        }
        if let (None, true, Some(line)) = (
            options.price,
            may_be_extended(&table.columns),
            several_units,
        ) {
            let header = table.columns.header(Field::LinePrice);
            let words = format!(
                "prices: the column '{header}' may be of the whole line or of one unit, and line {line} has several units"
            );
            ask("--price", "unit|extended", words);
        }
        Ok(style)
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
