//! Access tokens that are had for the asking (OAuth client credentials and their kin): no refresh token, nothing that
//! can be lost. One is kept for its whole life, by all processes of the day, and renewed a little ahead of its end.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Mutex;

use super::auth::Auth;
use super::body::BodyError;
use super::client::ApiClient;
use super::error::{ApiError, ErrorKind};
use super::json::read;
use super::observe::{Call, Note};
use super::pacing::Class;
use super::request::{Encoding, Get, TokenCall, TokenForm};
use crate::domain::time::{Calendar, Ts};

/// An access token.
#[derive(Clone)]
pub struct Access {
    /// The token.
    pub token: SecretString,
    /// When it ends; none for one whose life nobody told.
    pub expires_at: Option<Ts>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The vendor's side: one token call.
#[async_trait]
pub trait Grantor: Send + Sync {
    /// Asks for a token. The answer's JSON as it came; [`Reading`] says where the token is in it.
    async fn issue(&self, client: &ApiClient) -> Result<Value, ApiError>;

    /// Where the token is in the answer.
    fn reading(&self) -> Reading;
}

/// Makes a token call with named values: its answer's JSON. What a [`Grantor`] issues with.
///
/// # Errors
/// As any call.
pub async fn ask(
    client: &ApiClient,
    fields: &[(&'static str, SecretString)],
    encoding: Encoding,
    auth: &Auth,
) -> Result<Value, ApiError> {
    let form = TokenForm {
        call: TokenCall::Issue,
        fields,
        encoding,
        auth,
        cancel: &client.parts().cancel,
    };
    Ok(client.token(form).await?.json)
}

/// Where an answer holds the token and its life.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// The token's key: `access_token`.
    pub token: &'static str,
    /// The key of its life in seconds: `expires_in`.
    pub life: &'static str,
    /// The documented life in seconds, where the answer tells none that can be believed.
    pub usual_life: i64,
}

/// Keeps the newest token of one credential, sealed, for later processes.
#[async_trait]
pub trait GrantStore: Send + Sync {
    /// What was kept; none if nothing was, or if the credential has changed since.
    async fn load(&self) -> Result<Option<Access>, GrantStoreError>;

    /// Keeps a token in the place of the one before.
    async fn save(&self, access: &Access) -> Result<(), GrantStoreError>;
}

/// The token could not be kept or found, in words. Never fatal: another one is had for the asking.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GrantStoreError(pub String);

/// Why a read brought nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GrantError {
    /// There is no token: the token call failed.
    #[error("{0}")]
    Token(ApiError),
    /// The read failed. A 401 here means that a brand-new token was refused as well.
    #[error("{0}")]
    Api(ApiError),
}

impl GrantError {
    /// The status of a read that was answered.
    pub fn status(&self) -> Option<u16> {
        match self {
            GrantError::Token(_) => None,
            GrantError::Api(error) => error.status(),
        }
    }

    /// True if other reads may go well all the same: the failure is not one of the credential, the network or the
    /// patience.
    pub fn is_of_one_read(&self) -> bool {
        let GrantError::Api(error) = self else {
            return false;
        };
        match &error.kind {
            ErrorKind::Status(401 | 403) => false,
            ErrorKind::Status(_) | ErrorKind::Body(..) | ErrorKind::Cut(_) => true,
            ErrorKind::Timeout(..) => !error.kind.never_sent(),
            _ => false,
        }
    }
}

/// Reads with a token that is kept alive: renewed ahead of its end, also in the middle of a run, and once where an
/// answer is 401.
pub struct Granted {
    client: Arc<ApiClient>,
    grantor: Arc<dyn Grantor>,
    store: Arc<dyn GrantStore>,
    calendar: Calendar,
    /// Secret headers beside the token.
    beside: Auth,
    /// One flight at a time: whoever waits gets what the first one was given, a refusal too.
    held: Mutex<Option<Result<Access, ApiError>>>,
}

impl Granted {
    /// A reader over the client. `beside` goes with each read (a subscription key).
    pub fn new(
        client: Arc<ApiClient>,
        grantor: Arc<dyn Grantor>,
        store: Arc<dyn GrantStore>,
        calendar: Calendar,
        beside: Auth,
    ) -> Self {
        Self {
            client,
            grantor,
            store,
            calendar,
            beside,
            held: Mutex::default(),
        }
    }

    /// The client.
    pub fn client(&self) -> &ApiClient {
        &self.client
    }

