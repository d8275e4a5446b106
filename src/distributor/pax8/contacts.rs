//! A company's contacts (OAS): the domain of their mail addresses is evidence for a match. Nothing else of them is kept.

use std::collections::BTreeMap;

use serde_json::Value;

use super::listing;
use crate::distributor::Evidence;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

const SHAPE: Shape = Shape {
    path: "contacts",
    fields: &[
        always("id", Kind::Text),
        often("firstName", Kind::Text),
        often("lastName", Kind::Text),
        often("email", Kind::Text),
        often("phone", Kind::Text),
        often("createdDate", Kind::Text),
        often("types", Kind::List),
    ],
};

/// The domain that most contacts share; empty where none has an address.
pub(super) fn evidence(json: &Value, surprises: &Surprises) -> Evidence {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let listed = listing::read(json, listing::LARGEST_PAGE, None, surprises);
    for value in listed.map(|listed| listed.rows).unwrap_or_default() {
        let Some(row) = Row::of(value, &SHAPE, surprises) else {
            continue;
        };
        let email = row.text("email").to_lowercase();
        if let Some((_, domain)) = email.rsplit_once('@').filter(|(_, d)| d.contains('.')) {
            *seen.entry(domain.to_owned()).or_default() += 1;
        }
    }
    let most = seen.into_iter().max_by_key(|(_, count)| *count);
    Evidence {
        domain: most.map(|(domain, _)| domain).unwrap_or_default(),
        ..Evidence::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_domain_of_most_contacts_is_told() {
        let of = |mails: &[&str]| {
            let rows: Vec<_> = mails
                .iter()
                .map(|m| json!({"id": "c", "email": m}))
                .collect();
            evidence(&json!({ "content": rows }), &Surprises::default()).domain
        };
        assert_eq!(
            of(&["a@x.example", "B@Harbour.example", "c@harbour.example"]),
            "harbour.example"
        );
        assert_eq!(of(&["nobody", ""]), "");
        assert_eq!(
            evidence(&json!("?"), &Surprises::default()),
            Evidence::default()
        );
    }
}
