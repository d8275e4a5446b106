use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::tenant::Tenant;
use super::tests::{bench, read_all};
use super::*;
use crate::distributor::testing::MemoryStore;
use crate::http::testing::{Reply, Server};

#[tokio::test]
async fn paging_in_circles_ends_without_burning_requests() {
    let server = Server::start(|asked| {
        let next = if asked.field("pageToken").as_deref() == Some("a") {
            "b"
        } else {
            "a"
        };
        Reply::ok(json!({"customers": [], "nextPageToken": next}))
    })
    .await;
    let bench = bench(&server, &MemoryStore::fresh("good"));
    let problem = read_all(&bench.ion, Stream::Customers).await.unwrap_err();
    assert!(problem.title.contains("circles"), "{problem}");
    assert_eq!(server.asked().len(), 3);
}

/// A live client passes `page_token`, the documents say `pageToken`; gateways that take one ignore the other.
#[tokio::test]
async fn a_server_that_ignores_the_page_token_is_asked_in_the_other_spelling() {
    let row = |n: u32| json!({"name": format!("accounts/10505/customers/{n}"), "customerOrganization": "C"});
    let server = Server::start(move |asked| {
        let from = asked
            .field("page_token")
            .map_or(0, |token| token.parse().unwrap());
        let next = if from < 20 {
            (from + 10).to_string()
        } else {
            String::new()
        };
        let rows: Vec<_> = (from..from + 10).map(row).collect();
        Reply::ok(json!({"customers": rows, "nextPageToken": next}))
    })
    .await;
    let bench = bench(&server, &MemoryStore::fresh("good"));
    let pages = read_all(&bench.ion, Stream::Customers).await.unwrap();
    let ids = pages.iter().flat_map(|page| &page.customers);
    let ids: Vec<u32> = ids.map(|row| row.id.as_str().parse().unwrap()).collect();
    assert_eq!(ids, (0..30).collect::<Vec<_>>());
    assert_eq!(server.asked().len(), 4, "once in vain");
    assert!(
        pages[1].notes[0].contains("page_token"),
        "{:?}",
        pages[1].notes
    );
}

#[tokio::test]
async fn a_server_that_takes_no_page_token_is_not_asked_forever() {
    for refuses_the_other_spelling in [false, true] {
        let tokens = AtomicUsize::new(0);
        let server = Server::start(move |asked| {
            if refuses_the_other_spelling && asked.field("page_token").is_some() {
                return Reply::Json(400, json!({"error": "INVALID_ARGUMENT"}));
            }
            let token = tokens.fetch_add(1, Ordering::Relaxed);
            let row = json!({"name": "accounts/10505/customers/1", "customerOrganization": "C"});
            Reply::ok(json!({"customers": [row], "nextPageToken": token.to_string()}))
        })
        .await;
        let bench = bench(&server, &MemoryStore::fresh("good"));
        let problem = read_all(&bench.ion, Stream::Customers).await.unwrap_err();
        assert!(problem.seen.contains("ignores the page token"), "{problem}");
        assert_eq!(server.asked().len(), 3);
    }
}

#[tokio::test]
async fn reading_a_page_again_is_no_circle() {
    let server = Tenant {
        customer_cap: 50,
        ..Tenant::default()
    }
    .serve()
    .await;
    let bench = bench(&server, &MemoryStore::fresh("good"));
    let first = bench.ion.page(Stream::Customers, None).await.unwrap();
    let second = bench
        .ion
        .page(Stream::Customers, first.next.as_ref())
        .await
        .unwrap();
    for cursor in [first.next, second.next] {
        bench
            .ion
            .page(Stream::Customers, cursor.as_ref())
            .await
            .unwrap();
        bench
            .ion
            .page(Stream::Customers, cursor.as_ref())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_stored_place_that_is_refused_starts_the_listing_again_once() {
    let server = Server::start(|asked| match asked.field("pageToken") {
        Some(_) => Reply::Json(
            400,
            json!({"error": "INVALID_ARGUMENT", "message": "page token expired"}),
        ),
        None => Reply::ok(json!({"customers": [], "nextPageToken": "t"})),
    })
    .await;
    let bench = bench(&server, &MemoryStore::fresh("good"));
    let stored = bench.ion.page(Stream::Customers, None).await.unwrap().next;
    let page = bench
        .ion
        .page(Stream::Customers, stored.as_ref())
        .await
        .unwrap();
    assert!(
        page.notes
            .iter()
            .any(|note| note.contains("from the first page")),
        "{:?}",
        page.notes
    );
    let problem = bench
        .ion
        .page(Stream::Customers, stored.as_ref())
        .await
        .unwrap_err();
    assert!(problem.seen.contains("page token expired"), "{problem}");
}
