//! Listings to their end. Rows are asked for by id, each page after the last one's highest: rows that come, go or change
//! meanwhile move no other row off its page, and no header has to be believed. Where a server does not heed that, pages are
//! asked for by their numbers.

use std::collections::HashSet;

use serde_json::Value;

use crate::http::json::read;
use crate::http::pacing::Class;
use crate::psa::session::{Failed, Session};

/// Rows of a page: the documented maximum.
const PAGE: usize = 1_000;
/// A server that gives less than it is asked for gives a round number: such a page may not be the last.
const ROUND: usize = 50;

/// What is asked for.
pub(super) struct Listing<'a> {
    /// The path below the base.
    pub path: &'a str,
    /// The fields of each row.
    pub fields: &'static str,
    /// A condition in ConnectWise's own language; empty for all rows.
    pub condition: &'a str,
    /// Whether a person waits.
    pub class: Class,
}

/// Where the next page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// After this id; none for the first page.
    After(Option<i64>),
    /// The page of this number: a server that keeps no order, or does not heed the condition on the id.
    Number(u64),
}

/// Every row of a listing; `each` gets a page at a time, and each row once.
pub(super) async fn list(
    session: &Session,
    listing: &Listing<'_>,
    mut each: impl FnMut(&[&Value]),
) -> Result<(), Failed> {
    let mut next = Next::After(None);
    let mut met = HashSet::new();
    loop {
        let query = query(listing, next);
        let page = session.get(listing.path, &query, listing.class).await?;
        let rows = page
            .as_array()
            .ok_or_else(|| Failed::Shape("the answer is no list".to_owned()))?;
        // By number, a row without an id may be one that was met.
        let nameless = matches!(next, Next::After(_));
        let is_fresh = |row: &&Value| id(row).map_or(nameless, |id| met.insert(id));
        let fresh: Vec<&Value> = rows.iter().filter(is_fresh).collect();
        each(&fresh);
        let Some(follows) = following(next, rows, fresh.len())? else {
            return Ok(());
        };
        next = follows;
    }
}

fn query(listing: &Listing<'_>, next: Next) -> Vec<(&'static str, String)> {
    let mut query = vec![
        ("pageSize", PAGE.to_string()),
        ("orderBy", "id asc".to_owned()),
        ("fields", listing.fields.to_owned()),
    ];
    let own = listing.condition;
    let condition = match (next, own) {
        (Next::After(Some(id)), "") => format!("id > {id}"),
        (Next::After(Some(id)), own) => format!("({own}) and id > {id}"),
        (Next::After(None) | Next::Number(_), own) => own.to_owned(),
    };
    if !condition.is_empty() {
        query.push(("conditions", condition));
    }
    if let Next::Number(number) = next {
        query.push(("page", number.to_string()));
    }
    query
}

/// What follows a page; none after the last one. `fresh` of its rows were not met before.
fn following(at: Next, rows: &[Value], fresh: usize) -> Result<Option<Next>, Failed> {
    let stuck = || Failed::Shape("the next page is one that was read".to_owned());
    match at {
        _ if fresh == rows.len() && is_last(rows.len()) => Ok(None),
        // The first page again: the condition is not heeded.
        Next::After(Some(_)) if fresh == 0 => Ok(Some(Next::Number(2))),
        Next::Number(_) if fresh == 0 && rows.len() >= PAGE => Err(stuck()),
        Next::Number(_) if fresh == 0 => Ok(None),
        Next::Number(number) => Ok(Some(Next::Number(number + 1))),
        Next::After(after) => match (highest(rows, after), after) {
            (Some(highest), _) => Ok(Some(Next::After(Some(highest)))),
            (None, None) => Ok(Some(Next::Number(2))),
            (None, Some(after)) => Err(Failed::Shape(format!(
                "the rows after {after} do not come in the order of their ids"
            ))),
        },
    }
}

fn is_last(rows: usize) -> bool {
    rows == 0 || (rows < PAGE && !rows.is_multiple_of(ROUND))
}

fn id(row: &Value) -> Option<i64> {
    read::int(row.get("id")?).ok()
}

/// The highest id of a page whose ids rise; none where they do not, and where there is none.
fn highest(rows: &[Value], after: Option<i64>) -> Option<i64> {
    let mut last = after;
    for id in rows.iter().filter_map(id) {
        last = (last.is_none_or(|last| id > last)).then_some(Some(id))?;
    }
    last.filter(|last| Some(*last) != after)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_that_may_have_been_cut_is_not_the_last() {
        let last: Vec<usize> = [0, 1, 25, 50, 250, 999, 1_000]
            .into_iter()
            .filter(|rows| is_last(*rows))
            .collect();
        assert_eq!(last, [0, 1, 25, 999]);
    }

    #[test]
    fn pages_follow_the_highest_id() {
        let rows = [json!({"id": 3}), json!({"name": "no id"}), json!({"id": 8})];
        assert_eq!(highest(&rows, Some(2)), Some(8));
        assert_eq!(highest(&[json!({"id": 8}), json!({"id": 3})], None), None);
        assert_eq!(highest(&rows, Some(3)), None, "the same page again");
        assert_eq!(highest(&[json!({})], Some(3)), None);
    }

    #[test]
    fn what_follows_a_page_depends_on_what_came() {
        let rows =
            |ids: std::ops::Range<i64>| -> Vec<Value> { ids.map(|id| json!({"id": id})).collect() };
        let follows = |at, rows: &[Value], fresh| following(at, rows, fresh).ok();
        let first = Next::After(None);
        assert_eq!(follows(first, &rows(1..8), 7), Some(None));
        let full = rows(1..1_001);
        let after = Next::After(Some(1_000));
        assert_eq!(follows(first, &full, 1_000), Some(Some(after)));
        assert_eq!(
            follows(after, &full, 0),
            Some(Some(Next::Number(2))),
            "not heeded"
        );
        let falling: Vec<Value> = full.iter().rev().cloned().collect();
        assert_eq!(follows(first, &falling, 1_000), Some(Some(Next::Number(2))));
        assert_eq!(follows(after, &falling, 1_000), None, "rows would be lost");
        let second = Next::Number(2);
        assert_eq!(follows(second, &full, 1_000), Some(Some(Next::Number(3))));
        assert_eq!(
            follows(second, &rows(1..51), 0),
            Some(None),
            "there was one page"
        );
        assert_eq!(
            follows(second, &full, 0),
            None,
            "pages that repeat are no end"
        );
    }

    #[test]
    fn conditions_are_joined() {
        let listing = Listing {
            path: "/x",
            fields: "id",
            condition: "a = 1 or b = 2",
            class: Class::Bulk,
        };
        let asked = |next, wanted: &str| {
            let query = query(&listing, next).into_iter();
            query
                .filter(|(key, _)| *key == wanted)
                .map(|(_, value)| value)
                .next()
        };
        let own = Some("a = 1 or b = 2");
        assert_eq!(asked(Next::After(None), "conditions").as_deref(), own);
        assert_eq!(
            asked(Next::After(Some(7)), "conditions").as_deref(),
            Some("(a = 1 or b = 2) and id > 7")
        );
        assert_eq!(asked(Next::Number(3), "conditions").as_deref(), own);
        assert_eq!(asked(Next::Number(3), "page").as_deref(), Some("3"));
    }
}
