//! Which resource a request asks for.

use serde::{Deserialize, Serialize};

use super::super::server::Kind;

/// The kinds of paths that are counted and that faults can be aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IngramPath {
    /// `POST …/token`.
    Token,
    /// The list of customers.
    Customers,
    /// One customer.
    Customer,
    /// The list of subscriptions, without seats.
    Subscriptions,
    /// One subscription, with its seats.
    Subscription,
    /// Products: all, one.
    Products,
    /// Orders: all, one.
    Orders,
    /// Reports: all, one.
    Reports,
    /// Anything else.
    Other,
}

impl Kind for IngramPath {
    fn is_token(self) -> bool {
        self == IngramPath::Token
    }
}

/// The region and the parts below it; none for paths outside the API.
pub(super) fn below_region<'a>(parts: &'a [&'a str]) -> Option<(&'a str, &'a [&'a str])> {
    match parts {
        ["marketplace", region, rest @ ..] => Some((region, rest)),
        _ => None,
    }
}

/// The kind of a path that was taken apart.
pub(super) fn kind(parts: &[&str]) -> IngramPath {
    match below_region(parts).map(|(_, rest)| rest) {
        Some(["token"]) => IngramPath::Token,
        Some(["customers"]) => IngramPath::Customers,
        Some(["customers", _]) => IngramPath::Customer,
        Some(["subscriptions"]) => IngramPath::Subscriptions,
        Some(["subscriptions", _]) => IngramPath::Subscription,
        Some(["products"] | ["products", _]) => IngramPath::Products,
        Some(["orders"] | ["orders", _]) => IngramPath::Orders,
        Some(["reports"] | ["reports", _]) => IngramPath::Reports,
        _ => IngramPath::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_paths_are_known() {
        let of = |path: &str| kind(&path.split('/').collect::<Vec<_>>());
        assert_eq!(of("marketplace/na/token"), IngramPath::Token);
        assert_eq!(
            of("marketplace/eu/subscriptions/7"),
            IngramPath::Subscription
        );
        assert_eq!(of("marketplace/na"), IngramPath::Other);
        assert_eq!(of("token"), IngramPath::Other);
    }
}
