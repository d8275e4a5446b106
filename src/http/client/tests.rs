use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::*;
use crate::http::pacing::Used;
use crate::http::tempo::Tempo;
use crate::http::testing::{FreePacer, Notes, Reply, Server, parts};

pub struct Bench {
    pub client: ApiClient,
    pub pacer: Arc<FreePacer>,
    pub notes: Arc<Notes>,
    cancel: CancellationToken,
}

pub fn bench(base: &str) -> Bench {
    let (parts, pacer, notes) = parts();
    let cancel = parts.cancel.clone();
    let limits = Limits {
        connect: Duration::from_secs(2),
        headers: Duration::from_millis(300),
        idle: Duration::from_millis(300),
        whole: Duration::from_millis(900),
        ..Limits::default()
    };
    let origin = Origin::parse(base).unwrap();
    let tokens = TokenEndpoints {
        issue: origin.url("/oauth/token", &[]).unwrap(),
        inspect: None,
    };
    let client = ApiClient::with_limits(origin, Some(tokens), parts, limits).unwrap();
    Bench {
        client,
        pacer,
        notes,
        cancel,
    }
}

pub async fn read(bench: &Bench) -> Result<Answer, ApiError> {
    let auth = Auth::bearer(&"s3cret-access".into());
    let query = [("pageSize", "10".to_owned())];
    let get = Get {
        path: "/api/x",
        query: &query,
        auth: &auth,
        class: Class::Bulk,
    };
    bench.client.get(get).await
}

async fn spend(bench: &Bench) -> Result<Answer, ApiError> {
    let fields = [("refresh_token", SecretString::from("r+1&2"))];
    let form = TokenForm {
        call: TokenCall::Issue,
        fields: &fields,
        encoding: Encoding::Form,
        auth: &Auth::none(),
        cancel: &bench.cancel,
    };
    bench.client.token(form).await
}

#[tokio::test]
async fn a_read_sends_its_proof_and_is_told() {
    let server = Server::script([Reply::ok(json!({"a": 1}))]).await;
    let bench = bench(&server.url());
    assert_eq!(read(&bench).await.unwrap().json["a"], 1);
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("GET", "/api/x?pageSize=10")
    );
    assert_eq!(asked.header("authorization"), Some("Bearer s3cret-access"));
    assert_eq!(
        asked.header("user-agent"),
        Some(concat!("vectis/", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(bench.pacer.fates(), [Used::Answered]);
    let told: Vec<_> = bench.notes.all();
    assert!(
        matches!(
            &told[..],
            [Note::Sent { .. }, Note::Answered { status: 200, .. }]
        ),
        "{told:?}"
    );
    assert!(!format!("{told:?}").contains("s3cret"));
}

#[tokio::test]
async fn what_passes_is_tried_five_times_and_told() {
    let page = (502, "<html>Bad Gateway</html>");
    let html = Reply::Raw(
        page.0,
        vec![("content-type", "text/html".into())],
        page.1.into(),
    );
    let server = Server::script([html]).await;
    let bench = bench(&server.url());
    let error = read(&bench).await.unwrap_err();
    assert_eq!(
        (error.status(), error.tries, server.asked().len()),
        (Some(502), 5, 5)
    );
    assert_eq!(error.seen(), "HTTP 502 (an HTML page), after 5 tries");
    let retries = bench
        .notes
        .all()
        .into_iter()
        .filter(|note| matches!(note, Note::Retrying { .. }));
    assert_eq!(retries.count(), 4);

    let server = Server::script([Reply::Json(503, json!({})), Reply::ok(json!({}))]).await;
    assert_eq!(read(&self::bench(&server.url())).await.unwrap().tries, 2);
}

#[tokio::test]
async fn verdicts_are_final_and_carry_the_vendors_words() {
    for status in [400, 401, 403, 404] {
        let body =
            json!({"error": "X", "message": "for s3cret-access", "details": [{"requestId": "r1"}]});
        let server = Server::script([Reply::Json(status, body)]).await;
        let error = read(&bench(&server.url())).await.unwrap_err();
        assert_eq!(
            (error.status(), error.tries, server.asked().len()),
            (Some(status), 1, 1)
        );
        assert_eq!(error.said.as_deref(), Some("X: for •••"));
        assert_eq!(error.request_id.as_deref(), Some("r1"));
    }
}

#[tokio::test]
async fn a_503_may_ask_for_a_longer_wait() {
    let busy = Reply::Raw(503, vec![("retry-after", "45".into())], vec![]);
    let server = Server::script([busy, Reply::ok(json!({}))]).await;
    let (mut parts, _, notes) = parts();
    parts.tempo = Tempo::scaled(0.0001);
    let client = ApiClient::new(Origin::parse(&server.url()).unwrap(), None, parts).unwrap();
    let auth = Auth::none();
    let get = Get {
        path: "/x",
        query: &[],
        auth: &auth,
        class: Class::Bulk,
    };
    client.get(get).await.unwrap();
    let wait = Duration::from_micros(4_500);
    assert!(
        notes
            .all()
            .iter()
            .any(|note| matches!(note, Note::Retrying { wait: w, .. } if *w == wait))
    );
}

#[test]
fn a_token_endpoint_in_the_clear_is_refused() {
    let origin = Origin::parse("http://127.0.0.1:1").unwrap();
    let tokens = TokenEndpoints {
        issue: Url::parse("http://tokens.example/").unwrap(),
        inspect: None,
    };
    assert!(ApiClient::new(origin, Some(tokens), parts().0).is_err());
}

#[tokio::test]
async fn redirects_are_refused_and_take_no_credential_along() {
    let elsewhere = Server::script([Reply::ok(json!({}))]).await;
    let target = format!("{}/steal?token=abc", elsewhere.url());
    for status in [301, 302, 307, 308] {
        let server = Server::script([Reply::Raw(
            status,
            vec![("location", target.clone())],
            vec![],
        )])
        .await;
        let error = read(&bench(&server.url())).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Redirect(..)), "{error}");
        assert!(!error.to_string().contains("abc"));
        assert_eq!(server.asked().len(), 1);
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_429_waits_for_the_pacing_and_never_fails_by_itself() {
    let limited = |after: &str| {
        Reply::Raw(
            429,
            vec![("retry-after", after.to_owned())],
            b"slow down".to_vec(),
        )
    };
    let date = "Tue, 24 Nov 2026 12:00:30 GMT";
    let dated = Reply::Raw(
        429,
        vec![
            ("retry-after", date.to_owned()),
            ("date", "Tue, 24 Nov 2026 12:00:00 GMT".to_owned()),
        ],
        vec![],
    );
    let server = Server::script([
        limited("7"),
        dated,
        Reply::Raw(429, vec![], vec![]),
        Reply::ok(json!({})),
    ])
    .await;
    let bench = bench(&server.url());
    let answer = read(&bench).await.unwrap();
    assert_eq!(answer.tries, 1);
    let seconds = |n| Used::RateLimited(Some(Duration::from_secs(n)));
    assert_eq!(
        bench.pacer.fates(),
        [
            seconds(7),
            seconds(30),
            Used::RateLimited(None),
            Used::Answered
        ]
    );

    let server = Server::script([limited("1")]).await;
    let error = read(&self::bench(&server.url())).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::OutOfPatience(1800));
    assert_eq!(error.to_problem("TD SYNNEX").kind.exit_code(), 7);
}

#[tokio::test]
async fn what_never_left_frees_its_slot() {
    let refused = bench("http://127.0.0.1:1");
    let error = read(&refused).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Refused(_)), "{error}");
    assert!(
        refused
            .pacer
            .fates()
            .iter()
            .all(|fate| *fate == Used::NeverSent)
    );
    assert_eq!(error.to_problem("TD SYNNEX").kind.exit_code(), 8);

    let climbing = bench("http://127.0.0.1:1");
    let auth = Auth::none();
    let get = Get {
        path: "/accounts/../x",
        query: &[],
        auth: &auth,
        class: Class::Bulk,
    };
    let error = climbing.client.get(get).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Address(_)));
    assert!(climbing.pacer.fates().is_empty());
}

