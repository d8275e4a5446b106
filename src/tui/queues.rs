//! The two queues that people work on: accounts and SKUs.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use super::data::Data;
use super::desk::Desk;
use crate::domain::ids::{AccountKey, SkuKey, Subject};
use crate::domain::party::{Decision, ReviewItem, Verdict};
use crate::domain::product::{ProductItem, ProductVerdict};
use crate::engine::command::Command;
use crate::engine::decisions::{is_about_account, is_about_product};

/// What waits in a queue, and how it is decided.
pub trait Queue: Debug + Clone + Sized + 'static {
    /// Tells items apart.
    type Key: Clone + Debug + Eq + Hash + Into<Subject>;
    /// What waits.
    type Item: Clone + Debug;
    /// What a person says of it.
    type Verdict: Clone + Debug;

    /// The item's key.
    fn key(item: &Self::Item) -> &Self::Key;

    /// Has a decision written.
    fn command(key: Self::Key, verdict: Self::Verdict) -> Command;

    /// Has several decisions written in one go.
    fn decide_all(verdicts: Vec<(Self::Key, Self::Verdict)>) -> Vec<Command>;

    /// Has several written decisions taken back that were made in one go.
    fn undo_all(decisions: Vec<i64>) -> Vec<Command>;

    /// The best candidate's score, from 0 to 1; none where there is no candidate.
    fn best(item: &Self::Item) -> Option<f64>;

    /// True for a decision about such an item.
    fn is_about(decision: &Decision) -> bool;

    /// Where such items are worked on.
    fn desk(data: &Data) -> &Desk<Self>;

    /// As [`Queue::desk`], to work there.
    fn desk_mut(data: &mut Data) -> &mut Desk<Self>;
}

/// Accounts at distributors: whose they are.
#[derive(Debug, Clone, Default)]
pub struct Accounts;

impl Queue for Accounts {
    type Key = AccountKey;
    /// Shared with the bridge, which tells the unchanged ones again.
    type Item = Arc<ReviewItem>;
    type Verdict = Verdict;

    fn key(item: &Arc<ReviewItem>) -> &AccountKey {
        &item.key
    }

    fn command(key: AccountKey, verdict: Verdict) -> Command {
        Command::Decide { key, verdict }
    }

    fn decide_all(verdicts: Vec<(AccountKey, Verdict)>) -> Vec<Command> {
        vec![Command::DecideAll { verdicts }]
    }

    fn undo_all(decisions: Vec<i64>) -> Vec<Command> {
        let first = decisions.into_iter().min();
        first
            .map(|first| Command::UndoAll { first })
            .into_iter()
            .collect()
    }

    fn best(item: &Arc<ReviewItem>) -> Option<f64> {
        item.candidates.first().map(|(c, _)| c.score)
    }

    fn is_about(decision: &Decision) -> bool {
        is_about_account(decision)
    }

    fn desk(data: &Data) -> &Desk {
        &data.desk
    }

    fn desk_mut(data: &mut Data) -> &mut Desk {
        &mut data.desk
    }
}

/// SKUs of distributors: what they are sold as.
#[derive(Debug, Clone, Default)]
pub struct Skus;

impl Queue for Skus {
    type Key = SkuKey;
    type Item = ProductItem;
    type Verdict = ProductVerdict;

    fn key(item: &ProductItem) -> &SkuKey {
        &item.line.key
    }

    fn command(key: SkuKey, verdict: ProductVerdict) -> Command {
        Command::DecideProduct { key, verdict }
    }

    fn decide_all(verdicts: Vec<(SkuKey, ProductVerdict)>) -> Vec<Command> {
        let each = verdicts.into_iter();
        each.map(|(key, verdict)| Self::command(key, verdict))
            .collect()
    }

    fn undo_all(decisions: Vec<i64>) -> Vec<Command> {
        let each = decisions.into_iter();
        each.map(|id| Command::Undo { decision: Some(id) })
            .collect()
    }

    fn best(item: &ProductItem) -> Option<f64> {
        item.candidates.first().map(|c| c.score)
    }

    fn is_about(decision: &Decision) -> bool {
        is_about_product(decision)
    }

    fn desk(data: &Data) -> &Desk<Self> {
        &data.sku_desk
    }

    fn desk_mut(data: &mut Data) -> &mut Desk<Self> {
        &mut data.sku_desk
    }
}
