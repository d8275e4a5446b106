//! What costs refer to: read from the rows, set by a person, and in force from the next sync on.

use serde_json::Value;
use vectis::sim::ion::{Amounts, FaultOrder, IonOptions, PathKind};

use crate::support::acceptance::{connected, unlimited, verdict};
use crate::support::program::{Home, Ran};
use crate::support::vendor::{Ion, status};

/// The unit cost of a SKU for a customer that buys it by the year alone.
fn yearly_cost(home: &Home, report: &Value) -> Vec<(String, f64)> {
    let skus: Vec<&str> = (report["cost_period"]["evidence"]
        .as_array()
        .expect("pairs")
        .iter())
    .filter_map(|pair| pair["sku"].as_str())
    .collect();
    let rows = home.run(["licensing", "--json"]).expect(0).json();
    let rows = rows.as_array().expect("rows").clone();
    let of = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter()
        .filter(|row| skus.contains(&of(row, "sku").as_str()))
        .map(|row| {
            let key = format!("{} {}", of(row, "customer"), of(row, "sku"));
            (key, of(row, "unit_cost").parse().unwrap_or(0.0))
        })
        .collect()
}

#[test]
fn the_period_of_costs_is_read_and_setting_it_mends_the_figures() {
    // The same tenant twice: the truth is what a server that counts by the cycle gives.
    let by_cycle = Ion::of(40);
    let truth_home = connected(&by_cycle);
    by_cycle.import_psa(&truth_home).expect(0);
    let truth_report = truth_home
        .run(["onboard", "synnex", "--json"])
        .expect(0)
        .json();
    let truth = yearly_cost(&truth_home, &truth_report);

    let ion = Ion::with(
        40,
        IonOptions {
            amounts: Amounts::PerMonth,
            ..unlimited()
        },
    );
    let home = connected(&ion);
    ion.import_psa(&home).expect(0);
    let first = home.run(["onboard", "synnex", "--json"]).expect(0).json();
    assert_eq!(first["outcome"], "warnings");
    assert_eq!(verdict(&first, "cost_period"), "warning");
    let reading = &first["cost_period"];
    assert_eq!(
        (&reading["in_force"], &reading["reading"]),
        (&"cycle".into(), &"month".into())
    );
    let pairs = ["fit_cycle", "fit_month", "fit_neither"].map(|k| reading[k].as_u64());
    assert_eq!((pairs[0], pairs[2]), (Some(0), Some(0)), "{reading:#}");
    assert!(pairs[1] > Some(2));
    let command = reading["command"].as_str().expect("a command");
    assert_eq!(command, "vectis connection set synnex --cost-period month");
    let wrong = yearly_cost(&home, &first);
    assert_eq!(wrong.len(), truth.len());
    let off = |rows: &[(String, f64)]| {
        let pairs = rows.iter().zip(&truth);
        pairs
            .filter(|(a, b)| a.0 != b.0 || (a.1 - b.1).abs() > 0.001)
            .count()
    };
    assert!(off(&wrong) > 2, "a twelfth of what it costs");

    let set = home
        .run(["connection", "set", "synnex", "--cost-period", "month"])
        .expect(0);
    assert!(set.out.contains("next sync"), "{}", set.out);
    let listed = home.run(["connection", "list"]).expect(0);
    assert!(listed.out.contains("month"), "{}", listed.out);
    let settings = home.run(["connection", "list", "--json"]).expect(0).json();
    assert_eq!(
        settings[0]["settings"]["account_id"],
        ion.server.account_id()
    );
    assert_eq!(
        off(&yearly_cost(&home, &first)),
        off(&wrong),
        "not before the next sync"
    );
    let second = home.run(["onboard", "synnex", "--json"]).expect(0).json();
    assert_eq!(verdict(&second, "cost_period"), "pass");
    assert_eq!(second["cost_period"]["reading"], "month");
    assert_eq!(off(&yearly_cost(&home, &second)), 0);
    let refused = home.run(["connection", "set", "synnex", "--cost-period", "year"]);
    assert_eq!(refused.code, Some(2));
}

#[test]
fn a_week_after_another_reading_no_cost_has_moved() {
    let ion = Ion::of(40);
    let home = connected(&ion);
    ion.import_psa(&home).expect(0);
    let sync = |home: &Home, now: &str| {
        let database = home.database();
        let mut command = home.command(["sync", "--json", "--database", &database]);
        Ran::from(
            command
                .env("VECTIS_NOW", now)
                .output()
                .expect("the program starts"),
        )
        .expect(0)
    };
    sync(&home, "2026-11-24T06:00:00Z");
    home.run(["connection", "set", "synnex", "--cost-period", "month"])
        .expect(0);
    let later = sync(&home, "2026-12-01T06:00:00Z").json();
    let moved = &later["findings"]["by_kind"]["cost_moved"];
    assert!(moved.is_null() || moved["count"] == 0, "{moved}");
}

#[test]
fn an_interrupted_sync_never_goes_on_under_another_reading() {
    let options = IonOptions {
        subscriptions_cap: 50,
        ..unlimited()
    };
    let ion = Ion::with(40, options);
    let home = connected(&ion);
    let fail_after_two_pages = || {
        ion.server.fault(FaultOrder {
            after: 2,
            ..FaultOrder::next(status(403), PathKind::Subscriptions)
        });
        home.run(["sync"]).expect(5);
    };
    let resumed = || home.run(["sync", "--json"]).expect(0).json()["runs"][0]["resumed"].clone();
    fail_after_two_pages();
    home.run([
        "connection",
        "set",
        "synnex",
        "--requests-per-minute",
        "90000",
    ])
    .expect(0);
    assert_eq!(resumed(), true, "the pace changes nothing about rows");
    fail_after_two_pages();
    home.run(["connection", "set", "synnex", "--cost-period", "month"])
        .expect(0);
    assert_eq!(resumed(), false);
}
