//! How both queues are drawn: the list, where an item's parts stand, the last decisions.
//!
//! ```text
//! narrow: list above, item below        wide: list | item
//! ```

use super::super::super::canvas::{Canvas, Cell, Side};
use super::super::super::keymap::Action;
use super::super::super::queues::Queue;
use super::super::super::theme::Theme;
use super::super::{View, chip};
use super::worklist::Worklist;
use crate::domain::shown::{width, wrap};

/// From this width the list stands beside the item.
const WIDE: u16 = 110;
/// With fewer rows than this for the item, everything moves closer.
const TIGHT: u16 = 24;

/// Where an item's parts stand. They keep their places from item to item: the eye need not search, and little is
/// rewritten.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// True where rows are few.
    pub tight: bool,
    /// Rows for the fields of both sides, from the third on.
    pub fields: u16,
    /// Rows for candidates, below their heading.
    pub listed: u16,
    /// The first row of the reasons.
    pub why: u16,
    /// The row after the last one of the reasons.
    pub last: u16,
}

impl Plan {
    /// Of an item of `height` rows with so many fields at the most. Where rows are few, three candidates and two lines of
    /// reasons come first.
    pub fn new(height: u16, most: u16) -> Self {
        let tight = height < TIGHT;
        let (fields, listed) = if tight {
            let fields = height.saturating_sub(9).clamp(3, most);
            (fields, height.saturating_sub(fields + 6).clamp(3, 4))
        } else {
            (most + 1, 6)
        };
        Self {
            tight,
            fields,
            listed,
            why: 3 + fields + listed + u16::from(!tight),
            last: height.saturating_sub(if tight { 1 } else { 6 }),
        }
    }

    /// The row of the candidates' heading.
    pub fn candidates(&self) -> u16 {
        2 + self.fields
    }
}

/// A row of the list.
pub struct Row<'a> {
    /// What people call it.
    pub name: String,
    /// The distributor.
    pub vendor: &'a str,
    /// Seats bought.
    pub seats: String,
    /// What it costs a month.
    pub money: String,
    /// The best candidate's score.
    pub best: String,
}

/// What stands around the rows of the list.
pub struct Frame<'a> {
    /// What waits here: `Review`.
    pub title: &'a str,
    /// What else waits, and the key that shows it.
    pub other: &'a str,
    /// Said where nothing waits.
    pub nothing: &'a str,
}

