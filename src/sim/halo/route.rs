//! Which resource a request asks for. The web server in front does not look at case.

use serde::{Deserialize, Serialize};

use super::super::server::Kind;

/// The kinds of paths that are counted and that faults can be aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HaloPath {
    /// `POST /auth/token`.
    Token,
    /// The list of clients, one of them.
    Clients,
    /// The list of sites.
    Sites,
    /// The list of recurring invoices.
    Invoices,
    /// One recurring invoice.
    Invoice,
    /// The catalogue, one of its items.
    Items,
    /// Anything else.
    Other,
}

impl Kind for HaloPath {
    fn is_token(self) -> bool {
        self == HaloPath::Token
    }
}

/// The kind of a path that was taken apart, in lower case.
pub(super) fn kind(parts: &[&str]) -> HaloPath {
    match parts {
        ["auth", "token"] => HaloPath::Token,
        ["api", "client"] | ["api", "client", _] => HaloPath::Clients,
        ["api", "site"] => HaloPath::Sites,
        ["api", "item"] | ["api", "item", _] => HaloPath::Items,
        ["api", "recurringinvoice"] => HaloPath::Invoices,
        ["api", "recurringinvoice", _] => HaloPath::Invoice,
        _ => HaloPath::Other,
    }
}
