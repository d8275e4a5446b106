//! Autotask as a [`Psa`]: the zone found, its entities joined into one reading.

use std::collections::BTreeMap;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::lines::{Books, lines};
use super::query::{QUERIES, query};
use super::{entities, problems};
use crate::domain::party::{PsaCompany, PsaSystem};
use crate::domain::problem::Problem;
use crate::domain::subscription::Quarantined;
use crate::domain::text::clean;
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::json::read;
use crate::http::origin::Origin;
use crate::http::pacing::Class;
use crate::http::problems::no_client;
use crate::http::request::{Get, Habits, Parts};
use crate::psa::leftover::hints;
use crate::psa::session::{Failed, Session};
use crate::psa::{PageRead, Psa, Reading, Scope, Seen, Told};

/// Where the zone of a user is asked for.
pub const DEFAULT_BASE_URL: &str = "https://webservices2.autotask.net/atservicesrest";
/// A contract that ended longer ago is not read.
const ENDED_DAYS: i64 = 90;
/// The requests of a reading of a small account, for the way that is still to go.
const QUERIES_OF_A_READING: u64 = 9;

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

/// What proves who asks.
pub struct Credential {
    /// The API user's name.
    pub username: String,
    /// Its secret.
    pub secret: SecretString,
    /// The integration code: the tracking identifier.
    pub integration_code: SecretString,
}

/// Where the account is.
pub enum Place {
    /// Its zone is asked for, at this address.
    Discover(String),
    /// Its zone is typed by hand.
    Zone(String),
}

/// Autotask, read only. Make one for each reading.
pub struct Autotask {
    place: Place,
    credential: Credential,
    parts: Parts,
}

impl Autotask {
    /// A connector for one account. An empty address is the vendor's own. Sends nothing yet.
    pub fn new(base_url: &str, zone_url: &str, credential: Credential, parts: Parts) -> Self {
        let place = match (zone_url, base_url) {
            ("", "") => Place::Discover(DEFAULT_BASE_URL.to_owned()),
            ("", base) => Place::Discover(base.to_owned()),
            (zone, _) => Place::Zone(zone.to_owned()),
        };
        Self {
            place,
            credential,
            parts,
        }
    }

    /// The session at the account's zone.
    async fn session(&self, class: Class) -> Result<Session, Problem> {
        let zone = match &self.place {
            Place::Zone(zone) => Origin::parse(zone).map_err(problems::not_a_base_url)?,
            Place::Discover(base) => self.zone(base, class).await?,
        };
        let habits = Habits {
            queries: QUERIES,
            ..Habits::default()
        };
        let client = ApiClient::new(zone, None, self.parts.clone()).map_err(no_client)?;
        let auth = Auth::none()
            .and(
                "apiintegrationcode",
                self.credential.integration_code.clone(),
            )
            .and("username", self.credential.username.clone().into())
            .and("secret", self.credential.secret.clone());
        Ok(Session {
            client: client.with(habits),
            auth,
        })
    }

    /// Asks for the zone, without sign-in.
    async fn zone(&self, base: &str, class: Class) -> Result<Origin, Problem> {
        let origin = Origin::parse(base).map_err(problems::not_a_base_url)?;
        let host = origin.host();
        let client = ApiClient::new(origin, None, self.parts.clone()).map_err(no_client)?;
        let query = [("user", self.credential.username.clone())];
        let get = Get {
            path: "/1.0/zoneInformation",
            query: &query,
            auth: &Auth::none(),
            class,
        };
        let explain = |failed: Failed| problems::reading(&failed, "zone");
        let answer = client.get(get).await.map_err(|e| explain(Failed::Api(e)))?;
        let url = answer
            .json
            .get("url")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if url.is_empty() {
            return Err(explain(Failed::Shape(
                "the answer names no zone".to_owned(),
            )));
        }
        let zone = Origin::parse(url.trim_end_matches('/')).map_err(problems::not_a_base_url)?;
        let is_theirs = zone.host() == host || zone.host().ends_with(".autotask.net");
        if is_theirs {
            Ok(zone)
        } else {
            Err(problems::foreign_zone(url))
        }
    }
}

