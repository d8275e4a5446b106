//! Listings page by page, to their end. Pages are counted by number, so a row that comes or goes meanwhile moves others
//! from page to page: what came is counted against what was told, and a listing that moved is read again.

use std::collections::HashSet;

use serde_json::Value;

use super::problems::Failed;
use crate::http::grant::Granted;
use crate::http::json::read;
use crate::http::pacing::Class;

/// Rows of a page. A hundred is what is usual with live clients; the document names no most.
pub(super) const PAGE: usize = 100;
/// A listing that moved is read so often before it is given up.
const PASSES: usize = 3;
/// No listing has more pages.
const MOST_PAGES: u64 = 10_000;
/// What lists are called in answers; some calls have another name, and some are no more than the list.
const NAMES: [&str; 6] = [
    "clients",
    "sites",
    "invoices",
    "recurringinvoices",
    "items",
    "rows",
];

/// What is asked for.
pub(super) struct Listing<'a> {
    /// The path below the base.
    pub path: &'a str,
    /// What belongs to it beside the page.
    pub query: &'a [(&'static str, String)],
}

/// How far a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Far {
    /// Rows so far.
    pub rows: u64,
    /// Pages that are still to come, as far as known.
    pub pages_left: u64,
}

/// An answer: its rows and how many there are in all, where that is told.
#[derive(Debug, PartialEq)]
pub(super) struct Page<'a> {
    pub rows: &'a [Value],
    pub total: Option<u64>,
}

/// Finds the rows of an answer, under whatever name.
pub(super) fn page(json: &Value) -> Result<Page<'_>, Failed> {
    let whole = |rows| Page { rows, total: None };
    if let Some(rows) = json.as_array() {
        return Ok(whole(rows));
    }
    let members = json.as_object();
    let members = members.ok_or_else(|| Failed::Shape("the answer is no list".to_owned()))?;
    let total = members.get("record_count").and_then(|n| read::int(n).ok());
    let total = total.and_then(|n| u64::try_from(n).ok());
    let named = NAMES.iter().find_map(|name| members.get(*name)?.as_array());
    let mut lists = members.values().filter_map(Value::as_array);
    let only = lists.next().filter(|_| lists.next().is_none());
    match named.or(only) {
        Some(rows) => Ok(Page { rows, total }),
        // Nothing to list is said in this way too.
        None if total == Some(0) => Ok(Page { rows: &[], total }),
        None => Err(Failed::Shape("the answer holds no list".to_owned())),
    }
}

/// The query of a page.
pub(super) fn query(
    own: &[(&'static str, String)],
    size: usize,
    number: u64,
) -> Vec<(&'static str, String)> {
    let paging = [
        ("pageinate", "true".to_owned()),
        ("page_size", size.to_string()),
        ("page_no", number.to_string()),
    ];
    own.iter().cloned().chain(paging).collect()
}

/// How many rows a listing has; one is read.
pub(super) async fn count(
    api: &Granted,
    path: &str,
    own: &[(&'static str, String)],
    class: Class,
) -> Result<u64, Failed> {
    let json = api.get(path, &query(own, 1, 1), class).await;
    let json = json.map_err(Failed::Grant)?;
    let Page { rows, total } = page(&json)?;
    Ok(total.unwrap_or(rows.len() as u64))
}

/// Every row of a listing; `each` gets a page at a time, and a row that moved more than once.
pub(super) async fn list(
    api: &Granted,
    listing: &Listing<'_>,
    mut each: impl FnMut(&[Value], Far),
) -> Result<(), Failed> {
    let mut last = String::new();
    for _ in 0..PASSES {
        match pass(api, listing, &mut each).await? {
            Pass::Whole => return Ok(()),
            Pass::Moved { told, came } => last = format!("{told} rows are told, {came} came"),
        }
    }
    Err(Failed::Shape(last))
}

/// What one reading from the first page to the last came to.
enum Pass {
    /// Every row that was told.
    Whole,
    /// Fewer.
    Moved { told: u64, came: u64 },
}

async fn pass(
    api: &Granted,
    listing: &Listing<'_>,
    each: &mut impl FnMut(&[Value], Far),
) -> Result<Pass, Failed> {
    let mut tally = Tally::default();
    for number in 1..=MOST_PAGES {
        let query = query(listing.query, PAGE, number);
        let json = api.get(listing.path, &query, Class::Bulk).await;
        let json = json.map_err(Failed::Grant)?;
        let Page { rows, total } = page(&json)?;
        let news = tally.take(rows, total);
        let far = tally.far(rows.len());
        each(rows, far);
        if news == 0 || far.pages_left == 0 {
            break;
        }
    }
    Ok(match tally.told {
        Some(told) if tally.came() < told => Pass::Moved {
            told,
            came: tally.came(),
        },
        _ => Pass::Whole,
    })
}

/// What came of a listing.
#[derive(Debug, Default)]
struct Tally {
    ids: HashSet<i64>,
    /// Rows without an id.
    nameless: u64,
    told: Option<u64>,
}

impl Tally {
    /// Counts a page; says how many of its rows are new.
    fn take(&mut self, rows: &[Value], total: Option<u64>) -> u64 {
        let before = self.came();
        for row in rows {
            match row.get("id").and_then(|id| read::int(id).ok()) {
                Some(id) => {
                    self.ids.insert(id);
                }
                None => self.nameless += 1,
            }
        }
        self.told = total.or(self.told);
        self.came() - before
    }

    fn came(&self) -> u64 {
        self.ids.len() as u64 + self.nameless
    }

    /// Without a total only an empty page, or one without anything new, is the end: a server may give smaller pages than
    /// it is asked for.
    fn far(&self, page: usize) -> Far {
        let left = match self.told {
            Some(told) => told
                .saturating_sub(self.came())
                .div_ceil(page.max(1) as u64),
            None => 1,
        };
        Far {
            rows: self.came(),
            pages_left: left,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_list_is_found_under_whatever_name() {
        let named =
            json!({"record_count": 412, "page_no": 1, "clients": [{"id": 1}], "columns": []});
        let found = page(&named).unwrap();
        assert_eq!((found.rows.len(), found.total), (1, Some(412)));
        let other = json!({"record_count": "2", "recurring": [{"id": 1}, {"id": 2}]});
        assert_eq!(page(&other).unwrap().rows.len(), 2);
        let bare = json!([{"id": 1}]);
        assert_eq!(page(&bare).unwrap().total, None);
        let none = json!({"record_count": 0});
        assert!(page(&none).unwrap().rows.is_empty());
        for bad in [
            json!({"record_count": 3}),
            json!("x"),
            json!({"a": [], "b": []}),
        ] {
            assert!(page(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_came_is_counted_against_what_was_told() {
        let rows =
            |ids: std::ops::Range<i64>| -> Vec<Value> { ids.map(|id| json!({"id": id})).collect() };
        let mut tally = Tally::default();
        assert_eq!(tally.take(&rows(0..100), Some(250)), 100);
        assert_eq!(tally.far(100).pages_left, 2);
        assert_eq!(tally.take(&rows(100..200), Some(250)), 100);
        assert_eq!(tally.far(100).pages_left, 1);
        // One row moved to a page that was read already.
        assert_eq!(tally.take(&rows(199..249), Some(250)), 49);
        assert_eq!((tally.came(), tally.far(50).pages_left), (249, 1));
        let mut untold = Tally::default();
        untold.take(&rows(0..50), None);
        assert_eq!(untold.far(50).pages_left, 1, "perhaps a smaller page");
        assert_eq!(untold.take(&rows(0..50), None), 0, "the same page again");
    }
}
