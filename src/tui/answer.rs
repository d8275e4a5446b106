//! Keys while something lies over the pane, and what was chosen there.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::act::Arrival;
use super::checklist::Step;
use super::keymap::{Action, COMMANDS, Command as Row, Place};
use super::msg::Effect;
use super::overlays::Overlay;
use super::overlays::batch::Answered;
use super::overlays::form::{Filled, Form};
use super::overlays::picker::{Choice, Picked, Picker, Purpose};
use super::overlays::reader::Read;
use super::panes::guard::PASTED;
use super::panes::{Cx, Out, PaneId};
use super::state::{QuitAsked, State, is_change};
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
            Overlay::Batch(batch) => match batch.key(key, arrival.at, arrival.burst) {
                Answered::Open => true,
                Answered::Closed => false,
                Answered::Refused(why) => {
                    self.notice = why.to_owned();
                    true
                }
                Answered::Accepted(proposals) => {
                    let mut cx = Cx {
                        data: &mut self.data,
                        at: arrival.at,
                        now: arrival.now,
                        burst: arrival.burst,
                        out: &mut out,
                    };
                    self.review.accept(proposals, &mut cx);
                    false
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
                return command.map_or_else(Vec::new, |c| self.run(c, arrival));
            }
            Purpose::Theme => {
                self.set_theme(choice.value);
                return Vec::new();
            }
            Purpose::Step => return self.step(choice.value, arrival),
            Purpose::Subscription(keys) => {
                let place = usize::try_from(choice.value).ok();
                if let Some(key) = place.and_then(|at| keys.into_iter().nth(at)) {
                    self.overlay = Some(Overlay::Picker(self.recipients(key, &choice.label)));
                }
                return Vec::new();
            }
            Purpose::Give(key) => {
                self.notice = "giving it away …".to_owned();
                let to = CustomerId(choice.value);
                return vec![Effect::Engine(Command::Give { key, to })];
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
                    now: arrival.now,
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
            now: arrival.now,
            burst: arrival.burst,
            out: &mut out,
        };
        self.review.decide(&key, verdict, &mut cx);
        self.finish(out)
    }

    /// Does a step of the checklist, or shows and hides it.
    fn step(&mut self, value: i64, arrival: Arrival) -> Vec<Effect> {
        let place = usize::try_from(value).ok();
        let Some(step) = place.and_then(|at| Step::ALL.get(at)).copied() else {
            self.data.told.hidden = !self.data.told.hidden;
            return Vec::new();
        };
        match step {
            Step::Connect | Step::Psa => {
                let effects = self.act(Action::Pane(PaneId::Connections), arrival, QuitAsked::No);
                if !self.is_forbidden(Action::Add) {
                    let form = match step {
                        Step::Psa => Form::of_psa(),
                        _ => Form::default(),
                    };
                    self.overlay = Some(Overlay::Form(Box::new(form)));
                }
                effects
            }
            _ => {
                let effects = self.act(step.action(), arrival, QuitAsked::No);
                if step == Step::Acceptance {
                    let key = self.keymap.key(self.place(), Action::Accept);
                    self.notice =
                        format!("{key} begins the acceptance run of the selected distributor");
                }
                effects
            }
        }
    }

    pub(super) fn help(&self) -> Picker {
        let place = self.place();
        let here = self.keymap.of_place(place);
        let rows = here.map(|(c, _)| self.choice(c)).collect();
        let title = format!(
            "Keys in {} (type to search, Enter does it)",
            self.pane.label()
        );
        Picker::new(title, rows, Purpose::Command)
    }

    /// Every command: those of this place, those of everywhere, those of the other panes.
    pub(super) fn palette(&self) -> Picker {
        let place = self.place();
        let mut all: Vec<&'static Row> = COMMANDS.iter().collect();
        all.sort_by_key(|c| (c.place != place, c.place != Place::Everywhere));
        let rows = all.into_iter().map(|c| self.choice(c)).collect();
        Picker::new("All commands".to_owned(), rows, Purpose::Command)
    }

    /// What can be done with the selected row.
    pub(super) fn menu(&self) -> Picker {
        let place = self.place();
        let general = |c: &Row| {
            let on_a_row = matches!(c.action, Action::Open | Action::Copy | Action::CopyRow);
            on_a_row && self.keymap.keys_in(place, c).next().is_some()
        };
        let own = |c: &Row| c.place == place && place != Place::Everywhere;
        let rows = COMMANDS
            .iter()
            .filter(|c| own(c) || (c.place == Place::Everywhere && general(c)))
            .filter(|c| self.is_forbidden(c.action) || self.can(c.action))
            .map(|c| self.choice(c))
            .collect();
        let name = self.pane(self.pane).copied(&self.data, false);
        let title = match name {
            Some(name) => format!("What to do with {name}"),
            None => format!("What to do in {}", self.pane.label()),
        };
        Picker::new(title, rows, Purpose::Command)
    }

    /// Runs a command that was chosen from a list. One of another pane brings that pane first; if it writes something, it
    /// waits there to be asked for, since nobody has seen yet what it would be done to.
    fn run(&mut self, command: &'static Row, arrival: Arrival) -> Vec<Effect> {
        let elsewhere = pane_of(command.place).filter(|_| command.place != self.place());
        let Some(pane) = elsewhere else {
            if self.is_forbidden(command.action) || self.can(command.action) {
                return self.act(command.action, arrival, QuitAsked::No);
            }
            self.notice = "not possible now".to_owned();
            return Vec::new();
        };
        let effects = self.act(Action::Pane(pane), arrival, QuitAsked::No);
        let key = self.keymap.key(command.place, command.action);
        if self.is_forbidden(command.action)
            || is_change(command.action)
            || command.action == Action::Open
        {
            self.notice = format!("{}: {key} does it", command.help);
            return effects;
        }
        let more = self.act(command.action, arrival, QuitAsked::No);
        effects.into_iter().chain(more).collect()
    }

    fn choice(&self, c: &'static Row) -> Choice {
        let at = COMMANDS
            .iter()
            .position(|o| std::ptr::eq(o, c))
            .unwrap_or(0);
        let elsewhere = pane_of(c.place).filter(|_| c.place != self.place());
        let not_now = match (self.is_forbidden(c.action), self.can(c.action)) {
            (true, _) => "(watching only)",
            _ if elsewhere.is_some() => "",
            (_, false) => "(not now)",
            _ => "",
        };
        let there = elsewhere.map_or(String::new(), |pane| format!("{}: ", pane.label()));
        let place = elsewhere.map_or(self.place(), |_| c.place);
        let keys = self.keymap.keys_in(place, c);
        let hint: Vec<&str> = keys.chain([not_now]).filter(|w| !w.is_empty()).collect();
        Choice {
            label: format!("{there}{}", c.help),
            hint: hint.join(" "),
            value: i64::try_from(at).unwrap_or(0),
        }
    }
}

/// The pane that commands of a place are about.
fn pane_of(place: Place) -> Option<PaneId> {
    PaneId::ALL
        .into_iter()
        .find(|pane| pane.place() == place && place != Place::Everywhere)
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
