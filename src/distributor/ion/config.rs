//! What a person sets for an Ion connection.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::distributor::needs::Given;
use crate::domain::subscription::CostPeriod;
use crate::secret::SecretName;

/// Whether client ID and secret go along with a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientPair {
    /// They stay here: no known client of version 3 sends them.
    #[default]
    Keep,
    /// They are sent as `client_id` and `client_secret`.
    Send,
}

/// The settings of a connection.
#[derive(Clone)]
pub struct IonConfig {
    /// Where the API is: [`DEFAULT_BASE_URL`](super::DEFAULT_BASE_URL) but for simulators and staging hosts.
    pub base_url: String,
    /// The account whose customers are read.
    pub account_id: String,
    /// The client ID from the OAuth panel, if a person pasted it.
    pub client_id: Option<String>,
    /// The client secret from the OAuth panel, if a person pasted it.
    pub client_secret: Option<SecretString>,
    /// What is done with them.
    pub client_pair: ClientPair,
    /// What `cost` and `price` refer to: no document says it, so the acceptance run names the reading that fits.
    pub cost_period: CostPeriod,
}

impl From<&Given> for IonConfig {
    fn from(given: &Given) -> Self {
        let client_id = Some(given.text("client_id")).filter(|id| !id.is_empty());
        Self {
            base_url: given.base_url.clone(),
            account_id: given.text("account_id").to_owned(),
            client_id: client_id.map(str::to_owned),
            client_secret: given.secret(SecretName::ClientSecret),
            client_pair: match given.text("client_pair") {
                "send" => ClientPair::Send,
                _ => ClientPair::default(),
            },
            cost_period: given.cost_period(),
        }
    }
}
