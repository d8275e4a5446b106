//! ConnectWise PSA as a [`Psa`]: its listings, joined into one reading.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use super::additions::Addition;
use super::agreements::{Agreement, Skipped};
use super::companies::Listed;
use super::listing::{Listing, list};
use super::products::Product;
use super::{additions, agreements, companies, problems, products};
use crate::domain::agreement::AgreementLine;
use crate::domain::company_choice::CompanyChoice;
use crate::domain::ids::PsaId;
use crate::domain::party::{PsaCompany, PsaSystem};
use crate::domain::problem::Problem;
use crate::domain::time::Ts;
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::json::surprises::{Odd, Surprises};
use crate::http::origin::Origin;
use crate::http::pacing::Class;
use crate::http::problems::no_client;
use crate::http::request::Parts;
use crate::psa::chosen::Judge;
use crate::psa::leftover::hints;
use crate::psa::session::{Failed, Session};
use crate::psa::{Companies, PageRead, Psa, Reading, Scope, Seen, Told};

/// What proves who asks.
pub struct Credential {
    /// The company ID, as typed at sign-in.
    pub company: String,
    /// The API member's public key.
    pub public_key: String,
    /// The API member's private key.
    pub private_key: SecretString,
    /// The integration's client ID, a GUID.
    pub client_id: String,
}

/// ConnectWise PSA, read only. Make one for each reading.
pub struct ConnectWise {
    session: Session,
    surprises: Surprises,
}

impl ConnectWise {
    /// A connector for one company. Sends nothing yet.
    ///
    /// # Errors
    /// A base URL that cannot be one.
    pub fn new(base_url: &str, credential: Credential, parts: Parts) -> Result<Self, Problem> {
        let origin = Origin::parse(base_url).map_err(problems::not_a_base_url)?;
        let client = ApiClient::new(origin, None, parts).map_err(no_client)?;
        let user = format!("{}+{}", credential.company, credential.public_key);
        let auth = Auth::basic(&user, &credential.private_key)
            .and("clientid", credential.client_id.into());
        Ok(Self {
            session: Session { client, auth },
            surprises: Surprises::default(),
        })
    }

    async fn list(
        &self,
        listing: &Listing<'_>,
        what: &str,
        each: impl FnMut(&[&Value]),
    ) -> Result<(), Problem> {
        let read = list(&self.session, listing, each).await;
        read.map_err(|failed| problems::listing(&failed, what))
    }

    /// All companies: those that changed over those that are known, or all of them from the API.
    async fn companies(
        &self,
        scope: &Scope,
        told: &dyn Told,
        reading: &mut Reading,
    ) -> Result<(), Problem> {
        let mut all: BTreeMap<PsaId, PsaCompany> = BTreeMap::new();
        let mut condition = String::new();
        if let Companies::Changed { since, known } = &scope.companies {
            condition = changed_since(*since);
            all.extend(known.iter().map(|c| (c.id.clone(), c.clone())));
        }
        reading.whole = matches!(scope.companies, Companies::All);
        let listing = Listing {
            path: "/company/companies",
            fields: companies::FIELDS,
            condition: &condition,
            class: Class::Bulk,
        };
        let mut judge = Judge::of(&scope.choice);
        let (mut rows, mut deleted) = (0, 0u64);
        self.list(&listing, companies::LISTING, |page| {
            rows += page.len() as u64;
            for value in page {
                match companies::company(value, &self.surprises) {
                    Ok(Listed::Company(mut company, kind)) => {
                        company.active = judge.takes(&kind);
                        all.insert(company.id.clone(), *company);
                    }
                    Ok(Listed::Deleted(id)) => {
                        deleted += 1;
                        all.remove(&id);
                    }
                    Err(row) => reading.quarantined.push(row),
                }
            }
            told.page(page_read(companies::LISTING, rows, None));
        })
        .await?;
        if deleted > 0 {
            let note = format!("companies left out because they are in the recycle bin: {deleted}");
            reading.notes.push(note);
        }
        if reading.whole {
            reading.notes.extend(judge.notes());
        }
        reading.companies = all.into_values().collect();
        Ok(())
    }

