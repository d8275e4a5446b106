//! Pages by number, from 0 (OAS): where one is, what an answer holds, and where it ends.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::distributor::{Cursor, Reach};
use crate::http::json::read;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

/// The largest page that is documented; what a larger one does is not said.
pub(super) const LARGEST_PAGE: u64 = 200;

/// Asked for where the largest is refused.
pub(super) const MODEST_PAGE: u64 = 100;

/// No listing has more pages than this.
const MOST_PAGES: u64 = 2_000;

const ANSWER_SHAPE: Shape = Shape {
    path: "answer",
    fields: &[always("content", Kind::List), often("page", Kind::Object)],
};

const PAGE_SHAPE: Shape = Shape {
    path: "answer.page",
    fields: &[
        always("size", Kind::Number),
        always("totalElements", Kind::Number),
        always("totalPages", Kind::Number),
        always("number", Kind::Number),
    ],
};

/// A page that is not the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub page: u64,
    /// The page size that was asked for: numbers count in it.
    pub size: u64,
    /// Rows in the whole listing, as the first page told.
    pub total: Option<u64>,
    /// The id of the first row of the page before.
    pub first: String,
}

impl Place {
    pub fn of(cursor: &Cursor) -> Option<Self> {
        serde_json::from_str(&cursor.0).ok()
    }

    pub fn cursor(&self) -> Option<Cursor> {
        serde_json::to_string(self).ok().map(Cursor)
    }
}

/// The query of a page.
pub(super) fn query(
    size: u64,
    place: Option<&Place>,
    sort: Option<&str>,
) -> Vec<(&'static str, String)> {
    let page = place.map_or(0, |place| place.page);
    let mut query = vec![("page", page.to_string()), ("size", size.to_string())];
    query.extend(sort.map(|sort| ("sort", sort.to_owned())));
    query
}

/// The answer is no page, in words.
#[derive(Debug)]
pub(super) struct NotAListing(pub &'static str);

/// A page of rows that are not yet understood.
#[derive(Debug)]
pub(super) struct Listed<'a> {
    pub rows: &'a [Value],
    pub total: Option<u64>,
    pub next: Option<Place>,
    pub pages_left: Option<u64>,
    pub notes: Vec<String>,
    /// Moved at the end of a listing whose total is another one than at its beginning.
    pub reach: Reach,
}

impl Listed<'_> {
    /// Nothing more.
    fn ended() -> Self {
        Self {
            rows: &[],
            total: None,
            next: None,
            pages_left: Some(0),
            notes: Vec::new(),
            reach: Reach::Whole,
        }
    }
}

/// Reads a page that was asked for with this size at this place.
pub(super) fn read<'a>(
    json: &'a Value,
    size: u64,
    place: Option<&Place>,
    surprises: &Surprises,
) -> Result<Listed<'a>, NotAListing> {
    let (rows, page) = parts(json, surprises)?;
    let number = place.map_or(0, |place| place.page);
    let received = rows.len() as u64;
    let count = |key: &str| {
        let told = page.and_then(|page| page.int(key).ok().flatten());
        told.and_then(|n| u64::try_from(n).ok())
    };
    // A total of 0 beside rows is a field that was not set.
    let told = |key: &str| count(key).filter(|n| *n > 0 || received == 0);
    let (total, pages) = (told("totalElements"), told("totalPages"));
    let learned = count("size").filter(|n| (1..=size).contains(n));
    let first = rows.first().and_then(|row| row.get("id")).map(read::text);
    let first = first.unwrap_or_default();
    if place.is_some_and(|place| !first.is_empty() && place.first == first) {
        let pages_nothing = (total, pages, learned) == (None, None, None);
        return match pages_nothing {
            // One list without a word of pages: it was whole.
            true => Ok(Listed::ended()),
            false => Err(NotAListing(
                "the same page came again: the server ignores its number",
            )),
        };
    }
    if let Some(other) = count("number").filter(|told| *told != number) {
        surprises.count("answer.page.number", Odd::Contradiction, || {
            format!("page {other} came where {number} was asked for")
        });
    }
    if number + 1 >= MOST_PAGES {
        return Err(NotAListing("2,000 pages and no end"));
    }
    let by_total = total.map(|total| total.div_ceil(learned.unwrap_or(size)));
    let pages = pages.or(by_total);
    let is_short = learned.is_some_and(|learned| received < learned);
    let ended = received == 0 || pages.map_or(is_short, |pages| number + 1 >= pages);
    let begun_with = place.map_or(total, |place| place.total);
    let mut listed = Listed {
        rows,
        total,
        ..Listed::ended()
    };
    if let (Some(was), Some(is)) = (begun_with, total)
        && was != is
    {
        let words = format!("the listing moved while it was read: {was} rows, then {is}");
        listed.notes.push(words);
        if ended {
            listed.reach = Reach::Moved;
        }
    }
    if ended {
        if let Some(pages) = pages.filter(|pages| number + 1 < *pages) {
            let words = format!("the listing ended at page {} of {pages}", number + 1);
            listed.notes.push(words);
            listed.reach = Reach::Moved;
        }
        return Ok(listed);
    }
    listed.pages_left = pages.map(|pages| pages - number - 1);
    listed.next = Some(Place {
        page: number + 1,
        size,
        total: begun_with,
        first,
    });
    Ok(listed)
}

