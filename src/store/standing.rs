//! Which decision stands for each account, what people saw when they took it, and whether that has changed since.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::arg::{Arg, args};
use super::connections::json;
use super::db::{Tx, transact};
use super::feed::Area;
use super::{Store, StoreError, bulk, profile};
use crate::domain::ids::{AccountKey, CustomerId, Subject};
use crate::domain::party::Profile;
use crate::domain::time::Ts;

/// What a decision was taken on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// What the distributor told of the account.
    pub account: Profile,
    /// The customer that it was linked to, if any.
    pub customer: Option<Profile>,
    /// Whether that customer was active.
    pub active: bool,
}

/// A decision that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// When it was taken.
    pub at: Ts,
    /// By whom.
    pub actor: String,
    /// Why, for an exclusion.
    pub reason: String,
    /// What it was taken on; none where an older version of the program wrote it.
    pub evidence: Option<Evidence>,
}

impl Store {
    /// The newest decision about each account. It stands where the account is in a state that a person decides.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn standing_decisions(&self) -> Result<HashMap<AccountKey, Stands>, StoreError> {
        let rows = self
            .db
            .all(
                "SELECT subject, at, actor, reasons, evidence FROM match_decisions WHERE tenant = $1 AND id IN
                     (SELECT max(id) FROM match_decisions WHERE tenant = $1 GROUP BY subject)",
                args![self.tenant()],
            )
            .await?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in &rows {
            let mut c = row.cells();
            let Some(Subject::Account(key)) = Subject::parse(&c.take::<String>()?) else {
                continue;
            };
            let (at, actor, reason) = (c.take()?, c.take()?, c.take()?);
            let evidence: String = c.take()?;
            let stands = Stands {
                at,
                actor,
                reason,
                evidence: match evidence.as_str() {
                    "" => None,
                    text => Some(json(text)?),
                },
            };
            found.insert(key, stands);
        }
        Ok(found)
    }

    /// Keeps why links need attention; an empty text says that one does not any more.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn save_attention(&self, words: &[(AccountKey, String)]) -> Result<(), StoreError> {
        if words.is_empty() {
            return Ok(());
        }
        let words = bulk::last_of_each(words, |(key, _)| key);
        let rows: Vec<_> = words
            .iter()
            .map(|(key, words)| {
                [
                    Arg::from(self.tenant()),
                    Arg::from(&key.connection),
                    Arg::from(&key.vendor_customer_id),
                    Arg::from(words),
                ]
            })
            .collect();
        transact!(self, |tx| {
            bulk::write(tx, ATTENTION_HEAD, ATTENTION_TAIL, &rows).await?;
            tx.changed(self, &[Area::Customers, Area::Review]).await?;
            Ok(())
        })
    }

    /// What a decision about an account is taken on.
    pub(super) async fn evidence(
        &self,
        tx: &mut Tx,
        key: &AccountKey,
        customer: Option<CustomerId>,
    ) -> Result<Evidence, StoreError> {
        let account = tx
            .first(
                "SELECT name, domain, email, phone, address, city, state, postcode, country, ms_tenant_id
                 FROM vendor_customers WHERE tenant = $1 AND connection = $2 AND vendor_customer_id = $3",
                args![self.tenant(), &key.connection, &key.vendor_customer_id],
            )
            .await?;
        let customer = tx
            .first(
                "SELECT active, name, domain, email, phone, address, city, state, postcode, country, ms_tenant_id
                 FROM customers WHERE tenant = $1 AND id = $2",
                args![self.tenant(), customer],
            )
            .await?;
        let mut evidence = Evidence::default();
        if let Some(row) = account {
            evidence.account = profile::read(&mut row.cells())?;
        }
        if let Some(row) = customer {
            let mut c = row.cells();
            evidence.active = c.take()?;
            evidence.customer = Some(profile::read(&mut c)?);
        }
        Ok(evidence)
    }
}

const ATTENTION_HEAD: &str = "WITH w (tenant, connection, id, attention) AS (";
const ATTENTION_TAIL: &str = ") UPDATE vendor_customers AS v SET attention = w.attention FROM w
    WHERE v.tenant = w.tenant AND v.connection = w.connection AND v.vendor_customer_id = w.id";
