//! Where things are at Pax8.

use url::Url;

use super::NEEDS;
use crate::distributor::Stream;
use crate::domain::ids::VendorCustomerId;
use crate::domain::problem::Problem;
use crate::http::origin::{Origin, OriginError};
use crate::http::problems::{not_a_base_url, usually_at};
use crate::http::request::TokenEndpoints;

/// The catalogue (OAS).
pub(super) const PRODUCTS: &str = "/v1/products";

/// The path of a listing (OAS). Both are of the whole partner account.
pub(super) fn listing(stream: Stream) -> &'static str {
    match stream {
        Stream::Customers => "/v1/companies",
        Stream::Subscriptions => "/v1/subscriptions",
    }
}

/// The order of a listing. Pages are only steady where one is asked for; neither field is unique, and none that is can be
/// sorted by (OAS). New subscriptions come last, so that they move nothing.
pub(super) fn sort(stream: Stream) -> &'static str {
    match stream {
        Stream::Customers => "name,asc",
        Stream::Subscriptions => "createdDate,asc",
    }
}

/// A product's path; none for an id that is no plain word.
pub(super) fn product(id: &str) -> Option<String> {
    is_plain(id).then(|| format!("{PRODUCTS}/{id}"))
}

/// The path of a company's contacts; none for an id that is no plain word.
pub(super) fn contacts(company: &VendorCustomerId) -> Option<String> {
    let id = company.as_str();
    is_plain(id).then(|| format!("/v1/companies/{id}/contacts"))
}

fn is_plain(id: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=64).contains(&id.len()) && id.bytes().all(fits)
}

/// The base; people paste it with `/v1` and without.
pub(super) fn origin(base_url: &str) -> Result<Origin, Problem> {
    let bare = base_url.trim().trim_end_matches('/');
    let bare = bare.strip_suffix("/v1").unwrap_or(bare);
    Origin::parse(bare).map_err(|error| not_a_base_url(error, usually_at(NEEDS.base_url)))
}

/// The token call: `/v1/token` at the base (OAS), or where a person says; two other hosts are known.
pub(super) fn tokens(origin: &Origin, token_url: Option<&str>) -> Result<TokenEndpoints, Problem> {
    let own = || OriginError::NotAUrl("the token URL".to_owned());
    let issue = match token_url {
        None => origin.url("/v1/token", &[]),
        Some(text) => Url::parse(text).map_err(|_| own()),
    };
    Ok(TokenEndpoints {
        issue: issue.map_err(|error| not_a_base_url(error, usually_at(NEEDS.base_url)))?,
        inspect: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_taken_with_its_version_and_without() {
        for base in [
            "https://api.pax8.com",
            "https://api.pax8.com/v1/",
            " https://api.pax8.com/ ",
        ] {
            let origin = origin(base).unwrap();
            let tokens = tokens(&origin, None).unwrap();
            assert_eq!(tokens.issue.as_str(), "https://api.pax8.com/v1/token");
        }
        let other = tokens(
            &origin("http://127.0.0.1:9").unwrap(),
            Some("https://login.pax8.com/oauth/token"),
        );
        assert_eq!(other.unwrap().issue.host_str(), Some("login.pax8.com"));
        assert!(origin("ftp://x").is_err());
    }

    #[test]
    fn ids_from_data_cannot_climb() {
        assert_eq!(product("b-9").as_deref(), Some("/v1/products/b-9"));
        for bad in ["", "..", "a/b", "a b", "a?b"] {
            assert!(product(bad).is_none(), "{bad}");
            assert!(contacts(&VendorCustomerId::new(bad)).is_none(), "{bad}");
        }
    }
}
