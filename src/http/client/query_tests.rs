//! Queries by POST, public headers, and waits that are told in a body.

use serde_json::json;

use super::tests::bench;
use super::*;
use crate::http::pacing::Used;
use crate::http::request::Habits;
use crate::http::testing::{Reply, Server};

const HABITS: Habits = Habits {
    headers: &[("accept-language", "en")],
    queries: &["/Companies/query"],
    told_wait: Some(|body| {
        let words = body.get("detail")?.as_str()?;
        let seconds = words.split(' ').find_map(|word| word.parse().ok())?;
        Some(std::time::Duration::from_secs(seconds))
    }),
};

async fn ask(client: &ApiClient, path: &str) -> Result<Answer, ApiError> {
    let auth = Auth::none().and("x-key", "k3y-of-ours".into());
    let body = json!({"filter": [{"op": "gt", "field": "id", "value": 7}]});
    let query = Query {
        path,
        body: &body,
        auth: &auth,
        class: Class::Bulk,
    };
    client.query(query).await
}

#[tokio::test]
async fn a_query_goes_to_a_declared_path_and_nowhere_else() {
    let server = Server::script([Reply::Json(503, json!({})), Reply::ok(json!({"items": []}))]);
    let server = server.await;
    let client = bench(&server.url()).client.with(HABITS);
    assert_eq!(ask(&client, "/Companies/query").await.unwrap().tries, 2);
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(
        (asked[1].method.as_str(), asked[1].path()),
        ("POST", "/Companies/query")
    );
    assert_eq!(
        asked[1].body,
        r#"{"filter":[{"field":"id","op":"gt","value":7}]}"#
    );
    assert_eq!(asked[1].header("content-type"), Some("application/json"));
    assert_eq!(asked[1].header("accept-language"), Some("en"));
    assert_eq!(asked[1].header("x-key"), Some("k3y-of-ours"));
    for path in [
        "/Companies",
        "/Companies/query/",
        "/Tickets/query",
        "/Companies/query/../x",
    ] {
        let error = ask(&client, path).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Address(_)), "{path}");
    }
    let without = bench(&server.url()).client;
    assert!(ask(&without, "/Companies/query").await.is_err());
    assert_eq!(server.asked().len(), 2, "nothing else was sent");
}

#[tokio::test]
async fn a_wait_in_the_body_counts_like_retry_after() {
    let words = |text: &str| Reply::Json(429, json!({ "detail": text }));
    let header = vec![("retry-after", "3".to_owned())];
    let server = Server::script([
        words("Rate limit is exceeded. Try again in 17 seconds."),
        words("Try again in 99999999 seconds."),
        Reply::Raw(
            429,
            header,
            br#"{"detail":"Try again in 17 seconds"}"#.to_vec(),
        ),
        Reply::ok(json!({})),
    ])
    .await;
    let mut bench = bench(&server.url());
    bench.client = bench.client.with(HABITS);
    ask(&bench.client, "/Companies/query").await.unwrap();
    let seconds = |n| Used::RateLimited(Some(std::time::Duration::from_secs(n)));
    assert_eq!(
        bench.pacer.fates(),
        [seconds(17), seconds(60), seconds(3), Used::Answered]
    );
}
