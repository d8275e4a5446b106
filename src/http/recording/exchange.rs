//! One attempt as a recording keeps it: what was asked, and the answer or the failure. A failure is kept as its kind, so
//! a body that could not be read leaves nothing behind.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::masked::Masked;
use super::standins::Standins;
use crate::domain::text::clean;
use crate::domain::time::Ts;
use crate::http::body::BodyError;
use crate::http::error::{ErrorKind, Waited};
use crate::http::exchange::Failure;
use crate::http::redact::is_secret_key;

/// The longest text of a recording that is believed, in characters.
const MAX_TEXT: usize = 400;
/// The longest filter of a query that is believed, in characters.
const MAX_FILTER: usize = 20_000;
/// The most headers of an answer that are believed.
const MAX_HEADERS: usize = 40;

/// A request, as it is kept and found again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(in crate::http) struct Asked {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    /// The filter of a query by POST, as JSON text. Token calls have bodies too; those are kept nowhere.
    #[serde(rename = "asked", skip_serializing_if = "String::is_empty")]
    body: String,
}

impl Asked {
    /// The request to an address.
    pub fn of(method: &str, url: &Url) -> Self {
        Self {
            method: method.to_owned(),
            path: url.path().to_owned(),
            query: url.query_pairs().into_owned().collect(),
            body: String::new(),
        }
    }

    /// The same with the filter of a query.
    pub fn with_body(self, filter: &Value) -> Self {
        let body = clean(&filter.to_string(), MAX_FILTER);
        Self { body, ..self }
    }

    /// True for a token call.
    pub fn is_token_call(&self) -> bool {
        self.method == "POST" && self.body.is_empty()
    }

    /// Without its secrets.
    pub(super) fn masked(&self, standins: &Standins) -> Self {
        let query = self.query.iter().map(|(key, value)| {
            let shown = if is_secret_key(key) {
                standins.of(key, value)
            } else {
                standins.text(value)
            };
            (key.clone(), shown)
        });
        Self {
            method: self.method.clone(),
            path: standins.text(&self.path),
            query: query.collect(),
            body: standins.text(&self.body),
        }
    }
}

/// Status line and telling headers of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::http) struct Seen {
    pub status: u16,
    pub headers: Vec<(String, String)>,
}

/// An exchange that was read from a recording.
#[derive(Debug)]
pub(in crate::http) struct Exchange {
    pub asked: Asked,
    /// None where no answer came.
    pub seen: Option<Seen>,
    pub result: Result<Value, Failure>,
}

#[derive(Serialize)]
struct Line<'a> {
    at: Ts,
    #[serde(flatten)]
    asked: Asked,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Masked<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureLine>,
}

