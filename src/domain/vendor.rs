//! The distributors, as tags for tables and labels for people.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A licence distributor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vendor {
    /// TD SYNNEX StreamOne Ion.
    Synnex,
    /// Pax8.
    Pax8,
    /// Sherweb.
    Sherweb,
    /// Ingram Micro Cloud Marketplace.
    IngramMicro,
}

impl Vendor {
    /// Every distributor, in the order in which they are shown.
    pub const ALL: [Vendor; 4] = [
        Vendor::Synnex,
        Vendor::Pax8,
        Vendor::Sherweb,
        Vendor::IngramMicro,
    ];

    /// The tag kept in tables and used on the command line.
    pub fn tag(self) -> &'static str {
        match self {
            Vendor::Synnex => "synnex",
            Vendor::Pax8 => "pax8",
            Vendor::Sherweb => "sherweb",
            Vendor::IngramMicro => "ingram_micro",
        }
    }

    /// The name that people know.
    pub fn label(self) -> &'static str {
        match self {
            Vendor::Synnex => "TD SYNNEX",
            Vendor::Pax8 => "Pax8",
            Vendor::Sherweb => "Sherweb",
            Vendor::IngramMicro => "Ingram Micro",
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// The text names no distributor.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a distributor; known are synnex, pax8, sherweb and ingram_micro")]
pub struct UnknownVendor(String);

impl FromStr for Vendor {
    type Err = UnknownVendor;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Vendor::ALL
            .into_iter()
            .find(|v| v.tag() == s)
            .ok_or_else(|| UnknownVendor(super::text::clean(s, 40)))
    }
}

/// The label of a customer who buys from `vendors`: one distributor's own, else "Mixed".
pub fn vendor_label(vendors: impl IntoIterator<Item = Vendor>) -> &'static str {
    let mut seen = vendors.into_iter();
    match seen.next() {
        None => "",
        Some(first) if seen.all(|v| v == first) => first.label(),
        Some(_) => "Mixed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_round_trip() {
        for v in Vendor::ALL {
            assert_eq!(v.tag().parse::<Vendor>().unwrap(), v);
        }
        assert!("acme".parse::<Vendor>().is_err());
    }

    #[test]
    fn several_distributors_are_mixed() {
        assert_eq!(vendor_label([Vendor::Pax8, Vendor::Pax8]), "Pax8");
        assert_eq!(vendor_label([Vendor::Pax8, Vendor::Synnex]), "Mixed");
    }
}
