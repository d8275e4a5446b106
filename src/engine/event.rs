//! What the engine tells: small, serialisable, and enough to rebuild the screen.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{AccountKey, ConnectionName, Subject};
use crate::domain::log::{Gauge, LogEntry, Progress};
use crate::domain::party::Decision;
use crate::domain::problem::Problem;

/// Something happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A run moved on.
    Progress(Progress),
    /// A budget changed.
    Gauge(Gauge),
    /// A log entry was written.
    Log(LogEntry),
    /// These tables changed: read again what is on screen.
    Changed(Vec<Topic>),
    /// A Test ended.
    Tested {
        /// Which connection.
        connection: ConnectionName,
        /// `Connected to TD SYNNEX — N customers visible`, or why not.
        result: Result<String, Problem>,
    },
    /// A decision was written.
    Decided(Decision),
    /// Somebody else decided first, or the item is gone; the words say who and what.
    Overtaken {
        /// Which item.
        key: Subject,
        /// Who decided what.
        words: String,
    },
    /// A decision could not be written: the item still waits.
    Undecided {
        /// Which item.
        key: Subject,
        /// Why.
        problem: Problem,
    },
    /// The distributor was asked for evidence about an account, which is matched again.
    Evidence {
        /// Which account.
        key: AccountKey,
        /// What the distributor told.
        words: String,
    },
    /// Something asked for did not work.
    Failed(Problem),
    /// The reader fell behind: the present state in one piece; everything else is to be read again.
    Snapshot {
        /// The newest progress of each run.
        progress: Vec<Progress>,
        /// The newest state of each budget.
        gauges: Vec<Gauge>,
    },
}

/// A group of tables that a screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Connections and their tokens.
    Connections,
    /// The hub, licensing.
    Customers,
    /// The review queue and the decision log.
    Review,
    /// Findings.
    Findings,
    /// Who else looks at which review item.
    Claims,
    /// SKUs and the PSA products that they are sold as.
    Products,
}
