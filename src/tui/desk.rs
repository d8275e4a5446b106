//! A desk: a queue as it is worked on. A decision shows at once and is reconciled when the store answers. There are two
//! queues, of accounts and of SKUs; what both do is here.
//!
//! Decided rows stay in their place for the rest of the session: the list stands still, what was done is in sight, and
//! undo puts the row back where it was.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use super::msg::Effect;
use super::queues::{Accounts, Queue};
use crate::domain::ids::Subject;
use crate::domain::party::Decision;
use crate::engine::command::Command;
use crate::store::claims::Claim;

/// Decided rows that stay in the list.
const KEPT: usize = 200;
/// The pace is the mean of this many decisions …
const PACED: usize = 20;
/// … without pauses longer than this.
const PAUSE: Duration = Duration::from_secs(60);

/// The queue and the decisions of this session.
#[derive(Debug)]
pub struct Desk<Q: Queue = Accounts> {
    /// Who sits here: only this person's decisions are taken back.
    pub actor: String,
    items: Vec<Q::Item>,
    loaded: bool,
    unloaded: u64,
    done: HashMap<Q::Key, String>,
    later: HashSet<Q::Key>,
    claims: HashMap<Q::Key, String>,
    undo: Vec<Taken<Q>>,
    redo: Vec<(Q::Key, Q::Verdict, String)>,
    log: VecDeque<Decision>,
    at: VecDeque<Duration>,
    decided: u64,
}

impl<Q: Queue> Default for Desk<Q> {
    fn default() -> Self {
        Self {
            actor: String::new(),
            items: Vec::new(),
            loaded: false,
            unloaded: 0,
            done: HashMap::new(),
            later: HashSet::new(),
            claims: HashMap::new(),
            undo: Vec::new(),
            redo: Vec::new(),
            log: VecDeque::new(),
            at: VecDeque::new(),
            decided: 0,
        }
    }
}

/// A decision made here.
#[derive(Debug)]
struct Taken<Q: Queue> {
    key: Q::Key,
    verdict: Q::Verdict,
    words: String,
    number: Number,
}

/// The decision's number in the log.
#[derive(Debug, PartialEq, Eq)]
enum Number {
    /// The store has not answered yet.
    Awaited,
    /// It has not, and the decision is to be taken back once it has.
    AwaitedToUndo,
    /// Written.
    Known(i64),
}

impl Desk<Accounts> {
    /// What others look at now.
    pub fn set_claims(&mut self, claims: Vec<Claim>) {
        self.claims = claims.into_iter().map(|c| (c.key, c.actor)).collect();
    }
}

impl<Q: Queue> Desk<Q> {
    /// The rows, waiting and decided.
    pub fn items(&self) -> &[Q::Item] {
        &self.items
    }

    /// The place of a row.
    pub fn place(&self, key: &Q::Key) -> Option<usize> {
        self.items.iter().position(|i| Q::key(i) == key)
    }

    /// True once the queue was read.
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// What was decided about a row in this session.
    pub fn decided(&self, key: &Q::Key) -> Option<&str> {
        self.done.get(key).map(String::as_str)
    }

    /// True for a row that was put off.
    pub fn is_later(&self, key: &Q::Key) -> bool {
        self.later.contains(key)
    }

    /// Who else looks at a row now.
    pub fn claimed(&self, key: &Q::Key) -> Option<&str> {
        self.claims.get(key).map(String::as_str)
    }

