//! Answers requests for a service: counting, the limit, faults, then the service; and the control paths.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::super::dice::Dice;
use super::super::world::open;
use super::asked::{Asked, Call};
use super::fault::{Fault, FaultOrder, FaultQueue};
use super::limit::SlidingWindow;
use super::listen::{ServerOptions, Weather};
use super::reply::Reply;
use super::service::{Kind, Service};
use super::stats::Stats;
use super::storm::Storm;

/// A service and what the server knows about it.
pub(super) struct Host<S: Service>(Mutex<Desk<S>>);

/// What changes with every request.
struct Desk<S: Service> {
    service: S,
    window: SlidingWindow,
    faults: FaultQueue<S::Kind>,
    storm: Option<Storm>,
    stats: Stats<S::Kind>,
    requests: Dice,
    at_once: usize,
}

impl<S: Service> Host<S> {
    /// A host for one service.
    pub(super) fn new(service: S, options: &ServerOptions) -> Self {
        let storm = match options.weather {
            Weather::Calm => None,
            Weather::Chaos => Some(Storm::new(options.seed)),
        };
        Self(Mutex::new(Desk {
            service,
            window: SlidingWindow::new(options.limit, options.window),
            faults: FaultQueue::default(),
            storm,
            stats: Stats::default(),
            requests: Dice::new(options.seed, "request id", 0),
            at_once: 0,
        }))
    }

    /// The answer to a request that came at `now` after the start.
    pub(super) fn answer(&self, asked: &Asked, now: Duration) -> Reply {
        let mut desk = self.desk();
        match asked.path.strip_prefix("/sim/") {
            Some(control) => desk.control(control, asked),
            None => desk.answer(asked, now),
        }
    }

    /// A request is being answered, until what is returned here is dropped.
    pub(super) fn begin(&self) -> Presence<'_, S> {
        let mut desk = self.desk();
        desk.at_once += 1;
        desk.stats.max_at_once = desk.stats.max_at_once.max(desk.at_once);
        Presence(self)
    }

    /// What was seen so far.
    pub(super) fn stats(&self) -> Stats<S::Kind> {
        self.desk().seen()
    }

    /// Queues a fault.
    pub(super) fn fault(&self, order: FaultOrder<S::Kind>) {
        self.desk().faults.push(order);
    }

    /// Asks the service something.
    pub(super) fn with<T>(&self, ask: impl FnOnce(&mut S) -> T) -> T {
        ask(&mut self.desk().service)
    }

    fn desk(&self) -> MutexGuard<'_, Desk<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered.
pub(super) struct Presence<'a, S: Service>(&'a Host<S>);

impl<S: Service> Drop for Presence<'_, S> {
    fn drop(&mut self) {
        let mut desk = self.0.desk();
        desk.at_once = desk.at_once.saturating_sub(1);
    }
}

impl<S: Service> Desk<S> {
    fn answer(&mut self, asked: &Asked, now: Duration) -> Reply {
        let call = Call {
            kind: self.service.kind(asked),
            request: self.requests.letters(20).to_lowercase(),
            now,
        };
        self.stats.count(call.kind, &asked.method);
        let reply = match self.window.admit(now) {
            Err(seconds) => self.service.limited(seconds, &call),
            Ok(()) => self.admitted(asked, &call),
        };
        self.stats.max_in_window = self.window.most();
        self.stats.rate_limited += u64::from(reply.status == 429);
        self.stats.unauthorized += u64::from(reply.status == 401);
        self.stats.writes_refused += u64::from(reply.status == 405);
        self.service.finish(reply, asked, &call)
    }

    fn admitted(&mut self, asked: &Asked, call: &Call<S::Kind>) -> Reply {
        let Some(fault) = self.next_fault(call.kind) else {
            return self.service.answer(asked, call, &mut self.stats);
        };
        self.stats.faults_served += 1;
        match &fault {
            Fault::ExpireAccess => self.service.expire_access(),
            Fault::Week => open(self.service.world()).advance_week(),
            _ => {}
        }
        match fault.instead(&mut self.service, call) {
            Some(instead) => instead,
            None => fault.spoil(self.service.answer(asked, call, &mut self.stats)),
        }
    }

    fn next_fault(&mut self, kind: S::Kind) -> Option<Fault> {
        let scripted = self.faults.take(kind);
        scripted.or_else(|| self.storm.as_mut()?.next(kind.is_token()))
    }

    fn seen(&self) -> Stats<S::Kind> {
        Stats {
            week: open(self.service.world()).week,
            ..self.stats.clone()
        }
    }

    /// The simulator's own paths, which the vendor does not have.
    fn control(&mut self, path: &str, asked: &Asked) -> Reply {
        match (asked.method.as_str(), path) {
            ("GET", "stats") => {
                Reply::json(200, &serde_json::to_value(self.seen()).unwrap_or_default())
            }
            ("POST", "week") => {
                let mut world = open(self.service.world());
                world.advance_week();
                Reply::json(
                    200,
                    &json!({"week": world.week, "now": world.now().to_string()}),
                )
            }
            ("POST", "fault") => match serde_json::from_slice(&asked.body) {
                Ok(order) => {
                    self.faults.push(order);
                    Reply::json(200, &json!({"queued": true}))
                }
                Err(error) => Reply::json(400, &json!({"error": error.to_string()})),
            },
            (method, path) => self.service.control(method, path).unwrap_or_else(|| {
                let known = "known are GET stats, POST week, POST fault";
                Reply::json(404, &json!({ "error": known }))
            }),
        }
    }
}
