//! What the client tells of its work, for logs, gauges and the acceptance report. Everything here is redacted.

use std::time::Duration;

use super::pacing::Class;

/// A request in words that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `GET`, or `POST` for a token call or a query.
    pub method: &'static str,
    /// The path below the base.
    pub path: String,
    /// The query, secrets masked; empty if none.
    pub query: String,
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if self.query.is_empty() {
            Ok(())
        } else {
            write!(f, "?{}", self.query)
        }
    }
}

/// Something the client did or saw.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// A request leaves.
    Sent {
        /// Which.
        call: Call,
        /// For whom.
        class: Class,
    },
    /// An answer came: its status line and headers.
    Answered {
        /// To which request.
        call: Call,
        /// The HTTP status.
        status: u16,
        /// From sending to headers.
        latency: Duration,
        /// The headers that tell about limits, the server's clock and kind; secrets cannot be among them.
        headers: Vec<(String, String)>,
    },
    /// No answer came, or one of no use.
    Failed {
        /// To which request.
        call: Call,
        /// What was seen, in words.
        seen: String,
    },
    /// 429.
    RateLimited {
        /// To which request.
        call: Call,
        /// The wait that the server asked for, if it did.
        wait: Option<Duration>,
    },
    /// The request will be sent again.
    Retrying {
        /// Which.
        call: Call,
        /// Why, in words.
        seen: String,
        /// After how long.
        wait: Duration,
        /// How often it was tried so far.
        tries: u32,
    },
    /// Something about the tokens, in words.
    Token(String),
    /// Something that a person should know and that fails nothing, in words; told once in a run.
    Remark(String),
}

/// Listens to the client. Must return at once.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn note(&self, note: &Note);
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn note(&self, _: &Note) {}
}

/// The names of headers that may be told: limits, clock, kind of the answer, the vendor's request id.
pub(super) fn telling(name: &str) -> bool {
    name.contains("ratelimit")
        || name.contains("rate-limit")
        || matches!(
            name,
            "retry-after"
                | "date"
                | "content-type"
                | "content-length"
                | "transfer-encoding"
                | "server"
                | "via"
        )
        || super::error::REQUEST_ID_HEADERS.contains(&name)
}
