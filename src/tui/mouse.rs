//! The mouse, where a person wants it: a click selects, on a tab it turns to the pane, the wheel scrolls. It decides nothing.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Position, Rect};

use super::act::Arrival;
use super::canvas::What;
use super::keymap::Action;
use super::msg::Effect;
use super::overlays::Overlay;
use super::panes::PaneId;
use super::state::{QuitAsked, State};
use super::view;
use super::widgets::list::Step;

/// Asks the terminal to tell of clicks and the wheel, in the form that knows wide screens.
pub const ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
/// Takes that back; harmless where nothing was asked.
pub const OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Rows for one notch of the wheel.
const NOTCH: isize = 3;

impl State {
    /// Takes a click at this place of the screen.
    pub fn click(&mut self, x: u16, y: u16, arrival: Arrival) -> Vec<Effect> {
        self.urgent += 1;
        let spots = view::draw(self).spots;
        let at = Position { x, y };
        let hit = spots.iter().rev().find(|s| s.area.contains(at));
        let Some(hit) = hit.copied() else {
            return Vec::new();
        };
        let list = match hit.what {
            What::Tab(pane) if self.overlay.is_none() && self.editing.is_none() => {
                return self.act(Action::Pane(pane), arrival, QuitAsked::No);
            }
            What::Tab(_) => return Vec::new(),
            What::Row { list, .. } => list,
        };
        let rows = |wanted: Rect| {
            let all = spots.iter().filter_map(move |s| match s.what {
                What::Row { list, selected } if list == wanted => Some((s.area.y, selected)),
                _ => None,
            });
            all.collect::<Vec<_>>()
        };
        let rows = rows(list);
        let selected = rows.iter().position(|(_, selected)| *selected);
        let clicked = rows.iter().position(|(row, _)| *row == hit.area.y);
        let (Some(from), Some(to)) = (selected, clicked) else {
            return Vec::new();
        };
        let steps = to.cast_signed() - from.cast_signed();
        let mut lists = spots.iter().filter_map(|s| match s.what {
            What::Row { list, .. } => Some(list),
            What::Tab(_) => None,
        });
        let (first, last) = (lists.clone().next(), lists.next_back());
        match &self.overlay {
            Some(Overlay::Picker(_) | Overlay::Batch(_)) if last == Some(list) => {
                self.walk(steps, arrival)
            }
            Some(_) => Vec::new(),
            // Below the queue stand the candidates of the item.
            None if self.pane == PaneId::Review && first != Some(list) => {
                self.repeat(Action::Side(steps > 0), steps.unsigned_abs(), arrival)
            }
            None => self.walk(steps, arrival),
        }
    }

    /// Takes a notch of the wheel.
    pub fn wheel(&mut self, down: bool, arrival: Arrival) -> Vec<Effect> {
        self.urgent += 1;
        self.walk(if down { NOTCH } else { -NOTCH }, arrival)
    }

    /// Moves the selection of whatever lies on top.
    fn walk(&mut self, steps: isize, arrival: Arrival) -> Vec<Effect> {
        let down = steps > 0;
        if self.overlay.is_none() {
            let step = if down { Step::Down } else { Step::Up };
            return self.repeat(Action::Move(step), steps.unsigned_abs(), arrival);
        }
        let code = if down { KeyCode::Down } else { KeyCode::Up };
        let key = KeyEvent::new(code, KeyModifiers::NONE);
        (0..steps.unsigned_abs())
            .flat_map(|_| self.key(key, arrival))
            .collect()
    }

    fn repeat(&mut self, action: Action, times: usize, arrival: Arrival) -> Vec<Effect> {
        (0..times)
            .flat_map(|_| self.act(action, arrival, QuitAsked::No))
            .collect()
    }
}
