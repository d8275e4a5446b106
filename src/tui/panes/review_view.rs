//! How the review queue is drawn: the list, both sides field by field, the candidates with their reasons.
//!
//! ```text
//! narrow: list above, item below        wide: list | item
//! ```

use super::super::canvas::{Canvas, Cell, Side};
use super::super::keymap::Action;
use super::super::shown::wrap;
use super::super::widgets::compare;
use super::review::ReviewPane;
use super::{View, chip};
use crate::domain::money::{Totals, grouped};
use crate::domain::party::{Candidate, Profile, ReviewItem};

/// From this width the list stands beside the item.
const WIDE: u16 = 110;
/// With fewer rows than this for the item, everything moves closer.
const TIGHT: u16 = 24;

/// Draws the pane.
pub fn draw(pane: &ReviewPane, view: &View<'_>, canvas: &mut Canvas<'_>) {
    let (w, h) = (canvas.width(), canvas.height());
    if w >= WIDE && !view.zoomed {
        let left = (w * 3 / 10).max(44);
        list(pane, view, &mut canvas.part(0, 0, left, h));
        item(pane, view, &mut canvas.part(left + 2, 0, w - left - 2, h));
    } else {
        let rows = if view.zoomed { 0 } else { (h / 5).clamp(2, 8) };
        list(pane, view, &mut canvas.part(0, 0, w, rows + 1));
        item(
            pane,
            view,
            &mut canvas.part(0, rows + 1, w, h.saturating_sub(rows + 1)),
        );
    }
}

/// What an item costs a month, by currency.
pub fn cost(item: &ReviewItem) -> String {
    if item.monthly_cost.is_empty() {
        return "cost unknown".to_owned();
    }
    let sums: Totals = item.monthly_cost.iter().map(|(c, m)| (c, *m)).collect();
    sums.shown()
}

fn percent(score: f64) -> String {
    // 0.999 is not certain: 100 % is kept for 1.
    format!("{:.0}%", (score.clamp(0.0, 1.0) * 100.0).floor())
}

fn list(pane: &ReviewPane, view: &View<'_>, canvas: &mut Canvas<'_>) {
    let desk = &view.data.desk;
    let t = view.theme;
    let progress = if desk.is_loaded() {
        desk.progress()
    } else {
        String::new()
    };
    let heading = format!("Review {progress}{}", chip(pane.list.filter()));
    canvas.rule(0, &heading, "", t.strong);
    if let Some(words) = nothing(pane, view) {
        canvas.put(2, 1, &words, t.text);
        return;
    }
    let w = canvas.width();
    let wide = w >= 70;
    let fixed = if wide {
        2 + 13 + 7 + 17 + 5
    } else {
        2 + 15 + 5
    };
    let name = w.saturating_sub(fixed).max(8);
    for (line, (_, row, selected)) in pane
        .list
        .window(usize::from(canvas.height() - 1))
        .enumerate()
    {
        let Some(i) = desk.items().get(row) else {
            continue;
        };
        let y = u16::try_from(line).unwrap_or(0) + 1;
        let decided = desk.decided(&i.key);
        let sign = match (decided.is_some(), desk.is_later(&i.key)) {
            (true, _) => "✓",
            (_, true) => "·",
            _ => " ",
        };
        let style = t.text;
        canvas.mark(y, selected, sign, t);
        if let Some(words) = decided {
            canvas.put_within(2, y, words, w.saturating_sub(2), style);
            continue;
        }
        let best = i
            .candidates
            .first()
            .map_or("–".to_owned(), |(c, _)| percent(c.score));
        let money = cost(i);
        let seats = grouped(i128::from(i.seats));
        let cell = |text, width, side| Cell {
            text,
            width,
            side,
            style,
        };
        let title = match desk.claimed(&i.key) {
            Some(who) => format!("{} ({who} looks at it)", i.profile.name),
            None => i.profile.name.clone(),
        };
        let mut cells = vec![cell(title.as_str(), name, Side::Left)];
        if wide {
            cells.push(cell(i.vendor.label(), 12, Side::Left));
            cells.push(cell(&seats, 6, Side::Right));
        }
        cells.push(cell(&money, if wide { 16 } else { 14 }, Side::Right));
        cells.push(cell(&best, 4, Side::Right));
        canvas.row(2, y, &cells);
    }
}

/// What the list says when it has no rows.
fn nothing(pane: &ReviewPane, view: &View<'_>) -> Option<String> {
    let desk = &view.data.desk;
    if !pane.list.order().is_empty() {
        return None;
    }
    Some(if !desk.is_loaded() {
        "reading the queue …".to_owned()
    } else if !pane.list.filter().is_empty() {
        format!(
            "nothing passes /{}: Esc clears the filter",
            pane.list.filter()
        )
    } else {
        "Nothing to review: every account is linked or decided.".to_owned()
    })
}

