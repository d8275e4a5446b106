//! What the platforms of a customer tell of its Microsoft tenant: `…/platforms/{id}/details`, texts under keys that no
//! document names. One or two requests, so only for a customer that a person looks at.

use serde_json::{Map, Value};

use crate::distributor::Evidence;
use crate::domain::guid::is_guid;
use crate::http::json::read;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

/// Platforms of one customer that are asked for their details.
pub(super) const MOST_PLATFORMS: usize = 5;

/// Details of one platform that are looked at.
const MOST_DETAILS: usize = 200;

const CONFIGURED_SHAPE: Shape = Shape {
    path: "platforms-configurations answer",
    fields: &[
        often("customerId", Kind::Text),
        always("configuredPlatforms", Kind::List),
    ],
};

const PLATFORM_SHAPE: Shape = Shape {
    path: "platforms-configurations answer.configuredPlatforms",
    fields: &[always("id", Kind::Text)],
};

const DETAILS_SHAPE: Shape = Shape {
    path: "platform details answer",
    fields: &[
        often("customerId", Kind::Text),
        always("platformDetails", Kind::Object),
    ],
};

const INNER_SHAPE: Shape = Shape {
    path: "platform details answer.platformDetails",
    fields: &[
        always("platformId", Kind::Text),
        always("details", Kind::Object),
    ],
};

/// The platforms that are set up for a customer.
pub(super) fn configured(json: &Value, surprises: &Surprises) -> Vec<String> {
    let answer = Row::of(json, &CONFIGURED_SHAPE, surprises);
    let platforms = answer.and_then(|answer| answer.list_or_one("configuredPlatforms"));
    let ids = platforms.unwrap_or_default().iter().filter_map(|platform| {
        let row = Row::of(platform, &PLATFORM_SHAPE, surprises)?;
        row.id("id").ok().filter(|id| !id.contains('/'))
    });
    ids.take(MOST_PLATFORMS).collect()
}

/// The tenant and the domain in a platform's details. A GUID is the tenant's if its key says so, or if it is the only one
/// beside a Microsoft domain: any other could be a contract's.
pub(super) fn evidence(json: &Value, surprises: &Surprises) -> Evidence {
    let answer = Row::of(json, &DETAILS_SHAPE, surprises);
    let inner = answer.and_then(|a| a.child("platformDetails", &INNER_SHAPE, surprises));
    let details = inner.and_then(|inner| inner.get("details"));
    details
        .and_then(Value::as_object)
        .map(|details| found(details, surprises))
        .unwrap_or_default()
}

fn found(details: &Map<String, Value>, surprises: &Surprises) -> Evidence {
    let (mut guids, mut domains) = (Vec::new(), Vec::new());
    for (key, value) in details.iter().take(MOST_DETAILS) {
        let text = read::text(value);
        let kind = if is_guid(&text) {
            guids.push((key.to_ascii_lowercase(), text));
            "a GUID"
        } else if is_domain(&text) {
            domains.push(text.to_ascii_lowercase());
            "a domain"
        } else {
            "another text"
        };
        let path = format!("platform details ({})", key.to_ascii_lowercase());
        surprises.seen.count(&path, kind);
    }
    let microsoft = domains.iter().find(|d| d.ends_with(".onmicrosoft.com"));
    let by_key = guids.iter().find(|(key, _)| key.contains("tenant"));
    let alone = (guids.first()).filter(|_| guids.len() == 1 && microsoft.is_some());
    Evidence {
        ms_tenant_id: by_key
            .or(alone)
            .map(|(_, id)| id.clone())
            .unwrap_or_default(),
        // A domain of the customer's own says more than the one that Microsoft gave it.
        domain: (domains.iter().find(|d| Some(*d) != microsoft))
            .or(microsoft)
            .cloned()
            .unwrap_or_default(),
    }
}

/// `contoso.example`, `contoso.onmicrosoft.com`.
fn is_domain(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let plain = |label: &&str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let top = labels.last().copied().unwrap_or_default();
    text.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(plain)
        && top.chars().all(char::is_alphabetic)
        && top.chars().count() >= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TENANT: &str = "9a9a9a9a-1111-4222-8333-444455556666";

    fn told(details: &Value) -> (String, String) {
        let json =
            json!({"customerId": "c", "platformDetails": {"platformId": "p", "details": details}});
        let evidence = evidence(&json, &Surprises::default());
        (evidence.ms_tenant_id, evidence.domain)
    }

    #[test]
    fn the_platforms_are_named() {
        let json = json!({"customerId": "c", "configuredPlatforms": [{"id": "p1"}, {}, {"id": "a/b"}, {"id": "p2"}]});
        assert_eq!(configured(&json, &Surprises::default()), ["p1", "p2"]);
        assert!(configured(&json!({"message": "x"}), &Surprises::default()).is_empty());
    }

    #[test]
    fn a_tenant_is_told_by_its_key_or_by_the_domain_beside_it() {
        let other = "5d0c1a34-0000-4000-8000-000000000001";
        assert_eq!(
            told(&json!({"TenantId": TENANT, "contract": other, "Domain": "Harbour.example"})),
            (TENANT.into(), "harbour.example".into())
        );
        assert_eq!(
            told(&json!({"Identifier": TENANT, "name": "harbour.onmicrosoft.com"})),
            (TENANT.into(), "harbour.onmicrosoft.com".into())
        );
        assert_eq!(
            told(&json!({"contract": other, "site": "harbour.example"})),
            (String::new(), "harbour.example".into())
        );
        assert_eq!(
            told(&json!({"a": "b", "version": "1.2", "n": null})),
            Default::default()
        );
    }

    proptest! {
        #[test]
        fn any_answer_is_read(value in crate::http::testing::any_json()) {
            let surprises = Surprises::default();
            let _ = (configured(&value, &surprises), evidence(&value, &surprises));
            let _ = (configured(&json!({"configuredPlatforms": value}), &surprises), told(&value));
        }
    }
}
