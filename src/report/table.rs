//! A plain table for terminals and pipes, aligned by what characters take on screen.

use super::sheet::{Cell, Sheet};
use crate::domain::shown::{fit, width};
use crate::domain::text;

/// The widest text cell, in columns; longer ones end in `…`. Who needs all of it asks for JSON or CSV.
const WIDEST: usize = 56;

/// The sheet in aligned columns: text to the left, numbers to the right. Nothing but line breaks controls the terminal.
pub fn table(sheet: &Sheet) -> String {
    let header: Vec<Cell> = sheet.columns.iter().map(|c| Cell::text(*c)).collect();
    let mut rows = vec![shown(sheet, &header)];
    rows.extend(sheet.rows.iter().map(|row| shown(sheet, row)));
    let widths: Vec<usize> = (0..sheet.columns.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or(0)
        })
        .collect();
    // A column of numbers has its name on the right as well.
    let right: Vec<bool> = (0..widths.len()).map(|c| sheet.is_numeric(c)).collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let fill = " ".repeat(widths[column] - width(cell));
            let gap = if column > 0 { "  " } else { "" };
            line.push_str(gap);
            match right[column] {
                true => line.extend([fill.as_str(), cell.as_str()]),
                false => line.extend([cell.as_str(), fill.as_str()]),
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A row's texts as they are shown.
fn shown(sheet: &Sheet, row: &[Cell]) -> Vec<String> {
    let of = |cell: &Cell| match cell {
        Cell::Number(number) => number.clone(),
        other => fit(&text::clean(other.as_str(), text::MAX_TEXT), WIDEST).into_owned(),
    };
    sheet.cells(row).map(of).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_are_aligned_by_width() {
        let sheet = Sheet {
            columns: vec!["customer", "seats", "note"],
            rows: vec![
                vec![Cell::text("東京歯科"), Cell::number(Some(7)), Cell::Empty],
                vec![Cell::text("Oak"), Cell::number(Some(-12)), Cell::text("x")],
            ],
        };
        assert_eq!(
            table(&sheet),
            "customer  seats  note\n東京歯科      7\nOak         -12  x\n"
        );
    }

    proptest! {
        #[test]
        fn no_control_character_gets_through(evil in "\\PC*|.*") {
            let sheet = Sheet { columns: vec!["a", "b"], rows: vec![vec![Cell::text(evil)]] };
            prop_assert!(!table(&sheet).replace('\n', "").chars().any(char::is_control));
        }
    }
}
