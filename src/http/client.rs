//! The API client. Read-only by construction: it can express a GET below its base, the two
//! declared token calls, and queries by POST to the paths declared with it.

use reqwest::redirect::Policy as Redirects;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use url::Url;
use url::form_urlencoded::Serializer;

use super::auth::Auth;
use super::error::{ApiError, ErrorKind};
use super::exchange::Failure;
pub use super::exchange::Limits;
use super::json::surprises::Surprise;
use super::observe::{Call, Note};
use super::origin::{Origin, OriginError, is_private};
use super::pacing::{Class, PacerError, Slot};
use super::recording::Tape;
use super::redact::{self, Redactor};
use super::request::{
    Answer, Encoding, Get, Habits, Parts, Query, TokenCall, TokenEndpoints, TokenForm,
};
use super::retry::{self, Budget, MAX_TRIES, Next, Policy};
use super::watch::Watch;

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up: {0}")]
pub struct SetupError(String);

/// Talks to one API with one credential. Make one for each run: the retry budget is the run's.
pub struct ApiClient {
    http: reqwest::Client,
    origin: Origin,
    tokens: Option<TokenEndpoints>,
    habits: Habits,
    parts: Parts,
    limits: Limits,
    budget: Budget,
    watch: Watch,
}

/// One request, ready to be sent as often as it takes.
struct Outgoing<'a> {
    call: Call,
    url: Url,
    body: Option<Body<'a>>,
    auth: &'a Auth,
    class: Class,
    policy: Policy,
    redactor: Redactor,
    cancel: &'a CancellationToken,
}

