//! A desk: a queue as it is worked on. A decision shows at once and is reconciled when the store answers. There are two
//! queues, of accounts and of SKUs; what both do is here.
//!
//! Decided rows stay in their place for the rest of the session: the list stands still, what was done is in sight, and
//! undo puts the row back where it was.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use super::msg::Effect;
use super::queues::{Accounts, Queue};
use super::taken::{Ruling, Taken, in_one_go};
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
    /// Asked for each row whenever the screen is drawn, hence the quick hasher.
    done: foldhash::HashMap<Q::Key, String>,
    later: HashSet<Q::Key>,
    claims: HashMap<Q::Key, String>,
    undo: Vec<Taken<Q>>,
    redo: Vec<Vec<Ruling<Q>>>,
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
            done: foldhash::HashMap::default(),
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
        let awaited = self.undo.iter().rev();
        let awaited = awaited.filter(|t| !t.is_written() && !t.to_undo);
        let awaited = awaited.map(|t| format!("{} …", t.words()));
        let mut batches: Vec<(i64, &str, usize)> = Vec::new();
        for d in self.log.iter().rev() {
            let of = d.batch.unwrap_or(d.id);
            let full = batches.len() == n;
            match batches.last_mut() {
                Some((batch, words, count)) if *batch == of => {
                    (*words, *count) = (&d.words, *count + 1);
                }
                _ if full => break,
                _ => batches.push((of, &d.words, 1)),
            }
        }
        let written = batches.into_iter();
        let written = written.map(|(_, words, count)| in_one_go(words, count));
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

    /// Decides, about several items in one go; those that no longer wait are left out. The rows count as decided from now
    /// on. Gives how many it decided.
    pub fn decide(&mut self, rulings: Vec<Ruling<Q>>, at: Duration) -> (usize, Vec<Effect>) {
        let waits = |r: &Ruling<Q>| self.place(&r.key).is_some() && !self.done.contains_key(&r.key);
        let rulings: Vec<Ruling<Q>> = rulings.into_iter().filter(waits).collect();
        if rulings.is_empty() {
            return (0, Vec::new());
        }
        self.redo.clear();
        self.at.push_back(at);
        if self.at.len() > PACED {
            self.at.pop_front();
        }
        (rulings.len(), self.take(rulings))
    }

    fn take(&mut self, rulings: Vec<Ruling<Q>>) -> Vec<Effect> {
        for r in &rulings {
            self.done.insert(r.key.clone(), r.words.clone());
            self.later.remove(&r.key);
        }
        self.decided += rulings.len() as u64;
        self.undo.push(Taken {
            rulings: rulings.iter().map(|r| (r.clone(), None)).collect(),
            to_undo: false,
        });
        let mut verdicts: Vec<_> = rulings.into_iter().map(|r| (r.key, r.verdict)).collect();
        let commands = match verdicts.pop() {
            Some((key, verdict)) if verdicts.is_empty() => vec![Q::command(key, verdict)],
            last => {
                verdicts.extend(last);
                Q::decide_all(verdicts)
            }
        };
        commands.into_iter().map(Effect::Engine).collect()
    }

    /// Puts a row off: it comes back when the others are done.
    pub fn put_off(&mut self, item: usize) {
        if let Some(item) = self.items.get(item) {
            self.later.insert(Q::key(item).clone());
        }
    }

    /// What `undo` would take back, in words.
    pub fn undo_words(&self) -> Option<String> {
        let newest = self.undo.iter().rev().find(|t| !t.to_undo);
        newest.map(Taken::words).or_else(|| {
            let standing = self.standing()?;
            let batch = |d: &&Decision| d.batch.is_some() && d.batch == standing.batch;
            let others = self.log.iter().filter(batch).count();
            Some(in_one_go(&standing.words, others + 1))
        })
    }

    /// The newest written decision that still stands.
    fn standing(&self) -> Option<&Decision> {
        let undone: HashSet<i64> = self.log.iter().filter_map(|d| d.undoes).collect();
        self.log
            .iter()
            .rev()
            .find(|d| d.actor == self.actor && d.undoes.is_none() && !undone.contains(&d.id))
    }

    /// Takes back what was decided last, all of it where it was several items in one go: of this session, else of the log.
    /// Gives the item and what to ask for.
    pub fn undo(&mut self) -> Option<(Option<Q::Key>, Vec<Effect>)> {
        let Some(at) = self.undo.iter().rposition(|t| !t.to_undo) else {
            let standing = self.standing()?;
            let command = match standing.batch {
                Some(first) => Command::UndoAll { first },
                None => Command::Undo {
                    decision: Some(standing.id),
                },
            };
            return Some((None, vec![Effect::Engine(command)]));
        };
        let taken = self.undo.get_mut(at)?;
        let rulings: Vec<Ruling<Q>> = taken.rulings.iter().map(|(r, _)| r.clone()).collect();
        let key = rulings.first().map(|r| r.key.clone());
        for r in &rulings {
            self.done.remove(&r.key);
        }
        self.decided = self.decided.saturating_sub(rulings.len() as u64);
        self.redo.push(rulings);
        self.at.pop_back();
        taken.to_undo = true;
        Some((key, self.undo_what_is_written()))
    }

    /// Asks for what is to be taken back and has its numbers now.
    fn undo_what_is_written(&mut self) -> Vec<Effect> {
        let ready = |t: &mut Taken<Q>| t.to_undo && t.is_written();
        let ready: Vec<Taken<Q>> = self.undo.extract_if(.., ready).collect();
        ready.iter().flat_map(Taken::undone).collect()
    }

    /// Decides again what was last taken back.
    pub fn redo(&mut self) -> Option<(Q::Key, Vec<Effect>)> {
        let rulings = self.redo.pop()?;
        let key = rulings.first()?.key.clone();
        Some((key, self.take(rulings)))
    }

    /// True if there is something to decide again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// True while an answer of the store is awaited.
    pub fn is_waiting_for_store(&self) -> bool {
        self.undo.iter().any(|t| !t.is_written())
    }

    /// The store wrote a decision; gives the undo that waited for its number.
    pub fn written(&mut self, decision: Decision) -> Vec<Effect> {
        if !Q::is_about(&decision) {
            return Vec::new();
        }
        let (id, is_undo) = (decision.id, decision.undoes.is_some());
        let subject = decision.subject.clone();
        if !self.log.iter().any(|d| d.id == id) {
            self.log.push_back(decision);
        }
        if is_undo {
            return Vec::new();
        }
        let all = self.undo.iter_mut().flat_map(|t| &mut t.rulings);
        let awaited = |(r, number): &&mut (Ruling<Q>, Option<i64>)| {
            let key: Subject = r.key.clone().into();
            number.is_none() && key.to_string() == subject
        };
        if let Some((_, number)) = all.into_iter().find(awaited) {
            *number = Some(id);
        }
        self.undo_what_is_written()
    }

    /// The newest decisions of the log, oldest first.
    pub fn set_log(&mut self, decisions: Vec<Decision>) {
        self.log = decisions.into_iter().filter(Q::is_about).collect();
    }

    /// Somebody else decided: the row is done, and it is not ours to take back.
    pub fn overtaken(&mut self, key: &Q::Key, words: String) -> Vec<Effect> {
        self.forget(key);
        self.done.insert(key.clone(), words);
        self.undo_what_is_written()
    }

    /// The store refused: the row waits again.
    pub fn refused(&mut self, key: &Q::Key) -> Vec<Effect> {
        if self.forget(key) {
            self.decided = self.decided.saturating_sub(1);
        }
        self.done.remove(key);
        self.undo_what_is_written()
    }

    /// What was not written is no longer ours to take back; true if there was such.
    fn forget(&mut self, key: &Q::Key) -> bool {
        let mut found = false;
        for taken in &mut self.undo {
            let before = taken.rulings.len();
            taken
                .rulings
                .retain(|(r, number)| r.key != *key || number.is_some());
            found |= taken.rulings.len() < before && !taken.to_undo;
        }
        self.undo.retain(|t| !t.rulings.is_empty());
        found
    }
}