    /// The agreements whose additions matter.
    async fn agreements(
        &self,
        scope: &Scope,
        told: &dyn Told,
        reading: &mut Reading,
    ) -> Result<Vec<Agreement>, Problem> {
        let listing = Listing {
            path: "/finance/agreements",
            fields: agreements::FIELDS,
            condition: "",
            class: Class::Bulk,
        };
        let mut all = Vec::new();
        let mut rows = 0;
        self.list(&listing, agreements::LISTING, |page| {
            rows += page.len() as u64;
            for value in page {
                match agreements::agreement(value, scope.today, &self.surprises) {
                    Ok(agreement) => all.push(agreement),
                    Err(row) => reading.quarantined.push(row),
                }
            }
            told.page(page_read(agreements::LISTING, rows, None));
        })
        .await?;
        let known: HashSet<&PsaId> = reading.companies.iter().map(|c| &c.id).collect();
        let mut skipped: BTreeMap<Skipped, u64> = BTreeMap::new();
        let (mut orphans, mut contradicted) = (0u64, 0u64);
        all.retain(|agreement| match agreement.skipped(scope.today) {
            Some(why) => {
                *skipped.entry(why).or_default() += 1;
                false
            }
            None if !known.contains(&agreement.company) => {
                orphans += 1;
                false
            }
            None => {
                contradicted += u64::from(agreement.called.is_some());
                true
            }
        });
        let counted = |why| skipped.get(&why).copied().unwrap_or(0);
        let notes = [
            (
                counted(Skipped::NotRecurring),
                "agreements left out because they do not recur",
            ),
            (
                counted(Skipped::CancelledUndated),
                "agreements left out because they were cancelled without a date",
            ),
            (
                orphans,
                "agreements left out because their companies are deleted or unreadable",
            ),
            (
                contradicted,
                "agreements called expired, cancelled or inactive that are in force by their dates, which count",
            ),
        ];
        let notes = notes.iter().filter(|(count, _)| *count > 0);
        reading
            .notes
            .extend(notes.map(|(count, words)| format!("{words}: {count}")));
        Ok(all)
    }

    /// The additions of each agreement: a request for each.
    async fn additions(
        &self,
        agreements: &[Agreement],
        told: &dyn Told,
        reading: &mut Reading,
    ) -> Result<Vec<Vec<Addition>>, Problem> {
        let mut all = Vec::with_capacity(agreements.len());
        let mut rows = 0;
        for (at, agreement) in agreements.iter().enumerate() {
            let path = format!("/finance/agreements/{}/additions", agreement.id);
            let listing = Listing {
                path: &path,
                fields: additions::FIELDS,
                condition: "",
                class: Class::Bulk,
            };
            let mut own = Vec::new();
            let read = list(&self.session, &listing, |page| {
                rows += page.len() as u64;
                for value in page {
                    match additions::addition(value, &self.surprises) {
                        Ok(addition) => own.push(addition),
                        Err(row) => reading.quarantined.push(row),
                    }
                }
            })
            .await;
            match read {
                Ok(()) => {}
                // It was deleted since the agreements were listed.
                Err(Failed::Api(error)) if error.status() == Some(404) => {
                    let name = &agreement.name;
                    reading
                        .notes
                        .push(format!("the agreement {name} was deleted meanwhile"));
                }
                Err(failed) => return Err(problems::listing(&failed, additions::LISTING)),
            }
            all.push(own);
            let left = (agreements.len() - at - 1) as u64 + 1;
            told.page(page_read(additions::LISTING, rows, Some(left)));
        }
        Ok(all)
    }

