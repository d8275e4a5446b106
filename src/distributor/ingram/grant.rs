//! The token call: the user by HTTP Basic, the gateway's key beside it, the marketplace as JSON (live clients; the vendor's
//! older document shows it without a body). A token lives 25 minutes, so a long sync needs several.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::error::ApiError;
use crate::http::grant::{Grantor, Reading, ask};
use crate::http::request::Encoding;

/// The header of the gateway's key.
pub(super) const KEY_HEADER: &str = "x-subscription-key";

/// One user.
pub(super) struct IngramGrantor {
    pub username: String,
    pub password: SecretString,
    pub subscription_key: SecretString,
    pub marketplace: String,
}

#[async_trait]
impl Grantor for IngramGrantor {
    async fn issue(&self, client: &ApiClient) -> Result<Value, ApiError> {
        let marketplace = SecretString::from(self.marketplace.as_str());
        let auth = Auth::basic(&self.username, &self.password)
            .and(KEY_HEADER, self.subscription_key.clone());
        ask(
            client,
            &[("marketplace", marketplace)],
            Encoding::Json,
            &auth,
        )
        .await
    }

    fn reading(&self) -> Reading {
        Reading {
            token: "token",
            life: "expiresInSeconds",
            usual_life: 1_500,
        }
    }
}
