//! The PSA's part of an acceptance run, with the real program against simulated services.

use serde_json::{Value, json};
use vectis::sim::halo::{Fault, FaultOrder, HaloPath};
use vectis::sim::world::open;

use crate::support::acceptance::{connected, verdict};
use crate::support::psa::{Halo, visible};
use crate::support::vendor::Ion;

#[test]
fn the_report_covers_the_psa_and_tells_its_failures_from_the_distributors() {
    let ion = Ion::of(30);
    let home = connected(&ion);
    let report = home.run(["onboard", "synnex", "--json"]).expect(0).json();
    assert_eq!(verdict(&report, "psa"), "unknown");
    assert_eq!(report["psa"], Value::Null);

    let halo = Halo::of(&ion.world);
    halo.connect(&home).expect(0);
    let report = home.run(["onboard", "synnex", "--json"]).expect(0).json();
    assert_eq!(verdict(&report, "psa"), "pass");
    let tested = home.run(["psa", "test", "--json"]).expect(0).json();
    let lines = open(&ion.world).lines.len();
    let psa = &report["psa"];
    assert_eq!(
        (&psa["reading"], &psa["label"]),
        (&json!("read"), &json!("HaloPSA"))
    );
    assert_eq!(
        (&psa["companies"], &psa["companies_active"], &psa["lines"]),
        (
            &tested["companies_visible"],
            &tested["companies_active"],
            &json!(lines)
        )
    );
    // Test and report say the same in the same words.
    let words = visible(&ion.world, |c| c.status != "Inactive");
    assert!(tested["message"].to_string().contains(&words), "{tested}");
    assert!(report["checks"].to_string().contains(&words), "{report}");
    assert!(
        psa["surprises"]
            .to_string()
            .contains("HaloPSA computes itself"),
        "{psa}"
    );
    let requests = report["traffic"]["requests"].clone();

    // A row that cannot be taken is told with its reason.
    let order =
        json!({"fault": "replace", "pointer": "/clients/0/name", "value": "", "path": "clients"});
    halo.server
        .fault(serde_json::from_value(order).expect("an order"));
    let report = home.run(["onboard", "synnex", "--json"]).expect(9).json();
    assert_eq!(
        (verdict(&report, "psa"), &report["outcome"]),
        ("warning", &json!("quarantine"))
    );
    let rejected = &report["psa"]["rejected"][0];
    assert_eq!(
        (&rejected["reason"], &rejected["count"]),
        (&json!("the client has no name"), &json!(1))
    );
    assert_eq!(verdict(&report, "rows_taken"), "pass");
    let kept = report["psa"]["lines"].clone();

    // What the PSA refuses is no failure of the distributor.
    let refused = Fault::Status {
        status: 403,
        retry_after: None,
    };
    halo.server
        .fault(FaultOrder::next(refused, HaloPath::Invoices));
    let file = home.path("report.md").display().to_string();
    let ran = home.run(["onboard", "synnex", "--report", &file, "--json"]);
    let report = ran.expect(5).json();
    assert_eq!(
        (verdict(&report, "psa"), &report["outcome"]),
        ("fail", &json!("failed"))
    );
    for check in [
        "authentication",
        "paging_complete",
        "rows_taken",
        "cost_period",
    ] {
        assert_ne!(verdict(&report, check), "fail", "{check}");
        assert_ne!(verdict(&report, check), "not_reached", "{check}");
    }
    assert_eq!(report["psa"]["error"]["code"], "access_denied");
    assert_eq!(report["psa"]["lines"], kept, "what was known stays");
    assert_eq!(
        report["traffic"]["requests"], requests,
        "the PSA has a budget of its own"
    );
    let text = std::fs::read_to_string(&file).expect("the report");
    assert!(text.contains("HaloPSA could not be read"), "{text}");
    assert!(
        text.contains("give the agent") || text.contains("Give the agent"),
        "{text}"
    );
}
