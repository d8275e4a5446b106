//! Ion's customer listing: `pageSize` and `pageToken`, the end where `nextPageToken` is absent or empty (vendor's
//! OpenAPI document, SDK). A live client pages by `page_size` and `page_token` instead, so a server that ignores the first
//! spelling is asked in the second.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::endpoints::AccountId;
use crate::distributor::quarantine::quarantined;
use crate::distributor::twins::last_of_each;
use crate::distributor::{Cursor, Page, Stream};
use crate::domain::ids::VendorCustomerId;
use crate::domain::party::{Profile, VendorCustomer};
use crate::domain::subscription::Quarantined;
use crate::http::json::read;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

/// The longest page token that is believed.
const MAX_TOKEN: usize = 8 * 1024;

const ANSWER_SHAPE: Shape = Shape {
    path: "customers answer",
    fields: &[
        always("customers", Kind::List),
        often("nextPageToken", Kind::Text),
    ],
};

const SHAPE: Shape = Shape {
    path: "customers",
    fields: &[
        always("name", Kind::Text),
        always("customerOrganization", Kind::Text),
        always("customerAddress", Kind::Object),
        always("customerStatus", Kind::Text),
        often("customerName", Kind::Text),
        often("customerEmail", Kind::Text),
        often("customerTitle", Kind::Text),
        often("customerPhone", Kind::Text),
        often("createTime", Kind::Text),
        often("updateTime", Kind::Text),
        often("languageCode", Kind::Text),
        often("uid", Kind::Text),
    ],
};

const ADDRESS_SHAPE: Shape = Shape {
    path: "customers.customerAddress",
    fields: &[
        often("street", Kind::Text),
        often("suite", Kind::Text),
        often("city", Kind::Text),
        often("state", Kind::Text),
        often("zip", Kind::Text),
        often("country", Kind::Text),
    ],
};

/// Where the next page of customers starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub token: String,
    /// The id of the last page's first row: a server that ignores the token shows it again.
    #[serde(default)]
    first: String,
    /// How the token is passed on.
    #[serde(default)]
    spelling: Spelling,
    /// How many pages were read before.
    pub pages: u32,
}

/// The names of the paging parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Spelling {
    /// `pageSize`, `pageToken` (vendor's OpenAPI document, SDK).
    #[default]
    Documented,
    /// `page_size`, `page_token` (a client that runs against live tenants).
    Snake,
}

impl Place {
    pub fn of(cursor: &Cursor) -> Option<Self> {
        serde_json::from_str(&cursor.0).ok()
    }

    fn cursor(&self) -> Option<Cursor> {
        serde_json::to_string(self).ok().map(Cursor)
    }

    /// The same place in the other spelling, if the answer to this one was the page before once more.
    pub fn respelled(&self, answer: &Page) -> Option<Self> {
        let ignored = self.spelling == Spelling::Documented && self.is_before(answer);
        ignored.then(|| Self {
            spelling: Spelling::Snake,
            ..self.clone()
        })
    }

    /// True if the page is the one that led here.
    pub fn is_before(&self, page: &Page) -> bool {
        let next = page.next.as_ref().and_then(Self::of);
        let same_token = next.is_some_and(|next| next.token == self.token);
        let first = first_id(page);
        same_token || !first.is_empty() && first == self.first
    }
}

fn first_id(page: &Page) -> &str {
    let first = page.customers.first();
    first.map_or("", |customer| customer.id.as_str())
}

/// The query of a page; the page size goes along with every page token (SDK).
pub(super) fn query(size: u64, place: Option<&Place>) -> Vec<(&'static str, String)> {
    let spelling = place.map(|place| place.spelling).unwrap_or_default();
    let (size_name, token_name) = match spelling {
        Spelling::Documented => ("pageSize", "pageToken"),
        Spelling::Snake => ("page_size", "page_token"),
    };
    let mut query = vec![(size_name, size.to_string())];
    query.extend(place.map(|place| (token_name, place.token.clone())));
    query
}

