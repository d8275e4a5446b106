//! Answers requests: key, token, then the resources. Nothing can be written.

use serde_json::{Map, Value, json};

use super::super::dice::Dice;
use super::super::hostility::Hostility;
use super::super::licence::Subscription;
use super::super::party::Customer;
use super::super::server::{Access, Asked, Call, Query, Reply, Service, Stats, Weather};
use super::super::world::{SharedWorld, World, open};
use super::listing::Slice;
use super::route::{self, IngramPath};
use super::{IngramOptions, Totals, errors, rows, subscriptions};
use crate::domain::vendor::Vendor;

const MARKETPLACE: &str = "us";
const REGION: &str = "na";
const STATES: [&str; 5] = ["active", "hold", "terminated", "removed", "pending"];

/// Ingram Micro Cloud Marketplace.
pub struct Ingram {
    world: SharedWorld,
    options: IngramOptions,
    hostility: Hostility,
    access: Access,
    correlation: Dice,
    username: String,
    password: String,
    subscription_key: String,
}

/// Why there is no answer: status and sentence.
type Refusal = (u16, String);

impl Service for Ingram {
    type Kind = IngramPath;

    fn kind(&self, asked: &Asked) -> IngramPath {
        route::kind(&asked.parts())
    }

    fn answer(
        &mut self,
        asked: &Asked,
        call: &Call<IngramPath>,
        stats: &mut Stats<IngramPath>,
    ) -> Reply {
        let answered = match (call.kind, asked.method.as_str()) {
            _ if asked.header("x-subscription-key") != self.subscription_key => plain(403),
            (IngramPath::Token, "POST") => self.token(asked, call, stats),
            _ if !self.access.admit(asked.bearer(), call.now) => plain(401),
            (_, "GET") => self.resource(&open(&self.world), asked),
            _ => plain(405),
        };
        answered.unwrap_or_else(|(status, message)| self.error(status, &message, &asked.path))
    }

    fn refuse(&mut self, status: u16, _call: &Call<IngramPath>) -> Reply {
        self.error(status, errors::sentence(status), "/")
    }

    fn limited(&mut self, seconds: u64, _call: &Call<IngramPath>) -> Reply {
        let reply = self.error(429, errors::sentence(429), "/");
        self.options.hint.on(reply, seconds)
    }

    fn expire_access(&mut self) {
        self.access.expire();
    }

    fn world(&self) -> &SharedWorld {
        &self.world
    }

    fn introduction(&self) -> Map<String, Value> {
        let world = open(&self.world);
        let line = json!({
            "vendor": "ingram_micro", "username": self.username, "password": self.password,
            "subscription_key": self.subscription_key, "marketplace": MARKETPLACE, "region": REGION,
            "customers": world.customers_at(Vendor::IngramMicro).len(),
            "subscriptions": subscriptions::newest_first(&world).len(),
        });
        line.as_object().cloned().unwrap_or_default()
    }

    fn finish(&mut self, reply: Reply, _asked: &Asked, _call: &Call<IngramPath>) -> Reply {
        let own = serde_json::from_slice::<Value>(&reply.body).ok();
        let own = own.and_then(|body| body["correlationId"].as_str().map(str::to_owned));
        let id = own.unwrap_or_else(|| self.correlation.guid());
        reply.with_header("x-correlation-id", id)
    }
}

fn plain<T>(status: u16) -> Result<T, Refusal> {
    Err((status, errors::sentence(status).to_owned()))
}

impl Ingram {
    /// A service for one world.
    pub(super) fn new(world: SharedWorld, options: IngramOptions) -> Self {
        let seed = options.server.seed;
        let mut dice = Dice::new(seed, "ingram credentials", 0);
        Self {
            world,
            hostility: match options.server.weather {
                Weather::Calm => Hostility::None,
                Weather::Chaos => Hostility::Seeded(seed),
            },
            access: Access::new(seed, options.access),
            correlation: Dice::new(seed, "ingram correlation", 0),
            username: format!("{}.api", dice.letters(8).to_lowercase()),
            password: dice.letters(20),
            subscription_key: dice.guid().replace('-', ""),
            options,
        }
    }

    fn error(&mut self, status: u16, message: &str, path: &str) -> Reply {
        let now = open(&self.world).now();
        // Paths are told as the service behind the gateway has them.
        let path = path
            .strip_prefix(&format!("/marketplace/{REGION}"))
            .unwrap_or(path);
        errors::error(status, message, path, now, &self.correlation.guid())
    }

