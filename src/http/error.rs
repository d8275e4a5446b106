//! A request that failed, with everything that was seen of it. Holds no secret.

use std::time::Duration;

use serde_json::Value;

use super::body::BodyError;
use super::observe::Call;
use super::origin::OriginError;
use super::words;
use crate::domain::problem::Problem;
use crate::domain::text::clean;

/// Headers in which vendors send the id that their support asks for.
pub(super) const REQUEST_ID_HEADERS: [&str; 4] = [
    "x-request-id",
    "x-correlation-id",
    "request-id",
    "x-amzn-requestid",
];

/// What [`ApiError::said`] holds where a web page came with an error status.
pub const HTML_PAGE: &str = "an HTML page";

/// Which limit of time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// For the connection.
    Connect,
    /// For the status line and headers.
    Headers,
    /// For the next byte of the body.
    Idle,
    /// For the whole answer.
    Whole,
}

impl std::fmt::Display for Waited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Waited::Connect => "connection",
            Waited::Headers => "answer",
            Waited::Idle => "further byte of the answer",
            Waited::Whole => "complete answer",
        })
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// The host's name has no address.
    #[error("the name {0} could not be resolved (DNS)")]
    Dns(String),
    /// Nobody listens there.
    #[error("{0} refused the connection")]
    Refused(String),
    /// The server's certificate or its TLS was not accepted.
    #[error("TLS with {0} failed: {1}")]
    Tls(String, String),
    /// The proxy in between refused.
    #[error("the proxy did not let the request through: {0}")]
    Proxy(String),
    /// The connection failed in another way.
    #[error("{0} could not be connected: {1}")]
    Connect(String, String),
    /// A limit of time ran out.
    #[error("no {0} within {1} s")]
    Timeout(Waited, u64),
    /// The connection broke after the request had left.
    #[error("the connection broke off before the answer was complete: {0}")]
    Cut(String),
    /// The answer's body is of no use.
    #[error("HTTP {0} with {1}")]
    Body(u16, BodyError),
    /// The server wants to send us elsewhere.
    #[error(
        "HTTP {0}: a redirect{1}; redirects are not followed, since they could carry credentials elsewhere"
    )]
    Redirect(u16, String),
    /// An error status that is not one of the above.
    #[error("HTTP {0}")]
    Status(u16),
    /// 429; becomes a final error only through [`ErrorKind::OutOfPatience`].
    #[error("HTTP 429")]
    RateLimited(Option<Duration>),
    /// Rate-limited for longer than the patience given, in seconds.
    #[error("HTTP 429 for {0} s")]
    OutOfPatience(u64),
    /// The shared budget cannot be reached, so nothing was sent.
    #[error("{0}")]
    Pacing(String),
    /// Somebody asked to stop.
    #[error("stopped")]
    Cancelled,
    /// The request's address is not allowed.
    #[error("{0}")]
    Address(OriginError),
    /// A credential cannot be sent as it is (a line break in it, for instance).
    #[error("a credential holds characters that cannot be sent")]
    Credential,
    /// A replay has no answer to it.
    #[error("the recording holds no further answer to this request")]
    Unrecorded,
}

impl ErrorKind {
    /// True if the request certainly never reached the server.
    pub fn never_sent(&self) -> bool {
        use ErrorKind as K;
        matches!(
            self,
            K::Dns(_)
                | K::Refused(_)
                | K::Tls(..)
                | K::Proxy(_)
                | K::Connect(..)
                | K::Timeout(Waited::Connect, _)
                | K::Pacing(_)
                | K::Cancelled
                | K::Address(_)
                | K::Credential
                | K::Unrecorded
                | K::OutOfPatience(_)
        )
    }

    /// The HTTP status, where one came.
    pub fn status(&self) -> Option<u16> {
        match self {
            ErrorKind::Status(s) | ErrorKind::Body(s, _) | ErrorKind::Redirect(s, _) => Some(*s),
            ErrorKind::RateLimited(_) | ErrorKind::OutOfPatience(_) => Some(429),
            _ => None,
        }
    }
}

/// A request that failed for good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{call}: {kind}{}", self.said_suffix())]
pub struct ApiError {
    /// Which request.
    pub call: Call,
    /// What went wrong the last time.
    pub kind: ErrorKind,
    /// How often it was sent.
    pub tries: u32,
    /// What the vendor's error body said, cleaned and redacted.
    pub said: Option<String>,
    /// The id that the vendor's support asks for.
    pub request_id: Option<String>,
}

impl ApiError {
    fn said_suffix(&self) -> String {
        let said = self.said.as_ref().map(|text| format!(" ({text})"));
        said.unwrap_or_default()
    }

    /// The HTTP status, where one came.
    pub fn status(&self) -> Option<u16> {
        self.kind.status()
    }

    /// What was seen, with the vendor's words and how often it was tried.
    pub fn seen(&self) -> String {
        let tried = match self.tries {
            0 | 1 => String::new(),
            n => format!(", after {n} tries"),
        };
        format!("{}{}{tried}", self.kind, self.said_suffix())
    }

    /// The request in words, with the vendor's request id.
    pub fn request(&self) -> String {
        match &self.request_id {
            Some(id) => format!("{} (request id {id})", self.call),
            None => self.call.to_string(),
        }
    }

