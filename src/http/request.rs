//! What can be asked of the client, and what it works with. There is no way here to write anything but a read and the
//! two token calls.

use std::sync::Arc;

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

/// A token call: a form whose values are all secret.
pub struct TokenForm<'a> {
    /// Which.
    pub call: TokenCall,
    /// The fields.
    pub fields: &'a [(&'static str, SecretString)],
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
