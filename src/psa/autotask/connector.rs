//! Autotask as a [`Psa`]: the zone found, its entities joined into one reading.

use std::collections::BTreeMap;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::lines::{Books, lines};
use super::query::QUERIES;
use super::reader::{Reader, condition, count, pick_list};
use super::threshold::Threshold;
use super::zone::Place;
use super::{companies, entities};
use crate::domain::company_choice::CompanyChoice;
use crate::domain::party::{PsaCompany, PsaSystem};
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::json::read;
use crate::http::pacing::Class;
use crate::http::problems::no_client;
use crate::http::request::{Habits, Parts};
use crate::psa::chosen::Judge;
use crate::psa::leftover::hints;
use crate::psa::session::Session;
use crate::psa::{Psa, Reading, Scope, Seen, Told};

/// A contract that ended longer ago is not read.
const ENDED_DAYS: i64 = 90;

/// What proves who asks.
pub struct Credential {
    /// The API user's name.
    pub username: String,
    /// Its secret.
    pub secret: SecretString,
    /// The integration code: the tracking identifier.
    pub integration_code: SecretString,
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
        Self {
            place: Place::of(base_url, zone_url),
            credential,
            parts,
        }
    }

    /// The session at the account's zone.
    async fn session(&self, class: Class) -> Result<Session, Problem> {
        let user = &self.credential.username;
        let zone = self.place.zone(user, &self.parts, class).await?;
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
            .and("username", user.clone().into())
            .and("secret", self.credential.secret.clone());
        Ok(Session {
            client: client.with(habits),
            auth,
        })
    }
}

impl Reader<'_> {
    /// All companies, with the names of their countries and types, active by what was chosen.
    async fn companies(
        &mut self,
        choice: &CompanyChoice,
        notes: &mut Vec<String>,
    ) -> Result<Vec<PsaCompany>, Problem> {
        let countries = match self.all("Countries", &[], |row| Ok(country(row))).await {
            Err(problem) if may_be_absent(&problem) => {
                notes.push("the countries may not be read, so companies have none".to_owned());
                Vec::new()
            }
            countries => countries?,
        };
        let countries: BTreeMap<String, String> = countries.into_iter().collect();
        let types = companies::types(&self.session, choice, Class::Bulk).await?;
        let mut judge = Judge::of(choice);
        let listed = self.all("Companies", &[], entities::company).await?;
        let companies = listed.into_iter().map(|listed| {
            let (mut company, mut kind) = (listed.company, listed.kind);
            let label = kind.types.first().and_then(|number| types.get(number));
            kind.types.extend(label.cloned());
            company.active = judge.takes(&kind);
            let country = countries.get(&listed.country);
            company.profile.country = country.cloned().unwrap_or_default();
            company
        });
        let companies = companies.collect();
        notes.extend(judge.notes());
        Ok(companies)
    }

    /// Everything that lines are made of.
    async fn books(&mut self, scope: &Scope) -> Result<Books, Problem> {
        let since = scope
            .today
            .saturating_sub(jiff::Span::new().days(ENDED_DAYS));
        let ends = |op, value| condition(op, "endDate", value);
        let lately = ends("gte", format!("{since}T00:00:00Z").into());
        let lately = [json!({"op": "or", "items": [lately, ends("notExist", Value::Null)]})];
        let contracts = self.all("Contracts", &lately, entities::contract).await?;
        let periods = pick_list(&self.session, "Services", "periodType", Class::Bulk).await?;
        let services = self.all("Services", &[], entities::service).await?;
        let on_contract =
            |row: &Value| entities::on_contract("services on contracts", row, "serviceID");
        let on_contract = self.all("ContractServices", &[], on_contract).await?;
        let day = format!("{}T00:00:00Z", scope.today);
        let holds_today = [
            condition("lte", "startDate", day.clone().into()),
            condition("gte", "endDate", day.into()),
        ];
        let units = |row: &Value| entities::units("units", row, "contractServiceID");
        let units = self
            .all("ContractServiceUnits", &holds_today, units)
            .await?;
        let bundles =
            |row: &Value| entities::on_contract("bundles on contracts", row, "serviceBundleID");
        let bundles = self.all("ContractServiceBundles", &[], bundles).await?;
        let mut books = Books {
            contracts: contracts.into_iter().map(|c| (c.id, c)).collect(),
            services: services.into_iter().map(|s| (s.id, s)).collect(),
            periods,
            on_contract,
            units,
            bundles,
            bundle_units: Vec::new(),
            parts: BTreeMap::new(),
            currency: scope.currency.clone(),
        };
        if books.bundles.is_empty() {
            return Ok(books);
        }
        let units = |row: &Value| entities::units("bundles' units", row, "contractServiceBundleID");
        books.bundle_units = self
            .all("ContractServiceBundleUnits", &holds_today, units)
            .await?;
        let parts = self.all("ServiceBundleServices", &[], entities::part);
        for (bundle, service) in parts.await? {
            books.parts.entry(bundle).or_default().insert(service);
        }
        Ok(books)
    }
}

#[async_trait]
impl Psa for Autotask {
    fn system(&self) -> PsaSystem {
        PsaSystem::Autotask
    }

    async fn test(&self, choice: &CompanyChoice) -> Result<Seen, Problem> {
        let session = self.session(Class::Interactive).await?;
        let threshold = Threshold::ask(&session, Class::Interactive).await?;
        let companies = count(&session, "Companies", &[]).await?;
        let active = companies::count_active(&session, choice, companies).await?;
        // Who may read companies is often refused at the contracts: better now than at night.
        count(&session, "Contracts", &[]).await?;
        Ok(Seen {
            companies,
            active,
            notes: vec![threshold.words()],
        })
    }

    async fn read(&self, scope: &Scope, told: &dyn Told) -> Result<Reading, Problem> {
        let session = self.session(Class::Bulk).await?;
        let threshold = Threshold::ask(&session, Class::Bulk).await?;
        if let Some(refusal) = threshold.refusal() {
            return Err(refusal);
        }
        let mut notes = vec![threshold.words()];
        let mut reader = Reader::new(session, told);
        let companies = reader.companies(&scope.choice, &mut notes).await?;
        let books = reader.books(scope).await?;
        let joined = lines(&books, scope.today);
        notes.extend(joined.notes());
        let lines = joined.lines;
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

/// What the user may not see, or what is not there, is done without where little depends on it.
fn may_be_absent(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        ProblemKind::AccessDenied | ProblemKind::AccountNotFound
    )
}

/// A country's number and name.
fn country(row: &Value) -> (String, String) {
    let text = |key: &str| row.get(key).map(read::text).unwrap_or_default();
    let names = [text("displayName"), text("name"), text("countryCode")];
    let name = names.into_iter().find(|name| !name.is_empty());
    (text("id"), clean(&name.unwrap_or_default(), 80))
}

#[cfg(test)]
mod tests;
