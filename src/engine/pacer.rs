//! The budget of one credential, kept in the store so that every process shares it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::bus::Bus;
use super::gauges::{gauge, tell};
use super::journal::Journal;
use crate::domain::ids::ConnectionName;
use crate::domain::log::{Gauge, Level};
use crate::http::pacing::{Class, Pacer, PacerError, Slot, Used};
use crate::store::Store;
use crate::store::pacing::{Grant, PaceClass, PaceRule};

/// How long a request can last: a dead process leaves its slot closed for this and a window.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);
/// The longest ring of slots that is kept.
const MOST_SLOTS: u32 = 600;
/// The wait after a 429 that names none, doubled each time up to `LONGEST_PAUSE`.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(240);
/// The ceiling never falls below this many requests in a window.
const LOWEST_CEILING: u32 = 5;
/// A 429 this far below our own budget means that somebody else uses the credential.
const FOREIGN_MARGIN: u32 = 3;
/// The ceiling rises by one after so many windows without a 429.
const CLEAN_WINDOWS: u32 = 5;

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
        let ms = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        let parts = self.limit.div_ceil(MOST_SLOTS).max(1);
        PaceRule {
            limit: (self.limit / parts).max(1),
            window_ms: (ms(self.window) / u64::from(parts)).max(1),
            hold_ms: ms(LONGEST_REQUEST.min(self.window)),
        }
    }

    /// Faster clocks for a faster world: a wait of the real API in this one's time.
    fn scaled(&self, real: Duration) -> Duration {
        real.mul_f64(self.window.as_secs_f64() / 60.0)
    }
}

/// What 429s have taught since the last success.
#[derive(Debug, Default)]
struct Trouble {
    since: Option<Instant>,
    in_a_row: u32,
    last_ceiling_change: Option<Instant>,
    foreign: u32,
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
    pace: Pace,
    link: PacerLink,
    trouble: Arc<Mutex<Trouble>>,
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
            pace,
            link,
            trouble: Arc::default(),
        }
    }

    /// Reads the budget's state and tells the gauges.
    pub async fn report(&self) {
        let rule = self.pace.rule();
        if let Ok(state) = self.store.pace_state(&self.credential, &rule).await {
            let foreign = self.trouble().foreign;
            let before = Gauge::of(self.link.connection.clone(), foreign);
            tell(&self.link.bus, gauge(before, &rule, state));
        }
    }

    fn trouble(&self) -> std::sync::MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a success: trouble is over; a ceiling that was lowered rises step by step.
    async fn recover(&self) {
        let rise = {
            let mut trouble = self.trouble();
            trouble.since = None;
            trouble.in_a_row = 0;
            let due = trouble
                .last_ceiling_change
                .is_some_and(|at| at.elapsed() >= self.pace.window * CLEAN_WINDOWS);
            if due {
                trouble.last_ceiling_change = Some(Instant::now());
                trouble.foreign = 0;
            }
            due
        };
        if rise {
            let rule = self.pace.rule();
            if let Ok(state) = self.store.pace_state(&self.credential, &rule).await {
                if state.ceiling < rule.limit {
                    let _ = self
                        .store
                        .pace_ceiling(&self.credential, state.ceiling + 1)
                        .await;
                } else {
                    self.trouble().last_ceiling_change = None;
                }
            }
        }
    }

    /// After a 429: everybody stops for the time asked, the ceiling falls, and the words say what it means.
    async fn back_off(&self, asked: Option<Duration>) {
        let rule = self.pace.rule();
        let own = match self.store.pace_state(&self.credential, &rule).await {
            Ok(state) => state.used,
            Err(_) => rule.limit,
        };
        let pause = {
            let mut trouble = self.trouble();
            trouble.since.get_or_insert_with(Instant::now);
            let doubled = FIRST_PAUSE * 2u32.pow(trouble.in_a_row.min(2));
            trouble.in_a_row += 1;
            trouble.last_ceiling_change = Some(Instant::now());
            if own + FOREIGN_MARGIN <= rule.limit {
                trouble.foreign = rule.limit - own;
            }
            asked.unwrap_or_else(|| self.pace.scaled(doubled.min(LONGEST_PAUSE)))
        };
        let ceiling = own
            .saturating_sub(2)
            .clamp(LOWEST_CEILING.min(rule.limit), rule.limit);
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        for result in [
            self.store.note_rate_limited(&self.credential).await,
            self.store.pace_pause(&self.credential, pause_ms).await,
            self.store.pace_ceiling(&self.credential, ceiling).await,
        ] {
            if let Err(error) = result {
                tracing::warn!(%error, "the shared budget could not be updated");
            }
        }
        self.link.journal.log(
            Level::Warn,
            Some(&self.link.connection),
            limited_words(own, &rule, pause, asked.is_some()),
        );
    }

    /// Gives up where the pause that is due would outlast the patience.
    fn check_patience(&self, wait: Duration) -> Result<(), PacerError> {
        let waited = self.trouble().since.map(|since| since.elapsed());
        match waited {
            Some(waited) if waited + wait > self.pace.patience => {
                Err(PacerError::OutOfPatience(waited.as_secs()))
            }
            _ => Ok(()),
        }
    }

    async fn wait_while_paused(&self) {
        let mut paused = self.link.paused.clone();
        let _ = paused.wait_for(|p| !*p).await;
    }
}

