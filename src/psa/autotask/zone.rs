//! Where an account is: its zone, asked for without sign-in, or typed by hand.

use serde_json::Value;

use super::problems;
use crate::domain::problem::Problem;
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::origin::Origin;
use crate::http::pacing::Class;
use crate::http::problems::no_client;
use crate::http::request::{Get, Parts};
use crate::psa::session::Failed;

/// Where the zone of a user is asked for.
pub const DEFAULT_BASE_URL: &str = "https://webservices2.autotask.net/atservicesrest";

/// An address as people paste it, with the path that every one has; without the version that the API's paths begin with.
pub fn completed(pasted: &str, path: &str) -> String {
    let pasted = pasted.trim().trim_end_matches('/');
    let pasted = pasted
        .strip_suffix("/V1.0")
        .or(pasted.strip_suffix("/v1.0"))
        .unwrap_or(pasted);
    match Origin::parse(pasted) {
        Ok(origin) if origin.path().is_empty() => format!("{pasted}{path}"),
        _ => pasted.to_owned(),
    }
}

/// Where the account is.
pub(super) enum Place {
    /// Its zone is asked for, at this address.
    Discover(String),
    /// Its zone is typed by hand.
    Zone(String),
}

impl Place {
    /// A zone that is typed goes before an address to ask at; the vendor's own is asked where neither is given.
    pub fn of(base_url: &str, zone_url: &str) -> Self {
        match (zone_url, base_url) {
            ("", "") => Place::Discover(DEFAULT_BASE_URL.to_owned()),
            ("", base) => Place::Discover(base.to_owned()),
            (zone, _) => Place::Zone(zone.to_owned()),
        }
    }

    /// The zone of a user.
    pub async fn zone(
        &self,
        username: &str,
        parts: &Parts,
        class: Class,
    ) -> Result<Origin, Problem> {
        match self {
            Place::Zone(zone) => Origin::parse(zone).map_err(problems::not_a_base_url),
            Place::Discover(base) => ask(base, username, parts, class).await,
        }
    }
}

async fn ask(base: &str, username: &str, parts: &Parts, class: Class) -> Result<Origin, Problem> {
    let origin = Origin::parse(base).map_err(problems::not_a_base_url)?;
    let host = origin.host();
    let client = ApiClient::new(origin, None, parts.clone()).map_err(no_client)?;
    let query = [("user", username.to_owned())];
    let get = Get {
        path: "/1.0/zoneInformation",
        query: &query,
        auth: &Auth::none(),
        class,
    };
    let explain = |failed: Failed| problems::reading(&failed, "zone");
    let answer = client.get(get).await.map_err(|e| explain(Failed::Api(e)))?;
    let url = answer.json.get("url").and_then(Value::as_str);
    let url = url.unwrap_or_default();
    if url.is_empty() {
        let why = "the answer names no zone".to_owned();
        return Err(explain(Failed::Shape(why)));
    }
    let zone = Origin::parse(url.trim_end_matches('/')).map_err(problems::not_a_base_url)?;
    match zone.host() == host || zone.host().ends_with(".autotask.net") {
        true => Ok(zone),
        false => Err(problems::foreign_zone(url)),
    }
}
