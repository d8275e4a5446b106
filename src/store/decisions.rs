//! What people decide about accounts: an append-only log, and the account's state that follows from it.

use sqlx::AssertSqlSafe;

use super::arg::args;
use super::connections::{json, to_json};
use super::db::{Row, Tx, transact};
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::party::{Decision, LinkState, Verdict};
use crate::domain::time::Ts;

/// What became of a verdict.
#[derive(Debug, Clone, PartialEq)]
pub enum Decided {
    /// It stands.
    Done(Decision),
    /// A person decided before.
    Overtaken {
        /// Who, what, when.
        words: String,
    },
    /// There is no such account, or no such customer.
    NoSuchItem,
}

/// What became of an undo.
#[derive(Debug, Clone, PartialEq)]
pub enum Undone {
    /// It is taken back; the account is as it was before.
    Done(Decision),
    /// Nothing to take back.
    Nothing {
        /// Why.
        words: String,
    },
}

/// How an account stands, kept in the log so that an undo can bring it back.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Standing {
    state: LinkState,
    customer_id: Option<CustomerId>,
    score: Option<f64>,
    #[serde(default)]
    reason: String,
}

impl Store {
    /// A person decides about an account. Refused only if a person has decided before; an automatic link may be
    /// corrected. A customer in no PSA gets a hub row of its own.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn decide(
        &self,
        key: &AccountKey,
        verdict: &Verdict,
        actor: &str,
        now: Ts,
    ) -> Result<Decided, StoreError> {
        transact!(self, |tx| {
            let Some((name, before)) = self.standing(tx, key).await? else {
                return Ok(Decided::NoSuchItem);
            };
            if before.state.is_decided_by_a_person() {
                let words = self.who_decided(tx, key, now).await?;
                return Ok(Decided::Overtaken { words });
            }
            let (after, words, action) = match verdict {
                Verdict::Confirm { customer_id } => {
                    let customer: Option<String> = tx
                        .first(
                            "SELECT name FROM customers WHERE tenant = $1 AND id = $2",
                            args![self.tenant(), *customer_id],
                        )
                        .await?
                        .map(|row| row.only())
                        .transpose()?;
                    let Some(customer) = customer else {
                        return Ok(Decided::NoSuchItem);
                    };
                    let words = format!("linked {name} → {customer}");
                    (
                        standing(LinkState::Confirmed, Some(*customer_id), ""),
                        words,
                        "confirm",
                    )
                }
                Verdict::NoCounterpart => {
                    let id = self.declare_customer(tx, key).await?;
                    let words = format!("{name} is in no PSA");
                    (
                        standing(LinkState::NoCounterpart, Some(id), ""),
                        words,
                        "no_counterpart",
                    )
                }
                Verdict::Exclude { reason } => {
                    let words = format!("excluded {name}: {reason}");
                    (
                        standing(LinkState::Excluded, None, reason),
                        words,
                        "exclude",
                    )
                }
            };
            let on = self.evidence(tx, key, after.customer_id).await?;
            let score = self.candidate_score(tx, key, after.customer_id).await?;
            let entry = Entry {
                actor,
                now,
                action,
                words: &words,
                score,
                undoes: None,
                evidence: &to_json(&on)?,
            };
            let done = self.settle(tx, key, &before, &after, &entry).await?;
            tx.changed(self, &[Area::Customers, Area::Review]).await?;
            Ok(Decided::Done(done))
        })
    }

    /// Takes back a decision, or this person's newest one that still stands where none is named. The account returns to
    /// its former state and its candidates.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn undo(
        &self,
        decision: Option<i64>,
        actor: &str,
        now: Ts,
    ) -> Result<Undone, StoreError> {
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            let found = match decision {
                Some(id) => tx.first(UNDO_BY_ID, args![self.tenant(), id]).await?,
                None => tx.first(UNDO_NEWEST, args![self.tenant(), actor]).await?,
            };
            let Some(row) = found else {
                let words = match decision {
                    Some(id) => format!("there is no decision {id}"),
                    None => "you have no decision to take back".to_owned(),
                };
                return Ok(Undone::Nothing { words });
            };
            let mut c = row.cells();
            let (id, subject, words): (i64, String, String) = (c.take()?, c.take()?, c.take()?);
            let before: Standing = json(&c.take::<String>()?)?;
            let (is_undo, undone_by): (bool, Option<String>) = (c.take()?, c.take()?);
            if is_undo {
                let words = format!("decision {id} is itself an undo; decide again instead");
                return Ok(Undone::Nothing { words });
            }
            if let Some(by) = undone_by {
                let words = format!("{by} has already taken back decision {id}");
                return Ok(Undone::Nothing { words });
            }
            let key = AccountKey::parse(&subject);
            let present = match &key {
                Some(key) => self.standing(tx, key).await?,
                None => None,
            };
            let Some((key, (_, present))) = key.zip(present) else {
                let words = format!("{subject} is no longer there");
                return Ok(Undone::Nothing { words });
            };
            let words = format!("took back: {words}");
            let entry = Entry {
                actor,
                now,
                action: "undo",
                words: &words,
                score: None,
                undoes: Some(id),
                evidence: "",
            };
            let done = self.settle(tx, &key, &present, &before, &entry).await?;
            if present.state == LinkState::NoCounterpart {
                tx.execute(
                    "UPDATE customers SET active = FALSE WHERE tenant = $1 AND declared_from = $2",
                    args![self.tenant(), &subject],
                )
                .await?;
            }
            tx.changed(self, &[Area::Customers, Area::Review]).await?;
            Ok(Undone::Done(done))
        })
    }

    /// The newest decisions, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn decisions(&self, limit: u32) -> Result<Vec<Decision>, StoreError> {
        self.db
            .all(
                "SELECT id, at, actor, subject, words, undoes FROM match_decisions
                 WHERE tenant = $1 ORDER BY id DESC LIMIT $2",
                args![self.tenant(), limit],
            )
            .await?
            .iter()
            .map(decision)
            .collect()
    }

    /// The account's name and how it stands, locked until the transaction ends.
    async fn standing(
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

    async fn who_decided(
        &self,
        tx: &mut Tx,
        key: &AccountKey,
        now: Ts,
    ) -> Result<String, StoreError> {
        let row = tx
            .first(
                "SELECT actor, words, at FROM match_decisions
                 WHERE tenant = $1 AND subject = $2 ORDER BY id DESC LIMIT 1",
                args![self.tenant(), key.to_string()],
            )
            .await?;
        let Some(row) = row else {
            return Ok("somebody has already decided this".to_owned());
        };
        let mut c = row.cells();
        let (actor, words, at): (String, String, Ts) = (c.take()?, c.take()?, c.take()?);
        Ok(format!("{actor} {words}, {}", at.ago(now)))
    }

    /// The hub row of a customer that is in no PSA, made from what the distributor tells.
    async fn declare_customer(
        &self,
        tx: &mut Tx,
        key: &AccountKey,
    ) -> Result<CustomerId, StoreError> {
        let id = tx
            .value(
                "INSERT INTO customers (tenant, declared_from, active, seen_sync, name, domain, email, phone, address,
                     city, state, postcode, country, ms_tenant_id)
                 SELECT tenant, $4, TRUE, 0, name, domain, email, phone, address, city, state, postcode, country,
                     ms_tenant_id
                 FROM vendor_customers WHERE tenant = $1 AND connection = $2 AND vendor_customer_id = $3
                 ON CONFLICT (tenant, declared_from) DO UPDATE SET active = TRUE
                 RETURNING id",
                args![
                    self.tenant(),
                    &key.connection,
                    &key.vendor_customer_id,
                    key.to_string()
                ],
            )
            .await?;
        Ok(CustomerId(id))
    }

    async fn candidate_score(
        &self,
        tx: &mut Tx,
        key: &AccountKey,
        customer: Option<CustomerId>,
    ) -> Result<Option<f64>, StoreError> {
        tx.first(
            "SELECT score FROM match_candidates
             WHERE tenant = $1 AND connection = $2 AND vendor_customer_id = $3 AND customer_id = $4",
            args![
                self.tenant(),
                &key.connection,
                &key.vendor_customer_id,
                customer
            ],
        )
        .await?
        .map(|row| row.only())
        .transpose()
    }

    /// Writes the account's new standing and the log's entry.
    async fn settle(
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
        let (from, to) = (to_json(before)?, to_json(after)?);
        let row = tx
            .first(
                "INSERT INTO match_decisions (tenant, at, actor, subject, action, \"from\", \"to\", score, reasons,
                     words, undoes, evidence)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 RETURNING id, at, actor, subject, words, undoes",
                args![
                    self.tenant(),
                    entry.now,
                    entry.actor,
                    key.to_string(),
                    entry.action,
                    &from,
                    &to,
                    entry.score,
                    &after.reason,
                    entry.words,
                    entry.undoes,
                    entry.evidence
                ],
            )
            .await?
            .ok_or(sqlx::Error::RowNotFound)?;
        decision(&row)
    }
}

