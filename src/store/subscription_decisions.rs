//! Single subscriptions that people give to another customer than their account's: an account shared by sister companies.
//! A listing never touches what is given.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use super::arg::args;
use super::connections::{json, to_json};
use super::db::{Tx, transact};
use super::decision_log::{Change, Entry};
use super::decisions::Decided;
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::ids::{CustomerId, Subject, SubscriptionKey};
use crate::domain::party::Decision;
use crate::domain::time::Ts;

/// Whom a subscription is given to, kept in the log so that an undo can bring it back; none while it is its account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Given {
    customer_id: Option<CustomerId>,
}

/// Who gave a subscription away, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Giver {
    /// Who.
    pub actor: String,
    /// When.
    pub at: Ts,
    /// The decision's number.
    pub decision: i64,
}

impl Giver {
    /// `ana, 2026-11-24`.
    pub fn words(&self) -> String {
        format!("{}, {}", self.actor, self.at.date())
    }
}

impl Store {
    /// A person gives a subscription to another customer than its account's. Refused only where it is given already: that
    /// is to be taken back first.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn give_subscription(
        &self,
        key: &SubscriptionKey,
        to: CustomerId,
        actor: &str,
        now: Ts,
    ) -> Result<Decided, StoreError> {
        let subject = Subject::Subscription(key.clone());
        transact!(self, |tx| {
            let Some((name, before)) = self.given(tx, key).await? else {
                return Ok(Decided::NoSuchItem);
            };
            if before.customer_id.is_some() {
                let words = self.who_decided(tx, &subject, now).await?;
                return Ok(Decided::Overtaken { words });
            }
            let of_customer = args![self.tenant(), to];
            let Some(row) = tx.first(CUSTOMER, of_customer).await? else {
                return Ok(Decided::NoSuchItem);
            };
            let customer: String = row.only()?;
            let entry = Entry {
                actor,
                now,
                action: "give",
                words: &format!("gave {name} ({key}) to {customer}"),
                score: None,
                undoes: None,
                evidence: "",
                batch: None,
            };
            let after = Given {
                customer_id: Some(to),
            };
            let done = self.hand_over(tx, key, before, after, &entry).await?;
            tx.changed(self, &[Area::Customers, Area::Review]).await?;
            Ok(Decided::Done(done))
        })
    }

    /// The decisions that gave away what is given away now.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn givers(&self) -> Result<HashMap<SubscriptionKey, Giver>, StoreError> {
        let rows = self.db.all(GIVERS, args![self.tenant()]).await?;
        let mut givers = HashMap::with_capacity(rows.len());
        for row in &rows {
            let mut c = row.cells();
            let subject = Subject::parse(&c.take::<String>()?);
            let giver = Giver {
                actor: c.take()?,
                at: c.take()?,
                decision: c.take()?,
            };
            if let Some(Subject::Subscription(key)) = subject {
                givers.insert(key, giver);
            }
        }
        Ok(givers)
    }

    /// Gives a subscription back to whose it was; none if it was never listed.
    pub(super) async fn given_as_before(
        &self,
        tx: &mut Tx,
        key: &SubscriptionKey,
        before: &str,
        entry: &Entry<'_>,
    ) -> Result<Option<Decision>, StoreError> {
        let before: Given = json(before)?;
        let Some((_, present)) = self.given(tx, key).await? else {
            return Ok(None);
        };
        let done = self.hand_over(tx, key, present, before, entry).await?;
        Ok(Some(done))
    }

    /// What a subscription is called and whom it is given to, locked until the transaction ends.
    async fn given(
        &self,
        tx: &mut Tx,
        key: &SubscriptionKey,
    ) -> Result<Option<(String, Given)>, StoreError> {
        let sql = format!(
            "SELECT product_name, customer_id FROM license_subscriptions
             WHERE tenant = $1 AND connection = $2 AND vendor_subscription_id = $3{}",
            tx.engine().for_update()
        );
        let key = args![self.tenant(), &key.connection, &key.vendor_subscription_id];
        let Some(row) = tx.first(AssertSqlSafe(sql), key).await? else {
            return Ok(None);
        };
        let mut c = row.cells();
        let name = c.take()?;
        let customer_id = c.take::<Option<i64>>()?.map(CustomerId);
        Ok(Some((name, Given { customer_id })))
    }

    /// Writes whose the subscription is from now on, and the log's entry.
    async fn hand_over(
        &self,
        tx: &mut Tx,
        key: &SubscriptionKey,
        before: Given,
        after: Given,
        entry: &Entry<'_>,
    ) -> Result<Decision, StoreError> {
        let to = args![
            self.tenant(),
            &key.connection,
            &key.vendor_subscription_id,
            after.customer_id
        ];
        tx.execute(HAND_OVER, to).await?;
        let change = Change {
            from: to_json(&before)?,
            to: to_json(&after)?,
            reasons: "",
        };
        self.write_down(tx, &key.clone().into(), &change, entry)
            .await
    }
}

const CUSTOMER: &str = "SELECT name FROM customers WHERE tenant = $1 AND id = $2";
const HAND_OVER: &str = "UPDATE license_subscriptions SET customer_id = $4
    WHERE tenant = $1 AND connection = $2 AND vendor_subscription_id = $3";
const GIVERS: &str = "SELECT d.subject, d.actor, d.at, d.id FROM match_decisions d
    WHERE d.tenant = $1 AND d.subject LIKE 'subscription:%' AND d.undoes IS NULL
        AND NOT EXISTS (SELECT 1 FROM match_decisions u WHERE u.tenant = $1 AND u.undoes = d.id)
    ORDER BY d.id";