/// A reading that is under way.
struct Reader<'a> {
    session: Session,
    told: &'a dyn Told,
    queries: u64,
    quarantined: Vec<Quarantined>,
}

impl Reader<'_> {
    /// Every row of an entity.
    async fn all<T>(
        &mut self,
        entity: &'static str,
        conditions: &[Value],
        read: impl Fn(&Value) -> Result<T, Quarantined>,
    ) -> Result<Vec<T>, Problem> {
        let (mut rows, mut bad, mut pages) = (Vec::new(), Vec::new(), 0);
        let listed = query(&self.session, entity, conditions, |page| {
            pages += 1;
            for value in page {
                match read(value) {
                    Ok(row) => rows.push(row),
                    Err(row) => bad.push(row),
                }
            }
        })
        .await;
        listed.map_err(|failed| problems::reading(&failed, entity))?;
        self.quarantined.extend(bad);
        self.queries += 1;
        self.told.page(PageRead {
            listing: entity,
            rows: rows.len() as u64,
            requests_left: Some(QUERIES_OF_A_READING.saturating_sub(self.queries)),
        });
        Ok(rows)
    }

    /// The account's words for the periods of services: pick lists have numbers of their own in each account.
    async fn periods(&self) -> Result<BTreeMap<String, String>, Problem> {
        let path = "/V1.0/Services/entityInformation/fields";
        let answer = self.session.get(path, &[], Class::Bulk).await;
        let json = answer.map_err(|failed| problems::reading(&failed, "services' fields"))?;
        let fields = json
            .get("fields")
            .map(read::list_or_one)
            .unwrap_or_default();
        let field = fields.iter().find(|f| f["name"] == "periodType");
        let values = field.and_then(|f| f.get("picklistValues"));
        let values = values.map(read::list_or_one).unwrap_or_default().iter();
        let word = |value: &Value| {
            Some((
                read::text(value.get("value")?),
                read::text(value.get("label")?),
            ))
        };
        Ok(values.filter_map(word).collect())
    }
}

/// How much of the account's hourly budget is used, by all its integrations together.
async fn threshold(session: &Session, class: Class) -> Result<String, Problem> {
    let answer = session.get("/V1.0/ThresholdInformation", &[], class).await;
    let json = answer.map_err(|failed| problems::reading(&failed, "request threshold"))?;
    let number = |key: &str| json.get(key).and_then(|n| read::int(n).ok());
    let (used, limit) = (
        number("currentTimeframeRequestCount"),
        number("externalRequestThreshold"),
    );
    let minutes = number("requestThresholdTimeframe").unwrap_or(60);
    Ok(match used.zip(limit) {
        Some((used, limit)) => {
            let slow = if used * 2 >= limit {
                "; from half of it on Autotask slows every call"
            } else {
                ""
            };
            format!(
                "Autotask counts {used} of {limit} requests in {minutes} minutes, of all integrations of this account{slow}"
            )
        }
        None => "Autotask does not say how many requests this account has left".to_owned(),
    })
}

fn condition(op: &str, field: &str, value: Value) -> Value {
    json!({"op": op, "field": field, "value": value})
}

#[async_trait]
impl Psa for Autotask {
    fn system(&self) -> PsaSystem {
        PsaSystem::Autotask
    }

    async fn test(&self) -> Result<Seen, Problem> {
        let session = self.session(Class::Interactive).await?;
        let note = threshold(&session, Class::Interactive).await?;
        let filter = json!({"filter": [{"op": "gt", "field": "id", "value": 0}]}).to_string();
        let count = async |entity: &str| {
            let path = format!("/V1.0/{entity}/query/count");
            let query = [("search", filter.clone())];
            let answer = session.get(&path, &query, Class::Interactive).await;
            let json = answer.map_err(|failed| problems::reading(&failed, entity))?;
            let count = json.get("queryCount").and_then(|n| read::int(n).ok());
            count.and_then(|n| u64::try_from(n).ok()).ok_or_else(|| {
                problems::reading(
                    &Failed::Shape("the answer holds no count".to_owned()),
                    entity,
                )
            })
        };
        let companies = count("Companies").await?;
        // Who may read companies is often refused at the contracts: better now than at night.
        count("Contracts").await?;
        Ok(Seen {
            companies,
            notes: vec![note],
        })
    }

