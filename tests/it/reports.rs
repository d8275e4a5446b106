//! The digest and the QBR section of a real run.

use serde_json::Value;
use vectis::sim::world::open;

use crate::support::program::{Home, Ran};
use crate::support::vendor::Ion;

/// Runs a verb by a calendar of its own.
fn at(home: &Home, now: &str, args: &[&str]) -> Ran {
    let database = home.database();
    let all = args.iter().copied().chain(["--database", &database]);
    let mut command = home.command(all);
    let output = command.env("VECTIS_NOW", now).output();
    output.expect("the program starts").into()
}

fn usd(totals: &Value) -> f64 {
    let text = totals["USD"].as_str().unwrap_or("0");
    text.parse().expect("a decimal string")
}

#[test]
fn a_week_is_reported_and_the_next_one_counts_from_it() {
    let (home, ion) = (Home::new(), Ion::of(60));
    let (monday, next) = ("2026-11-23T07:00:00Z", "2026-11-30T07:00:00Z");
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    at(&home, "2026-11-20T07:00:00Z", &["sync"]).expect(0);
    open(&ion.world).advance_week();
    let sync = at(&home, monday, &["sync", "--json"]).expect(0).json();

    let first = at(&home, monday, &["digest", "--json"]).expect(0).json();
    assert_eq!(first["week"], "2026-W47");
    assert_eq!(first["calendar"], "set");
    let found: f64 = [
        "uncontracted_seats",
        "below_margin",
        "cancelled_still_billed",
    ]
    .iter()
    .map(|kind| usd(&sync["findings"]["by_kind"][kind]["monthly_amount"]))
    .sum();
    assert!(
        (usd(&first["opportunity"]) - found).abs() < 1e-6,
        "{first:#}"
    );
    assert!(first["seat_growth"].is_i64(), "two weeks were captured");
    assert!(
        first["top_customers"]
            .as_array()
            .is_some_and(|top| !top.is_empty())
    );
    assert_eq!(first["unjudged"], sync["unjudged"]);

    let findings = home.run(["findings", "--json"]).expect(0).json();
    let dearest = &findings
        .as_array()
        .expect("a list")
        .iter()
        .find(|f| f["kind"] == "uncontracted_seats");
    let dearest = dearest.expect("seats that nobody bills");
    let id = dearest["fingerprint"].as_str().expect("a fingerprint");
    let words = "=asked them,\tthey agreed";
    at(&home, monday, &["findings", "note", id, words]).expect(0);
    at(&home, monday, &["findings", "note", id, " "]).expect(2);
    at(&home, monday, &["findings", "note", "nothing", "x"]).expect(2);
    let noted = home.run(["findings", "--json"]).expect(0).json();
    let noted = noted.as_array().expect("a list").iter();
    let noted: Vec<_> = noted.filter(|f| f["note"] != "").collect();
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0]["fingerprint"], id);
    let note = noted[0]["note"].as_str().expect("a text");
    assert!(
        note.starts_with("2026-11-23 ana@") && note.contains(": =asked them"),
        "{note}"
    );
    let export = home.run(["export", "findings"]).expect(0).out;
    assert!(export.contains(note), "{note} in the export");
    let billed = ["findings", "resolve", id, "--reason", "they are billed"];
    at(&home, "2026-11-25T07:00:00Z", &billed).expect(0);
    let shown = home.run(["findings", "show", id]).expect(0).out;
    let evidence = dearest["evidence"][0].as_str().expect("a line");
    for said in [
        evidence,
        note,
        "vectis: open, found",
        "open → resolved, they are billed",
    ] {
        assert!(shown.contains(said), "{said} in\n{shown}");
    }
    let shown = home.run(["findings", "show", id, "--json"]).expect(0);
    assert_eq!(shown.json()["trail"][1]["reason"], "they are billed");
    home.run(["findings", "show", "nothing"]).expect(2);
    let second = at(&home, next, &["digest", "--json"]).expect(0).json();
    assert_eq!(second["week"], "2026-W48");
    let resolved = second["resolved"].as_array().expect("a list");
    assert_eq!(resolved.len(), 1, "{second:#}");
    assert_eq!(resolved[0]["fingerprint"], id);
    assert_eq!(resolved[0]["note"], note, "the note goes along");
    let moved = usd(&second["net_change"]);
    assert!((moved - (usd(&second["opportunity"]) - usd(&first["opportunity"]))).abs() < 1e-6);

    let again = at(
        &home,
        "2026-12-20T07:00:00Z",
        &["digest", "--week", "2026-W47", "--json"],
    );
    assert_eq!(
        again.expect(0).json(),
        first,
        "an old week is read as it was kept"
    );
    let never = at(&home, next, &["digest", "--week", "2026-W30", "--json"])
        .expect(2)
        .json();
    assert!(never["error"]["remedy"].is_string());
    at(&home, next, &["digest", "--week", "2027-W02", "--json"]).expect(2);
    at(&home, next, &["digest", "--week", "soon", "--json"]).expect(2);
}

