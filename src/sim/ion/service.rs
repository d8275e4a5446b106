//! Answers requests: counting, the limit, faults, tokens, then the resources.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::super::dice::Dice;
use super::super::world::{SharedWorld, open};
use super::chaos::{Hostility, Storm};
use super::dialect::Manner;
use super::fault::{Fault, FaultOrder, FaultQueue};
use super::form::{self, Query};
use super::limit::SlidingWindow;
use super::reply::Reply;
use super::route::{PathKind, Resource, Route};
use super::server::{IonOptions, Weather};
use super::stats::Stats;
use super::tokens::{Refusal, Tokens};
use super::{customers, errors, reports, shop, subscriptions};

/// A request as far as it matters.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// HTTP method.
    pub(super) method: String,
    /// Path, without query.
    pub(super) path: String,
    /// Query, as it came.
    pub(super) query: String,
    /// The header `Authorization`.
    pub(super) authorization: String,
    /// The header `Content-Type`.
    pub(super) content_type: String,
    /// True if the caller takes compressed answers.
    pub(super) takes_gzip: bool,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// The simulated service.
pub(super) struct Service {
    world: SharedWorld,
    options: IonOptions,
    manner: Manner,
    desk: Mutex<Desk>,
}

/// What changes with every request.
struct Desk {
    window: SlidingWindow,
    tokens: Tokens,
    faults: FaultQueue,
    storm: Option<Storm>,
    stats: Stats,
    newest_access: String,
    requests: Dice,
}

impl Service {
    /// A service for one world.
    pub(super) fn new(world: SharedWorld, options: IonOptions) -> Self {
        let (hostility, storm) = match options.weather {
            Weather::Calm => (Hostility::None, None),
            Weather::Chaos => (
                Hostility::Seeded(options.seed),
                Some(Storm::new(options.seed)),
            ),
        };
        let desk = Desk {
            window: SlidingWindow::new(options.limit, options.window),
            tokens: Tokens::new(options.seed, options.access_life, options.access_requests),
            faults: FaultQueue::default(),
            storm,
            stats: Stats::default(),
            newest_access: String::new(),
            requests: Dice::new(options.seed, "request id", 0),
        };
        let manner = Manner {
            hostility,
            amounts: options.amounts,
            contract: options.contract,
        };
        Self {
            world,
            options,
            manner,
            desk: Mutex::new(desk),
        }
    }

    /// The answer to a request that came at `now` after the start.
    pub(super) fn answer(&self, asked: &Asked, now: Duration) -> Reply {
        if let Some(control) = asked.path.strip_prefix("/sim/") {
            return self.control(control, asked);
        }
        let route = Route::of(&asked.path);
        let kind = route.kind();
        let mut desk = self.desk();
        let request: String = desk.requests.letters(20).to_lowercase();
        desk.count(kind, &asked.method);
        let reply = match desk.window.admit(now) {
            Err(seconds) => errors::too_many(Some(&seconds.to_string()), &request),
            Ok(()) => {
                let fault = desk.fault(kind);
                let instead = fault.as_ref().and_then(|f| f.instead(&request));
                instead.unwrap_or_else(|| {
                    let reply = self.right_answer(&mut desk, &route, asked, now, &request);
                    fault.map_or(reply.clone(), |f| f.spoil(reply))
                })
            }
        };
        desk.stats.max_in_window = desk.window.most();
        desk.stats.rate_limited += u64::from(reply.status == 429);
        desk.stats.unauthorized += u64::from(reply.status == 401);
        self.manner
            .answer(reply, self.options.limit, &request, asked.takes_gzip)
    }

    /// What was seen so far.
    pub(super) fn stats(&self) -> Stats {
        let mut stats = self.desk().stats.clone();
        stats.week = open(&self.world).week;
        stats
    }

    /// Queues a fault.
    pub(super) fn fault(&self, order: FaultOrder) {
        self.desk().faults.push(order);
    }

