//! The vendor's filters: groups of conditions on fields.

use serde_json::Value;

/// What is wrong with a filter, in the vendor's words.
pub(super) type Refused = String;

/// True if the row fulfils every item. A field that the entity does not have is refused; an operator that nobody knows is
/// dropped without a word, as at the vendor.
pub(super) fn holds(items: &[Value], row: &Value, entity: &str) -> Result<bool, Refused> {
    for item in items {
        let op = item["op"].as_str().unwrap_or_default();
        let inner = item["items"].as_array();
        let fulfilled = match (op, inner) {
            ("and", Some(inner)) => holds(inner, row, entity)?,
            ("or", Some(inner)) => {
                let mut any = false;
                for one in inner {
                    any |= holds(std::slice::from_ref(one), row, entity)?;
                }
                any
            }
            _ => condition(op, item, row, entity)?,
        };
        if !fulfilled {
            return Ok(false);
        }
    }
    Ok(true)
}

fn condition(op: &str, item: &Value, row: &Value, entity: &str) -> Result<bool, Refused> {
    let field = item["field"].as_str().unwrap_or_default();
    let Some(value) = row.get(field) else {
        return Err(format!("Unable to find {field} in the {entity} Entity."));
    };
    let wanted = &item["value"];
    let order = compare(value, wanted);
    Ok(match op {
        "eq" => order.is_eq(),
        "noteq" => order.is_ne(),
        "gt" => order.is_gt(),
        "gte" => order.is_ge(),
        "lt" => order.is_lt(),
        "lte" => order.is_le(),
        "exist" => !value.is_null(),
        "notExist" => value.is_null(),
        "in" => wanted
            .as_array()
            .is_some_and(|all| all.iter().any(|one| compare(value, one).is_eq())),
        _ => true,
    })
}

/// Numbers as numbers; times (in one form) and texts as texts.
fn compare(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => text(a).cmp(&text(b)),
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn filters_are_read_as_the_vendor_reads_them() {
        let row = json!({"id": 9, "status": 1, "endDate": "2026-11-30T00:00:00Z"});
        let holds = |filter: Value| holds(filter.as_array().unwrap(), &row, "Contract");
        let above = |id: i64| json!({"op": "gt", "field": "id", "value": id});
        assert_eq!(
            holds(
                json!([{"op": "and", "items": [above(8), {"op": "eq", "field": "status", "value": 1}]}])
            ),
            Ok(true)
        );
        assert_eq!(holds(json!([above(9)])), Ok(false));
        assert_eq!(
            holds(json!([{"op": "or", "items": [above(9), above(1)]}])),
            Ok(true)
        );
        assert_eq!(
            holds(json!([{"op": "gte", "field": "endDate", "value": "2026-11-24T00:00:00Z"}])),
            Ok(true)
        );
        assert_eq!(
            holds(json!([{"op": "ne", "field": "id", "value": 9}])),
            Ok(true),
            "dropped"
        );
        assert!(holds(json!([{"op": "eq", "field": "colour", "value": 1}])).is_err());
    }
}
