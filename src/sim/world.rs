//! The made-up tenant: an MSP's customers at the distributor, its companies and agreements in the PSA, and the truth
//! about which belongs to which. The same seed, size and number of weeks give the same world.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

use super::licence::{Line, Subscription};
use super::party::{Company, Customer};
pub use super::share::Share;
use super::{agreements, baskets, share, tenant, week};

/// The MSP's name, as `partnerName`.
pub const MSP_NAME: &str = "Tallgrass IT Services";
/// The MSP's own mail domain, which says nothing about a customer.
pub const MSP_DOMAIN: &str = "tallgrass-it.com";

/// Seconds in a day.
pub(super) const DAY: i64 = 86_400;

/// How hard a customer is to find in the PSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difficulty {
    /// An honest matcher links it by itself.
    Clear,
    /// A person should look.
    Look,
    /// There is no counterpart.
    NoCounterpart,
}

/// Which company a customer really is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The distributor's customer.
    pub customer: u64,
    /// Its company in the PSA.
    pub company: Option<u32>,
    /// How hard it is to tell.
    pub difficulty: Difficulty,
    /// The kind of difference, in a word: `typo`, `acronym`, …
    pub case: &'static str,
}

/// A leak that was put into the agreements on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeakKind {
    /// More bought than contracted.
    Uncontracted,
    /// Sold below cost.
    BelowCost,
    /// Cancelled at the distributor, still billed.
    CancelledStillBilled,
    /// More contracted than bought.
    OverContracted,
}

/// Where a leak is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The company that is billed.
    pub company: u32,
    /// The product's name.
    pub product: &'static str,
    /// What is wrong.
    pub kind: LeakKind,
    /// Seats concerned.
    pub seats: i64,
}

/// The whole tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// Decides everything.
    pub seed: u64,
    /// The instant that all dates are relative to.
    pub base: Ts,
    /// How many weeks were advanced.
    pub week: u32,
    /// The MSP's account at the distributor.
    pub account_id: u64,
    /// At the distributor.
    pub customers: Vec<Customer>,
    /// At the distributor.
    pub subscriptions: Vec<Subscription>,
    /// What the other distributors hold, each at most once.
    pub shares: Vec<Share>,
    /// In the PSA.
    pub companies: Vec<Company>,
    /// In the PSA.
    pub lines: Vec<Line>,
    /// One for each customer.
    pub truth: Vec<Truth>,
    /// As planted at the beginning; weeks move on from there.
    pub leaks: Vec<Leak>,
}

impl World {
    /// A tenant of that many distributor customers; `base` is "now" in its dates.
    pub fn new(seed: u64, customers: usize, base: Ts) -> Self {
        Self::with_shares(seed, customers, base, &[])
    }

    /// The same, with a number of customers at other distributors; the PSA bills what is bought at all of them.
    pub fn with_shares(seed: u64, customers: usize, base: Ts, shares: &[(Vendor, usize)]) -> Self {
        let people = tenant::build(seed, customers, base);
        let mut world = World {
            seed,
            base,
            week: 0,
            account_id: 10_000 + seed % 80_000,
            customers: people.customers,
            companies: people.companies,
            truth: people.truth,
            subscriptions: Vec::new(),
            shares: Vec::new(),
            lines: Vec::new(),
            leaks: Vec::new(),
        };
        world.subscriptions = baskets::build(seed, &world.customers, base);
        world.shares = (shares.iter())
            .map(|(vendor, count)| share::build(&world, *vendor, *count))
            .collect();
        (world.lines, world.leaks) = agreements::build(&world);
        world
    }

    /// The present of this world: the base, and a week for each advance.
    pub fn now(&self) -> Ts {
        self.base.plus_seconds(i64::from(self.week) * 7 * DAY)
    }

    /// Moves the tenant on by a week: some seats, a purchase, a cancellation, a price rise now and then.
    pub fn advance_week(&mut self) {
        self.week += 1;
        week::advance(self);
    }

    /// The customer of that id; customers are kept in the order of their ids.
    pub fn customer(&self, id: u64) -> Option<&Customer> {
        let at = self.customers.binary_search_by_key(&id, |c| c.id).ok()?;
        self.customers.get(at)
    }

    /// The company of a customer, if it has one.
    pub fn company_of(&self, customer: u64) -> Option<u32> {
        company_in(&self.truth, customer)
    }

    /// The customers at a distributor; none where it has no share.
    pub fn customers_at(&self, vendor: Vendor) -> &[Customer] {
        match vendor {
            Vendor::Synnex => &self.customers,
            other => self.share(other).map_or(&[], |s| &s.customers),
        }
    }

    /// The subscriptions at a distributor; none where it has no share.
    pub fn subscriptions_at(&self, vendor: Vendor) -> &[Subscription] {
        match vendor {
            Vendor::Synnex => &self.subscriptions,
            other => self.share(other).map_or(&[], |s| &s.subscriptions),
        }
    }

    /// The company of a distributor's customer, if it has one.
    pub fn company_at(&self, vendor: Vendor, customer: u64) -> Option<u32> {
        match vendor {
            Vendor::Synnex => self.company_of(customer),
            other => company_in(&self.share(other)?.truth, customer),
        }
    }

    fn share(&self, vendor: Vendor) -> Option<&Share> {
        self.shares.iter().find(|s| s.vendor == vendor)
    }
}

fn company_in(truth: &[Truth], customer: u64) -> Option<u32> {
    let at = truth.binary_search_by_key(&customer, |t| t.customer).ok()?;
    truth.get(at)?.company
}