    /// The refresh token that works now.
    pub(super) fn refresh_token(&self) -> String {
        self.desk().tokens.refresh_token().to_owned()
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn right_answer(
        &self,
        desk: &mut Desk,
        route: &Route,
        asked: &Asked,
        now: Duration,
        request: &str,
    ) -> Reply {
        match (route, asked.method.as_str()) {
            (Route::Token, "POST") => desk.token(asked, now),
            (Route::Validate, "POST") => desk.validate(asked, now),
            (Route::Account { account, resource }, method) => {
                let access = asked
                    .authorization
                    .strip_prefix("Bearer ")
                    .unwrap_or_default();
                if !desk.tokens.admit(access, now) {
                    return errors::unauthenticated(request);
                }
                let reads_by_post = matches!(resource, Resource::Pricing | Resource::ReportData(_));
                desk.stats.newest_pair_is_used |= desk.newest_access == access;
                match method {
                    "GET" if !reads_by_post => self.resource(account, resource, asked, request),
                    "POST" if reads_by_post => self.resource(account, resource, asked, request),
                    _ => errors::error(
                        405,
                        "METHOD_NOT_ALLOWED",
                        "this simulator is read-only",
                        request,
                    ),
                }
            }
            _ => errors::not_found(asked.path.trim_start_matches('/'), request),
        }
    }

    fn resource(&self, account: &str, resource: &Resource, asked: &Asked, request: &str) -> Reply {
        let world = open(&self.world);
        let Ok(number) = account.parse::<u64>() else {
            return errors::invalid_argument("accountId", request);
        };
        if number != world.account_id {
            return errors::permission_denied(account, request);
        }
        let query = Query::of(&asked.query);
        match resource {
            Resource::Customers => customers::list(
                &world,
                &query,
                self.options.customers_cap,
                self.manner,
                request,
            ),
            Resource::Customer(id) if id.is_empty() => Reply::new(301, "text/plain", Vec::new())
                .with_header("location", asked.path.trim_end_matches('/')),
            Resource::Customer(id) => customers::one(&world, id, self.manner, request),
            Resource::CloudProfiles(id) => customers::cloud_profiles(&world, id, request),
            Resource::Subscriptions => subscriptions::list(
                &world,
                &query,
                self.options.subscriptions_cap,
                self.manner,
                request,
            ),
            Resource::Subscription(customer, id) => {
                subscriptions::one(&world, customer, id, self.manner, request)
            }
            Resource::Orders(customer) => {
                shop::orders(&world, customer.as_deref(), &query, request)
            }
            Resource::Order(customer, id) => shop::one_order(&world, customer, id, request),
            Resource::Products => shop::products(&world, &query, request),
            Resource::Product(id) => shop::one_product(&world, id, request),
            Resource::Pricing => shop::pricing(),
            Resource::Reports => reports::list(&world),
            Resource::Report(id) => reports::one(&world, id, request),
            Resource::ReportData(id) => reports::data(&world, id, request),
            Resource::Unknown => errors::not_found(asked.path.trim_start_matches('/'), request),
        }
    }

    /// The simulator's own paths, which the vendor does not have.
    fn control(&self, path: &str, asked: &Asked) -> Reply {
        match (asked.method.as_str(), path) {
            ("GET", "stats") => {
                Reply::json(200, &serde_json::to_value(self.stats()).unwrap_or_default())
            }
            ("GET", "token") => Reply::json(200, &json!({"refresh_token": self.refresh_token()})),
            ("POST", "week") => {
                let mut world = open(&self.world);
                world.advance_week();
                Reply::json(
                    200,
                    &json!({"week": world.week, "now": world.now().to_string()}),
                )
            }
            ("POST", "fault") => match serde_json::from_slice::<FaultOrder>(&asked.body) {
                Ok(order) => {
                    self.fault(order);
                    Reply::json(200, &json!({"queued": true}))
                }
                Err(error) => Reply::json(400, &json!({"error": error.to_string()})),
            },
            _ => Reply::json(
                404,
                &json!({"error": "known are GET stats, GET token, POST week, POST fault"}),
            ),
        }
    }
}

impl Desk {
    fn count(&mut self, kind: PathKind, method: &str) {
        self.stats.total += 1;
        *self.stats.requests.entry(kind).or_default() += 1;
        *self.stats.methods.entry(method.to_owned()).or_default() += 1;
    }

    fn fault(&mut self, kind: PathKind) -> Option<Fault> {
        let fault = match self.faults.take(kind) {
            Some(scripted) => Some(scripted),
            None => self.storm.as_mut().and_then(|s| s.next(kind)),
        }?;
        self.stats.faults_served += 1;
        if fault == Fault::ExpireAccess {
            self.tokens.expire_access();
        }
        Some(fault)
    }

    fn token(&mut self, asked: &Asked, now: Duration) -> Reply {
        let field = |name| form::field(&asked.content_type, &asked.body, name);
        if field("grant_type").as_deref() != Some("refresh_token") {
            return errors::bad_token();
        }
        match self
            .tokens
            .exchange(&field("refresh_token").unwrap_or_default(), now)
        {
            Ok(pair) => {
                self.stats.tokens_issued += 1;
                self.stats.newest_pair_is_used = false;
                self.newest_access.clone_from(&pair.access);
                let body = json!({
                    "access_token": pair.access, "expires_in": self.tokens.access_seconds(),
                    "refresh_token": pair.refresh, "token_type": "Bearer",
                });
                Reply::json(200, &body)
            }
            Err(refusal) => {
                self.stats.token_reuse_attempts += u64::from(refusal == Refusal::Spent);
                errors::bad_token()
            }
        }
    }

    fn validate(&self, asked: &Asked, now: Duration) -> Reply {
        let access =
            form::field(&asked.content_type, &asked.body, "access_token").unwrap_or_default();
        match self.tokens.remaining(&access, now) {
            Some((access, refresh)) => Reply::json(
                200,
                &json!({"access_expires_in": access, "refresh_expires_in": refresh}),
            ),
            None => errors::bad_token(),
        }
    }
}
