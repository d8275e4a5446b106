//! What the screen knows: the newest of each message, and sums made of it. No drawing, no keys.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::checklist::Told;
use super::desk::Desk;
use super::msg::{Background, ConnectionLine, LicensingLine, Source};
use super::queues::Skus;
use super::ring::LogRing;
use crate::domain::finding::{FindingRow, FindingState, Note, Unjudged, unjudged_words};
use crate::domain::hub::CustomerLine;
use crate::domain::ids::{ConnectionName, CustomerId};
use crate::domain::log::{Gauge, Progress, RunState};
use crate::domain::money::Totals;
use crate::domain::party::Decision;
use crate::domain::problem::Problem;
use crate::domain::product::PsaProduct;
use crate::domain::shown::width;
use crate::domain::time::Week;
use crate::engine::seats::{SeatWeeks, SeatsOf};

/// Whether the database can be read.
#[derive(Debug, Default)]
pub enum Store {
    /// Being opened.
    #[default]
    Opening,
    /// Open.
    Open,
    /// Cannot be used.
    Broken(Problem),
}

/// A Test of a connection.
#[derive(Debug)]
pub enum TestState {
    /// The answer is awaited.
    Running,
    /// The answer.
    Done(Result<String, Problem>),
}

/// What the screen knows. A list that is none was not loaded yet.
#[derive(Debug, Default)]
pub struct Data {
    /// The database.
    pub store: Store,
    /// Every connection.
    pub connections: Option<Vec<ConnectionLine>>,
    /// The newest progress of each connection's run.
    pub progress: BTreeMap<ConnectionName, Progress>,
    /// Each credential's budget.
    pub gauges: BTreeMap<ConnectionName, Gauge>,
    /// The log.
    pub log: LogRing,
    /// The review queue and what was decided.
    pub desk: Desk,
    /// The SKUs that wait and what was decided.
    pub sku_desk: Desk<Skus>,
    /// The products of the PSA, by code.
    pub products: Vec<PsaProduct>,
    /// Findings in every state.
    pub findings: Option<Vec<FindingRow>>,
    /// What people wrote about them, by fingerprint.
    pub notes: BTreeMap<String, Vec<Note>>,
    /// How many of them are open.
    pub open_findings: usize,
    /// The sum of what counts as opportunity.
    pub opportunity: Totals,
    /// What could not be judged.
    pub unjudged: Unjudged,
    /// The hub by name.
    pub customers: Option<Vec<CustomerLine>>,
    /// Licensing tables that were asked for.
    pub licensing: HashMap<CustomerId, Vec<LicensingLine>>,
    /// What stands behind the review item that was looked at last.
    pub background: Option<Background>,
    /// The customer of whom a subscription is to be given away, once it is known what there is.
    pub giving: Option<CustomerId>,
    /// Seats by week that were asked for, as of the last judgement.
    pub seats: HashMap<SeatsOf, SeatWeeks>,
    /// Tests by connection.
    pub tests: HashMap<ConnectionName, TestState>,
    /// Decisions about subscriptions, oldest first.
    pub given: Vec<Decision>,
    /// What of the checklist no table tells.
    pub told: Told,
    /// The calendar's week, where it was moved.
    pub week: Option<Week>,
}

impl Data {
    /// Takes findings that are new or changed and sums all up.
    pub fn add_findings(&mut self, changed: Vec<FindingRow>, unjudged: Unjudged) {
        let mut rows = self.findings.take().unwrap_or_default();
        add(&mut rows, changed, |r| r.finding.fingerprint.clone());
        let open = || rows.iter().filter(|r| r.state == FindingState::Open);
        self.open_findings = open().count();
        self.opportunity = open()
            .filter(|r| r.finding.kind.is_opportunity())
            .map(|r| (&r.finding.currency, r.finding.monthly_amount))
            .collect();
        self.findings = Some(rows);
        self.unjudged = unjudged;
    }

    /// This person's newest gift of a subscription that still stands.
    pub fn newest_gift(&self) -> Option<&Decision> {
        let undone = |d: &Decision| self.given.iter().any(|u| u.undoes == Some(d.id));
        let mut newest = self.given.iter().rev();
        newest.find(|d| d.undoes.is_none() && d.actor == self.desk.actor && !undone(d))
    }

    /// Takes customers that are new or changed.
    pub fn add_customers(&mut self, changed: Vec<CustomerLine>) {
        let rows = self.customers.get_or_insert_default();
        add(rows, changed, |c| c.customer.id);
        rows.retain(|c| !c.customer.is_withdrawn());
        let order = |c: &CustomerLine| (c.customer.profile.name.clone(), c.customer.id);
        rows.sort_by_cached_key(order);
    }

    /// As many columns as the longest name of a connection takes, from 10 to `most`.
    pub fn name_columns(&self, most: u16) -> u16 {
        let connections = self.connections.iter().flatten().map(|c| &c.name);
        let names = connections.chain(self.gauges.keys());
        let longest = names.map(|n| width(n.as_str())).max().unwrap_or(0);
        u16::try_from(longest).unwrap_or(most).clamp(10, most)
    }

    /// The runs that go on.
    pub fn running(&self) -> impl Iterator<Item = &Progress> {
        self.progress
            .values()
            .filter(|p| p.state == RunState::Running)
    }

    /// [`unjudged_words`]; empty where all could.
    pub fn unjudged_words(&self) -> String {
        unjudged_words(&self.unjudged).unwrap_or_default()
    }

    /// True if no distributor was ever read to its end: an empty list says nothing then.
    pub fn is_unread(&self) -> bool {
        let mut rows = self.connections.iter().flatten();
        let is_read = |line: &ConnectionLine| {
            matches!(line.source, Source::Distributor(_)) && line.last_sync_at.is_some()
        };
        !rows.any(is_read)
    }

    /// True once the store said that there is no distributor: the screen then leads the way.
    pub fn is_first_run(&self) -> bool {
        let is_psa = |line: &ConnectionLine| matches!(line.source, Source::Psa(_));
        let rows = self.connections.as_ref();
        matches!(self.store, Store::Open) && rows.is_some_and(|rows| rows.iter().all(is_psa))
    }
}

/// Puts each changed row in the place of the one with its key, or at the end.
fn add<T, K: Hash + Eq>(rows: &mut Vec<T>, changed: Vec<T>, key: impl Fn(&T) -> K) {
    let mut places: HashMap<K, usize> = HashMap::new();
    if rows.is_empty() {
        rows.reserve_exact(changed.len());
    }
    if !changed.is_empty() {
        places.extend(rows.iter().enumerate().map(|(n, row)| (key(row), n)));
    }
    for row in changed {
        let end = rows.len();
        let place = *places.entry(key(&row)).or_insert(end);
        match rows.get_mut(place) {
            Some(old) => *old = row,
            None => rows.push(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_customer_that_was_declared_and_taken_back_is_listed_no_more() {
        let mut data = Data::default();
        let mut lines = sample::customers(3);
        lines[1].customer.psa = None;
        data.add_customers(lines.clone());
        assert_eq!(data.customers.as_deref().map(<[_]>::len), Some(3));
        lines[1].customer.active = false;
        data.add_customers(vec![lines[1].clone()]);
        assert_eq!(data.customers.as_deref().map(<[_]>::len), Some(2));
        lines[1].customer.active = true;
        data.add_customers(vec![lines[1].clone()]);
        assert_eq!(data.customers.as_deref().map(<[_]>::len), Some(3));
    }
}
