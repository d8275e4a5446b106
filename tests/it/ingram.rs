//! Ingram Micro with the whole program: set, test, sync, and what goes wrong on the way.

use serde_json::{Value, json};
use vectis::sim::ingram::{AccessLife, IngramOptions, IngramPath};
use vectis::sim::server::Fault;

use crate::support::ingram::Ingram;
use crate::support::program::Home;

fn connected(ingram: &Ingram) -> Home {
    let home = Home::new();
    ingram.connect(&home).expect(0);
    home
}

fn sync<const N: usize>(home: &Home, args: [&str; N], code: i32) -> Value {
    home.run(args).expect(code).json()["runs"][0].clone()
}

const SYNC: [&str; 2] = ["sync", "--json"];

#[test]
fn details_are_read_once_and_then_where_something_changed() {
    let ingram = Ingram::with(40, Ingram::options());
    let home = connected(&ingram);
    let said = home.run(["connection", "test", "ingram"]).expect(0).out;
    assert_eq!(
        said.trim(),
        "Connected to Ingram Micro — 40 customers visible"
    );
    assert_eq!(ingram.server.stats().total, 2, "a token and a page");
    let run = sync(&home, SYNC, 0);
    let rows = run["subscriptions"].as_u64().expect("a count");
    assert_eq!(run["customers"], json!(40));
    assert_eq!(ingram.asked(IngramPath::Subscription), rows);
    let again = sync(&home, SYNC, 0);
    assert_eq!(again["subscriptions"], run["subscriptions"]);
    let changed = ingram.asked(IngramPath::Subscription) - rows;
    assert!(changed < rows / 2, "{changed} of {rows}");
    sync(&home, ["sync", "--json", "--full"], 0);
    assert_eq!(ingram.asked(IngramPath::Subscription) - changed, 2 * rows);
    assert_eq!(ingram.server.stats().writes_refused, 0);
}

#[test]
fn a_pasted_control_panel_tells_marketplace_and_region() {
    let home = Home::new();
    let (password, key) = (home.file("password", "p"), home.file("key", "k"));
    home.run([
        "connection",
        "set",
        "ingram",
        "--vendor",
        "ingram_micro",
        "--base-url",
        "cp.us.na.cloud.im",
        "--username",
        "us.api",
        "--password-file",
        &password,
        "--subscription-key-file",
        &key,
    ])
    .expect(0);
    let listed = home.run(["connection", "list", "--json"]).expect(0).out;
    assert!(
        listed.contains("https://api.cloud.im/marketplace"),
        "{listed}"
    );
}

#[test]
fn tokens_end_in_the_middle_and_a_list_that_moves_is_read_again() {
    let options = IngramOptions {
        access: AccessLife {
            requests: 30,
            ..Ingram::options().access
        },
        ..Ingram::options()
    };
    let ingram = Ingram::with(40, options);
    let home = connected(&ingram);
    let total = Fault::Replace {
        pointer: "/pagination/total".to_owned(),
        value: json!(100_000),
    };
    ingram.once_after(0, IngramPath::Subscriptions, total);
    ingram.once_after(5, IngramPath::Subscription, Fault::Limited { seconds: 1 });
    let run = sync(&home, SYNC, 0);
    let rows = run["subscriptions"].as_u64().expect("a count");
    assert!(rows > 100, "more than a page: {run}");
    assert_eq!(run["rate_limited"], json!(1));
    let limited = 1;
    let refused = ingram.server.stats().unauthorized;
    assert!(
        ingram.asked(IngramPath::Subscription) <= rows + limited + refused,
        "details are read once"
    );
    assert!(ingram.server.stats().tokens_issued > 2);
}

#[test]
fn a_list_that_is_read_around_marks_nothing_as_gone() {
    let ingram = Ingram::with(20, Ingram::options());
    let home = connected(&ingram);
    let first = sync(&home, SYNC, 0);
    assert_eq!(first["state"], json!("complete"));
    let broken = Fault::Status {
        status: 501,
        retry_after: None,
    };
    // The page as it is asked for, and the smaller one after it.
    for _ in 0..2 {
        ingram.once_after(0, IngramPath::Subscriptions, broken.clone());
    }
    let run = sync(&home, SYNC, 0);
    assert_eq!(run["state"], json!("partial"), "{run}");
    assert_eq!(run["subscriptions"], first["subscriptions"]);
}

#[test]
fn wrong_credentials_are_explained_and_a_stopped_run_goes_on() {
    let ingram = Ingram::with(20, Ingram::options());
    let home = Home::new();
    ingram
        .connect_with(&home, "not-it", ingram.server.told("subscription_key"))
        .expect(0);
    let ran = home
        .run(["connection", "test", "ingram", "--json"])
        .expect(4);
    assert!(
        ran.json()["error"]["title"]
            .to_string()
            .contains("password")
    );
    ingram.connect(&home).expect(0);
    let refused = Fault::Status {
        status: 403,
        retry_after: None,
    };
    ingram.once_after(45, IngramPath::Subscription, refused);
    sync(&home, SYNC, 5);
    let before = ingram.asked(IngramPath::Subscription);
    let run = sync(&home, SYNC, 0);
    assert_eq!(run["resumed"], json!(true), "{run}");
    let rows = run["subscriptions"].as_u64().expect("a count");
    assert_eq!(
        ingram.asked(IngramPath::Subscription) - before,
        rows - 40,
        "two parts were kept"
    );
}

#[test]
fn a_tenant_is_onboarded_recorded_and_replayed() {
    let ingram = Ingram::with(10, Ingram::options());
    let home = connected(&ingram);
    let report = home.run(["onboard", "ingram", "--json"]).expect(0).json();
    let answers = report["answers"].as_array().expect("answers");
    assert!(answers.iter().any(|a| a["id"] == "hold"), "{answers:?}");
    let folder = home.path("recording");
    let folder = folder.to_str().expect("a path");
    let recorded = home
        .run(["sync", "--record", folder, "--json"])
        .expect(0)
        .json();
    let before = ingram.server.stats().total;
    let replayed = Home::new()
        .run(["replay", folder, "--json"])
        .expect(0)
        .json();
    for key in ["customers", "subscriptions", "requests"] {
        assert_eq!(replayed["runs"][0][key], recorded["runs"][0][key], "{key}");
    }
    assert_eq!(ingram.server.stats().total, before, "nothing was sent");
}
