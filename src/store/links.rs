//! Accounts at the distributors and what the matcher says of them.

use std::collections::HashSet;

use sqlx::AssertSqlSafe;

use super::arg::{Arg, args};
use super::connections::{to_json, vendor};
use super::db::{Row, Tx, transact};
use super::feed::Area;
use super::subscriptions::ABOUT;
use super::{Store, StoreError, bulk, profile, review};
use crate::domain::ids::{AccountKey, CustomerId, PsaId};
use crate::domain::party::{Candidate, LinkState, Profile};
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

/// An account with its life and its link.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountRow {
    /// Connection and id.
    pub key: AccountKey,
    /// The distributor.
    pub vendor: Vendor,
    /// What the distributor tells of it.
    pub profile: Profile,
    /// A PSA id that somebody typed in at the distributor.
    pub psa_id_hint: Option<PsaId>,
    /// The hub customer; none while undecided or excluded.
    pub customer_id: Option<CustomerId>,
    /// How it stands.
    pub link_state: LinkState,
    /// The matcher's probability, 0 to 1.
    pub link_score: Option<f64>,
    /// When it was first listed.
    pub first_seen_at: Ts,
    /// When it was last listed.
    pub last_seen_at: Ts,
    /// Since when a complete listing has lacked it.
    pub gone_since: Option<Ts>,
    /// Why its link needs a person's attention, in words; empty if it does not.
    pub attention: String,
}

/// What the matcher says of an account.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkWrite {
    /// Which account.
    pub key: AccountKey,
    /// [`LinkState::Auto`] or [`LinkState::Pending`].
    pub state: LinkState,
    /// The customer of an automatic link.
    pub customer_id: Option<CustomerId>,
    /// Its probability, 0 to 1.
    pub score: Option<f64>,
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// What a person should read first, beside the candidates; empty for nothing.
    pub note: String,
}

const COLUMNS: &str = "v.connection, v.vendor_customer_id, v.vendor, v.name, v.domain, v.email, v.phone, v.address,
    v.city, v.state, v.postcode, v.country, v.ms_tenant_id, v.psa_id_hint, v.customer_id, v.link_state, v.link_score,
    v.first_seen_at, v.last_seen_at, v.gone_since, v.attention";

fn account(row: Row) -> Result<AccountRow, StoreError> {
    let mut c = row.cells();
    Ok(AccountRow {
        key: AccountKey::new(c.take::<String>()?, c.take::<String>()?),
        vendor: vendor(&c.take::<String>()?)?,
        profile: profile::read(&mut c)?,
        psa_id_hint: c.take::<Option<String>>()?.map(PsaId::from),
        customer_id: c.take::<Option<i64>>()?.map(CustomerId),
        link_state: LinkState::from_tag(&c.take::<String>()?),
        link_score: c.take()?,
        first_seen_at: c.take()?,
        last_seen_at: c.take()?,
        gone_since: c.take()?,
        attention: c.take()?,
    })
}

