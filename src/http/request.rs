//! What can be asked of the client, and what it works with. There is no way here to write anything but a read, the two
//! token calls, and a query by POST to a path that was declared when the client was made.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::auth::Auth;
use super::network::Network;
use super::observe::Observer;
use super::pacing::{Class, Pacer};
use super::recording::Tape;
use super::tempo::Tempo;

/// What a client works with: shared by all requests of one credential.
#[derive(Clone)]
pub struct Parts {
    /// Grants each request its slot.
    pub pacer: Arc<dyn Pacer>,
    /// Hears of each request.
    pub observer: Arc<dyn Observer>,
    /// The way to the service.
    pub network: Network,
    /// Keeps what is exchanged, or answers in the service's place.
    pub tape: Tape,
    /// How fast waits between tries go by.
    pub tempo: Tempo,
    /// Stops every wait at once.
    pub cancel: CancellationToken,
    /// Work that is carried to its end even when everything else was cancelled (a token refresh). Before the process
    /// ends: `tasks.close()`, then `tasks.wait()` for up to 35 s.
    pub tasks: TaskTracker,
}

/// What is special about an API. Declared once, when the client is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct Habits {
    /// Public headers that go with each request: `accept-language`. Names in lower case.
    pub headers: &'static [(&'static str, &'static str)],
    /// The paths below the base that answer queries by POST and change nothing. A POST elsewhere cannot be sent.
    pub queries: &'static [&'static str],
    /// Reads the wait from the body of a 429 that comes without `Retry-After`.
    pub told_wait: Option<fn(&Value) -> Option<Duration>>,
}

/// The two calls that are not GETs. Where they lead is declared when the client is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenCall {
    /// Gives an access token; may spend a refresh token. Sent once: only what certainly was not processed is repeated.
    Issue,
    /// Tells the remaining life of tokens and spends nothing. Repeated like a read.
    Inspect,
}

/// Where the two token calls lead.
#[derive(Debug, Clone)]
pub struct TokenEndpoints {
    /// For [`TokenCall::Issue`].
    pub issue: Url,
    /// For [`TokenCall::Inspect`], where the vendor has it.
    pub inspect: Option<Url>,
}

/// A read: `GET` below the base.
#[derive(Debug)]
pub struct Get<'a> {
    /// The path below the base, `/`-separated, not encoded.
    pub path: &'a str,
    /// The query, not encoded.
    pub query: &'a [(&'static str, String)],
    /// Who we are.
    pub auth: &'a Auth,
    /// Whether a person waits.
    pub class: Class,
}

/// A read that its API takes as a POST: a query whose filter is a JSON body.
#[derive(Debug)]
pub struct Query<'a> {
    /// One of [`Habits::queries`].
    pub path: &'a str,
    /// The filter. Kept in recordings, so it holds no secret.
    pub body: &'a Value,
    /// Who we are.
    pub auth: &'a Auth,
    /// Whether a person waits.
    pub class: Class,
}

/// How the values of a token call are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// `application/x-www-form-urlencoded` (RFC 6749).
    #[default]
    Form,
    /// A JSON object.
    Json,
}

/// A token call: named values, all taken as secret.
pub struct TokenForm<'a> {
    /// Which.
    pub call: TokenCall,
    /// The values.
    pub fields: &'a [(&'static str, SecretString)],
    /// How they are written.
    pub encoding: Encoding,
    /// Secret headers that go along: a subscription key, HTTP Basic.
    pub auth: &'a Auth,
    /// Stops it while it waits; once sent it is carried to its end.
    pub cancel: &'a CancellationToken,
}

/// A good answer.
#[derive(Debug)]
pub struct Answer {
    /// The JSON.
    pub json: Value,
    /// How large it was, in bytes.
    pub bytes: usize,
    /// How often the request was sent.
    pub tries: u32,
}
