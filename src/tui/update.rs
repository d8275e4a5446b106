//! Messages change the state; what is to be done outside comes back as effects. Nothing here does I/O.

use super::act::SYNC_ASKED;
use super::data::{Store, TestState};
use super::msg::{Effect, Msg, What};
use super::overlays::Overlay;
use super::overlays::form::Stored;
use super::overlays::picker::insert;
use super::overlays::reader::Reader;
use super::panes::PaneId;
use super::state::State;
use crate::domain::ids::Subject;
use crate::domain::log::RunState;
use crate::domain::time::Ts;
use crate::engine::decisions::is_about_subscription;

/// A screen held still takes up to this many messages before it moves on by itself.
const HELD: usize = 4096;

impl State {
    /// Takes a message.
    pub fn apply(&mut self, msg: Msg, now: Ts) -> Vec<Effect> {
        if let Some(held) = &mut self.held {
            held.push(msg);
            self.calm += 1;
            return if held.len() < HELD {
                Vec::new()
            } else {
                self.thaw(now)
            };
        }
        self.now = now;
        match &msg {
            Msg::Progress(_) | Msg::Gauge(_) | Msg::Log(_) => self.calm += 1,
            _ => self.urgent += 1,
        }
        self.veil.learn(&msg);
        self.take(msg)
    }

    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        let mut effects = Vec::new();
        let d = &mut self.data;
        let mut changed: &[PaneId] = &[];
        match msg {
            Msg::Store(Ok(())) => d.store = Store::Open,
            Msg::Store(Err(p)) => d.store = Store::Broken(p),
            Msg::Connections(rows) => {
                d.connections = Some(rows);
                changed = &[PaneId::Connections];
            }
            Msg::Progress(p) => {
                if p.state != RunState::Running && self.notice == SYNC_ASKED {
                    let mark = if p.state == RunState::Complete {
                        "✓"
                    } else {
                        "!"
                    };
                    self.notice = format!("{mark} {}: sync {}", p.connection, p.state.tag());
                }
                d.progress.insert(p.connection.clone(), p);
            }
            Msg::Gauge(g) => {
                d.gauges.insert(g.connection.clone(), g);
            }
            Msg::Log(entries) => {
                for e in entries {
                    d.log.push(e);
                }
                changed = &[PaneId::SyncLog];
            }
            Msg::Queue { items, total } => {
                d.desk.set_queue(items, total);
                changed = &[PaneId::Review];
            }
            Msg::Skus { items, products } => {
                let total = items.len() as u64;
                d.sku_desk.set_queue(items, total);
                d.products = products;
                changed = &[PaneId::Review];
            }
            Msg::Decided(decision) => {
                if is_about_subscription(&decision) {
                    if !d.given.iter().any(|known| known.id == decision.id) {
                        d.given.push(decision.clone());
                    }
                    self.notice = format!("✓ {}", decision.words);
                }
                effects.extend(d.sku_desk.written(decision.clone()));
                effects.extend(d.desk.written(decision));
            }
            Msg::Decisions(list) => {
                let about = list.iter().filter(|d| is_about_subscription(d));
                d.given = about.cloned().collect();
                d.sku_desk.set_log(list.clone());
                self.asked_background = None;
                d.desk.set_log(list);
            }
            Msg::Claims(claims) => d.desk.set_claims(claims),
            Msg::Overtaken { key, words } => {
                self.notice = format!("! {words}");
                effects.extend(match key {
                    Subject::Account(key) => d.desk.overtaken(&key, words),
                    Subject::Product(key) => d.sku_desk.overtaken(&key, words),
                    // No queue holds subscriptions.
                    Subject::Subscription(_) => Vec::new(),
                });
            }
            Msg::Undecided { key, problem } => {
                self.notice = format!("! not decided: {}", problem.title);
                effects.extend(match key {
                    Subject::Account(key) => d.desk.refused(&key),
                    Subject::Product(key) => d.sku_desk.refused(&key),
                    Subject::Subscription(_) => Vec::new(),
                });
            }
            Msg::Findings { rows, unjudged } => {
                d.add_findings(rows, unjudged);
                d.seats.clear();
                self.asked_seats = None;
                changed = &[PaneId::Findings];
            }
            Msg::Notes(notes) => d.notes = notes,
            Msg::Customers(rows) => {
                d.add_customers(rows);
                let open = self.customers.open();
                effects.extend(open.map(|id| Effect::Load(What::Licensing(id))));
                changed = &[PaneId::Customers];
            }
            Msg::Licensing(id, rows) => {
                d.licensing.insert(id, rows);
            }
            Msg::Background(background) => d.background = Some(background),
            Msg::Seats(of, weeks) => {
                d.seats.insert(of, weeks);
            }
            Msg::Tested { connection, result } => {
                if let Some(Overlay::Form(form)) = &mut self.overlay {
                    form.tested(&connection, &result, Stored::Yes);
                }
                self.notice = match &result {
                    Ok(words) => format!("✓ {}", words.lines().next().unwrap_or_default()),
                    Err(p) => format!("✗ {connection}: {}", p.title),
                };
                let first = |words: String| words.lines().next().unwrap_or_default().to_owned();
                d.tests
                    .insert(connection, TestState::Done(result.map(first)));
            }
            Msg::Saved {
                result: Ok(words), ..
            } => {
                if matches!(self.overlay, Some(Overlay::Form(_))) {
                    self.overlay = None;
                }
                self.notice = format!("✓ {words}");
            }
            Msg::Saved {
                connection,
                result: Err(p),
            } => match &mut self.overlay {
                Some(Overlay::Form(form)) => form.tested(&connection, &Err(p), Stored::No),
                _ => self.overlay = Some(Overlay::Reader(Reader::problem(&p))),
            },
            Msg::Accepted(Ok(accepted)) => {
                d.told.accepted |= accepted.passed;
                let mark = if accepted.passed { "✓" } else { "✗" };
                self.notice = format!("{mark} {}", accepted.words);
            }
            Msg::Accepted(Err(p)) => {
                self.notice = format!("✗ {}", p.title);
                if self.overlay.is_none() {
                    self.overlay = Some(Overlay::Reader(Reader::problem(&p)));
                }
            }
            Msg::Subscriptions(customer, rows) => {
                if d.giving.take() == Some(customer) && self.overlay.is_none() {
                    self.offer_to_give(customer, &rows);
                }
            }
            Msg::Failed(p) => {
                self.notice = format!("✗ {}", p.title);
                if self.overlay.is_none() {
                    self.overlay = Some(Overlay::Reader(Reader::problem(&p)));
                }
            }
            Msg::Week(week) => d.week = Some(week),
            Msg::Notice(words) => self.notice = words,
        }
        for id in changed {
            let (pane, data) = self.pane_mut(*id);
            pane.refresh(data);
        }
        effects
    }

    pub(super) fn thaw(&mut self, now: Ts) -> Vec<Effect> {
        let held = self.held.take().unwrap_or_default();
        self.urgent += 1;
        held.into_iter().flat_map(|m| self.apply(m, now)).collect()
    }

    /// The terminal has a new size.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
        self.urgent += 1;
    }

    /// Takes a pasted text: it goes into a field or nowhere, and never decides.
    pub fn paste(&mut self, text: &str) {
        self.urgent += 1;
        match (&mut self.overlay, &mut self.editing) {
            (Some(Overlay::Picker(p)), _) => p.paste(text),
            (Some(Overlay::Form(f)), _) => f.paste(text),
            (None, Some(input)) => {
                insert(input, text);
                let filter = input.value().to_owned();
                self.set_filter(&filter);
            }
            _ => self.notice = "pasted text is not taken for keys".to_owned(),
        }
    }
}
