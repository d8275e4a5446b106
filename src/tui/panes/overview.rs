//! All at once: connections and budgets, the sync, the log's end, the head of the queue, the head of the findings.
//!
//! ```text
//! wide   connections and budgets | review          narrow: one above the other
//!        sync                    | findings
//!        log                     |
//! ```

use super::super::canvas::{Canvas, Cell, Side};
use super::super::checklist::{leads, next};
use super::super::data::{Data, Store};
use super::super::keymap::Action;
use super::super::widgets::gauge::warnings;
use super::super::widgets::progress;
use super::connections::{draw_line, problem_lines};
use super::first_steps;
use super::review::cost;
use super::sync_log_view::{draw_budget, draw_entry};
use super::{Cx, Handled, Pane, PaneId, View};
use crate::domain::finding::FindingState;
use crate::domain::log::Level;
use crate::domain::money::grouped;
use crate::domain::problem::Problem;
use crate::domain::shown::wrap;

/// From this size two columns fit.
pub const WIDE: (u16, u16) = (120, 25);

/// However large the screen, a head is a head: more rows would cost time on a slow line and tell no more.
const HEAD: u16 = 17;

/// Remembers nothing.
#[derive(Debug, Default)]
pub struct OverviewPane;

fn row_number(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// Connections, each with its budget below it where there is room.
fn connections(view: &View<'_>, canvas: &mut Canvas<'_>, budgets: bool) {
    let t = view.theme;
    canvas.rule(0, "Connections", "", t.strong);
    let Some(rows) = &view.data.connections else {
        canvas.put(2, 1, "reading …", t.text);
        return;
    };
    let mut y = 1;
    for c in rows {
        draw_line(canvas, y, c, false, view);
        y += 1;
        if let Some(g) = view.data.gauges.get(&c.name).filter(|_| budgets) {
            y = draw_budget(view, canvas, y, g);
        }
    }
}

fn sync(view: &View<'_>, canvas: &mut Canvas<'_>) {
    let t = view.theme;
    canvas.rule(0, "Sync", "", t.strong);
    if view.data.progress.is_empty() {
        let words = format!(
            "Nothing runs. {}",
            view.hint(Action::Sync, "starts a sync.")
        );
        canvas.put(2, 1, &words, t.text);
    }
    for (n, p) in view.data.progress.values().enumerate() {
        progress::line(
            &mut canvas.part(2, 0, canvas.width() - 2, canvas.height()),
            row_number(n) + 1,
            p,
            t,
        );
    }
}

fn log(view: &View<'_>, canvas: &mut Canvas<'_>) {
    canvas.rule(0, "Log", "", view.theme.strong);
    let h = usize::from(canvas.height().saturating_sub(1));
    // Looks back a bounded way, so that a flood of debug entries costs nothing.
    let recent = view.data.log.newest().take(1000);
    let mut shown: Vec<_> = recent.filter(|e| e.level >= Level::Info).take(h).collect();
    shown.reverse();
    for (n, e) in shown.into_iter().enumerate() {
        draw_entry(canvas, row_number(n) + 1, e, false, view);
    }
}

fn review(view: &View<'_>, canvas: &mut Canvas<'_>) {
    let t = view.theme;
    let desk = &view.data.desk;
    let progress = if desk.is_loaded() {
        desk.progress()
    } else {
        String::new()
    };
    canvas.rule(
        0,
        &format!("Review {progress}"),
        &view.hint(Action::Pane(PaneId::Review), "opens"),
        t.strong,
    );
    if !desk.is_loaded() {
        canvas.put(2, 1, "reading …", t.text);
        return;
    }
    if desk.waiting() == 0 {
        canvas.put(2, 1, "Nothing to review.", t.text);
        return;
    }
    let waiting = desk
        .items()
        .iter()
        .filter(|i| desk.decided(&i.key).is_none());
    let h = usize::from(canvas.height().saturating_sub(1));
    let vendor = if canvas.width() < 90 { 0 } else { 13 };
    let best = canvas.width().saturating_sub(2 + vendor + 17) / 2;
    for (n, i) in waiting.take(h).enumerate() {
        let money = cost(i);
        let guess = i
            .candidates
            .first()
            .map_or("no candidate".to_owned(), |(c, _)| format!("{}?", c.name));
        let cell = |text, width, side| Cell {
            text,
            width,
            side,
            style: t.text,
        };
        let mut cells = vec![
            cell(&i.profile.name, best, Side::Left),
            cell(&guess, best.saturating_sub(1), Side::Left),
        ];
        if vendor > 0 {
            cells.push(cell(i.vendor.label(), 12, Side::Left));
        }
        cells.push(cell(&money, 16, Side::Right));
        canvas.row(2, row_number(n) + 1, &cells);
    }
}

fn findings(view: &View<'_>, canvas: &mut Canvas<'_>) {
    let t = view.theme;
    let open = view.data.open_findings;
    let count = match view.data.findings {
        Some(_) => grouped(open as i128),
        None => String::new(),
    };
    canvas.rule(
        0,
        &format!("Findings {count}"),
        &view.hint(Action::Pane(PaneId::Findings), "opens"),
        t.strong,
    );
    let Some(rows) = &view.data.findings else {
        canvas.put(2, 1, "reading …", t.text);
        return;
    };
    let unjudged = view.data.unjudged_words();
    let h = usize::from(
        canvas
            .height()
            .saturating_sub(1 + u16::from(!unjudged.is_empty())),
    );
    let mut head: Vec<_> = rows
        .iter()
        .filter(|r| r.state == FindingState::Open)
        .collect();
    head.sort_by_key(|r| std::cmp::Reverse(r.finding.monthly_amount.abs()));
    if head.is_empty() {
        canvas.put(2, 1, "Nothing found.", t.text);
    }
    let rest = canvas.width().saturating_sub(2 + 13 + 4 + 24);
    for (n, r) in head.iter().take(h).enumerate() {
        let f = &r.finding;
        let amount = f.monthly_amount.shown();
        let cell = |text, width, side| Cell {
            text,
            width,
            side,
            style: t.text,
        };
        canvas.row(
            2,
            row_number(n) + 1,
            &[
                cell(amount.as_str(), 12, Side::Right),
                cell(f.currency.as_str(), 3, Side::Left),
                cell(f.kind.label(), 23, Side::Left),
                cell(f.customer.as_str(), rest, Side::Left),
            ],
        );
    }
    if !unjudged.is_empty() {
        canvas.put(2, canvas.height().saturating_sub(1), &unjudged, t.text);
    }
}

/// Rows that all budgets take, each below its connection.
fn budget_rows(data: &Data) -> u16 {
    let warned = data.gauges.values().filter(|g| !warnings(g).is_empty());
    row_number(data.gauges.len() + warned.count())
}

/// Draws a part of the overview.
type Part = fn(&View<'_>, &mut Canvas<'_>);

/// Until the first sync has ended: the steps, and what there is to see.
fn lead(view: &View<'_>, canvas: &mut Canvas<'_>) {
    let d = view.data;
    let (w, h) = (canvas.width(), canvas.height());
    let many = d
        .connections
        .as_ref()
        .map_or(1, |c| row_number(c.len()).clamp(1, 6));
    let runs = row_number(d.progress.len()).clamp(1, 6);
    // Where the strip of budgets is not drawn, each stands below its connection.
    let of_connections: (u16, Part) = match w >= WIDE.0 && h >= WIDE.1 {
        true => (many + budget_rows(d) + 1, |v, c| connections(v, c, true)),
        false => (many + 1, |v, c| connections(v, c, false)),
    };
    let mut y = 0;
    let parts: [(u16, Part); 4] = [
        (first_steps::ROWS, first_steps::draw),
        of_connections,
        (runs + 1, sync),
        (h, log),
    ];
    for (rows, draw) in parts {
        let rows = rows.min(h - y);
        draw(view, &mut canvas.part(0, y, w, rows));
        y += rows;
    }
}

/// Whatever pane was asked for: there is nothing to show in it.
pub fn draw_broken(view: &View<'_>, canvas: &mut Canvas<'_>, problem: &Problem) {
    let t = view.theme;
    canvas.rule(0, "The database cannot be used", "", t.bad);
    let columns = usize::from(canvas.width().saturating_sub(16));
    let mut y = 2;
    for (label, text) in problem_lines(problem) {
        canvas.put_within(2, y, label, 12, t.text);
        for line in wrap(text, columns, 6) {
            canvas.put(14, y, &line, t.text);
            y += 1;
        }
    }
}

/// Shares `rows` among parts that want so many, each at least one.
fn share<const N: usize>(rows: u16, wants: [u16; N], weights: [u16; N]) -> [u16; N] {
    let mut got = wants.map(|w| w.min(1));
    let mut left = rows.saturating_sub(got.iter().sum());
    while left > 0 {
        // The part that has least for its weight takes the next row.
        let next = (0..N)
            .filter(|i| got[*i] < wants[*i] && weights[*i] > 0)
            .min_by_key(|i| u32::from(got[*i]) * 100 / u32::from(weights[*i]));
        let Some(i) = next else { break };
        got[i] += 1;
        left -= 1;
    }
    got
}

impl Pane for OverviewPane {
    fn count(&self, _: &Data) -> Option<u64> {
        None
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let d = view.data;
        if matches!(d.store, Store::Opening) {
            canvas.put(2, 1, "Opening the database …", view.theme.text);
            return;
        }
        if d.is_first_run() {
            first_steps::draw_welcome(view, canvas);
            return;
        }
        let (w, mut h) = (canvas.width(), canvas.height());
        if leads(d) {
            lead(view, canvas);
            return;
        }
        if !d.told.hidden && next(d).is_some() {
            h -= 1;
            first_steps::draw_next(view, canvas, h);
        }
        let many = d
            .connections
            .as_ref()
            .map_or(1, |c| row_number(c.len()).clamp(1, 6));
        let runs = row_number(d.progress.len()).clamp(1, 6);
        if w >= WIDE.0 && h >= WIDE.1 {
            let left = w / 2;
            let top = (many + budget_rows(d) + 2).min(h / 2);
            let mid = runs + 2;
            connections(view, &mut canvas.part(0, 0, left, top), true);
            sync(view, &mut canvas.part(0, top, left, mid));
            let x = left + 2;
            let half = (h / 2).min(HEAD);
            let end = (2 * half).saturating_sub(top + mid);
            log(view, &mut canvas.part(0, top + mid, left, end));
            review(view, &mut canvas.part(x, 0, w - x, half));
            findings(view, &mut canvas.part(x, half, w - x, half));
            return;
        }
        let free = h.saturating_sub(5);
        let wants = [many, runs, free, free, free];
        let parts: [Part; 5] = [|v, c| connections(v, c, false), sync, review, findings, log];
        let mut y = 0;
        for (rows, draw) in share(free, wants, [9, 9, 3, 4, 2]).into_iter().zip(parts) {
            draw(view, &mut canvas.part(0, y, w, rows + 1));
            y += rows + 1;
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        if action == Action::Open {
            let to = if cx.data.is_first_run() {
                PaneId::Connections
            } else {
                PaneId::Review
            };
            cx.out.go = Some((to, String::new()));
            return Handled::Yes;
        }
        Handled::No
    }

    fn can(&self, action: Action, _: &Data) -> bool {
        !matches!(
            action,
            Action::Filter | Action::Copy | Action::CopyRow | Action::Zoom
        )
    }

    fn refresh(&mut self, _: &Data) {}

    fn filter(&self) -> &str {
        ""
    }

    fn set_filter(&mut self, _: &str, _: &Data) {}

    fn copied(&self, _: &Data, _: bool) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_shared_and_none_is_lost() {
        assert_eq!(
            share(14, [1, 1, 99, 99, 99], [3, 3, 3, 4, 3])
                .iter()
                .sum::<u16>(),
            14
        );
        assert_eq!(share(2, [1, 1, 9], [1, 1, 1]), [1, 1, 1]);
        assert_eq!(share(20, [2, 1, 3], [1, 1, 1]), [2, 1, 3]);
    }
}
