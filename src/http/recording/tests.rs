//! Forty planted secrets, none found in a recording; and the same client gets the same answers from it.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::SecretString;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::ids::ConnectionName;
use crate::domain::vendor::Vendor;
use crate::http::auth::Auth;
use crate::http::client::ApiClient;
use crate::http::error::ApiError;
use crate::http::observe::Note;
use crate::http::origin::Origin;
use crate::http::pacing::Class;
use crate::http::redact::Redactor;
use crate::http::request::{Answer, Encoding, Get, TokenCall, TokenEndpoints, TokenForm};
use crate::http::testing::{Asked as Request, Reply, Server, parts};

/// The planted secret of a number.
fn secret(n: usize) -> String {
    format!("pl4nt3d/{n:02}+Zq\"x=&{}", n * 7919)
}

fn client(base: &str, tape: Tape) -> (ApiClient, Arc<crate::http::testing::Notes>) {
    let (mut parts, _, notes) = parts();
    parts.tape = tape;
    let origin = Origin::parse(base).unwrap();
    let tokens = TokenEndpoints {
        issue: origin.url("/oauth/token", &[]).unwrap(),
        inspect: None,
    };
    (ApiClient::new(origin, Some(tokens), parts).unwrap(), notes)
}

async fn get(client: &ApiClient, bearer: usize, page: Option<&str>) -> Result<Answer, ApiError> {
    let auth = Auth::bearer(&secret(bearer).into());
    let mut query = vec![("pageSize", "10".to_owned())];
    query.extend(page.map(|token| ("pageToken", token.to_owned())));
    let get = Get {
        path: "/api/x",
        query: &query,
        auth: &auth,
        class: Class::Bulk,
    };
    client.get(get).await
}

