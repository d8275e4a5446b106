//! The file of agreement lines.

use std::collections::HashMap;

use super::error::CsvError;
use super::join::Companies;
use super::layout::LINES;
use super::line::{Rules, Tally, line};
use super::style::Style;
use super::table::{Table, Text};
use super::{DateOrder, DecimalMark, Import, Options, Source, line_id};
use crate::domain::agreement::AgreementLine;
use crate::domain::party::PsaCompany;

/// Reads a file of agreement lines of these companies. Lines stay separate, also where company and product agree.
///
/// # Errors
/// [`CsvError`] where the file as a whole is no use; single bad rows are in [`Import::rejected`], and what only a person
/// can decide is in [`Import::questions`], with no line taken.
pub fn read_lines(
    source: &Source<'_>,
    companies: &[PsaCompany],
    options: &Options,
) -> Result<Import, CsvError> {
    let text = Text::of(source)?;
    let table = Table::open(&text, &LINES)?;
    let style = Style::of(&table, options)?;
    let mut import = Import::default();
    if !style.questions.is_empty() {
        import.files.push(table.report(Default::default(), 0));
        import.questions = style.questions;
        return Ok(import);
    }
    let rules = Rules {
        mark: style.mark.unwrap_or(DecimalMark::Point),
        order: style.order.unwrap_or(DateOrder::Dmy),
        basis: style.basis,
        currency: table
            .columns
            .currency
            .clone()
            .or_else(|| options.currency.clone()),
    };
    let (index, mut tally) = (Companies::of(companies), Tally::default());
    let mut known: HashMap<String, usize> = HashMap::new();
    let skipped = table.each(
        |record| match line(&table, record, &rules, &index, &mut tally) {
            Ok(line) => take(&mut import.lines, &mut known, line, &mut tally),
            Err(rejected) => import.rejected.push(rejected),
        },
    )?;
    line_id::fill_in(&mut import.lines);
    let mut report = table.report(skipped, import.lines.len() as u64);
    report.decimal = style.mark;
    report.date_order = style.order;
    report.notes = style.recalled;
    report.notes.extend(tally.notes(&table.columns));
    import.files.push(report);
    Ok(import)
}

fn take(
    lines: &mut Vec<AgreementLine>,
    known: &mut HashMap<String, usize>,
    line: AgreementLine,
    tally: &mut Tally,
) {
    if line.line_id.is_empty() {
        lines.push(line);
        return;
    }
    match known.get(&line.line_id).and_then(|at| lines.get_mut(*at)) {
        Some(earlier) => {
            tally.replaced += u64::from(*earlier != line);
            *earlier = line;
        }
        None => {
            known.insert(line.line_id.clone(), lines.len());
            lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests;
