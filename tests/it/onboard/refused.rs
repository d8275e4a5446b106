//! An acceptance run that a distributor refuses, or that sees too little: which check failed, and with which exit code.

use serde_json::Value;
use vectis::sim::ion::{Fault, FaultOrder, PathKind};

use crate::support::acceptance::{answer, connected, verdict};
use crate::support::vendor::{Ion, status};

/// What goes wrong, the exit code, the check that failed, and the first one that was not reached.
fn failures() -> Vec<(
    &'static str,
    PathKind,
    Fault,
    i32,
    &'static str,
    &'static str,
)> {
    vec![
        (
            "a bad token",
            PathKind::Token,
            status(400),
            4,
            "authentication",
            "account",
        ),
        (
            "an unknown account",
            PathKind::Customers,
            status(404),
            6,
            "account",
            "customers_permission",
        ),
        (
            "no right to customers",
            PathKind::Customers,
            status(403),
            5,
            "customers_permission",
            "customers_visible",
        ),
        (
            "no right to subscriptions",
            PathKind::Subscriptions,
            status(403),
            5,
            "subscriptions_permission",
            "subscriptions_visible",
        ),
        (
            "a web page",
            PathKind::Subscriptions,
            Fault::Html { status: 200 },
            8,
            "subscriptions_permission",
            "subscriptions_visible",
        ),
    ]
}

#[test]
fn a_refusal_fails_its_check_and_the_report_is_written_all_the_same() {
    for (name, path, fault, code, failed, unreached) in failures() {
        let ion = Ion::of(5);
        let home = connected(&ion);
        ion.always(path, fault);
        let file = home.path("report.json").display().to_string();
        let ran = home
            .run(["onboard", "synnex", "--report", &file])
            .expect(code);
        assert!(ran.err.contains("what to do"), "{name}: {}", ran.err);
        let report = std::fs::read_to_string(&file).expect("the report");
        let report: Value = serde_json::from_str(&report).expect("JSON");
        assert_eq!(report["outcome"], "failed", "{name}");
        assert_eq!(verdict(&report, failed), "fail", "{name}: {report:#}");
        assert_eq!(verdict(&report, unreached), "not_reached", "{name}");
        assert_ne!(verdict(&report, "pacing_kept"), "not_reached", "{name}");
        if failed == "subscriptions_permission" {
            assert_eq!(verdict(&report, "customers_visible"), "pass", "{name}");
            assert_eq!(report["listings"][0]["distinct"], 5, "{name}");
        }
        assert!(
            report["error"]["remedy"]
                .as_str()
                .is_some_and(|r| !r.is_empty())
        );
    }
}

#[test]
fn somebody_elses_account_is_told_from_a_missing_permission() {
    let ion = Ion::of(5);
    let home = connected(&ion);
    home.run(["connection", "set", "synnex", "--account-id", "77"])
        .expect(0);
    let report = home.run(["onboard", "synnex", "--json"]).expect(5).json();
    assert_eq!(verdict(&report, "authentication"), "pass");
    assert_eq!(verdict(&report, "account"), "fail", "{report:#}");
    assert_eq!(verdict(&report, "customers_permission"), "not_reached");
    let unknown = home.run(["onboard", "nobody", "--json"]).expect(2).json();
    assert!(
        unknown["error"]["seen"]
            .as_str()
            .expect("words")
            .contains("synnex")
    );
    let form = home
        .run(["onboard", "synnex", "--report", "report.docx"])
        .expect(2);
    assert!(form.err.contains(".md"), "{}", form.err);
}

#[test]
fn a_good_credential_that_sees_nobody_is_no_pass() {
    let ion = Ion::of(0);
    let home = connected(&ion);
    let ran = home.run(["onboard", "synnex"]).expect(5);
    assert!(
        ran.out
            .contains("0 customers with a credential that is good"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("role"), "{}", ran.out);
}

#[test]
fn answers_429_are_counted_and_named() {
    let ion = Ion::of(5);
    let home = connected(&ion);
    let wait = |seconds: &str| Fault::Status {
        status: 429,
        retry_after: Some(seconds.to_owned()),
    };
    ion.server.fault(FaultOrder {
        times: 2,
        ..FaultOrder::next(wait("1"), PathKind::Subscriptions)
    });
    let report = home.run(["onboard", "synnex", "--json"]).expect(0).json();
    assert_eq!(report["outcome"], "warnings");
    assert_eq!(verdict(&report, "pacing_kept"), "warning");
    assert_eq!(report["traffic"]["rate_limited"], 2);
    assert_eq!(report["traffic"]["statuses"]["429"], 2);
    let body = answer(&report, "too_many_body").as_str().expect("words");
    assert!(
        body.contains("application/json") && body.contains("1, 1"),
        "{body}"
    );
}
