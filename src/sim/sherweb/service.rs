//! Answers requests: the gateway's key, the token, then the resources. Nothing can be written.

use serde_json::{Map, Value, json};

use super::super::dice::Dice;
use super::super::hostility::{Hostility, hostile_text};
use super::super::party::Customer;
use super::super::server::{
    Access, Asked, Call, Hint, Query, Reply, Service, Stats, Weather, field,
};
use super::super::world::{MSP_NAME, SharedWorld, World, open};
use super::names::{self, Language};
use super::route::{self, SherwebPath};
use super::subscriptions::{self, Manner};
use super::{Calls, Integration, SherwebOptions, charges, errors, platforms};
use crate::domain::vendor::Vendor;

/// Sherweb.
pub struct Sherweb {
    world: SharedWorld,
    options: SherwebOptions,
    hostility: Hostility,
    access: Access,
    /// Tokens that may read payable charges.
    distributor: Vec<String>,
    /// Tokens that may read customers.
    provider: Vec<String>,
    client_id: String,
    client_secret: String,
    subscription_key: String,
}

impl Service for Sherweb {
    type Kind = SherwebPath;

    fn kind(&self, asked: &Asked) -> SherwebPath {
        route::kind(&asked.parts())
    }

    fn answer(
        &mut self,
        asked: &Asked,
        call: &Call<SherwebPath>,
        stats: &mut Stats<SherwebPath>,
    ) -> Reply {
        let key = asked.header("ocp-apim-subscription-key");
        if key.is_empty() {
            let message = "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";
            return errors::gateway(401, message);
        }
        if key != self.subscription_key {
            let message = "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
            return errors::gateway(401, message);
        }
        if call.kind == SherwebPath::Token && asked.method == "POST" {
            return self.token(asked, call, stats);
        }
        let bearer = asked.bearer();
        if !self.access.admit(bearer, call.now) {
            return errors::problem(401, "Unauthorized", "", &asked.path, &call.request)
                .with_header("www-authenticate", "Bearer error=\"invalid_token\"");
        }
        let is_pricing = asked.path.ends_with("/catalog-items-pricing");
        if asked.method != if is_pricing { "POST" } else { "GET" } {
            let detail = "this simulator is read-only";
            return errors::problem(
                405,
                "Method Not Allowed",
                detail,
                &asked.path,
                &call.request,
            );
        }
        let scope = match call.kind {
            SherwebPath::Payable => &self.distributor,
            _ => &self.provider,
        };
        if !scope.iter().any(|token| token == bearer) {
            return errors::of_status(403, &call.request);
        }
        let world = open(&self.world);
        let found = self.resource(&world, asked, call);
        found.unwrap_or_else(|| errors::of_status(404, &call.request))
    }

    fn refuse(&mut self, status: u16, call: &Call<SherwebPath>) -> Reply {
        match (call.kind, status) {
            (SherwebPath::Token, 400) => errors::sign_in("invalid_client"),
            (_, 401) => errors::gateway(401, "Access denied due to invalid subscription key."),
            _ => errors::of_status(status, &call.request),
        }
    }

    fn limited(&mut self, seconds: u64, call: &Call<SherwebPath>) -> Reply {
        match self.options.hint {
            Hint::Given => errors::limited(seconds, &call.request),
            Hint::Missing => errors::of_status(429, &call.request),
        }
    }

    fn expire_access(&mut self) {
        self.access.expire();
    }

    fn world(&self) -> &SharedWorld {
        &self.world
    }

    fn introduction(&self) -> Map<String, Value> {
        let world = open(&self.world);
        let customers = world.customers_at(Vendor::Sherweb);
        let subscriptions = customers
            .iter()
            .map(|c| subscriptions::of(&world, c.id).count());
        let line = json!({
            "vendor": "sherweb", "client_id": self.client_id, "client_secret": self.client_secret,
            "subscription_key": self.subscription_key, "customers": customers.len(),
            "subscriptions": subscriptions.sum::<usize>(),
        });
        line.as_object().cloned().unwrap_or_default()
    }
}

impl Sherweb {
    /// A service for one world.
    pub(super) fn new(world: SharedWorld, options: SherwebOptions) -> Self {
        let seed = options.server.seed;
        let mut dice = Dice::new(seed, "sherweb credentials", 0);
        Self {
            world,
            hostility: match options.server.weather {
                Weather::Calm => Hostility::None,
                Weather::Chaos => Hostility::Seeded(seed),
            },
            access: Access::new(seed, options.access),
            distributor: Vec::new(),
            provider: Vec::new(),
            client_id: dice.guid(),
            client_secret: dice.letters(44),
            subscription_key: dice.guid().replace('-', ""),
            options,
        }
    }

