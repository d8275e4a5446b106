//! Seats by week as bars, their numbers below them, and how high the contract stands: read by shape and by number, not by
//! colour.

use ratatui::widgets::{Bar, BarChart};

use super::super::canvas::{Canvas, Cell, Side};
use super::super::theme::Theme;
use crate::domain::money::grouped;
use crate::domain::shown::width;
use crate::engine::seats::SeatWeeks;

/// The least that makes a picture: heading, three rows of bars, numbers, weeks.
pub const LEAST: u16 = 6;
/// Nobody buys more seats; a bar's height is computed in eighths of a row times this.
const HIGHEST: i64 = 1_000_000_000_000;
/// More rows tell no more.
pub const MOST: u16 = 11;

/// Draws the chart from row `y` on, at most `height` rows high; nothing where there is no room for it.
pub fn draw(canvas: &mut Canvas<'_>, y: u16, height: u16, seats: &SeatWeeks, t: &Theme) {
    if height < LEAST {
        return;
    }
    let contracted = match seats.contracted {
        Some(n) => format!("┄ contracted now {}", grouped(i128::from(n))),
        None => "contracted seats unknown".to_owned(),
    };
    canvas.rule(y, "Seats by week", &contracted, t.strong);
    let number = |n: Option<i64>| n.map_or("–".to_owned(), |n| grouped(i128::from(n)));
    let known = seats.weeks.iter().filter_map(|(_, n)| *n);
    if known.clone().next().is_none() {
        canvas.put(2, y + 1, "No week of it was captured yet.", t.text);
        return;
    }
    let widest = seats.weeks.iter().map(|(_, n)| width(&number(*n))).max();
    let column = u16::try_from(widest.unwrap_or(0))
        .unwrap_or(u16::MAX)
        .clamp(4, 12);
    let fit = usize::from(canvas.width() / (column + 1)).max(1);
    let shown = &seats.weeks[seats.weeks.len().saturating_sub(fit)..];
    let height = height.min(MOST);
    let rows = height - 3;
    let value = |n: Option<i64>| n.unwrap_or(0).clamp(0, HIGHEST).cast_unsigned();
    let most = shown.iter().map(|(_, n)| value(*n));
    let most = most
        .chain([value(seats.contracted)])
        .max()
        .unwrap_or(0)
        .max(1);
    let bars: Vec<Bar<'_>> = shown
        .iter()
        .map(|(_, n)| Bar::default().value(value(*n)).text_value(""))
        .collect();
    let chart = BarChart::new(bars)
        .bar_width(column)
        .bar_gap(1)
        .max(most)
        .bar_style(t.bar_good);
    canvas.widget((0, y + 1, canvas.width(), rows), chart);
    if let Some(level) = seats.contracted.filter(|n| *n > 0) {
        // The row in which the bar of as many seats ends.
        let height = (u64::from(rows) * value(Some(level))).div_ceil(most);
        let row = rows.saturating_sub(u16::try_from(height).unwrap_or(rows));
        canvas.fill_blank(y + 1 + row, '┄', t.text);
    }
    let numbers: Vec<String> = shown.iter().map(|(_, n)| number(*n)).collect();
    let weeks: Vec<String> = shown
        .iter()
        .map(|(week, _)| {
            week.number()
                .split('-')
                .next_back()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    for (line, texts) in [(rows + 1, &numbers), (rows + 2, &weeks)] {
        let cells: Vec<Cell<'_>> = texts
            .iter()
            .map(|text| Cell {
                text,
                width: column,
                side: Side::Right,
                style: if line == rows + 1 { t.strong } else { t.text },
            })
            .collect();
        canvas.row(0, y + line, &cells);
    }
}
