//! One finding in full: the arithmetic, what to do, what people wrote, and the seats by week.

use super::super::canvas::Canvas;
use super::super::keymap::Action;
use super::super::widgets::seats;
use super::View;
use crate::domain::finding::FindingRow;
use crate::domain::shown::wrap;
use crate::engine::seats::SeatsOf;

/// What comes first where not all of it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum First {
    /// The arithmetic.
    #[default]
    Text,
    /// The chart.
    Chart,
}

/// Whose seats of what the finding is about; none where it is about no single SKU of a customer.
pub fn seats_of(row: &FindingRow) -> Option<SeatsOf> {
    let f = &row.finding;
    Some(SeatsOf {
        customer: f.customer_id?,
        vendor: f.vendor?,
        sku: f.sku.clone()?,
    })
}

/// Draws it.
pub fn draw(row: &FindingRow, first: First, view: &View<'_>, canvas: &mut Canvas<'_>) {
    let t = view.theme;
    let f = &row.finding;
    let amount = format!("{} {} a month", f.currency, f.monthly_amount.shown());
    canvas.rule(0, f.kind.label(), &amount, t.strong);
    let y = say(canvas, 1, &f.customer, 0, t.strong);
    let sku = f.sku.as_ref().map_or(String::new(), |s| format!(" · {s}"));
    let vendor = f
        .vendor
        .map_or(String::new(), |v| format!(" · {}", v.label()));
    let mut y = say(
        canvas,
        y,
        &format!("{}{sku}{vendor}", f.product_name),
        0,
        t.text,
    );
    if first == First::Chart {
        let room = canvas.height().saturating_sub(y).min(seats::MOST);
        chart(row, view, canvas, y, room);
        y += room;
    }
    let seen = format!(
        "{} · first seen {} · confirmed {}",
        row.state.tag(),
        row.first_seen_at.date(),
        row.last_seen_at.ago(view.now)
    );
    y = say(canvas, y, &seen, 0, t.text);
    y = say(canvas, y, "How it is computed", 0, t.strong);
    for line in &f.evidence {
        y = say(canvas, y, line, 2, t.text);
    }
    y = say(canvas, y, "What to do", 0, t.strong);
    y = say(canvas, y, &f.action, 2, t.text);
    let notes = view.data.notes.get(&f.fingerprint);
    for (n, note) in notes.into_iter().flatten().rev().enumerate() {
        if n == 0 {
            y = say(canvas, y, "Notes, newest first", 0, t.strong);
        }
        let words = format!("{} {}: {}", note.at.ago(view.now), note.actor, note.text);
        y = say(canvas, y, &words, 2, t.text);
    }
    if first == First::Text && seats_of(row).is_some() {
        let room = canvas.height().saturating_sub(y);
        match room {
            0 => {}
            n if n >= seats::LEAST => chart(row, view, canvas, y, n),
            _ => {
                let hint = view.hint(Action::Chart, "shows the seats by week");
                canvas.put_right(canvas.height() - 1, &hint, t.text);
            }
        }
    }
}

fn chart(row: &FindingRow, view: &View<'_>, canvas: &mut Canvas<'_>, y: u16, height: u16) {
    let Some(of) = seats_of(row) else {
        canvas.put(
            2,
            y,
            "It is about no single SKU: there are no weeks of it.",
            view.theme.text,
        );
        return;
    };
    match view.data.seats.get(&of) {
        Some(weeks) => seats::draw(canvas, y, height, weeks, view.theme),
        None => {
            canvas.put(2, y, "reading the seats by week …", view.theme.text);
        }
    }
}

/// Writes a text in as many lines as it takes; gives the row after it.
fn say(
    canvas: &mut Canvas<'_>,
    mut y: u16,
    text: &str,
    indent: u16,
    style: ratatui::style::Style,
) -> u16 {
    let columns = usize::from(canvas.width().saturating_sub(indent));
    for line in wrap(text, columns, 12) {
        canvas.put(indent, y, &line, style);
        y += 1;
    }
    y
}
