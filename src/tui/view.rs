//! A whole frame: two lines of heading, a strip of gauges, the pane, a line for messages, a line of keys.
//!
//! ```text
//! vectis · demo, week 2026-W47                    opportunity USD 12,345.00 a month
//! 1 Overview  2 Review 37  3 Findings 84  …
//! synnex ██████░░ 22 of 28 · subscriptions 400 of 1,500 · about 2 min left
//! (pane)
//! copied 11 characters: Contoso Ltd
//! enter confirm  n none  s later  u undo  …
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::{Canvas, Frame};
use super::data::Store;
use super::keymap::{Action, Place};
use super::overlays::Overlay;
use super::panes::{PaneId, View, overview};
use super::state::{Access, State};
use super::widgets::{gauge, progress};
use crate::domain::money::grouped;
use crate::domain::shown::width;

/// Below this a message is all there is.
const SMALLEST: (u16, u16) = (60, 15);
/// Rows above and below the pane.
const HEAD: u16 = 3;
const FOOT: u16 = 2;

/// True if panes fit at this size.
pub fn fits(size: (u16, u16)) -> bool {
    size.0 >= SMALLEST.0 && size.1 >= SMALLEST.1
}

/// Draws the state.
pub fn draw(state: &State) -> Frame {
    let (w, h) = state.size;
    let mut frame = Frame {
        buf: Buffer::empty(Rect::new(0, 0, w, h)),
        cursor: None,
        spots: Vec::new(),
    };
    let veil = state.veil.is_on().then_some(&state.veil);
    let mut canvas = Canvas::of(&mut frame, veil);
    if fits(state.size) {
        frame.cursor = whole(state, &mut canvas);
    } else {
        too_small(state, &mut canvas);
    }
    frame
}

/// Draws everything; gives where the cursor stands.
fn whole(state: &State, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let (w, h) = state.size;
    title(state, &mut canvas.part(0, 0, w, 1));
    tabs(state, &mut canvas.part(0, 1, w, 1));
    let body_h = h - HEAD - FOOT;
    let view = View {
        data: &state.data,
        theme: &state.theme,
        now: state.now,
        zoomed: state.zoomed,
        keymap: &state.keymap,
        place: state.place(),
    };
    let roomy =
        state.pane == PaneId::Overview && w >= overview::WIDE.0 && body_h > overview::WIDE.1;
    if !roomy {
        strip(state, &mut canvas.part(0, 2, w, 1));
    }
    let top = if roomy { HEAD - 1 } else { HEAD };
    let mut body = canvas.part(0, top, w, h - top - FOOT);
    match &state.data.store {
        Store::Broken(problem) => overview::draw_broken(&view, &mut body, problem),
        _ => state.pane(state.pane).render(&view, &mut body),
    }
    let mut cursor = message(state, &mut canvas.part(0, h - 2, w, 1));
    keys(state, &mut canvas.part(0, h - 1, w, 1));
    if let Some(overlay) = &state.overlay {
        cursor = over(state, overlay, &mut canvas.part(0, HEAD, w, body_h));
    }
    cursor
}

fn too_small(state: &State, canvas: &mut Canvas<'_>) {
    let (w, h) = state.size;
    if w < 20 || h < 5 {
        canvas.put(0, 0, "vectis", state.theme.strong);
        return;
    }
    let size = format!("{w}x{h}");
    let lines = [
        format!(
            "vectis needs {}x{}; this is {size}.",
            SMALLEST.0, SMALLEST.1
        ),
        "Nothing is lost: make it larger.".to_owned(),
        format!("{} to review", state.data.desk.waiting()),
        format!(
            "{} open findings",
            grouped(state.data.open_findings as i128)
        ),
    ];
    for (n, line) in lines.iter().enumerate() {
        canvas.put(1, u16::try_from(n).unwrap_or(0) + 1, line, state.theme.text);
    }
}

