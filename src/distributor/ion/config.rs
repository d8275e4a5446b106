//! What a person sets for an Ion connection.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// What Ion's `cost` and `price` refer to. No document says it; the acceptance run compares the costs of one SKU under
/// several cycles and names the reading that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostPeriod {
    /// One billing cycle.
    #[default]
    Cycle,
    /// One month, whatever the cycle.
    Month,
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
    /// Sends the client ID and secret with a refresh. Off by default: no known client of version 3 sends them.
    pub send_client_pair: bool,
    /// What `cost` and `price` refer to.
    pub cost_period: CostPeriod,
}
