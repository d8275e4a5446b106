//! Pages by `page`, from 0, and `size`; `sort` of a closed list.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::super::server::{Query, Reply};
use super::errors;

/// Rows of a page when none are asked for.
const DEFAULT_SIZE: usize = 10;

/// A list in the making: rows as they are sent.
pub(super) struct Listing<'a> {
    pub(super) query: &'a Query,
    /// Of the path, for errors.
    pub(super) instance: &'a str,
    /// The largest page.
    pub(super) cap: usize,
}

impl Listing<'_> {
    /// The page that is asked for of all `rows`; `sortable` members of a row may be named by `sort`, nested ones by
    /// their last name.
    pub(super) fn answer(&self, mut rows: Vec<Value>, sortable: &[(&str, &str)]) -> Reply {
        let number = self.query.number(&["page"]);
        let size = self.query.number(&["size"]);
        let (number, size) = match (number, size) {
            (Ok(number), Ok(size)) => (number.unwrap_or(0), size.unwrap_or(DEFAULT_SIZE)),
            (Err(name), _) | (_, Err(name)) => {
                return errors::invalid(name, &format!("{name} must be a number"), self.instance);
            }
        };
        if size == 0 {
            return errors::invalid("size", "size must be at least 1", self.instance);
        }
        if let Some(sort) = self.query.get(&["sort"]) {
            let (field, order) = sort.split_once(',').unwrap_or((sort, "asc"));
            let known = sortable.iter().find(|(name, _)| *name == field);
            let (Some((_, pointer)), "asc" | "desc") = (known, order) else {
                return errors::invalid("sort", &format!("cannot sort by {sort}"), self.instance);
            };
            rows.sort_by(|a, b| match order {
                "desc" => compare(b, a, pointer),
                _ => compare(a, b, pointer),
            });
        }
        // What a larger size does is not documented: the page is as large as it may be, and says so.
        let size = size.min(self.cap);
        let total = rows.len();
        let content: Vec<Value> = rows.into_iter().skip(number * size).take(size).collect();
        let page = json!({
            "size": size, "totalElements": total, "totalPages": total.div_ceil(size), "number": number,
        });
        Reply::json(200, &json!({"content": content, "page": page}))
    }
}

fn compare(a: &Value, b: &Value, pointer: &str) -> Ordering {
    let (a, b) = (a.pointer(pointer), b.pointer(pointer));
    match (a.and_then(Value::as_f64), b.and_then(Value::as_f64)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.and_then(Value::as_str).cmp(&b.and_then(Value::as_str)),
    }
}
