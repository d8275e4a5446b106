//! Which resource a request asks for.

use serde::{Deserialize, Serialize};

use super::super::server::Kind;

/// The kinds of paths that are counted and that faults can be aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SherwebPath {
    /// `POST /auth/oidc/connect/token`.
    Token,
    /// The list of customers.
    Customers,
    /// A customer's subscriptions with their seats.
    Details,
    /// A customer's subscriptions with their fees.
    Pricing,
    /// The deprecated call: both in one.
    Subscriptions,
    /// A customer's meters.
    Meters,
    /// What a customer owes the MSP.
    Receivable,
    /// What the MSP owes Sherweb.
    Payable,
    /// A customer's catalogue, and prices in it (a read by POST).
    Catalog,
    /// Platforms: all, a customer's, their details.
    Platforms,
    /// The state of something ordered.
    Tracking,
    /// Anything else.
    Other,
}

impl Kind for SherwebPath {
    fn is_token(self) -> bool {
        self == SherwebPath::Token
    }
}

/// The path's parts below the service-provider API; none for others.
pub(super) fn below_provider<'a>(parts: &'a [&'a str]) -> Option<&'a [&'a str]> {
    match parts {
        ["service-provider", "v1", rest @ ..] => Some(rest),
        _ => None,
    }
}

/// The kind of a path that was taken apart.
pub(super) fn kind(parts: &[&str]) -> SherwebPath {
    match parts {
        ["auth", "oidc", "connect", "token"] => return SherwebPath::Token,
        ["distributor", "v1", "billing", "payable-charges"] => return SherwebPath::Payable,
        _ => {}
    }
    match below_provider(parts) {
        Some(["customers"]) => SherwebPath::Customers,
        Some(["billing", "subscriptions", "details"]) => SherwebPath::Details,
        Some(["billing", "subscriptions", "pricing-information"]) => SherwebPath::Pricing,
        Some(["billing", "subscriptions"]) => SherwebPath::Subscriptions,
        Some(["billing", "subscriptions", "meters"]) => SherwebPath::Meters,
        Some(["billing", "receivable-charges"]) => SherwebPath::Receivable,
        Some(["customer-catalogs", _] | ["customer-catalogs", _, "catalog-items-pricing"]) => {
            SherwebPath::Catalog
        }
        Some(["platforms"] | ["customers", _, "platforms-configurations"])
        | Some(["customers", _, "platforms", _, "details" | "meter-usages"]) => {
            SherwebPath::Platforms
        }
        Some(["tracking", _]) => SherwebPath::Tracking,
        _ => SherwebPath::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_paths_are_known() {
        let of = |path: &str| kind(&path.split('/').collect::<Vec<_>>());
        assert_eq!(of("auth/oidc/connect/token"), SherwebPath::Token);
        let provider = "service-provider/v1/billing/subscriptions";
        assert_eq!(of(provider), SherwebPath::Subscriptions);
        assert_eq!(of(&format!("{provider}/details")), SherwebPath::Details);
        // What an invented client asks for.
        assert_eq!(
            of("service-provider/v1/customers/1/subscriptions"),
            SherwebPath::Other
        );
    }
}
