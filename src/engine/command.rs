//! What the screen and the command line ask of the engine.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{AccountKey, ConnectionName, CustomerId, SkuKey, SubscriptionKey};
use crate::domain::party::Verdict;
use crate::domain::product::ProductVerdict;

/// A request to the engine. The answer comes as [`Event`](super::event::Event)s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Sync these connections, or all where none is named.
    Sync {
        /// Which.
        connections: Vec<ConnectionName>,
        /// From the first page, whatever a checkpoint says.
        full: bool,
    },
    /// Hold bulk requests; what is on its way arrives.
    Pause,
    /// Go on after a pause.
    Resume,
    /// Stop the running syncs after the page at hand; a later sync continues there.
    Cancel,
    /// Prove a connection's credential.
    Test {
        /// Which.
        connection: ConnectionName,
    },
    /// Match again what no person has decided.
    Match,
    /// A person decides about an account.
    Decide {
        /// Which.
        key: AccountKey,
        /// What.
        verdict: Verdict,
    },
    /// A person decides about several accounts in one go.
    DecideAll {
        /// What about which.
        verdicts: Vec<(AccountKey, Verdict)>,
    },
    /// A person decides what a SKU is sold as.
    DecideProduct {
        /// Which.
        key: SkuKey,
        /// What.
        verdict: ProductVerdict,
    },
    /// Ask the distributor for an account's Microsoft tenant and domain; costs a request.
    Evidence {
        /// Which account.
        key: AccountKey,
    },
    /// Take back a decision: this person's newest one about an account that still stands where none is named.
    Undo {
        /// Its number in the decision log.
        decision: Option<i64>,
    },
    /// Take back what was decided in one go.
    UndoAll {
        /// The number of the first of these decisions.
        first: i64,
    },
    /// Give one subscription to another customer than its account's.
    Give {
        /// Which.
        key: SubscriptionKey,
        /// To whom.
        to: CustomerId,
    },
    /// The person looks at this review item, or at none: others see it marked.
    LookAt {
        /// Which.
        key: Option<AccountKey>,
    },
    /// Mute, resolve or reopen a finding.
    Finding {
        /// Which.
        fingerprint: String,
        /// What.
        change: FindingChange,
    },
}

/// What a person does with a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingChange {
    /// Put it aside for some days.
    Mute {
        /// How many.
        days: u32,
        /// Why.
        reason: String,
    },
    /// Dealt with.
    Resolve {
        /// How; may be empty.
        reason: String,
    },
    /// Open again.
    Reopen {
        /// Why; may be empty.
        reason: String,
    },
    /// Write something about it; its state stays.
    Note {
        /// What.
        text: String,
    },
}
