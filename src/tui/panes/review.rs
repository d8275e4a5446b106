//! The review queue, made for speed: one key decides, one key takes it back, the next item is there at once.

use super::super::canvas::Canvas;
use super::super::data::Data;
use super::super::keymap::Action;
use super::super::msg::Effect;
use super::super::overlays::Overlay;
use super::super::overlays::picker::{Choice, Picker, Purpose};
use super::super::widgets::list::Listing;
use super::guard::Guard;
use super::review_view;
use super::{Cx, Handled, Pane, PaneId, View};
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::party::{ReviewItem, Verdict};
use crate::engine::command::Command;

/// Why an account is no customer to bill: the reasons of the blueprint, section 3.3.
const REASONS: [&str; 4] = ["internal use", "not for resale", "test", "not ours"];

/// Which item, which candidate, and what was on screen.
#[derive(Debug, Default)]
pub struct ReviewPane {
    pub(super) list: Listing<AccountKey>,
    pub(super) mark: usize,
    guard: Guard,
}

impl ReviewPane {
    /// The selected item.
    pub fn item<'d>(&self, data: &'d Data) -> Option<&'d ReviewItem> {
        data.desk.items().get(self.list.selected()?)
    }

    /// The frame is on the terminal; `visible` is false while something covers the pane.
    pub fn painted(&mut self, data: &Data, visible: bool, at: std::time::Duration) {
        let key = self.item(data).filter(|_| visible).map(|i| &i.key);
        self.guard.painted(key.map(|k| (k, self.mark)), at);
    }

    /// Decides about an account that may no longer be the selected one (its question stood open).
    pub fn decide(&mut self, key: &AccountKey, verdict: Verdict, cx: &mut Cx<'_>) {
        let Some(at) = cx.data.desk.items().iter().position(|i| i.key == *key) else {
            cx.out.notice = Some("that item is no longer in the queue".to_owned());
            return;
        };
        let words = words(&cx.data.desk.items()[at], &verdict, cx.data);
        cx.out
            .effects
            .extend(cx.data.desk.decide(at, verdict, words, cx.at));
        self.next(cx.data);
    }

    /// To the next item that waits; those put off come last.
    fn next(&mut self, data: &Data) {
        let items = data.desk.items();
        let waits = |n: &usize| {
            let row = self.list.order().get(*n).and_then(|i| items.get(*i));
            row.is_some_and(|i| data.desk.decided(&i.key).is_none())
        };
        let fresh = |n: &usize| {
            let row = self.list.order().get(*n).and_then(|i| items.get(*i));
            waits(n) && row.is_some_and(|i| !data.desk.is_later(&i.key))
        };
        let len = self.list.order().len();
        let ring = || (self.list.at() + 1..len).chain(0..self.list.at().min(len));
        let to = ring().find(fresh).or_else(|| ring().find(waits));
        if let Some(to) = to {
            self.list.select(to, items, |i| i.key.clone());
        }
        self.mark = 0;
    }

    fn go_to(&mut self, key: &AccountKey, data: &Data) {
        let items = data.desk.items();
        let at = self
            .list
            .order()
            .iter()
            .position(|i| items.get(*i).is_some_and(|i| i.key == *key));
        if let Some(at) = at {
            self.list.select(at, items, |i| i.key.clone());
            self.mark = 0;
        }
    }

    /// A decision by one key about the selected item.
    fn by_key(&mut self, action: Action, candidate: Option<usize>, cx: &mut Cx<'_>) {
        let Some(item) = self.item(cx.data) else {
            return;
        };
        let key = item.key.clone();
        let chosen = candidate.map(|n| item.candidates.get(n).map(|(c, _)| c.customer_id));
        if let Some(why) = self.guard.refuses(action, &key, self.mark, cx.at, cx.burst) {
            cx.out.notice = Some(why.to_owned());
            return;
        }
        if let Some(words) = cx.data.desk.decided(&key) {
            cx.out.notice = Some(format!("already decided: {words}; u takes it back"));
            return;
        }
        let verdict = match chosen {
            None => Verdict::NoCounterpart,
            Some(Some(customer_id)) => Verdict::Confirm { customer_id },
            Some(None) => {
                cx.out.notice = Some("there is no such candidate".to_owned());
                return;
            }
        };
        self.decide(&key, verdict, cx);
    }

    fn undo(&mut self, cx: &mut Cx<'_>) {
        let words = cx.data.desk.undo_words();
        let Some((key, effect)) = cx.data.desk.undo() else {
            cx.out.notice = Some("nothing to undo".to_owned());
            return;
        };
        cx.out.effects.extend(effect);
        cx.out.notice = words.map(|w| format!("taken back: {w}"));
        if let Some(key) = key {
            self.go_to(&key, cx.data);
        }
    }

    fn ask_reason(&self, cx: &mut Cx<'_>) {
        let Some(item) = self.item(cx.data) else {
            return;
        };
        let rows = REASONS.iter().map(|r| Choice::plain(r)).collect();
        let title = format!(
            "Exclude {}: why is it no customer to bill?",
            item.profile.name
        );
        let purpose = Purpose::Exclude(item.key.clone());
        cx.out.ask = Some(Overlay::Picker(Picker::with_free_text(
            title, rows, purpose,
        )));
    }

    fn ask_distributor(&self, cx: &mut Cx<'_>) {
        let Some(item) = self.item(cx.data) else {
            return;
        };
        let (vendor, name) = (item.vendor.label(), &item.profile.name);
        cx.out.notice = Some(format!("asking {vendor} about {name}"));
        let key = item.key.clone();
        cx.out
            .effects
            .push(Effect::Engine(Command::Evidence { key }));
    }

    fn ask_other(&self, cx: &mut Cx<'_>) {
        let Some(item) = self.item(cx.data) else {
            return;
        };
        let hub = cx.data.customers.iter().flatten();
        let rows: Vec<Choice> = hub
            .map(|c| {
                let p = &c.customer.profile;
                let place = [p.domain.as_str(), &p.city, &p.country].map(str::to_owned);
                Choice {
                    label: p.name.clone(),
                    hint: place
                        .into_iter()
                        .filter(|s| !s.is_empty())
                        .collect::<Vec<_>>()
                        .join(" · "),
                    value: c.customer.id.0,
                }
            })
            .collect();
        if rows.is_empty() {
            cx.out.notice = Some("the customers are not loaded yet".to_owned());
            return;
        }
        let title = format!("Who is {} in the PSA?", item.profile.name);
        let purpose = Purpose::Counterpart(item.key.clone());
        cx.out.ask = Some(Overlay::Picker(Picker::new(title, rows, purpose)));
    }
}

