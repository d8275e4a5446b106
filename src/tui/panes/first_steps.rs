//! The way from an empty machine to the acceptance report: the first screen, and what is next later on.

use super::super::canvas::Canvas;
use super::super::checklist::{Step, next};
use super::super::keymap::Action;
use super::View;

/// Rows that the list of steps takes, with its heading.
pub const ROWS: u16 = 8;

/// What a person can do who opened the console for the first time.
pub fn draw_welcome(view: &View<'_>, canvas: &mut Canvas<'_>) {
    let t = view.theme;
    canvas.rule(0, "Welcome to vectis", "", t.strong);
    let about = "Vectis compares what you buy from distributors with what your PSA bills.";
    canvas.put(2, 2, about, t.text);
    steps(view, canvas, 4);
    let demo = "No credentials at hand? Quit with q and run: vectis demo";
    canvas.put(2, 11, demo, t.text);
}

/// The steps with a heading, for the overview until the first sync has ended.
pub fn draw(view: &View<'_>, canvas: &mut Canvas<'_>) {
    let shows = view.hint(Action::Checklist, "shows this anywhere");
    canvas.rule(0, "First steps", &shows, view.theme.strong);
    steps(view, canvas, 1);
}

/// One line: what is next.
pub fn draw_next(view: &View<'_>, canvas: &mut Canvas<'_>, y: u16) {
    let Some(step) = next(view.data) else { return };
    let place = Step::ALL.iter().position(|s| *s == step).unwrap_or(0) + 1;
    let (all, label) = (Step::ALL.len(), step.label());
    let standing = match step.standing(view.data) {
        words if words.is_empty() => String::new(),
        words => format!(", {words}"),
    };
    let shows = view.hint(Action::Checklist, "shows the steps");
    let words = format!("next, {place} of {all}: {label}{standing}; {shows}");
    canvas.put(0, y, words.trim_end_matches("; "), view.theme.text);
}

/// One row for each step: whether it is done, how it stands, and the key that does it.
fn steps(view: &View<'_>, canvas: &mut Canvas<'_>, from: u16) {
    let t = view.theme;
    let next = next(view.data);
    for ((n, step), y) in (1..).zip(Step::ALL).zip(from..) {
        let done = step.is_done(view.data);
        let mark = if done { "[x]" } else { "[ ]" };
        let key = view.keymap.key(view.place, step.action());
        let mut words = step.standing(view.data);
        if !done && words.is_empty() && !key.is_empty() {
            words = format!("press {key}{}", more(step, view));
        }
        let label = format!("{mark} {n}  {}", step.label());
        let style = if next == Some(step) { t.strong } else { t.text };
        canvas.put_within(2, y, &label, 34, style);
        canvas.put(37, y, &words, style);
    }
}

/// What stands behind the key.
fn more(step: Step, view: &View<'_>) -> String {
    match step {
        Step::Psa => "; by its API or from files".to_owned(),
        Step::Acceptance => match view.keymap.key(view.place, Action::Accept) {
            "" => String::new(),
            key => format!(", then {key}"),
        },
        _ => String::new(),
    }
}
