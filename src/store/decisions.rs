//! What people decide about accounts, and what they take back: the state follows, and the log says so.

use super::arg::args;
use super::connections::{json, to_json};
use super::db::{Row, Tx, transact};
use super::decision_log::{Entry, Standing};
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::ids::{AccountKey, CustomerId, Subject};
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
    /// There is no such account, SKU or subscription, or nothing like what it is decided to be.
    NoSuchItem,
}

/// What became of an undo.
#[derive(Debug, Clone, PartialEq)]
pub enum Undone {
    /// It is taken back; the account, SKU or subscription is as it was before.
    Done(Decision),
    /// Nothing to take back.
    Nothing {
        /// Why.
        words: String,
    },
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
            let decided = self.decide_in(tx, key, verdict, actor, now, None).await?;
            if matches!(decided, Decided::Done(_)) {
                tx.changed(self, &[Area::Customers, Area::Review]).await?;
            }
            Ok(decided)
        })
    }

    /// As [`Store::decide`], inside a transaction; `batch` is the first decision of those that are made in one go.
    pub(super) async fn decide_in(
        &self,
        tx: &mut Tx,
        key: &AccountKey,
        verdict: &Verdict,
        actor: &str,
        now: Ts,
        batch: Option<i64>,
    ) -> Result<Decided, StoreError> {
        let Some((name, before)) = self.standing(tx, key).await? else {
            return Ok(Decided::NoSuchItem);
        };
        if before.state.is_decided_by_a_person() {
            let words = self.who_decided(tx, &key.clone().into(), now).await?;
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
                    Standing::new(LinkState::Confirmed, Some(*customer_id), ""),
                    words,
                    "confirm",
                )
            }
            Verdict::NoCounterpart => {
                let id = self.declare_customer(tx, key).await?;
                let words = format!("{name} is in no PSA");
                (
                    Standing::new(LinkState::NoCounterpart, Some(id), ""),
                    words,
                    "no_counterpart",
                )
            }
            Verdict::Exclude { reason } => {
                let words = format!("excluded {name}: {reason}");
                (
                    Standing::new(LinkState::Excluded, None, reason),
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
            batch,
        };
        let done = self.settle(tx, key, &before, &after, &entry).await?;
        Ok(Decided::Done(done))
    }

    /// Takes back a decision, or this person's newest one about an account that still stands where none is named. The
    /// account returns to its former state and its candidates.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn undo(
        &self,
        decision: Option<i64>,
        actor: &str,
        now: Ts,
    ) -> Result<Undone, StoreError> {
        self.take_back(decision, UNDO_NEWEST_OF_ACCOUNT, actor, now)
            .await
    }

    /// As [`Store::undo`], but the newest one about a SKU. A number may be that of any decision.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn undo_product(
        &self,
        decision: Option<i64>,
        actor: &str,
        now: Ts,
    ) -> Result<Undone, StoreError> {
        self.take_back(decision, UNDO_NEWEST_OF_PRODUCT, actor, now)
            .await
    }

    /// As [`Store::undo`], but the newest one about a subscription. A number may be that of any decision.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn undo_subscription(
        &self,
        decision: Option<i64>,
        actor: &str,
        now: Ts,
    ) -> Result<Undone, StoreError> {
        self.take_back(decision, UNDO_NEWEST_OF_SUBSCRIPTION, actor, now)
            .await
    }

    async fn take_back(
        &self,
        decision: Option<i64>,
        newest: &'static str,
        actor: &str,
        now: Ts,
    ) -> Result<Undone, StoreError> {
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            let found = match decision {
                Some(id) => tx.first(UNDO_BY_ID, args![self.tenant(), id]).await?,
                None => tx.first(newest, args![self.tenant(), actor]).await?,
            };
            let Some(row) = found else {
                let words = match decision {
                    Some(id) => format!("there is no decision {id}"),
                    None => "you have no decision to take back".to_owned(),
                };
                return Ok(Undone::Nothing { words });
            };
            let undone = self.take_back_in(tx, &row, actor, now).await?;
            if matches!(undone, Undone::Done(_)) {
                tx.changed(self, &[Area::Customers, Area::Products, Area::Review])
                    .await?;
            }
            Ok(undone)
        })
    }

    /// Takes back the decision of a row: its number, subject, words and standing before it, whether it is an undo, who
    /// took it back.
    pub(super) async fn take_back_in(
        &self,
        tx: &mut Tx,
        row: &Row,
        actor: &str,
        now: Ts,
    ) -> Result<Undone, StoreError> {
        let mut c = row.cells();
        let (id, subject, words): (i64, String, String) = (c.take()?, c.take()?, c.take()?);
        let before: String = c.take()?;
        let (is_undo, undone_by): (bool, Option<String>) = (c.take()?, c.take()?);
        if is_undo {
            let words = format!("decision {id} is itself an undo; decide again instead");
            return Ok(Undone::Nothing { words });
        }
        if let Some(by) = undone_by {
            let words = format!("{by} has already taken back decision {id}");
            return Ok(Undone::Nothing { words });
        }
        let words = format!("took back: {words}");
        let entry = Entry {
            actor,
            now,
            action: "undo",
            words: &words,
            score: None,
            undoes: Some(id),
            evidence: "",
            batch: None,
        };
        let done = match Subject::parse(&subject) {
            Some(Subject::Account(key)) => self.as_before(tx, &key, &before, &entry).await?,
            Some(Subject::Product(key)) => self.sold_as_before(tx, &key, &before, &entry).await?,
            Some(Subject::Subscription(key)) => {
                self.given_as_before(tx, &key, &before, &entry).await?
            }
            None => None,
        };
        Ok(match done {
            Some(done) => Undone::Done(done),
            None => Undone::Nothing {
                words: format!("{subject} is no longer there"),
            },
        })
    }

    /// Gives an account its former standing back; none if it is no longer there.
    async fn as_before(
        &self,
        tx: &mut Tx,
        key: &AccountKey,
        before: &str,
        entry: &Entry<'_>,
    ) -> Result<Option<Decision>, StoreError> {
        let before: Standing = json(before)?;
        let Some((_, present)) = self.standing(tx, key).await? else {
            return Ok(None);
        };
        let done = self.settle(tx, key, &present, &before, entry).await?;
        if present.state == LinkState::NoCounterpart {
            tx.execute(
                "UPDATE customers SET active = FALSE WHERE tenant = $1 AND declared_from = $2",
                args![self.tenant(), key.to_string()],
            )
            .await?;
        }
        Ok(Some(done))
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
}