#[async_trait]
impl Pacer for StorePacer {
    async fn acquire(&self, class: Class) -> Result<Slot, PacerError> {
        let rule = self.pace.rule();
        let class = match class {
            Class::Interactive => PaceClass::Interactive,
            Class::Bulk => PaceClass::Bulk,
        };
        loop {
            if class == PaceClass::Bulk {
                self.wait_while_paused().await;
            }
            let grant = self
                .store
                .pace_take(&self.credential, &rule, class, &self.owner)
                .await
                .map_err(|e| PacerError::Unavailable(e.to_string()))?;
            match grant {
                Grant::Slot(k) => {
                    self.report().await;
                    return Ok(Slot(k));
                }
                Grant::Wait { ms } => {
                    let wait = Duration::from_millis(ms.max(5));
                    self.check_patience(wait)?;
                    // At most a second at a time, so that a budget changed elsewhere and the gauge are seen.
                    tokio::time::sleep(wait.min(Duration::from_secs(1))).await;
                    self.report().await;
                }
            }
        }
    }

    async fn release(&self, slot: Slot, used: Used) {
        let rule = self.pace.rule();
        let given = match used {
            Used::NeverSent => self.store.pace_free(&self.credential, slot.0).await,
            Used::Answered | Used::RateLimited(_) => {
                self.store.pace_give(&self.credential, slot.0, &rule).await
            }
        };
        if let Err(error) = given {
            tracing::warn!(%error, "a slot could not be handed back; it opens by itself");
        }
        match used {
            Used::Answered => self.recover().await,
            Used::RateLimited(asked) => self.back_off(asked).await,
            Used::NeverSent => {}
        }
        self.report().await;
    }
}

/// What a 429 means, for the log.
fn limited_words(own: u32, rule: &PaceRule, pause: Duration, asked: bool) -> String {
    let wait = if pause < Duration::from_secs(1) {
        format!("{} ms", pause.as_millis())
    } else {
        format!("{} s", pause.as_secs())
    };
    let why = if asked {
        "as the server asked"
    } else {
        "the server named no time"
    };
    let mut text = format!(
        "429 Too Many Requests: all requests wait {wait} ({why}); {own} of {} used in this window",
        rule.limit
    );
    if own + FOREIGN_MARGIN <= rule.limit {
        text.push_str(&format!(
            ". We are below our own budget: another program seems to use this credential, about {} requests a minute. \
             Mint a dedicated one, or lower --requests-per-minute",
            rule.limit - own
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_429_below_our_budget_names_the_other_program() {
        let rule = PaceRule {
            limit: 28,
            window_ms: 60_000,
            hold_ms: 60_000,
        };
        let foreign = limited_words(10, &rule, Duration::from_secs(30), true);
        assert!(foreign.contains("another program") && foreign.contains("about 18 requests"));
        let own = limited_words(27, &rule, Duration::from_secs(30), true);
        assert!(!own.contains("another program"));
    }

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
        assert!(large.limit <= MOST_SLOTS);
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