    /// The failure in words that fit every service. Connectors say 400, 401, 403 and 404 in their own words first.
    pub fn to_problem(&self, service: &str) -> Problem {
        let (kind, title, cause, remedy) = words::of(&self.kind, service);
        Problem::new(kind, title)
            .seen(self.seen())
            .cause(cause)
            .remedy(remedy)
            .request(self.request())
    }
}

/// What an error body says, in any of the shapes that vendors use, and the request id in it.
pub(super) fn read_error_body(whole: &Value) -> (Option<String>, Option<String>) {
    let body = (whole.get("error").filter(|inner| inner.is_object())).unwrap_or(whole);
    let first_error = || body.get("errors").and_then(|list| list.get(0));
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(|text| clean(text, 200));
    // RFC 7807's `type` is an address; elsewhere it is the error's word.
    let kind = || text(body.get("type")).filter(|kind| !kind.contains([':', '/']));
    let word = text(body.get("error"))
        .or_else(|| text(body.get("title")))
        .or_else(kind);
    let sentence = ["message", "error_description", "detail", "Message"]
        .iter()
        .find_map(|key| text(body.get(*key)))
        .or_else(|| text(first_error().and_then(|e| e.get("detail").or(e.get("message")))))
        .or_else(|| text(first_error()));
    let first_detail = body.get("details").and_then(|list| list.get(0));
    let detail = text(first_detail.and_then(|detail| detail.get("message")));
    let mut parts = Vec::new();
    for part in [word, sentence, detail].into_iter().flatten() {
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    let said = Some(parts.join(": "));
    (said.filter(|text| !text.is_empty()), request_id(whole, 0))
}

fn request_id(value: &Value, depth: usize) -> Option<String> {
    const KEYS: [&str; 5] = [
        "requestId",
        "request_id",
        "correlationId",
        "traceId",
        "instance",
    ];
    if depth > 4 {
        return None;
    }
    match value {
        Value::Object(map) => KEYS
            .iter()
            .filter_map(|key| Some((*key, map.get(*key)?.as_str()?)))
            // RFC 7807's `instance` is often no more than the path; Pax8's names a field.
            .find(|(key, id)| *key != "instance" || looks_like_an_id(id))
            .map(|(_, id)| id)
            .map(|id| clean(id, 80))
            .or_else(|| map.values().find_map(|inner| request_id(inner, depth + 1))),
        Value::Array(items) => items
            .iter()
            .take(8)
            .find_map(|item| request_id(item, depth + 1)),
        _ => None,
    }
}

fn looks_like_an_id(text: &str) -> bool {
    !text.starts_with('/') && text.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_of_error_body_is_read() {
        let ion = json!({"error":"NOT_FOUND","message":"resource 'x' not found","code":404,
            "details":[{"@type":"t","requestId":"0a1b"}]});
        assert_eq!(
            read_error_body(&ion),
            (
                Some("NOT_FOUND: resource 'x' not found".into()),
                Some("0a1b".into())
            )
        );
        let token = json!({"error":"cannot validate token: redis: nil"});
        assert_eq!(
            read_error_body(&token).0.unwrap(),
            "cannot validate token: redis: nil"
        );
        let rfc = json!({"title":"Bad","errors":[{"detail":"d"}]});
        assert_eq!(read_error_body(&rfc).0.unwrap(), "Bad: d");
        assert_eq!(read_error_body(&json!([1])), (None, None));
        let pax8 = json!({"type":"BAD_REQUEST","message":"Validation failed","instance":"/v1/subscriptions","status":400,
            "details":[{"type":"INVALID_VALUE","message":"size must be at most 200","instance":"size"}]});
        let words = "BAD_REQUEST: Validation failed: size must be at most 200";
        assert_eq!(read_error_body(&pax8), (Some(words.into()), None));
        let nested = json!({"error": {"code": 403, "message": "no"}, "correlationId": "c1"});
        assert_eq!(
            read_error_body(&nested),
            (Some("no".into()), Some("c1".into()))
        );
        let traced = json!({"title":"Bad Request","status":400,"detail":"customerId is required.",
            "instance":"/billing/subscriptions/details","extensions":{"traceId":"00-abc"}});
        assert_eq!(read_error_body(&traced).1.unwrap(), "00-abc");
    }

    #[test]
    fn an_error_tells_what_was_seen() {
        let error = ApiError {
            call: Call {
                method: "GET",
                path: "/a".into(),
                query: "q=1".into(),
            },
            kind: ErrorKind::Status(503),
            tries: 5,
            said: Some("UNAVAILABLE".into()),
            request_id: Some("r1".into()),
        };
        let problem = error.to_problem("TD SYNNEX");
        assert_eq!(problem.seen, "HTTP 503 (UNAVAILABLE), after 5 tries");
        assert_eq!(problem.request.unwrap(), "GET /a?q=1 (request id r1)");
        assert_eq!(problem.kind.exit_code(), 8);
        assert_eq!(
            ErrorKind::Timeout(Waited::Headers, 30).to_string(),
            "no answer within 30 s"
        );
    }
}
