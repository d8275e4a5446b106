//! What is said when it goes wrong.

use serde_json::json;

use super::tenant::Tenant;
use super::tests::bench;
use super::*;
use crate::distributor::testing::MemoryStore;
use crate::distributor::token::TokenState;
use crate::domain::problem::ProblemKind;
use crate::http::testing::{Reply, Server};

#[tokio::test]
async fn a_refused_refresh_token_is_told_and_kept() {
    let server = Tenant::default().serve().await;
    let bench = bench(&server, &MemoryStore::pasted("used-before"));
    let problem = bench.ion.test().await.unwrap_err();
    assert_eq!(
        (problem.kind, problem.kind.exit_code()),
        (ProblemKind::CredentialsRejected, 4)
    );
    assert!(
        problem
            .seen
            .contains("HTTP 400 (cannot validate token: redis: nil)"),
        "{problem}"
    );
    assert!(problem.remedy.contains("Request New Credentials"));
    assert!(!problem.to_string().contains("used-before"));
    assert_eq!(
        (bench.store.refresh().as_str(), bench.store.state()),
        ("used-before", TokenState::NeedsAttention)
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_token_answer_that_is_lost_or_useless_is_asked_for_again() {
    let good = || Reply::ok(json!({"access_token": "good", "refresh_token": "r1"}));
    let html = Reply::Raw(200, vec![], b"<html>".to_vec());
    for useless in [
        Reply::Bytes(vec![]),
        Reply::Json(502, json!({})),
        html,
        Reply::ok(json!({"hello": 1})),
    ] {
        let server = Server::script([useless, good()]).await;
        let bench = bench(&server, &MemoryStore::pasted("r0"));
        bench.ion.authenticate().await.unwrap();
        let sent: Vec<_> = server
            .asked()
            .iter()
            .map(|asked| asked.field("refresh_token").unwrap())
            .collect();
        assert_eq!(sent, ["r0", "r0"]);
        assert_eq!(bench.store.refresh(), "r1");
    }
    let server = Server::script([Reply::Bytes(vec![])]).await;
    let problem = bench(&server, &MemoryStore::pasted("r0"))
        .ion
        .authenticate()
        .await
        .unwrap_err();
    assert_eq!((problem.kind.exit_code(), server.asked().len()), (8, 2));
    assert!(problem.cause.contains("may be spent"), "{problem}");
}

#[tokio::test]
async fn a_base_url_without_a_token_endpoint_is_called_wrong() {
    let server = Server::script([Reply::Json(404, json!({}))]).await;
    let bench = bench(&server, &MemoryStore::pasted("r0"));
    let problem = bench.ion.authenticate().await.unwrap_err();
    assert_eq!(problem.kind.exit_code(), 3);
    assert_eq!(
        (bench.store.refresh().as_str(), bench.store.state()),
        ("r0", TokenState::Good)
    );
}

/// The problem that a listing ends with when the server gives this reply to it.
async fn problem_with(stream: Stream, reply: Reply) -> Problem {
    let tag = stream.tag();
    let server = Server::start(move |asked| match asked.path() {
        "/oauth/token" => {
            Reply::ok(json!({"access_token": "again", "refresh_token": "r1", "expires_in": 7200}))
        }
        path if path.ends_with(tag) => reply.clone(),
        _ => Reply::ok(json!({})),
    })
    .await;
    let bench = bench(&server, &MemoryStore::fresh("good"));
    bench.ion.page(stream, None).await.unwrap_err()
}

#[tokio::test]
async fn each_failure_has_its_own_words_and_exit_code() {
    let body = |word: &str| json!({"error": word, "message": "said so", "details": [{"requestId": "req-7"}]});
    let html = Reply::Raw(
        502,
        vec![("content-type", "text/html".into())],
        b"<html>".to_vec(),
    );
    let page = Reply::Raw(
        200,
        vec![("content-type", "text/html".into())],
        b"<html>".to_vec(),
    );
    let cut = Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec());
    let cases = [
        (
            Stream::Customers,
            Reply::Json(401, json!({})),
            4,
            "new access token was fetched",
        ),
        (
            Stream::Customers,
            Reply::Json(403, body("PERMISSION_DENIED")),
            5,
            "customers permission",
        ),
        (
            Stream::Subscriptions,
            Reply::Json(403, body("PERMISSION_DENIED")),
            5,
            "subscriptions permission",
        ),
        (
            Stream::Customers,
            Reply::Json(404, body("NOT_FOUND")),
            6,
            "account ID is wrong",
        ),
        (
            Stream::Subscriptions,
            Reply::Json(404, body("NOT_FOUND")),
            6,
            "account ID is wrong",
        ),
        (
            Stream::Customers,
            Reply::Json(429, json!({})),
            7,
            "Another program",
        ),
        (
            Stream::Customers,
            Reply::Json(500, body("INTERNAL_ERROR")),
            8,
            "not about your credentials",
        ),
        (Stream::Customers, html, 8, "gateway"),
        (Stream::Customers, page, 8, "web page"),
        (Stream::Customers, cut, 8, "unstable"),
        (
            Stream::Customers,
            Reply::ok(json!({"error": "x"})),
            8,
            "differs from what is documented",
        ),
    ];
    for (stream, reply, code, words) in cases {
        let problem = problem_with(stream, reply).await;
        assert_eq!(problem.kind.exit_code(), code, "{problem}");
        assert!(problem.cause.contains(words), "{problem}");
        assert!(
            !problem.remedy.is_empty() && !problem.seen.is_empty(),
            "{problem}"
        );
    }
    let denied = problem_with(
        Stream::Customers,
        Reply::Json(403, body("PERMISSION_DENIED")),
    )
    .await;
    assert_eq!(
        denied.request.unwrap(),
        "GET /api/v3/accounts/10505/customers?pageSize=1000 (request id req-7)"
    );
}
