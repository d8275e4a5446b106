//! Ctrl-C and termination for verbs without a screen: the first asks politely, the second ends at once.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Cancels the token on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process with exit code 130.
pub(super) fn cancel_on_interrupt(cancel: CancellationToken) {
    tokio::spawn(async move {
        let Some(mut signals) = Signals::listen() else {
            return;
        };
        signals.next().await;
        cancel.cancel();
        signals.next().await;
        crate::secret::restore_terminal();
        std::process::exit(130);
    });
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