/// What the other distributors hold of an MSP with so many customers at the first: about as much again.
pub fn usual_shares(customers: usize) -> [(Vendor, usize); 3] {
    [
        (Vendor::Pax8, customers * 35 / 100),
        (Vendor::Sherweb, customers * 20 / 100),
        (Vendor::IngramMicro, customers * 25 / 100),
    ]
}

/// A world that the server and the story around it both hold.
pub type SharedWorld = Arc<Mutex<World>>;

/// Makes a world shareable.
pub fn shared(world: World) -> SharedWorld {
    Arc::new(Mutex::new(world))
}

/// Opens a shared world; one that a panicking thread left behind is still whole enough to serve.
pub fn open(world: &SharedWorld) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use crate::domain::money::Money;

    use super::super::licence::{Cycle, Status};
    use super::*;

    fn world(seed: u64, customers: usize) -> World {
        World::new(
            seed,
            customers,
            Ts::parse_lenient("2026-11-24T08:00:00Z").unwrap(),
        )
    }

    #[test]
    fn one_seed_gives_one_world_and_weeks_keep_it_so() {
        let (mut a, mut b) = (world(7, 60), world(7, 60));
        assert_eq!(a, b);
        assert_ne!(a.customers, world(8, 60).customers);
        for _ in 0..4 {
            a.advance_week();
            b.advance_week();
        }
        assert_eq!(a, b);
        assert_eq!(a.now().seconds_since(a.base), 4 * 7 * DAY);
    }

    #[test]
    fn every_size_has_its_counts_and_sound_references() {
        for size in [0, 1, 3, 200, 1000] {
            let w = world(1, size);
            assert_eq!(w.customers.len(), size);
            assert_eq!(w.subscriptions.len(), size * 15 / 2);
            assert_eq!(w.truth.len(), size);
            assert!(w.companies.len() >= 2 * size, "{size}");
            let ids: HashSet<u64> = w.customers.iter().map(|c| c.id).collect();
            let companies: HashSet<u32> = w.companies.iter().map(|c| c.id).collect();
            let subs: HashSet<u64> = w.subscriptions.iter().map(|s| s.id).collect();
            let lines: HashSet<u32> = w.lines.iter().map(|l| l.id).collect();
            assert_eq!((ids.len(), companies.len()), (size, w.companies.len()));
            assert_eq!(
                (subs.len(), lines.len()),
                (w.subscriptions.len(), w.lines.len())
            );
            assert!(
                w.truth
                    .iter()
                    .filter_map(|t| t.company)
                    .all(|c| companies.contains(&c))
            );
            assert!(
                w.companies
                    .iter()
                    .filter_map(|c| c.parent)
                    .all(|p| companies.contains(&p))
            );
            assert!(w.lines.iter().all(|l| companies.contains(&l.company)));
            let orphans = w
                .subscriptions
                .iter()
                .filter(|s| !ids.contains(&s.customer))
                .count();
            assert_eq!(orphans > 0, size >= 50);
        }
    }

    #[test]
    fn the_mixture_is_as_promised() {
        let w = world(1, 200);
        let share = |d| w.truth.iter().filter(|t| t.difficulty == d).count();
        assert_eq!(
            (
                share(Difficulty::Clear),
                share(Difficulty::Look),
                share(Difficulty::NoCounterpart)
            ),
            (150, 34, 16)
        );
        let leaking = |kind| {
            w.leaks
                .iter()
                .filter(|l| l.kind == kind)
                .map(|l| l.company)
                .collect::<BTreeSet<_>>()
                .len()
        };
        assert!(
            (16..=34).contains(&leaking(LeakKind::Uncontracted)),
            "{}",
            leaking(LeakKind::Uncontracted)
        );
        for kind in [
            LeakKind::BelowCost,
            LeakKind::CancelledStillBilled,
            LeakKind::OverContracted,
        ] {
            assert!(leaking(kind) >= 5, "{kind:?}");
        }
        let has = |f: fn(&Subscription) -> bool| w.subscriptions.iter().any(f);
        assert!(
            has(|s| s.trial) && has(|s| s.seats == 0) && has(|s| s.cost == Money::ZERO && !s.trial)
        );
        assert!(
            has(|s| s.cycle == Cycle::Annual)
                && has(|s| s.cycle == Cycle::OneTime)
                && has(|s| s.status == Status::Suspended)
        );
        assert!(
            w.lines.iter().any(|l| l.vendor_sku.is_empty())
                && w.lines.iter().any(|l| l.cycle == Cycle::Annual)
        );
    }

    #[test]
    fn without_chaos_every_text_is_clean() {
        let w = world(3, 500);
        let names = w
            .customers
            .iter()
            .map(|c| &c.organisation)
            .chain(w.companies.iter().map(|c| &c.name));
        for name in names {
            assert!(
                crate::domain::text::is_clean(name) && name.chars().count() < 120,
                "{name:?}"
            );
        }
    }

    #[test]
    fn a_week_changes_something_but_not_everything() {
        let before = world(2, 200);
        let mut after = before.clone();
        after.advance_week();
        let same = after
            .subscriptions
            .iter()
            .filter(|s| before.subscriptions.contains(s))
            .count();
        let total = before.subscriptions.len();
        assert!(same < total && same > total * 8 / 10, "{same} of {total}");
        assert_eq!(before.customers, after.customers);
        let mut later = after;
        for _ in 0..12 {
            later.advance_week();
        }
        assert!(later.subscriptions.len().abs_diff(total) <= 13);
        let raised = later.subscriptions.iter().filter(|s| {
            before
                .subscriptions
                .iter()
                .any(|b| b.id == s.id && b.cost < s.cost)
        });
        assert!(raised.count() > 0);
    }
}
