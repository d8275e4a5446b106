//! Entities to their end: queries by id, each page after the last one's highest, so that rows which come or go meanwhile
//! move no other row off its page (rows come sorted by id: vendor's help).

use serde_json::{Value, json};

use crate::http::json::read;
use crate::http::pacing::Class;
use crate::http::request::Query;
use crate::psa::session::{Failed, Session};

/// Rows of a page: the documented maximum.
const PAGE: usize = 500;

/// The paths that are read by POST.
pub(super) const QUERIES: &[&str] = &[
    "/V1.0/Companies/query",
    "/V1.0/Countries/query",
    "/V1.0/Contracts/query",
    "/V1.0/Services/query",
    "/V1.0/ContractServices/query",
    "/V1.0/ContractServiceUnits/query",
    "/V1.0/ContractServiceBundles/query",
    "/V1.0/ContractServiceBundleUnits/query",
    "/V1.0/ServiceBundleServices/query",
];

/// Every row of an entity that fulfils the conditions; `each` gets a page at a time.
pub(super) async fn query(
    session: &Session,
    entity: &str,
    conditions: &[Value],
    mut each: impl FnMut(&[Value]),
) -> Result<(), Failed> {
    let path = format!("/V1.0/{entity}/query");
    let mut after = 0;
    loop {
        let body = body(conditions, after);
        let query = Query {
            path: &path,
            body: &body,
            auth: &session.auth,
            class: Class::Bulk,
        };
        let answer = session.client.query(query).await.map_err(Failed::Api)?;
        let rows = answer.json.get("items").and_then(Value::as_array);
        let rows = rows.ok_or_else(|| Failed::Shape("the answer has no items".to_owned()))?;
        each(rows);
        let next = answer.json.pointer("/pageDetails/nextPageUrl");
        if rows.is_empty() || next.is_none_or(Value::is_null) {
            return Ok(());
        }
        let ids = rows.iter().filter_map(|row| read::int(row.get("id")?).ok());
        let last = ids.max().unwrap_or(after);
        if last <= after {
            return Err(Failed::Shape(
                "the next page is one that was read".to_owned(),
            ));
        }
        after = last;
    }
}

fn body(conditions: &[Value], after: i64) -> Value {
    let mut items = conditions.to_vec();
    items.push(json!({"op": "gt", "field": "id", "value": after}));
    json!({"MaxRecords": PAGE, "Filter": [{"op": "and", "items": items}]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_has_a_filter_and_names_its_page() {
        let own = [json!({"op": "eq", "field": "status", "value": 1})];
        assert_eq!(
            body(&own, 7).to_string(),
            r#"{"Filter":[{"items":[{"field":"status","op":"eq","value":1},{"field":"id","op":"gt","value":7}],"op":"and"}],"MaxRecords":500}"#
        );
    }
}
