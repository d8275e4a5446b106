//! Ion as a [`Distributor`]: tokens, listings, failures, put together.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::ExposeSecret;

use super::auth::{self, IonIssuer};
use super::config::{ClientPair, IonConfig};
use super::customers::{self, NotAListing};
use super::endpoints::{AccountId, token_endpoints};
use super::paging::{MODEST_PAGE, Paging};
use super::session::{Failed, Session};
use super::{cloud_profiles, problems, subscriptions, token_problems};
use crate::distributor::keeper::{Keeper, TokenError};
use crate::distributor::token::{Access, Kept, TokenStore, Tokens};
use crate::distributor::{Cursor, Distributor, Evidence, Page, Stream, Visible};
use crate::domain::ids::VendorCustomerId;
use crate::domain::problem::Problem;
use crate::domain::subscription::CostPeriod;
use crate::domain::time::Calendar;
use crate::domain::vendor::Vendor;
use crate::http::client::ApiClient;
use crate::http::json::sightings::Sighting;
use crate::http::json::surprises::{Surprise, Surprises};
use crate::http::observe::Note;
use crate::http::origin::Origin;
use crate::http::pacing::Class;
use crate::http::problems::{no_client, not_a_base_url, of_no_use, usually_at};
use crate::http::request::Parts;

const IGNORED: &str = "the same page came again: the server ignores the page token";
const RESPELLED: &str = "the page token was ignored as pageToken and passed as page_token";

/// Test counts customers exactly up to this many pages.
const TEST_PAGES: u32 = 5;

/// TD SYNNEX StreamOne Ion, read-only. Make one for each run.
pub struct Ion {
    session: Session,
    store: Arc<dyn TokenStore>,
    calendar: Calendar,
    account: AccountId,
    cost_period: CostPeriod,
    has_client_pair: bool,
    surprises: Surprises,
    paging: [Paging; 2],
}

impl Ion {
    /// A connector for one account. Fails on a base URL or account ID that cannot be one; sends nothing.
    pub fn new(
        config: IonConfig,
        parts: Parts,
        store: Arc<dyn TokenStore>,
        calendar: Calendar,
    ) -> Result<Self, Problem> {
        let account = AccountId::parse(&config.account_id)?;
        let origin = Origin::parse(&config.base_url)
            .map_err(|error| not_a_base_url(error, usually_at(super::DEFAULT_BASE_URL)))?;
        let tokens = token_endpoints(&origin)?;
        let client = ApiClient::new(origin, Some(tokens), parts.clone()).map_err(no_client)?;
        let client = Arc::new(client);
        let pair = config.client_id.zip(config.client_secret);
        let has_client_pair = pair.is_some();
        let client_pair = pair.filter(|_| config.client_pair == ClientPair::Send);
        let issuer = Arc::new(IonIssuer {
            client: client.clone(),
            client_pair,
        });
        let keeper = Keeper::new(issuer, store.clone(), calendar.clone(), parts);
        Ok(Self {
            session: Session { client, keeper },
            store,
            calendar,
            account,
            cost_period: config.cost_period,
            has_client_pair,
            surprises: Surprises::default(),
            paging: Default::default(),
        })
    }

    /// Reads a page at its place; asks modestly if the first page is refused at the largest size.
    async fn read(
        &self,
        stream: Stream,
        cursor: Option<&Cursor>,
        class: Class,
    ) -> Result<Page, Failed> {
        let paging = self.paging(stream);
        let asked = paging.size();
        match self.read_sized(stream, cursor, asked, class).await {
            Err(Failed::Api(error))
                if error.status() == Some(400) && cursor.is_none() && asked > MODEST_PAGE =>
            {
                let page = self.read_sized(stream, cursor, MODEST_PAGE, class).await;
                if page.is_ok() {
                    paging.ask_modestly();
                }
                page.map_err(|second| {
                    if matches!(second, Failed::Api(_)) {
                        Failed::Api(error)
                    } else {
                        second
                    }
                })
            }
            other => other,
        }
    }

    async fn read_sized(
        &self,
        stream: Stream,
        cursor: Option<&Cursor>,
        size: u64,
        class: Class,
    ) -> Result<Page, Failed> {
        let mut page = match stream {
            Stream::Customers => {
                let place = cursor.and_then(customers::Place::of);
                let page = self.customers(size, place.as_ref(), class).await?;
                match place.and_then(|place| place.respelled(&page)) {
                    None => page,
                    Some(place) => {
                        let again = self.customers(size, Some(&place), class).await;
                        let ignored = match &again {
                            Ok(page) => place.is_before(page),
                            Err(Failed::Api(error)) => error.status() == Some(400),
                            Err(_) => false,
                        };
                        if ignored {
                            return Err(Failed::Shape(NotAListing(IGNORED)));
                        }
                        let mut page = again?;
                        page.notes.push(RESPELLED.to_owned());
                        page
                    }
                }
            }
            Stream::Subscriptions => {
                let place = cursor.and_then(subscriptions::Place::of);
                let query = subscriptions::query(size, place.as_ref());
                let path = self.account.listing(stream);
                let json = self.session.get(&path, &query, class).await?;
                subscriptions::page(&json, place.as_ref(), self.cost_period, &self.surprises)
                    .map_err(Failed::Shape)?
            }
        };
        page.asked = size;
        Ok(page)
    }

    async fn customers(
        &self,
        size: u64,
        place: Option<&customers::Place>,
        class: Class,
    ) -> Result<Page, Failed> {
        let query = customers::query(size, place);
        let path = self.account.listing(Stream::Customers);
        let json = self.session.get(&path, &query, class).await?;
        customers::page(&json, place, &self.account, &self.surprises).map_err(Failed::Shape)
    }

