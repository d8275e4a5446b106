//! Keys while something lies over the pane, and what was chosen there.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::act::Arrival;
use super::keymap::{self, COMMANDS, Place};
use super::msg::Effect;
use super::overlays::Overlay;
use super::overlays::form::Filled;
use super::overlays::picker::{Choice, Picked, Picker, Purpose};
use super::overlays::reader::Read;
use super::panes::guard::PASTED;
use super::panes::{Cx, Out};
use super::state::{QuitAsked, State};
use crate::domain::ids::CustomerId;
use crate::domain::party::Verdict;
use crate::engine::command::{Command, FindingChange};

impl State {
    pub(super) fn overlay_key(
        &mut self,
        mut overlay: Overlay,
        key: KeyEvent,
        arrival: Arrival,
    ) -> Vec<Effect> {
        let mut out = Out::default();
        let open = match &mut overlay {
            Overlay::Reader(reader) => match reader.key(key) {
                Read::Open => true,
                Read::Closed => false,
                Read::Copy(text) => {
                    self.put_on_clipboard(text, &mut out);
                    true
                }
            },
            Overlay::Form(form) => match form.key(key) {
                Filled::Open(effect) => {
                    out.effects.extend(effect);
                    true
                }
                Filled::Closed => false,
            },
            Overlay::Picker(picker)
                if picker.purpose.decides()
                    && arrival.burst >= PASTED
                    && key.code == KeyCode::Enter =>
            {
                self.notice = "many keys at once: nothing was decided".to_owned();
                true
            }
            Overlay::Picker(picker) => match picker.key(key) {
                Picked::Open => true,
                Picked::Closed => false,
                Picked::Row(row) => {
                    let purpose = picker.purpose.clone();
                    return self.chosen(purpose, row, arrival);
                }
                Picked::Text(label) => {
                    let purpose = picker.purpose.clone();
                    return self.chosen(
                        purpose,
                        Choice {
                            label,
                            hint: String::new(),
                            value: 0,
                        },
                        arrival,
                    );
                }
            },
        };
        if open {
            self.overlay = Some(overlay);
        }
        self.finish(out)
    }

    fn chosen(&mut self, purpose: Purpose, choice: Choice, arrival: Arrival) -> Vec<Effect> {
        let mut out = Out::default();
        let (key, verdict) = match purpose {
            Purpose::Command => {
                let command = usize::try_from(choice.value)
                    .ok()
                    .and_then(|n| COMMANDS.get(n));
                return match command {
                    Some(c) if self.can(c.action) => self.act(c.action, arrival, QuitAsked::No),
                    _ => {
                        self.notice = "not possible now".to_owned();
                        Vec::new()
                    }
                };
            }
            Purpose::Mute(fingerprint) => {
                let (days, reason) = days_and_reason(&choice.label);
                let change = FindingChange::Mute { days, reason };
                return vec![Effect::Engine(Command::Finding {
                    fingerprint,
                    change,
                })];
            }
            Purpose::Note(fingerprint) => {
                let change = FindingChange::Note { text: choice.label };
                return vec![Effect::Engine(Command::Finding {
                    fingerprint,
                    change,
                })];
            }
            Purpose::Sku(key, about) => {
                let mut cx = Cx {
                    data: &mut self.data,
                    at: arrival.at,
                    burst: arrival.burst,
                    out: &mut out,
                };
                self.review.answered(&key, &about, &choice, &mut cx);
                return self.finish(out);
            }
            Purpose::Exclude(key) => (
                key,
                Verdict::Exclude {
                    reason: choice.label,
                },
            ),
            Purpose::Counterpart(key) => (
                key,
                Verdict::Confirm {
                    customer_id: CustomerId(choice.value),
                },
            ),
        };
        let mut cx = Cx {
            data: &mut self.data,
            at: arrival.at,
            burst: arrival.burst,
            out: &mut out,
        };
        self.review.decide(&key, verdict, &mut cx);
        self.finish(out)
    }

    pub(super) fn help(&self) -> Picker {
        let place = self.place();
        let rows = keymap::of_place(place).map(|c| self.choice(c)).collect();
        let title = format!(
            "Keys in {} (type to search, Enter does it)",
            self.pane.label()
        );
        Picker::new(title, rows, Purpose::Command)
    }

    pub(super) fn palette(&self) -> Picker {
        let place = self.place();
        let here = |c: &&keymap::Command| c.place == place || c.place == Place::Everywhere;
        let rows = COMMANDS
            .iter()
            .filter(here)
            .map(|c| self.choice(c))
            .collect();
        Picker::new("All commands".to_owned(), rows, Purpose::Command)
    }

    fn choice(&self, c: &'static keymap::Command) -> Choice {
        let at = COMMANDS
            .iter()
            .position(|o| std::ptr::eq(o, c))
            .unwrap_or(0);
        let not_now = if self.can(c.action) {
            ""
        } else {
            "  (not now)"
        };
        Choice {
            label: format!("{}{not_now}", c.help),
            hint: c.keys.join(" "),
            value: i64::try_from(at).unwrap_or(0),
        }
    }
}

/// Reads `30 days`, `45 waiting for the renewal`, or a reason alone, which means 30 days.
fn days_and_reason(text: &str) -> (u32, String) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (days, reason) = match first.parse::<u32>() {
        Ok(n) => (n.clamp(1, 3650), rest),
        Err(_) => (30, text),
    };
    let reason = reason.strip_prefix("days").unwrap_or(reason).trim();
    (days, reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mute_is_read_as_typed() {
        assert_eq!(days_and_reason("30 days"), (30, String::new()));
        assert_eq!(
            days_and_reason("45 until the renewal"),
            (45, "until the renewal".to_owned())
        );
        assert_eq!(days_and_reason("agreed"), (30, "agreed".to_owned()));
        assert_eq!(days_and_reason("0"), (1, String::new()));
    }
}
