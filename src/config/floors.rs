//! Tables of margin floors: by distributor, by SKU, by customer.

use std::collections::BTreeMap;

use super::percent::Floor;
use super::value::{Given, Value, quoted};
use crate::domain::ids::{CustomerId, Sku};
use crate::domain::text::{MAX_TEXT, is_clean};
use crate::domain::vendor::Vendor;

/// What a floor can be set for.
pub(super) trait MapKey: Ord + Sized {
    /// Takes the key if it is one.
    fn read(text: &str) -> Option<Self>;
    /// As people write it.
    fn written(&self) -> String;
}

impl MapKey for Vendor {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn written(&self) -> String {
        self.tag().to_owned()
    }
}

impl MapKey for Sku {
    fn read(text: &str) -> Option<Self> {
        (!text.is_empty() && text.len() <= MAX_TEXT && is_clean(text)).then(|| Sku::from(text))
    }
    fn written(&self) -> String {
        self.as_str().to_owned()
    }
}

impl MapKey for CustomerId {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(CustomerId)
    }
    fn written(&self) -> String {
        self.to_string()
    }
}

/// A table of floors; in the environment `synnex=8, pax8=7.5`.
impl<K: MapKey> Value for BTreeMap<K, Floor> {
    const WANTED: &'static str =
        "a table of percentages below 100: vendors by tag, customers by their number here";
    fn read(given: &Given) -> Option<Self> {
        match given {
            Given::Table(rows) => rows
                .iter()
                .map(|(key, value)| Some((K::read(key)?, Floor::read(value)?)))
                .collect(),
            Given::Loose(text) => text
                .split(',')
                .filter(|part| !part.trim().is_empty())
                .map(|part| {
                    let (key, value) = part.split_once('=')?;
                    Some((K::read(key.trim())?, Floor::parse(value)?))
                })
                .collect(),
            _ => None,
        }
    }
    fn written(&self) -> String {
        let rows: Vec<_> = self
            .iter()
            .map(|(key, value)| format!("{} = {}", quoted(&key.written()), value.written()))
            .collect();
        match rows.is_empty() {
            true => "{}".to_owned(),
            false => format!("{{ {} }}", rows.join(", ")),
        }
    }
}
