//! `GET /Item`: the catalogue. Lines often name no more than their item's number; its part number is what they are linked
//! to a distributor's SKU by. A catalogue may hold whole price lists, so only what the lines name is kept.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::psa::record::{Read, Record};

/// The listing's name in notes and in quarantine.
pub(super) const LISTING: &str = "items";

/// Items by their numbers.
pub(super) type Items = BTreeMap<i64, Item>;

/// An item of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Item {
    pub name: String,
    /// The MSP's own code.
    pub code: String,
    /// The supplier's or the manufacturer's part number.
    pub part_number: String,
}

/// What is asked for; a line may still sell an item that was switched off.
pub(super) fn query() -> Vec<(&'static str, String)> {
    vec![
        ("includeactive", "true".to_owned()),
        ("includeinactive", "true".to_owned()),
        ("order", "id".to_owned()),
    ]
}

/// Reads a row.
pub(super) fn item(value: &Value) -> Read<(i64, Item)> {
    let r = Record::of(LISTING, value)?;
    let item = Item {
        name: r.row.text("name"),
        code: r.row.text("internalreference"),
        part_number: r
            .row
            .first_text(&["supplier_part_code", "externalreference"]),
    };
    Ok((r.number("id")?, item))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_suppliers_number_goes_before_the_external_reference() {
        let read = |value| item(&value).unwrap();
        let both = json!({"id": 55.0, "name": "M365 BP", "internalreference": "O365-BP",
            "supplier_part_code": "CFQ7TTC0LCHC:0002", "externalreference": "X-1"});
        let (id, item) = read(both);
        assert_eq!((id, item.code.as_str()), (55, "O365-BP"));
        assert_eq!(item.part_number, "CFQ7TTC0LCHC:0002");
        let other =
            json!({"id": 55, "name": null, "supplier_part_code": "", "externalreference": "X-1"});
        assert_eq!(read(other).1.part_number, "X-1");
        assert!(super::item(&json!({"name": "no id"})).is_err());
    }
}
