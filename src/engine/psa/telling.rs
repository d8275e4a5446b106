//! What a reading of the PSA tells: its progress while it goes on, one line when it ends.

use std::sync::Arc;

use tokio::sync::watch;

use super::{PsaProgress, PsaSummary};
use crate::domain::ids::ConnectionName;
use crate::domain::log::Level;
use crate::engine::connect::Counters;
use crate::engine::context::Context;
use crate::psa::{PageRead, Told};

/// Turns pages into progress.
pub(super) struct Teller {
    pub ctx: Context,
    pub owner: ConnectionName,
    pub counters: Arc<Counters>,
    pub progress: watch::Sender<PsaProgress>,
}

impl Told for Teller {
    fn page(&self, page: PageRead) {
        let gauge = self.ctx.bus.gauge(&self.owner);
        let eta = page.requests_left.zip(gauge).map(|(left, gauge)| {
            let ceiling = u64::from(gauge.ceiling.max(1));
            (left * gauge.window_ms / ceiling + gauge.next_slot_ms).div_ceil(1000)
        });
        self.progress.send_replace(PsaProgress {
            rows: page.rows,
            requests: self.counters.requests(),
            requests_left: page.requests_left,
            eta_seconds: eta,
        });
    }
}

/// Logs how a reading ended, in one line.
pub(super) fn tell(ctx: &Context, owner: &ConnectionName, summary: &PsaSummary) {
    let words = summary.words();
    match &summary.problem {
        Some(problem) => ctx.journal.log(
            Level::Error,
            Some(owner),
            format!("{words} — {}: {}", problem.title, problem.seen),
        ),
        None => ctx.journal.log(Level::Info, Some(owner), words),
    }
}
