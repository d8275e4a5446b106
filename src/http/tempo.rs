//! How long a wait of the protocol is on this machine's clock: as written, or faster in a demo and in tests.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// A factor on every wait between tries. Time limits of the network are never scaled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tempo(f64);

/// Somebody asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped while waiting")]
pub struct Cancelled;

impl Tempo {
    /// Waits last as long as they say.
    pub const REAL: Tempo = Tempo(1.0);

    /// Waits last `factor` times as long; a demo that runs sixty times as fast hands in 1/60. What is no number from 0
    /// to 1 counts as 1.
    pub fn scaled(factor: f64) -> Self {
        if (0.0..=1.0).contains(&factor) {
            Tempo(factor)
        } else {
            Tempo::REAL
        }
    }

    /// The wait at this tempo.
    pub fn of(self, wait: Duration) -> Duration {
        wait.mul_f64(self.0)
    }

    /// Sleeps for the scaled wait, or until somebody asks to stop.
    pub async fn sleep(self, wait: Duration, cancel: &CancellationToken) -> Result<(), Cancelled> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Cancelled),
            () = tokio::time::sleep(self.of(wait)) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_faster_tempo_is_taken() {
        let minute = Duration::from_secs(60);
        assert_eq!(Tempo::scaled(0.5).of(minute), Duration::from_secs(30));
        for odd in [-1.0, 2.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Tempo::scaled(odd).of(minute), minute);
        }
    }

    #[tokio::test]
    async fn cancelling_ends_a_wait_at_once() {
        let cancel = CancellationToken::new();
        cancel.cancel();
        let slept = Tempo::REAL.sleep(Duration::from_secs(3600), &cancel).await;
        assert_eq!(slept, Err(Cancelled));
    }
}
