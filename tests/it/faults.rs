//! Each failure of a distributor in its own words, with its own exit code.

use std::io::Write;
use std::net::TcpListener;
use std::process::Stdio;

use vectis::sim::ion::{Fault, PathKind};

use crate::support::program::Home;
use crate::support::screen::Screen;
use crate::support::vendor::{Ion, status};

/// A fault, the exit code of Test, and words that the message must have.
fn table() -> Vec<(&'static str, PathKind, Fault, i32, &'static [&'static str])> {
    let limited = Fault::Status {
        status: 429,
        retry_after: Some("3600".to_owned()),
    };
    vec![
        (
            "a refused token",
            PathKind::Token,
            status(400),
            4,
            &["refresh token", "32 days"],
        ),
        (
            "401 of the token endpoint",
            PathKind::Token,
            status(401),
            4,
            &["refresh token"],
        ),
        (
            "401 for good",
            PathKind::Customers,
            status(401),
            4,
            &["401"],
        ),
        (
            "403",
            PathKind::Customers,
            status(403),
            5,
            &["403", "account"],
        ),
        ("404", PathKind::Customers, status(404), 6, &["account ID"]),
        ("429", PathKind::Customers, limited, 7, &["429"]),
        ("500", PathKind::Customers, status(500), 8, &["500"]),
        (
            "HTML",
            PathKind::Customers,
            Fault::Html { status: 200 },
            8,
            &["HTML"],
        ),
        (
            "cut JSON",
            PathKind::Customers,
            Fault::CutJson,
            8,
            &["customers"],
        ),
        (
            "nothing",
            PathKind::Customers,
            Fault::Empty,
            8,
            &["customers"],
        ),
        (
            "a reset",
            PathKind::Customers,
            Fault::Reset,
            8,
            &["customers"],
        ),
    ]
}

#[test]
fn every_failure_has_its_words_and_its_exit_code() {
    std::thread::scope(|scope| {
        for (name, path, fault, code, words) in table() {
            scope.spawn(move || {
                let (home, ion) = (Home::new(), Ion::of(3));
                ion.connect(&home).expect(0);
                ion.always(path, fault);
                let test = home.run(["connection", "test", "synnex", "--json", "--patience", "5"]);
                let error = test.expect(code).json()["error"].clone();
                let text = error.to_string();
                for part in ["code", "title", "seen", "cause", "remedy"] {
                    assert!(
                        error[part].as_str().is_some_and(|t| !t.is_empty()),
                        "{name}: {part} in {error:#}"
                    );
                }
                for word in words {
                    assert!(text.contains(word), "{name}: '{word}' in {error:#}");
                }
                let sync = home
                    .run(["sync", "--json", "--patience", "5"])
                    .expect(code)
                    .json();
                assert_eq!(sync["runs"][0]["state"], "failed", "{name}");
                assert_eq!(sync["runs"][0]["error"]["code"], error["code"], "{name}");
            });
        }
    });
}

#[test]
fn every_failure_is_explained_on_the_screen() {
    std::thread::scope(|scope| {
        for (name, path, fault, _, words) in table() {
            scope.spawn(move || {
                let (home, ion) = (Home::new(), Ion::of(3));
                ion.connect(&home).expect(0);
                ion.always(path, fault);
                let database = home.database();
                let mut screen = Screen::start(&home, &["--database", &database], (120, 40));
                screen.wait_for("6 Connect");
                screen.press("6");
                screen.wait_for("t tests it");
                screen.press("t");
                let text = screen.wait_for("what to do");
                let flat: Vec<&str> = text.split_whitespace().collect();
                for word in words {
                    let said = flat.join(" ").contains(word);
                    assert!(said, "{name}: '{word}' in\n{text}");
                }
                screen.press("q");
                let (status, _) = screen.end();
                assert_eq!(status.exit_code(), 0, "{name}");
            });
        }
    });
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_away() {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port();
    let home = Home::new();
    let token = home.file("token", "abc");
    let url = format!("http://127.0.0.1:{port}");
    home.run([
        "connection",
        "set",
        "ion",
        "--vendor",
        "synnex",
        "--base-url",
        &url,
        "--account-id",
        "1",
        "--refresh-token-file",
        &token,
    ])
    .expect(0);
    let error = home
        .run(["connection", "test", "ion", "--json"])
        .expect(8)
        .json();
    assert_eq!(error["error"]["code"], "unreachable", "{error:#}");
}

#[test]
fn a_base_url_that_no_credential_may_be_sent_to_is_not_saved() {
    let home = Home::new();
    let token = home.file("token", "abc");
    for url in ["http://ion.example.com", "ftp://ion.example.com", "ion"] {
        let error = home
            .run([
                "connection",
                "set",
                "ion",
                "--vendor",
                "synnex",
                "--account-id",
                "1",
                "--refresh-token-file",
                &token,
                "--base-url",
                url,
                "--json",
            ])
            .expect(3)
            .json();
        assert_eq!(error["error"]["title"], "The base URL is not usable");
    }
    let list = home.run(["connection", "list", "--json"]).expect(0).json();
    assert_eq!(list, serde_json::json!([]));
}

#[test]
fn trouble_that_passes_fails_no_sync() {
    let (home, ion) = (Home::new(), Ion::of(20));
    ion.connect(&home).expect(0);
    ion.once(PathKind::Customers, status(503));
    ion.once(PathKind::Subscriptions, Fault::CutBody);
    ion.once(PathKind::Subscriptions, Fault::ExpireAccess);
    let limited = Fault::Status {
        status: 429,
        retry_after: Some("1".to_owned()),
    };
    ion.once(PathKind::Subscriptions, limited);
    let sync = home.run(["sync", "--json"]).expect(0).json();
    assert_eq!(sync["runs"][0]["state"], "complete", "{sync:#}");
    assert_eq!(sync["runs"][0]["rate_limited"], 1);
    assert_eq!(ion.server.stats().token_reuse_attempts, 0);
}

#[test]
fn hostile_rows_break_neither_the_run_nor_the_terminal() {
    let (home, ion) = (Home::new(), Ion::in_chaos(200, 3));
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    let sync = home.run(["sync", "-v"]).expect(9);
    let list = home.run(["review", "list"]).expect(0);
    let export = home.run(["export", "customers"]).expect(0);
    for text in [&sync.out, &sync.err, &list.out, &list.err, &export.out] {
        let bad = text
            .chars()
            .find(|c| c.is_control() && !matches!(c, '\n' | '\r'));
        assert_eq!(bad, None, "{text}");
    }
    assert!(sync.err.contains("quarantine"), "{}", sync.err);
}

#[test]
fn secrets_are_never_arguments_and_never_shown() {
    let (home, ion) = (Home::new(), Ion::of(3));
    let mut set = home.command([
        "connection",
        "set",
        "synnex",
        "--vendor",
        "synnex",
        "--base-url",
        &ion.server.base_url(),
        "--account-id",
        &ion.server.account_id(),
        "--refresh-token-file",
        "-",
        "--database",
        &home.database(),
    ]);
    let mut child = set
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(ion.server.refresh_token().as_bytes())
        .expect("the token is taken");
    assert!(child.wait().expect("the program ends").success());
    home.run(["connection", "test", "synnex", "-v"]).expect(0);
    let token = ion.server.refresh_token().as_bytes();
    let mut looked_at = 0;
    let mut folders = vec![home.path("")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            looked_at += 1;
            assert!(
                !bytes.windows(token.len()).any(|w| w == token),
                "the token lies in the clear in {path:?}"
            );
        }
    }
    assert!(looked_at >= 3, "database, key and log were looked at");
}

#[test]
fn what_is_missing_is_named() {
    let home = Home::new();
    let account = home
        .run([
            "connection",
            "set",
            "synnex",
            "--vendor",
            "synnex",
            "--json",
        ])
        .expect(2)
        .json();
    assert!(account.to_string().contains("--account-id"), "{account:#}");
    let token = home
        .run([
            "connection",
            "set",
            "synnex",
            "--vendor",
            "synnex",
            "--account-id",
            "1",
            "--json",
        ])
        .expect(2)
        .json();
    assert!(
        token["error"]["remedy"]
            .as_str()
            .is_some_and(|r| r.contains("OAuth credentials")),
        "{token:#}"
    );
    let nothing = home.run(["sync", "--json"]).expect(2).json();
    assert!(
        nothing.to_string().contains("connection set"),
        "{nothing:#}"
    );
    home.run(["sync", "--json", "--no-such-flag"])
        .expect(2)
        .json();
}

#[test]
fn a_broken_file_names_its_place_and_imports_nothing() {
    let home = Home::new();
    let companies = home.file(
        "companies.csv",
        "company_id,company_name\n1,\"Open quote\n2,Other\n",
    );
    let ran = home
        .run(["psa", "import", "--companies", &companies, "--yes"])
        .expect(2);
    assert!(
        ran.err.contains("companies.csv") && ran.err.contains("line 2"),
        "{}",
        ran.err
    );
    assert_eq!(
        home.run(["export", "customers", "--format", "json"])
            .expect(0)
            .out
            .trim(),
        "[]"
    );
}
