//! Sherweb's customers, `GET /customers`: one answer without paging. Of each no more than a name is told: no address,
//! domain, phone or other id (vendor's OpenAPI document).

use std::collections::BTreeMap;

use serde_json::Value;

use super::answer::{ITEMS, NotAList, items};
use crate::distributor::quarantine::quarantined;
use crate::distributor::twins::last_of_each;
use crate::distributor::{Page, Stream};
use crate::domain::ids::VendorCustomerId;
use crate::domain::party::{Profile, VendorCustomer};
use crate::domain::subscription::Quarantined;
use crate::domain::time::Ts;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

const ANSWER_SHAPE: Shape = Shape {
    path: "customers answer",
    fields: ITEMS,
};

const SHAPE: Shape = Shape {
    path: "customers",
    fields: &[
        always("id", Kind::Text),
        always("displayName", Kind::Text),
        often("path", Kind::List),
        often("suspendedOn", Kind::Text),
    ],
};

/// What the reading of subscriptions has to know of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    /// What charges may call it; empty where another customer has the same name.
    pub name: String,
    /// True once Sherweb has suspended it; its subscriptions go on and still cost.
    pub suspended: bool,
}

/// The customers by id: the order in which their subscriptions are read.
pub(super) type Holders = BTreeMap<VendorCustomerId, Holder>;

/// Reads the answer.
pub(super) fn listing(
    json: &Value,
    now: Ts,
    surprises: &Surprises,
) -> Result<(Page, Holders), NotAList> {
    let rows = items(json, &ANSWER_SHAPE, surprises)?;
    let mut page = Page {
        received: rows.len() as u64,
        requests_left: Some(0),
        ..Page::default()
    };
    let mut found = Vec::with_capacity(rows.len());
    for value in rows {
        match map(value, now, surprises) {
            Ok(pair) => found.push(pair),
            Err(row) => page.quarantined.push(row),
        }
    }
    let once = last_of_each(found, |(customer, _)| customer.id.clone());
    let twice = rows.len() - page.quarantined.len() - once.len();
    if twice > 0 {
        page.notes
            .push(format!("{twice} customers were listed twice"));
    }
    let mut holders = Holders::new();
    for (customer, suspended) in once {
        let name = customer.profile.name.clone();
        holders.insert(customer.id.clone(), Holder { name, suspended });
        page.customers.push(customer);
    }
    forget_shared_names(&mut holders);
    Ok((page, holders))
}

/// A name that two customers bear says of neither whose a charge is.
fn forget_shared_names(holders: &mut Holders) {
    let mut bearers: BTreeMap<String, u32> = BTreeMap::new();
    for holder in holders.values() {
        *bearers.entry(folded(&holder.name)).or_default() += 1;
    }
    for holder in holders.values_mut() {
        if bearers.get(&folded(&holder.name)).is_some_and(|n| *n > 1) {
            holder.name.clear();
        }
    }
}

/// A name as it is compared: case and white space do not count.
pub(super) fn folded(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

fn map(
    value: &Value,
    now: Ts,
    surprises: &Surprises,
) -> Result<(VendorCustomer, bool), Quarantined> {
    let aside = |reason: &str| quarantined(Stream::Customers, value, &["id"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| aside("the row is no object"))?;
    let id = row.id("id").map_err(|reason| aside(&reason))?;
    if id.contains('/') {
        return Err(aside("id holds a slash"));
    }
    let depth = row.list_or_one("path").map_or(0, <[Value]>::len);
    surprises
        .seen
        .count("customers.path (levels)", &depth.to_string());
    let suspended = row.get("suspendedOn").is_some();
    let began = row.time("suspendedOn").is_none_or(|since| since <= now);
    let customer = VendorCustomer {
        id: VendorCustomerId::new(id),
        profile: Profile {
            name: row.text("displayName"),
            ..Profile::default()
        },
        psa_id_hint: None,
    };
    Ok((customer, suspended && began))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn now() -> Ts {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn read(json: &Value) -> (Page, Holders) {
        listing(json, now(), &Surprises::default()).unwrap()
    }

    #[test]
    fn the_documented_answer_is_read() {
        let (page, holders) = read(&json!({"items": [
            {"id": "1f0e8f9a-1111-4222-8333-444455556666", "displayName": "Harbour Dental Group",
             "path": ["Contoso MSP", "Harbour Dental Group"], "suspendedOn": null},
            {"id": "2", "displayName": "Élan", "suspendedOn": "2026-01-03T10:00:00.1234567"},
            {"id": "3", "displayName": "Later", "suspendedOn": "2027-01-03T10:00:00Z"}]}));
        let names: Vec<_> = page
            .customers
            .iter()
            .map(|c| c.profile.name.as_str())
            .collect();
        assert_eq!(names, ["Harbour Dental Group", "Élan", "Later"]);
        let suspended: Vec<_> = holders.values().map(|h| h.suspended).collect();
        assert_eq!(suspended, [false, true, false]);
        assert_eq!((page.received, page.next), (3, None));
    }

    #[test]
    fn a_row_without_an_id_is_put_aside_and_twins_count_once() {
        let (page, holders) = read(&json!({"items": [
            {"displayName": "Nameless"}, {"id": "../x", "displayName": "Climber"}, 7,
            {"id": "1", "displayName": "Old"}, {"id": "1", "displayName": "New"}]}));
        let reasons: Vec<_> = page.quarantined.iter().map(|q| q.reason.as_str()).collect();
        assert_eq!(
            reasons,
            ["id is missing", "id holds a slash", "the row is no object"]
        );
        assert_eq!((page.customers.len(), holders.len()), (1, 1));
        assert_eq!(page.notes, ["1 customers were listed twice"]);
    }

    #[test]
    fn a_name_of_two_customers_says_nothing() {
        let (_, holders) = read(&json!({"items": [
            {"id": "1", "displayName": "Harbour  Dental"}, {"id": "2", "displayName": "HARBOUR dental"},
            {"id": "3", "displayName": "Quay"}]}));
        let names: Vec<_> = holders.values().map(|h| h.name.as_str()).collect();
        assert_eq!(names, ["", "", "Quay"]);
    }

    proptest! {
        #[test]
        fn any_answer_is_read(value in crate::http::testing::any_json()) {
            let surprises = Surprises::default();
            let _ = listing(&value, now(), &surprises);
            let _ = listing(&json!({"items": [value]}), now(), &surprises);
        }
    }
}
