//! The token call: client credentials as a form. A token lives an hour, and sees what the application's agent may see.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::error::ApiError;
use crate::http::grant::{Grantor, Reading, ask};
use crate::http::request::Encoding;

/// What is asked for; the application's permissions bound it.
const SCOPE: &str = "all";

/// Asks for tokens.
pub(super) struct HaloGrantor {
    pub client_id: String,
    pub client_secret: SecretString,
}

#[async_trait]
impl Grantor for HaloGrantor {
    async fn issue(&self, client: &ApiClient) -> Result<Value, ApiError> {
        let fields = [
            ("grant_type", SecretString::from("client_credentials")),
            ("client_id", SecretString::from(self.client_id.as_str())),
            ("client_secret", self.client_secret.clone()),
            ("scope", SecretString::from(SCOPE)),
        ];
        ask(client, &fields, Encoding::Form, &Auth::none()).await
    }

    fn reading(&self) -> Reading {
        Reading {
            token: "access_token",
            life: "expires_in",
            usual_life: 3_600,
        }
    }
}
