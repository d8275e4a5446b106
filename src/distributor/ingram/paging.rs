//! Pages by `offset` and `limit`; `{"data": […], "pagination": {"offset", "limit", "total"}}`, where `pagination` may be
//! absent (the vendor's documents have it for customers; for subscriptions only newer clients read it).
//!
//! Rows come newest first, so that one made meanwhile shifts the pages: a total that changes is remembered to the end of
//! the listing, which is then read again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::distributor::Cursor;
use crate::http::json::read;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

/// The page size that is asked for; the largest seen to work is 500, the documented usual one 10.
pub(super) const LIMIT: u64 = 100;

/// No smaller page is asked for.
pub(super) const LEAST_LIMIT: u64 = 10;

/// No listing has more rows than this.
const MOST_ROWS: u64 = 2_000_000;

const ANSWER_SHAPE: Shape = Shape {
    path: "answer",
    fields: &[
        always("data", Kind::List),
        often("pagination", Kind::Object),
    ],
};

const PAGINATION_SHAPE: Shape = Shape {
    path: "answer.pagination",
    fields: &[
        always("offset", Kind::Number),
        always("limit", Kind::Number),
        always("total", Kind::Number),
    ],
};

/// The answer is no page of a listing, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAPage(pub &'static str);

/// Where a listing goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Rows to skip.
    pub offset: u64,
    /// The page size that the server takes.
    pub limit: u64,
    /// Rows of the page at `offset` whose details are read.
    #[serde(default)]
    pub within: usize,
    /// The total that was told first.
    #[serde(default)]
    pub total: Option<u64>,
    /// True once another total was told.
    #[serde(default)]
    pub moved: bool,
    /// Rows that are kept beyond one for each listed row, less those that could not be read.
    #[serde(default)]
    pub extra: i64,
    /// Where the server breaks over the whole list, it is read by customer: the last one that was read.
    #[serde(default)]
    pub customer: Option<String>,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            offset: 0,
            limit: LIMIT,
            within: 0,
            total: None,
            moved: false,
            extra: 0,
            customer: None,
        }
    }
}

impl Place {
    /// The place of a cursor, or the first one.
    pub fn of(cursor: Option<&Cursor>) -> Self {
        let read = cursor.and_then(|cursor| serde_json::from_str(&cursor.0).ok());
        read.unwrap_or_default()
    }

    /// It as a cursor.
    pub fn cursor(&self) -> Option<Cursor> {
        serde_json::to_string(self).ok().map(Cursor)
    }

    /// The query of its page.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("offset", self.offset.to_string()),
            ("limit", self.limit.to_string()),
        ]
    }

    /// True for a listing's first row.
    pub fn is_first(&self) -> bool {
        (self.offset, self.within) == (0, 0) && self.customer.is_none()
    }

    /// Goes past a page; none at the end. A short page is the end only where no total says otherwise.
    pub fn after(&self, page: &Rows<'_>) -> (Place, Ended) {
        let received = page.rows.len() as u64;
        let offset = self.offset + received;
        let moved = self.moved || self.total.zip(page.total).is_some_and(|(a, b)| a != b);
        let next = Place {
            offset,
            within: 0,
            total: self.total.or(page.total),
            moved,
            ..self.clone()
        };
        let last = match page.total {
            Some(total) => offset >= total,
            None => received < self.limit,
        };
        let ended = match received == 0 || last || offset >= MOST_ROWS {
            true => Ended::Yes,
            false => Ended::No,
        };
        (next, ended)
    }
}

/// Whether a listing goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// That was the last page.
    Yes,
    /// There is another one.
    No,
}

/// The rows of a page.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    /// As they came.
    pub rows: &'a [Value],
    /// In the whole listing, if the server tells.
    pub total: Option<u64>,
}

/// Reads a page. An absent list is no empty page: an error that is told with status 200 must not look like one.
pub(super) fn rows<'a>(json: &'a Value, surprises: &Surprises) -> Result<Rows<'a>, NotAPage> {
    if json.is_array() {
        surprises.count("answer", Odd::TypeChanged, || {
            "list instead of object".to_owned()
        });
        let rows = read::list_or_one(json);
        return Ok(Rows { rows, total: None });
    }
    let answer =
        Row::of(json, &ANSWER_SHAPE, surprises).ok_or(NotAPage("the answer is no object"))?;
    let pagination = answer.child("pagination", &PAGINATION_SHAPE, surprises);
    let total = pagination.and_then(|p| p.int("total").ok().flatten());
    let total = total.and_then(|n| u64::try_from(n).ok());
    let rows = match answer.list_or_one("data") {
        Some(rows) => rows,
        None if pagination.is_some() => &[],
        None => return Err(NotAPage("the answer has no list of data")),
    };
    // A total of 0 beside rows is a field that was not set.
    let total = total.filter(|total| *total > 0 || rows.is_empty());
    Ok(Rows { rows, total })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn page(rows: usize, total: Option<u64>) -> Value {
        let mut json = json!({"data": vec![json!({}); rows]});
        if let Some(total) = total {
            json["pagination"] = json!({"offset": 0, "limit": 100, "total": total});
        }
        json
    }

    fn next(place: &Place, json: &Value) -> (Place, Ended) {
        place.after(&rows(json, &Surprises::default()).unwrap())
    }

    #[test]
    fn a_total_tells_the_end_and_without_it_a_short_page_does() {
        let first = Place::default();
        assert_eq!(next(&first, &page(100, Some(150))).1, Ended::No);
        assert_eq!(next(&first, &page(100, Some(100))).1, Ended::Yes);
        assert_eq!(
            next(&first, &page(30, Some(150))).1,
            Ended::No,
            "a smaller page than asked for"
        );
        assert_eq!(next(&first, &page(100, None)).1, Ended::No);
        assert_eq!(next(&first, &page(99, None)).1, Ended::Yes);
        assert_eq!(next(&first, &page(0, Some(150))).1, Ended::Yes);
    }

    #[test]
    fn a_total_that_changed_is_remembered_to_the_end() {
        let (second, _) = next(&Place::default(), &page(100, Some(250)));
        assert!(!second.moved);
        let (third, _) = next(&second, &page(100, Some(251)));
        assert!(third.moved);
        let (last, ended) = next(&third, &page(51, Some(250)));
        assert_eq!((last.moved, ended), (true, Ended::Yes));
        assert_eq!(Place::of(last.cursor().as_ref()), last);
    }

    #[test]
    fn what_is_no_page_is_not_taken_for_an_empty_one() {
        let read = |json: Value| rows(&json, &Surprises::default()).map(|r| r.rows.len());
        assert_eq!(
            read(json!({"data": null, "pagination": {"total": 0}})),
            Ok(0)
        );
        assert_eq!(read(json!([{}, {}])), Ok(2));
        assert!(read(json!({"message": "oops", "status": 500})).is_err());
        assert!(read(json!(7)).is_err());
    }

    proptest! {
        #[test]
        fn any_answer_and_any_cursor_is_read(value in crate::http::testing::any_json(), text in ".{0,60}") {
            let surprises = Surprises::default();
            let _ = rows(&value, &surprises);
            if let Ok(page) = rows(&json!({"data": value, "pagination": value}), &surprises) {
                let _ = Place::default().after(&page);
            }
            let _ = Place::of(Some(&Cursor(text)));
        }
    }
}
