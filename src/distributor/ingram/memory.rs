//! What a run knows of subscriptions without asking again: what was stored before it, and what it has read itself.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::list_row::Listed;
use crate::distributor::Known;
use crate::domain::ids::{SubscriptionId, VendorCustomerId};

/// Shared by everything that reads in a run.
#[derive(Default)]
pub(super) struct Memory(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    kept: HashMap<String, Kept>,
    /// Subscriptions that were counted in this reading of the list.
    counted: HashSet<String>,
    /// Customers whose tenant was told.
    told: HashSet<VendorCustomerId>,
    /// The customers, as far as they were listed.
    customers: BTreeSet<VendorCustomerId>,
    all_customers: bool,
    recalled: bool,
}

/// The rows of one subscription.
#[derive(Default)]
struct Kept {
    /// Of the listed row they were read with.
    mark: String,
    /// As they are stored.
    rows: Vec<SubscriptionId>,
    /// True if they were read in this run.
    is_fresh: bool,
}

impl Memory {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what is stored.
    pub fn recall(&self, known: Known) {
        let mut inner = self.inner();
        inner.recalled = true;
        for (id, mark) in known {
            let base = id.as_str().split('/').next().unwrap_or_default();
            let kept = inner.kept.entry(base.to_owned()).or_default();
            kept.mark = mark;
            kept.rows.push(id);
        }
    }

    /// True if rows may be known unchanged.
    pub fn has_recalled(&self) -> bool {
        self.inner().recalled
    }

    /// The list is read from its first row.
    pub fn begin(&self) {
        self.inner().counted.clear();
    }

    /// The rows of a listed subscription that need not be read: it has not changed, or was read a moment ago.
    pub fn unchanged(&self, listed: &Listed) -> Option<Vec<SubscriptionId>> {
        let inner = self.inner();
        let kept = inner.kept.get(&listed.id)?;
        let same = kept.is_fresh || (!listed.mark.is_empty() && kept.mark == listed.mark);
        same.then(|| kept.rows.clone())
    }

    /// Remembers what was read.
    pub fn keep(&self, listed: &Listed, rows: Vec<SubscriptionId>) {
        let kept = Kept {
            mark: listed.mark.clone(),
            rows,
            is_fresh: true,
        };
        self.inner().kept.insert(listed.id.clone(), kept);
    }

    /// How many rows a subscription has beyond the one that is listed; 0 for one that came before in this reading.
    pub fn beyond(&self, listed: &Listed, rows: usize) -> i64 {
        let is_new = self.inner().counted.insert(listed.id.clone());
        match is_new {
            true => i64::try_from(rows).unwrap_or(0) - 1,
            false => 0,
        }
    }

    /// True the first time that a customer's tenant is told.
    pub fn is_news(&self, customer: &VendorCustomerId) -> bool {
        self.inner().told.insert(customer.clone())
    }

    /// Adds customers of a page; the last one makes them complete.
    pub fn add_customers(&self, ids: impl Iterator<Item = VendorCustomerId>, is_last: bool) {
        let mut inner = self.inner();
        inner.customers.extend(ids);
        inner.all_customers |= is_last;
    }

    /// All customers, where they were listed.
    pub fn customers(&self) -> Option<BTreeSet<VendorCustomerId>> {
        let inner = self.inner();
        inner.all_customers.then(|| inner.customers.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(id: &str, mark: &str) -> Listed {
        Listed {
            id: id.to_owned(),
            customer: "c".into(),
            mark: mark.to_owned(),
        }
    }

    #[test]
    fn rows_of_the_same_mark_need_no_reading() {
        let memory = Memory::default();
        memory.recall(
            [
                ("1/a".into(), "m".to_owned()),
                ("1/b".into(), "m".to_owned()),
            ]
            .into(),
        );
        let both: Vec<SubscriptionId> = vec!["1/a".into(), "1/b".into()];
        assert_eq!(memory.unchanged(&listed("1", "m")), Some(both));
        assert_eq!(memory.unchanged(&listed("1", "n")), None);
        assert_eq!(memory.unchanged(&listed("1", "")), None);
        assert_eq!(memory.unchanged(&listed("2", "m")), None);
        memory.keep(&listed("2", ""), vec!["2".into()]);
        assert!(
            memory.unchanged(&listed("2", "")).is_some(),
            "read a moment ago"
        );
    }

    #[test]
    fn a_subscription_counts_once_in_a_reading() {
        let memory = Memory::default();
        let beyond = |rows| memory.beyond(&listed("1", ""), rows);
        assert_eq!((beyond(3), beyond(3)), (2, 0));
        memory.begin();
        assert_eq!(beyond(1), 0);
    }
}
