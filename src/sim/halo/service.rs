//! Answers requests: the token, then the resources. Nothing can be written.

use serde_json::{Map, Value, json};

use super::super::books;
use super::super::hostility::Hostility;
use super::super::server::{Access, Asked, Call, Hint, Query, Reply, Service, Stats, field};
use super::super::world::{SharedWorld, World, open};
use super::invoices::{Detail, invoices};
use super::listing::{answer, is_set};
use super::route::{self, HaloPath};
use super::{ListedLines, Options, errors, rows};
use crate::domain::time::Ts;

/// The application's client ID.
pub const CLIENT_ID: &str = "6d1f0c57-93ba-4f0e-8c22-7ab1e4d95c38";
/// Its secret.
pub const CLIENT_SECRET: &str =
    "b7e2a9d4-51c8-4f6a-9e03-d8c4f1726ab5-2c9d7e10-6f4b-4a83-b5d1-90e7c3a8f264";
/// The tenant of the hosted instance.
pub const TENANT: &str = "tallgrass";

/// HaloPSA.
pub struct Halo {
    world: SharedWorld,
    hostility: Hostility,
    access: Access,
    options: Options,
    refusals: u64,
}

impl Service for Halo {
    type Kind = HaloPath;

    fn kind(&self, asked: &Asked) -> HaloPath {
        let path = asked.path.to_ascii_lowercase();
        route::kind(&path.trim_start_matches('/').split('/').collect::<Vec<_>>())
    }

    fn answer(
        &mut self,
        asked: &Asked,
        call: &Call<HaloPath>,
        stats: &mut Stats<HaloPath>,
    ) -> Reply {
        if call.kind == HaloPath::Token && asked.method == "POST" {
            return self.token(asked, call, stats);
        }
        // The web client takes every address that the API does not have.
        if !asked.path.to_ascii_lowercase().starts_with("/api/") {
            return Reply::html(200);
        }
        if !self.access.admit(asked.bearer(), call.now) {
            return errors::of_status(401);
        }
        if asked.method != "GET" {
            return errors::of_status(405);
        }
        let world = open(&self.world);
        let found = self.resource(&world, asked);
        found.unwrap_or_else(|| errors::of_status(404))
    }

    fn refuse(&mut self, status: u16, call: &Call<HaloPath>) -> Reply {
        match (call.kind, status) {
            (HaloPath::Token, 400 | 401) => errors::invalid_client(),
            _ => errors::of_status(status),
        }
    }

    /// The hint stands in the header or, every other time, in the body.
    fn limited(&mut self, seconds: u64, _call: &Call<HaloPath>) -> Reply {
        self.refusals += 1;
        match self.options.hint {
            Hint::Given if self.refusals.is_multiple_of(2) => {
                Reply::json(429, &json!({"retry_after": seconds}))
            }
            hint => hint.on(errors::of_status(429), seconds),
        }
    }

    fn expire_access(&mut self) {
        self.access.expire();
    }

    fn world(&self) -> &SharedWorld {
        &self.world
    }

    fn introduction(&self) -> Map<String, Value> {
        let credentials = [
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("tenant", TENANT),
        ];
        books::introduction("halo", &credentials, &open(&self.world))
    }
}

impl Halo {
    /// A service for one world.
    pub(super) fn new(world: SharedWorld, options: Options) -> Self {
        Self {
            world,
            hostility: Hostility::of(&options.server),
            access: Access::new(options.server.seed, options.access),
            options,
            refusals: 0,
        }
    }

    fn token(
        &mut self,
        asked: &Asked,
        call: &Call<HaloPath>,
        stats: &mut Stats<HaloPath>,
    ) -> Reply {
        let tenant = Query::of(&asked.query);
        if tenant.get(&["tenant"]).is_some_and(|name| name != TENANT) {
            return errors::unknown_tenant();
        }
        let kind = asked.header("content-type");
        let is = |name: &str, value: &str| {
            field(kind, &asked.body, name).is_some_and(|given| given == value)
        };
        let known = is("grant_type", "client_credentials")
            && is("client_id", CLIENT_ID)
            && is("client_secret", CLIENT_SECRET)
            && is("scope", "all");
        if !known {
            return errors::invalid_client();
        }
        stats.tokens_issued += 1;
        let (token, seconds) = self.access.issue(call.now);
        let body = json!({"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": "all"});
        Reply::json(200, &body)
    }

    /// The answer to a read; none where there is nothing.
    fn resource(&self, world: &World, asked: &Asked) -> Option<Reply> {
        let query = Query::of(&asked.query);
        let path = asked.path.to_ascii_lowercase();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let list = |name: &str, rows: Vec<Value>| answer(name, rows, &query, self.options.page_cap);
        Some(match parts.as_slice() {
            ["api", "client"] => list("clients", self.clients(world, &query)),
            ["api", "client", id] => {
                let client = world.companies.iter().find(|c| c.id.to_string() == *id)?;
                Reply::json(200, &rows::client(world, client, true))
            }
            ["api", "site"] => {
                let sites = world.companies.iter().flat_map(rows::sites);
                let inactive = is_set(&query, "includeinactive", false);
                list(
                    "sites",
                    sites
                        .filter(|s| inactive || s["inactive"] != true)
                        .collect(),
                )
            }
            ["api", "item"] => list("items", rows::items(world)),
            ["api", "item", id] => {
                let all = rows::items(world);
                let id = id.parse::<i64>().ok();
                let found = all.iter().find(|row| row["id"].as_i64() == id)?;
                Reply::json(200, found)
            }
            ["api", "recurringinvoice"] => {
                let asked = is_set(&query, "includelines", false);
                let detail = match self.options.lines {
                    ListedLines::Told if asked => Detail::Lines,
                    _ => Detail::Header,
                };
                list("invoices", invoices(world, detail))
            }
            ["api", "recurringinvoice", id] => {
                let detail = match is_set(&query, "includedetails", false) {
                    true => Detail::Lines,
                    false => Detail::Header,
                };
                let all = invoices(world, detail);
                let id = id.parse::<i64>().ok();
                let found = all.iter().find(|row| row["id"].as_i64() == id)?;
                Reply::json(200, found)
            }
            _ => return None,
        })
    }

    fn clients(&self, world: &World, query: &Query) -> Vec<Value> {
        let since = query
            .get(&["lastupdatefromdate"])
            .and_then(Ts::parse_lenient);
        let (active, inactive, tenants) = (
            is_set(query, "includeactive", true),
            is_set(query, "includeinactive", false),
            is_set(query, "includeazuretenants", false),
        );
        let asked = world.companies.iter().filter(|c| {
            let is_inactive = c.status == "Inactive";
            let wanted = if is_inactive { inactive } else { active };
            wanted && since.is_none_or(|at| rows::updated(world, c) >= at)
        });
        asked
            .map(|c| rows::client(world, c, tenants))
            .map(|row| self.hostility.spoil_company(row, &["name"]))
            .collect()
    }
}
