//! Tells pages, with the listings that follow.

use super::listing::Far;
use crate::psa::{PageRead, Told};

/// Tells how far a reading is.
pub(super) struct Teller<'a>(pub &'a dyn Told);

impl Teller<'_> {
    /// A page was read; this many listings follow.
    pub fn far(&self, listing: &'static str, far: Far, listings_left: u64) {
        self.0.page(PageRead {
            listing,
            rows: far.rows,
            requests_left: Some(far.pages_left + listings_left),
        });
    }
}
