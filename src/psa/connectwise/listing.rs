//! Listings to their end. Rows are asked for by id, each page after the last one's highest: rows that come, go or change
//! meanwhile move no other row off its page, and no header has to be believed.

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
}

/// Every row of a listing; `each` gets a page at a time.
pub(super) async fn list(
    session: &Session,
    listing: &Listing<'_>,
    mut each: impl FnMut(&[Value]),
) -> Result<(), Failed> {
    let mut after = None;
    loop {
        let query = query(listing, after);
        let page = session.get(listing.path, &query, Class::Bulk).await?;
        let rows = page
            .as_array()
            .ok_or_else(|| Failed::Shape("the answer is no list".to_owned()))?;
        each(rows);
        if is_last(rows.len()) {
            return Ok(());
        }
        after = Some(last_id(rows, after)?);
    }
}

fn query(listing: &Listing<'_>, after: Option<i64>) -> Vec<(&'static str, String)> {
    let after = after.map(|id| format!("id > {id}"));
    let own = (!listing.condition.is_empty()).then(|| match after {
        Some(_) => format!("({})", listing.condition),
        None => listing.condition.to_owned(),
    });
    let conditions: Vec<String> = own.into_iter().chain(after).collect();
    let mut query = vec![
        ("pageSize", PAGE.to_string()),
        ("orderBy", "id asc".to_owned()),
        ("fields", listing.fields.to_owned()),
    ];
    if !conditions.is_empty() {
        query.push(("conditions", conditions.join(" and ")));
    }
    query
}

fn is_last(rows: usize) -> bool {
    rows == 0 || (rows < PAGE && !rows.is_multiple_of(ROUND))
}

/// The highest id of a page. Ids that do not rise mean that the order was not kept, and rows would be lost.
fn last_id(rows: &[Value], after: Option<i64>) -> Result<i64, Failed> {
    let ids = rows.iter().filter_map(|row| read::int(row.get("id")?).ok());
    let mut last = after;
    for id in ids {
        if last.is_some_and(|last| id <= last) {
            return Err(Failed::Shape(format!(
                "the rows do not come in the order of their ids: {id} after {}",
                last.unwrap_or_default()
            )));
        }
        last = Some(id);
    }
    match last {
        Some(last) if after != Some(last) => Ok(last),
        _ => Err(Failed::Shape("a page of rows without ids".to_owned())),
    }
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
        assert_eq!(last_id(&rows, Some(2)).ok(), Some(8));
        assert!(last_id(&[json!({"id": 8}), json!({"id": 3})], None).is_err());
        assert!(last_id(&rows, Some(3)).is_err(), "the same page again");
        assert!(last_id(&[json!({})], Some(3)).is_err());
    }

    #[test]
    fn conditions_are_joined() {
        let listing = Listing {
            path: "/x",
            fields: "id",
            condition: "a = 1 or b = 2",
        };
        let condition = |after| {
            let query = query(&listing, after);
            query
                .into_iter()
                .find(|(key, _)| *key == "conditions")
                .map(|(_, value)| value)
        };
        assert_eq!(condition(None).as_deref(), Some("a = 1 or b = 2"));
        assert_eq!(
            condition(Some(7)).as_deref(),
            Some("(a = 1 or b = 2) and id > 7")
        );
    }
}
