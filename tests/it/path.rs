//! The whole path on the command line: connect, import, sync, review, find money, week after week.

use std::collections::BTreeSet;

use serde_json::Value;
use vectis::sim::ion::IonOptions;
use vectis::sim::world::open;

use crate::support::program::{Home, Ran};
use crate::support::vendor::Ion;
use crate::tokens::run_in;

#[test]
fn a_person_gets_from_nothing_to_money_found() {
    let (home, ion) = (Home::new(), Ion::of(60));
    ion.connect(&home).expect(0);
    let tested = home.run(["connection", "test", "synnex"]).expect(0);
    assert_eq!(
        tested.out,
        "Connected to TD SYNNEX — 60 customers visible\n"
    );
    ion.import_psa(&home).expect(0);

    let first = home.run(["sync", "--json"]).expect(0).json();
    let subscriptions = open(&ion.world).subscriptions.len();
    let run = &first["runs"][0];
    assert_eq!(run["state"], "complete", "{first:#}");
    assert_eq!(run["customers"], 60);
    assert_eq!(run["subscriptions"], subscriptions);
    assert_eq!(run["quarantined"], 0);
    let matched = &first["match"];
    let all = ["auto", "review", "none"].map(|k| matched[k].as_u64().expect("a count"));
    assert_eq!(
        all.iter().sum::<u64>(),
        62,
        "two more are billed, but not listed"
    );
    assert!(all[0] > 20, "most accounts link themselves: {matched}");
    assert!(first["findings"]["by_kind"]["unmatched_spend"]["count"].as_u64() > Some(0));

    let queue = home.run(["review", "list", "--json"]).expect(0).json();
    let queue = queue.as_array().expect("a list");
    assert_eq!(queue.len() as u64, all[1] + all[2]);
    let item = queue
        .iter()
        .find(|i| i["candidates"][0].is_object())
        .expect("an item with a candidate");
    let id = item["id"].as_str().expect("an id");
    let customer = item["candidates"][0]["customer_id"].to_string();
    let unmatched = || {
        let rows = home.run(["findings", "--json"]).expect(0).json();
        let rows = rows.as_array().expect("a list");
        let mut open = rows.iter().filter(|f| f["state"] == "open");
        open.any(|f| f["kind"] == "unmatched_spend" && f["customer"] == item["name"])
    };
    assert!(unmatched(), "nobody is billed for it");
    home.run(["review", "confirm", id, &customer, "--json"])
        .expect(0);
    assert!(!unmatched(), "findings follow the decision");
    let again = home.run(["review", "none", id, "--json"]).expect(2).json();
    assert!(
        again["error"]["seen"]
            .as_str()
            .expect("words")
            .contains("ana"),
        "{again}"
    );
    let undone = home.run(["review", "undo", "--json"]).expect(0).json();
    assert!(undone["undoes"].is_number(), "{undone}");
    assert!(unmatched(), "and its undoing");
    assert_eq!(
        home.run(["review", "list", "--json"])
            .json()
            .as_array()
            .map(Vec::len),
        Some(queue.len())
    );
    home.run(["review", "none", id]).expect(0);

    for _ in 0..3 {
        open(&ion.world).advance_week();
    }
    // A week from now, whatever day it is.
    let later = run_in(&home, 7, ["sync", "--json"]).json();
    assert!(
        later["findings"]["by_kind"]["seat_drift"]["count"].as_u64() > Some(0),
        "{later:#}"
    );

    let findings = home.run(["findings", "--json"]).expect(0).json();
    let uncontracted = findings
        .as_array()
        .expect("a list")
        .iter()
        .find(|f| f["kind"] == "uncontracted_seats");
    let uncontracted = uncontracted.expect("seats that nobody bills");
    assert!(uncontracted["monthly_amount"].is_string());
    assert!(
        uncontracted["evidence"]
            .as_array()
            .is_some_and(|e| e.len() > 2)
    );
    let licensing = home.run(["licensing", "--json"]).expect(0).json();
    assert!(
        licensing
            .as_array()
            .is_some_and(|rows| rows.iter().all(|r| r["vendor_label"] == "TD SYNNEX"))
    );
    leakage_is_chosen_everywhere(&home, &licensing, &findings);
}

