//! HaloPSA as a [`Psa`]: clients, sites and recurring invoices, joined into one reading.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use secrecy::SecretString;
use serde_json::Value;

use super::clients::Client;
use super::grant::HaloGrantor;
use super::invoices::Invoice;
use super::items::Items;
use super::join::{join, put_aside};
use super::listing::{Far, Listing, count, list};
use super::problems::{Failed, RIGHTS};
use super::sites::Site;
use super::telling::Teller;
use super::told_wait::told_wait;
use super::{catalogue, clients, endpoints, invoices, problems, sites};
use crate::domain::company_choice::CompanyChoice;
use crate::domain::ids::PsaId;
use crate::domain::party::{PsaCompany, PsaSystem};
use crate::domain::problem::Problem;
use crate::domain::time::{Calendar, Ts};
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::grant::{GrantError, GrantStore, Granted};
use crate::http::json::aside::aside;
use crate::http::origin::Origin;
use crate::http::pacing::Class;
use crate::http::problems::no_client;
use crate::http::request::{Habits, Parts};
use crate::psa::chosen::Judge;
use crate::psa::leftover::hints;
use crate::psa::{Companies, Psa, Reading, Scope, Seen, Told};

const HABITS: Habits = Habits {
    headers: &[],
    queries: &[],
    told_wait: Some(told_wait),
};

/// What proves who asks.
pub struct Credential {
    /// The tenant that the token call names; empty where none is needed.
    pub tenant: String,
    /// The application's client ID.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
}

/// HaloPSA, read only. Make one for each reading.
pub struct Halo {
    api: Granted,
}

impl Halo {
    /// A connector for one instance. Sends nothing yet.
    ///
    /// # Errors
    /// A base URL that cannot be one.
    pub fn new(
        base_url: &str,
        credential: Credential,
        parts: Parts,
        store: Arc<dyn GrantStore>,
        calendar: Calendar,
    ) -> Result<Self, Problem> {
        let origin = Origin::parse(base_url).map_err(problems::not_a_base_url)?;
        let tokens = endpoints::tokens(&origin, &credential.tenant)?;
        let client = ApiClient::new(origin, Some(tokens), parts).map_err(no_client)?;
        let grantor = HaloGrantor {
            client_id: credential.client_id,
            client_secret: credential.client_secret,
        };
        let client = Arc::new(client.with(HABITS));
        Ok(Self {
            api: Granted::new(client, Arc::new(grantor), store, calendar, Auth::none()),
        })
    }