    /// Everybody who is named here.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        let deciders = self.log.iter().map(|d| d.actor.as_str());
        self.claims.values().map(String::as_str).chain(deciders)
    }

    /// How many wait, loaded or not.
    pub fn waiting(&self) -> u64 {
        let here = self
            .items
            .iter()
            .filter(|i| !self.done.contains_key(Q::key(i)));
        here.count() as u64 + self.unloaded
    }

    /// True if more should be loaded: the loaded rows run out, the queue does not.
    pub fn wants_more(&self) -> bool {
        self.unloaded > 0 && self.waiting() - self.unloaded < 20
    }

    /// `37 of 212, about 6 min left`.
    pub fn progress(&self) -> String {
        let waiting = self.waiting();
        if self.decided == 0 {
            return format!("{waiting} waiting");
        }
        let mut words = format!("{} of {}", self.decided, self.decided + waiting);
        if let Some(seconds) = self.seconds_left().filter(|_| waiting > 0) {
            words += &format!(
                ", about {} left",
                crate::domain::time::duration_words(seconds)
            );
        }
        words
    }

    fn seconds_left(&self) -> Option<i64> {
        let gaps: Vec<Duration> = self
            .at
            .iter()
            .zip(self.at.iter().skip(1))
            .map(|(a, b)| b.saturating_sub(*a))
            .filter(|gap| *gap <= PAUSE)
            .collect();
        let mean = gaps.iter().sum::<Duration>().as_millis() / gaps.len().max(3) as u128;
        (gaps.len() >= 3).then(|| {
            let ms = mean * u128::from(self.waiting());
            i64::try_from(ms / 1000).unwrap_or(i64::MAX).max(1)
        })
    }

    /// The newest decisions, newest first, in words.
    pub fn recent(&self, n: usize) -> Vec<String> {
        let awaited = self
            .undo
            .iter()
            .rev()
            .filter(|t| t.number == Number::Awaited);
        let awaited = awaited.map(|t| format!("{} …", t.words));
        let written = self.log.iter().rev().map(|d| d.words.clone());
        awaited.chain(written).take(n).collect()
    }

    /// Takes the queue as the store has it. Once the person has begun, rows that stay keep their places and new ones come
    /// after them.
    pub fn set_queue(&mut self, items: Vec<Q::Item>, total: u64) {
        self.unloaded = total.saturating_sub(items.len() as u64);
        self.loaded = true;
        if self.done.is_empty() && self.later.is_empty() {
            self.items = items;
            return;
        }
        let mut fresh: HashMap<Q::Key, Q::Item> = HashMap::with_capacity(items.len());
        let mut order = Vec::with_capacity(items.len());
        for item in items {
            order.push(Q::key(&item).clone());
            fresh.insert(Q::key(&item).clone(), item);
        }
        let mut kept_done = self.done.len().saturating_sub(KEPT);
        let mut merged = Vec::with_capacity(order.len());
        for old in std::mem::take(&mut self.items) {
            let done = self.done.contains_key(Q::key(&old));
            match fresh.remove(Q::key(&old)) {
                Some(new) => merged.push(new),
                None if done && kept_done == 0 => merged.push(old),
                None => kept_done = kept_done.saturating_sub(usize::from(done)),
            }
        }
        merged.extend(order.into_iter().filter_map(|key| fresh.remove(&key)));
        self.items = merged;
    }

    /// Decides; the row counts as decided from now on.
    pub fn decide(
        &mut self,
        item: usize,
        verdict: Q::Verdict,
        words: String,
        at: Duration,
    ) -> Option<Effect> {
        let key = Q::key(self.items.get(item)?).clone();
        self.redo.clear();
        self.at.push_back(at);
        if self.at.len() > PACED {
            self.at.pop_front();
        }
        Some(self.take(key, verdict, words))
    }

    fn take(&mut self, key: Q::Key, verdict: Q::Verdict, words: String) -> Effect {
        self.done.insert(key.clone(), words.clone());
        self.later.remove(&key);
        self.decided += 1;
        self.undo.push(Taken {
            key: key.clone(),
            verdict: verdict.clone(),
            words,
            number: Number::Awaited,
        });
        Effect::Engine(Q::command(key, verdict))
    }

    /// Puts a row off: it comes back when the others are done.
    pub fn put_off(&mut self, item: usize) {
        if let Some(item) = self.items.get(item) {
            self.later.insert(Q::key(item).clone());
        }
    }

    /// What `undo` would take back, in words.
    pub fn undo_words(&self) -> Option<String> {
        self.undo
            .iter()
            .rev()
            .find(|t| t.number != Number::AwaitedToUndo)
            .map(|t| t.words.clone())
            .or_else(|| self.standing().map(|d| d.words.clone()))
    }

    /// The newest written decision that still stands.
    fn standing(&self) -> Option<&Decision> {
        let undone: HashSet<i64> = self.log.iter().filter_map(|d| d.undoes).collect();
        self.log
            .iter()
            .rev()
            .find(|d| d.actor == self.actor && d.undoes.is_none() && !undone.contains(&d.id))
    }

    /// Takes back the newest decision: of this session, else of the log. Gives the item and what to ask for.
    pub fn undo(&mut self) -> Option<(Option<Q::Key>, Option<Effect>)> {
        let newest = self
            .undo
            .iter()
            .rposition(|t| t.number != Number::AwaitedToUndo);
        let Some(at) = newest else {
            let id = self.standing()?.id;
            return Some((None, Some(undo_command(id))));
        };
        let taken = self.undo.get_mut(at)?;
        let key = taken.key.clone();
        self.redo
            .push((key.clone(), taken.verdict.clone(), taken.words.clone()));
        self.done.remove(&key);
        self.decided = self.decided.saturating_sub(1);
        self.at.pop_back();
        let effect = if let Number::Known(id) = taken.number {
            self.undo.remove(at);
            Some(undo_command(id))
        } else {
            taken.number = Number::AwaitedToUndo;
            None
        };
        Some((Some(key), effect))
    }

    /// Decides again what was last taken back.
    pub fn redo(&mut self) -> Option<(Q::Key, Effect)> {
        let (key, verdict, words) = self.redo.pop()?;
        Some((key.clone(), self.take(key, verdict, words)))
    }

    /// True if there is something to decide again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// True while an answer of the store is awaited.
    pub fn is_waiting_for_store(&self) -> bool {
        self.undo
            .iter()
            .any(|t| !matches!(t.number, Number::Known(_)))
    }

    /// The store wrote a decision; gives the undo that waited for its number.
    pub fn written(&mut self, decision: Decision) -> Option<Effect> {
        if !Q::is_about(&decision) {
            return None;
        }
        let mine = self.undo.iter().position(|t| {
            let subject: Subject = t.key.clone().into();
            !matches!(t.number, Number::Known(_)) && subject.to_string() == decision.subject
        });
        let id = decision.id;
        let is_undo = decision.undoes.is_some();
        if !self.log.iter().any(|d| d.id == id) {
            self.log.push_back(decision);
        }
        let at = mine.filter(|_| !is_undo)?;
        let taken = self.undo.get_mut(at)?;
        if taken.number == Number::AwaitedToUndo {
            self.undo.remove(at);
            return Some(undo_command(id));
        }
        taken.number = Number::Known(id);
        None
    }

    /// The newest decisions of the log, oldest first.
    pub fn set_log(&mut self, decisions: Vec<Decision>) {
        self.log = decisions.into_iter().filter(Q::is_about).collect();
    }

    /// Somebody else decided: the row is done, and it is not ours to take back.
    pub fn overtaken(&mut self, key: &Q::Key, words: String) {
        self.forget(key);
        self.done.insert(key.clone(), words);
    }

    /// The store refused: the row waits again.
    pub fn refused(&mut self, key: &Q::Key) {
        if self.forget(key) {
            self.decided = self.decided.saturating_sub(1);
        }
        self.done.remove(key);
    }

    fn forget(&mut self, key: &Q::Key) -> bool {
        let before = self.undo.len();
        self.undo
            .retain(|t| t.key != *key || matches!(t.number, Number::Known(_)));
        self.undo.len() < before
    }
}

fn undo_command(id: i64) -> Effect {
    Effect::Engine(Command::Undo { decision: Some(id) })
}