/// The answer is no listing of customers, in words.
pub(super) struct NotAListing(pub &'static str);

/// Reads a page.
pub(super) fn page(
    json: &Value,
    place: Option<&Place>,
    account: &AccountId,
    surprises: &Surprises,
) -> Result<Page, NotAListing> {
    let (rows, token) = parts(json, surprises)?;
    let mut page = Page {
        received: rows.len() as u64,
        ..Page::default()
    };
    let (mut nameless, mut foreign) = (0u32, 0u32);
    for value in rows {
        match map(value, surprises) {
            Ok(mapped) => {
                nameless += u32::from(mapped.by_contact);
                foreign += u32::from(mapped.account.is_some_and(|id| id != account.as_str()));
                page.customers.push(mapped.customer);
            }
            Err(row) => page.quarantined.push(row),
        }
    }
    page.customers = last_of_each(page.customers, |customer| customer.id.clone());
    let usable = page.customers.len() + page.quarantined.len();
    if usable < rows.len() {
        page.twice = (rows.len() - usable) as u64;
        page.notes.push(format!(
            "{} customers were listed twice on one page",
            page.twice
        ));
    }
    if nameless > 0 {
        page.notes.push(format!(
            "{nameless} customers have no organisation; their contact's name stands for it"
        ));
    }
    if foreign > 0 {
        page.notes.push(format!(
            "{foreign} customers belong to another account than {}",
            account.as_str()
        ));
    }
    if let Some(token) = token {
        let (pages, spelling) = place.map_or((1, Spelling::default()), |place| {
            (place.pages + 1, place.spelling)
        });
        let first = first_id(&page).to_owned();
        if rows.is_empty() {
            page.notes
                .push("an empty page of customers says that more follow".to_owned());
        }
        page.next = Place {
            token,
            first,
            spelling,
            pages,
        }
        .cursor();
    }
    page.requests_left = Some(u64::from(page.next.is_some()));
    Ok(page)
}

/// The rows and the next page's token. An absent list is an empty page only if nothing else speaks against it: an error
/// told with status 200 must not look like "no customers".
fn parts<'a>(
    json: &'a Value,
    surprises: &Surprises,
) -> Result<(&'a [Value], Option<String>), NotAListing> {
    if json.is_array() {
        surprises.count("customers answer", Odd::TypeChanged, || {
            "list instead of object".to_owned()
        });
        return Ok((read::list_or_one(json), None));
    }
    let answer =
        Row::of(json, &ANSWER_SHAPE, surprises).ok_or(NotAListing("the answer is no object"))?;
    let rows = match answer.list_or_one("customers") {
        Some(rows) => rows,
        None if answer
            .keys()
            .all(|key| matches!(key, "customers" | "nextPageToken" | "next_page_token")) =>
        {
            &[]
        }
        None => return Err(NotAListing("the answer has no list of customers")),
    };
    let token = ["nextPageToken", "next_page_token"]
        .iter()
        .find_map(|key| match answer.get(key) {
            Some(Value::String(token)) if !token.is_empty() => Some(token.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        });
    if token.as_ref().is_some_and(|token| token.len() > MAX_TOKEN) {
        return Err(NotAListing(
            "the token of the next page is longer than 8 KiB",
        ));
    }
    Ok((rows, token))
}

struct Mapped<'a> {
    customer: VendorCustomer,
    /// The account in the resource name, where there is one.
    account: Option<&'a str>,
    /// True if the contact's name had to stand for the organisation's.
    by_contact: bool,
}

fn map<'a>(value: &'a Value, surprises: &Surprises) -> Result<Mapped<'a>, Quarantined> {
    let aside = |reason: &str| quarantined(Stream::Customers, value, &["name", "uid"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| aside("the row is no object"))?;
    let full = row.id("name").map_err(|reason| aside(&reason))?;
    // `accounts/10505/customers/400123`: the last segment is what subscriptions call customerId.
    let id = full.rsplit('/').next().unwrap_or_default().to_owned();
    if id.is_empty() {
        return Err(aside("name ends without an id"));
    }
    let account = row.get("name").and_then(Value::as_str).and_then(|name| {
        let rest = name.trim().strip_prefix("accounts/")?;
        rest.split_once('/').map(|(account, _)| account)
    });
    let organisation = row.text("customerOrganization");
    let by_contact = organisation.is_empty();
    let name = if by_contact {
        row.text("customerName")
    } else {
        organisation
    };
    for key in ["customerStatus", "languageCode"] {
        surprises
            .seen
            .count(&format!("{}.{key}", SHAPE.path), &row.text(key));
    }
    if let Some(account) = account {
        surprises.seen.count("customers.name (account)", account);
    }
    if !matches!(
        row.text("customerStatus").to_ascii_uppercase().as_str(),
        "" | "ACTIVE" | "INACTIVE"
    ) {
        surprises.unknown_value("customers.customerStatus", &row.text("customerStatus"));
    }
    let address = row.child("customerAddress", &ADDRESS_SHAPE, surprises);
    let line = |key: &str| address.map(|address| address.text(key)).unwrap_or_default();
    let street = [line("street"), line("suite")];
    let street: Vec<_> = street
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let profile = Profile {
        name,
        email: row.text("customerEmail"),
        phone: row.text("customerPhone"),
        address: street.join(", "),
        city: line("city"),
        state: line("state"),
        postcode: line("zip"),
        country: line("country"),
        // Neither is in the listing; `cloudProfiles` has them, at one request for each customer.
        domain: String::new(),
        ms_tenant_id: String::new(),
    };
    let customer = VendorCustomer {
        id: VendorCustomerId::new(id),
        profile,
        psa_id_hint: None,
    };
    Ok(Mapped {
        customer,
        account,
        by_contact,
    })
}

#[cfg(test)]
mod tests;