impl Store {
    /// All accounts of all connections, those that are gone included.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM vendor_customers v WHERE v.tenant = $1
             ORDER BY v.connection, v.vendor_customer_id"
        );
        self.db
            .read(AssertSqlSafe(sql), args![self.tenant()], account)
            .await
    }

    /// One customer's accounts, and those of [`Store::subscriptions_about`] it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn accounts_about(
        &self,
        customer: CustomerId,
    ) -> Result<Vec<AccountRow>, StoreError> {
        let sql = format!(
            "{ABOUT}, keys AS (SELECT connection, vendor_customer_id FROM about UNION
                 SELECT connection, vendor_customer_id FROM vendor_customers WHERE tenant = $1 AND customer_id = $2)
             SELECT {COLUMNS} FROM keys k CROSS JOIN vendor_customers v
             WHERE v.tenant = $1 AND v.connection = k.connection AND v.vendor_customer_id = k.vendor_customer_id
             ORDER BY v.connection, v.vendor_customer_id"
        );
        self.db
            .read(AssertSqlSafe(sql), args![self.tenant(), customer], account)
            .await
    }

    /// Keeps what the matcher says, with the candidates for the review queue. What a person decided is left alone, and
    /// so are accounts that do not exist.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn save_links(&self, links: &[LinkWrite]) -> Result<(), StoreError> {
        let links = bulk::last_of_each(links, |l| &l.key);
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            let open = self.undecided(tx).await?;
            let links: Vec<_> = links.iter().filter(|l| open.contains(&l.key)).collect();
            let keys: Vec<_> = links.iter().map(|l| self.key_args(l)).collect();
            bulk::write(tx, FORGET_HEAD, FORGET_TAIL, &keys).await?;
            let rows: Vec<_> = links.iter().map(|l| self.link_args(l)).collect();
            bulk::write(tx, LINK_HEAD, LINK_TAIL, &rows).await?;
            let mut candidates = Vec::new();
            for link in &links {
                for (rank, candidate) in (0_i64..).zip(&link.candidates) {
                    candidates.push([
                        Arg::from(self.tenant()),
                        Arg::from(&link.key.connection),
                        Arg::from(&link.key.vendor_customer_id),
                        Arg::from(rank),
                        Arg::from(candidate.customer_id),
                        Arg::from(candidate.score),
                        Arg::from(to_json(&candidate.reasons)?),
                    ]);
                }
            }
            let head = "INSERT INTO match_candidates
                (tenant, connection, vendor_customer_id, rank, customer_id, score, reasons) ";
            bulk::write(tx, head, "", &candidates).await?;
            self.weigh(tx).await?;
            tx.changed(self, &[Area::Customers, Area::Review]).await?;
            Ok(())
        })
    }

    /// Keeps what the distributor told of an account beyond its listing; an empty text changes nothing.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn save_evidence(
        &self,
        key: &AccountKey,
        ms_tenant_id: &str,
        domain: &str,
    ) -> Result<(), StoreError> {
        transact!(self, |tx| {
            tx.execute(
                "UPDATE vendor_customers SET ms_tenant_id = coalesce(nullif($4, ''), ms_tenant_id),
                     domain = coalesce(nullif($5, ''), domain), revision = revision + 1
                 WHERE tenant = $1 AND connection = $2 AND vendor_customer_id = $3",
                args![
                    self.tenant(),
                    &key.connection,
                    &key.vendor_customer_id,
                    ms_tenant_id,
                    domain
                ],
            )
            .await?;
            tx.changed(self, &[Area::Review]).await?;
            Ok(())
        })
    }

    /// The accounts that no person has decided.
    async fn undecided(&self, tx: &mut Tx) -> Result<HashSet<AccountKey>, StoreError> {
        tx.all(
            "SELECT connection, vendor_customer_id FROM vendor_customers
             WHERE tenant = $1 AND link_state IN ('auto', 'pending')",
            args![self.tenant()],
        )
        .await?
        .iter()
        .map(|row| {
            let mut c = row.cells();
            Ok(AccountKey::new(c.take::<String>()?, c.take::<String>()?))
        })
        .collect()
    }

    fn key_args<'a>(&'a self, link: &'a LinkWrite) -> [Arg<'a>; 3] {
        [
            self.tenant().into(),
            (&link.key.connection).into(),
            (&link.key.vendor_customer_id).into(),
        ]
    }

    fn link_args<'a>(&'a self, link: &'a LinkWrite) -> [Arg<'a>; 7] {
        let customer = link.customer_id.filter(|_| link.state == LinkState::Auto);
        let state = match customer {
            Some(_) => LinkState::Auto,
            None => LinkState::Pending,
        };
        let [tenant, connection, id] = self.key_args(link);
        [
            tenant,
            connection,
            id,
            state.tag().into(),
            customer.into(),
            link.score.into(),
            (&link.note).into(),
        ]
    }

    /// Puts the queue in order: what waits weighs what it costs a month, whatever the currency.
    async fn weigh(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let rows = tx.all(review::BOUGHT_ALL, args![self.tenant()]).await?;
        let bought = review::bought(&rows)?;
        let weights: Vec<_> = bought
            .iter()
            .map(|(key, bought)| {
                [
                    Arg::from(self.tenant()),
                    Arg::from(&key.connection),
                    Arg::from(&key.vendor_customer_id),
                    Arg::from(bought.weight()),
                ]
            })
            .collect();
        bulk::write(tx, WEIGHT_HEAD, WEIGHT_TAIL, &weights).await
    }
}

const FORGET_HEAD: &str = "WITH w (tenant, connection, id) AS (";
const FORGET_TAIL: &str = ") DELETE FROM match_candidates
    WHERE (tenant, connection, vendor_customer_id) IN (SELECT tenant, connection, id FROM w)";
const LINK_HEAD: &str = "WITH w (tenant, connection, id, state, customer, score, note) AS (";
const LINK_TAIL: &str =
    ") UPDATE vendor_customers AS v SET link_state = w.state, customer_id = w.customer,
    link_score = w.score, link_reason = w.note, revision = v.revision + 1,
    review_weight = CASE WHEN v.review_weight < 0 THEN 0 ELSE v.review_weight END FROM w
    WHERE v.tenant = w.tenant AND v.connection = w.connection AND v.vendor_customer_id = w.id";
const WEIGHT_HEAD: &str = "WITH w (tenant, connection, id, weight) AS (";
const WEIGHT_TAIL: &str = ") UPDATE vendor_customers AS v SET review_weight = w.weight FROM w
    WHERE v.tenant = w.tenant AND v.connection = w.connection AND v.vendor_customer_id = w.id
        AND v.review_weight <> w.weight AND v.review_weight >= 0";
