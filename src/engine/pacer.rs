//! The budget of one credential, kept in the store so that every process shares it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::bus::Bus;
use super::gauges::{gauge, tell};
use super::journal::Journal;
use super::pace_words::{news_words, refusal_words};
use crate::domain::ids::ConnectionName;
use crate::domain::log::{Gauge, Level};
use crate::domain::quota::Quota;
use crate::http::pacing::{Class, Pacer, PacerError, Slot, Used};
use crate::store::Store;
use crate::store::pacing::{Grant, PaceClass, PaceNews, PaceRule};

/// How long a request can last: a dead process leaves its slot closed for this and a window.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);
/// The longest ring of slots that is kept.
const MOST_SLOTS: u32 = 600;
/// At most so much is added to a pause, so that not everybody comes back at once.
const JITTER: Duration = Duration::from_secs(1);
/// No wait for a slot is longer in one piece, so that a budget changed elsewhere and the gauge are seen.
const LONGEST_NAP: Duration = Duration::from_secs(1);

/// How fast and how patiently one credential is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Requests in a window.
    pub limit: u32,
    /// The window: 60 s, less in a demo that runs faster.
    pub window: Duration,
    /// How long 429s may go on without one success.
    pub patience: Duration,
}

impl Pace {
    /// The rule in the store's terms. A budget of many requests is kept as a smaller one in a shorter window, which
    /// never allows more and keeps the ring of slots short.
    pub fn rule(&self) -> PaceRule {
        let parts = self.limit.div_ceil(MOST_SLOTS).max(1);
        PaceRule {
            limit: (self.limit / parts).max(1),
            window_ms: (millis(self.window) / u64::from(parts)).max(1),
            hold_ms: millis(LONGEST_REQUEST.min(self.window)),
            minute_ms: millis(self.window).max(1),
        }
    }

    /// Faster clocks for a faster world: a wait of the real API in this one's time.
    fn scaled(&self, real: Duration) -> Duration {
        real.mul_f64(self.window.as_secs_f64() / 60.0)
    }
}

/// Where a pacer reports to.
#[derive(Clone)]
pub struct PacerLink {
    /// Whose budget it is.
    pub connection: ConnectionName,
    /// Gauges go here.
    pub bus: Bus,
    /// 429s are told here.
    pub journal: Journal,
    /// While true, bulk requests wait.
    pub paused: tokio::sync::watch::Receiver<bool>,
}

/// A [`Pacer`] over the store's ring of slots.
pub struct StorePacer {
    store: Store,
    credential: String,
    owner: String,
    rule: PaceRule,
    pace: Pace,
    link: PacerLink,
    /// Since when 429s hold this process's requests up.
    held_up: Mutex<Option<Instant>>,
}

impl StorePacer {
    /// The budget named `credential`, used by `owner`.
    pub fn new(
        store: Store,
        credential: String,
        owner: String,
        pace: Pace,
        link: PacerLink,
    ) -> Self {
        Self {
            store,
            credential,
            owner,
            rule: pace.rule(),
            pace,
            link,
            held_up: Mutex::default(),
        }
    }

    /// Reads the budget's state and tells the gauges.
    pub async fn report(&self) {
        if let Ok(state) = self.store.pace_state(&self.credential, &self.rule).await {
            let before = Gauge::of(self.link.connection.clone(), &self.credential);
            tell(&self.link.bus, gauge(before, &self.rule, state));
        }
    }

    /// Gives up where the pause that is due would outlast the patience. It is each run's own: how long others have
    /// waited before does not shorten it.
    fn check_patience(&self, wait: Duration) -> Result<(), PacerError> {
        let waited = self.held_up().get_or_insert_with(Instant::now).elapsed();
        if waited + wait > self.pace.patience {
            return Err(PacerError::OutOfPatience(waited.as_secs()));
        }
        Ok(())
    }

    fn held_up(&self) -> MutexGuard<'_, Option<Instant>> {
        self.held_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait_while_paused(&self) {
        let mut paused = self.link.paused.clone();
        let _ = paused.wait_for(|p| !*p).await;
    }

