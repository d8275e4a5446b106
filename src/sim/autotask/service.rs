//! Answers requests: the zone, sign-in, then the entities.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::books;
use super::super::hostility::Hostility;
use super::super::server::{
    self, Asked, Call, Kind, Query, Reply, Server, ServerOptions, Service, SimError,
};
use super::super::world::{SharedWorld, World, open};
use super::bundles::{self, Bundles};
use super::{Stats, filter, rows};

/// The API user's name.
pub const USERNAME: &str = "vectis4711@TALLGRASS.EXAMPLE";
/// Its secret.
pub const SECRET: &str = "h8#Kq2Lm9@Vt5Xw";
/// The integration code.
pub const INTEGRATION_CODE: &str = "ZT4PLK7QH2WN9RVEXB3MCDUA6SY";
/// Requests an hour that all integrations of an account share.
const THRESHOLD: u64 = 10_000;
/// The most rows of a page.
const MOST: usize = 500;

/// The kinds of paths that are counted and that faults can be aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathKind {
    /// Zone and version.
    Zone,
    /// The shared budget.
    Threshold,
    /// Companies.
    Companies,
    /// Contracts.
    Contracts,
    /// Services on contracts.
    ContractServices,
    /// Their units.
    ContractServiceUnits,
    /// Bundles on contracts, and their units.
    Bundles,
    /// Services, countries.
    Other,
}

impl Kind for PathKind {
    fn is_token(self) -> bool {
        false
    }
}

/// How the service is to behave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// As any server.
    pub server: ServerOptions,
    /// What is sold in bundles.
    pub bundles: Bundles,
}

/// Autotask.
pub struct Autotask {
    world: SharedWorld,
    hostility: Hostility,
    bundles: Bundles,
    requests: u64,
}

/// Starts the service for a world, on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start(world: SharedWorld, options: Options) -> Result<Server<Autotask>, SimError> {
    let service = Autotask {
        world,
        hostility: Hostility::of(&options.server),
        bundles: options.bundles,
        requests: 0,
    };
    server::start(service, &options.server).await
}

/// The entity and what is wanted of it; the web server in front does not look at the case of its own part.
fn entity(path: &str) -> Vec<&str> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        [root, version, rest @ ..]
            if root.eq_ignore_ascii_case("atservicesrest")
                && version.eq_ignore_ascii_case("v1.0") =>
        {
            rest.to_vec()
        }
        _ => Vec::new(),
    }
}

fn error(status: u16, words: &str) -> Reply {
    Reply::json(status, &json!({"errors": [words]}))
}

impl Service for Autotask {
    type Kind = PathKind;

    fn kind(&self, asked: &Asked) -> PathKind {
        match entity(&asked.path).first().copied() {
            Some("ThresholdInformation") => PathKind::Threshold,
            Some("Companies") => PathKind::Companies,
            Some("Contracts") => PathKind::Contracts,
            Some("ContractServices") => PathKind::ContractServices,
            Some("ContractServiceUnits") => PathKind::ContractServiceUnits,
            Some("ContractServiceBundles" | "ContractServiceBundleUnits") => PathKind::Bundles,
            Some(_) => PathKind::Other,
            None => PathKind::Zone,
        }
    }

    fn answer(&mut self, asked: &Asked, _call: &Call<PathKind>, _stats: &mut Stats) -> Reply {
        let lower = asked.path.to_ascii_lowercase();
        if lower == "/atservicesrest/1.0/zoneinformation" {
            return zone(asked);
        }
        if lower == "/atservicesrest/versioninformation" {
            return Reply::json(200, &json!({"apiVersions": ["1.0"]}));
        }
        if let Some(refused) = refusal(asked) {
            return refused;
        }
        self.requests += 1;
        self.resource(asked)
    }

    fn refuse(&mut self, status: u16, _call: &Call<PathKind>) -> Reply {
        match status {
            401 => error(401, "Unauthorized"),
            403 => error(403, "You do not have permission to access this entity"),
            404 => Reply::html(404),
            429 => error(429, "The request threshold is exceeded"),
            _ => error(status, "An internal error occurred"),
        }
    }

    fn limited(&mut self, seconds: u64, call: &Call<PathKind>) -> Reply {
        self.refuse(429, call)
            .with_header("retry-after", seconds.to_string())
    }

    /// There are no access tokens.
    fn expire_access(&mut self) {}

    fn world(&self) -> &SharedWorld {
        &self.world
    }

    fn introduction(&self) -> Map<String, Value> {
        let credentials = [
            ("username", USERNAME),
            ("secret", SECRET),
            ("integration_code", INTEGRATION_CODE),
        ];
        books::introduction("autotask", &credentials, &open(&self.world))
    }
}

/// The zone of a user: here, whoever asks.
fn zone(asked: &Asked) -> Reply {
    let query = Query::of(&asked.query);
    let user = query.get(&["user"]).unwrap_or_default();
    if !user.eq_ignore_ascii_case(USERNAME) {
        return error(500, "Zone information could not be determined");
    }
    let url = format!("http://{}/ATServicesRest/", asked.header("host"));
    Reply::json(
        200,
        &json!({"zoneName": "America East 2", "url": url, "webUrl": "https://ww5.autotask.net/", "ci": 5}),
    )
}