#[test]
fn every_form_says_the_same_sum_and_holds_nothing_from_outside() {
    let (home, ion) = (Home::new(), Ion::of(40));
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    home.run(["sync"]).expect(0);
    let opportunity = |format: &str| {
        let ran = home.run(["digest", "--format", format]).expect(0);
        let line = ran
            .out
            .lines()
            .find(|l| l.contains("Open opportunity a month"));
        assert!(ran.out.contains("could not be judged"), "{}", ran.out);
        line.unwrap_or_else(|| panic!("no sum in {}", ran.out))
            .to_owned()
    };
    let text = opportunity("text");
    let sum = text
        .rsplit("USD ")
        .next()
        .expect("an amount")
        .trim()
        .to_owned();
    assert!(opportunity("markdown").contains(&sum), "{text}");
    let page = home.file("digest.html", "");
    let ran = home
        .run(["digest", "--format", "html", "--output", &page])
        .expect(0);
    assert_eq!(ran.out, "");
    let html = std::fs::read_to_string(&page).expect("the page");
    assert!(html.contains(&sum));
    for outside in ["src=\"http", "href=\"http", "url(http", "<script"] {
        assert!(!html.contains(outside), "{outside}");
    }
    let nowhere = home
        .run(["digest", "--output", "/nonexistent/x", "--json"])
        .expect(2)
        .json();
    assert!(
        nowhere["error"]["title"]
            .as_str()
            .is_some_and(|t| t.contains("/nonexistent/x"))
    );
}

#[test]
fn a_customer_has_its_section() {
    let (home, ion) = (Home::new(), Ion::of(40));
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    home.run(["sync"]).expect(0);
    let licensing = home.run(["licensing", "--json"]).expect(0).json();
    let row = licensing
        .as_array()
        .and_then(|rows| rows.iter().find(|r| r["unjudged"].is_null()));
    let row = row.expect("a judged row");
    let (id, name) = (
        row["customer_id"].to_string(),
        row["customer"].as_str().expect("a name"),
    );
    let json = home.run(["qbr", &id, "--json"]).expect(0).json();
    assert_eq!(json["customer"], name);
    assert_eq!(json["vendor_label"], "TD SYNNEX");
    let own = licensing
        .as_array()
        .expect("rows")
        .iter()
        .filter(|r| r["customer"] == name)
        .count();
    assert_eq!(json["licensing"].as_array().map(Vec::len), Some(own));
    assert!(
        json["chart"]["series"]
            .as_array()
            .is_some_and(|s| !s.is_empty())
    );
    let markdown = home.run(["qbr", name]).expect(0).out;
    assert!(markdown.starts_with("# Licensing:"), "{markdown}");
    let html = home
        .run(["qbr", &id, "--format", "html", "--quarter", "2026-Q4"])
        .expect(0)
        .out;
    assert!(html.contains("2026-10-01 to 2026-12-31"), "{html}");
    assert!(html.contains("<svg"), "{html}");
    let unknown = home
        .run(["qbr", "Nobody at all", "--json"])
        .expect(2)
        .json();
    assert!(
        unknown["error"]["remedy"]
            .as_str()
            .is_some_and(|r| r.contains("export customers"))
    );
}