/// The decision for people: `Contoso → Contoso Ltd`.
fn words(item: &ReviewItem, verdict: &Verdict, data: &Data) -> String {
    let name = &item.profile.name;
    match verdict {
        Verdict::Confirm { customer_id } => {
            format!("{name} → {}", customer_name(item, *customer_id, data))
        }
        Verdict::NoCounterpart => format!("{name}: no counterpart"),
        Verdict::Exclude { reason } => format!("{name}: excluded, {reason}"),
    }
}

fn customer_name(item: &ReviewItem, id: CustomerId, data: &Data) -> String {
    let candidate = item.candidates.iter().find(|(c, _)| c.customer_id == id);
    let hub = || {
        let mut all = data.customers.iter().flatten();
        all.find(|c| c.customer.id == id)
            .map(|c| c.customer.profile.name.clone())
    };
    candidate
        .map(|(c, _)| c.name.clone())
        .or_else(hub)
        .unwrap_or_else(|| format!("customer {id}"))
}

impl Pane for ReviewPane {
    fn count(&self, data: &Data) -> Option<u64> {
        data.desk.is_loaded().then(|| data.desk.waiting())
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        review_view::draw(self, view, canvas);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        match action {
            Action::Move(step) => {
                self.list
                    .step(step, cx.data.desk.items(), |i| i.key.clone());
                self.mark = 0;
            }
            Action::Side(right) => {
                let last = self
                    .item(cx.data)
                    .map_or(0, |i| i.candidates.len().saturating_sub(1));
                self.mark = if right {
                    (self.mark + 1).min(last)
                } else {
                    self.mark.saturating_sub(1)
                };
            }
            Action::Open => self.by_key(action, Some(self.mark), cx),
            Action::Choose(n) => self.by_key(action, Some(usize::from(n).saturating_sub(1)), cx),
            Action::NoCounterpart => self.by_key(action, None, cx),
            Action::Exclude => self.ask_reason(cx),
            Action::FindOther => self.ask_other(cx),
            Action::Evidence => self.ask_distributor(cx),
            Action::Later => {
                if let Some(at) = self.list.selected() {
                    cx.data.desk.put_off(at);
                    self.next(cx.data);
                }
            }
            Action::Undo => self.undo(cx),
            Action::Redo => {
                if let Some((key, effect)) = cx.data.desk.redo() {
                    cx.out.effects.push(effect);
                    self.go_to(&key, cx.data);
                    self.next(cx.data);
                }
            }
            Action::Back => cx.out.go = Some((PaneId::Overview, String::new())),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        let item = self.item(data);
        match action {
            Action::Open => item.is_some_and(|i| !i.candidates.is_empty()),
            Action::Choose(n) => item.is_some_and(|i| i.candidates.len() >= usize::from(n)),
            Action::NoCounterpart
            | Action::Exclude
            | Action::Later
            | Action::FindOther
            | Action::Evidence => item.is_some(),
            Action::Side(_) => item.is_some_and(|i| i.candidates.len() > 1),
            Action::Undo => data.desk.undo_words().is_some(),
            Action::Redo => data.desk.can_redo(),
            _ => true,
        }
    }

    fn refresh(&mut self, data: &Data) {
        let items = data.desk.items();
        let before = self.item(data).map(|i| i.key.clone());
        self.list.rebuild(
            items,
            0..items.len(),
            |i| i.key.clone(),
            |i| {
                format!(
                    "{} {} {} {}",
                    i.profile.name,
                    i.profile.domain,
                    i.vendor.label(),
                    i.key
                )
            },
        );
        if before != self.item(data).map(|i| i.key.clone()) {
            self.mark = 0;
        }
    }

    fn filter(&self) -> &str {
        self.list.filter()
    }

    fn set_filter(&mut self, text: &str, data: &Data) {
        self.list.set_filter(text);
        self.refresh(data);
    }

    fn copied(&self, data: &Data, whole_row: bool) -> Option<String> {
        let i = self.item(data)?;
        if !whole_row {
            return Some(i.profile.name.clone());
        }
        let cost = review_view::cost(i);
        let best = i
            .candidates
            .first()
            .map_or(String::new(), |(c, _)| c.name.clone());
        Some(
            [
                i.key.to_string(),
                i.profile.name.clone(),
                i.seats.to_string(),
                cost,
                best,
            ]
            .join("\t"),
        )
    }
}
