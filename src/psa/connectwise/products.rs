//! `GET /procurement/catalog`: names and part numbers of the products that additions name. A catalogue may hold whole
//! price lists, so only these are asked for.

use serde_json::Value;

use crate::domain::subscription::Quarantined;
use crate::http::json::aside::aside;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

/// The listing's name in notes and in quarantine.
pub(super) const LISTING: &str = "catalogue items";
/// What is asked for.
pub(super) const FIELDS: &str =
    "id,identifier,description,customerDescription,manufacturerPartNumber,vendorSku";
/// So many products are named in one condition: the address stays shorter than any proxy's limit. No round number, so
/// that a full answer is not taken for one that was cut.
pub(super) const AT_ONCE: usize = 140;

const SHAPE: Shape = Shape {
    path: "catalogue items",
    fields: &[
        always("id", Kind::Number),
        always("identifier", Kind::Text),
        often("description", Kind::Text),
        often("customerDescription", Kind::Text),
        often("manufacturerPartNumber", Kind::Text),
        often("vendorSku", Kind::Text),
        often("_info", Kind::Object),
    ],
};

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Product {
    pub name: String,
    /// The manufacturer's, or the distributor's SKU.
    pub part_number: String,
}

/// Reads a row.
pub(super) fn product(
    value: &Value,
    surprises: &Surprises,
) -> Result<(String, Product), Quarantined> {
    let refuse = |reason: &str| aside(LISTING, value, &["id", "identifier"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| refuse("the row is no object"))?;
    let id = row.id("id").map_err(|reason| refuse(&reason))?;
    let product = Product {
        name: row.first_text(&["description", "customerDescription"]),
        part_number: row.first_text(&["manufacturerPartNumber", "vendorSku"]),
    };
    Ok((id, product))
}

/// The condition that asks for these products.
pub(super) fn condition(ids: &[&str]) -> String {
    format!("id in ({})", ids.join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_number_is_the_makers_before_the_sellers() {
        let read = |value| product(&value, &Surprises::default()).unwrap().1;
        let both = json!({"id": 55, "identifier": "O365-BP", "description": "M365 Business Premium",
            "manufacturerPartNumber": "CFQ7TTC0LCHC:0002", "vendorSku": "ION-1"});
        assert_eq!(read(both.clone()).part_number, "CFQ7TTC0LCHC:0002");
        assert_eq!(read(both).name, "M365 Business Premium");
        let seller = json!({"id": 55, "identifier": "X", "manufacturerPartNumber": "", "vendorSku": "ION-1"});
        assert_eq!(read(seller).part_number, "ION-1");
        assert_eq!(condition(&["5", "7"]), "id in (5,7)");
    }
}
