//! The addresses that are used, all of them; each is a GET. Nothing else of the API is ever called: orders, amendments and
//! cancellations stand beside them.

use crate::domain::ids::VendorCustomerId;
use crate::domain::problem::Problem;
use crate::http::origin::{Origin, OriginError};
use crate::http::problems;
use crate::http::request::TokenEndpoints;

/// Where the MSP's customers and seats are (vendor's OpenAPI document, its C# client).
const SERVICE_PROVIDER: &str = "/service-provider/v1";

/// Where Sherweb's own bills are (vendor's Distributor document).
const DISTRIBUTOR: &str = "/distributor/v1";

pub(super) const CUSTOMERS: &str = "/service-provider/v1/customers";
pub(super) const DETAILS: &str = "/service-provider/v1/billing/subscriptions/details";
pub(super) const PRICING: &str = "/service-provider/v1/billing/subscriptions/pricing-information";
/// Details and pricing in one: deprecated in favour of the two.
pub(super) const BOTH: &str = "/service-provider/v1/billing/subscriptions";
pub(super) const PAYABLE: &str = "/distributor/v1/billing/payable-charges";

/// The host's root: people paste the address with or without the first part of its paths.
pub(super) fn origin(base_url: &str) -> Result<Origin, Problem> {
    let bare = base_url.trim().trim_end_matches('/');
    let parts = [
        SERVICE_PROVIDER,
        DISTRIBUTOR,
        "/service-provider",
        "/distributor",
    ];
    let root = parts.iter().find_map(|part| bare.strip_suffix(part));
    Origin::parse(root.unwrap_or(bare)).map_err(not_a_base_url)
}

fn not_a_base_url(error: OriginError) -> Problem {
    problems::not_a_base_url(error, problems::usually_at("https://api.sherweb.com"))
}

/// The token call (vendor's Authorization document).
pub(super) fn token_endpoints(origin: &Origin) -> Result<TokenEndpoints, Problem> {
    let issue = origin.url("/auth/oidc/connect/token", &[]);
    Ok(TokenEndpoints {
        issue: issue.map_err(not_a_base_url)?,
        inspect: None,
    })
}

/// Which platforms are set up for a customer; none for an id that is no plain segment.
pub(super) fn platforms(customer: &VendorCustomerId) -> Option<String> {
    let id = customer.as_str();
    let is_plain = !id.contains('/');
    is_plain.then(|| format!("{CUSTOMERS}/{id}/platforms-configurations"))
}

/// What is known of one of them.
pub(super) fn platform_details(customer: &VendorCustomerId, platform: &str) -> String {
    format!("{CUSTOMERS}/{customer}/platforms/{platform}/details")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_taken_bare_or_with_its_first_part() {
        for text in [
            "https://api.sherweb.com",
            "https://api.sherweb.com/",
            " https://api.sherweb.com/service-provider/v1/",
            "https://api.sherweb.com/distributor/v1",
        ] {
            let origin = origin(text).unwrap();
            let url = origin.url(CUSTOMERS, &[]).unwrap();
            assert_eq!(
                url.as_str(),
                "https://api.sherweb.com/service-provider/v1/customers",
                "{text}"
            );
            let token = token_endpoints(&origin).unwrap().issue;
            assert_eq!(
                token.as_str(),
                "https://api.sherweb.com/auth/oidc/connect/token"
            );
        }
        assert!(origin("http://api.sherweb.com").is_err());
    }
}
