//! What a person decided by one key: about one item of a queue, or about several in one go.

use super::msg::Effect;
use super::queues::Queue;
use crate::engine::command::Command;

/// What is decided about one item.
#[derive(Debug, Clone)]
pub struct Ruling<Q: Queue> {
    /// The item.
    pub key: Q::Key,
    /// What is decided.
    pub verdict: Q::Verdict,
    /// For people.
    pub words: String,
}

/// What was decided by one key: about one item, or about several in one go.
#[derive(Debug)]
pub struct Taken<Q: Queue> {
    /// Each with its number in the log once the store has answered.
    pub rulings: Vec<(Ruling<Q>, Option<i64>)>,
    /// True if all of it is to be taken back once every number is known.
    pub to_undo: bool,
}

impl<Q: Queue> Taken<Q> {
    /// True once the store has answered about all of it.
    pub fn is_written(&self) -> bool {
        self.rulings.iter().all(|(_, number)| number.is_some())
    }

    /// For people.
    pub fn words(&self) -> String {
        let first = self.rulings.first().map_or("", |(r, _)| r.words.as_str());
        in_one_go(first, self.rulings.len())
    }

    /// Takes all of it back, once it is written.
    pub fn undone(&self) -> Vec<Effect> {
        let ids: Vec<i64> = self.rulings.iter().filter_map(|(_, n)| *n).collect();
        let commands = match ids[..] {
            [] => Vec::new(),
            [id] => vec![Command::Undo { decision: Some(id) }],
            _ => Q::undo_all(ids),
        };
        commands.into_iter().map(Effect::Engine).collect()
    }
}

/// `Contoso → Contoso Ltd`, or `12 in one go, the first: Contoso → Contoso Ltd`.
pub fn in_one_go(first: &str, count: usize) -> String {
    match count {
        0 | 1 => first.to_owned(),
        n => format!("{n} in one go, the first: {first}"),
    }
}