    fn token(
        &mut self,
        asked: &Asked,
        call: &Call<IngramPath>,
        stats: &mut Stats<IngramPath>,
    ) -> Result<Reply, Refusal> {
        let wanted = format!("{}:{}", self.username, self.password);
        if asked.header("authorization") != format!("Basic {}", base64(wanted.as_bytes())) {
            return plain(401);
        }
        let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        // The older description shows the call without a body.
        if !asked.body.is_empty() && body["marketplace"] != MARKETPLACE {
            return Err((400, "Invalid marketplace".to_owned()));
        }
        stats.tokens_issued += 1;
        let (token, seconds) = self.access.issue(call.now);
        Ok(Reply::json(
            200,
            &json!({"token": token, "expiresInSeconds": seconds}),
        ))
    }

    fn resource(&self, world: &World, asked: &Asked) -> Result<Reply, Refusal> {
        let query = Query::of(&asked.query);
        let parts = asked.parts();
        let Some((REGION, rest)) = route::below_region(&parts) else {
            return plain(404);
        };
        match rest {
            ["customers"] => self.customers(world, &query),
            ["customers", id] => {
                let found =
                    rows::find(world, id).ok_or((404, format!("Customer {id} is not found")))?;
                Ok(Reply::json(
                    200,
                    &rows::customer_details(world, found, self.hostility),
                ))
            }
            ["subscriptions"] => self.subscriptions(world, &query),
            ["subscriptions", id] => {
                let all = world.subscriptions_at(Vendor::IngramMicro);
                let found = all.iter().find(|s| subscriptions::id(s) == *id);
                let found = found.ok_or((404, format!("Subscription {id} is not found")))?;
                Ok(Reply::json(
                    200,
                    &subscriptions::details(world, found, self.hostility),
                ))
            }
            ["products"] => self.page(&query, rows::products(query.get(&["mpn"])), Totals::Given),
            ["products", id] => one(rows::products(None), id),
            ["orders"] => self.page(&query, rows::orders(world), Totals::Missing),
            ["orders", id] => one(rows::orders(world), id),
            ["reports"] => self.page(&query, rows::reports(world), Totals::Missing),
            ["reports", id] => one(rows::reports(world), id),
            _ => plain(404),
        }
    }

    /// Newest first, so that rows made during a run move the others.
    fn customers(&self, world: &World, query: &Query) -> Result<Reply, Refusal> {
        let like = |wanted: Option<&str>, text: &str| {
            wanted.is_none_or(|w| text.to_lowercase().contains(&w.to_lowercase()))
        };
        let email = query.get(&["email"]);
        let fits = |c: &&Customer| {
            like(query.get(&["name"]), &c.organisation)
                && email.is_none_or(|wanted| c.email.as_deref() == Some(wanted))
        };
        let all = world
            .customers_at(Vendor::IngramMicro)
            .iter()
            .rev()
            .filter(fits);
        let external = query.get(&["externalId"]);
        let all = all
            .map(|c| rows::customer(world, c, self.hostility))
            .filter(|row| external.is_none_or(|wanted| row["externalId"] == wanted));
        self.page(query, all.collect(), Totals::Given)
    }

    fn subscriptions(&self, world: &World, query: &Query) -> Result<Reply, Refusal> {
        let status = query.get(&["status"]);
        if status.is_some_and(|word| !STATES.contains(&word)) {
            return Err((400, "Invalid value for parameter status".to_owned()));
        }
        let customer = query.get(&["customerId"]);
        let (from, to) = (
            query.get(&["creationDateFrom"]),
            query.get(&["creationDateTo"]),
        );
        let fits = |s: &&Subscription| {
            let day = s.purchased.date().to_string();
            status.is_none_or(|word| word == subscriptions::status(s))
                && customer.is_none_or(|id| id == rows::customer_id(s.customer))
                && from.is_none_or(|from| day.as_str() >= from)
                && to.is_none_or(|to| day.as_str() <= to)
        };
        let all = subscriptions::newest_first(world).into_iter().filter(fits);
        let all = all.map(|s| subscriptions::row(s, self.hostility)).collect();
        self.page(query, all, self.options.totals)
    }

    fn page(&self, query: &Query, all: Vec<Value>, totals: Totals) -> Result<Reply, Refusal> {
        let slice = Slice::of(query, self.options.page_cap).map_err(|message| (400, message))?;
        let data: Vec<&Value> = slice.rows(&all).collect();
        let mut body = json!({ "data": data });
        if totals == Totals::Given {
            body["pagination"] = slice.told(all.len());
        }
        Ok(Reply::json(200, &body))
    }
}

fn one(all: Vec<Value>, id: &str) -> Result<Reply, Refusal> {
    match all.iter().find(|row| row["id"] == id) {
        Some(found) => Ok(Reply::json(200, found)),
        None => plain(404),
    }
}

/// RFC 4648, for Basic authentication.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        let word = word << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod unit {
    use super::base64;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
