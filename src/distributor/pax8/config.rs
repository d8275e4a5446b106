//! What a Pax8 connector is made of.

use secrecy::SecretString;

use crate::distributor::needs::{Given, TOKEN_URL};
use crate::domain::subscription::CostPeriod;
use crate::secret::SecretName;

/// The settings of a connection.
#[derive(Clone)]
pub struct Pax8Config {
    /// Where the API is, with or without `/v1` at its end.
    pub base_url: String,
    /// The client ID.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// What the token is for.
    pub audience: String,
    /// Where tokens are had; none for `/v1/token` at the base.
    pub token_url: Option<String>,
    /// What `partnerCost` and `price` refer to; that it is the billing term is derived, not said.
    pub cost_period: CostPeriod,
}

impl From<&Given> for Pax8Config {
    fn from(given: &Given) -> Self {
        let token_url = Some(given.text(TOKEN_URL)).filter(|url| !url.is_empty());
        Self {
            base_url: given.base_url.clone(),
            client_id: given.text("client_id").to_owned(),
            client_secret: given.secret(SecretName::ClientSecret).unwrap_or_default(),
            audience: given.text("audience").to_owned(),
            token_url: token_url.map(str::to_owned),
            cost_period: given.cost_period(),
        }
    }
}