    async fn read(&self, scope: &Scope, told: &dyn Told) -> Result<Reading, Problem> {
        let session = self.session(Class::Bulk).await?;
        let note = threshold(&session, Class::Bulk).await?;
        let mut reader = Reader {
            session,
            told,
            queries: 0,
            quarantined: Vec::new(),
        };
        let countries = reader.all("Countries", &[], |row| Ok(country(row))).await?;
        let countries: BTreeMap<String, String> = countries.into_iter().collect();
        let companies = reader.all("Companies", &[], entities::company).await?;
        let companies = companies.into_iter().map(|(company, country)| PsaCompany {
            profile: crate::domain::party::Profile {
                country: countries.get(&country).cloned().unwrap_or_default(),
                ..company.profile
            },
            ..company
        });
        let companies: Vec<PsaCompany> = companies.collect();
        let since = scope
            .today
            .saturating_sub(jiff::Span::new().days(ENDED_DAYS));
        let lately = [condition(
            "gte",
            "endDate",
            format!("{since}T00:00:00Z").into(),
        )];
        let contracts = reader.all("Contracts", &lately, entities::contract).await?;
        let periods = reader.periods().await?;
        let services = reader.all("Services", &[], entities::service).await?;
        let on_contract =
            |row: &Value| entities::on_contract("services on contracts", row, "serviceID");
        let on_contract = reader.all("ContractServices", &[], on_contract).await?;
        let day = format!("{}T00:00:00Z", scope.today);
        let holds_today = [
            condition("lte", "startDate", day.clone().into()),
            condition("gte", "endDate", day.into()),
        ];
        let units = |row: &Value| entities::units("units", row, "contractServiceID");
        let units = reader
            .all("ContractServiceUnits", &holds_today, units)
            .await?;
        let bundles =
            |row: &Value| entities::on_contract("bundles on contracts", row, "serviceBundleID");
        let bundles = reader.all("ContractServiceBundles", &[], bundles).await?;
        let (mut bundle_units, mut parts) = (Vec::new(), BTreeMap::<i64, Vec<i64>>::new());
        if !bundles.is_empty() {
            let units =
                |row: &Value| entities::units("bundles' units", row, "contractServiceBundleID");
            bundle_units = reader
                .all("ContractServiceBundleUnits", &holds_today, units)
                .await?;
            for (bundle, service) in reader
                .all("ServiceBundleServices", &[], entities::part)
                .await?
            {
                parts.entry(bundle).or_default().push(service);
            }
        }
        let books = Books {
            contracts: contracts.into_iter().map(|c| (c.id, c)).collect(),
            services: services.into_iter().map(|s| (s.id, s)).collect(),
            periods,
            on_contract,
            units,
            bundles,
            bundle_units,
            parts,
            currency: scope.currency.clone(),
        };
        let (lines, lapsed) = lines(&books, scope.today);
        let mut notes = vec![note];
        if lapsed > 0 {
            notes.push(format!(
                "{lapsed} services are on contracts in force, but without units for today: nothing of them is contracted"
            ));
        }
        if scope.currency.is_none() && !lines.is_empty() {
            notes.push("Autotask's prices name no currency: set psa.currency in the configuration, or they stay unjudged".to_owned());
        }
        notes.extend(hints(&companies, &lines, scope.today));
        Ok(Reading {
            companies,
            whole: true,
            lines,
            quarantined: reader.quarantined,
            notes,
        })
    }
}

/// A country's number and name.
fn country(row: &Value) -> (String, String) {
    let text = |key: &str| row.get(key).map(read::text).unwrap_or_default();
    let names = [text("displayName"), text("name"), text("countryCode")];
    let name = names.into_iter().find(|name| !name.is_empty());
    (text("id"), clean(&name.unwrap_or_default(), 80))
}
