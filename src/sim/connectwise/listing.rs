//! A listing: conditions, order, page by number or by last id, fields, and the header that names the next page.

use serde_json::{Map, Value, json};

use super::super::server::{Query, Reply};
use super::conditions::Conditions;
use super::errors::{self, JSON};

/// Rows of a page where nobody asks for a number.
const USUAL: usize = 25;
/// The most rows of a page.
const MOST: usize = 1_000;

/// Answers with a page of the rows, or with their count.
pub(super) fn answer(
    rows: Vec<Value>,
    query: &Query,
    cap: usize,
    path: &str,
    count: bool,
) -> Reply {
    let Some(conditions) = Conditions::of(query.get(&["conditions"]).unwrap_or_default()) else {
        return errors::invalid("conditions");
    };
    let mut rows: Vec<Value> = rows
        .into_iter()
        .filter(|row| conditions.hold(row))
        .collect();
    if count {
        return json_reply(&json!({"count": rows.len()}));
    }
    match query.get(&["orderBy", "orderby"]) {
        None | Some("id" | "id asc") => {}
        Some("id desc") => rows.reverse(),
        Some(_) => return errors::invalid("orderBy"),
    }
    let number = |name: &'static str| query.number(&[name]);
    let (page, size, after) = match (number("page"), number("pageSize"), number("pageId")) {
        (Ok(page), Ok(size), Ok(after)) => (page, size, after),
        _ => return errors::invalid("page"),
    };
    let size = size.unwrap_or(USUAL).clamp(1, MOST).min(cap);
    let page = page.unwrap_or(1).max(1);
    let rest: Vec<Value> = match after {
        Some(after) => {
            let is_later = |row: &Value| row["id"].as_u64().is_some_and(|id| id > after as u64);
            rows.into_iter().filter(is_later).collect()
        }
        None => rows.into_iter().skip((page - 1) * size).collect(),
    };
    let more = rest.len() > size;
    let shown: Vec<Value> = rest
        .into_iter()
        .take(size)
        .map(|row| only(row, query.get(&["fields"])))
        .collect();
    let reply = json_reply(&Value::Array(shown));
    if !more {
        return reply;
    }
    let next = format!(
        "<https://api-na.myconnectwise.net{path}?pageSize={size}&page={}>; rel=\"next\"",
        page + 1
    );
    reply.with_header("link", next)
}

/// One document.
pub(super) fn json_reply(body: &Value) -> Reply {
    Reply::new(200, JSON, body.to_string().into_bytes())
}

/// The fields asked for: `id,company/id`.
fn only(row: Value, fields: Option<&str>) -> Value {
    let Some(fields) = fields else {
        return row;
    };
    let mut out = Map::new();
    for field in fields.split(',').map(str::trim) {
        let Some(value) = row.pointer(&format!("/{field}")) else {
            continue;
        };
        match field.split_once('/') {
            None => {
                out.insert(field.to_owned(), value.clone());
            }
            Some((parent, child)) => {
                let inside = out.entry(parent).or_insert_with(|| json!({}));
                if let Some(inside) = inside.as_object_mut() {
                    inside.insert(child.to_owned(), value.clone());
                }
            }
        }
    }
    Value::Object(out)
}