    fn token(
        &mut self,
        asked: &Asked,
        call: &Call<SherwebPath>,
        stats: &mut Stats<SherwebPath>,
    ) -> Reply {
        let kind = asked.header("content-type");
        let given = |name| field(kind, &asked.body, name).unwrap_or_default();
        if given("grant_type") != "client_credentials" {
            return errors::sign_in("unsupported_grant_type");
        }
        if given("client_id") != self.client_id || given("client_secret") != self.client_secret {
            return errors::sign_in("invalid_client");
        }
        let scope = given("scope");
        let words: Vec<&str> = scope.split_whitespace().collect();
        let known = |word: &&str| matches!(*word, "service-provider" | "distributor");
        if words.is_empty() || !words.iter().all(known) {
            return errors::sign_in("invalid_scope");
        }
        stats.tokens_issued += 1;
        let (token, seconds) = self.access.issue(call.now);
        if words.contains(&"distributor") {
            self.distributor.push(token.clone());
        }
        if words.contains(&"service-provider") {
            self.provider.push(token.clone());
        }
        let body = json!({
            "access_token": token, "expires_in": seconds, "token_type": "Bearer", "scope": scope,
        });
        Reply::json(200, &body)
    }

    /// The answer to a read; none where there is nothing.
    fn resource(&self, world: &World, asked: &Asked, call: &Call<SherwebPath>) -> Option<Reply> {
        let query = Query::of(&asked.query);
        let language = Language::of(asked.header("accept-language"));
        let manner = Manner {
            language,
            hostility: self.hostility,
        };
        let is_old = self.options.calls == Calls::Old;
        let named = || -> Result<&Customer, Reply> {
            let detail = "customerId is required.";
            let id = query.get(&["customerId"]).ok_or_else(|| {
                errors::problem(400, "Bad Request", detail, &asked.path, &call.request)
            })?;
            let found = names::customer(world, id);
            found.ok_or_else(|| errors::of_status(404, &call.request))
        };
        let of_named = |make: &dyn Fn(&Customer) -> Value| match named() {
            Ok(customer) => Reply::json(200, &make(customer)),
            Err(refused) => refused,
        };
        if call.kind == SherwebPath::Payable {
            let body = charges::payable(world, query.get(&["date"]), language);
            return Some(Reply::json(200, &body));
        }
        let parts = asked.parts();
        let reply = match *route::below_provider(&parts)? {
            ["customers"] => Reply::json(200, &self.customers(world)),
            [
                "billing",
                "subscriptions",
                "details" | "pricing-information",
            ] if is_old => return None,
            ["billing", "subscriptions", "details"] => of_named(&|c| {
                items(
                    subscriptions::of(world, c.id)
                        .map(|s| subscriptions::details(world, s, manner)),
                )
            }),
            ["billing", "subscriptions", "pricing-information"] => of_named(&|c| {
                items(subscriptions::of(world, c.id).map(|s| subscriptions::pricing(world, s)))
            }),
            ["billing", "subscriptions"] => of_named(&|c| {
                items(subscriptions::of(world, c.id).map(|s| subscriptions::both(world, s, manner)))
            }),
            ["billing", "subscriptions", "meters"] => of_named(&|c| platforms::meters(world, c)),
            ["billing", "receivable-charges"] if self.options.integration == Integration::On => {
                let detail = "This operation is not available while a PSA integration is enabled.";
                errors::problem(400, "Bad Request", detail, &asked.path, &call.request)
            }
            ["billing", "receivable-charges"] => {
                of_named(&|c| charges::receivable(world, c.id, query.get(&["date"]), language))
            }
            ["platforms"] => Reply::json(200, &platforms::all(world)),
            ["tracking", _] => Reply::json(200, &"Unknown".into()),
            ["customer-catalogs", id] => {
                Reply::json(200, &platforms::catalog(world, names::customer(world, id)?))
            }
            ["customer-catalogs", id, "catalog-items-pricing"] => {
                let customer = names::customer(world, id)?;
                Reply::json(
                    200,
                    &platforms::catalog_pricing(world, customer, &asked.body),
                )
            }
            ["customers", id, "platforms-configurations"] => Reply::json(
                200,
                &platforms::configured(world, names::customer(world, id)?),
            ),
            ["customers", id, "platforms", platform, what]
                if platform == platforms::microsoft(world) =>
            {
                let customer = names::customer(world, id)?;
                match what {
                    "details" => Reply::json(200, &platforms::details(world, customer)),
                    "meter-usages" => Reply::json(200, &platforms::usages(world, customer)),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(reply)
    }

    fn customers(&self, world: &World) -> Value {
        items(world.customers_at(Vendor::Sherweb).iter().map(|c| {
            let mut row = json!({
                "id": names::customer_id(world, c.id), "displayName": c.organisation,
                "path": [MSP_NAME, c.organisation],
            });
            match c.active {
                false => row["suspendedOn"] = names::time(c.updated, c.id).into(),
                true if c.id.is_multiple_of(3) => row["suspendedOn"] = Value::Null,
                true => {}
            }
            self.spoil(c, row)
        }))
    }

    /// Chaos: hostile names, rows without an id.
    fn spoil(&self, c: &Customer, mut row: Value) -> Value {
        let Some(mut dice) = self.hostility.dice("sherweb customer", c.id) else {
            return row;
        };
        if dice.chance(6) {
            row["displayName"] = hostile_text(&c.organisation, &mut dice).into();
        }
        if let Some(members) = row.as_object_mut().filter(|_| dice.below(150) == 0) {
            members.remove("id");
        }
        row
    }
}

fn items(rows: impl Iterator<Item = Value>) -> Value {
    json!({"items": rows.collect::<Vec<_>>()})
}