    /// How many rows a listing has, while a person waits.
    async fn count(
        &self,
        path: &str,
        own: &[(&'static str, String)],
        what: &str,
    ) -> Result<u64, Problem> {
        let counted = count(&self.api, path, own, Class::Interactive).await;
        counted.map_err(|failed| problems::reading(&failed, what))
    }

    /// How many clients are active; `all` is how many there are.
    async fn count_active(&self, choice: &CompanyChoice, all: u64) -> Result<u64, Problem> {
        if all == 0 {
            return Ok(0);
        }
        if let Some(own) = clients::active_query(choice) {
            return self.count(endpoints::CLIENTS, &own, clients::LISTING).await;
        }
        let mut active = 0;
        let own = clients::query(None);
        let listing = Listing {
            path: endpoints::CLIENTS,
            query: &own,
        };
        let mut met = BTreeSet::new();
        let read = list(&self.api, &listing, |page, _| {
            for client in page.iter().filter_map(|row| clients::client(row).ok()) {
                active += u64::from(met.insert(client.id) && choice.takes(&client.kind));
            }
        })
        .await;
        read.map_err(|failed| problems::reading(&failed, clients::LISTING))?;
        Ok(active)
    }

    /// Those clients that are listed; with a time only what changed since, as far as the server heeds it.
    async fn clients(
        &self,
        since: Option<Ts>,
        told: &Teller<'_>,
        reading: &mut Reading,
    ) -> Result<BTreeMap<i64, Client>, Failed> {
        let own = clients::query(since);
        let listing = Listing {
            path: endpoints::CLIENTS,
            query: &own,
        };
        let mut all = BTreeMap::new();
        list(&self.api, &listing, |page, far| {
            for value in page {
                match clients::client(value) {
                    Ok(client) => {
                        all.insert(client.id, client);
                    }
                    Err(row) => put_aside(reading, row),
                }
            }
            told.far(clients::LISTING, far, 2);
        })
        .await?;
        Ok(all)
    }

    /// All companies: those that changed over those that are known, or all of them from the API.
    async fn companies(
        &self,
        scope: &Scope,
        told: &Teller<'_>,
        reading: &mut Reading,
    ) -> Result<(), Problem> {
        let explain = |failed: Failed| problems::reading(&failed, clients::LISTING);
        let mut all: BTreeMap<PsaId, PsaCompany> = BTreeMap::new();
        let listed = match &scope.companies {
            Companies::All => self.clients(None, told, reading).await,
            Companies::Changed { since, known } => {
                all.extend(known.iter().map(|c| (c.id.clone(), c.clone())));
                match self.clients(Some(*since), told, reading).await {
                    // A server that does not know the date as a filter.
                    Err(Failed::Grant(GrantError::Api(e))) if e.status() == Some(400) => {
                        self.clients(None, told, reading).await
                    }
                    other => other,
                }
            }
        };
        let listed = listed.map_err(explain)?;
        reading.whole = matches!(scope.companies, Companies::All);
        let mut addresses = match listed.is_empty() {
            true => BTreeMap::new(),
            false => self.sites(told, reading).await?,
        };
        let mut judge = Judge::of(&scope.choice);
        for (id, mut client) in listed {
            let own = addresses.remove(&id).unwrap_or_default();
            client.company.active = judge.takes(&client.kind);
            let company = client.with_address(&own);
            all.insert(company.id.clone(), company);
        }
        if reading.whole {
            reading.notes.extend(judge.notes());
        }
        reading.companies = all.into_values().collect();
        Ok(())
    }

    /// The sites by their clients. Without them companies are known all the same, only poorer.
    async fn sites(
        &self,
        told: &Teller<'_>,
        reading: &mut Reading,
    ) -> Result<BTreeMap<i64, Vec<Site>>, Problem> {
        let own = sites::query();
        let listing = Listing {
            path: endpoints::SITES,
            query: &own,
        };
        let mut all: BTreeMap<i64, Site> = BTreeMap::new();
        let read = list(&self.api, &listing, |page, far| {
            for value in page {
                match sites::site(value) {
                    Ok(site) => {
                        all.insert(site.id, site);
                    }
                    Err(row) => put_aside(reading, row),
                }
            }
            told.far(sites::LISTING, far, 1);
        })
        .await;
        match read {
            Ok(()) => {}
            Err(Failed::Grant(GrantError::Api(e))) if matches!(e.status(), Some(403 | 404)) => {
                let note =
                    format!("the sites may not be read, so clients have no addresses: {RIGHTS}");
                reading.notes.push(note);
            }
            Err(failed) => return Err(problems::reading(&failed, sites::LISTING)),
        }
        let mut by_client: BTreeMap<i64, Vec<Site>> = BTreeMap::new();
        for site in all.into_values() {
            by_client.entry(site.client).or_default().push(site);
        }
        Ok(by_client)
    }

    /// The recurring invoices, with their lines.
    async fn invoices(
        &self,
        today: Date,
        told: &Teller<'_>,
        reading: &mut Reading,
    ) -> Result<Vec<Invoice>, Failed> {
        let own = invoices::query();
        let listing = Listing {
            path: endpoints::INVOICES,
            query: &own,
        };
        let mut all: BTreeMap<i64, Invoice> = BTreeMap::new();
        list(&self.api, &listing, |page, far| {
            for value in page {
                match invoices::invoice(value, today) {
                    Ok(invoice) => {
                        all.insert(invoice.id, invoice);
                    }
                    Err(row) => put_aside(reading, row),
                }
            }
            told.far(invoices::LISTING, far, 0);
        })
        .await?;
        let mut all: Vec<Invoice> = all.into_values().collect();
        self.missing_lines(&mut all, today, told, reading).await?;
        Ok(all)
    }

    /// Asks for the lines of each invoice that the list tells without: a request for each.
    async fn missing_lines(
        &self,
        all: &mut [Invoice],
        today: Date,
        told: &Teller<'_>,
        reading: &mut Reading,
    ) -> Result<(), Failed> {
        let rows = all.len() as u64;
        let wanted = |i: &Invoice| i.lines.is_none() && i.skipped(today).is_none();
        let mut left = all.iter().filter(|i| wanted(i)).count() as u64;
        for invoice in all.iter_mut().filter(|i| wanted(i)) {
            let path = endpoints::invoice(invoice.id);
            let query = [("includedetails", "true".to_owned())];
            let json = self.api.get(&path, &query, Class::Bulk).await;
            let json: Value = json.map_err(Failed::Grant)?;
            match invoices::invoice(&json, today) {
                Ok(whole) if whole.lines.is_some() => invoice.lines = whole.lines,
                Ok(_) => {
                    let why = "the recurring invoice came without its lines";
                    put_aside(reading, aside(invoices::LISTING, &json, &["id"], why));
                }
                Err(row) => put_aside(reading, row),
            }
            left -= 1;
            let far = Far {
                rows,
                pages_left: left,
            };
            told.far(invoices::LISTING, far, 0);
        }
        Ok(())
    }

    /// What the lines that count sell, as far as they do not tell it themselves.
    async fn items(
        &self,
        invoices: &[Invoice],
        today: Date,
        told: &Teller<'_>,
        reading: &mut Reading,
    ) -> Result<Items, Problem> {
        let counting = invoices.iter().filter(|i| i.skipped(today).is_none());
        let lines = counting.filter_map(|i| i.lines.as_ref());
        let lines = lines.flat_map(|own| &own.lines);
        let wanted: BTreeSet<i64> = lines.filter_map(|line| line.wants()).collect();
        catalogue::read(&self.api, &wanted, told, reading).await
    }
}

#[async_trait]
impl Psa for Halo {
    fn system(&self) -> PsaSystem {
        PsaSystem::Halo
    }

    async fn test(&self, choice: &CompanyChoice) -> Result<Seen, Problem> {
        let own = clients::query(None);
        let companies = self
            .count(endpoints::CLIENTS, &own, clients::LISTING)
            .await?;
        let active = self.count_active(choice, companies).await?;
        // Who may read clients is often refused at the invoices: better now than at night.
        let own = invoices::query();
        let invoices = self
            .count(endpoints::INVOICES, &own, invoices::LISTING)
            .await?;
        let lacks = |count: u64, what: &str| {
            (count == 0).then(|| {
                format!("HaloPSA shows no {what}, which is what too few rights look like: {RIGHTS}")
            })
        };
        let notes = [
            lacks(companies, "client"),
            lacks(invoices, "recurring invoice"),
        ];
        Ok(Seen {
            companies,
            active,
            notes: notes.into_iter().flatten().collect(),
        })
    }

    async fn read(&self, scope: &Scope, told: &dyn Told) -> Result<Reading, Problem> {
        let (mut reading, told) = (Reading::default(), Teller(told));
        self.companies(scope, &told, &mut reading).await?;
        let invoices = self.invoices(scope.today, &told, &mut reading).await;
        let invoices = invoices.map_err(|failed| problems::reading(&failed, invoices::LISTING))?;
        if invoices.is_empty() && !reading.companies.is_empty() {
            reading.notes.push(format!(
                "HaloPSA shows no recurring invoice, so nothing is contracted; if there are some, {RIGHTS}"
            ));
        }
        let items = self.items(&invoices, scope.today, &told, &mut reading);
        let items = items.await?;
        join(invoices, &items, scope, &mut reading);
        let hints = hints(&reading.companies, &reading.lines, scope.today);
        reading.notes.extend(hints);
        Ok(reading)
    }
}

#[cfg(test)]
mod tests;
