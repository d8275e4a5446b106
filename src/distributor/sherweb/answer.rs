//! What every list of Sherweb's looks like: `{"items": […]}`, whole, without paging (vendor's OpenAPI document).

use serde_json::Value;

use crate::http::json::read;
use crate::http::json::row::Row;
use crate::http::json::shape::{Field, Kind, Shape, often};
use crate::http::json::surprises::{Odd, Surprises};

/// The documents allow `items` to be null or absent.
pub(super) const ITEMS: &[Field] = &[often("items", Kind::List)];

/// The answer is no list, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAList(pub &'static str);

/// The rows. An absent list is an empty one only if nothing else speaks against it: an error that is told with status
/// 200 must not look like "no customers".
pub(super) fn items<'a>(
    json: &'a Value,
    shape: &Shape,
    surprises: &Surprises,
) -> Result<&'a [Value], NotAList> {
    if json.is_array() {
        surprises.count(shape.path, Odd::TypeChanged, || {
            "list instead of object".to_owned()
        });
        return Ok(read::list_or_one(json));
    }
    let answer = Row::of(json, shape, surprises).ok_or(NotAList("the answer is no object"))?;
    match answer.list_or_one("items") {
        Some(rows) => Ok(rows),
        None if answer.keys().all(|key| key == "items") => Ok(&[]),
        None => Err(NotAList("the answer has no list of items")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SHAPE: Shape = Shape {
        path: "answer",
        fields: ITEMS,
    };

    #[test]
    fn null_and_absent_are_empty_and_an_error_is_no_list() {
        let surprises = Surprises::default();
        let count = |json: Value| items(&json, &SHAPE, &surprises).map(<[Value]>::len);
        assert_eq!(count(json!({"items": [1, 2]})), Ok(2));
        assert_eq!(count(json!({"items": null})), Ok(0));
        assert_eq!(count(json!({})), Ok(0));
        assert_eq!(count(json!([{}])), Ok(1));
        assert!(count(json!({"statusCode": 500, "message": "x"})).is_err());
        assert!(count(json!("x")).is_err());
    }
}
