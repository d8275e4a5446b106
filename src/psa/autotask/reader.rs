//! Reads entities one after the other, and tells how far it is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::problems;
use super::query::query;
use crate::domain::problem::Problem;
use crate::domain::subscription::Quarantined;
use crate::http::json::read;
use crate::http::pacing::Class;
use crate::psa::session::{Failed, Session};
use crate::psa::{PageRead, Told};

/// The requests of a reading of a small account, for the way that is still to go.
const QUERIES_OF_A_READING: u64 = 9;

/// A reading that is under way.
pub(super) struct Reader<'a> {
    pub session: Session,
    told: &'a dyn Told,
    queries: u64,
    /// Rows that cannot be used.
    pub quarantined: Vec<Quarantined>,
}

impl<'a> Reader<'a> {
    /// One that has read nothing yet.
    pub fn new(session: Session, told: &'a dyn Told) -> Self {
        Self {
            session,
            told,
            queries: 0,
            quarantined: Vec::new(),
        }
    }

    /// Every row of an entity that fulfils the conditions.
    pub async fn all<T>(
        &mut self,
        entity: &'static str,
        conditions: &[Value],
        read: impl Fn(&Value) -> Result<T, Quarantined>,
    ) -> Result<Vec<T>, Problem> {
        let (mut rows, mut bad) = (Vec::new(), Vec::new());
        let listed = query(&self.session, entity, conditions, |page| {
            for value in page {
                match read(value) {
                    Ok(row) => rows.push(row),
                    Err(row) => bad.push(row),
                }
            }
        })
        .await;
        listed.map_err(|failed| problems::reading(&failed, entity))?;
        self.quarantined.extend(bad);
        self.queries += 1;
        self.told.page(PageRead {
            listing: entity,
            rows: rows.len() as u64,
            requests_left: Some(QUERIES_OF_A_READING.saturating_sub(self.queries)),
        });
        Ok(rows)
    }
}

/// The account's words for the numbers of a field: pick lists have numbers of their own in each account.
pub(super) async fn pick_list(
    session: &Session,
    entity: &str,
    field: &str,
    class: Class,
) -> Result<BTreeMap<String, String>, Problem> {
    let path = format!("/V1.0/{entity}/entityInformation/fields");
    let answer = session.get(&path, &[], class).await;
    let json =
        answer.map_err(|failed| problems::reading(&failed, &format!("fields of {entity}")))?;
    let fields = json
        .get("fields")
        .map(read::list_or_one)
        .unwrap_or_default();
    let found = fields.iter().find(|f| f["name"] == field);
    let values = found.and_then(|f| f.get("picklistValues"));
    let values = values.map(read::list_or_one).unwrap_or_default().iter();
    let word = |value: &Value| {
        Some((
            read::text(value.get("value")?),
            read::text(value.get("label")?),
        ))
    };
    Ok(values.filter_map(word).collect())
}

/// How many rows of an entity fulfil the conditions; a person waits.
pub(super) async fn count(
    session: &Session,
    entity: &str,
    conditions: &[Value],
) -> Result<u64, Problem> {
    let mut items = conditions.to_vec();
    items.push(condition("gt", "id", 0.into()));
    let filter = json!({ "filter": [{ "op": "and", "items": items }] }).to_string();
    let path = format!("/V1.0/{entity}/query/count");
    let answer = session
        .get(&path, &[("search", filter)], Class::Interactive)
        .await;
    let json = answer.map_err(|failed| problems::reading(&failed, entity))?;
    let count = json.get("queryCount").and_then(|n| read::int(n).ok());
    count.and_then(|n| u64::try_from(n).ok()).ok_or_else(|| {
        let why = "the answer holds no count".to_owned();
        problems::reading(&Failed::Shape(why), entity)
    })
}

/// A condition on a field.
pub(super) fn condition(op: &str, field: &str, value: Value) -> Value {
    json!({"op": op, "field": field, "value": value})
}
