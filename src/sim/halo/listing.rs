//! A listing: pages by number, with the total of all rows, under the entity's name.

use serde_json::{Value, json};

use super::super::server::{Query, Reply};

/// Rows of a page where nobody asks for a number.
const USUAL: usize = 50;

/// True if a flag of the query is set.
pub(super) fn is_set(query: &Query, name: &'static str, otherwise: bool) -> bool {
    match query.get(&[name]) {
        Some(text) => text.eq_ignore_ascii_case("true"),
        None => otherwise,
    }
}

/// Answers with a page of the rows; without `pageinate` with the first `count` of them.
pub(super) fn answer(name: &str, mut rows: Vec<Value>, query: &Query, cap: usize) -> Reply {
    match query.get(&["order"]) {
        Some("id") => rows.sort_by_key(|row| row["id"].as_i64()),
        _ => rows.sort_by_key(|row| row["name"].as_str().map(str::to_lowercase)),
    }
    let number = |name: &'static str| query.number(&[name]);
    let (Ok(page), Ok(size), Ok(count)) = (number("page_no"), number("page_size"), number("count"))
    else {
        return Reply::new(
            400,
            "text/plain",
            b"Input string was not in a correct format.".to_vec(),
        );
    };
    let total = rows.len();
    let body = if is_set(query, "pageinate", false) {
        let size = size.unwrap_or(USUAL).clamp(1, cap);
        let page = page.unwrap_or(1).max(1);
        let shown: Vec<Value> = rows
            .into_iter()
            .skip((page - 1) * size)
            .take(size)
            .collect();
        json!({"record_count": total, "page_no": page, "page_size": size, name: shown, "include_children": false})
    } else {
        let shown: Vec<Value> = rows.into_iter().take(count.unwrap_or(USUAL)).collect();
        json!({"record_count": total, name: shown})
    };
    Reply::json(200, &body)
}
