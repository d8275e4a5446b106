use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use serde_json::json;

use super::*;
use crate::http::origin::Origin;
use crate::http::request::{Encoding, TokenCall, TokenEndpoints, TokenForm};
use crate::http::testing::{Asked, MemoryGrants, Reply, Server, parts};

struct ByKey;

#[async_trait]
impl Grantor for ByKey {
    async fn issue(&self, client: &ApiClient) -> Result<Value, ApiError> {
        let form = TokenForm {
            call: TokenCall::Issue,
            fields: &[("client_secret", SecretString::from("s3cret-of-ours"))],
            encoding: Encoding::Json,
            auth: &Auth::none().and("x-key", "k3y-of-ours".into()),
            cancel: &client.parts().cancel,
        };
        Ok(client.token(form).await?.json)
    }

    fn reading(&self) -> Reading {
        Reading {
            token: "access_token",
            life: "expires_in",
            usual_life: 3_600,
        }
    }
}

/// Gives out `token-1`, `token-2`, …, each of the life given, and takes only those that `is_good` names.
async fn server(life: i64, is_good: fn(usize) -> bool) -> Server {
    let issued = AtomicUsize::new(0);
    Server::start(move |asked: &Asked| match asked.path() {
        "/token" => {
            let n = issued.fetch_add(1, Ordering::SeqCst) + 1;
            Reply::ok(json!({"access_token": format!("token-{n}"), "expires_in": life}))
        }
        _ => {
            let bearer = asked.header("authorization").unwrap_or_default();
            let n = bearer.rsplit('-').next().and_then(|n| n.parse().ok());
            match n.is_some_and(is_good) {
                true => Reply::ok(json!({"by": bearer})),
                false => Reply::Json(401, json!({"message": "expired"})),
            }
        }
    })
    .await
}

fn granted(base: &str, store: Arc<MemoryGrants>, calendar: &Calendar) -> Granted {
    let origin = Origin::parse(base).unwrap();
    let tokens = TokenEndpoints {
        issue: origin.url("/token", &[]).unwrap(),
        inspect: None,
    };
    let client = ApiClient::new(origin, Some(tokens), parts().0).unwrap();
    let beside = Auth::none().and("x-key", "k3y-of-ours".into());
    Granted::new(
        Arc::new(client),
        Arc::new(ByKey),
        store,
        calendar.clone(),
        beside,
    )
}

fn calls(server: &Server, path: &str) -> usize {
    server
        .asked()
        .iter()
        .filter(|asked| asked.path() == path)
        .count()
}

async fn read(granted: &Granted) -> Result<Value, GrantError> {
    granted.get("/data", &[], Class::Bulk).await
}

#[tokio::test]
async fn many_readers_and_later_processes_share_one_token() {
    let server = server(3_600, |_| true).await;
    let (store, calendar) = (Arc::new(MemoryGrants::default()), Calendar::wall());
    let first = granted(&server.url(), store.clone(), &calendar);
    let (a, b, c) = tokio::join!(read(&first), read(&first), read(&first));
    for answer in [a, b, c] {
        assert_eq!(answer.unwrap()["by"], "Bearer token-1");
    }
    let later = granted(&server.url(), store, &calendar);
    assert_eq!(read(&later).await.unwrap()["by"], "Bearer token-1");
    assert_eq!(calls(&server, "/token"), 1);
    let asked = &server.asked()[0];
    assert_eq!(asked.body, r#"{"client_secret":"s3cret-of-ours"}"#);
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let all = server.asked();
    assert!(
        all.iter()
            .all(|asked| asked.header("x-key") == Some("k3y-of-ours"))
    );
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let good = server(3_600, |n| n > 1).await;
    let first = granted(&good.url(), Arc::default(), &Calendar::wall());
    assert_eq!(read(&first).await.unwrap()["by"], "Bearer token-2");
    assert_eq!((calls(&good, "/token"), calls(&good, "/data")), (2, 2));

    let never = server(3_600, |_| false).await;
    let second = granted(&never.url(), Arc::default(), &Calendar::wall());
    let error = read(&second).await.unwrap_err();
    assert!(matches!(error, GrantError::Api(e) if e.status() == Some(401)));
    assert_eq!((calls(&never, "/token"), calls(&never, "/data")), (2, 2));
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_in_the_middle_of_a_run() {
    let server = server(7 * 86_400, |_| true).await;
    let calendar = Calendar::fixed("2026-11-24T12:00:00Z".parse().unwrap());
    let granted = granted(&server.url(), Arc::default(), &calendar);
    assert_eq!(read(&granted).await.unwrap()["by"], "Bearer token-1");
    assert_eq!(read(&granted).await.unwrap()["by"], "Bearer token-1");
    calendar.advance_weeks(1);
    assert_eq!(read(&granted).await.unwrap()["by"], "Bearer token-2");
    assert_eq!(
        (ahead(1_500), ahead(3_600), ahead(40), ahead(3)),
        (60, 60, 4, 0)
    );
}

#[tokio::test]
async fn a_verdict_is_not_asked_for_twice_and_what_passes_is() {
    let refusing = Server::start(|_: &Asked| {
        Reply::Json(
            401,
            json!({"error": "access_denied", "error_description": "no s3cret-of-ours"}),
        )
    })
    .await;
    let first = granted(&refusing.url(), Arc::default(), &Calendar::wall());
    for _ in 0..3 {
        let GrantError::Token(error) = read(&first).await.unwrap_err() else {
            panic!("no verdict on the credential");
        };
        assert!(!error.seen().contains("s3cret-of-ours"), "{}", error.seen());
    }
    assert_eq!(refusing.asked().len(), 1);

    let tries = AtomicI64::new(0);
    let shaky = Server::start(move |asked: &Asked| match asked.path() {
        "/token" if tries.fetch_add(1, Ordering::SeqCst) == 0 => Reply::ok(json!({"hello": 1})),
        "/token" => Reply::ok(json!({"access_token": "token-1"})),
        _ => Reply::ok(json!({})),
    })
    .await;
    let second = granted(&shaky.url(), Arc::default(), &Calendar::wall());
    assert!(read(&second).await.is_err());
    assert!(read(&second).await.is_ok());
}
