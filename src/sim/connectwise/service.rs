//! Answers requests: sign-in, then the resources.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::books;
use super::super::hostility::Hostility;
use super::super::server::{
    self, Asked, Call, Kind, Query, Reply, Server, ServerOptions, Service, SimError,
};
use super::super::world::{SharedWorld, World, open};
use super::{Stats, basic, errors, listing, rows};

/// The company ID to type at sign-in.
pub const COMPANY_ID: &str = "tallgrass";
/// The API member's public key.
pub const PUBLIC_KEY: &str = "Q7bP2cXv9LmT4sKd";
/// Its private key.
pub const PRIVATE_KEY: &str = "w3NfZ8rJ5hYq1GtB";
/// The integration's client ID.
pub const CLIENT_ID: &str = "3f6c1d52-8a47-4e0b-9d1e-5b2a7c90e641";
/// Where the API is below its host.
const BASE: &str = "/v4_6_release/apis/3.0/";

/// How the service is to behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// As any server.
    pub server: ServerOptions,
    /// The largest page that it gives, whatever is asked for.
    pub page_cap: usize,
}

impl Default for Options {
    /// As documented: pages of up to 1,000 rows; no limit is published, so there is none.
    fn default() -> Self {
        Self {
            server: ServerOptions::default(),
            page_cap: 1_000,
        }
    }
}

/// The kinds of paths that are counted and that faults can be aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathKind {
    /// The list of companies, one of them, their count.
    Companies,
    /// The list of agreements, one of them, their count.
    Agreements,
    /// An agreement's additions.
    Additions,
    /// The product catalogue.
    Catalog,
    /// Anything else.
    Other,
}

impl Kind for PathKind {
    fn is_token(self) -> bool {
        false
    }
}

/// ConnectWise PSA.
pub struct ConnectWise {
    world: SharedWorld,
    hostility: Hostility,
    page_cap: usize,
}

/// Starts the service for a world, on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start(world: SharedWorld, options: Options) -> Result<Server<ConnectWise>, SimError> {
    let service = ConnectWise {
        world,
        hostility: Hostility::of(&options.server),
        page_cap: options.page_cap.max(1),
    };
    server::start(service, &options.server).await
}

/// A path below the base, taken apart.
fn parts(path: &str) -> Vec<&str> {
    path.strip_prefix(BASE)
        .map_or_else(Vec::new, |rest| rest.split('/').collect())
}

impl Service for ConnectWise {
    type Kind = PathKind;

    fn kind(&self, asked: &Asked) -> PathKind {
        match parts(&asked.path).as_slice() {
            ["company", "companies", ..] => PathKind::Companies,
            ["finance", "agreements", _, "additions", ..] => PathKind::Additions,
            ["finance", "agreements", ..] => PathKind::Agreements,
            ["procurement", "catalog", ..] => PathKind::Catalog,
            _ => PathKind::Other,
        }
    }

    fn answer(&mut self, asked: &Asked, _call: &Call<PathKind>, _stats: &mut Stats) -> Reply {
        if let Some(company) = asked.path.strip_prefix("/login/companyinfo/") {
            let known = company.eq_ignore_ascii_case(COMPANY_ID);
            let info = json!({"CompanyName": COMPANY_ID, "Codebase": "v4_6_release/", "CompanyID": COMPANY_ID,
                "IsCloud": true, "SiteUrl": "api-na.myconnectwise.net"});
            return listing::json_reply(if known { &info } else { &Value::Null });
        }
        if let Some(refused) = refusal(asked) {
            return refused;
        }
        if asked.method != "GET" {
            return errors::error(405, "MethodNotAllowed", "this simulator is read-only");
        }
        self.resource(asked)
    }

    fn refuse(&mut self, status: u16, _call: &Call<PathKind>) -> Reply {
        errors::of_status(status)
    }

    fn limited(&mut self, seconds: u64, _call: &Call<PathKind>) -> Reply {
        errors::of_status(429).with_header("retry-after", seconds.to_string())
    }

    /// There are no access tokens.
    fn expire_access(&mut self) {}

