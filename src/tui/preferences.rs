//! What a person sets while the console runs: colours, hidden names, the mouse.

use super::msg::Effect;
use super::overlays::picker::{Choice, Picker, Purpose};
use super::state::State;
use super::theme::{Theme, ThemeName};

impl State {
    /// The themes to choose from; the one in use is marked.
    pub(super) fn themes(&self) -> Picker {
        let rows = (0..).zip(ThemeName::ALL).map(|(value, name)| Choice {
            label: name.label().to_owned(),
            hint: if name == self.theme_name {
                "in use"
            } else {
                ""
            }
            .to_owned(),
            value,
        });
        let title = "Colours; the choice is kept until console.theme is changed".to_owned();
        Picker::new(title, rows.collect(), Purpose::Theme)
    }

    /// Uses the theme from the next frame on.
    pub(super) fn set_theme(&mut self, at: i64) {
        let chosen = usize::try_from(at)
            .ok()
            .and_then(|at| ThemeName::ALL.get(at));
        if self.colourless {
            self.notice = "NO_COLOR or --color never is set: no theme has colours".to_owned();
        } else if let Some(name) = chosen.copied() {
            self.use_theme(name);
            self.notice = format!("theme: {}", name.label());
        }
    }

    /// Uses a theme that a person chose, now or the last time.
    pub(super) fn use_theme(&mut self, name: ThemeName) {
        self.chosen_theme = Some(name);
        if !self.colourless {
            self.theme_name = name;
            self.theme = Theme::new(name);
        }
    }

    /// Hides names, or shows them again.
    pub(super) fn toggle_privacy(&mut self) {
        if self.veil.is_on() {
            self.veil.lift();
            self.notice = "names are shown".to_owned();
        } else {
            self.veil.hide_what_is_in(&self.data);
            self.notice = "names are hidden: of customers, companies, contacts, domains".to_owned();
        }
    }

    /// Listens to the mouse, or leaves it to the terminal.
    pub(super) fn toggle_mouse(&mut self) -> Effect {
        self.mouse = !self.mouse;
        self.notice = match self.mouse {
            true => "mouse on: hold Shift to select text".to_owned(),
            false => "mouse off: the terminal selects text".to_owned(),
        };
        Effect::Mouse(self.mouse)
    }
}
