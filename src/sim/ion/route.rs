//! Which resource a request asks for.

use serde::{Deserialize, Serialize};

use super::super::server::Kind;

/// The kinds of paths that are counted and that faults can be aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathKind {
    /// `/oauth/token`.
    Token,
    /// `/oauth/validateAccess`.
    Validate,
    /// The list of customers.
    Customers,
    /// One customer.
    Customer,
    /// A customer's cloud profiles.
    CloudProfiles,
    /// The list of subscriptions.
    Subscriptions,
    /// One subscription.
    Subscription,
    /// Orders: all, a customer's, one.
    Orders,
    /// Products: all, one, their prices.
    Products,
    /// Reports: all, one, its data.
    Reports,
    /// Anything else.
    Other,
}

impl Kind for PathKind {
    fn is_token(self) -> bool {
        self == PathKind::Token
    }
}

/// A request's path, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// `POST /oauth/token`.
    Token,
    /// `POST /oauth/validateAccess`.
    Validate,
    /// `GET /api/v3/accounts/{account}/…`.
    Account {
        /// As written.
        account: String,
        /// Below the account.
        resource: Resource,
    },
    /// Nothing known.
    Unknown,
}

/// What is below an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resource {
    /// `customers`.
    Customers,
    /// `customers/{id}`.
    Customer(String),
    /// `customers/{id}/cloudProfiles`.
    CloudProfiles(String),
    /// `subscriptions`.
    Subscriptions,
    /// `customers/{id}/subscriptions/{id}`.
    Subscription(String, String),
    /// `orders`, or `customers/{id}/orders`.
    Orders(Option<String>),
    /// `customers/{id}/orders/{id}`.
    Order(String, String),
    /// `products`.
    Products,
    /// `products/{id}`.
    Product(String),
    /// `products:pricing`, by POST.
    Pricing,
    /// `reports`.
    Reports,
    /// `reports/{id}`.
    Report(String),
    /// `reports/{id}/reportDataCsv`, by POST.
    ReportData(String),
    /// Nothing known.
    Unknown,
}

impl Route {
    /// Takes a path apart. Paths are case-sensitive and without a closing slash.
    pub(super) fn of(path: &str) -> Route {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["oauth", "token"] => Route::Token,
            ["oauth", "validateAccess"] => Route::Validate,
            ["api", "v3", "accounts", account, rest @ ..] => Route::Account {
                account: (*account).to_owned(),
                resource: match rest {
                    ["customers"] => Resource::Customers,
                    ["customers", id] => Resource::Customer((*id).to_owned()),
                    ["customers", id, "cloudProfiles" | "cloudProfile"] => {
                        Resource::CloudProfiles((*id).to_owned())
                    }
                    ["customers", id, "subscriptions", sub] => {
                        Resource::Subscription((*id).to_owned(), (*sub).to_owned())
                    }
                    ["subscriptions"] => Resource::Subscriptions,
                    ["orders"] => Resource::Orders(None),
                    ["customers", id, "orders"] => Resource::Orders(Some((*id).to_owned())),
                    ["customers", id, "orders", order] => {
                        Resource::Order((*id).to_owned(), (*order).to_owned())
                    }
                    ["products"] => Resource::Products,
                    ["products", id] => Resource::Product((*id).to_owned()),
                    ["products:pricing"] => Resource::Pricing,
                    ["reports"] => Resource::Reports,
                    ["reports", id] => Resource::Report((*id).to_owned()),
                    ["reports", id, "reportDataCsv"] => Resource::ReportData((*id).to_owned()),
                    _ => Resource::Unknown,
                },
            },
            _ => Route::Unknown,
        }
    }

    /// Its kind.
    pub(super) fn kind(&self) -> PathKind {
        match self {
            Route::Token => PathKind::Token,
            Route::Validate => PathKind::Validate,
            Route::Unknown => PathKind::Other,
            Route::Account { resource, .. } => match resource {
                Resource::Customers => PathKind::Customers,
                Resource::Customer(_) => PathKind::Customer,
                Resource::CloudProfiles(_) => PathKind::CloudProfiles,
                Resource::Subscriptions => PathKind::Subscriptions,
                Resource::Subscription(..) => PathKind::Subscription,
                Resource::Orders(_) | Resource::Order(..) => PathKind::Orders,
                Resource::Products | Resource::Product(_) | Resource::Pricing => PathKind::Products,
                Resource::Reports | Resource::Report(_) | Resource::ReportData(_) => {
                    PathKind::Reports
                }
                Resource::Unknown => PathKind::Other,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_paths_are_known() {
        let kind = |path| Route::of(path).kind();
        assert_eq!(kind("/oauth/token"), PathKind::Token);
        assert_eq!(kind("/api/v3/accounts/1/customers"), PathKind::Customers);
        assert_eq!(kind("/api/v3/accounts/1/customers/"), PathKind::Customer);
        assert_eq!(
            kind("/api/v3/accounts/1/customers/2/cloudProfiles"),
            PathKind::CloudProfiles
        );
        assert_eq!(
            kind("/api/v3/accounts/1/customers/2/subscriptions/3"),
            PathKind::Subscription
        );
        assert_eq!(
            kind("/api/v3/accounts/1/customers/2/subscriptions"),
            PathKind::Other
        );
        assert_eq!(kind("/api/oauth/token"), PathKind::Other);
    }
}