/// The rows and what is told of the page. An absent list is an empty page only if nothing else speaks against it: an
/// error told with status 200 must not look like "no companies".
fn parts<'a>(
    json: &'a Value,
    surprises: &Surprises,
) -> Result<(&'a [Value], Option<Row<'a>>), NotAListing> {
    if json.is_array() {
        surprises.count("answer", Odd::TypeChanged, || {
            "list instead of object".to_owned()
        });
        return Ok((read::list_or_one(json), None));
    }
    let answer =
        Row::of(json, &ANSWER_SHAPE, surprises).ok_or(NotAListing("the answer is no object"))?;
    let page = answer.child("page", &PAGE_SHAPE, surprises);
    match answer.list_or_one("content") {
        Some(rows) => Ok((rows, page)),
        None if page.is_some() || answer.keys().all(|key| key == "content") => Ok((&[], page)),
        None => Err(NotAListing("the answer has no content")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(from: u64, count: u64) -> Vec<Value> {
        (from..from + count)
            .map(|n| json!({"id": format!("r{n}")}))
            .collect()
    }

    fn place(page: u64, total: Option<u64>) -> Place {
        Place {
            page,
            size: 200,
            total,
            first: "before".to_owned(),
        }
    }

    fn next(json: &Value, at: Option<&Place>) -> Option<u64> {
        let listed = read(json, 200, at, &Surprises::default()).unwrap();
        listed.next.map(|place| place.page)
    }

    #[test]
    fn totals_decide_the_end() {
        let page = |number: u64, pages: u64, total: u64| {
            json!({"content": rows(number * 200, 200),
                   "page": {"size": 200, "totalElements": total, "totalPages": pages, "number": number}})
        };
        assert_eq!(next(&page(0, 2, 201), None), Some(1));
        assert_eq!(next(&page(1, 2, 201), Some(&place(1, Some(201)))), None);
        let empty = json!({"content": [], "page": {"size": 200, "totalElements": 0, "totalPages": 0, "number": 0}});
        assert_eq!(next(&empty, None), None);
        // a smaller page than asked for: numbers count in it
        let capped = json!({"content": rows(0, 50), "page": {"size": 50, "totalElements": 120}});
        assert_eq!(next(&capped, None), Some(1));
        assert_eq!(next(&capped, Some(&place(2, Some(120)))), None);
    }

    #[test]
    fn without_totals_a_short_or_empty_page_is_the_end() {
        let sized = |n| json!({"content": rows(0, n), "page": {"size": 200}});
        assert_eq!(next(&sized(200), None), Some(1));
        assert_eq!(next(&sized(199), None), None);
        let bare = |n| json!({"content": rows(0, n)});
        assert_eq!(next(&bare(7), None), Some(1));
        assert_eq!(next(&bare(0), Some(&place(1, None))), None);
        let unset = json!({"content": rows(0, 200), "page": {"totalElements": 0, "totalPages": 0}});
        assert_eq!(next(&unset, None), Some(1));
    }

    #[test]
    fn a_listing_that_moves_or_circles_is_noticed() {
        let last = json!({"content": rows(200, 3), "page": {"size": 200, "totalElements": 203, "totalPages": 2, "number": 1}});
        let listed = read(
            &last,
            200,
            Some(&place(1, Some(201))),
            &Surprises::default(),
        )
        .unwrap();
        assert_eq!(listed.reach, Reach::Moved, "{listed:?}");
        let again = json!({"content": [{"id": "before"}], "page": {"size": 200, "totalPages": 3}});
        assert!(read(&again, 200, Some(&place(1, None)), &Surprises::default()).is_err());
        let bare = json!([{"id": "before"}]);
        let whole = read(&bare, 200, Some(&place(1, None)), &Surprises::default()).unwrap();
        assert!(whole.rows.is_empty() && whole.next.is_none(), "{whole:?}");
        let lost = json!({"content": [], "page": {"size": 200, "totalPages": 9, "number": 1}});
        let lost = read(&lost, 200, Some(&place(1, None)), &Surprises::default());
        assert_eq!(lost.unwrap().reach, Reach::Moved);
        for no_page in [json!({"message": "sorry"}), json!("x"), json!(null)] {
            assert!(
                read(&no_page, 200, None, &Surprises::default()).is_err(),
                "{no_page}"
            );
        }
    }
}
