//! Watches one run for the acceptance report: requests, answers, headers, pages. Counts, decides nothing; everything is
//! bounded, and the client hands over nothing secret.

mod reasons;
mod rows;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::distributor::{Distributor, Page, Stream};
use crate::domain::acceptance::{
    Difference, ListingRead, QuarantineReason, Remark, Traffic, ValueSeen,
};
use crate::http::observe::Note;
pub use reasons::Reasons;
use rows::RowsSeen;
use wire::WireSeen;

/// Watches; shared by everything that takes part in a run.
#[derive(Default)]
pub struct Witness {
    /// The newest connector: a Test's until the sync makes its own.
    distributor: Mutex<Option<Arc<dyn Distributor>>>,
    wire: Mutex<WireSeen>,
    rows: Mutex<RowsSeen>,
}

impl Witness {
    /// Whom to ask in the end for what differed.
    pub(super) fn introduce(&self, distributor: &Arc<dyn Distributor>) {
        *locked(&self.distributor) = Some(Arc::clone(distributor));
    }

    /// The client did or saw something.
    pub(super) fn note(&self, note: &Note) {
        locked(&self.wire).note(note);
    }

    /// A page was read.
    pub(super) fn page(&self, stream: Stream, page: &Page) {
        locked(&self.rows).page(stream, page);
    }

    /// A listing is begun again, since rows were missing.
    pub(super) fn again(&self, stream: Stream) {
        locked(&self.rows).again(stream);
    }

    /// What went over the wire; `window` is the pacing's.
    pub(super) fn traffic(&self, window: Duration, allowed: u64) -> Traffic {
        locked(&self.wire).traffic(window, allowed)
    }

    /// How each listing was read, in the order of the streams.
    pub(super) fn listings(&self) -> Vec<ListingRead> {
        locked(&self.rows).listings()
    }

    /// What was odd about listings, in words.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        locked(&self.rows).remarks()
    }

    /// Rows that could not be taken, by reason.
    pub(super) fn quarantine(&self) -> Vec<QuarantineReason> {
        locked(&self.rows).quarantine()
    }

    /// What differed from the vendor's documents.
    pub(super) fn differences(&self) -> Vec<Difference> {
        let surprises = self.asked().map(|d| d.surprises()).unwrap_or_default();
        let differences = surprises.into_iter().map(|seen| Difference {
            path: seen.path,
            kind: seen.odd.tag(),
            words: seen.odd.words(),
            count: seen.count,
            example: seen.example,
        });
        differences.collect()
    }

    /// The values that came of fields whose words no document settles.
    pub(super) fn values(&self) -> Vec<ValueSeen> {
        let sightings = self.asked().map(|d| d.sightings()).unwrap_or_default();
        let values = sightings.into_iter().map(|seen| ValueSeen {
            path: seen.path,
            value: seen.value,
            count: seen.count,
        });
        values.collect()
    }

    fn asked(&self) -> Option<Arc<dyn Distributor>> {
        locked(&self.distributor).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
