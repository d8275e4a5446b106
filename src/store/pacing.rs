//! The request budget of a credential, shared by all processes on the database: a ring of slots.
//!
//! A slot is closed when a request starts and opens again one window after the answer to it has come. So in no window
//! does the server receive more requests than there are slots, whatever the latency and whoever dies. The clock is the
//! database's. What answers teach about the server's real limit is shared too (`lesson.rs`).

mod foreign;
mod lesson;
#[cfg(test)]
mod model;
#[cfg(test)]
mod promises;
mod ring;
mod rows;
mod state;
mod turn;

use super::db::transact;
use super::{Store, StoreError};
use crate::domain::quota::Quota;

pub use foreign::Suspicion;
pub use lesson::PaceNews;
use ring::Ring;
pub use state::PaceState;

/// How many requests in which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceRule {
    /// Requests in a window.
    pub limit: u32,
    /// The window, in milliseconds.
    pub window_ms: u64,
    /// The longest that a request can last, in milliseconds: so long a slot of a dead process stays closed before its
    /// window begins.
    pub hold_ms: u64,
    /// A minute of the API, in milliseconds: less where a demo runs faster. Pauses after a 429 are so long.
    pub minute_ms: u64,
}

/// Who waits for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaceClass {
    /// A person.
    Interactive,
    /// A person or a whole sync: a token call. It goes ahead, but says nothing about people.
    Token,
    /// A sync.
    Bulk,
}

impl PaceClass {
    pub(super) fn tag(self) -> &'static str {
        match self {
            PaceClass::Interactive => "interactive",
            PaceClass::Token => "token",
            PaceClass::Bulk => "bulk",
        }
    }
}

/// The answer to a request for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Go; hand the slot back afterwards. The number stands for this one use of it: a process that stood still so long
    /// that its slot was given to another cannot open it.
    Slot(i64),
    /// The budget is used up: ask again after so many milliseconds.
    Wait {
        /// At least 10.
        ms: u64,
    },
    /// After a 429 nobody sends, or another one goes alone to try: ask again after so many milliseconds.
    Paused {
        /// At least 10.
        ms: u64,
    },
}

/// What a 429 led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Our requests that the server took in the window before.
    pub own: u32,
    /// Requests allowed in a window from now on.
    pub ceiling: u32,
    /// Nobody sends for so many milliseconds from now.
    pub pause_ms: u64,
    /// 429s since the last success.
    pub in_a_row: u32,
    /// It was on its way when another 429 began the pause, and says nothing new.
    pub repeated: bool,
    /// What a person should hear.
    pub news: Vec<PaceNews>,
}

impl Store {
    /// Asks for a slot. The caller waits as told and asks again; giving up needs no word.
    ///
    /// # Errors
    /// If the database cannot be written: then nothing may be sent.
    pub async fn pace_take(
        &self,
        credential: &str,
        rule: &PaceRule,
        class: PaceClass,
        owner: &str,
    ) -> Result<Grant, StoreError> {
        transact!(self, |tx| {
            let change = |ring: &mut Ring| ring.take(rule, class);
            let (grant, now) = self.change_ring(tx, credential, rule, change).await?;
            if let Grant::Slot(slot) = grant {
                self.count_sent(tx, credential, rule, now).await?;
                self.sign_slot(tx, credential, slot, owner, class).await?;
            }
            Ok(grant)
        })
    }

    /// No answer came, but the request may have arrived: the slot opens one window from now.
    ///
    /// # Errors
    /// If the database cannot be written: then the slot opens by itself after the rule's hold.
    pub async fn pace_give(
        &self,
        credential: &str,
        slot: i64,
        rule: &PaceRule,
    ) -> Result<(), StoreError> {
        transact!(self, |tx| {
            let change = |ring: &mut Ring| ring.give(rule, slot);
            self.change_ring(tx, credential, rule, change).await?;
            Ok(())
        })
    }

    /// The request certainly never left: the slot is open at once, as if it had not been taken.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn pace_free(
        &self,
        credential: &str,
        slot: i64,
        rule: &PaceRule,
    ) -> Result<(), StoreError> {
        transact!(self, |tx| {
            let change = |ring: &mut Ring| ring.free(slot);
            self.change_ring(tx, credential, rule, change).await?;
            Ok(())
        })
    }

    /// An answer came that is no 429: the slot opens one window from now, a pause is over, and a ceiling that was lowered
    /// rises in time. Gives back what a person should hear.
    ///
    /// # Errors
    /// If the database cannot be written: then the slot opens by itself after the rule's hold.
    pub async fn pace_answered(
        &self,
        credential: &str,
        slot: i64,
        rule: &PaceRule,
    ) -> Result<Vec<PaceNews>, StoreError> {
        transact!(self, |tx| {
            let change = |ring: &mut Ring| ring.answered(rule, slot);
            Ok(self.change_ring(tx, credential, rule, change).await?.0)
        })
    }

    /// 429: nobody sends for the time asked (none if the server named none), one request goes alone afterwards, and the
    /// ceiling falls. `jitter_ms` is added to the pause.
    ///
    /// # Errors
    /// If the database cannot be written: then only the slot's own time protects the server.
    pub async fn pace_refused(
        &self,
        credential: &str,
        slot: i64,
        rule: &PaceRule,
        asked_ms: Option<u64>,
        jitter_ms: u64,
    ) -> Result<Refusal, StoreError> {
        let ms = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
        transact!(self, |tx| {
            let change =
                |ring: &mut Ring| ring.refused(rule, slot, asked_ms.map(ms), ms(jitter_ms));
            let (refusal, now) = self.change_ring(tx, credential, rule, change).await?;
            self.count_refused(tx, credential, now).await?;
            Ok(refusal)
        })
    }

    /// Takes the server's own word on its limit. It may only slow us down.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn pace_told(
        &self,
        credential: &str,
        rule: &PaceRule,
        quota: &Quota,
    ) -> Result<Vec<PaceNews>, StoreError> {
        transact!(self, |tx| {
            let change = |ring: &mut Ring| ring.told(rule, quota);
            Ok(self.change_ring(tx, credential, rule, change).await?.0)
        })
    }
}
