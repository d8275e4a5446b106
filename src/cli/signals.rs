//! Ctrl-C and termination for verbs without a screen: the first asks politely, the second ends at once.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a refresh that has begun may take: a request and its storing.
const LAST_REFRESH: Duration = Duration::from_secs(35);

/// Cancels the token on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process with exit code 130.
pub(super) fn cancel_on_interrupt(cancel: CancellationToken) {
    cancel_but_finish(cancel, TaskTracker::new());
}

/// The same for verbs that may be refreshing a token: the second signal (a shell that loses its line often sends two)
/// ends the process as soon as no refresh is under way.
pub(super) fn cancel_but_finish(cancel: CancellationToken, tasks: TaskTracker) {
    tokio::spawn(async move {
        let Some(mut signals) = Signals::listen() else {
            return;
        };
        signals.next().await;
        cancel.cancel();
        signals.next().await;
        finish(&tasks).await;
        crate::secret::restore_terminal();
        std::process::exit(130);
    });
}

/// Waits for refreshes that have begun, at most as long as one can last.
pub(super) async fn finish(tasks: &TaskTracker) {
    tasks.close();
    let _ = tokio::time::timeout(LAST_REFRESH, tasks.wait()).await;
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> Option<Self> {
        Some(Self {
            interrupt: signal(SignalKind::interrupt()).ok()?,
            terminate: signal(SignalKind::terminate()).ok()?,
            hang_up: signal(SignalKind::hangup()).ok()?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
