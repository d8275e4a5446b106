//! One subscription of a position, and how it counts.

use crate::domain::finding::UnjudgedReason;
use crate::domain::subscription::{BillingCycle, Subscription, SubscriptionStatus};
use crate::domain::time::Ts;

use super::context::Context;
use super::input::{Account, Bought};
use super::monthly::{self, Amount};
use super::products::Article;

/// How a subscription counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Paid for, with seats.
    Billable,
    /// Paid for, but without seats: bought once, or by consumption.
    NoSeats,
    /// A trial, or not delivered yet.
    Waiting,
    /// Cancelled, expired or no longer listed.
    Ended,
    /// Its status is not documented.
    Unclear,
}

/// One subscription of a position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purchase<'a> {
    pub account: &'a Account,
    pub bought: &'a Bought,
    pub standing: Standing,
    /// Since when it is known to exist; none if it was there before we looked.
    pub since: Option<Ts>,
    /// True while it is too new to be expected in the PSA.
    pub is_new: bool,
}

impl<'a> Purchase<'a> {
    pub fn new(context: &Context<'a>, account: &'a Account, bought: &'a Bought) -> Self {
        let since = context.known_since(bought);
        Self {
            account,
            bought,
            standing: standing(&bought.subscription, bought.gone),
            since,
            is_new: context.is_new(since),
        }
    }

    /// The row as listed.
    pub fn sub(&self) -> &'a Subscription {
        &self.bought.subscription
    }

    /// The SKU with its distributor.
    pub fn article(&self) -> Article<'a> {
        (self.account.vendor, &self.bought.subscription.sku)
    }

    /// Seats that are paid for; none where they are not known or make no sense.
    pub fn seats(&self) -> Option<i64> {
        match self.standing {
            Standing::Billable => self.sub().seats.filter(|n| *n >= 0),
            _ => Some(0),
        }
    }

    /// Cost of a seat and month.
    pub fn cost(&self) -> Result<Amount<'a>, UnjudgedReason> {
        monthly::cost(self.sub())
    }

    /// True if it is paid for and has seats.
    pub fn is_billable(&self) -> bool {
        self.standing == Standing::Billable
    }

    /// Oldest first; what is equal but for ids is told apart by them, so that the order of the input never matters.
    pub fn order(&self) -> impl Ord + 'a {
        let sub = self.sub();
        (
            self.since,
            self.article(),
            sub.unit_cost,
            sub.seats,
            &sub.id,
            &self.account.key,
        )
    }
}

/// How a subscription counts.
fn standing(sub: &Subscription, gone: bool) -> Standing {
    if gone {
        return Standing::Ended;
    }
    let recurs = !matches!(
        sub.billing_cycle,
        BillingCycle::OneTime | BillingCycle::Usage
    );
    match sub.status {
        SubscriptionStatus::Active | SubscriptionStatus::Suspended if recurs => Standing::Billable,
        SubscriptionStatus::Active | SubscriptionStatus::Suspended => Standing::NoSeats,
        SubscriptionStatus::Trial | SubscriptionStatus::Pending => Standing::Waiting,
        SubscriptionStatus::Cancelled | SubscriptionStatus::Expired => Standing::Ended,
        SubscriptionStatus::Unknown => Standing::Unclear,
    }
}
