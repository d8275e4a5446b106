//! Pax8 with the whole program: set, test, sync, and what goes wrong on the way.

use serde_json::json;
use vectis::sim::pax8::{AccessLife, Hint, Pax8Options, Pax8Path};
use vectis::sim::server::{Fault, ServerOptions, Weather};

use crate::support::pax8::Pax8;
use crate::support::program::{Home, Ran};

fn connected(pax8: &Pax8) -> Home {
    let home = Home::new();
    pax8.connect(&home).expect(0);
    home
}

fn sync(home: &Home, code: i32) -> serde_json::Value {
    home.run(["sync", "--json"]).expect(code).json()
}

fn status(status: u16) -> Fault {
    Fault::Status {
        status,
        retry_after: None,
    }
}

#[test]
fn a_partner_is_connected_tested_and_synced_in_few_requests() {
    let pax8 = Pax8::with(
        210,
        Pax8Options {
            page_cap: 200,
            ..Pax8::options()
        },
    );
    let home = connected(&pax8);
    let said = home.run(["connection", "test", "pax8"]).expect(0).out;
    assert_eq!(said.trim(), "Connected to Pax8 — 210 customers visible");
    assert_eq!(pax8.server.stats().total, 2, "a token and one page");
    let run = sync(&home, 0)["runs"][0].clone();
    assert_eq!(
        (&run["customers"], &run["vendor"]),
        (&json!(210), &json!("pax8"))
    );
    let rows = run["subscriptions"].as_u64().expect("a count");
    assert!(rows > 210, "{run}");
    let stats = pax8.server.stats();
    assert_eq!(
        stats.tokens_issued, 1,
        "the token of the test serves the sync"
    );
    assert_eq!(pax8.asked(Pax8Path::Companies), 1 + 2);
    assert_eq!(pax8.asked(Pax8Path::Subscriptions), rows.div_ceil(200));
    assert_eq!(stats.writes_refused, 0);
    let exported = home
        .run(["export", "licensing", "--format", "csv"])
        .expect(0)
        .out;
    assert!(
        exported.contains("Pax8") && exported.contains("MIC-NCE-"),
        "{exported:.600}"
    );
    sync(&home, 0);
    assert_eq!(
        pax8.server.stats().tokens_issued,
        1,
        "and the next sync of the day"
    );
}

#[test]
fn what_is_missing_or_wrong_is_said_before_anything_is_sent() {
    let pax8 = Pax8::of(3);
    let home = Home::new();
    let set = |more: &[&str]| -> Ran {
        let base = pax8.server.base_url();
        let mut args = vec![
            "connection",
            "set",
            "pax8",
            "--vendor",
            "pax8",
            "--base-url",
            &base,
        ];
        args.extend(more);
        let database = home.database();
        args.extend(["--json", "--database", &database]);
        home.command(args).output().expect("it starts").into()
    };
    let secret = home.file("secret", "a-secret");
    for (more, words) in [
        (vec!["--client-secret-file", &secret], "client ID"),
        (vec!["--client-id", "abc"], "API credentials"),
        (
            vec!["--client-id", "a b", "--client-secret-file", &secret],
            "client ID",
        ),
        (
            vec![
                "--client-id",
                "abc",
                "--client-secret-file",
                &secret,
                "--account-id",
                "7",
            ],
            "--account-id",
        ),
        (
            vec![
                "--client-id",
                "abc",
                "--client-secret-file",
                &secret,
                "--token-url",
                "ftp://x",
            ],
            "token URL",
        ),
    ] {
        let ran = set(&more).expect(2);
        assert!(ran.out.contains(words), "{more:?}: {ran:?}");
    }
    assert_eq!(pax8.server.stats().total, 0);
}

#[test]
fn a_wrong_secret_and_a_new_one() {
    let pax8 = Pax8::of(3);
    let home = Home::new();
    pax8.connect_with(&home, "not-the-secret").expect(0);
    let ran = home.run(["connection", "test", "pax8", "--json"]).expect(4);
    let error = &ran.json()["error"];
    assert!(
        error["remedy"]
            .as_str()
            .expect("words")
            .contains("API credentials"),
        "{error}"
    );
    assert!(
        error["seen"]
            .as_str()
            .expect("words")
            .contains("access_denied"),
        "{error}"
    );
    assert!(!format!("{ran:?}").contains("not-the-secret"));
    pax8.connect(&home).expect(0);
    home.run(["connection", "test", "pax8"]).expect(0);
    // a token of the old secret must not serve under a new one
    pax8.connect_with(&home, "not-the-secret").expect(0);
    home.run(["connection", "test", "pax8"]).expect(4);
}

