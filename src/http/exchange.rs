//! One attempt on the wire: send, wait for the headers, read the body within bounds. No retry, no pacing.

use std::error::Error as StdError;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};

use super::body::{self, Body, BodyError};
use super::error::{ErrorKind, HTML_PAGE, REQUEST_ID_HEADERS, Waited, read_error_body};
use super::quota::quota;
use super::redact::Redactor;
use super::retry::{believed, retry_after};
use crate::domain::quota::Quota;
use crate::domain::text::clean;
use crate::domain::time::{Calendar, Ts};

/// Limits of time and size for one attempt. Never scaled by a tempo.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// To open the connection, TLS included.
    pub connect: Duration,
    /// From sending to the headers.
    pub headers: Duration,
    /// Between two pieces of the body.
    pub idle: Duration,
    /// For all of it.
    pub whole: Duration,
    /// Bytes of the body after decompression.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            headers: Duration::from_secs(30),
            idle: Duration::from_secs(20),
            whole: Duration::from_secs(60),
            bytes: body::MAX_BYTES,
        }
    }
}

/// Why an attempt failed, with what the vendor said about it.
#[derive(Debug)]
pub(super) struct Failure {
    pub kind: ErrorKind,
    pub said: Option<String>,
    pub request_id: Option<String>,
    /// The least wait before the request is sent again, where the server asked for one (503).
    pub wait: Duration,
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self {
            kind,
            said: None,
            request_id: None,
            wait: Duration::ZERO,
        }
    }
}

/// The headers of an answer, with the body still to be read.
pub(super) struct Head {
    response: reqwest::Response,
    deadline: Instant,
}

impl Head {
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// A header's value; empty where it is no plain text.
    pub fn text(&self, name: &str) -> Option<&str> {
        let value = self.headers().get(name)?;
        Some(value.to_str().unwrap_or_default())
    }

    /// The wait that a 429 asks for.
    pub fn retry_after(&self, now: Ts) -> Option<Duration> {
        retry_after(self.text("retry-after"), self.text("date"), now)
    }

    /// Names and values together, in bytes.
    fn size(&self) -> usize {
        let sizes = self.headers().iter();
        sizes
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum()
    }

    /// What the server says of its limit.
    pub fn quota(&self, now: Ts) -> Quota {
        let seconds = u64::try_from(now.seconds_since(Ts::from_micros(0))).unwrap_or(0);
        quota(self.headers(), seconds)
    }
}

/// Sends and waits for the headers.
pub(super) async fn send(
    request: reqwest::RequestBuilder,
    host: &str,
    limits: &Limits,
) -> Result<Head, ErrorKind> {
    let deadline = Instant::now() + limits.whole;
    match timeout(limits.headers, request.send()).await {
        Ok(Ok(response)) => {
            let head = Head { response, deadline };
            if head.size() > body::MAX_HEAD {
                return Err(ErrorKind::Body(head.status(), BodyError::HeadTooLarge));
            }
            Ok(head)
        }
        Ok(Err(error)) => Err(explain(&error, host, limits)),
        Err(_) => Err(ErrorKind::Timeout(
            Waited::Headers,
            limits.headers.as_secs(),
        )),
    }
}

/// Reads the body and judges the answer: JSON of a 2xx, or why not.
pub(super) async fn receive(
    head: Head,
    limits: &Limits,
    redactor: &Redactor,
) -> Result<(Body, usize), Failure> {
    let status = head.status();
    let headers = head.headers().clone();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let header_id = || {
        let found = REQUEST_ID_HEADERS.iter().find_map(|name| text(name));
        found.map(|id| clean(&redactor.text(id), 80))
    };
    if (300..400).contains(&status) {
        let target = text("location").map(|to| {
            let bare = to.split(['?', '#']).next().unwrap_or_default();
            format!(" to {}", clean(&redactor.text(bare), 100))
        });
        let kind = ErrorKind::Redirect(status, target.unwrap_or_default());
        return Err(Failure {
            request_id: header_id(),
            ..kind.into()
        });
    }
    if (200..300).contains(&status) {
        let bytes = collect(head, limits, limits.bytes).await?;
        let parsed = body::read(&bytes).map(|body| (body, bytes.len()));
        return parsed.map_err(|error| Failure {
            request_id: header_id(),
            ..ErrorKind::Body(status, error).into()
        });
    }
    let asked_to_wait = head.retry_after(Calendar::wall().now());
    // What an error's body is like changes nothing about the status.
    let explained = collect(head, limits, ERROR_BODY_BYTES).await;
    let (said, body_id) = match explained.map(|bytes| body::parse(&bytes)) {
        Ok(Ok(value)) => read_error_body(&value),
        Ok(Err(BodyError::Html)) => (Some(HTML_PAGE.to_owned()), None),
        _ => (None, None),
    };
    Err(Failure {
        kind: ErrorKind::Status(status),
        said: said.map(|text| redactor.text(&text)),
        request_id: body_id.map(|id| redactor.text(&id)).or_else(header_id),
        wait: asked_to_wait.unwrap_or_default().min(MAX_ASKED_WAIT),
    })
}

