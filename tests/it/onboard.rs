//! The acceptance run of a new tenant, with the real program against the simulator.

mod refused;

use std::process::Stdio;

use serde_json::Value;
use vectis::sim::ion::{Contract, IonOptions, PathKind, Weather};

use crate::support::acceptance::{answer, connected, difference, unlimited, verdict};
use crate::support::program::{Home, Ran};
use crate::support::signal;
use crate::support::vendor::{Ion, eventually};

#[test]
fn a_clean_tenant_passes_every_check() {
    let ion = Ion::of(60);
    let home = connected(&ion);
    ion.import_psa(&home).expect(0);
    let ran = home.run(["onboard", "synnex", "--json"]).expect(0);
    assert!(
        ran.err.contains("sync started"),
        "progress is shown: {}",
        ran.err
    );
    let report = ran.json();
    assert_eq!(report["outcome"], "passed", "{report:#}");
    for check in report["checks"].as_array().expect("checks") {
        assert_eq!(check["state"], "pass", "{check}");
    }
    assert_eq!(report["checks"].as_array().map(Vec::len), Some(11));
    assert_eq!(report["psa"]["reading"], "from_files");
    assert_eq!(report["label"], "TD SYNNEX");
    assert_eq!(report["counts"]["customers"], 60);
    assert!(report["counts"]["matched"].as_u64() > Some(20));
    let [customers, subscriptions] = [&report["listings"][0], &report["listings"][1]];
    assert_eq!(
        (&customers["distinct"], &customers["total"]),
        (&60.into(), &Value::Null)
    );
    assert_eq!(subscriptions["distinct"], subscriptions["total"]);
    assert_eq!(subscriptions["completeness"], "counted");
    assert_eq!(
        (&subscriptions["asked"], &subscriptions["largest_page"]),
        (&1000.into(), &100.into())
    );
    // Test and sync together: what the server counts is what the report tells.
    let stats = ion.server.stats();
    assert_eq!(report["traffic"]["requests"], stats.total);
    assert_eq!(report["traffic"]["most_in_window"], stats.max_in_window);
    assert_eq!(report["traffic"]["statuses"]["200"], stats.total);
    assert_eq!(report["differences"], Value::Array(Vec::new()));
    assert_eq!(report["cost_period"]["reading"], "cycle");
    assert!(
        answer(&report, "page_size")
            .as_str()
            .expect("words")
            .contains("the server gives 100")
    );
    assert!(
        answer(&report, "statuses")
            .as_str()
            .expect("words")
            .starts_with("yes:")
    );
    assert!(
        answer(&report, "renewal_dates")
            .as_str()
            .expect("words")
            .starts_with("not always:")
    );
    assert!(
        answer(&report, "orphans")
            .as_str()
            .expect("words")
            .starts_with("yes:")
    );
    assert!(
        answer(&report, "line_total")
            .as_str()
            .expect("words")
            .starts_with("price × seats")
    );
    assert!(
        answer(&report, "compression")
            .as_str()
            .expect("words")
            .starts_with("no:")
    );
    assert_eq!(answer(&report, "lost_token_answer"), &Value::Null);
}

#[test]
fn a_drifted_contract_is_told_difference_by_difference_without_people_or_secrets() {
    let ion = Ion::with(
        60,
        IonOptions {
            contract: Contract::Drifted,
            ..unlimited()
        },
    );
    let home = connected(&ion);
    let file = home.path("report.md").display().to_string();
    let ran = home
        .run(["onboard", "synnex", "--report", &file, "--json"])
        .expect(0);
    let report = ran.json();
    let subscriptions = report["counts"]["subscriptions"].as_u64().expect("a count");
    let count = |path, kind| difference(&report, path, kind);
    assert_eq!(
        count("subscriptions.commitment", "unknown_field"),
        subscriptions
    );
    assert_eq!(count("customers.marketplaceRegion", "unknown_field"), 60);
    assert!(count("subscriptions.subscriptionTotalLicenses", "type_changed") > 0);
    assert!(count("subscriptions.subscriptionName", "missing_field") > 0);
    assert!(count("customers.customerStatus = ONBOARDING", "unknown_value") > 0);
    assert!(
        count(
            "subscriptions.subscriptionStatus = awaiting_migration",
            "unknown_value"
        ) > 0
    );
    assert!(
        count(
            "subscriptions.subscriptionBillingCycle = upfront_yearly",
            "unknown_value"
        ) > 0
    );
    assert!(count("subscriptions.total is not price × seats", "contradiction") > 0);
    let headers: Vec<&str> = (report["traffic"]["headers"]
        .as_array()
        .expect("headers")
        .iter())
    .filter_map(|h| h["name"].as_str())
    .collect();
    assert_eq!(
        headers,
        [
            "ratelimit-limit",
            "ratelimit-policy",
            "server",
            "x-request-id"
        ]
    );
    assert!(
        answer(&report, "compression")
            .as_str()
            .expect("words")
            .starts_with("yes:")
    );
    assert!(
        answer(&report, "rate_limit")
            .as_str()
            .expect("words")
            .contains("w=60")
    );
    assert!(
        answer(&report, "sub_resellers")
            .as_str()
            .expect("words")
            .contains("20999")
    );
    let token = std::fs::read_to_string(home.path("token")).expect("the token");
    let markdown = std::fs::read_to_string(&file).expect("the report");
    for text in [ran.out, ran.err, markdown] {
        assert!(!text.contains("planted"), "secrets and people stay out");
        assert!(
            !text.contains("@") && !text.contains("+1 555"),
            "addresses stay out"
        );
        assert!(!text.contains(token.trim()), "the token stays out");
    }
}

