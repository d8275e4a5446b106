//! Ion's account-wide subscription listing: `pagination.limit` and `pagination.offset`, the offset advanced by the rows
//! received, since the server may cap the page (vendor's OpenAPI document; its SDK adds the limit and loses rows).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::customers::NotAListing;
use super::subscription_row::map;
use crate::distributor::twins::last_of_each;
use crate::distributor::{Cursor, Page};
use crate::domain::subscription::CostPeriod;
use crate::http::json::read;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

const ANSWER_SHAPE: Shape = Shape {
    path: "subscriptions answer",
    fields: &[
        always("items", Kind::List),
        always("paginationResponse", Kind::Object),
    ],
};

const PAGING_SHAPE: Shape = Shape {
    path: "subscriptions answer.paginationResponse",
    fields: &[
        always("totalSize", Kind::Number),
        often("totalCount", Kind::Text),
    ],
};

/// Where the next page of subscriptions starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Rows to skip: as many as were received.
    pub offset: u64,
    /// The largest page that the server gave so far.
    pub size: u64,
    /// The total that the last page told.
    pub total: Option<u64>,
    /// The id of the last page's first row: a server that ignores the offset shows it again.
    pub first: String,
    /// How many pages were read before.
    pub pages: u32,
}

impl Place {
    pub fn of(cursor: &Cursor) -> Option<Self> {
        serde_json::from_str(&cursor.0).ok()
    }

    fn cursor(&self) -> Option<Cursor> {
        serde_json::to_string(self).ok().map(Cursor)
    }
}

/// The query of a page.
pub(super) fn query(limit: u64, place: Option<&Place>) -> Vec<(&'static str, String)> {
    let offset = place.map_or(0, |place| place.offset);
    vec![
        ("pagination.limit", limit.to_string()),
        ("pagination.offset", offset.to_string()),
    ]
}

/// Reads a page.
pub(super) fn page(
    json: &Value,
    place: Option<&Place>,
    period: CostPeriod,
    surprises: &Surprises,
) -> Result<Page, NotAListing> {
    let Parts {
        rows,
        total,
        has_token,
    } = parts(json, surprises)?;
    let received = rows.len() as u64;
    // A total of 0 beside rows is a field that was not set.
    let total = total.filter(|total| *total > 0 || received == 0);
    let mut page = Page {
        received,
        total,
        ..Page::default()
    };
    for value in rows {
        match map(value, period, surprises) {
            Ok(subscription) => page.subscriptions.push(subscription),
            Err(row) => page.quarantined.push(row),
        }
    }
    page.subscriptions = last_of_each(page.subscriptions, |row| row.id.clone());
    let usable = page.subscriptions.len() + page.quarantined.len();
    if usable < rows.len() {
        page.twice = (rows.len() - usable) as u64;
        page.notes.push(format!(
            "{} subscriptions were listed twice on one page",
            page.twice
        ));
    }
    if has_token {
        page.notes.push(
            "the listing of subscriptions has a nextPageToken, which no document knows".to_owned(),
        );
    }
    let before = place.and_then(|place| place.total);
    if let (Some(was), Some(is)) = (before, total)
        && was != is
    {
        page.notes.push(format!(
            "the listing of subscriptions moved while it was read: {was} rows, then {is}"
        ));
    }
    let offset = place.map_or(0, |place| place.offset) + received;
    let total = total.or(before);
    // More rows than the total means that the total is wrong or moved: only an empty page is the end then.
    let ended = received == 0 || total == Some(offset);
    if ended {
        if let Some(total) = total.filter(|total| offset < *total) {
            page.notes.push(format!(
                "the listing of subscriptions ended at row {offset} of {total}"
            ));
        }
        page.requests_left = Some(0);
        return Ok(page);
    }
    let first = rows
        .first()
        .and_then(|row| row.get("id"))
        .map(read::text)
        .unwrap_or_default();
    if place.is_some_and(|place| !first.is_empty() && place.first == first) {
        return Err(NotAListing(
            "the same page came again: the server ignores the offset",
        ));
    }
    let size = place.map_or(0, |place| place.size).max(received);
    page.requests_left = total.map(|total| total.saturating_sub(offset).div_ceil(size).max(1));
    let pages = place.map_or(0, |place| place.pages) + 1;
    page.next = Place {
        offset,
        size,
        total,
        first,
        pages,
    }
    .cursor();
    Ok(page)
}

struct Parts<'a> {
    rows: &'a [Value],
    total: Option<u64>,
    has_token: bool,
}

fn parts<'a>(json: &'a Value, surprises: &Surprises) -> Result<Parts<'a>, NotAListing> {
    if json.is_array() {
        surprises.count("subscriptions answer", Odd::TypeChanged, || {
            "list instead of object".to_owned()
        });
        return Ok(Parts {
            rows: read::list_or_one(json),
            total: None,
            has_token: false,
        });
    }
    let answer =
        Row::of(json, &ANSWER_SHAPE, surprises).ok_or(NotAListing("the answer is no object"))?;
    let paging = answer.child("paginationResponse", &PAGING_SHAPE, surprises);
    let count = |key: &str| {
        let told = paging.and_then(|paging| paging.int(key).ok().flatten());
        told.and_then(|n| u64::try_from(n).ok())
    };
    let rows = match answer.list_or_one("items") {
        Some(rows) => rows,
        None if answer
            .keys()
            .all(|key| matches!(key, "items" | "paginationResponse" | "nextPageToken")) =>
        {
            &[]
        }
        None => return Err(NotAListing("the answer has no list of subscriptions")),
    };
    Ok(Parts {
        rows,
        total: count("totalSize").or_else(|| count("totalCount")),
        has_token: answer
            .get("nextPageToken")
            .and_then(Value::as_str)
            .is_some_and(|token| !token.is_empty()),
    })
}

#[cfg(test)]
mod tests;
