//! Identifiers as types, so that one cannot be taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::vendor::Vendor;

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
        let (connection, id) = halves(text)?;
        Some(Self::new(connection, id))
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.connection, self.vendor_customer_id)
    }
}

/// Which subscription of which connection, written `connection/id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SubscriptionKey {
    /// The connection that lists the subscription.
    pub connection: ConnectionName,
    /// Its id there.
    pub vendor_subscription_id: SubscriptionId,
}

impl SubscriptionKey {
    /// Joins the two halves.
    pub fn new(connection: impl Into<ConnectionName>, id: impl Into<SubscriptionId>) -> Self {
        Self {
            connection: connection.into(),
            vendor_subscription_id: id.into(),
        }
    }

    /// Reads `connection/id`; a connection's name holds no slash, an id may.
    pub fn parse(text: &str) -> Option<Self> {
        let (connection, id) = halves(text)?;
        Some(Self::new(connection, id))
    }
}

impl fmt::Display for SubscriptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.connection, self.vendor_subscription_id)
    }
}

/// Which SKU of which distributor, written `vendor/sku`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SkuKey {
    /// The distributor in whose catalogue it is.
    pub vendor: Vendor,
    /// Its number there.
    pub sku: Sku,
}

impl SkuKey {
    /// Joins the two halves.
    pub fn new(vendor: Vendor, sku: impl Into<Sku>) -> Self {
        let sku = sku.into();
        Self { vendor, sku }
    }

    /// Reads `vendor/sku`; a SKU may hold a slash.
    pub fn parse(text: &str) -> Option<Self> {
        let (vendor, sku) = text.split_once('/')?;
        let vendor = vendor.parse().ok()?;
        (!sku.is_empty()).then(|| Self::new(vendor, sku))
    }
}

impl fmt::Display for SkuKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.vendor, self.sku)
    }
}

/// What a decision is about. Written as the account's key alone, a SKU's behind [`Subject::PRODUCT`], a subscription's
/// behind [`Subject::SUBSCRIPTION`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An account: whose it is.
    Account(AccountKey),
    /// A SKU: which products of the PSA it is sold as.
    Product(SkuKey),
    /// A subscription: which customer it is for, where that is another than its account's.
    Subscription(SubscriptionKey),
}

impl Subject {
    /// In front of a SKU; a connection's name holds no colon.
    pub const PRODUCT: &str = "product:";
    /// In front of a subscription.
    pub const SUBSCRIPTION: &str = "subscription:";

    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(sku) = text.strip_prefix(Self::PRODUCT) {
            return SkuKey::parse(sku).map(Subject::Product);
        }
        if let Some(subscription) = text.strip_prefix(Self::SUBSCRIPTION) {
            return SubscriptionKey::parse(subscription).map(Subject::Subscription);
        }
        AccountKey::parse(text).map(Subject::Account)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Account(key) => key.fmt(f),
            Subject::Product(key) => write!(f, "{}{key}", Self::PRODUCT),
            Subject::Subscription(key) => write!(f, "{}{key}", Self::SUBSCRIPTION),
        }
    }
}

impl From<AccountKey> for Subject {
    fn from(key: AccountKey) -> Self {
        Subject::Account(key)
    }
}

impl From<SkuKey> for Subject {
    fn from(key: SkuKey) -> Self {
        Subject::Product(key)
    }
}

impl From<SubscriptionKey> for Subject {
    fn from(key: SubscriptionKey) -> Self {
        Subject::Subscription(key)
    }
}

/// What stands before the first slash and what behind it; none if one of them is empty.
fn halves(text: &str) -> Option<(&str, &str)> {
    let (first, second) = text.split_once('/')?;
    (!first.is_empty() && !second.is_empty()).then_some((first, second))
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

    #[test]
    fn subjects_round_trip() {
        let account = Subject::from(AccountKey::new("synnex", "400/123"));
        let product = Subject::from(SkuKey::new(Vendor::Pax8, "CFQ7:0002/P1Y"));
        let subscription = Subject::from(SubscriptionKey::new("synnex", "400/seat"));
        for subject in [account, product, subscription] {
            assert_eq!(Subject::parse(&subject.to_string()), Some(subject));
        }
        assert_eq!(Subject::parse("product:nobody/1"), None);
        assert_eq!(Subject::parse("subscription:synnex/"), None);
        assert_eq!(SkuKey::parse("synnex/"), None);
    }
}