#[test]
fn rows_in_quarantine_are_told_by_reason_and_the_exit_code_is_9() {
    let ion = Ion::with(
        80,
        IonOptions {
            weather: Weather::Chaos,
            seed: 5,
            ..unlimited()
        },
    );
    let home = connected(&ion);
    let ran = home.run(["onboard", "synnex", "--json"]).expect(9);
    let report = ran.json();
    assert_eq!(report["outcome"], "quarantine");
    assert_eq!(verdict(&report, "rows_taken"), "warning");
    let reasons = report["quarantine"].as_array().expect("reasons");
    let told: u64 = reasons.iter().filter_map(|r| r["count"].as_u64()).sum();
    assert_eq!(
        Some(told),
        report["counts"]["quarantined"].as_u64(),
        "{reasons:#?}"
    );
    assert!(told > 0 && reasons.iter().all(|r| r["example"] != ""));
    let answers: u64 = (report["traffic"]["statuses"]
        .as_object()
        .expect("statuses")
        .values())
    .filter_map(Value::as_u64)
    .sum();
    assert!(answers <= report["traffic"]["requests"].as_u64().expect("a count"));
    let text = ran.out;
    assert!(
        text.chars().all(|c| c == '\n' || !c.is_control()),
        "no control byte"
    );
}

#[test]
fn a_run_that_is_stopped_says_how_far_it_came() {
    let ion = Ion::with(
        60,
        IonOptions {
            subscriptions_cap: 50,
            ..unlimited()
        },
    );
    let home = Home::new();
    ion.connect_at(&home, "300").expect(0);
    let file = home.path("report.json").display().to_string();
    let args = [
        "onboard",
        "synnex",
        "--report",
        &file,
        "--database",
        &home.database(),
    ];
    let mut command = home.command(args);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    eventually("two pages were read", || {
        ion.server.stats().of(PathKind::Subscriptions) >= 2
    });
    signal::send(&child, "INT");
    assert_eq!(child.wait().expect("the program ends").code(), Some(130));
    let report = std::fs::read_to_string(&file).expect("the report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["outcome"], "interrupted");
    assert_eq!(verdict(&report, "customers_visible"), "pass");
    assert_eq!(report["listings"][1]["completeness"], "unfinished");
    assert_eq!(verdict(&report, "subscriptions_visible"), "pass");
    assert_eq!(verdict(&report, "paging_complete"), "not_reached");
    assert_eq!(report["error"]["code"], "interrupted");
}

#[test]
fn the_report_for_people() {
    let ion = Ion::of(12);
    let home = connected(&ion);
    let file = home.path("report.md").display().to_string();
    let database = home.database();
    let mut command = home.command([
        "onboard",
        "synnex",
        "--report",
        &file,
        "--database",
        &database,
    ]);
    command.env("VECTIS_NOW", "2026-11-24T06:00:00Z");
    let ran = Ran::from(command.output().expect("the program starts")).expect(0);
    assert!(ran.out.contains("the report is in"), "{}", ran.out);
    let markdown = std::fs::read_to_string(&file).expect("the report");
    assert!(markdown.contains("VECTIS\\_NOW"));
    // What differs from run to run: the port, and how long things took.
    let port = ion.server.base_url();
    let steady: Vec<String> = (markdown.replace(&port, "http://127.0.0.1:PORT").lines())
        .map(|line| match line {
            _ if line.starts_with("Made ") => match line.rsplit_once(", in ") {
                Some((head, _)) => format!("{head}, in …"),
                None => line.to_owned(),
            },
            _ if [
                "| customers |",
                "| subscriptions |",
                "| token |",
                "| validateAccess |",
            ]
            .iter()
            .any(|start| line.starts_with(start))
                && line.matches('|').count() == 6 =>
            {
                let cells: Vec<&str> = line.split('|').take(3).collect();
                format!("{}| … |", cells.join("|"))
            }
            _ => line.to_owned(),
        })
        .collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("acceptance_report", steady.join("\n")));
}