    /// Reads a path. One 401 is answered with another token and one repeat.
    pub async fn get(
        &self,
        path: &str,
        query: &[(&'static str, String)],
        class: Class,
    ) -> Result<Value, GrantError> {
        let access = self.access().await.map_err(GrantError::Token)?;
        match self.send(path, query, &access, class).await {
            Err(error) if error.status() == Some(401) => {
                let renewed = self.renew(&access.token).await.map_err(GrantError::Token)?;
                let again = self.send(path, query, &renewed, class).await;
                again.map_err(GrantError::Api)
            }
            other => other.map_err(GrantError::Api),
        }
    }

    async fn send(
        &self,
        path: &str,
        query: &[(&'static str, String)],
        access: &Access,
        class: Class,
    ) -> Result<Value, ApiError> {
        let auth = Auth::bearer(&access.token).with(&self.beside);
        let get = Get {
            path,
            query,
            auth: &auth,
            class,
        };
        Ok(self.client.get(get).await?.json)
    }

    /// A token that is good: the one in hand, the stored one, or a new one.
    pub async fn access(&self) -> Result<Access, ApiError> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(Ok(access)) if self.lives(access) => return Ok(access.clone()),
            Some(Err(refusal)) => return Err(refusal.clone()),
            _ => {}
        }
        if let Some(stored) = self.stored().await {
            *held = Some(Ok(stored.clone()));
            return Ok(stored);
        }
        self.issue(&mut held).await
    }

    /// Another token than this one, which the vendor has just refused. Many who were refused at once get the same one.
    pub async fn renew(&self, refused: &SecretString) -> Result<Access, ApiError> {
        let other = |access: &Access| access.token.expose_secret() != refused.expose_secret();
        let mut held = self.held.lock().await;
        match &*held {
            Some(Ok(access)) if other(access) && self.lives(access) => return Ok(access.clone()),
            Some(Err(refusal)) => return Err(refusal.clone()),
            _ => {}
        }
        if let Some(stored) = self.stored().await.filter(other) {
            *held = Some(Ok(stored.clone()));
            return Ok(stored);
        }
        self.issue(&mut held).await
    }

    async fn issue(&self, held: &mut Option<Result<Access, ApiError>>) -> Result<Access, ApiError> {
        let issued = self.grantor.issue(&self.client).await;
        let now = self.calendar.now();
        let issued = issued.and_then(|json| self.read(&json, now));
        // What passes may go better next time; a verdict stays, or every waiter would knock again.
        let is_verdict = |error: &ApiError| matches!(error.status(), Some(400 | 401 | 403));
        if issued.as_ref().err().is_none_or(is_verdict) {
            *held = Some(issued.clone());
        }
        let access = issued?;
        if let Err(error) = self.store.save(&access).await {
            self.tell(format!(
                "the new access token serves this run alone: {error}"
            ));
        }
        Ok(access)
    }

    fn read(&self, json: &Value, now: Ts) -> Result<Access, ApiError> {
        let reading = self.grantor.reading();
        let token = json.get(reading.token).and_then(Value::as_str);
        let token = token.map(str::trim).filter(|token| !token.is_empty());
        // Nothing of the answer is shown: it may hold a token all the same.
        let token = token.ok_or_else(|| ApiError {
            call: Call {
                method: "POST",
                path: "(token)".to_owned(),
                query: String::new(),
            },
            kind: ErrorKind::Body(
                200,
                BodyError::NotJson(format!("no {} in the answer", reading.token)),
            ),
            tries: 1,
            said: None,
            request_id: None,
        })?;
        let told = json.get(reading.life).and_then(|life| read::int(life).ok());
        let believable = told.filter(|seconds| (1..=30 * 86_400).contains(seconds));
        let life = believable.unwrap_or(reading.usual_life);
        Ok(Access {
            token: token.into(),
            expires_at: Some(now.plus_seconds(life - ahead(life))),
        })
    }

    async fn stored(&self) -> Option<Access> {
        match self.store.load().await {
            Ok(found) => found.filter(|access| self.lives(access)),
            Err(error) => {
                self.tell(format!("the stored access token cannot be used: {error}"));
                None
            }
        }
    }

    fn lives(&self, access: &Access) -> bool {
        let end = access.expires_at;
        end.is_none_or(|end| end.seconds_since(self.calendar.now()) > 0)
    }

    fn tell(&self, words: String) {
        self.client.parts().observer.note(&Note::Token(words));
    }
}

/// How long before its end a token is no longer used: a minute, or a tenth of a short life.
fn ahead(life: i64) -> i64 {
    (life / 10).min(60)
}

#[cfg(test)]
mod tests;
