//! The customers' resources.

use serde_json::{Map, Value, json};

use super::super::party::Customer;
use super::super::server::Query;
use super::super::server::Reply;
use super::super::wire::time;
use super::super::world::World;
use super::dialect::Manner;
use super::errors;
use super::paging::Slice;

/// `GET …/customers`: by `pageSize` and `pageToken`.
pub(super) fn list(
    world: &World,
    query: &Query,
    cap: usize,
    manner: Manner,
    request: &str,
) -> Reply {
    let slice = match Slice::of(query, cap, request) {
        Ok(slice) => slice,
        Err(refused) => return refused,
    };
    let rows: Vec<&Customer> = world
        .customers
        .iter()
        .filter(|c| wanted(c, query))
        .collect();
    let page: Vec<Value> = slice
        .rows(&rows)
        .map(|c| manner.customer(c.id, customer(world, c)))
        .collect();
    let mut body = Map::new();
    // An empty list is left out, as unset fields are.
    if !page.is_empty() {
        body.insert("customers".into(), Value::Array(page));
    }
    let next = slice.next(rows.len());
    // The last page says so in either of the two ways that occur.
    if !next.is_empty() || world.seed.is_multiple_of(2) {
        body.insert("nextPageToken".into(), Value::String(next));
    }
    Reply::json(200, &Value::Object(body))
}

/// `GET …/customers/{id}`.
pub(super) fn one(world: &World, id: &str, manner: Manner, request: &str) -> Reply {
    match find(world, id) {
        Some(found) => Reply::json(200, &manner.customer(found.id, customer(world, found))),
        None => errors::not_found(
            &format!("accounts/{}/customers/{id}", world.account_id),
            request,
        ),
    }
}

/// `GET …/customers/{id}/cloudProfiles`.
pub(super) fn cloud_profiles(world: &World, id: &str, request: &str) -> Reply {
    let Some(found) = find(world, id) else {
        return errors::not_found(
            &format!("accounts/{}/customers/{id}", world.account_id),
            request,
        );
    };
    let body = json!({
        "customerId": found.id.to_string(),
        "customerOrganization": found.organisation,
        "customerCloudProfiles": [{
            "providerId": "30",
            "displayName": "Microsoft",
            "shortName": "MSFT",
            "enabled": true,
            "customerTenantId": found.tenant_id,
            "customerDomain": found.tenant_domain,
            "gdapStatus": "ACTIVE",
            "agreementStatus": "ACCEPTED",
        }],
    });
    Reply::json(200, &body)
}

fn find<'a>(world: &'a World, id: &str) -> Option<&'a Customer> {
    world.customer(id.parse().ok()?)
}

fn wanted(customer: &Customer, query: &Query) -> bool {
    let same = |names: &[&str], value: Option<&str>| {
        query
            .get(names)
            .is_none_or(|w| value.is_some_and(|v| v.eq_ignore_ascii_case(w)))
    };
    let status = if customer.active {
        "ACTIVE"
    } else {
        "INACTIVE"
    };
    let any = query.get(&["filter.customerStatus"]) == Some("CUSTOMER_STATUS_UNSPECIFIED");
    (any || same(&["filter.customerStatus"], Some(status)))
        && same(&["filter.customerEmail"], customer.email.as_deref())
        && same(&["filter.customerName"], Some(&customer.contact))
        && same(&["filter.languageCode"], Some(&customer.language))
}

fn customer(world: &World, c: &Customer) -> Value {
    let mut address = Map::new();
    let mut put = |key: &str, value: &str| {
        if !value.is_empty() {
            address.insert(key.to_owned(), Value::from(value));
        }
    };
    put("street", &c.street);
    put("suite", c.suite.as_deref().unwrap_or_default());
    put("city", &c.city);
    put("state", &c.state);
    put("zip", &c.zip);
    put("country", &c.country);
    let mut row = Map::new();
    let mut put = |key: &str, value: Value| row.insert(key.to_owned(), value);
    put(
        "name",
        format!("accounts/{}/customers/{}", world.account_id, c.id).into(),
    );
    put("customerOrganization", c.organisation.clone().into());
    put("customerAddress", Value::Object(address));
    put("customerName", c.contact.clone().into());
    if let Some(email) = &c.email {
        put("customerEmail", email.clone().into());
    }
    if let Some(title) = &c.title {
        put("customerTitle", title.clone().into());
    }
    if let Some(phone) = &c.phone {
        put("customerPhone", phone.clone().into());
    }
    put("createTime", time(c.created, None));
    put(
        "updateTime",
        time(c.updated, c.id.is_multiple_of(3).then_some(c.id)),
    );
    put("languageCode", c.language.clone().into());
    put("uid", c.uid.clone().into());
    put(
        "customerStatus",
        if c.active { "ACTIVE" } else { "INACTIVE" }.into(),
    );
    Value::Object(row)
}
