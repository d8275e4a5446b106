//! What is judged: a picture of the store at one instant, taken by the engine.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::domain::agreement::{AgreementLine, ProductLink};
use crate::domain::finding::{Finding, FindingKind, Unjudged};
use crate::domain::ids::{AccountKey, ConnectionName, CustomerId, Sku};
use crate::domain::party::{LinkState, PsaSystem};
use crate::domain::subscription::{Subscription, UsageRow};
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

use super::licensing::LicensingRow;

/// Everything that findings are made of. The order of its rows never matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The instant of the evaluation.
    pub as_of: Ts,
    /// The hub's customers by name.
    pub customers: BTreeMap<CustomerId, String>,
    /// The distributors' customers.
    pub accounts: Vec<Account>,
    /// What they bought.
    pub subscriptions: Vec<Bought>,
    /// How well the PSA's agreements were read. A stale listing leaves every row unjudged: what is not seen in it may
    /// well be contracted.
    pub agreements: Listing,
    /// What the customers are billed.
    pub lines: Vec<Contracted>,
    /// Which PSA products the SKUs are sold as. Decided links only.
    pub products: Vec<ProductLink>,
    /// Of rows that are left out.
    pub elsewhere: Elsewhere,
}

/// What has to be known of the rows of others where only one customer is looked at; nothing where all rows are there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elsewhere {
    /// When each connection first listed anything.
    pub first_seen: BTreeMap<ConnectionName, Ts>,
    /// The first of the names, in the order of their bytes, under which each linked SKU is listed; nothing where
    /// [`super::names_decide`] says that they play no part.
    pub names: BTreeMap<(Vendor, Sku), String>,
}

/// How far a listing can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Read to its end, and recent enough.
    Complete {
        /// When.
        read_at: Ts,
    },
    /// Not read to its end, or older than its schedule allows.
    Stale {
        /// When it was last read to its end; none if never.
        read_at: Option<Ts>,
    },
}

impl Listing {
    /// True if nothing may be concluded from it.
    pub fn is_stale(self) -> bool {
        matches!(self, Listing::Stale { .. })
    }

    /// When it was last read to its end.
    pub fn read_at(self) -> Option<Ts> {
        match self {
            Listing::Complete { read_at } => Some(read_at),
            Listing::Stale { read_at } => read_at,
        }
    }
}

/// A customer at a distributor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its key.
    pub key: AccountKey,
    /// The distributor.
    pub vendor: Vendor,
    /// What the distributor calls it.
    pub name: String,
    /// The hub customer; none while undecided.
    pub customer: Option<CustomerId>,
    /// How it stands to the hub.
    pub state: LinkState,
    /// The subscriptions' listing that it is part of.
    pub listing: Listing,
}

/// A subscription of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    /// Its account's place in [`Input::accounts`]; a row that points nowhere is left out.
    pub account: usize,
    /// The row as listed.
    pub subscription: Subscription,
    /// The customer to whom a person gave this one subscription of an account shared by sister companies.
    pub customer: Option<CustomerId>,
    /// True if a complete listing no longer holds it.
    pub gone: bool,
    /// When it was first listed.
    pub first_seen_at: Ts,
    /// Its weeks, ascending. Only the newest six matter; older ones may be left out.
    pub usage: Vec<UsageRow>,
}

/// A line of an agreement with its hub customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contracted {
    /// Whose.
    pub customer: CustomerId,
    /// The PSA that holds it.
    pub system: PsaSystem,
    /// The line.
    pub line: AgreementLine,
}

impl Contracted {
    /// The product's code, or its name.
    pub fn product(&self) -> &str {
        self.line.product()
    }
}

/// What an evaluation gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// By kind, then the largest amount first.
    pub findings: Vec<Finding>,
    /// Fingerprints of findings about rows that could not be judged: whether their condition holds, nobody can say.
    pub unsure: BTreeSet<String>,
    /// How many rows (customer and SKU) gave nothing, by reason.
    pub unjudged: Unjudged,
    /// One row for each customer and SKU.
    pub licensing: Vec<LicensingRow>,
}

impl Outcome {
    /// The licensing rows of the leakage preset: with seats above the contract, or below their margin.
    pub fn leakage(self) -> Vec<LicensingRow> {
        let below: HashSet<_> = self
            .findings
            .iter()
            .filter(|f| f.kind == FindingKind::BelowMargin)
            .filter_map(|f| Some((f.customer_id?, f.vendor?, f.sku.clone()?)))
            .collect();
        let leaks = |row: &LicensingRow| {
            row.leaks_seats() || below.contains(&(row.customer_id, row.vendor, row.sku.clone()))
        };
        self.licensing.into_iter().filter(leaks).collect()
    }
}
