//! Decisions about accounts that a person makes in one go, and takes back in one go.

use super::arg::args;
use super::db::transact;
use super::decisions::{Decided, Undone};
use super::feed::Area;
use super::{Store, StoreError};
use crate::domain::ids::AccountKey;
use crate::domain::party::{Decision, Verdict};
use crate::domain::time::Ts;

impl Store {
    /// Decides about several accounts, all in one transaction. Each is decided for itself, as [`Store::decide`] does: what
    /// somebody else decided before stands and is told. Gives what became of each, in the order in which they were given.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing was decided.
    pub async fn decide_all(
        &self,
        verdicts: &[(AccountKey, Verdict)],
        actor: &str,
        now: Ts,
    ) -> Result<Vec<Decided>, StoreError> {
        // In one order everywhere, so that two persons never wait for each other.
        let mut places: Vec<usize> = (0..verdicts.len()).collect();
        places.sort_by_key(|place| &verdicts[*place].0);
        transact!(self, |tx| {
            let mut first = None;
            let mut decided = vec![Decided::NoSuchItem; verdicts.len()];
            for place in &places {
                let (key, verdict) = &verdicts[*place];
                let done = self.decide_in(tx, key, verdict, actor, now, first).await?;
                if let Decided::Done(decision) = &done {
                    first.get_or_insert(decision.id);
                }
                decided[*place] = done;
            }
            tx.changed(self, &[Area::Customers, Area::Review]).await?;
            Ok(decided)
        })
    }

    /// Takes back what still stands of the decisions that were made in one go; `first` is the first of them.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing was taken back.
    pub async fn undo_all(
        &self,
        first: i64,
        actor: &str,
        now: Ts,
    ) -> Result<Vec<Decision>, StoreError> {
        transact!(self, |tx| {
            tx.alone(self.tenant()).await?;
            let mut undone = Vec::new();
            for row in &tx.all(STANDING, args![self.tenant(), first]).await? {
                if let Undone::Done(decision) = self.take_back_in(tx, row, actor, now).await? {
                    undone.push(decision);
                }
            }
            tx.changed(self, &[Area::Customers, Area::Review]).await?;
            Ok(undone)
        })
    }
}

/// What still stands of a batch, as [`Store::take_back_in`] reads it.
const STANDING: &str = "SELECT d.id, d.subject, d.words, d.\"from\", FALSE, NULL
    FROM match_decisions d WHERE d.tenant = $1 AND (d.id = $2 OR d.batch = $2) AND d.undoes IS NULL
        AND NOT EXISTS (SELECT 1 FROM match_decisions u WHERE u.tenant = $1 AND u.undoes = d.id)
    ORDER BY d.id DESC";
