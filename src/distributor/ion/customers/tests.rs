use proptest::prelude::*;
use serde_json::json;

use super::*;

fn account() -> AccountId {
    AccountId::parse("10505").unwrap_or_else(|problem| panic!("{problem}"))
}

fn read_page(json: &Value) -> Page {
    page(json, None, &account(), &Surprises::default())
        .unwrap_or_else(|error| panic!("{}", error.0))
}

fn sample(id: u32) -> Value {
    json!({"name": format!("accounts/10505/customers/{id}"), "customerOrganization": "Harbor Dental LLC",
        "customerAddress": {"street": "1 Example Street", "suite": "Unit 2", "city": "Sampleton", "state": "CA",
            "zip": "94016", "country": "US"},
        "customerName": "Ana Berg", "customerEmail": "ana@example.com", "customerTitle": "Owner",
        "customerPhone": "+15550100", "createTime": "2024-06-03T09:55:19Z", "updateTime": "2024-06-03T09:55:20Z",
        "languageCode": "EN", "uid": "Zk3ExampleUid0", "customerStatus": "ACTIVE"})
}

#[test]
fn the_documented_row_is_read_whole() {
    let surprises = Surprises::default();
    let json = json!({"customers": [sample(400123)], "nextPageToken": "b3BhcXVl"});
    let page = page(&json, None, &account(), &surprises).unwrap_or_default();
    let customer = &page.customers[0];
    assert_eq!(customer.id.as_str(), "400123");
    let profile = &customer.profile;
    assert_eq!(
        (profile.name.as_str(), profile.address.as_str()),
        ("Harbor Dental LLC", "1 Example Street, Unit 2")
    );
    assert_eq!(
        (profile.postcode.as_str(), profile.country.as_str()),
        ("94016", "US")
    );
    let next = Place::of(&page.next.unwrap()).unwrap();
    assert_eq!((next.token.as_str(), next.pages), ("b3BhcXVl", 1));
    assert_eq!(
        query(1000, Some(&next)),
        [
            ("pageSize", "1000".into()),
            ("pageToken", "b3BhcXVl".into())
        ]
    );
    assert_eq!(surprises.list(), []);
}

#[test]
fn the_end_is_an_absent_or_empty_token() {
    for json in [
        json!({"customers": []}),
        json!({"customers": null, "nextPageToken": ""}),
        json!({}),
    ] {
        let page = read_page(&json);
        assert_eq!(
            (page.received, page.next, page.requests_left),
            (0, None, Some(0))
        );
    }
    assert!(
        read_page(&json!({"customers": [], "next_page_token": "x"}))
            .next
            .is_some()
    );
}

#[test]
fn an_error_told_with_status_200_is_not_an_empty_account() {
    for json in [
        json!({"error": "x", "message": "y"}),
        json!({"items": []}),
        json!("no"),
        json!(null),
    ] {
        assert!(
            page(&json, None, &account(), &Surprises::default()).is_err(),
            "{json}"
        );
    }
    let endless = json!({"customers": [], "nextPageToken": "x".repeat(9_000)});
    assert!(page(&endless, None, &account(), &Surprises::default()).is_err());
}

#[test]
fn bad_rows_are_put_aside_and_odd_ones_noted() {
    let mut nameless = sample(3);
    nameless["customerOrganization"] = json!("");
    let mut foreign = sample(4);
    foreign["name"] = json!("accounts/999/customers/4");
    let json = json!({"customers": [sample(1), sample(1), {"customerName": "no id"}, 5, nameless, foreign]});
    let page = read_page(&json);
    let ids: Vec<_> = page.customers.iter().map(|c| c.id.as_str()).collect();
    assert_eq!((ids, page.received), (vec!["1", "3", "4"], 6));
    let reasons: Vec<_> = page.quarantined.iter().map(|q| q.reason.as_str()).collect();
    assert_eq!(reasons, ["name is missing", "the row is no object"]);
    assert_eq!(page.customers[1].profile.name, "Ana Berg");
    assert_eq!(page.notes.len(), 3, "{:?}", page.notes);
}

proptest! {
    #[test]
    fn any_answer_is_read_or_refused(value in crate::http::testing::any_json()) {
        let (account, surprises) = (account(), Surprises::default());
        let _ = page(&value, None, &account, &surprises);
        let _ = page(&json!({"customers": value}), None, &account, &surprises);
        let _ = page(&json!({"customers": [{"name": "c/1", "customerAddress": value}]}), None, &account, &surprises);
    }
}
