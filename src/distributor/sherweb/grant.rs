//! The token call: client credentials as a form, with the gateway's key beside it (vendor's Authorization document). A
//! token lives an hour.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::error::ApiError;
use crate::http::grant::{Grantor, Reading, ask};
use crate::http::observe::Note;
use crate::http::request::Encoding;

/// The header of the gateway's key; the key may go in the query too, but would end in logs there.
pub(super) const KEY_HEADER: &str = "ocp-apim-subscription-key";

/// What the seats need.
pub(super) const SEATS: &str = "service-provider";

/// What cost needs.
pub(super) const COST: &str = "distributor";

/// One client.
pub(super) struct SherwebGrantor {
    pub client_id: String,
    pub client_secret: SecretString,
    pub subscription_key: SecretString,
    pub scope: String,
}

#[async_trait]
impl Grantor for SherwebGrantor {
    /// Asks for the scope that is set. Where both are asked for and refused, seats alone are better than nothing.
    async fn issue(&self, client: &ApiClient) -> Result<Value, ApiError> {
        match self.ask(client, &self.scope).await {
            Err(error) if self.may_ask_for_less(&error) => {
                let words = format!(
                    "Sherweb does not grant this client the scope '{COST}', so cost is unknown ({})",
                    error.seen()
                );
                client.parts().observer.note(&Note::Remark(words));
                self.ask(client, SEATS).await
            }
            other => other,
        }
    }

    fn reading(&self) -> Reading {
        Reading {
            token: "access_token",
            life: "expires_in",
            usual_life: 3_600,
        }
    }
}

impl SherwebGrantor {
    fn may_ask_for_less(&self, error: &ApiError) -> bool {
        let said = error.said.as_deref().unwrap_or_default();
        let both = self.scope.split(' ').any(|word| word == COST) && self.scope.contains(SEATS);
        both && error.status() == Some(400) && said.contains("invalid_scope")
    }

    async fn ask(&self, client: &ApiClient, scope: &str) -> Result<Value, ApiError> {
        let fields = [
            ("grant_type", SecretString::from("client_credentials")),
            ("client_id", SecretString::from(self.client_id.as_str())),
            ("client_secret", self.client_secret.clone()),
            ("scope", SecretString::from(scope)),
        ];
        ask(
            client,
            &fields,
            Encoding::Form,
            &Auth::none().and(KEY_HEADER, self.subscription_key.clone()),
        )
        .await
    }
}
