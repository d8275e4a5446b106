//! Answers requests: tokens, then the resources.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::hostility::Hostility;
use super::super::server::{Asked, Call, Query, Reply, Service, Weather, field};
use super::super::world::{SharedWorld, open};
use super::dialect::Manner;
use super::route::{PathKind, Resource, Route};
use super::server::IonOptions;
use super::tokens::{Refusal, Tokens};
use super::{Stats, customers, errors, reports, shop, subscriptions};

/// StreamOne Ion.
pub(super) struct Ion {
    world: SharedWorld,
    options: IonOptions,
    manner: Manner,
    tokens: Tokens,
    newest_access: String,
}

impl Service for Ion {
    type Kind = PathKind;

    fn kind(&self, asked: &Asked) -> PathKind {
        Route::of(&asked.path).kind()
    }

    fn answer(&mut self, asked: &Asked, call: &Call<PathKind>, stats: &mut Stats) -> Reply {
        let route = Route::of(&asked.path);
        match (&route, asked.method.as_str()) {
            (Route::Token, "POST") => self.token(asked, call.now, stats),
            (Route::Validate, "POST") => self.validate(asked, call.now),
            (Route::Account { account, resource }, method) => {
                let access = asked.bearer();
                if !self.tokens.admit(access, call.now) {
                    return errors::unauthenticated(&call.request);
                }
                let reads_by_post = matches!(resource, Resource::Pricing | Resource::ReportData(_));
                stats.newest_pair_is_used |= self.newest_access == access;
                match method {
                    "GET" if !reads_by_post => {
                        self.resource(account, resource, asked, &call.request)
                    }
                    "POST" if reads_by_post => {
                        self.resource(account, resource, asked, &call.request)
                    }
                    _ => errors::error(
                        405,
                        "METHOD_NOT_ALLOWED",
                        "this simulator is read-only",
                        &call.request,
                    ),
                }
            }
            _ => errors::not_found(asked.path.trim_start_matches('/'), &call.request),
        }
    }

    fn refuse(&mut self, status: u16, call: &Call<PathKind>) -> Reply {
        errors::of_status(status, &call.request)
    }

    fn limited(&mut self, seconds: u64, call: &Call<PathKind>) -> Reply {
        errors::too_many(&call.request).with_header("retry-after", seconds.to_string())
    }

    fn expire_access(&mut self) {
        self.tokens.expire_access();
    }

    fn world(&self) -> &SharedWorld {
        &self.world
    }

    fn introduction(&self) -> Map<String, Value> {
        let world = open(&self.world);
        let line = json!({
            "vendor": "synnex",
            "account_id": world.account_id.to_string(),
            "refresh_token": self.tokens.refresh_token(),
            "customers": world.customers.len(),
            "subscriptions": world.subscriptions.len(),
        });
        line.as_object().cloned().unwrap_or_default()
    }

    fn finish(&mut self, reply: Reply, asked: &Asked, call: &Call<PathKind>) -> Reply {
        let takes_gzip = asked.header("accept-encoding").contains("gzip");
        self.manner
            .answer(reply, self.options.limit, &call.request, takes_gzip)
    }

    fn control(&mut self, method: &str, path: &str) -> Option<Reply> {
        let token = json!({"refresh_token": self.tokens.refresh_token()});
        ((method, path) == ("GET", "token")).then(|| Reply::json(200, &token))
    }
}

impl Ion {
    /// A service for one world.
    pub(super) fn new(world: SharedWorld, options: IonOptions) -> Self {
        let manner = Manner {
            hostility: match options.weather {
                Weather::Calm => Hostility::None,
                Weather::Chaos => Hostility::Seeded(options.seed),
            },
            amounts: options.amounts,
            contract: options.contract,
        };
        Self {
            world,
            manner,
            tokens: Tokens::new(options.seed, options.access_life, options.access_requests),
            newest_access: String::new(),
            options,
        }
    }

    /// The refresh token that works now.
    pub(super) fn refresh_token(&self) -> &str {
        self.tokens.refresh_token()
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

    fn token(&mut self, asked: &Asked, now: Duration, stats: &mut Stats) -> Reply {
        let field = |name| field(asked.header("content-type"), &asked.body, name);
        if field("grant_type").as_deref() != Some("refresh_token") {
            return errors::bad_token();
        }
        match self
            .tokens
            .exchange(&field("refresh_token").unwrap_or_default(), now)
        {
            Ok(pair) => {
                stats.tokens_issued += 1;
                stats.newest_pair_is_used = false;
                self.newest_access.clone_from(&pair.access);
                let body = json!({
                    "access_token": pair.access, "expires_in": self.tokens.access_seconds(),
                    "refresh_token": pair.refresh, "token_type": "Bearer",
                });
                Reply::json(200, &body)
            }
            Err(refusal) => {
                stats.token_reuse_attempts += u64::from(refusal == Refusal::Spent);
                errors::bad_token()
            }
        }
    }

    fn validate(&self, asked: &Asked, now: Duration) -> Reply {
        let access =
            field(asked.header("content-type"), &asked.body, "access_token").unwrap_or_default();
        match self.tokens.remaining(&access, now) {
            Some((access, refresh)) => Reply::json(
                200,
                &json!({"access_expires_in": access, "refresh_expires_in": refresh}),
            ),
            None => errors::bad_token(),
        }
    }
}
