//! The token call: a JSON object of four members (OAS). No refresh token; lives a day.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::error::ApiError;
use crate::http::grant::{Grantor, Reading, ask};
use crate::http::request::Encoding;

/// Asks for tokens.
pub(super) struct Pax8Grantor {
    pub client_id: String,
    pub client_secret: SecretString,
    pub audience: String,
}

#[async_trait]
impl Grantor for Pax8Grantor {
    async fn issue(&self, client: &ApiClient) -> Result<Value, ApiError> {
        let fields = [
            ("client_id", self.client_id.as_str().into()),
            ("client_secret", self.client_secret.clone()),
            ("audience", self.audience.as_str().into()),
            ("grant_type", "client_credentials".into()),
        ];
        ask(client, &fields, Encoding::Json, &Auth::none()).await
    }

    fn reading(&self) -> Reading {
        Reading {
            token: "access_token",
            life: "expires_in",
            usual_life: 86_400,
        }
    }
}
