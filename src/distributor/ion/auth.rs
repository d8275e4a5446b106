//! The two token calls: `POST /oauth/token` as a form with `grant_type=refresh_token` (vendor's OpenAPI document, SDK,
//! every live client), and `POST /oauth/validateAccess`, which spends nothing.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::distributor::keeper::{IssueError, Issued, Issuer};
use crate::http::auth::Auth;
use crate::http::body::BodyError;
use crate::http::client::ApiClient;
use crate::http::error::{ApiError, ErrorKind};
use crate::http::json::read;
use crate::http::request::{Answer, Encoding, TokenCall, TokenForm};

/// The documented life of an access token, used where an answer does not tell a believable one.
const ACCESS_LIFE: i64 = 7_200;

/// The documented life of a refresh token: 32 days.
pub(super) const REFRESH_LIFE: i64 = 32 * 86_400;

/// Exchanges refresh tokens.
pub(super) struct IonIssuer {
    pub client: Arc<ApiClient>,
    /// Sent along only where a setting says so: no known client of v3 sends them.
    pub client_pair: Option<(String, SecretString)>,
}

#[async_trait]
impl Issuer for IonIssuer {
    async fn issue(
        &self,
        refresh: &SecretString,
        cancel: &CancellationToken,
    ) -> Result<Issued, IssueError> {
        let mut fields = vec![
            ("grant_type", SecretString::from("refresh_token")),
            ("refresh_token", refresh.clone()),
        ];
        if let Some((id, secret)) = &self.client_pair {
            fields.push(("client_id", id.clone().into()));
            fields.push(("client_secret", secret.clone()));
        }
        let form = TokenForm {
            call: TokenCall::Issue,
            fields: &fields,
            encoding: Encoding::Form,
            auth: &Auth::none(),
            cancel,
        };
        let answer = self.client.token(form).await.map_err(judge)?;
        read_issued(&answer.json).ok_or_else(|| IssueError::Lost(useless(&self.client, &answer)))
    }
}

/// What a failure says about the token that was sent.
fn judge(error: ApiError) -> IssueError {
    let is_page = error.said.as_deref() == Some(crate::http::error::HTML_PAGE);
    match &error.kind {
        ErrorKind::Status(400 | 401) if !is_page => IssueError::Refused(error),
        ErrorKind::Timeout(..) | ErrorKind::Cut(_) if !error.kind.never_sent() => {
            IssueError::Lost(error)
        }
        ErrorKind::Status(408 | 500..) | ErrorKind::Body(..) => IssueError::Lost(error),
        _ => IssueError::NotProcessed(error),
    }
}

fn read_issued(json: &Value) -> Option<Issued> {
    let token = |key: &str| {
        let text = json.get(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| SecretString::from(text))
    };
    let life = json
        .get("expires_in")
        .and_then(|value| read::int(value).ok());
    Some(Issued {
        access: token("access_token")?,
        expires_in: life
            .filter(|s| (1..=30 * 86_400).contains(s))
            .unwrap_or(ACCESS_LIFE),
        refresh: token("refresh_token"),
        refresh_expires_in: REFRESH_LIFE,
    })
}

/// JSON of another shape: as good as no answer. Nothing of it is shown, since it may hold tokens.
fn useless(client: &ApiClient, answer: &Answer) -> ApiError {
    let kind = ErrorKind::Body(
        200,
        BodyError::NotJson("no access_token in the answer".to_owned()),
    );
    ApiError {
        call: crate::http::observe::Call {
            method: "POST",
            path: client
                .origin()
                .url("/oauth/token", &[])
                .map_or_else(|_| String::new(), |u| u.path().to_owned()),
            query: String::new(),
        },
        kind,
        tries: answer.tries,
        said: None,
        request_id: None,
    }
}

/// The remaining lives that the vendor tells, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lives {
    pub access: i64,
    pub refresh: Option<i64>,
}

/// Asks for the remaining lives of both tokens. None where the answer has another shape.
pub(super) async fn inspect(
    client: &ApiClient,
    access: &SecretString,
    cancel: &CancellationToken,
) -> Result<Option<Lives>, ApiError> {
    let fields = [("access_token", access.clone())];
    let answer = client
        .token(TokenForm {
            call: TokenCall::Inspect,
            fields: &fields,
            encoding: Encoding::Form,
            auth: &Auth::none(),
            cancel,
        })
        .await?;
    let seconds = |key: &str| {
        let value = answer.json.get(key).and_then(|value| read::int(value).ok());
        value.filter(|s| (0..=400 * 86_400).contains(s))
    };
    Ok(seconds("access_expires_in").map(|access| Lives {
        access,
        refresh: seconds("refresh_expires_in"),
    }))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failure_says_whether_the_token_may_be_spent() {
        use crate::http::error::{HTML_PAGE, Waited};
        let error = |kind: ErrorKind, said: Option<&str>| ApiError {
            call: crate::http::observe::Call {
                method: "POST",
                path: String::new(),
                query: String::new(),
            },
            kind,
            tries: 1,
            said: said.map(str::to_owned),
            request_id: None,
        };
        for status in [400, 401] {
            let refused = judge(error(
                ErrorKind::Status(status),
                Some("cannot validate token"),
            ));
            assert!(matches!(refused, IssueError::Refused(_)));
        }
        let lost = [
            ErrorKind::Status(500),
            ErrorKind::Status(504),
            ErrorKind::Cut("reset".into()),
            ErrorKind::Timeout(Waited::Headers, 30),
            ErrorKind::Body(200, BodyError::Html),
        ];
        for kind in lost {
            assert!(
                matches!(judge(error(kind.clone(), None)), IssueError::Lost(_)),
                "{kind}"
            );
        }
        let not_processed = [
            ErrorKind::Status(403),
            ErrorKind::OutOfPatience(1800),
            ErrorKind::Timeout(Waited::Connect, 10),
            ErrorKind::Dns("h".into()),
            ErrorKind::Redirect(302, String::new()),
            ErrorKind::Cancelled,
        ];
        for kind in not_processed {
            assert!(
                matches!(
                    judge(error(kind.clone(), None)),
                    IssueError::NotProcessed(_)
                ),
                "{kind}"
            );
        }
        let gateway = judge(error(ErrorKind::Status(400), Some(HTML_PAGE)));
        assert!(matches!(gateway, IssueError::NotProcessed(_)));
    }

    #[test]
    fn lives_of_any_shape_are_read() {
        for (life, expected) in [
            (json!(3600), 3600),
            (json!("7200"), 7200),
            (json!(0), ACCESS_LIFE),
            (json!(-5), ACCESS_LIFE),
            (json!("soon"), ACCESS_LIFE),
            (json!(1e15), ACCESS_LIFE),
            (Value::Null, ACCESS_LIFE),
        ] {
            let issued = read_issued(&json!({"access_token": "a", "expires_in": life})).unwrap();
            assert_eq!(issued.expires_in, expected, "{life}");
            assert!(issued.refresh.is_none());
        }
        let both = read_issued(&json!({"access_token": " a ", "refresh_token": "r"})).unwrap();
        assert_eq!(
            (
                both.access.expose_secret(),
                both.refresh.unwrap().expose_secret()
            ),
            ("a", "r")
        );
        assert!(read_issued(&json!({"error": "x"})).is_none());
        assert!(read_issued(&json!([])).is_none());
    }
}