async fn spend(
    client: &ApiClient,
    refresh: usize,
    client_secret: usize,
) -> Result<Answer, ApiError> {
    let fields = [
        ("grant_type", SecretString::from("refresh_token")),
        ("refresh_token", secret(refresh).into()),
        ("client_secret", secret(client_secret).into()),
    ];
    let form = TokenForm {
        call: TokenCall::Issue,
        fields: &fields,
        encoding: Encoding::Form,
        auth: &Auth::none(),
        cancel: &CancellationToken::new(),
    };
    client.token(form).await
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Every kind of answer in which secrets may come: tokens, telling keys, echoes, headers, broken bodies.
fn answer(asked: &Request, n: usize) -> Reply {
    let echo = asked.header("authorization").unwrap_or_default().to_owned();
    if asked.method == "POST" {
        return Reply::ok(
            json!({"access_token": secret(10 + n), "expires_in": 7200, "refresh_token": secret(20 + n)}),
        );
    }
    let headers = || {
        vec![
            ("set-cookie", format!("sid={}", encoded(&secret(30)))),
            ("www-authenticate", "x".to_owned()),
            (
                "x-request-id",
                format!("r-{}", encoded(echo.trim_start_matches("Bearer "))),
            ),
        ]
    };
    let broken = |text: String| Reply::Raw(200, headers(), text.into_bytes());
    match n {
        2 => Reply::Raw(
            503,
            headers(),
            json!({"error": echo, "access_token": secret(31)})
                .to_string()
                .into_bytes(),
        ),
        3 => broken(format!("<html>{}</html>", secret(32))),
        4 => broken(format!("{{\"password\":\"{}", secret(33))),
        5 => Reply::Raw(200, vec![], [secret(34).as_bytes(), b"\xff"].concat()),
        6 => Reply::Raw(
            429,
            vec![("retry-after", "0".into())],
            secret(35).into_bytes(),
        ),
        7 => {
            let body = json!({
                "customers": [{
                    "customerOrganization": "Zoë & Co", "cost": 1.25,
                    "note": format!("plain {}, coded {}", echo, encoded(&echo)),
                    "attributes": [{"password": secret(36), "apiKey": [secret(37)], "deep": {"clientSecret": {"v": secret(38)}}}],
                    echo.trim_start_matches("Bearer "): "a key of its own",
                }],
                "nextPageToken": secret(39),
            });
            Reply::Raw(200, headers(), body.to_string().into_bytes())
        }
        _ => Reply::ok(json!({"customers": [], "nextPageToken": ""})),
    }
}

/// One story of calls; its outcomes in words.
async fn story(client: &ApiClient) -> Vec<String> {
    let mut all = Vec::new();
    let mut tell = |result: Result<Answer, ApiError>| {
        let page = result
            .as_ref()
            .ok()
            .and_then(|a| a.json.get("nextPageToken").cloned());
        all.push(match result {
            Ok(answer) => format!(
                "{} tries, cost {}",
                answer.tries, answer.json["customers"][0]["cost"]
            ),
            Err(error) => format!("{} tries, {}", error.tries, error.kind),
        });
        page.and_then(|token| Some(token.as_str()?.to_owned()))
    };
    tell(spend(client, 0, 5).await);
    tell(spend(client, 1, 6).await);
    let page = tell(get(client, 2, None).await).unwrap();
    tell(get(client, 3, Some(&page)).await);
    tell(get(client, 4, Some(&page)).await);
    all
}

fn recording(folder: &Path) -> Arc<NewRecording> {
    Arc::new(NewRecording::create(folder, "2026-11-24T06:00:00Z".parse().unwrap()).unwrap())
}

fn subject() -> Subject {
    Subject {
        name: ConnectionName::from("synnex"),
        vendor: Vendor::Synnex,
        base_path: String::new(),
        token_path: String::new(),
        settings: BTreeMap::new(),
    }
}

#[tokio::test]
async fn forty_planted_secrets_are_not_found_and_a_replay_gives_the_same() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |asked| {
        answer(
            asked,
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
        )
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let tapes = Tapes::Record(recording(folder.path()));
    let (live, _) = client(&server.url(), tapes.tape(subject()).unwrap());
    let told = story(&live).await;
    assert_eq!(told[2], "5 tries, cost 1.25", "{told:?}");

    let mut kept = String::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        kept += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    assert!(
        kept.contains("Zoë & Co") && kept.contains("expires_in\":7200"),
        "{kept}"
    );
    let sent: Vec<Request> = server.asked();
    let (mut planted, wire) = (0, format!("{sent:?}"));
    for n in 0..40 {
        let secret = secret(n);
        planted += usize::from(wire.contains(&encoded(&secret)));
        assert!(!kept.contains(&secret), "{secret} in {kept}");
        assert!(!kept.contains(&encoded(&secret)), "{secret} in {kept}");
        assert!(
            !Redactor::new([secret.as_str()]).finds(&kept),
            "{secret} in {kept}"
        );
    }
    assert!(planted >= 5, "the client did send some of them");

    let replay = Tapes::Replay(Arc::new(Recording::open(folder.path()).unwrap()));
    let (offline, notes) = client("https://replay.invalid", replay.tape(subject()).unwrap());
    assert_eq!(story(&offline).await, told);
    let sent_again = |note: &Note| matches!(note, Note::Sent { .. });
    assert_eq!(
        notes.all().iter().filter(|note| sent_again(note)).count(),
        sent.len()
    );
    let over = get(&offline, 4, None).await.unwrap_err();
    assert_eq!(
        (over.to_string().contains("no further answer"), over.tries),
        (true, 1)
    );
}

#[tokio::test]
async fn a_recording_that_cannot_be_written_fails_nothing() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let server = Server::script([Reply::ok(json!({"a": 1}))]).await;
    let tape = Tape::Record(Arc::new(Recorder::new(Full)));
    let (live, notes) = client(&server.url(), tape);
    for _ in 0..3 {
        assert_eq!(get(&live, 1, None).await.unwrap().json["a"], Value::from(1));
    }
    let remarks = notes
        .all()
        .into_iter()
        .filter(|note| matches!(note, Note::Remark(_)));
    assert_eq!(remarks.count(), 1);
}
