//! Which resource a request asks for.

use serde::{Deserialize, Serialize};

use super::super::server::Kind;

/// The kinds of paths that are counted and that faults can be aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pax8Path {
    /// `POST /v1/token`, and that of the two other hosts that give tokens: `POST /oauth/token`.
    Token,
    /// The list of companies.
    Companies,
    /// One company.
    Company,
    /// A company's contacts.
    Contacts,
    /// The list of subscriptions.
    Subscriptions,
    /// One subscription.
    Subscription,
    /// A subscription's history.
    History,
    /// The list of products.
    Products,
    /// One product.
    Product,
    /// A product's prices.
    Pricing,
    /// A product's commitments.
    Dependencies,
    /// Usage summaries and lines.
    Usage,
    /// Invoices, their items, draft items.
    Invoices,
    /// Anything else.
    Other,
}

impl Kind for Pax8Path {
    fn is_token(self) -> bool {
        self == Pax8Path::Token
    }
}

/// The kind of a path that was taken apart.
pub(super) fn kind(parts: &[&str]) -> Pax8Path {
    match parts {
        ["v1", "token"] | ["oauth", "token"] => Pax8Path::Token,
        ["v1", "companies"] => Pax8Path::Companies,
        ["v1", "companies", _] => Pax8Path::Company,
        ["v1", "companies", _, "contacts"] => Pax8Path::Contacts,
        ["v1", "subscriptions"] => Pax8Path::Subscriptions,
        ["v1", "subscriptions", _] => Pax8Path::Subscription,
        ["v1", "subscriptions", _, "history"] => Pax8Path::History,
        ["v1", "products"] => Pax8Path::Products,
        ["v1", "products", _] => Pax8Path::Product,
        ["v1", "products", _, "pricing"] => Pax8Path::Pricing,
        ["v1", "products", _, "dependencies"] => Pax8Path::Dependencies,
        ["v1", "subscriptions", _, "usage-summaries"]
        | ["v1", "usage-summaries", _]
        | ["v1", "usage-summaries", _, "usage-lines"] => Pax8Path::Usage,
        ["v1", "invoices"] | ["v1", "invoices", _] | ["v1", "invoices", _, "items"] => {
            Pax8Path::Invoices
        }
        _ => Pax8Path::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_paths_are_known() {
        let of = |path: &str| kind(&path.split('/').collect::<Vec<_>>());
        assert_eq!(of("v1/token"), Pax8Path::Token);
        assert_eq!(of("oauth/token"), Pax8Path::Token);
        assert_eq!(of("v1/subscriptions/x/history"), Pax8Path::History);
        assert_eq!(of("v1/invoices/draftItems"), Pax8Path::Invoices);
        assert_eq!(of("v2/companies"), Pax8Path::Other);
        assert_eq!(of("companies"), Pax8Path::Other);
    }
}
