//! What the Sync & log pane and the overview draw alike: a line of the log, a run, a budget.

use super::super::canvas::{Canvas, Cell, Side};
use super::super::keymap::Action;
use super::super::widgets::{gauge, progress};
use super::View;
use crate::domain::log::{Gauge, Level, LogEntry};

/// One log line: time, level in a word where it matters, connection, text.
pub fn draw_entry(canvas: &mut Canvas<'_>, y: u16, e: &LogEntry, selected: bool, view: &View<'_>) {
    let t = view.theme;
    let style = t.text;
    let (word, said) = match e.level {
        Level::Debug => ("debug", style),
        Level::Info => ("", style),
        Level::Warn => ("warn", t.warn),
        Level::Error => ("ERROR", t.bad),
    };
    canvas.mark(y, selected, " ", t);
    let connection = e.connection.as_ref().map_or("", |c| c.as_str());
    let clock = e.at.clock();
    let text = canvas.log_line(&e.text);
    let name = view.name_columns(canvas.width());
    let cell = |text, width, style| Cell {
        text,
        width,
        side: Side::Left,
        style,
    };
    canvas.row(
        2,
        y,
        &[
            cell(clock.as_str(), 8, style),
            cell(word, 5, said),
            cell(connection, name, style),
            cell(&text, canvas.width().saturating_sub(18 + name), style),
        ],
    );
}

/// Draws every run with its phases from row `y` on; gives the row after.
pub(super) fn draw_runs(view: &View<'_>, canvas: &mut Canvas<'_>, mut y: u16) -> u16 {
    let t = view.theme;
    if view.data.progress.is_empty() {
        let words = format!(
            "No sync has run since the console was opened. {}",
            view.hint(Action::Sync, "starts one.")
        );
        canvas.put(2, y, &words, t.text);
        return y + 1;
    }
    for (name, p) in view.data.progress.iter().take(6) {
        progress::line(canvas, y, p, t);
        y += 1;
        if canvas.width() >= 78 {
            progress::phases(canvas, y, p, t);
            y += 1;
        }
        if let Some(g) = view.data.gauges.get(name) {
            y = draw_budget(view, canvas, y, g);
        }
    }
    y
}

/// One credential's budget on one line, and what is out of the ordinary on a second.
pub fn draw_budget(view: &View<'_>, canvas: &mut Canvas<'_>, y: u16, g: &Gauge) -> u16 {
    let t = view.theme;
    let x = canvas.put_within(2, y, "requests", 9, t.text) + 1;
    let width = if canvas.width() >= 100 { 20 } else { 12 };
    let x = gauge::draw_bar(canvas, x, y, width, g, t);
    let x = canvas.put(x, y, &format!(" · {} ", gauge::next_slot(g)), t.text);
    let room = usize::from(canvas.width().saturating_sub(x + 2)).min(30);
    canvas.put(x.max(46), y, &gauge::history(g, room), t.text);
    let words = gauge::warnings(g);
    if words.is_empty() {
        return y + 1;
    }
    canvas.put(2, y + 1, &words, t.warn);
    y + 2
}
