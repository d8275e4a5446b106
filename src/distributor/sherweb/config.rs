//! What a person sets for a Sherweb connection.

use secrecy::SecretString;

use crate::distributor::needs::Given;
use crate::secret::SecretName;

/// What a subscription's `fees` are: the documents do not say it, and speak of hiding prices from a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fees {
    /// Nobody said it: they are shown nowhere.
    #[default]
    Unknown,
    /// What the MSP pays.
    Cost,
    /// What the customer pays.
    Price,
}

impl Fees {
    /// Reads the setting's value; none for any other word.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "unknown" => Some(Fees::Unknown),
            "cost" => Some(Fees::Cost),
            "price" => Some(Fees::Price),
            _ => None,
        }
    }
}

/// The settings of a connection.
#[derive(Clone)]
pub struct SherwebConfig {
    /// Where the API is, bare or with `/service-provider/v1`.
    pub base_url: String,
    /// The client ID.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
    /// The key of the gateway in front of the API.
    pub subscription_key: SecretString,
    /// What is asked for: `service-provider`, with ` distributor` behind it where cost is to be read.
    pub scope: String,
    /// What the fees are.
    pub fees: Fees,
}

impl From<&Given> for SherwebConfig {
    fn from(given: &Given) -> Self {
        let secret = |name| given.secret(name).unwrap_or_default();
        Self {
            base_url: given.base_url.clone(),
            client_id: given.text("client_id").to_owned(),
            client_secret: secret(SecretName::ClientSecret),
            subscription_key: secret(SecretName::SubscriptionKey),
            scope: given.text("scope").to_owned(),
            fees: Fees::from_tag(given.text("fees")).unwrap_or_default(),
        }
    }
}
