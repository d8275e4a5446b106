//! How the form is drawn.

use super::super::super::canvas::Canvas;
use super::super::super::data::TestState;
use super::super::super::msg::Source;
use super::super::super::panes::connections::{asking, problem_lines};
use super::super::super::theme::Theme;
use super::{Field, Form, Place};
use crate::domain::shown::wrap;
use crate::engine::setup::needs::Need;
use tui_input::Input;

impl Form {
    /// What was typed, or how long a secret is.
    pub(super) fn shown(&self, field: Field) -> String {
        let value = self.value(field);
        if !matches!(field, Field::Secret(_)) || value.is_empty() {
            return value.to_owned();
        }
        let n = value.chars().count();
        let dots = "•".repeat(n.min(12));
        if n < 12 {
            return format!("{dots} {n} characters");
        }
        let end: String = value.chars().skip(n - 4).collect();
        format!("{dots} {n} characters, ends in {end}")
    }

    /// Draws it into its frame; gives where the cursor stands.
    pub fn draw(&self, canvas: &mut Canvas<'_>, t: &Theme) -> Option<(u16, u16)> {
        const X: u16 = 21;
        let mut cursor = None;
        let (title, word) = match self.source {
            Source::Distributor(_) => ("Connect a distributor", "Distributor"),
            Source::Psa(_) => ("Bring in the PSA", "PSA"),
        };
        canvas.put(0, 0, title, t.strong);
        canvas.put_right(0, "Tab next   Esc close", t.text);
        let label = |canvas: &mut Canvas<'_>, y, text: &str, here: bool| {
            canvas.mark(y, here, " ", t);
            canvas.put_within(2, y, text, X - 3, if here { t.strong } else { t.text });
        };
        label(canvas, 2, word, self.at == Place::Source);
        canvas.put(X, 2, &format!("‹ {} ›", self.source.label()), t.strong);
        let mut y = 3;
        for (field, words, need) in self.fields() {
            let here = self.at == Place::Field(field);
            label(canvas, y, &words, here);
            let x = canvas.put(X, y, &self.shown(field), t.strong);
            let hint = match field {
                _ if !self.value(field).is_empty() => "",
                Field::BaseUrl => "empty: the distributor's own",
                Field::Pace => match self.source {
                    Source::Distributor(_) => "empty: the distributor's own limit",
                    Source::Psa(_) => "empty: what is safe for it",
                },
                _ if need == Need::Optional => "optional",
                _ => "",
            };
            canvas.put(x + 2, y, hint, t.text);
            if here {
                let typed = self.inputs.get(&field).map_or(0, Input::visual_cursor);
                let after = match field {
                    Field::Secret(_) => x,
                    _ => X + u16::try_from(typed).unwrap_or(0),
                };
                cursor = Some(canvas.on_screen(after.min(canvas.width().saturating_sub(1)), y));
            }
            y += 1;
        }
        let button = |on: bool| if on { t.chip } else { t.text };
        y += 1;
        let x = canvas.put(2, y, "[ Test ]", button(self.at == Place::Test));
        canvas.put(x + 2, y, "[ Save ]", button(self.at == Place::Save));
        y += 2;
        let w = usize::from(canvas.width().saturating_sub(2));
        let mut say = |canvas: &mut Canvas<'_>, text: &str, style| {
            for line in text.lines().flat_map(|line| wrap(line, w, 4)) {
                canvas.put(0, y, &line, style);
                y += 1;
            }
        };
        match &self.test {
            _ if !self.wrong.is_empty() => say(canvas, &format!("! {}", self.wrong), t.bad),
            Some(TestState::Running) => say(canvas, asking(self.source), t.text),
            Some(TestState::Done(Ok(words))) => say(canvas, &format!("✓ {words}"), t.good),
            Some(TestState::Done(Err(p))) => {
                for (label, text) in problem_lines(p) {
                    let style = if label.is_empty() { t.bad } else { t.text };
                    let words = if label.is_empty() {
                        format!("✗ {text}")
                    } else {
                        format!("{label}: {text}")
                    };
                    say(canvas, &words, style);
                }
            }
            None => say(canvas, &self.found(), t.text),
        }
        cursor
    }
}