/// Wrong credentials are told in three ways.
fn refusal(asked: &Asked) -> Option<Reply> {
    if asked.header("apiintegrationcode") != INTEGRATION_CODE {
        return Some(error(500, "IntegrationCode is invalid"));
    }
    let known = asked.header("username").eq_ignore_ascii_case(USERNAME);
    let right = known && asked.header("secret") == SECRET;
    (!right).then(|| Reply::new(401, "text/plain", Vec::new()))
}

impl Autotask {
    fn resource(&self, asked: &Asked) -> Reply {
        let world = open(&self.world);
        let parts = entity(&asked.path);
        match (asked.method.as_str(), parts.as_slice()) {
            ("GET", ["ThresholdInformation"]) => Reply::json(
                200,
                &json!({"externalRequestThreshold": THRESHOLD, "requestThresholdTimeframe": 60,
                    "currentTimeframeRequestCount": self.requests}),
            ),
            ("GET", ["Services", "entityInformation", "fields"]) => {
                Reply::json(200, &rows::periods())
            }
            ("GET", ["Companies", "entityInformation", "fields"]) => {
                Reply::json(200, &rows::company_types())
            }
            ("GET", [name, "query", "count"]) => match self.rows(&world, name) {
                Some(rows) => count(&rows, name, asked),
                None => Reply::html(404),
            },
            ("POST", [name, "query"]) => match self.rows(&world, name) {
                Some(rows) => page(&rows, name, asked),
                None => Reply::html(404),
            },
            ("POST" | "PUT" | "PATCH" | "DELETE", _) => error(405, "this simulator is read-only"),
            _ => Reply::html(404),
        }
    }

    fn rows(&self, world: &World, name: &str) -> Option<Vec<Value>> {
        Some(match name {
            "Companies" => rows::companies(world)
                .into_iter()
                .map(|row| self.hostility.spoil_company(row, &["companyName"]))
                .collect(),
            "Countries" => rows::countries(world),
            "Contracts" => rows::contracts(world),
            "Services" => rows::services(world),
            "ContractServices" => rows::contract_services(world, self.bundles),
            "ContractServiceUnits" => rows::units(world, self.bundles),
            "ServiceBundles" => bundles::bundles(world, self.bundles),
            "ServiceBundleServices" => bundles::parts(world, self.bundles),
            "ContractServiceBundles" => bundles::on_contracts(world, self.bundles),
            "ContractServiceBundleUnits" => bundles::units(world, self.bundles),
            _ => return None,
        })
    }
}

/// The rows that fulfil every item of a filter.
fn fulfilling<'a>(
    rows: &'a [Value],
    items: &[Value],
    name: &str,
) -> Result<Vec<&'a Value>, filter::Refused> {
    let mut found = Vec::new();
    for row in rows {
        if filter::holds(items, row, name)? {
            found.push(row);
        }
    }
    Ok(found)
}

/// How many rows fulfil the filter; it stands in the address.
fn count(rows: &[Value], name: &str, asked: &Asked) -> Reply {
    let query = Query::of(&asked.query);
    let search = query.get(&["search"]).unwrap_or_default();
    let search: Value = serde_json::from_str(search).unwrap_or_default();
    let filter = search.get("filter").or(search.get("Filter"));
    let Some(items) = filter
        .and_then(Value::as_array)
        .filter(|items| !items.is_empty())
    else {
        return error(500, "A filter is required");
    };
    match fulfilling(rows, items, name) {
        Ok(found) => Reply::json(200, &json!({"queryCount": found.len()})),
        Err(words) => error(500, &words),
    }
}

/// A page of the rows that fulfil the filter, by their ids.
fn page(rows: &[Value], name: &str, asked: &Asked) -> Reply {
    let Ok(body) = serde_json::from_slice::<Value>(&asked.body) else {
        return error(500, "The body is no query");
    };
    let Some(items) = body["Filter"].as_array().filter(|items| !items.is_empty()) else {
        return error(500, "A filter is required");
    };
    let most = body["MaxRecords"]
        .as_u64()
        .map_or(MOST, |n| usize::try_from(n).unwrap_or(MOST));
    let most = most.clamp(1, MOST);
    let mut found = match fulfilling(rows, items, name) {
        Ok(found) => found,
        Err(words) => return error(500, &words),
    };
    found.sort_by_key(|row| row["id"].as_u64());
    let more = found.len() > most;
    found.truncate(most);
    let next = more.then(|| {
        format!(
            "http://{}{}/next?paging=x",
            asked.header("host"),
            asked.path
        )
    });
    let details = json!({"count": found.len(), "requestCount": most, "prevPageUrl": null, "nextPageUrl": next});
    Reply::json(200, &json!({"items": found, "pageDetails": details}))
}
