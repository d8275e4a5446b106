use proptest::prelude::*;
use serde_json::json;

use super::*;

fn rows(ids: std::ops::Range<u64>) -> Vec<Value> {
    ids.map(|id| json!({"id": id.to_string(), "customerId": "1"}))
        .collect()
}

fn read_page(json: &Value, place: Option<&Place>) -> Page {
    page(json, place, CostPeriod::Cycle, &Surprises::default())
        .unwrap_or_else(|error| panic!("{}", error.0))
}

fn next(page: &Page) -> Place {
    Place::of(page.next.as_ref().unwrap()).unwrap()
}

#[test]
fn the_offset_moves_by_the_rows_received_and_the_size_is_learned() {
    let json = json!({"items": rows(0..100), "paginationResponse": {"totalSize": 1500}});
    let page = read_page(&json, None);
    assert_eq!(
        (page.received, page.total, page.requests_left),
        (100, Some(1500), Some(14))
    );
    let place = next(&page);
    assert_eq!((place.offset, place.size), (100, 100));
    let wanted = [
        ("pagination.limit", "1000".to_owned()),
        ("pagination.offset", "100".to_owned()),
    ];
    assert_eq!(query(1000, Some(&place)), wanted);
}

#[test]
fn the_end_is_the_total_or_an_empty_page() {
    let place = Place {
        offset: 100,
        size: 100,
        total: Some(150),
        first: "0".into(),
        pages: 1,
    };
    let last = json!({"items": rows(100..150), "paginationResponse": {"totalSize": "150"}});
    assert_eq!(read_page(&last, Some(&place)).next, None);
    let by_count = json!({"items": rows(100..150), "paginationResponse": {"totalCount": "150"}});
    assert_eq!(read_page(&by_count, Some(&place)).next, None);
    let without = json!({"items": rows(0..100)});
    let page = read_page(&without, None);
    assert_eq!((next(&page).offset, page.requests_left), (100, None));
    for empty in [
        json!({"items": []}),
        json!({"paginationResponse": {}}),
        json!({}),
    ] {
        assert_eq!(read_page(&empty, Some(&place)).next, None);
    }
    let zero = json!({"items": rows(0..100), "paginationResponse": {"totalSize": 0}});
    assert!(
        read_page(&zero, None).next.is_some(),
        "a total of 0 beside rows tells nothing"
    );
}

#[test]
fn a_listing_that_moves_or_breaks_off_is_noted() {
    let place = Place {
        offset: 100,
        size: 100,
        total: Some(300),
        first: "0".into(),
        pages: 1,
    };
    let moved = json!({"items": rows(100..200), "paginationResponse": {"totalSize": 299}});
    assert_eq!(
        read_page(&moved, Some(&place)).notes,
        ["the listing of subscriptions moved while it was read: 300 rows, then 299"]
    );
    let ended = json!({"items": [], "paginationResponse": {"totalSize": 300}});
    let page = read_page(&ended, Some(&place));
    assert_eq!(
        (page.notes, page.next),
        (
            vec!["the listing of subscriptions ended at row 100 of 300".to_owned()],
            None
        )
    );
    let shrunk = json!({"items": rows(100..200), "paginationResponse": {"totalSize": 150}});
    assert_eq!(
        next(&read_page(&shrunk, Some(&place))).offset,
        200,
        "only an empty page ends it now"
    );
}

#[test]
fn a_server_that_ignores_the_offset_is_noticed() {
    let place = Place {
        offset: 100,
        size: 100,
        total: None,
        first: "0".into(),
        pages: 1,
    };
    let again = json!({"items": rows(0..100)});
    assert!(
        page(
            &again,
            Some(&place),
            CostPeriod::Cycle,
            &Surprises::default()
        )
        .is_err()
    );
}

#[test]
fn twins_are_one_row_and_strangers_are_kept() {
    let json = json!({"items": [{"id": "1", "customerId": "9", "subscriptionTotalLicenses": "1"},
        {"id": 1, "customerId": "9", "subscriptionTotalLicenses": "2"}, {"id": "2"}], "nextPageToken": "x"});
    let page = read_page(&json, None);
    assert_eq!(
        (
            page.subscriptions.len(),
            page.subscriptions[0].seats,
            page.received
        ),
        (1, Some(2), 3)
    );
    assert_eq!(page.quarantined[0].reason, "customerId is missing");
    assert_eq!(page.notes.len(), 2);
}

#[test]
fn another_shape_is_refused() {
    for json in [
        json!({"error": "x"}),
        json!({"subscriptions": []}),
        json!("x"),
    ] {
        assert!(
            page(&json, None, CostPeriod::Cycle, &Surprises::default()).is_err(),
            "{json}"
        );
    }
}

proptest! {
    #[test]
    fn any_answer_is_read_or_refused(value in crate::http::testing::any_json(), total in crate::http::testing::any_json()) {
        let surprises = Surprises::default();
        let _ = page(&value, None, CostPeriod::Cycle, &surprises);
        let json = json!({"items": value, "paginationResponse": {"totalSize": total}});
        let place = Place { offset: 7, size: 3, total: Some(9), first: String::new(), pages: 1 };
        let _ = page(&json, Some(&place), CostPeriod::Cycle, &surprises);
    }
}
