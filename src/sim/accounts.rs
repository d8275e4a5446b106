//! The truth behind the ids that a simulated distributor sends, for stories and tests that play a person who knows.

use crate::domain::vendor::Vendor;

use super::world::World;
use super::{ingram, pax8, sherweb};

/// The PSA's company that a distributor's customer really is; none if the PSA does not hold it, or nobody has that id.
pub fn company(world: &World, vendor: Vendor, vendor_customer_id: &str) -> Option<u32> {
    let customer = match vendor {
        Vendor::Synnex => vendor_customer_id.parse().ok()?,
        Vendor::Pax8 => pax8::customer(world, vendor_customer_id)?.id,
        Vendor::Sherweb => sherweb::customer(world, vendor_customer_id)?.id,
        Vendor::IngramMicro => ingram::customer(world, vendor_customer_id)?.id,
    };
    world.company_at(vendor, customer)
}

#[cfg(test)]
mod tests {
    use super::super::world::usual_shares;
    use super::*;

    #[test]
    fn nobody_is_behind_an_id_that_was_never_sent() {
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        let world = World::with_shares(1, 40, now, &usual_shares(40));
        let first = &world.truth[0];
        let known = company(&world, Vendor::Synnex, &first.customer.to_string());
        assert_eq!(known, first.company);
        for vendor in Vendor::ALL {
            assert_eq!(company(&world, vendor, "never sent"), None);
        }
    }
}
