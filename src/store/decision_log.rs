//! The append-only log of decisions: what each was, how its subject stood before and after it, who took it back.

use sqlx::AssertSqlSafe;

use super::arg::args;
use super::connections::{json, to_json};
use super::db::{Row, Tx};
use super::{Store, StoreError};
use crate::domain::ids::{AccountKey, CustomerId, Subject};
use crate::domain::party::{Decision, LinkState};
use crate::domain::time::Ts;

/// How an account stands, kept in the log so that an undo can bring it back.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Standing {
    pub(super) state: LinkState,
    pub(super) customer_id: Option<CustomerId>,
    pub(super) score: Option<f64>,
    #[serde(default)]
    pub(super) reason: String,
}

impl Standing {
    /// As a person decides it: without a score.
    pub(super) fn new(state: LinkState, customer_id: Option<CustomerId>, reason: &str) -> Self {
        Self {
            state,
            customer_id,
            score: None,
            reason: reason.to_owned(),
        }
    }
}

/// What is written to the log.
pub(super) struct Entry<'a> {
    pub(super) actor: &'a str,
    pub(super) now: Ts,
    pub(super) action: &'static str,
    pub(super) words: &'a str,
    pub(super) score: Option<f64>,
    pub(super) undoes: Option<i64>,
    pub(super) evidence: &'a str,
    pub(super) batch: Option<i64>,
}

/// How the subject stood before and stands after, as JSON, and why.
pub(super) struct Change<'a> {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) reasons: &'a str,
}

impl Store {
    /// The newest decisions, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn decisions(&self, limit: u32) -> Result<Vec<Decision>, StoreError> {
        let sql = "SELECT id, at, actor, subject, words, undoes, batch FROM match_decisions
             WHERE tenant = $1 ORDER BY id DESC LIMIT $2";
        self.db
            .read(sql, args![self.tenant(), limit], decision)
            .await
    }

    /// The newest decisions about one subject, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn decisions_about(
        &self,
        subject: &Subject,
        limit: u32,
    ) -> Result<Vec<Decision>, StoreError> {
        let sql = "SELECT id, at, actor, subject, words, undoes, batch FROM match_decisions
             WHERE tenant = $1 AND subject = $2 ORDER BY id DESC LIMIT $3";
        let of_subject = args![self.tenant(), subject.to_string(), limit];
        self.db.read(sql, of_subject, decision).await
    }

    /// The customers that a decision about an account was about: before it and after it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn customers_of_decision(
        &self,
        decision: i64,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let sql = "SELECT \"from\", \"to\" FROM match_decisions WHERE tenant = $1 AND id = $2";
        let mut customers = Vec::new();
        if let Some(row) = self.db.first(sql, args![self.tenant(), decision]).await? {
            let mut c = row.cells();
            for _ in 0..2 {
                customers.extend(json::<Standing>(&c.take::<String>()?)?.customer_id);
            }
        }
        customers.dedup();
        Ok(customers)
    }

    /// The account's name and how it stands, locked until the transaction ends.
    pub(super) async fn standing(
        &self,
        tx: &mut Tx,
        key: &AccountKey,
    ) -> Result<Option<(String, Standing)>, StoreError> {
        let sql = format!(
            "SELECT name, link_state, customer_id, link_score, link_reason FROM vendor_customers
             WHERE tenant = $1 AND connection = $2 AND vendor_customer_id = $3{}",
            tx.engine().for_update()
        );
        let row = tx
            .first(
                AssertSqlSafe(sql),
                args![self.tenant(), &key.connection, &key.vendor_customer_id],
            )
            .await?;
        row.map(|row| {
            let mut c = row.cells();
            let name = c.take()?;
            let standing = Standing {
                state: LinkState::from_tag(&c.take::<String>()?),
                customer_id: c.take::<Option<i64>>()?.map(CustomerId),
                score: c.take()?,
                reason: c.take()?,
            };
            Ok((name, standing))
        })
        .transpose()
    }

    /// Who decided last about a subject, what, and when, in words.
    pub(super) async fn who_decided(
        &self,
        tx: &mut Tx,
        subject: &Subject,
        now: Ts,
    ) -> Result<String, StoreError> {
        let row = tx
            .first(
                "SELECT actor, words, at FROM match_decisions
                 WHERE tenant = $1 AND subject = $2 ORDER BY id DESC LIMIT 1",
                args![self.tenant(), subject.to_string()],
            )
            .await?;
        let Some(row) = row else {
            return Ok("somebody has already decided this".to_owned());
        };
        let mut c = row.cells();
        let (actor, words, at): (String, String, Ts) = (c.take()?, c.take()?, c.take()?);
        Ok(format!("{actor} {words}, {}", at.ago(now)))
    }

    /// Writes the account's new standing and the log's entry.
    pub(super) async fn settle(
        &self,
        tx: &mut Tx,
        key: &AccountKey,
        before: &Standing,
        after: &Standing,
        entry: &Entry<'_>,
    ) -> Result<Decision, StoreError> {
        tx.execute(
            "UPDATE vendor_customers SET link_state = $4, customer_id = $5, link_score = $6, link_reason = $7,
                 attention = ''
             WHERE tenant = $1 AND connection = $2 AND vendor_customer_id = $3",
            args![
                self.tenant(),
                &key.connection,
                &key.vendor_customer_id,
                after.state.tag(),
                after.customer_id,
                after.score.or(entry.score),
                &after.reason
            ],
        )
        .await?;
        let change = Change {
            from: to_json(before)?,
            to: to_json(after)?,
            reasons: &after.reason,
        };
        self.write_down(tx, &key.clone().into(), &change, entry)
            .await
    }

    /// Adds to the log.
    pub(super) async fn write_down(
        &self,
        tx: &mut Tx,
        subject: &Subject,
        change: &Change<'_>,
        entry: &Entry<'_>,
    ) -> Result<Decision, StoreError> {
        let row = tx
            .first(
                "INSERT INTO match_decisions (tenant, at, actor, subject, action, \"from\", \"to\", score, reasons,
                     words, undoes, evidence, batch)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                 RETURNING id, at, actor, subject, words, undoes, batch",
                args![
                    self.tenant(),
                    entry.now,
                    entry.actor,
                    subject.to_string(),
                    entry.action,
                    &change.from,
                    &change.to,
                    entry.score,
                    change.reasons,
                    entry.words,
                    entry.undoes,
                    entry.evidence,
                    entry.batch
                ],
            )
            .await?
            .ok_or(sqlx::Error::RowNotFound)?;
        decision(row)
    }
}

fn decision(row: Row) -> Result<Decision, StoreError> {
    let mut c = row.cells();
    Ok(Decision {
        id: c.take()?,
        at: c.take()?,
        actor: c.take()?,
        subject: c.take()?,
        words: c.take()?,
        undoes: c.take()?,
        batch: c.take()?,
    })
}