/// What is posted.
enum Body<'a> {
    /// The values of a token call; never kept anywhere.
    Token(&'static str, String),
    /// A query's filter.
    Query(&'a Value),
}

impl ApiClient {
    /// A client for the base, with the token calls that its connector declares.
    pub fn new(
        origin: Origin,
        tokens: Option<TokenEndpoints>,
        parts: Parts,
    ) -> Result<Self, SetupError> {
        Self::with_limits(origin, tokens, parts, Limits::default())
    }

    /// The same with other limits of time and size.
    pub fn with_limits(
        origin: Origin,
        tokens: Option<TokenEndpoints>,
        parts: Parts,
        limits: Limits,
    ) -> Result<Self, SetupError> {
        let endpoints = tokens
            .iter()
            .flat_map(|tokens| std::iter::once(&tokens.issue).chain(&tokens.inspect));
        if let Some(open) = endpoints.into_iter().find(|url| !is_private(url)) {
            let host = open.host_str().unwrap_or_default();
            return Err(SetupError(format!(
                "the token endpoint at {host} is not https"
            )));
        }
        let http = parts
            .network
            .builder(origin.is_loopback())
            .map_err(|error| SetupError(error.to_string()))?
            .user_agent(concat!("vectis/", env!("CARGO_PKG_VERSION")))
            .redirect(Redirects::none())
            .retry(reqwest::retry::never())
            .connect_timeout(limits.connect)
            .https_only(!origin.is_loopback())
            .build()
            .map_err(|error| SetupError(error.to_string()))?;
        Ok(Self {
            http,
            origin,
            tokens,
            habits: Habits::default(),
            parts,
            limits,
            budget: Budget::default(),
            watch: Watch::default(),
        })
    }

    /// The same, for an API with habits of its own.
    #[must_use]
    pub fn with(mut self, habits: Habits) -> Self {
        self.habits = habits;
        self
    }

    /// The configured base.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What the client works with.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// What was odd about the answers so far, whatever they held.
    pub fn surprises(&self) -> Vec<Surprise> {
        self.watch.list()
    }

    /// Reads. Everything that passes (no connection, timeouts, 5xx, cut bodies) is tried again within bounds; 429 waits
    /// for the pacing; anything else is the caller's to judge.
    pub async fn get(&self, get: Get<'_>) -> Result<Answer, ApiError> {
        let call = Call {
            method: "GET",
            path: get.path.to_owned(),
            query: redact::query(get.query),
        };
        let url = self.origin.url(get.path, get.query);
        self.read(call, url, None, get.auth, get.class).await
    }

    /// Reads by a query that goes as a POST. Everything else is as with [`ApiClient::get`].
    pub async fn query(&self, query: Query<'_>) -> Result<Answer, ApiError> {
        let call = Call {
            method: "POST",
            path: query.path.to_owned(),
            query: String::new(),
        };
        let url = match self.habits.queries.contains(&query.path) {
            true => self.origin.url(query.path, &[]),
            false => Err(OriginError::BadPath(query.path.to_owned())),
        };
        let body = Some(Body::Query(query.body));
        self.read(call, url, body, query.auth, query.class).await
    }

    async fn read(
        &self,
        call: Call,
        url: Result<Url, OriginError>,
        body: Option<Body<'_>>,
        auth: &Auth,
        class: Class,
    ) -> Result<Answer, ApiError> {
        let url = match url {
            Ok(url) => url,
            Err(error) => return Err(unsent(call, ErrorKind::Address(error))),
        };
        self.parts.tape.learn(auth.secrets());
        self.run(Outgoing {
            call,
            url,
            body,
            auth,
            class,
            policy: match class {
                Class::Interactive => Policy::Ask,
                Class::Token | Class::Bulk => Policy::Read,
            },
            redactor: Redactor::new(auth.secrets()),
            cancel: &self.parts.cancel,
        })
        .await
    }

    /// Makes one of the two declared token calls. A person or a whole sync waits for it: interactive.
    pub async fn token(&self, form: TokenForm<'_>) -> Result<Answer, ApiError> {
        let target = self.tokens.as_ref().and_then(|tokens| match form.call {
            TokenCall::Issue => Some(&tokens.issue),
            TokenCall::Inspect => tokens.inspect.as_ref(),
        });
        let path = target.map_or("", Url::path).to_owned();
        let call = Call {
            method: "POST",
            path,
            query: String::new(),
        };
        let Some(url) = target.cloned() else {
            let missing = OriginError::NotAUrl("no such token call".to_owned());
            return Err(unsent(call, ErrorKind::Address(missing)));
        };
        let secret = form
            .fields
            .iter()
            .filter(|(key, _)| redact::is_secret_key(key));
        let secrets = secret.map(|(_, value)| value.expose_secret());
        self.parts.tape.learn(secrets.chain(form.auth.secrets()));
        let values = form.fields.iter().map(|(_, value)| value.expose_secret());
        let redactor = Redactor::new(values.chain(form.auth.secrets()));
        self.run(Outgoing {
            call,
            url,
            body: Some(encoded(form.fields, form.encoding)),
            auth: form.auth,
            class: Class::Token,
            policy: match form.call {
                TokenCall::Issue => Policy::Spend,
                TokenCall::Inspect => Policy::Ask,
            },
            redactor,
            cancel: form.cancel,
        })
        .await
    }

    async fn run(&self, out: Outgoing<'_>) -> Result<Answer, ApiError> {
        let mut tries = 0;
        loop {
            let slot = self.slot(&out).await.map_err(|kind| ApiError {
                tries,
                ..unsent(out.call.clone(), kind)
            })?;
            tries += 1;
            let failure = match self.attempt(&out, slot).await {
                Ok((json, bytes)) => return Ok(Answer { json, bytes, tries }),
                Err(failure) => failure,
            };
            let next = retry::next(&failure.kind, out.policy);
            let seen = failure.kind.to_string();
            let give_up = match next {
                Next::WhenPaced => {
                    tries -= 1;
                    continue;
                }
                Next::GiveUp => true,
                Next::Again => tries >= MAX_TRIES || !self.budget.take(),
            };
            let error = ApiError {
                call: out.call.clone(),
                kind: failure.kind,
                tries,
                said: failure.said,
                request_id: failure.request_id,
            };
            if give_up {
                return Err(error);
            }
            let wait = retry::backoff(tries, fastrand::f64()).max(failure.wait);
            self.note(&Note::Retrying {
                call: out.call.clone(),
                seen,
                wait: self.parts.tempo.of(wait),
                tries,
            });
            if self.parts.tempo.sleep(wait, out.cancel).await.is_err() {
                return Err(ApiError {
                    kind: ErrorKind::Cancelled,
                    ..error
                });
            }
        }
    }

    async fn slot(&self, out: &Outgoing<'_>) -> Result<Slot, ErrorKind> {
        let granted = tokio::select! {
            biased;
            () = out.cancel.cancelled() => return Err(ErrorKind::Cancelled),
            granted = self.parts.pacer.acquire(out.class) => granted,
        };
        granted.map_err(|error| match error {
            PacerError::OutOfPatience(seconds) => ErrorKind::OutOfPatience(seconds),
            PacerError::Unavailable(_) => ErrorKind::Pacing(error.to_string()),
        })
    }

    async fn attempt(&self, out: &Outgoing<'_>, slot: Slot) -> Result<(Value, usize), Failure> {
        match &self.parts.tape {
            Tape::Off => self.exchange(out, slot, &mut None).await,
            Tape::Record(recorder) => self.recorded(out, slot, recorder).await,
            Tape::Replay(player) => self.replayed(out, slot, player).await,
        }
    }

    /// The only place where a request is built: a GET, a token call, or a query to a declared path.
    fn request(&self, out: &Outgoing<'_>) -> Result<reqwest::RequestBuilder, ErrorKind> {
        let mut request = match &out.body {
            None => self.http.get(out.url.clone()),
            Some(Body::Token(kind, text)) => self
                .http
                .post(out.url.clone())
                .header("content-type", *kind)
                .body(text.clone()),
            Some(Body::Query(filter)) => self
                .http
                .post(out.url.clone())
                .header("content-type", "application/json")
                .body(filter.to_string()),
        };
        request = request.header("accept", "application/json");
        for (name, value) in self.habits.headers {
            request = request.header(*name, *value);
        }
        for (name, value) in out.auth.headers().map_err(|_| ErrorKind::Credential)? {
            request = request.header(name, value);
        }
        Ok(request)
    }

    fn note(&self, note: &Note) {
        self.parts.observer.note(note);
    }

    fn remark(&self, words: Option<String>) {
        if let Some(words) = words {
            self.note(&Note::Remark(words));
        }
    }
}

fn encoded(fields: &[(&'static str, SecretString)], encoding: Encoding) -> Body<'static> {
    let pairs = fields
        .iter()
        .map(|(name, value)| (*name, value.expose_secret()));
    match encoding {
        Encoding::Form => {
            let form = Serializer::new(String::new()).extend_pairs(pairs).finish();
            Body::Token("application/x-www-form-urlencoded", form)
        }
        Encoding::Json => {
            let object: Map<String, Value> = pairs
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect();
            Body::Token("application/json", Value::from(object).to_string())
        }
    }
}

fn unsent(call: Call, kind: ErrorKind) -> ApiError {
    ApiError {
        call,
        kind,
        tries: 0,
        said: None,
        request_id: None,
    }
}

mod attempt;
mod taped;

#[cfg(test)]
mod body_tests;
#[cfg(test)]
mod network_tests;
#[cfg(test)]
mod query_tests;
#[cfg(test)]
mod tests;