    fn world(&self) -> &SharedWorld {
        &self.world
    }

    fn introduction(&self) -> Map<String, Value> {
        let credentials = [
            ("company", COMPANY_ID),
            ("public_key", PUBLIC_KEY),
            ("private_key", PRIVATE_KEY),
            ("client_id", CLIENT_ID),
        ];
        books::introduction("connectwise", &credentials, &open(&self.world))
    }
}

/// Why a request is not let in: the router comes before the keys, and both before the client ID.
fn refusal(asked: &Asked) -> Option<Reply> {
    let signed_in = basic::read(asked.header("authorization"));
    let (user, password) = signed_in.unwrap_or_default();
    let (company, public_key) = user.split_once('+').unwrap_or_default();
    if user.is_empty() {
        return Some(errors::unauthorized());
    }
    if !company.eq_ignore_ascii_case(COMPANY_ID) {
        return Some(errors::unrouted());
    }
    let right = public_key == PUBLIC_KEY && password == PRIVATE_KEY;
    let client = asked.header("clientid").eq_ignore_ascii_case(CLIENT_ID);
    (!right || !client).then(errors::unauthorized)
}

impl ConnectWise {
    fn resource(&self, asked: &Asked) -> Reply {
        let world = open(&self.world);
        let query = Query::of(&asked.query);
        let parts = parts(&asked.path);
        let list = |rows: Vec<Value>, count: bool| {
            listing::answer(rows, &query, self.page_cap, &asked.path, count)
        };
        match parts.as_slice() {
            ["company", "companies"] => list(self.companies(&world), false),
            ["company", "companies", "count"] => list(self.companies(&world), true),
            ["company", "companies", id] => one(self.companies(&world), id),
            ["finance", "agreements"] => list(agreements(&world), false),
            ["finance", "agreements", "count"] => list(agreements(&world), true),
            ["finance", "agreements", id] => one(agreements(&world), id),
            ["finance", "agreements", id, "additions"] => match additions(&world, id) {
                Some(rows) => list(rows, false),
                None => errors::of_status(404),
            },
            ["finance", "agreements", id, "additions", "count"] => match additions(&world, id) {
                Some(rows) => list(rows, true),
                None => errors::of_status(404),
            },
            ["procurement", "catalog"] => list(catalogue(&world), false),
            ["procurement", "catalog", "count"] => list(catalogue(&world), true),
            ["procurement", "catalog", id] => one(catalogue(&world), id),
            _ => errors::of_status(404),
        }
    }

    /// Every company, and copies of some in the recycle bin, which the API lists like the others.
    fn companies(&self, world: &World) -> Vec<Value> {
        let rows = world.companies.iter().map(|c| {
            let row = rows::company(world, c, false);
            self.hostility.spoil_company(row, &["name", "identifier"])
        });
        let recycled = world.companies.iter().filter(|c| c.id.is_multiple_of(40));
        let recycled = recycled.map(|c| rows::company(world, c, true));
        rows.chain(recycled).collect()
    }
}

fn agreements(world: &World) -> Vec<Value> {
    let all = books::agreements(world);
    all.iter()
        .map(|(a, lines)| rows::agreement(world, a, lines))
        .collect()
}

fn additions(world: &World, id: &str) -> Option<Vec<Value>> {
    let all = books::agreements(world);
    let (agreement, lines) = all.iter().find(|(a, _)| a.id.to_string() == id)?;
    let items = books::catalogue(world);
    let row = |line| {
        let item = items.get(&books::identifier(line))?;
        Some(rows::addition(agreement, line, item))
    };
    let mut rows: Vec<Value> = lines.iter().filter_map(|line| row(*line)).collect();
    rows.sort_by_key(|row| row["id"].as_u64());
    Some(rows)
}

fn catalogue(world: &World) -> Vec<Value> {
    books::catalogue(world).values().map(rows::item).collect()
}

fn one(rows: Vec<Value>, id: &str) -> Reply {
    let id = id.parse::<u64>().ok();
    let found = rows.iter().find(|row| row["id"].as_u64() == id);
    found.map_or_else(|| errors::of_status(404), listing::json_reply)
}