    fn paging(&self, stream: Stream) -> &Paging {
        match stream {
            Stream::Customers => &self.paging[0],
            Stream::Subscriptions => &self.paging[1],
        }
    }

    fn explain(&self, failed: &Failed, stream: Stream) -> Problem {
        match failed {
            Failed::Token(error) => self.explain_token(error),
            Failed::Api(error) => problems::listing(error, stream, self.account.as_str()),
            Failed::Shape(NotAListing(why)) => of_no_use(
                problems::name(),
                format!("{why} (listing of {})", stream.tag()),
            ),
        }
    }

    fn explain_token(&self, error: &TokenError) -> Problem {
        token_problems::token(error, self.calendar.now(), self.has_client_pair)
    }

    /// Asks the vendor how long both tokens live, which spends nothing. A dead access token is renewed; any other
    /// failure is not one of the credential and is only told.
    async fn learn_lives(&self, access: &Access) -> Result<(), TokenError> {
        let parts = self.session.client.parts();
        match auth::inspect(&self.session.client, &access.token, &parts.cancel).await {
            Ok(Some(lives)) => {
                let now = self.calendar.now();
                let row = self.store.load().await?;
                let same = |row: &Tokens| {
                    let stored = row
                        .access
                        .as_ref()
                        .map(|stored| stored.token.expose_secret());
                    stored == Some(access.token.expose_secret())
                };
                if let Some(row) = row.filter(same) {
                    let refresh = lives.refresh.map(|seconds| now.plus_seconds(seconds));
                    self.store
                        .learned(row.version, now.plus_seconds(lives.access), refresh)
                        .await?;
                }
                Ok(())
            }
            Err(error) if matches!(error.status(), Some(400 | 401)) => {
                self.session.keeper.renew(&access.token).await.map(|_| ())
            }
            Ok(None) => Ok(()),
            Err(error) => {
                let words = format!(
                    "the tokens' remaining life could not be learned: {}",
                    error.seen()
                );
                parts.observer.note(&Note::Token(words));
                Ok(())
            }
        }
    }
}

#[async_trait]
impl Distributor for Ion {
    fn vendor(&self) -> Vendor {
        Vendor::Synnex
    }

    fn streams(&self) -> &'static [Stream] {
        &[Stream::Customers, Stream::Subscriptions]
    }

    async fn evidence(
        &self,
        customer: &VendorCustomerId,
        class: Class,
    ) -> Result<Evidence, Problem> {
        let Some(path) = self.account.cloud_profiles(customer) else {
            return Ok(Evidence::default());
        };
        match self.session.get(&path, &[], class).await {
            Ok(json) => Ok(cloud_profiles::evidence(&json, &self.surprises)),
            Err(Failed::Api(error)) if error.status() == Some(404) => Ok(Evidence::default()),
            Err(failed) => Err(self.explain(&failed, Stream::Customers)),
        }
    }

    fn surprises(&self) -> Vec<Surprise> {
        let mut all = self.surprises.list();
        all.extend(self.session.client.surprises());
        all
    }

    fn sightings(&self) -> Vec<Sighting> {
        self.surprises.seen.list()
    }

    async fn authenticate(&self) -> Result<(), Problem> {
        let access = self.session.keeper.access().await;
        access
            .map(|_| ())
            .map_err(|error| self.explain_token(&error))
    }

    async fn keep_alive(&self, after: i64) -> Result<Kept, Problem> {
        let explain_token = |error: TokenError| self.explain_token(&error);
        let keeper = &self.session.keeper;
        let kept = keeper.keep_alive(after).await.map_err(explain_token)?;
        if kept == Kept::Rotated {
            // Whether a new token lives its full 32 days is not documented: the vendor is asked.
            let access = keeper.access().await.map_err(explain_token)?;
            self.learn_lives(&access).await.map_err(explain_token)?;
        }
        Ok(kept)
    }

    async fn page(&self, stream: Stream, cursor: Option<&Cursor>) -> Result<Page, Problem> {
        let paging = self.paging(stream);
        let first_try = self.read(stream, cursor, Class::Bulk).await;
        let (page, cursor) = match first_try {
            // A stored place that the server no longer takes: from the first page, once.
            Err(Failed::Api(error))
                if cursor.is_some()
                    && matches!(error.status(), Some(400 | 404 | 410))
                    && paging.may_begin_again() =>
            {
                let mut page = self
                    .read(stream, None, Class::Bulk)
                    .await
                    .map_err(|failed| self.explain(&failed, stream))?;
                let seen = error.seen();
                page.notes.push(format!(
                    "the stored place was refused ({seen}); read again from the first page"
                ));
                (page, None)
            }
            other => (
                other.map_err(|failed| self.explain(&failed, stream))?,
                cursor,
            ),
        };
        paging.check_circles(stream, cursor, &page)?;
        Ok(page)
    }

    async fn test(&self) -> Result<Visible, Problem> {
        let explain_token = |error: TokenError| self.explain_token(&error);
        let access = self.session.keeper.access().await.map_err(explain_token)?;
        self.learn_lives(&access).await.map_err(explain_token)?;
        let stream = Stream::Customers;
        let (mut cursor, mut customers) = (None, 0);
        for _ in 0..TEST_PAGES {
            let page = self.read(stream, cursor.as_ref(), Class::Interactive).await;
            let page = page.map_err(|failed| self.explain(&failed, stream))?;
            customers += page.received;
            if page.next.is_none() {
                return Ok(Visible {
                    customers,
                    exact: true,
                });
            }
            cursor = page.next;
        }
        Ok(Visible {
            customers,
            exact: false,
        })
    }
}

#[cfg(test)]
mod failure_tests;
#[cfg(test)]
mod paging_tests;
#[cfg(test)]
mod tenant;
#[cfg(test)]
mod tests;
