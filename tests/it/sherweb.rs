//! Sherweb with the whole program: set, test, sync, and what goes wrong on the way.

use serde_json::{Value, json};
use vectis::sim::server::Fault;
use vectis::sim::sherweb::{AccessLife, Calls, SherwebOptions, SherwebPath};

use crate::support::program::Home;
use crate::support::sherweb::Sherweb;

fn connected(sherweb: &Sherweb) -> Home {
    let home = Home::new();
    sherweb.connect(&home).expect(0);
    home
}

fn sync(home: &Home, code: i32) -> Value {
    home.run(["sync", "--json"]).expect(code).json()
}

fn run_of(summary: &Value) -> Value {
    summary["runs"][0].clone()
}

fn status(status: u16) -> Fault {
    Fault::Status {
        status,
        retry_after: None,
    }
}

#[test]
fn a_partner_is_connected_tested_and_synced_in_few_requests() {
    let sherweb = Sherweb::with(25, Sherweb::options());
    let home = connected(&sherweb);
    let said = home.run(["connection", "test", "sherweb"]).expect(0).out;
    assert_eq!(said.trim(), "Connected to Sherweb — 25 customers visible");
    assert_eq!(sherweb.server.stats().total, 2, "a token and the customers");
    let run = run_of(&sync(&home, 0));
    assert_eq!(
        (&run["customers"], &run["vendor"]),
        (&json!(25), &json!("sherweb"))
    );
    assert!(run["subscriptions"].as_u64() > Some(25), "{run}");
    assert_eq!(sherweb.asked(SherwebPath::Payable), 1);
    assert_eq!(sherweb.asked(SherwebPath::Details), 25);
    assert!(sherweb.asked(SherwebPath::Pricing) <= 25);
    assert_eq!(sherweb.server.stats().tokens_issued, 1);
    assert_eq!(sherweb.server.stats().writes_refused, 0);
}

#[test]
fn each_wrong_credential_is_named() {
    let sherweb = Sherweb::with(3, Sherweb::options());
    let home = Home::new();
    let (secret, key) = (
        sherweb.server.told("client_secret"),
        sherweb.server.told("subscription_key"),
    );
    for (secret, key, words) in [
        ("not-the-secret", key, "client secret"),
        (secret, "not-the-key", "subscription key"),
    ] {
        sherweb.connect_with(&home, secret, key).expect(0);
        let ran = home
            .run(["connection", "test", "sherweb", "--json"])
            .expect(4);
        let title = ran.json()["error"]["title"].to_string();
        assert!(title.contains(words), "{title}");
    }
}

#[test]
fn a_customer_that_fails_keeps_its_rows_and_the_others_are_complete() {
    let sherweb = Sherweb::with(20, Sherweb::options());
    let home = connected(&sherweb);
    let before = run_of(&sync(&home, 0))["subscriptions"]
        .as_u64()
        .expect("a count");
    sherweb.once_after(5, SherwebPath::Details, status(404));
    sherweb.once_after(0, SherwebPath::Subscriptions, status(404));
    let summary = sync(&home, 6);
    let run = run_of(&summary);
    assert_eq!(
        (&run["state"], &run["customers"]),
        (&json!("partial"), &json!(20)),
        "{run}"
    );
    assert!(
        run["error"]["title"].to_string().contains("1 customer"),
        "{run}"
    );
    assert!(run["subscriptions"].as_u64() < Some(before), "{run}");
    let listed = home
        .run(["export", "usage", "--format", "json"])
        .expect(0)
        .json();
    let kept = listed.as_array().expect("rows").len() as u64;
    assert_eq!(kept, before, "last week's rows stay in the week");
    let run = run_of(&sync(&home, 0));
    assert_eq!(
        (&run["state"], &run["subscriptions"]),
        (&json!("complete"), &json!(before))
    );
}

#[test]
fn an_account_without_the_newer_calls_is_read_by_the_older_one() {
    let options = SherwebOptions {
        calls: Calls::Old,
        ..Sherweb::options()
    };
    let sherweb = Sherweb::with(12, options);
    let run = run_of(&sync(&connected(&sherweb), 0));
    assert!(run["subscriptions"].as_u64() > Some(12), "{run}");
    assert_eq!(sherweb.asked(SherwebPath::Subscriptions), 12);
    assert_eq!(sherweb.asked(SherwebPath::Pricing), 0);
}

#[test]
fn tokens_end_in_the_middle_and_waits_are_told_in_words() {
    let options = SherwebOptions {
        access: AccessLife {
            requests: 7,
            ..Sherweb::options().access
        },
        ..Sherweb::options()
    };
    let sherweb = Sherweb::with(12, options);
    let home = connected(&sherweb);
    sherweb.once_after(3, SherwebPath::Pricing, Fault::Limited { seconds: 1 });
    let run = run_of(&sync(&home, 0));
    assert_eq!(
        (&run["customers"], &run["rate_limited"]),
        (&json!(12), &json!(1))
    );
    assert!(sherweb.server.stats().tokens_issued > 2);
}

#[test]
fn a_refused_run_goes_on_at_its_customer() {
    let sherweb = Sherweb::with(20, Sherweb::options());
    let home = connected(&sherweb);
    sherweb.once_after(9, SherwebPath::Details, status(403));
    let run = run_of(&sync(&home, 5));
    assert!(run["error"]["cause"].to_string().contains("scope"), "{run}");
    let before = sherweb.asked(SherwebPath::Details);
    let run = run_of(&sync(&home, 0));
    assert_eq!(run["resumed"], json!(true), "{run}");
    assert_eq!(
        sherweb.asked(SherwebPath::Details) - before,
        12,
        "eight customers were kept"
    );
}

#[test]
fn a_tenant_is_onboarded_recorded_and_replayed() {
    let sherweb = Sherweb::with(10, Sherweb::options());
    let home = connected(&sherweb);
    let report = home.run(["onboard", "sherweb", "--json"]).expect(0).json();
    let answers = report["answers"].as_array().expect("answers");
    assert!(answers.iter().any(|a| a["id"] == "fees"), "{answers:?}");
    let folder = home.path("recording");
    let folder = folder.to_str().expect("a path");
    let recorded = home
        .run(["sync", "--record", folder, "--json"])
        .expect(0)
        .json();
    let before = sherweb.server.stats().total;
    let replayed = Home::new()
        .run(["replay", folder, "--json"])
        .expect(0)
        .json();
    for key in ["customers", "subscriptions", "requests"] {
        assert_eq!(replayed["runs"][0][key], recorded["runs"][0][key], "{key}");
    }
    assert_eq!(sherweb.server.stats().total, before, "nothing was sent");
}
