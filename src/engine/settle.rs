//! Judges after decisions, once they have stopped coming for a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::event::Event;
use super::judge::judge;

/// Who decides one item every few seconds is not to have everything judged in between.
const SETTLE: Duration = Duration::from_secs(3);

/// What the engine's judging waits for.
#[derive(Default)]
pub(super) struct Asked {
    asked: Notify,
    /// To be done before the end, which nobody else makes up for.
    owed: AtomicBool,
}

impl Asked {
    /// For what the next sync judges anyway.
    pub(super) fn soon(&self) {
        self.asked.notify_one();
    }

    /// For what is to be done even if the person leaves at once.
    pub(super) fn surely(&self) {
        self.owed.store(true, Ordering::Relaxed);
        self.asked.notify_one();
    }
}

/// Judges when decisions have stopped coming for a moment: several in a row cost one judgement. With many customers one
/// takes seconds, so the end waits only for what is owed.
pub(super) async fn judge_when_asked(ctx: Context, asked: Arc<Asked>, stop: CancellationToken) {
    loop {
        tokio::select! {
            biased;
            () = asked.asked.notified() => {}
            () = stop.cancelled() => return,
        }
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = asked.asked.notified() => {}
                () = tokio::time::sleep(SETTLE) => break,
            }
        }
        let owed = asked.owed.swap(false, Ordering::Relaxed);
        let judged = tokio::select! {
            biased;
            () = stop.cancelled(), if !owed => return,
            judged = judge(&ctx) => judged,
        };
        if let Err(problem) = judged {
            ctx.bus.send(Event::Failed(problem));
        }
    }
}