/// A decision, how its subject stood before it, whether it is an undo, and who took it back.
const UNDO_BY_ID: &str = "SELECT d.id, d.subject, d.words, d.\"from\", d.undoes IS NOT NULL,
        (SELECT u.actor FROM match_decisions u WHERE u.tenant = $1 AND u.undoes = d.id)
    FROM match_decisions d WHERE d.tenant = $1 AND d.id = $2";
macro_rules! newest {
    ($about:literal) => {
        concat!(
            "SELECT d.id, d.subject, d.words, d.\"from\", FALSE, NULL
             FROM match_decisions d WHERE d.tenant = $1 AND d.actor = $2 AND d.undoes IS NULL AND d.subject ",
            $about,
            " AND NOT EXISTS (SELECT 1 FROM match_decisions u WHERE u.tenant = $1 AND u.undoes = d.id)
             ORDER BY d.id DESC LIMIT 1"
        )
    };
}
/// Subjects as [`Subject`] writes them.
const UNDO_NEWEST_OF_ACCOUNT: &str =
    newest!("NOT LIKE 'product:%' AND d.subject NOT LIKE 'subscription:%'");
const UNDO_NEWEST_OF_PRODUCT: &str = newest!("LIKE 'product:%'");
const UNDO_NEWEST_OF_SUBSCRIPTION: &str = newest!("LIKE 'subscription:%'");