fn title(state: &State, canvas: &mut Canvas<'_>) {
    let t = &state.theme;
    let x = canvas.put(0, 0, "vectis", t.strong);
    let mut words = Vec::new();
    if state.access == Access::ReadOnly {
        words.push("watching only".to_owned());
    }
    if state.veil.is_on() {
        words.push("names hidden".to_owned());
    }
    if let Some(demo) = &state.demo {
        words.push(demo.words());
    }
    if let Some(week) = state.data.week {
        words.push(format!("week {}", week.number()));
    }
    if let Some(held) = &state.held {
        let key = state.keymap.key(state.place(), Action::Freeze);
        words.push(format!("PAUSED, {} new ({key} goes on)", held.len()));
    }
    let words: String = words.iter().map(|w| format!(" · {w}")).collect();
    let total = match (&state.data.store, &state.data.findings) {
        (Store::Opening, _) => String::new(),
        (Store::Broken(_), _) => "no database".to_owned(),
        (Store::Open, None) => String::new(),
        (Store::Open, Some(_)) => format!("opportunity {} a month", state.data.opportunity.shown()),
    };
    let taken = u16::try_from(width(&total)).unwrap_or(u16::MAX);
    let room = canvas
        .width()
        .saturating_sub(x.saturating_add(taken).saturating_add(1));
    canvas.put_within(x, 0, &words, room, t.text);
    canvas.put_right(0, &total, t.strong);
}

fn tabs(state: &State, canvas: &mut Canvas<'_>) {
    let t = &state.theme;
    let roomy = canvas.width() >= 100;
    let mut x = 0;
    for (n, id) in PaneId::ALL.into_iter().enumerate() {
        let label = match id {
            PaneId::SyncLog if !roomy => "Sync",
            PaneId::Connections if !roomy => "Connect",
            other => other.label(),
        };
        let count = state
            .pane(id)
            .count(&state.data)
            .map_or(String::new(), |c| format!(" {}", grouped(i128::from(c))));
        let style = if id == state.pane { t.chip } else { t.text };
        let from = x;
        x = canvas.put(x, 0, &format!(" {} {label}{count} ", n + 1), style);
        canvas.tab(from, x, 0, id);
    }
}

/// Each credential's budget and what runs, on one line.
fn strip(state: &State, canvas: &mut Canvas<'_>) {
    let t = &state.theme;
    let mut right = String::new();
    if let Some(p) = state.data.running().next() {
        right = progress::doing(p);
        if let Some(eta) = p.eta_seconds {
            let words = crate::domain::time::duration_words(i64::try_from(eta).unwrap_or(i64::MAX));
            right += &format!(" · {words} left");
        }
    }
    let taken = u16::try_from(width(&right)).unwrap_or(0);
    let room = canvas.width().saturating_sub(taken + 2);
    // The tightest first, so that what does not fit is what matters least.
    let mut gauges: Vec<_> = state.data.gauges.values().collect();
    gauges.sort_by_key(|g| {
        let free = u64::from(g.ceiling.saturating_sub(g.used)) * 100 / u64::from(g.ceiling.max(1));
        (g.rate_limited == 0, g.ceiling >= g.limit, free)
    });
    let mut x = 0;
    for (n, g) in gauges.iter().enumerate() {
        let name = state.data.name_columns(12).min(room);
        let needed = u16::try_from(width(g.connection.as_str())).unwrap_or(name);
        if x + needed.min(name) + 20 > room {
            canvas.put(x, 0, &format!("+{}", gauges.len() - n), t.text);
            break;
        }
        let mut part = canvas.part(0, 0, room, 1);
        let end = part.put_within(x, 0, g.connection.as_str(), name, t.text) + 1;
        let end = gauge::draw_bar(&mut part, end, 0, 8, g, t);
        x = end + 1;
        if g.rate_limited > 0 {
            x = part.put(x, 0, &format!("! {} × 429", g.rate_limited), t.warn) + 1;
        }
        x += 1;
    }
    canvas.put_right(0, &right, t.text);
}

