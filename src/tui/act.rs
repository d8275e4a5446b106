//! Keys become actions, and actions change the state: of the whole screen here, of a pane in the pane.

use std::time::Duration;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::to_input_request;

use super::chord::pressed;
use super::keymap::Action;
use super::msg::{Effect, What};
use super::overlays::Overlay;
use super::panes::{Cx, Handled, Out, PaneId};
use super::state::{QuitAsked, State};
use super::widgets::list::Step;
use crate::domain::time::Ts;
use crate::engine::command::Command;

/// The clipboard takes so many bytes before they are encoded; more is cut by some terminals.
const CLIPBOARD: usize = 74_000;

/// When a key arrived, and in what company.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Since the console started.
    pub at: Duration,
    /// The calendar.
    pub now: Ts,
    /// How many keys arrived in one go.
    pub burst: usize,
}

/// What stands below until the first run that was asked for has ended.
pub(super) const SYNC_ASKED: &str = "sync asked for";

impl State {
    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, arrival: Arrival) -> Vec<Effect> {
        let quit_asked = self.begin(arrival);
        if let Some(overlay) = self.overlay.take() {
            return self.overlay_key(overlay, key, arrival);
        }
        if self.editing.is_some() {
            return self.filter_key(key, arrival);
        }
        match self.keymap.find(self.place(), &pressed(&key)) {
            Some(command) => self.act(command.action, arrival, quit_asked),
            None => Vec::new(),
        }
    }

    /// Does what a command's key would do.
    pub fn command(&mut self, action: Action, arrival: Arrival) -> Vec<Effect> {
        let quit_asked = self.begin(arrival);
        self.act(action, arrival, quit_asked)
    }

    fn begin(&mut self, arrival: Arrival) -> QuitAsked {
        self.urgent += 1;
        self.now = arrival.now;
        self.notice.clear();
        std::mem::take(&mut self.quit_asked)
    }

    pub(super) fn act(
        &mut self,
        action: Action,
        arrival: Arrival,
        quit_asked: QuitAsked,
    ) -> Vec<Effect> {
        if self.is_forbidden(action) {
            self.notice = "watching only: nothing is decided, synced or set from here".to_owned();
            return Vec::new();
        }
        let mut out = Out::default();
        let id = self.effective();
        let filtered = !self.pane(id).filter().is_empty();
        match action {
            Action::Back if self.zoomed => self.zoomed = false,
            Action::Back if filtered => self.set_filter(""),
            Action::Quit | Action::QuitNow => self.quit(action, quit_asked, &mut out),
            Action::Pane(to) => self.go(to, ""),
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Filter => self.start_filter(),
            Action::Help => self.overlay = Some(Overlay::Picker(self.help())),
            Action::Palette => self.overlay = Some(Overlay::Picker(self.palette())),
            Action::Menu => self.overlay = Some(Overlay::Picker(self.menu())),
            Action::Save => out.effects.extend(self.save()),
            Action::Checklist => self.overlay = Some(Overlay::Picker(self.checklist())),
            Action::Theme => self.overlay = Some(Overlay::Picker(self.themes())),
            Action::Privacy => self.toggle_privacy(),
            Action::Mouse => out.effects.push(self.toggle_mouse()),
            Action::Freeze => match self.held {
                None => self.held = Some(Vec::new()),
                Some(_) => out.effects = self.thaw(arrival.now),
            },
            Action::Copy | Action::CopyRow => self.copy(action == Action::CopyRow, &mut out),
            Action::Suspend => out.effects.push(Effect::Suspend),
            Action::Repaint => out.effects.push(Effect::Repaint),
            Action::Sync | Action::Stop | Action::NextWeek if !self.can(action) => {
                self.notice = why_not(action).to_owned();
            }
            Action::Sync => {
                self.notice = SYNC_ASKED.to_owned();
                out.effects.push(Effect::Engine(Command::Sync {
                    connections: Vec::new(),
                    full: false,
                }));
            }
            Action::Stop => out.effects.push(Effect::Engine(Command::Cancel)),
            Action::NextWeek => {
                self.notice = "the calendar moves to the next week".to_owned();
                out.effects.push(Effect::NextWeek);
            }
            other => {
                let (pane, data) = self.pane_mut(id);
                let mut cx = Cx {
                    data,
                    at: arrival.at,
                    now: arrival.now,
                    burst: arrival.burst,
                    out: &mut out,
                };
                let handled = pane.act(other, &mut cx);
                let to = match (handled, other) {
                    (Handled::No, Action::Turn(forward)) => Some(self.pane.turned(forward)),
                    // Where nothing waits, a number is a pane's.
                    (Handled::No, Action::Choose(n)) => PaneId::numbered(n),
                    _ => None,
                };
                if let Some(to) = to {
                    self.go(to, "");
                }
            }
        }
        self.finish(out)
    }

    /// Does what an action asked of the rest.
    pub(super) fn finish(&mut self, out: Out) -> Vec<Effect> {
        if let Some(words) = out.notice {
            self.notice = words;
        }
        if let Some((to, filter)) = out.go {
            self.go(to, &filter);
        }
        if out.ask.is_some() {
            self.overlay = out.ask;
        }
        let mut effects = out.effects;
        if self.pane == PaneId::Review && self.data.desk.wants_more() && !effects.is_empty() {
            effects.push(Effect::Load(What::Queue));
        }
        effects
    }

    fn go(&mut self, to: PaneId, filter: &str) {
        self.pane = to;
        self.zoomed = false;
        if !filter.is_empty() {
            self.set_filter(filter);
        }
    }

    pub(super) fn set_filter(&mut self, text: &str) {
        let (pane, data) = self.pane_mut(self.pane);
        pane.set_filter(text, data);
    }

    fn start_filter(&mut self) {
        if self.can(Action::Filter) {
            self.editing = Some(Input::from(self.pane(self.pane).filter()));
        }
    }

    fn filter_key(&mut self, key: KeyEvent, arrival: Arrival) -> Vec<Effect> {
        match key.code {
            KeyCode::Esc => {
                self.editing = None;
                self.set_filter("");
            }
            KeyCode::Enter => self.editing = None,
            KeyCode::Up => return self.act(Action::Move(Step::Up), arrival, QuitAsked::No),
            KeyCode::Down => return self.act(Action::Move(Step::Down), arrival, QuitAsked::No),
            _ => {
                let Some(input) = &mut self.editing else {
                    return Vec::new();
                };
                if let Some(request) = to_input_request(&Event::Key(key)) {
                    input.handle(request);
                }
                let text = input.value().to_owned();
                self.set_filter(&text);
            }
        }
        Vec::new()
    }

    fn copy(&mut self, whole_row: bool, out: &mut Out) {
        let Some(text) = self.pane(self.pane).copied(&self.data, whole_row) else {
            self.notice = "nothing is selected to copy".to_owned();
            return;
        };
        self.put_on_clipboard(text, out);
    }

    pub(super) fn put_on_clipboard(&mut self, text: String, out: &mut Out) {
        let text = match self.veil.is_on() {
            true if self.pane == PaneId::SyncLog => self.veil.hide_in_log(&text).into_owned(),
            true => self.veil.hide(&text).into_owned(),
            false => text,
        };
        if text.len() > CLIPBOARD {
            self.notice = "too long for the clipboard over a terminal".to_owned();
            return;
        }
        let one_line = text.replace(['\t', '\n'], " ");
        self.notice = format!("copied {} characters: {one_line}", text.chars().count());
        out.effects.push(Effect::Copy(text));
    }

    fn quit(&mut self, action: Action, asked: QuitAsked, out: &mut Out) {
        let now = action == Action::QuitNow;
        match self.would_lose() {
            Some(what) if asked == QuitAsked::No => {
                self.quit_asked = QuitAsked::Yes;
                let key = if now {
                    "Ctrl-C again stops it now"
                } else {
                    "q again stops it safely"
                };
                self.notice = format!("{what}: {key}, any other key stays");
            }
            lost => out.effects.push(Effect::Quit {
                force: now && lost.is_some(),
            }),
        }
    }
}

fn why_not(action: Action) -> &'static str {
    match action {
        Action::Sync => "a sync runs already, or there is no connection yet",
        Action::Stop => "no sync runs",
        _ => "only the demo moves its calendar",
    }
}