/// How long the body of a 429 is waited for.
const TOLD_WAIT_BODY: Duration = Duration::from_secs(5);

/// The wait that the body of a 429 asks for, where its API tells it there; believed like `Retry-After`.
pub(super) async fn told_wait(
    head: Head,
    read: fn(&Value) -> Option<Duration>,
) -> Option<Duration> {
    let limits = Limits {
        idle: TOLD_WAIT_BODY,
        ..Limits::default()
    };
    let body = timeout(TOLD_WAIT_BODY, collect(head, &limits, ERROR_BODY_BYTES)).await;
    let json = body::parse(&body.ok()?.ok()?).ok()?;
    read(&json).map(believed)
}

/// The longest wait that is granted to an error other than 429.
const MAX_ASKED_WAIT: Duration = Duration::from_secs(60);

/// An error's explanation is short.
const ERROR_BODY_BYTES: usize = 256 * 1024;

async fn collect(head: Head, limits: &Limits, most: usize) -> Result<Vec<u8>, ErrorKind> {
    let Head {
        mut response,
        deadline,
    } = head;
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    loop {
        let next = timeout_at(deadline, timeout(limits.idle, response.chunk())).await;
        match next {
            Err(_) => return Err(ErrorKind::Timeout(Waited::Whole, limits.whole.as_secs())),
            Ok(Err(_)) => return Err(ErrorKind::Timeout(Waited::Idle, limits.idle.as_secs())),
            Ok(Ok(Err(error))) => return Err(ErrorKind::Cut(innermost(&error))),
            Ok(Ok(Ok(None))) => return Ok(bytes),
            Ok(Ok(Ok(Some(chunk)))) if bytes.len() + chunk.len() > most => {
                return Err(ErrorKind::Body(status, BodyError::TooLarge));
            }
            Ok(Ok(Ok(Some(chunk)))) => bytes.extend_from_slice(&chunk),
        }
    }
}

/// Says what kind of failure a transport error is. The library keeps most of it in the chain of sources.
fn explain(error: &reqwest::Error, host: &str, limits: &Limits) -> ErrorKind {
    let host = host.to_owned();
    let cause = innermost(error);
    let chain = chain(error).to_lowercase();
    if !error.is_connect() {
        // The library gives up on headers of some 400 KB before it hands anything over.
        return if chain.contains("message head is too large") {
            ErrorKind::Body(200, BodyError::HeadTooLarge)
        } else if error.is_timeout() {
            ErrorKind::Timeout(Waited::Headers, limits.headers.as_secs())
        } else {
            ErrorKind::Cut(cause)
        };
    }
    if chain.contains("proxy") || chain.contains("tunnel") {
        ErrorKind::Proxy(cause)
    } else if error.is_timeout() {
        ErrorKind::Timeout(Waited::Connect, limits.connect.as_secs())
    } else if error.is_dns() || chain.contains("dns error") {
        ErrorKind::Dns(host)
    } else if caused_by(error, std::io::ErrorKind::ConnectionRefused) {
        ErrorKind::Refused(host)
    } else if caused_by(error, std::io::ErrorKind::InvalidData) || chain.contains("certificate") {
        // rustls hands its errors through as invalid data.
        ErrorKind::Tls(host, cause)
    } else {
        ErrorKind::Connect(host, cause)
    }
}

/// The error and its causes, outermost first. An I/O error hides the one it wraps from `source`.
fn sources<'a>(error: &'a (dyn StdError + 'static)) -> Vec<&'a (dyn StdError + 'static)> {
    let (mut all, mut next) = (Vec::new(), Some(error));
    while let Some(error) = next.filter(|_| all.len() < 16) {
        all.push(error);
        let wrapped = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    all
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    sources(error)
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// The innermost cause in words. The outer ones hold the URL, which stays out of texts.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let last = sources(error).last().map(|cause| cause.to_string());
    clean(&last.unwrap_or_default(), 160)
}

fn caused_by(error: &(dyn StdError + 'static), kind: std::io::ErrorKind) -> bool {
    sources(error)
        .iter()
        .filter_map(|source| source.downcast_ref::<std::io::Error>())
        .any(|io| io.kind() == kind)
}
