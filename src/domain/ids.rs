//! Identifiers as types, so that one cannot be taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; what comes from outside is cleaned and bounded where it enters.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_id!(
    /// The MSP: a profile is a database and a tenant in it.
    TenantId
);
text_id!(
    /// The name a person gave to a distributor connection.
    ConnectionName
);
text_id!(
    /// A customer's id at the distributor.
    VendorCustomerId
);
text_id!(
    /// A subscription's id at the distributor; `subscription/product` where one holds several products.
    SubscriptionId
);
text_id!(
    /// A distributor's stock keeping unit.
    Sku
);
text_id!(
    /// A company's id in the PSA.
    PsaId
);

/// The canonical customer's id in our own hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerId(pub i64);

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which account of which connection: the key of a vendor customer, written `connection/id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountKey {
    /// The connection that lists the account.
    pub connection: ConnectionName,
    /// Its id there.
    pub vendor_customer_id: VendorCustomerId,
}

impl AccountKey {
    /// Joins the two halves.
    pub fn new(connection: impl Into<ConnectionName>, id: impl Into<VendorCustomerId>) -> Self {
        Self {
            connection: connection.into(),
            vendor_customer_id: id.into(),
        }
    }

    /// Reads `connection/id`; a connection's name holds no slash, an id may.
    pub fn parse(text: &str) -> Option<Self> {
        let (connection, id) = text.split_once('/')?;
        (!connection.is_empty() && !id.is_empty()).then(|| Self::new(connection, id))
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.connection, self.vendor_customer_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_keys_round_trip() {
        let key = AccountKey::new("synnex", "400/123");
        assert_eq!(AccountKey::parse(&key.to_string()), Some(key));
        assert_eq!(AccountKey::parse("nothing"), None);
    }
}