/// The preset gives the same customers in each table.
fn leakage_is_chosen_everywhere(home: &Home, licensing: &Value, findings: &Value) {
    let leaks = |f: &&Value| f["kind"] == "uncontracted_seats" || f["kind"] == "below_margin";
    let rows = |ran: Ran| -> Vec<Value> {
        let rows = ran.expect(0).json();
        rows.as_array().expect("a list").clone()
    };
    let found: Vec<Value> = findings
        .as_array()
        .into_iter()
        .flatten()
        .filter(leaks)
        .cloned()
        .collect();
    assert_eq!(
        rows(home.run(["findings", "--preset", "leakage", "--json"])),
        found
    );
    let exported = rows(home.run(["export", "findings", "--preset", "leakage", "--json"]));
    let open = exported.iter().filter(|f| f["state"] == "open");
    assert_eq!(open.count(), found.len());

    let leaking = rows(home.run(["licensing", "--preset", "leakage", "--json"]));
    assert_eq!(
        rows(home.run(["export", "licensing", "--preset", "leakage", "--json"])),
        leaking
    );
    assert!(leaking.len() < licensing.as_array().map_or(0, Vec::len));
    let customers = |rows: &[Value]| -> BTreeSet<i64> {
        rows.iter()
            .filter_map(|row| row["customer_id"].as_i64())
            .collect()
    };
    assert_eq!(customers(&leaking), customers(&found));
    assert!(
        leaking
            .iter()
            .any(|row| row["uncontracted"].as_i64() == Some(0)),
        "below margin only"
    );

    home.run(["export", "usage", "--preset", "leakage"])
        .expect(2);
}

#[test]
fn a_second_sync_of_the_same_week_changes_nothing() {
    let (home, ion) = (Home::new(), Ion::of(30));
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    let exports = |home: &Home| {
        ["licensing", "customers", "usage"].map(|table| home.run(["export", table]).expect(0).out)
    };
    let first = home.run(["sync", "--json"]).expect(0).json();
    let before = exports(&home);
    let second = home.run(["sync", "--json"]).expect(0).json();
    assert_eq!(first["match"], second["match"]);
    assert_eq!(first["findings"], second["findings"]);
    assert_eq!(first["unjudged"], second["unjudged"]);
    assert_eq!(before, exports(&home));
}

#[test]
fn a_sync_takes_as_few_requests_as_the_server_allows() {
    for (subscriptions_cap, most) in [(100, 17), (1000, 4)] {
        let options = IonOptions {
            limit: 0,
            subscriptions_cap,
            ..IonOptions::default()
        };
        let (home, ion) = (Home::new(), Ion::with(200, options));
        ion.connect(&home).expect(0);
        home.run(["sync"]).expect(0);
        let stats = ion.server.stats();
        assert!(
            stats.total <= most,
            "{} requests with pages of {subscriptions_cap}",
            stats.total
        );
        assert_eq!(stats.rate_limited, 0);
        let methods: Vec<&String> = stats.methods.keys().collect();
        assert_eq!(methods, ["GET", "POST"]);
    }
}

#[test]
fn the_demo_tells_the_same_story_twice() {
    let tell = || {
        let home = Home::new();
        let ran = home.run([
            "demo",
            "--headless",
            "--speed",
            "200",
            "--customers",
            "40",
            "--json",
        ]);
        ran.expect(0).json()
    };
    let (first, second) = (tell(), tell());
    assert_eq!(first, second);
    assert!(
        first["weeks"].as_array().is_some_and(|w| w.len() >= 4),
        "{first:#}"
    );
    let runs = first["runs"].as_array().expect("runs");
    assert!(runs.len() > 1, "several distributors: {runs:#?}");
    for run in runs {
        assert_eq!(
            (&run["state"], &run["rate_limited"]),
            (&"complete".into(), &0.into())
        );
        assert!(run["customers"].as_u64() > Some(0), "{run:#}");
    }
}