/// Draws the list and the item into their parts.
pub fn split(
    view: &View<'_>,
    canvas: &mut Canvas<'_>,
    list: impl FnOnce(&mut Canvas<'_>),
    item: impl FnOnce(&mut Canvas<'_>),
) {
    let (w, h) = (canvas.width(), canvas.height());
    if w >= WIDE && !view.zoomed {
        let left = (w * 3 / 10).max(44);
        list(&mut canvas.part(0, 0, left, h));
        item(&mut canvas.part(left + 2, 0, w - left - 2, h));
    } else {
        let rows = if view.zoomed { 0 } else { (h / 5).clamp(2, 8) };
        list(&mut canvas.part(0, 0, w, rows + 1));
        item(&mut canvas.part(0, rows + 1, w, h.saturating_sub(rows + 1)));
    }
}

/// `93%`; 0.999 is not certain: 100 % is kept for 1.
pub fn percent(score: f64) -> String {
    format!("{:.0}%", (score.clamp(0.0, 1.0) * 100.0).floor())
}

/// Draws the list.
pub fn list<Q: Queue>(
    work: &Worklist<Q>,
    frame: &Frame<'_>,
    row_of: impl Fn(&Q::Item) -> Row<'_>,
    view: &View<'_>,
    canvas: &mut Canvas<'_>,
) {
    let desk = Q::desk(view.data);
    let t = view.theme;
    let progress = if desk.is_loaded() {
        desk.progress()
    } else {
        String::new()
    };
    let heading = format!("{} {progress}{}", frame.title, chip(work.list.filter()));
    let needed = width(&heading) + width(frame.other) + 8;
    let other = match needed <= usize::from(canvas.width()) {
        true => frame.other,
        false => "",
    };
    canvas.rule(0, &heading, other, t.strong);
    if let Some(words) = nothing(work, frame, view) {
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
    let rows = usize::from(canvas.height() - 1);
    for (line, (_, place, selected)) in work.list.window(rows).enumerate() {
        let Some(i) = desk.items().get(place) else {
            continue;
        };
        let y = u16::try_from(line).unwrap_or(0) + 1;
        let decided = desk.decided(Q::key(i));
        let sign = match (decided.is_some(), desk.is_later(Q::key(i))) {
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
        let row = row_of(i);
        let cell = |text, width, side| Cell {
            text,
            width,
            side,
            style,
        };
        let mut cells = vec![cell(row.name.as_str(), name, Side::Left)];
        if wide {
            cells.push(cell(row.vendor, 12, Side::Left));
            cells.push(cell(&row.seats, 6, Side::Right));
        }
        cells.push(cell(&row.money, if wide { 16 } else { 14 }, Side::Right));
        cells.push(cell(&row.best, 4, Side::Right));
        canvas.row(2, y, &cells);
    }
}

/// What the list says when it has no rows.
fn nothing<Q: Queue>(work: &Worklist<Q>, frame: &Frame<'_>, view: &View<'_>) -> Option<String> {
    let filter = work.list.filter();
    if !work.list.order().is_empty() {
        return None;
    }
    Some(if !Q::desk(view.data).is_loaded() {
        "reading the queue …".to_owned()
    } else if !filter.is_empty() {
        format!("nothing passes /{filter}: Esc clears the filter")
    } else {
        frame.nothing.to_owned()
    })
}

/// The row above the fields: what each side is.
pub fn sides(canvas: &mut Canvas<'_>, marked: Option<usize>, theme: &Theme) {
    let side = canvas.width().saturating_sub(24) / 2;
    let right = match marked {
        Some(mark) => format!("in the PSA, candidate {}", mark + 1),
        None => "in the PSA".to_owned(),
    };
    canvas.put_within(10, 1, "at the distributor", side, theme.text);
    canvas.put_within(10 + side + 14, 1, &right, side, theme.text);
}

/// What was decided about the row in view.
pub fn decided(view: &View<'_>, canvas: &mut Canvas<'_>, words: &str) {
    let hint = view.hint(Action::Undo, "takes it back");
    canvas.put(0, 1, &format!("✓ {words}; {hint}"), view.theme.good);
}

/// The heading of the candidates, and the place of the first that is shown.
pub fn candidates_heading(
    view: &View<'_>,
    canvas: &mut Canvas<'_>,
    plan: &Plan,
    count: usize,
    mark: usize,
) -> usize {
    let listed = usize::from(plan.listed);
    let more = count.saturating_sub(listed);
    let right = if more > 0 {
        let key = view.keymap.key(view.place, Action::Side(true));
        format!("{more} more, {key} goes on")
    } else {
        String::new()
    };
    canvas.rule(plan.candidates(), "Candidates", &right, view.theme.strong);
    mark.saturating_sub(listed.saturating_sub(1))
}

/// Why the marked candidate, and why not.
pub fn reasons(
    canvas: &mut Canvas<'_>,
    plan: &Plan,
    mark: usize,
    reasons: &[String],
    theme: &Theme,
) {
    let mut y = plan.why;
    if !plan.tight {
        let heading = format!("Why candidate {}, and why not", mark + 1);
        canvas.put(2, y, &heading, theme.strong);
        y += 1;
    }
    let room = usize::from(plan.last.saturating_sub(y));
    if room < reasons.len() {
        let all = reasons.join("   ");
        let lines = wrap(&all, usize::from(canvas.width().saturating_sub(2)), room);
        for (n, line) in lines.iter().enumerate() {
            canvas.put(2, y + u16::try_from(n).unwrap_or(0), line, theme.text);
        }
        return;
    }
    for (n, reason) in reasons.iter().enumerate() {
        let at = y + u16::try_from(n).unwrap_or(u16::MAX - y);
        if at < plan.last {
            let style = if reason.starts_with('-') {
                theme.warn
            } else {
                theme.text
            };
            canvas.put(2, at, reason, style);
        }
    }
}

/// The last decisions.
pub fn recent<Q: Queue>(view: &View<'_>, canvas: &mut Canvas<'_>, plan: &Plan) {
    let (y, tight) = (plan.last, plan.tight);
    let last = Q::desk(view.data).recent(if tight { 1 } else { 5 });
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