fn item(pane: &ReviewPane, view: &View<'_>, canvas: &mut Canvas<'_>) {
    let Some(i) = pane.item(view.data) else {
        return;
    };
    let t = view.theme;
    let h = canvas.height();
    let right = format!(
        "{} seats · {} a month",
        grouped(i128::from(i.seats)),
        cost(i)
    );
    let heading = format!("{} · {}", i.vendor.label(), i.key);
    canvas.rule(0, &heading, &right, t.strong);
    let marked = i.candidates.get(pane.mark);
    let unknown = Profile::default();
    let theirs = marked.map_or(&unknown, |(_, profile)| profile);
    let fields = compare::fields(&i.profile, theirs);
    let tight = h < TIGHT;
    if let Some(words) = view.data.desk.decided(&i.key) {
        canvas.put(
            0,
            1,
            &format!("✓ {words}; {}", view.hint(Action::Undo, "takes it back")),
            t.good,
        );
    } else if let Some(who) = view.data.desk.claimed(&i.key) {
        let words = format!("! {who} looks at this too: whoever decides first has decided");
        canvas.put_within(2, 1, &words, canvas.width().saturating_sub(2), t.warn);
    } else if !i.note.is_empty() {
        canvas.put_within(2, 1, &i.note, canvas.width().saturating_sub(2), t.warn);
    } else {
        let side = canvas.width().saturating_sub(24) / 2;
        let right = match marked {
            Some(_) => format!("in the PSA, candidate {}", pane.mark + 1),
            None => "in the PSA".to_owned(),
        };
        canvas.put_within(10, 1, "at the distributor", side, t.text);
        canvas.put_within(10 + side + 14, 1, &right, side, t.text);
    }
    // The parts keep their places from item to item: the eye need not search, and little is rewritten. Ten fields are
    // all there are; where rows are few, three candidates and two lines of reasons come first.
    let listed = if tight { 3 } else { 6 };
    let rows = match tight {
        true => h.saturating_sub(2 + listed + 4).clamp(3, 10),
        false => 11,
    };
    compare::draw(canvas, 2, &fields, rows, t);
    let mut y = 2 + rows;
    let more = i.candidates.len().saturating_sub(usize::from(listed));
    let right = if more > 0 {
        format!(
            "{more} more, {} goes on",
            view.keymap.key(view.place, Action::Side(true))
        )
    } else {
        String::new()
    };
    canvas.rule(y, "Candidates", &right, t.strong);
    y += 1;
    let from = pane
        .mark
        .saturating_sub(usize::from(listed.saturating_sub(1)));
    for (n, (c, p)) in i
        .candidates
        .iter()
        .enumerate()
        .skip(from)
        .take(usize::from(listed))
    {
        candidate_line(canvas, y, n, c, p, n == pane.mark, view);
        y += 1;
    }
    y = 3 + rows + listed + u16::from(!tight);
    let last = h.saturating_sub(if tight { 1 } else { 6 });
    recent(view, canvas, last, tight);
    let Some((candidate, _)) = marked else {
        let words = view.hint(Action::FindOther, "searches all customers.");
        canvas.put(2, 3 + rows, &format!("None is likely. {words}"), t.text);
        return;
    };
    if !tight {
        let heading = format!("Why candidate {}, and why not", pane.mark + 1);
        canvas.put(2, y, &heading, t.strong);
        y += 1;
    }
    let room = usize::from(last.saturating_sub(y));
    if room < candidate.reasons.len() {
        let all = candidate.reasons.join("   ");
        let lines = wrap(&all, usize::from(canvas.width().saturating_sub(2)), room);
        for (n, line) in lines.iter().enumerate() {
            canvas.put(2, y + u16::try_from(n).unwrap_or(0), line, t.text);
        }
    } else {
        for (n, reason) in candidate.reasons.iter().enumerate() {
            let at = y + u16::try_from(n).unwrap_or(u16::MAX - y);
            if at < last {
                let style = if reason.starts_with('-') {
                    t.warn
                } else {
                    t.text
                };
                canvas.put(2, at, reason, style);
            }
        }
    }
}

fn candidate_line(
    canvas: &mut Canvas<'_>,
    y: u16,
    n: usize,
    c: &Candidate,
    p: &Profile,
    marked: bool,
    view: &View<'_>,
) {
    let t = view.theme;
    let place = [p.domain.as_str(), &p.city].map(str::to_owned);
    let place = place
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let number = format!("{}", n + 1);
    let score = percent(c.score);
    let id = match c.psa_id.as_str() {
        "" => "in no PSA".to_owned(),
        id => format!("PSA {id}"),
    };
    // Where the rows are few, the place is left to the fields above.
    let free = canvas.width().saturating_sub(2 + 2 + 5 + 14 + 2);
    let (name, room) = match canvas.height() {
        h if h < TIGHT => (free, 0),
        _ => (free * 3 / 5, free * 2 / 5),
    };
    canvas.mark(y, marked, " ", t);
    let cell = |text, width, side| Cell {
        text,
        width,
        side,
        style: t.text,
    };
    canvas.row(
        2,
        y,
        &[
            cell(number.as_str(), 1, Side::Left),
            cell(score.as_str(), 4, Side::Right),
            cell(c.name.as_str(), name, Side::Left),
            cell(id.as_str(), 13, Side::Left),
            cell(&place, room, Side::Left),
        ],
    );
}

fn recent(view: &View<'_>, canvas: &mut Canvas<'_>, y: u16, tight: bool) {
    let last = view.data.desk.recent(if tight { 1 } else { 5 });
    if last.is_empty() || y == 0 {
        return;
    }
    if tight {
        canvas.put(0, y, &format!("last: {}", last[0]), view.theme.text);
        return;
    }
    canvas.rule(
        y,
        "Last decisions",
        &view.hint(Action::Undo, "takes back the newest"),
        view.theme.strong,
    );
    for (n, words) in last.iter().enumerate() {
        canvas.put(
            2,
            y + 1 + u16::try_from(n).unwrap_or(0),
            words,
            view.theme.text,
        );
    }
}
