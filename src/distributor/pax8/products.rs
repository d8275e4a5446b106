//! The SKU of a subscription, which is on its product alone (OAS): each product is read once a week, from the list of the
//! catalogue where that takes fewer requests. Between, it is known from what stands beside the rows of earlier runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{endpoints, listing};
use crate::distributor::Known;
use crate::http::grant::{GrantError, Granted};
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;
use crate::http::pacing::Class;

/// So few products are read one by one; for more the catalogue's first page is tried, which tells how long it is.
const FEW: usize = 8;

const SHAPE: Shape = Shape {
    path: "products",
    fields: &[
        always("id", Kind::Text),
        always("name", Kind::Text),
        often("vendorName", Kind::Text),
        often("shortDescription", Kind::Text),
        often("longDescription", Kind::Text),
        often("sku", Kind::Text),
        often("vendorSku", Kind::Text),
        often("altVendorSku", Kind::Text),
        often("requiresCommitment", Kind::Flag),
    ],
};

/// What a product says; all of it is empty for one that Pax8 does not give.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Product {
    pub sku: String,
    pub vendor_sku: String,
    pub name: String,
}

/// The products that were read in this run, or earlier in the week.
#[derive(Debug, Default)]
pub(super) struct Products {
    known: Mutex<BTreeMap<String, Product>>,
    /// True once the catalogue's list was of no help: it was read to its end, or refused.
    listed: std::sync::atomic::AtomicBool,
}

impl Products {
    /// A product; empty if it is not known.
    pub fn get(&self, id: &str) -> Product {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).cloned().unwrap_or_default()
    }

    /// Takes the products of rows that are stored. A mark that is none is passed over.
    pub fn recall(&self, known: &Known) {
        let marks: BTreeSet<&String> = known.values().collect();
        for mark in marks {
            if let Ok((id, product)) = serde_json::from_str(mark) {
                self.put(id, product);
            }
        }
    }

    /// What is kept beside a row of the product for [`Products::recall`]; empty for one that was never asked for.
    pub fn mark(&self, id: &str) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let product = known.get(id).map(|product| (id, product));
        let mark = product.and_then(|pair| serde_json::to_string(&pair).ok());
        mark.unwrap_or_default()
    }

    fn put(&self, id: String, product: Product) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(id, product);
    }

    fn unknown(&self, ids: &BTreeSet<String>) -> BTreeSet<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = ids.iter().filter(|id| !known.contains_key(*id));
        unknown.cloned().collect()
    }

    /// Makes these known, with as few requests as possible. Notes tell of those that Pax8 does not give.
    pub async fn learn(
        &self,
        ids: &BTreeSet<String>,
        api: &Granted,
        surprises: &Surprises,
    ) -> Result<Vec<String>, GrantError> {
        use std::sync::atomic::Ordering;
        let mut notes = Vec::new();
        let mut wanted = self.unknown(ids);
        if wanted.len() > FEW && !self.listed.load(Ordering::Relaxed) {
            match self.read_catalogue(&wanted, api, surprises).await {
                Ok(is_whole) => self.listed.store(is_whole, Ordering::Relaxed),
                Err(error) if is_refusal(&error) => self.listed.store(true, Ordering::Relaxed),
                Err(error) => return Err(error),
            }
            wanted = self.unknown(&wanted);
        }
        for id in wanted {
            let read = match endpoints::product(&id) {
                Some(path) => api.get(&path, &[], Class::Bulk).await.map(Some),
                None => Ok(None),
            };
            let product = match read {
                Ok(json) => json.and_then(|json| product(&json, surprises)),
                Err(error) if is_refusal(&error) => None,
                Err(error) => return Err(error),
            };
            if product.is_none() {
                notes.push(
                    "a product cannot be read: the vendor's SKU or the product's id stands for its SKU"
                        .to_owned(),
                );
            }
            self.put(id, product.map(|(_, product)| product).unwrap_or_default());
        }
        Ok(notes)
    }

    /// Reads the catalogue for as long as its pages left are fewer than the products still wanted; true if to its end.
    async fn read_catalogue(
        &self,
        wanted: &BTreeSet<String>,
        api: &Granted,
        surprises: &Surprises,
    ) -> Result<bool, GrantError> {
        let mut place = None;
        loop {
            let query = listing::query(listing::LARGEST_PAGE, place.as_ref(), Some("name,asc"));
            let json = api.get(endpoints::PRODUCTS, &query, Class::Bulk).await?;
            let Ok(listed) = listing::read(&json, listing::LARGEST_PAGE, place.as_ref(), surprises)
            else {
                return Ok(true);
            };
            for (id, product) in listed.rows.iter().filter_map(|row| product(row, surprises)) {
                self.put(id, product);
            }
            let (left, still) = (listed.pages_left, self.unknown(wanted).len() as u64);
            let is_worth_it = left.is_some_and(|left| left < still);
            match listed.next {
                None => return Ok(true),
                Some(next) if is_worth_it => place = Some(next),
                Some(_) => return Ok(false),
            }
        }
    }
}

/// A verdict on the product or on the right to read products, not on the credential.
fn is_refusal(error: &GrantError) -> bool {
    matches!(error, GrantError::Api(error) if matches!(error.status(), Some(400 | 403 | 404 | 410 | 422)))
}

fn product(json: &Value, surprises: &Surprises) -> Option<(String, Product)> {
    let row = Row::of(json, &SHAPE, surprises)?;
    let product = Product {
        sku: row.text("sku"),
        vendor_sku: row.first_text(&["vendorSku", "altVendorSku"]),
        name: row.text("name"),
    };
    Some((row.id("id").ok()?, product))
}
