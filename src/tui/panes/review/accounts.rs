//! The queue of accounts, made for speed: one key decides, one key takes it back, the next item is there at once.

use super::super::super::canvas::Canvas;
use super::super::super::data::Data;
use super::super::super::keymap::Action;
use super::super::super::msg::Effect;
use super::super::super::overlays::Overlay;
use super::super::super::overlays::batch::{Counterpart, Proposal};
use super::super::super::overlays::picker::{Choice, Picker, Purpose, customers};
use super::super::super::queues::Accounts;
use super::super::{Cx, Handled, Pane, View};
use super::accounts_view;
use super::batch::{self, Common};
use super::worklist::Worklist;
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::party::{Candidate, ReviewItem, Verdict};
use crate::engine::command::Command;

/// Why an account is no customer to bill: the reasons of the blueprint, section 3.3.
const REASONS: [&str; 4] = ["internal use", "not for resale", "test", "not ours"];

/// The accounts that wait.
#[derive(Debug, Default)]
pub struct AccountsList {
    /// Which item, which candidate.
    pub work: Worklist<Accounts>,
}

impl AccountsList {
    /// Decides about an account that may no longer be the selected one (its question stood open).
    pub fn decide(&mut self, key: &AccountKey, verdict: Verdict, cx: &mut Cx<'_>) {
        let item = cx.data.desk.items().iter().find(|i| i.key == *key);
        let words = item.map(|item| words(item, &verdict, cx.data));
        self.work
            .decide(key, verdict, words.unwrap_or_default(), cx);
    }

    /// What may be accepted of an item, best first; nothing where a person should read first what somebody decided about
    /// the same customer.
    fn proposals(item: &ReviewItem) -> Vec<Proposal> {
        let in_psa = |c: &Candidate| !c.psa_id.as_str().is_empty();
        let all = item.candidates.iter().map(|(c, _)| c);
        if !item.note.is_empty() || !all.clone().all(in_psa) {
            return Vec::new();
        }
        let proposal = |c: &Candidate| Proposal {
            subject: item.key.clone().into(),
            to: Counterpart::Customer(c.customer_id),
            ours: item.profile.name.clone(),
            theirs: c.name.clone(),
            psa_id: c.psa_id.to_string(),
            score: c.score,
            reasons: c.reasons.clone(),
        };
        all.map(proposal).collect()
    }

    fn ask_all(&self, action: Action, cx: &mut Cx<'_>) {
        let model = self.work.item(cx.data).map(|item| Self::proposals(item));
        let model = model.unwrap_or_default();
        let common = match action {
            Action::AcceptAlike => Common::Evidence(&model, self.work.mark),
            _ => Common::Sure,
        };
        let items = self.work.open(cx.data).map(|item| Self::proposals(item));
        batch::ask(items, &common, cx.out);
    }

    /// A decision by one key about the selected item.
    fn by_key(&mut self, action: Action, candidate: Option<usize>, cx: &mut Cx<'_>) {
        let Some(item) = self.work.item(cx.data) else {
            return;
        };
        let key = item.key.clone();
        let chosen = candidate.map(|n| item.candidates.get(n).map(|(c, _)| c.customer_id));
        if !self.work.may_decide(action, &key, cx) {
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

    /// The place of the selected item's last candidate.
    fn last(&self, data: &Data) -> usize {
        let item = self.work.item(data);
        item.map_or(0, |i| i.candidates.len().saturating_sub(1))
    }

    fn ask_reason(&self, cx: &mut Cx<'_>) {
        let Some(item) = self.work.item(cx.data) else {
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
        let Some(item) = self.work.item(cx.data) else {
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
        let Some(item) = self.work.item(cx.data) else {
            return;
        };
        let rows = customers(cx.data);
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

impl Pane for AccountsList {
    fn count(&self, data: &Data) -> Option<u64> {
        data.desk.is_loaded().then(|| data.desk.waiting())
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        accounts_view::draw(self, view, canvas);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        match action {
            Action::Choose(_) if self.work.item(cx.data).is_none() => return Handled::No,
            Action::Open => self.by_key(action, Some(self.work.mark), cx),
            Action::Choose(n) => self.by_key(action, Some(usize::from(n).saturating_sub(1)), cx),
            Action::NoCounterpart => self.by_key(action, None, cx),
            Action::Exclude => self.ask_reason(cx),
            Action::FindOther => self.ask_other(cx),
            Action::Evidence => self.ask_distributor(cx),
            Action::AcceptSure | Action::AcceptAlike => self.ask_all(action, cx),
            alike => return self.work.act(alike, self.last(cx.data), cx),
        }
        Handled::Yes
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        let item = self.work.item(data);
        match action {
            Action::Open => item.is_some_and(|i| !i.candidates.is_empty()),
            Action::Choose(n) => item.is_some_and(|i| i.candidates.len() >= usize::from(n)),
            Action::NoCounterpart
            | Action::Exclude
            | Action::FindOther
            | Action::Evidence
            | Action::AcceptSure => item.is_some(),
            Action::AcceptAlike => item.is_some_and(|i| i.candidates.len() > self.work.mark),
            alike => self.work.can(alike, self.last(data), data),
        }
    }

    fn refresh(&mut self, data: &Data) {
        self.work.refresh(data, |i| {
            format!(
                "{} {} {} {}",
                i.profile.name,
                i.profile.domain,
                i.vendor.label(),
                i.key
            )
        });
    }

    fn filter(&self) -> &str {
        self.work.list.filter()
    }

    fn set_filter(&mut self, text: &str, data: &Data) {
        self.work.list.set_filter(text);
        self.refresh(data);
    }

    fn copied(&self, data: &Data, whole_row: bool) -> Option<String> {
        let i = self.work.item(data)?;
        if !whole_row {
            return Some(i.profile.name.clone());
        }
        let cost = accounts_view::cost(i);
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