    /// The products that the additions name.
    async fn products(
        &self,
        additions: &[Vec<Addition>],
        told: &dyn Told,
        reading: &mut Reading,
    ) -> Result<BTreeMap<String, Product>, Problem> {
        let named = additions.iter().flatten().map(|a| a.product.as_str());
        let ids: BTreeSet<&str> = named.filter(|id| !id.is_empty()).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut all = BTreeMap::new();
        let chunks = ids.chunks(products::AT_ONCE);
        let mut left = chunks.len() as u64;
        for chunk in chunks {
            let condition = products::condition(chunk);
            let listing = Listing {
                path: "/procurement/catalog",
                fields: products::FIELDS,
                condition: &condition,
                class: Class::Bulk,
            };
            let read = list(&self.session, &listing, |page| {
                for value in page {
                    match products::product(value, &self.surprises) {
                        Ok((id, product)) => {
                            all.insert(id, product);
                        }
                        Err(row) => reading.quarantined.push(row),
                    }
                }
            })
            .await;
            match read {
                Ok(()) => {}
                // Seats and prices are known without the catalogue; only names and part numbers are poorer.
                Err(Failed::Api(error)) if matches!(error.status(), Some(403 | 404)) => {
                    reading.notes.push(
                        "the product catalogue may not be read: products are known by their own codes only, without part \
                         numbers (Procurement → Product Catalog, Inquire level All)"
                            .to_owned(),
                    );
                    return Ok(all);
                }
                Err(failed) => return Err(problems::listing(&failed, products::LISTING)),
            }
            left -= 1;
            told.page(page_read(products::LISTING, all.len() as u64, Some(left)));
        }
        Ok(all)
    }
}

fn page_read(listing: &'static str, rows: u64, requests_left: Option<u64>) -> PageRead {
    PageRead {
        listing,
        rows,
        requests_left,
    }
}

/// The condition on a row's modification date.
fn changed_since(at: Ts) -> String {
    format!("lastUpdated > [{at}]")
}

#[async_trait]
impl Psa for ConnectWise {
    fn system(&self) -> PsaSystem {
        PsaSystem::Connectwise
    }

    async fn test(&self, choice: &CompanyChoice) -> Result<Seen, Problem> {
        let listing = Listing {
            path: "/company/companies",
            fields: companies::KIND_FIELDS,
            condition: companies::KEPT,
            class: Class::Interactive,
        };
        let (mut visible, mut active) = (0, 0);
        self.list(&listing, companies::LISTING, |page| {
            for kind in page
                .iter()
                .filter_map(|row| companies::kind_of(row, &self.surprises))
            {
                visible += 1;
                active += u64::from(choice.takes(&kind));
            }
        })
        .await?;
        // A member that may read companies is often refused at the agreements: better now than at night.
        let query = [("pageSize", "1".to_owned()), ("fields", "id".to_owned())];
        let agreements = self
            .session
            .get("/finance/agreements", &query, Class::Interactive)
            .await;
        agreements.map_err(|failed| problems::listing(&failed, agreements::LISTING))?;
        Ok(Seen {
            companies: visible,
            active,
            notes: Vec::new(),
        })
    }

    async fn read(&self, scope: &Scope, told: &dyn Told) -> Result<Reading, Problem> {
        let mut reading = Reading::default();
        self.companies(scope, told, &mut reading).await?;
        let agreements = self.agreements(scope, told, &mut reading).await?;
        let additions = self.additions(&agreements, told, &mut reading).await?;
        let products = self.products(&additions, told, &mut reading).await?;
        let lines = agreements
            .iter()
            .zip(&additions)
            .flat_map(|(agreement, own)| {
                let currency = scope.currency.as_ref();
                let lines = own.iter().map(|a| a.lines(agreement, &products, currency));
                lines.flatten().collect::<Vec<AgreementLine>>()
            });
        reading.lines = lines.collect();
        let hints = hints(&reading.companies, &reading.lines, scope.today);
        reading.notes.extend(hints);
        let odd = self.surprises.list().into_iter();
        let odd = odd.filter(|s| matches!(s.odd, Odd::Unusable | Odd::UnknownValue));
        let odd = odd.map(|s| format!("{}: {}, {} times", s.path, s.odd.words(), s.count));
        reading.notes.extend(odd);
        Ok(reading)
    }
}

#[cfg(test)]
mod tests;
