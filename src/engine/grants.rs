//! Keeps access tokens that are had for the asking, sealed, so that one serves every process of the day.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::context::Context;
use crate::distributor::needs::Given;
use crate::domain::ids::ConnectionName;
use crate::domain::time::Ts;
use crate::http::grant::{Access, GrantStore, GrantStoreError};

/// What a token is kept as.
const NAME: &str = "access_grant";

/// A [`GrantStore`] over the table of secrets.
pub struct StoreGrants {
    ctx: Context,
    credential: ConnectionName,
    /// What the token was given for: another client, secret or place has another one.
    given_for: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    token: String,
    expires_at: Option<i64>,
    given_for: String,
}

impl StoreGrants {
    /// The tokens of a credential, as long as it stays what it is.
    pub fn new(ctx: Context, credential: ConnectionName, given: &Given) -> Self {
        Self {
            ctx,
            credential,
            given_for: fingerprint(given),
        }
    }
}

/// A digest of everything that decides what a token is good for. Lies inside the sealed value alone.
fn fingerprint(given: &Given) -> String {
    let mut digest = Sha256::new();
    let mut take = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    take(&given.base_url);
    for (key, value) in &given.settings {
        take(key);
        take(value);
    }
    for (name, value) in &given.secrets {
        take(name.tag());
        take(value.expose_secret());
    }
    let bytes = digest.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn failed(error: impl std::fmt::Display) -> GrantStoreError {
    GrantStoreError(error.to_string())
}

#[async_trait]
impl GrantStore for StoreGrants {
    async fn load(&self) -> Result<Option<Access>, GrantStoreError> {
        let owner = self.credential.as_str();
        let sealed = self.ctx.store.secret(owner, NAME).await.map_err(failed)?;
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let opened = self
            .ctx
            .open(&self.credential, NAME, &sealed)
            .map_err(failed)?;
        let kept = serde_json::from_str::<Kept>(opened.expose_secret()).map_err(failed)?;
        Ok((kept.given_for == self.given_for).then(|| Access {
            token: kept.token.into(),
            expires_at: kept.expires_at.map(Ts::from_micros),
        }))
    }

    async fn save(&self, access: &Access) -> Result<(), GrantStoreError> {
        let kept = Kept {
            token: access.token.expose_secret().to_owned(),
            expires_at: access.expires_at.map(Ts::micros),
            given_for: self.given_for.clone(),
        };
        let text = serde_json::to_string(&kept).map_err(failed)?;
        let sealed = self
            .ctx
            .seal(&self.credential, NAME, &SecretString::from(text))
            .map_err(failed)?;
        let owner = self.credential.as_str();
        let put = self.ctx.store.put_secret(owner, NAME, &sealed);
        put.await.map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretName;

    #[test]
    fn whatever_changes_about_a_credential_changes_its_fingerprint() {
        let given = |base: &str, id: &str, secret: &str| {
            fingerprint(&Given {
                base_url: base.to_owned(),
                settings: [("client_id", id.to_owned())].into(),
                secrets: [(SecretName::ClientSecret, SecretString::from(secret))].into(),
            })
        };
        let first = given("https://a", "id", "secret");
        assert_eq!(first, given("https://a", "id", "secret"));
        for other in [
            given("https://b", "id", "secret"),
            given("https://a", "id2", "secret"),
            given("https://a", "id", "secret2"),
            given("https://a", "idsecret", ""),
        ] {
            assert_ne!(first, other);
        }
    }
}