    /// After a 429: everybody stops for the time asked, the ceiling falls, and the words say what it means.
    async fn refused(&self, slot: i64, asked: Option<Duration>) {
        self.held_up().get_or_insert_with(Instant::now);
        let jitter = self.pace.scaled(JITTER).mul_f64(fastrand::f64());
        let (asked_ms, jitter_ms) = (asked.map(millis), millis(jitter));
        let refused = self
            .store
            .pace_refused(&self.credential, slot, &self.rule, asked_ms, jitter_ms)
            .await;
        match refused {
            Ok(refusal) => {
                let level = if refusal.repeated {
                    Level::Debug
                } else {
                    Level::Warn
                };
                self.log(level, refusal_words(&refusal, &self.rule, asked.is_some()));
                self.tell_news(&refusal.news);
            }
            Err(error) => tracing::warn!(%error, "the shared budget could not be updated"),
        }
    }

    fn tell_news(&self, news: &[PaceNews]) {
        for news in news {
            let level = match news {
                PaceNews::Suspected(_) | PaceNews::ServerLimit(_) => Level::Warn,
                PaceNews::Cleared | PaceNews::Spaced => Level::Info,
            };
            self.log(level, news_words(news, &self.rule));
        }
    }

    fn log(&self, level: Level, text: String) {
        self.link
            .journal
            .log(level, Some(&self.link.connection), text);
    }
}

#[async_trait]
impl Pacer for StorePacer {
    async fn acquire(&self, class: Class) -> Result<Slot, PacerError> {
        let class = match class {
            Class::Interactive => PaceClass::Interactive,
            Class::Token => PaceClass::Token,
            Class::Bulk => PaceClass::Bulk,
        };
        loop {
            if class == PaceClass::Bulk {
                self.wait_while_paused().await;
            }
            let grant = self
                .store
                .pace_take(&self.credential, &self.rule, class, &self.owner)
                .await
                .map_err(|e| PacerError::Unavailable(e.to_string()))?;
            let ms = match grant {
                Grant::Slot(k) => {
                    self.report().await;
                    return Ok(Slot(k));
                }
                Grant::Wait { ms } => {
                    *self.held_up() = None;
                    ms
                }
                Grant::Paused { ms } => {
                    self.check_patience(Duration::from_millis(ms))?;
                    ms
                }
            };
            tokio::time::sleep(Duration::from_millis(ms).min(LONGEST_NAP)).await;
            self.report().await;
        }
    }

    async fn told(&self, quota: Quota) {
        match (self.store)
            .pace_told(&self.credential, &self.rule, &quota)
            .await
        {
            Ok(news) => self.tell_news(&news),
            Err(error) => tracing::warn!(%error, "the server's limit could not be noted"),
        }
    }

    async fn release(&self, slot: Slot, used: Used) {
        let (store, credential, rule) = (&self.store, &self.credential, &self.rule);
        let given = match used {
            Used::Answered => {
                *self.held_up() = None;
                let answered = store.pace_answered(credential, slot.0, rule).await;
                answered.map(|news| self.tell_news(&news))
            }
            Used::Lost => store.pace_give(credential, slot.0, rule).await,
            Used::NeverSent => store.pace_free(credential, slot.0, rule).await,
            Used::RateLimited(asked) => {
                self.refused(slot.0, asked).await;
                Ok(())
            }
        };
        if let Err(error) = given {
            tracing::warn!(%error, "a slot could not be handed back; it opens by itself");
        }
        self.report().await;
    }
}

fn millis(d: Duration) -> u64 {
    u64::try_from(d.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_budget_is_kept_as_a_small_one_in_a_shorter_window() {
        let rule = |limit| {
            let (window, patience) = (Duration::from_secs(60), Duration::MAX);
            Pace {
                limit,
                window,
                patience,
            }
            .rule()
        };
        assert_eq!((rule(28).limit, rule(28).window_ms), (28, 60_000));
        let large = rule(100_000);
        assert!(large.limit <= MOST_SLOTS && large.minute_ms == 60_000);
        assert!(u64::from(large.limit) * 60_000 <= 100_000 * large.window_ms);
    }

    #[test]
    fn a_faster_world_waits_less() {
        let pace = Pace {
            limit: 28,
            window: Duration::from_secs(1),
            patience: Duration::MAX,
        };
        assert_eq!(pace.scaled(Duration::from_secs(60)), Duration::from_secs(1));
    }
}
