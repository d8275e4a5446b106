//! Clients that send as fast as a shared budget lets them, over a network whose latency wavers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vectis::domain::quota::Quota;
use vectis::domain::time::Calendar;
use vectis::engine::bus::Bus;
use vectis::engine::journal::Journal;
use vectis::engine::pacer::{Pace, PacerLink, StorePacer};
use vectis::http::auth::Auth;
use vectis::http::client::ApiClient;
use vectis::http::network::Network;
use vectis::http::observe::Silent;
use vectis::http::origin::Origin;
use vectis::http::pacing::{Class, Pacer, PacerError, Slot, Used};
use vectis::http::recording::Tape;
use vectis::http::request::{Get, Parts};
use vectis::http::tempo::Tempo;
use vectis::store::Store;

/// The budget's name.
pub const BUDGET: &str = "ion";

/// A client of the simulated service with a pacer of its own, as each process has one.
pub struct Client {
    api: ApiClient,
    /// What its pacer logs goes here.
    pub journal: Journal,
}

/// A pacer behind a network: requests arrive late, and so do answers, by up to so much.
struct Wavering {
    inner: StorePacer,
    latency: Duration,
}

impl Wavering {
    async fn leg(&self) {
        tokio::time::sleep(self.latency.mul_f64(fastrand::f64() / 2.0)).await;
    }
}

#[async_trait]
impl Pacer for Wavering {
    async fn acquire(&self, class: Class) -> Result<Slot, PacerError> {
        let slot = self.inner.acquire(class).await?;
        self.leg().await;
        Ok(slot)
    }

    async fn told(&self, quota: Quota) {
        self.inner.told(quota).await;
    }

    async fn release(&self, slot: Slot, used: Used) {
        self.leg().await;
        self.inner.release(slot, used).await;
    }
}

impl Client {
    /// A client on a store.
    pub fn new(store: Store, base_url: &str, pace: Pace, latency: Duration) -> Self {
        let bus = Bus::default();
        let journal = Journal::start(store.clone(), bus.clone(), Calendar::wall(), "bench".into());
        let link = PacerLink {
            connection: BUDGET.into(),
            bus,
            journal: journal.clone(),
            paused: tokio::sync::watch::channel(false).1,
        };
        let owner = format!("bench-{:08x}", fastrand::u32(..));
        let inner = StorePacer::new(store, BUDGET.to_owned(), owner, pace, link);
        let parts = Parts {
            pacer: Arc::new(Wavering { inner, latency }),
            observer: Arc::new(Silent),
            tempo: Tempo::scaled(pace.window.as_secs_f64() / 60.0),
            network: Network::default(),
            tape: Tape::Off,
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        let origin = Origin::parse(base_url).expect("the simulator's address");
        let api = ApiClient::new(origin, None, parts).expect("a client");
        Self { api, journal }
    }

    /// Sends one request; that it is refused for want of a token does not matter here. Tells how long it took.
    pub async fn send(&self, class: Class) -> Duration {
        let started = Instant::now();
        let auth = Auth::none();
        let get = Get {
            path: "/api/v3/accounts/1/customers",
            query: &[],
            auth: &auth,
            class,
        };
        let error = self.api.get(get).await.expect_err("no token was sent");
        assert_eq!(error.status(), Some(401), "{error}");
        started.elapsed()
    }

    /// Sends until so many have been sent by all who share the counter.
    pub async fn send_all(&self, left: &AtomicUsize) {
        let take = |n: usize| n.checked_sub(1);
        while left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
        {
            self.send(Class::Bulk).await;
        }
    }
}