/// The line for the person, or the filter while it is edited.
fn message(state: &State, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let t = &state.theme;
    let Some(input) = &state.editing else {
        canvas.put(0, 0, &state.notice, t.strong);
        return None;
    };
    let x = canvas.put(0, 0, "filter /", t.strong);
    let room = usize::from(canvas.width().saturating_sub(x + 1)).max(1);
    let skip = input.visual_scroll(room);
    let shown: String = input.value().chars().skip(skip).collect();
    canvas.put(x, 0, &shown, t.strong);
    let at = u16::try_from(input.visual_cursor().saturating_sub(skip)).unwrap_or(0);
    Some(canvas.on_screen(x + at, 0))
}

/// The keys that work here and now, as many as fit.
fn keys(state: &State, canvas: &mut Canvas<'_>) {
    let t = &state.theme;
    if state.editing.is_some() {
        canvas.put(
            0,
            0,
            match state.place() {
                Place::Review | Place::Skus => {
                    "enter keep  esc clear  ↑↓ move  words, beginnings, !without, >80 or <80: score"
                }
                _ => "enter keep  esc clear  ↑↓ move  words, beginnings, !without",
            },
            t.text,
        );
        return;
    }
    let place = state.place();
    let key = |action| state.keymap.key(place, action);
    let help = format!("{} help  {} quit", key(Action::Help), key(Action::Quit));
    let room = canvas
        .width()
        .saturating_sub(u16::try_from(width(&help)).unwrap_or(0) + 2);
    let shown = state
        .keymap
        .of_place(place)
        .filter(|(c, _)| !c.word.is_empty() && !matches!(c.action, Action::Help | Action::Quit));
    let mut x = 0;
    for (c, key) in shown {
        // What watching does not allow stands in brackets, so that nobody looks for it.
        let words = match (state.is_forbidden(c.action), state.can(c.action)) {
            (true, _) => format!("({key} {})", c.word),
            (_, false) => continue,
            _ => format!("{key} {}", c.word),
        };
        let wide = u16::try_from(width(&words) + 2).unwrap_or(u16::MAX);
        if x + wide > room {
            continue;
        }
        let end = canvas.put(x, 0, &words, t.text) + 2;
        if state.can(c.action) {
            canvas.put(x, 0, key, t.strong);
        }
        x = end;
    }
    canvas.put_right(0, &help, t.text);
}

/// Draws what lies over the pane, in a frame; gives where the cursor stands.
fn over(state: &State, overlay: &Overlay, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let (w, h) = (canvas.width(), canvas.height());
    let bw = if w < 104 { w } else { 100 };
    let wanted = match overlay {
        Overlay::Picker(p) => p.rows() + 4,
        Overlay::Batch(b) => b.rows() + 9,
        Overlay::Reader(_) | Overlay::Form(_) => 20,
    };
    let bh = u16::try_from(wanted).unwrap_or(h).min(h).min(26);
    let mut frame = canvas.part((w - bw) / 2, (h - bh) / 2, bw, bh);
    frame.clear();
    let text = state.theme.text;
    let line = "─".repeat(usize::from(bw.saturating_sub(2)));
    frame.put(0, 0, &format!("┌{line}┐"), text);
    for y in 1..bh.saturating_sub(1) {
        frame.put(0, y, "│", text);
        frame.put(bw.saturating_sub(1), y, "│", text);
    }
    frame.put(0, bh.saturating_sub(1), &format!("└{line}┘"), text);
    let mut inner = frame.part(2, 1, bw.saturating_sub(4), bh.saturating_sub(2));
    match overlay {
        Overlay::Picker(p) => Some(p.draw(&mut inner, &state.theme)),
        Overlay::Batch(b) => {
            b.draw(&mut inner, &state.theme);
            None
        }
        Overlay::Reader(r) => {
            r.draw(&mut inner, &state.theme);
            None
        }
        Overlay::Form(f) => f.draw(&mut inner, &state.theme),
    }
}