#[derive(Serialize)]
struct FailureLine {
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// Writes an attempt's line, without the line break; false where there is nothing to keep: nothing was sent.
pub(super) fn write(
    out: &mut impl std::io::Write,
    at: Ts,
    asked: &Asked,
    seen: Option<&Seen>,
    result: Result<&Value, &Failure>,
    standins: &Standins,
) -> std::io::Result<bool> {
    let hidden = |text: &str| standins.text(text);
    let failure = match result {
        Ok(_) => None,
        Err(failure) => {
            let Some((kind, detail)) = word_of(&failure.kind) else {
                return Ok(false);
            };
            Some(FailureLine {
                kind,
                detail: hidden(&detail),
                said: failure.said.as_deref().map(hidden),
                request_id: failure.request_id.as_deref().map(hidden),
            })
        }
    };
    let line = Line {
        at,
        asked: asked.masked(standins),
        status: seen.map(|seen| seen.status),
        headers: (seen.iter().flat_map(|seen| &seen.headers))
            .map(|(name, value)| (name.as_str(), hidden(value)))
            .collect(),
        body: result.ok().map(|value| Masked::new(value, standins)),
        failure,
    };
    serde_json::to_writer(out, &line)?;
    Ok(true)
}

/// Reads a line, tolerantly; none if it is no exchange.
pub(super) fn read(mut line: Value) -> Option<Exchange> {
    let text = |value: Option<&Value>| Some(clean(value?.as_str()?, MAX_TEXT));
    let map = |value: Option<&Value>| -> BTreeMap<String, String> {
        let fields = value.and_then(Value::as_object).into_iter().flatten();
        let texts = fields.take(MAX_HEADERS);
        texts
            .filter_map(|(key, value)| Some((clean(key, 80), clean(value.as_str()?, MAX_TEXT))))
            .collect()
    };
    let status = line.get("status").and_then(Value::as_u64);
    let status = status.and_then(|n| u16::try_from(n).ok());
    let asked = Asked {
        method: text(line.get("method"))?,
        path: text(line.get("path"))?,
        query: map(line.get("query")),
        body: clean(
            line.get("asked")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            MAX_FILTER,
        ),
    };
    let seen = status.map(|status| Seen {
        status,
        headers: map(line.get("headers")).into_iter().collect(),
    });
    let result = match line.get("failure") {
        Some(failure) => Err(Failure {
            kind: kind_of(
                failure.get("kind")?.as_str()?,
                status.unwrap_or_default(),
                text(failure.get("detail")).unwrap_or_default(),
            )?,
            said: text(failure.get("said")),
            request_id: text(failure.get("request_id")),
            wait: Duration::ZERO,
        }),
        None => Ok(line.get_mut("body")?.take()),
    };
    Some(Exchange {
        asked,
        seen,
        result,
    })
}

/// A failure of the wire as a word and a detail; none for one before it.
fn word_of(kind: &ErrorKind) -> Option<(&'static str, String)> {
    use BodyError as B;
    use ErrorKind as K;
    let plain = |word| Some((word, String::new()));
    match kind {
        K::Dns(host) => Some(("dns", host.clone())),
        K::Refused(host) => Some(("refused", host.clone())),
        K::Tls(_, cause) => Some(("tls", cause.clone())),
        K::Proxy(cause) => Some(("proxy", cause.clone())),
        K::Connect(_, cause) => Some(("connect", cause.clone())),
        K::Timeout(waited, seconds) => Some((
            match waited {
                Waited::Connect => "timeout_connect",
                Waited::Headers => "timeout_headers",
                Waited::Idle => "timeout_idle",
                Waited::Whole => "timeout_whole",
            },
            seconds.to_string(),
        )),
        K::Cut(cause) => Some(("cut", cause.clone())),
        K::Redirect(_, target) => Some(("redirect", target.trim().to_owned())),
        K::Status(_) => plain("status"),
        K::RateLimited(_) => plain("rate_limited"),
        K::Body(_, error) => match error {
            B::Empty => plain("empty"),
            B::TooLarge => plain("too_large"),
            B::HeadTooLarge => plain("head_too_large"),
            B::TooDeep => plain("too_deep"),
            B::TooMany => plain("too_many"),
            B::NotUtf8 => plain("not_utf8"),
            B::Html => plain("html"),
            B::CutOff(bytes) => Some(("cut_off", bytes.to_string())),
            B::Trailing => plain("trailing"),
            B::NotJson(place) => Some(("not_json", place.clone())),
        },
        K::OutOfPatience(_)
        | K::Pacing(_)
        | K::Cancelled
        | K::Address(_)
        | K::Credential
        | K::Unrecorded => None,
    }
}

/// The failure that a word names; none for an unknown word.
fn kind_of(word: &str, status: u16, detail: String) -> Option<ErrorKind> {
    use BodyError as B;
    use ErrorKind as K;
    let body = |error| K::Body(status, error);
    let seconds = || detail.parse().unwrap_or_default();
    let host = || "the recorded host".to_owned();
    Some(match word {
        "dns" => K::Dns(detail),
        "refused" => K::Refused(detail),
        "tls" => K::Tls(host(), detail),
        "proxy" => K::Proxy(detail),
        "connect" => K::Connect(host(), detail),
        "timeout_connect" => K::Timeout(Waited::Connect, seconds()),
        "timeout_headers" => K::Timeout(Waited::Headers, seconds()),
        "timeout_idle" => K::Timeout(Waited::Idle, seconds()),
        "timeout_whole" => K::Timeout(Waited::Whole, seconds()),
        "cut" => K::Cut(detail),
        "redirect" if detail.is_empty() => K::Redirect(status, detail),
        "redirect" => K::Redirect(status, format!(" {detail}")),
        "status" => K::Status(status),
        "rate_limited" => K::RateLimited(None),
        "empty" => body(B::Empty),
        "too_large" => body(B::TooLarge),
        "head_too_large" => body(B::HeadTooLarge),
        "too_deep" => body(B::TooDeep),
        "too_many" => body(B::TooMany),
        "not_utf8" => body(B::NotUtf8),
        "html" => body(B::Html),
        "cut_off" => body(B::CutOff(detail.parse().unwrap_or_default())),
        "trailing" => body(B::Trailing),
        "not_json" => body(B::NotJson(detail)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked() -> Asked {
        let url = Url::parse("https://h/api/x?pageSize=10&pageToken=opaque").unwrap();
        Asked::of("GET", &url)
    }

    #[test]
    fn every_failure_of_the_wire_comes_back_as_it_was() {
        use BodyError as B;
        use ErrorKind as K;
        let kinds = [
            K::Dns("h".into()),
            K::Refused("h".into()),
            K::Proxy("407".into()),
            K::Timeout(Waited::Connect, 10),
            K::Timeout(Waited::Headers, 30),
            K::Timeout(Waited::Idle, 20),
            K::Timeout(Waited::Whole, 60),
            K::Cut("reset".into()),
            K::Redirect(302, " to x".into()),
            K::Status(503),
            K::RateLimited(None),
            K::Body(200, B::Empty),
            K::Body(200, B::TooLarge),
            K::Body(200, B::HeadTooLarge),
            K::Body(200, B::TooDeep),
            K::Body(200, B::TooMany),
            K::Body(200, B::NotUtf8),
            K::Body(200, B::Html),
            K::Body(200, B::CutOff(7)),
            K::Body(200, B::Trailing),
            K::Body(200, B::NotJson("line 1".into())),
        ];
        for kind in kinds {
            let seen = kind.status().map(|status| Seen {
                status,
                headers: vec![],
            });
            let mut failure = Failure::from(kind.clone());
            failure.said = Some("NOT_FOUND".into());
            let standins = Standins::default();
            let mut line = Vec::new();
            let kept = write(
                &mut line,
                Ts::default(),
                &asked(),
                seen.as_ref(),
                Err(&failure),
                &standins,
            );
            assert!(kept.unwrap());
            let back = read(serde_json::from_slice(&line).unwrap()).unwrap();
            let back = back.result.unwrap_err();
            assert_eq!((back.kind, back.said), (kind, failure.said));
        }
        let unsent = Failure::from(ErrorKind::Cancelled);
        let mut line = Vec::new();
        let kept = write(
            &mut line,
            Ts::default(),
            &asked(),
            None,
            Err(&unsent),
            &Standins::default(),
        );
        assert!(!kept.unwrap() && line.is_empty());
    }

    #[test]
    fn page_tokens_in_query_and_answer_stay_together() {
        let standins = Standins::default();
        let mut line = Vec::new();
        let body = json!({"nextPageToken": "opaque"});
        write(
            &mut line,
            Ts::default(),
            &asked(),
            None,
            Ok(&body),
            &standins,
        )
        .unwrap();
        let text = String::from_utf8(line).unwrap();
        assert!(!text.contains("opaque"), "{text}");
        let back = read(serde_json::from_str(&text).unwrap()).unwrap();
        assert_eq!(back.asked.query["pageToken"], "page-token-1");
        assert_eq!(back.result.unwrap()["nextPageToken"], "page-token-1");
    }

    #[test]
    fn what_is_no_exchange_is_none() {
        for odd in [
            json!(null),
            json!([]),
            json!({}),
            json!({"method": "GET", "path": 5, "body": {}}),
            json!({"method": "GET", "path": "/x"}),
            json!({"method": "GET", "path": "/x", "failure": {"kind": "sunspots"}}),
        ] {
            assert!(read(odd.clone()).is_none(), "{odd}");
        }
        let huge = json!({"method": "GET", "path": "/x\u{1b}", "status": 1e300, "body": 1});
        let read = read(huge).unwrap();
        assert!(read.seen.is_none() && !read.asked.path.contains('\u{1b}'));
    }
}
