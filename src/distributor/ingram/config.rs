//! What a person sets for an Ingram Micro connection.

use secrecy::SecretString;

use crate::distributor::needs::Given;
use crate::secret::SecretName;

/// The settings of a connection.
#[derive(Clone)]
pub struct IngramConfig {
    /// Where the API is, bare or with `/marketplace/{region}`.
    pub base_url: String,
    /// The user that came with the product "Marketplace API".
    pub username: String,
    /// Its password.
    pub password: SecretString,
    /// The key of the gateway in front of the API.
    pub subscription_key: SecretString,
    /// The marketplace's code: `us`.
    pub marketplace: String,
    /// The region in the address: `na`.
    pub region: String,
}

impl From<&Given> for IngramConfig {
    fn from(given: &Given) -> Self {
        let secret = |name| given.secret(name).unwrap_or_default();
        Self {
            base_url: given.base_url.clone(),
            username: given.text("username").to_owned(),
            password: secret(SecretName::Password),
            subscription_key: secret(SecretName::SubscriptionKey),
            marketplace: given.text("marketplace").to_owned(),
            region: given.text("region").to_owned(),
        }
    }
}