/// What is written to the log.
struct Entry<'a> {
    actor: &'a str,
    now: Ts,
    action: &'static str,
    words: &'a str,
    score: Option<f64>,
    undoes: Option<i64>,
    evidence: &'a str,
}

fn standing(state: LinkState, customer_id: Option<CustomerId>, reason: &str) -> Standing {
    Standing {
        state,
        customer_id,
        score: None,
        reason: reason.to_owned(),
    }
}

fn decision(row: &Row) -> Result<Decision, StoreError> {
    let mut c = row.cells();
    Ok(Decision {
        id: c.take()?,
        at: c.take()?,
        actor: c.take()?,
        subject: c.take()?,
        words: c.take()?,
        undoes: c.take()?,
    })
}

/// A decision, how the account stood before it, whether it is an undo, and who took it back.
const UNDO_BY_ID: &str = "SELECT d.id, d.subject, d.words, d.\"from\", d.undoes IS NOT NULL,
        (SELECT u.actor FROM match_decisions u WHERE u.tenant = $1 AND u.undoes = d.id)
    FROM match_decisions d WHERE d.tenant = $1 AND d.id = $2";
const UNDO_NEWEST: &str = "SELECT d.id, d.subject, d.words, d.\"from\", FALSE, NULL
    FROM match_decisions d WHERE d.tenant = $1 AND d.actor = $2 AND d.undoes IS NULL AND NOT EXISTS
        (SELECT 1 FROM match_decisions u WHERE u.tenant = $1 AND u.undoes = d.id)
    ORDER BY d.id DESC LIMIT 1";
