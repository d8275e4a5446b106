//! The two queues that people work on: accounts and SKUs.

use std::fmt::Debug;
use std::hash::Hash;

use super::data::Data;
use super::desk::Desk;
use crate::domain::ids::{AccountKey, SkuKey, Subject};
use crate::domain::party::{Decision, ReviewItem, Verdict};
use crate::domain::product::{ProductItem, ProductVerdict};
use crate::engine::command::Command;
use crate::engine::decisions::{is_about_account, is_about_product};

/// What waits in a queue, and how it is decided.
pub trait Queue: Debug + Sized + 'static {
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

    /// True for a decision about such an item.
    fn is_about(decision: &Decision) -> bool;

    /// Where such items are worked on.
    fn desk(data: &Data) -> &Desk<Self>;

    /// As [`Queue::desk`], to work there.
    fn desk_mut(data: &mut Data) -> &mut Desk<Self>;
}

/// Accounts at distributors: whose they are.
#[derive(Debug, Default)]
pub struct Accounts;

impl Queue for Accounts {
    type Key = AccountKey;
    type Item = ReviewItem;
    type Verdict = Verdict;

    fn key(item: &ReviewItem) -> &AccountKey {
        &item.key
    }

    fn command(key: AccountKey, verdict: Verdict) -> Command {
        Command::Decide { key, verdict }
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
#[derive(Debug, Default)]
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
