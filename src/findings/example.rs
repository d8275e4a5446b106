//! A worked example: an MSP with twelve customers, four distributors and eight weeks, every finding and every amount of
//! every week computed by hand.
//!
//! `customers` tells the story: what each customer bought and was billed, week by week. This file shows the MSP as it stood
//! in one of the weeks. `by_hand` holds what must be found in each of them, with the arithmetic beside it.

mod by_hand;
mod customers;

use crate::domain::vendor::Vendor;

use super::input::Listing;
use super::sample::{Shop, week};

/// The eight weeks; 0 is the one of Tuesday 2026-11-24, −7 that of 2026-10-06.
pub(crate) const WEEKS: std::ops::RangeInclusive<i64> = -7..=0;

/// In this week Ingram Micro's listing broke off: nothing was captured there.
const MISSED: i64 = -2;

/// The MSP as it stands today.
pub(crate) fn msp() -> Shop {
    msp_in(0)
}

/// The MSP as it stood on the Tuesday of a week: of a subscription's weeks only those up to it are known, and the newest
/// of them is how it was listed.
pub(crate) fn msp_in(n: i64) -> Shop {
    let mut shop = customers::story(n);
    let input = &mut shop.input;
    let then = n * 7 * 86_400;
    input.as_of = input.as_of.plus_seconds(then);
    input.agreements = moved(input.agreements, then);
    for account in &mut input.accounts {
        account.listing = match account.vendor {
            Vendor::IngramMicro if n == MISSED => Listing::Stale {
                read_at: moved(account.listing, then - 7 * 86_400).read_at(),
            },
            _ => moved(account.listing, then),
        };
    }
    for bought in &mut input.subscriptions {
        bought.usage.retain(|row| row.week <= week(n));
        if let Some(row) = bought.usage.last() {
            bought.subscription.status = row.status;
            bought.subscription.seats = row.seats;
            bought.subscription.unit_cost = row.unit_cost;
        }
    }
    input.subscriptions.retain(|b| !b.usage.is_empty());
    shop
}

/// The same listing, read so many seconds later.
fn moved(listing: Listing, seconds: i64) -> Listing {
    match listing.read_at() {
        Some(at) => Listing::Complete {
            read_at: at.plus_seconds(seconds),
        },
        None => listing,
    }
}
