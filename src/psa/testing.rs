//! What the tests of every system need.

use std::sync::{Mutex, PoisonError};

use super::{Companies, PageRead, Scope, Told};

/// Keeps every page that is told.
#[derive(Default)]
pub(super) struct Pages(Mutex<Vec<PageRead>>);

impl Pages {
    /// What was told so far.
    pub fn told(&self) -> Vec<PageRead> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Told for Pages {
    fn page(&self, page: PageRead) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(page);
    }
}

/// A reading of these companies on Tuesday 2026-11-24, without a currency of its own.
pub(super) fn scope(companies: Companies) -> Scope {
    Scope {
        today: jiff::civil::date(2026, 11, 24),
        companies,
        currency: None,
    }
}