#[tokio::test]
async fn tls_to_something_else_is_called_tls() {
    // A server on loopback that speaks no TLS, reached over https.
    let base = shouting(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let https = base.replace("http://127.0.0.1", "https://localhost");
    let error = read(&bench(&https)).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Tls(..)), "{error:?}");
    assert_eq!(error.tries, 1);
}

#[tokio::test]
async fn a_name_without_address_is_called_dns() {
    let error = read(&bench("https://no-such-host.invalid"))
        .await
        .unwrap_err();
    // A machine that reaches the world through a proxy leaves the name to it.
    assert!(
        matches!(error.kind, ErrorKind::Dns(_) | ErrorKind::Proxy(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_token_is_spent_once_unless_it_certainly_was_not() {
    let server = Server::script([Reply::Json(500, json!({}))]).await;
    assert_eq!(spend(&bench(&server.url())).await.unwrap_err().tries, 1);
    assert_eq!(server.asked().len(), 1);
    let limited = Reply::Raw(429, vec![("retry-after", "1".into())], vec![]);
    let server = Server::script([limited, Reply::ok(json!({}))]).await;
    spend(&bench(&server.url())).await.unwrap();
    let asked = &server.asked()[1];
    assert_eq!(
        (asked.method.as_str(), asked.body.as_str()),
        ("POST", "refresh_token=r%2B1%262")
    );
    assert_eq!(
        asked.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(
        spend(&bench("http://127.0.0.1:1")).await.unwrap_err().tries,
        5
    );
}

#[tokio::test]
async fn the_retry_budget_protects_a_sick_server() {
    let server = Server::script([Reply::Json(503, json!({}))]).await;
    let bench = bench(&server.url());
    for _ in 0..6 {
        read(&bench).await.unwrap_err();
    }
    assert_eq!(
        server.asked().len(),
        6 + 10,
        "six requests, and ten repeats for all of them"
    );
}

#[tokio::test]
async fn cancelling_stops_a_request_at_once() {
    let server = Server::script([Reply::Silence]).await;
    let bench = bench(&server.url());
    let stop = bench.cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        stop.cancel();
    });
    let started = Instant::now();
    let error = read(&bench).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);
    assert!(started.elapsed() < Duration::from_millis(250));
    assert_eq!(read(&bench).await.unwrap_err().kind, ErrorKind::Cancelled);
    assert_eq!(server.asked().len(), 1);
}

/// A server that reads a little, sends these bytes and keeps the connection open.
pub async fn shouting(bytes: &'static [u8]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(bytes).await;
            kept.push(stream);
        }
    });
    base
}
