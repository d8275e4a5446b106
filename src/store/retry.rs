//! How long an answer is waited for, and when a statement or transaction is worth another try.

use std::time::{Duration, Instant};

use futures_util::{FutureExt as _, TryFutureExt as _};

use super::StoreError;

/// How often what collided with another writer is tried again.
const COLLISIONS: u32 = 5;
/// How long a server may be away, for a restart above all.
const OUTAGE: Duration = Duration::from_secs(30);
/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(2);
/// How long a server may take for a statement, or until its next row. A network may lose the question or the answer without
/// a word, and nobody should wait for what never comes.
const ANSWER: Duration = Duration::from_secs(60);

/// What a server answers, if it does.
pub(super) fn answered<T>(
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> impl Future<Output = Result<T, StoreError>> {
    within(ANSWER, asked)
}

// No async function: it would keep what it waits for twice, and statements lie deep within each other.
fn within<T>(
    limit: Duration,
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> impl Future<Output = Result<T, StoreError>> {
    tokio::time::timeout(limit, asked).map(move |answer| match answer {
        Ok(answer) => Ok(answer?),
        Err(_) => {
            let why = format!("no answer within {} seconds", limit.as_secs());
            Err(StoreError::LostConnection(why))
        }
    })
}

/// What a file answers: the system knows when it cannot be read.
pub(super) fn direct<T>(
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> impl Future<Output = Result<T, StoreError>> {
    asked.err_into()
}

/// The tries of one statement or transaction.
pub(super) struct Tries {
    began: Instant,
    failed: u32,
}

impl Tries {
    /// None has failed.
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            failed: 0,
        }
    }

    /// How long to wait before the next try; none where there is no use in it.
    pub(super) fn again(&mut self, error: &StoreError) -> Option<Duration> {
        self.failed += 1;
        let wait = (Duration::from_millis(10) * 2u32.pow(self.failed.min(10))).min(LONGEST);
        match error {
            StoreError::Collision(_) if self.failed <= COLLISIONS => Some(wait),
            StoreError::LostConnection(_) | StoreError::Unreachable(_)
                if self.began.elapsed() + wait < OUTAGE =>
            {
                Some(wait)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_is_tried_again() {
        let lost = || StoreError::LostConnection(String::new());
        let mut tries = Tries::new();
        let waits: Vec<_> = (0..12).map_while(|_| tries.again(&lost())).collect();
        assert_eq!(waits.len(), 12, "a restart takes a while");
        assert!(waits.windows(2).all(|w| w[0] <= w[1]) && waits[11] == LONGEST);
        let collision = || StoreError::Collision(String::new());
        let mut tries = Tries::new();
        assert_eq!((0..9).map_while(|_| tries.again(&collision())).count(), 5);
        assert_eq!(Tries::new().again(&StoreError::TakenOver), None);
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
        let silence = std::future::pending::<Result<(), sqlx::Error>>();
        let given_up = within(Duration::from_millis(1), silence).await;
        assert!(matches!(given_up, Err(StoreError::LostConnection(_))));
    }
}
