//! A recorded sync and its replay without a network: the same tables, the same summary, and no secret kept.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use vectis::sim::ion::{Fault, IonOptions, PathKind, Weather};

use crate::support::program::{Home, Ran};
use crate::support::vendor::{Ion, eventually, status};

const NOW: &str = "2026-11-24T06:00:00Z";
const TABLES: [&str; 4] = ["licensing", "customers", "usage", "findings"];

/// Runs the program on a home's database at a calendar that stands still.
fn run<const N: usize>(home: &Home, args: [&str; N]) -> Ran {
    let database = home.database();
    let all = args.into_iter().chain(["--database", &database]);
    let mut command = home.command(all);
    command.env("VECTIS_NOW", NOW);
    command.output().expect("the program starts").into()
}

fn connect(home: &Home, ion: &Ion, name: &str) {
    let token = home.file(&format!("token-{name}"), ion.server.refresh_token());
    let (base, account) = (ion.server.base_url(), ion.server.account_id());
    run(
        home,
        [
            "connection",
            "set",
            name,
            "--vendor",
            "synnex",
            "--base-url",
            &base,
            "--account-id",
            &account,
            "--refresh-token-file",
            &token,
            "--requests-per-minute",
            "100000",
        ],
    )
    .expect(0);
}

fn tables(home: &Home) -> Vec<String> {
    let export = |table| run(home, ["export", table]).expect(0).out;
    TABLES.map(export).into()
}

/// A summary without what depends on the machine's speed.
fn timeless(mut summary: Value) -> Value {
    for run in summary["runs"].as_array_mut().expect("runs") {
        run["seconds"] = Value::Null;
    }
    summary
}

fn recorded(home: &Home, code: i32) -> (PathBuf, Value) {
    let folder = home.path("recording");
    let args = [
        "sync",
        "--record",
        folder.to_str().expect("a path"),
        "--json",
    ];
    let summary = run(home, args).expect(code).json();
    (folder, summary)
}

fn replay(home: &Home, folder: &Path) -> Ran {
    run(home, ["replay", folder.to_str().expect("a path"), "--json"])
}

/// Every file of a recording.
fn kept(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).expect("a folder");
    let texts = files.map(|file| std::fs::read_to_string(file.expect("a file").path()));
    texts.map(|text| text.expect("text")).collect()
}

#[test]
fn a_replay_gives_the_same_tables_and_summary() {
    let (home, other) = (Home::new(), Home::new());
    let stormy = Ion::in_chaos(40, 3);
    let calm = Ion::with(
        40,
        IonOptions {
            limit: 0,
            weather: Weather::Calm,
            customers_cap: 15,
            seed: 5,
            ..IonOptions::default()
        },
    );
    calm.once(PathKind::Customers, status(503));
    calm.once(PathKind::Subscriptions, Fault::CutBody);
    calm.once(PathKind::Subscriptions, Fault::ExpireAccess);
    let limited = Fault::Status {
        status: 429,
        retry_after: Some("1".to_owned()),
    };
    calm.once(PathKind::Subscriptions, limited);
    connect(&home, &stormy, "stormy");
    connect(&home, &calm, "calm");
    for home in [&home, &other] {
        calm.import_psa(home).expect(0);
    }
    let (folder, summary) = recorded(&home, 9);
    let runs = summary["runs"].as_array().expect("runs");
    assert!(
        runs.iter().any(|run| run["quarantined"].as_u64() > Some(0)),
        "{summary:#}"
    );
    assert!(
        runs.iter()
            .any(|run| run["rate_limited"].as_u64() > Some(0)),
        "{summary:#}"
    );
    // Nothing answers any more.
    let tokens = [&stormy, &calm].map(|ion| ion.server.refresh_token().to_owned());
    drop((stormy, calm));

    let again = replay(&other, &folder).expect(9);
    assert_eq!(timeless(again.json()), timeless(summary.clone()));
    assert_eq!(tables(&other), tables(&home));
    // The same into a throw-away database; it has no PSA.
    let thrown = Home::new();
    let path = folder.display().to_string();
    let alone: Ran = thrown
        .command(["replay", &path, "--json"])
        .output()
        .expect("the program starts")
        .into();
    let alone = alone.expect(9).json();
    for (was, is) in runs.iter().zip(alone["runs"].as_array().expect("runs")) {
        for key in [
            "connection",
            "state",
            "requests",
            "customers",
            "subscriptions",
            "quarantined",
        ] {
            assert_eq!(is[key], was[key], "{key}");
        }
    }
    let kept = kept(&folder);
    for token in tokens {
        assert!(
            !kept.contains(&token),
            "a refresh token is in the recording"
        );
    }
    assert!(!kept.contains("Bearer") && kept.contains("page-token-1"));
}

#[test]
fn the_recording_of_an_acceptance_run_gives_the_same_tables() {
    let (home, other, ion) = (Home::new(), Home::new(), Ion::of(30));
    connect(&home, &ion, "synnex");
    for home in [&home, &other] {
        ion.import_psa(home).expect(0);
    }
    // The token that it brings serves the acceptance run too.
    run(&home, ["connection", "test", "synnex"]).expect(0);
    let folder = home.path("recording");
    let path = folder.to_str().expect("a path");
    run(&home, ["onboard", "synnex", "--record", path, "--json"]).expect(0);
    drop(ion);

    replay(&other, &folder).expect(0);
    assert_eq!(tables(&other), tables(&home));
}

