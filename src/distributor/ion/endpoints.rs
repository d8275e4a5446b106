//! The addresses that are used, all of them. Nothing else of the API is ever called: some of its GETs change state
//! (`refreshCacheEnhanced`, `refresh=true`), others hold people's passwords (orders).

use super::problems;
use crate::distributor::Stream;
use crate::domain::ids::VendorCustomerId;
use crate::domain::problem::Problem;
use crate::http::origin::Origin;
use crate::http::problems::{not_a_base_url, usually_at};
use crate::http::request::TokenEndpoints;

/// One host serves all regions (vendor's OpenAPI document and SDK).
pub const DEFAULT_BASE_URL: &str = "https://ion.tdsynnex.com";

/// An account's id: digits in every source, kept as text, one path segment in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountId(String);

impl AccountId {
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let id = text.trim();
        let plain = id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if plain && (1..=64).contains(&id.len()) {
            Ok(Self(id.to_owned()))
        } else {
            Err(problems::not_an_account_id(text))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of a listing.
    pub fn listing(&self, stream: Stream) -> String {
        format!("/api/v3/accounts/{}/{}", self.0, stream.tag())
    }

    /// The path of one customer's cloud profiles; none for an id that is no plain segment.
    pub fn cloud_profiles(&self, customer: &VendorCustomerId) -> Option<String> {
        let id = customer.as_str();
        let is_plain = !id.contains('/');
        is_plain.then(|| format!("/api/v3/accounts/{}/customers/{id}/cloudProfiles", self.0))
    }
}

/// The token calls stand at the host's root (vendor's OpenAPI document, SDK, every live client).
pub(super) fn token_endpoints(origin: &Origin) -> Result<TokenEndpoints, Problem> {
    let at = |path| {
        let url = origin.url(path, &[]);
        url.map_err(|error| not_a_base_url(error, usually_at(DEFAULT_BASE_URL)))
    };
    Ok(TokenEndpoints {
        issue: at("/oauth/token")?,
        inspect: Some(at("/oauth/validateAccess")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_is_one_plain_segment() {
        let id = AccountId::parse(" 10505\n").unwrap();
        assert_eq!(
            id.listing(Stream::Customers),
            "/api/v3/accounts/10505/customers"
        );
        for bad in ["", "1/2", "..", "a b", "https://x"] {
            assert!(AccountId::parse(bad).is_err(), "{bad}");
        }
    }
}