#[test]
fn tokens_end_in_the_middle_and_limits_are_waited_for() {
    let options = Pax8Options {
        access: AccessLife {
            requests: 3,
            ..Pax8::options().access
        },
        hint: Hint::Given,
        ..Pax8::options()
    };
    let pax8 = Pax8::with(90, options);
    let home = connected(&pax8);
    pax8.once_after(1, Pax8Path::Subscriptions, Fault::Limited { seconds: 1 });
    pax8.once_after(0, Pax8Path::Companies, status(408));
    let run = sync(&home, 0)["runs"][0].clone();
    assert_eq!(
        (&run["customers"], &run["rate_limited"]),
        (&json!(90), &json!(1))
    );
    let stats = pax8.server.stats();
    assert!(
        stats.tokens_issued > 2 && stats.unauthorized == stats.tokens_issued - 1,
        "{stats:?}"
    );
}

#[test]
fn a_refused_listing_is_explained_and_goes_on_at_its_page() {
    let pax8 = Pax8::of(90);
    let home = connected(&pax8);
    pax8.once_after(2, Pax8Path::Subscriptions, status(403));
    let summary = sync(&home, 5);
    let error = &summary["runs"][0]["error"];
    assert!(
        error["title"]
            .as_str()
            .expect("words")
            .contains("subscriptions"),
        "{summary}"
    );
    let companies = pax8.asked(Pax8Path::Companies);
    let before = pax8.asked(Pax8Path::Subscriptions);
    let run = sync(&home, 0)["runs"][0].clone();
    assert_eq!(run["resumed"], json!(true), "{run}");
    assert_eq!(
        pax8.asked(Pax8Path::Companies),
        companies,
        "companies are not read again"
    );
    let rows = run["subscriptions"].as_u64().expect("a count");
    let left = pax8.asked(Pax8Path::Subscriptions) - before;
    assert_eq!(left, rows.div_ceil(40) - 2, "two pages were kept");
}

#[test]
fn nulls_unknown_words_and_missing_products_are_taken() {
    let pax8 = Pax8::of(30);
    let home = connected(&pax8);
    let replaced = |pointer: &str, value| Fault::Replace {
        pointer: pointer.to_owned(),
        value,
    };
    pax8.once_after(
        0,
        Pax8Path::Subscriptions,
        replaced("/content/0/status", json!("Hibernating")),
    );
    pax8.once_after(
        1,
        Pax8Path::Subscriptions,
        replaced("/content/0/quantity", json!("many")),
    );
    pax8.once_after(
        0,
        Pax8Path::Companies,
        replaced("/content/0/address", json!(null)),
    );
    pax8.once_after(0, Pax8Path::Products, status(404));
    pax8.once_after(0, Pax8Path::Product, status(404));
    let run = sync(&home, 9)["runs"][0].clone();
    assert_eq!(
        (&run["customers"], &run["quarantined"]),
        (&json!(30), &json!(1)),
        "{run}"
    );
    let options = Pax8Options {
        server: ServerOptions {
            weather: Weather::Chaos,
            seed: 5,
            ..ServerOptions::default()
        },
        ..Pax8::options()
    };
    let stormy = Pax8::with(60, options);
    let home = connected(&stormy);
    let run = sync(&home, 9)["runs"][0].clone();
    assert!(run["quarantined"].as_u64() > Some(0), "{run}");
}

#[test]
fn a_tenant_is_onboarded_recorded_and_replayed() {
    let pax8 = Pax8::of(30);
    let home = connected(&pax8);
    let report = home.run(["onboard", "pax8", "--json"]).expect(0).json();
    assert_eq!(report["vendor"], json!("pax8"));
    let asked: Vec<_> = report["answers"]
        .as_array()
        .expect("answers")
        .iter()
        .map(|a| &a["id"])
        .collect();
    assert!(asked.contains(&&json!("external_ids")), "{asked:?}");
    assert!(
        !asked.contains(&&json!("lost_token_answer")),
        "Ion's question: {asked:?}"
    );

    let folder = home.path("recording");
    let folder = folder.to_str().expect("a path");
    let recorded = home
        .run(["sync", "--full", "--record", folder, "--json"])
        .expect(0)
        .json();
    let other = Home::new();
    let before = pax8.server.stats().total;
    let replayed = other.run(["replay", folder, "--json"]).expect(0).json();
    for key in ["customers", "subscriptions", "quarantined", "requests"] {
        assert_eq!(replayed["runs"][0][key], recorded["runs"][0][key], "{key}");
    }
    assert_eq!(pax8.server.stats().total, before, "nothing was sent");
    let files = std::fs::read_dir(folder).expect("a folder");
    for file in files {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
        assert!(!text.contains(pax8.server.told("client_secret")));
    }
}