#[test]
fn a_recording_that_was_cut_off_says_what_is_missing() {
    let home = Home::new();
    let ion = Ion::with(
        60,
        IonOptions {
            limit: 0,
            subscriptions_cap: 50,
            ..IonOptions::default()
        },
    );
    ion.connect_at(&home, "300").expect(0);
    let folder = home.path("recording");
    let database = home.database();
    let args = [
        "sync",
        "--record",
        folder.to_str().expect("a path"),
        "--database",
        &database,
    ];
    let mut child = home
        .command(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    eventually("three pages were read", || {
        ion.server.stats().of(PathKind::Subscriptions) >= 3
    });
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");

    let other = Home::new();
    let ran = run(&other, ["replay", folder.to_str().expect("a path")]).expect(8);
    for words in [
        "was cut off",
        "The recording ends here",
        "no further answer",
    ] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    let summary = replay(&other, &folder).expect(8).json();
    assert_eq!(summary["runs"][0]["state"], "failed");
    assert!(
        summary["runs"][0]["customers"].as_u64() >= Some(60),
        "{summary:#}"
    );
    // The kill left nothing that a new recording could not replace.
    let (_, summary) = recorded(&home, 0);
    assert_eq!(summary["runs"][0]["state"], "complete");
    replay(&Home::new(), &folder).expect(0);
}

#[test]
fn a_folder_or_database_of_somebody_else_is_refused() {
    let (home, ion) = (Home::new(), Ion::of(3));
    ion.connect(&home).expect(0);
    let folder = home.path("mine");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("thesis.txt"), "years of work").expect("a file");
    let args = [
        "sync",
        "--json",
        "--record",
        folder.to_str().expect("a path"),
    ];
    let refused = run(&home, args).expect(2).json();
    assert!(
        refused.to_string().contains("folder of its own"),
        "{refused:#}"
    );
    assert_eq!(ion.server.stats().total, 0, "nothing was sent");

    let (folder, _) = recorded(&home, 0);
    let refused = replay(&home, &folder).expect(2).json();
    assert!(
        refused.to_string().contains("real connection"),
        "{refused:#}"
    );
    run(&home, ["connection", "test", "synnex"]).expect(0);
    replay(&home, &home.path("nowhere")).expect(2);
}

#[test]
fn an_edited_recording_is_read_tolerantly() {
    let (home, ion) = (Home::new(), Ion::of(5));
    ion.connect(&home).expect(0);
    let (folder, _) = recorded(&home, 0);
    let part = folder.join("connection-1.jsonl");
    let good = std::fs::read_to_string(&part).expect("a recording");
    let odd_lines = [
        "\u{1b}]52;c;eA==\u{7}\0",
        "[[[[[[[[[[",
        r#"{"method":"GET","path":"/../../etc/passwd","status":-1,"body":{}}"#,
        r#"{"method":"GET","path":"/x","status":1e400,"headers":7,"body":99999999999999999999999999999999e99999}"#,
        r#"{"method":"DELETE","path":"/x","query":[1],"failure":{"kind":"sunspots"}}"#,
    ];
    let odd = odd_lines.join("\n");
    std::fs::write(
        &part,
        format!("{odd}\n{good}{odd}\n{}", "9".repeat(3_000_000)),
    )
    .expect("a file");
    let ran = replay(&Home::new(), &folder).expect(0);
    assert!(ran.err.contains("are no exchanges"), "{}", ran.err);
    assert!(
        !ran.err.chars().any(|c| c.is_control() && c != '\n'),
        "{}",
        ran.err
    );

    let answers = [
        ("\"customers\":", "\"customers\":{\"a\":-1e308},\"was\":"),
        (
            "\"subscriptionTotalLicenses\":\"",
            "\"subscriptionTotalLicenses\":\"-9e999",
        ),
        ("\"status\":200", "\"status\":99999"),
        ("/customers\"", "/customers/..\""),
    ];
    for (was, is) in answers {
        std::fs::write(&part, good.replace(was, is)).expect("a file");
        let code = replay(&Home::new(), &folder).code;
        assert!(matches!(code, Some(0 | 8 | 9)), "{is}: {code:?}");
    }
    let manifest = folder.join("recording.json");
    let good = std::fs::read_to_string(&manifest).expect("a manifest");
    let manifests = [
        ("\"synnex\"", "\"../../x\""),
        (
            "\"base_path\": \"\"",
            "\"base_path\": \"/../..//\\u0000@evil.example\"",
        ),
        ("\"account_id\"", "\"account\""),
        (NOW, "9999-12-31T23:59:59Z"),
    ];
    for (was, is) in manifests {
        std::fs::write(&manifest, good.replace(was, is)).expect("a file");
        let ran = replay(&Home::new(), &folder);
        assert!(matches!(ran.code, Some(0 | 2 | 3 | 8)), "{is}: {ran:#?}");
    }
}
