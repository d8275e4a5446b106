//! A failure in words: what was seen, the likely cause, what to do next, and the exit code that says it to scripts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of failure it is; decides the exit code and the stable `code` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// A bug or something nobody foresaw.
    Unexpected,
    /// The command line, a file or an answer asks for something that cannot be done as written.
    Usage,
    /// The configuration file or an environment value is wrong.
    Configuration,
    /// The database cannot be opened, read or written.
    Database,
    /// 401, or the token endpoint refused.
    CredentialsRejected,
    /// 403.
    AccessDenied,
    /// 404 on the account's listing.
    AccountNotFound,
    /// 429 for longer than the patience given.
    RateLimited,
    /// No answer: DNS, connection, TLS, proxy, timeout.
    Unreachable,
    /// An answer that is no use: 5xx, HTML, cut JSON, too large.
    ServerFailure,
    /// Another process holds the run.
    RunHeld,
    /// A person or a signal stopped it; what was reached is saved.
    Interrupted,
}

impl ProblemKind {
    /// The stable word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            ProblemKind::Unexpected => "unexpected",
            ProblemKind::Usage => "usage",
            ProblemKind::Configuration => "configuration",
            ProblemKind::Database => "database",
            ProblemKind::CredentialsRejected => "credentials_rejected",
            ProblemKind::AccessDenied => "access_denied",
            ProblemKind::AccountNotFound => "account_not_found",
            ProblemKind::RateLimited => "rate_limited",
            ProblemKind::Unreachable => "unreachable",
            ProblemKind::ServerFailure => "server_failure",
            ProblemKind::RunHeld => "run_held",
            ProblemKind::Interrupted => "interrupted",
        }
    }

    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            ProblemKind::Unexpected => 1,
            ProblemKind::Usage => 2,
            ProblemKind::Configuration | ProblemKind::Database => 3,
            ProblemKind::CredentialsRejected => 4,
            ProblemKind::AccessDenied => 5,
            ProblemKind::AccountNotFound => 6,
            ProblemKind::RateLimited => 7,
            ProblemKind::Unreachable | ProblemKind::ServerFailure => 8,
            ProblemKind::RunHeld => 10,
            ProblemKind::Interrupted => 130,
        }
    }
}

/// A failure that a person can act on. Holds no secret: texts are made of redacted parts only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Decides the exit code.
    pub kind: ProblemKind,
    /// One short line.
    pub title: String,
    /// What was seen, literally where that helps (`HTTP 403 from GET /api/v3/…`).
    pub seen: String,
    /// The likely cause.
    pub cause: String,
    /// What to do next.
    pub remedy: String,
    /// The request it came from, redacted, with the vendor's request id where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

impl Problem {
    /// A problem with its title; the other texts are added by the builder methods below.
    pub fn new(kind: ProblemKind, title: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            seen: String::new(),
            cause: String::new(),
            remedy: String::new(),
            request: None,
        }
    }

    /// What was seen.
    #[must_use]
    pub fn seen(mut self, text: impl Into<String>) -> Self {
        self.seen = text.into();
        self
    }

    /// The likely cause.
    #[must_use]
    pub fn cause(mut self, text: impl Into<String>) -> Self {
        self.cause = text.into();
        self
    }

    /// What to do next.
    #[must_use]
    pub fn remedy(mut self, text: impl Into<String>) -> Self {
        self.remedy = text.into();
        self
    }

    /// The redacted request.
    #[must_use]
    pub fn request(mut self, text: impl Into<String>) -> Self {
        self.request = Some(text.into());
        self
    }

    /// The document that scripts read: `{"error":{"code","title","seen","cause","remedy"}}`.
    pub fn to_json(&self) -> serde_json::Value {
        let mut error = serde_json::json!({
            "code": self.kind.code(), "title": self.title, "seen": self.seen, "cause": self.cause, "remedy": self.remedy,
        });
        if let Some(request) = &self.request {
            error["request"] = request.as_str().into();
        }
        serde_json::json!({ "error": error })
    }
}

/// All of it, a line for each part that is known.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)?;
        let parts = [
            ("seen", self.seen.as_str()),
            ("cause", &self.cause),
            ("what to do", &self.remedy),
            ("request", self.request.as_deref().unwrap_or_default()),
        ];
        for (name, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
            write!(f, "\n  {name}: {text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
