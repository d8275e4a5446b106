//! Reads acceptance reports.

use serde_json::Value;
use vectis::sim::ion::IonOptions;

use super::program::Home;
use super::vendor::Ion;

/// A tenant whose answers are as documented, without a limit.
pub fn unlimited() -> IonOptions {
    IonOptions {
        limit: 0,
        ..IonOptions::default()
    }
}

/// A home that is connected to the tenant.
pub fn connected(ion: &Ion) -> Home {
    let home = Home::new();
    ion.connect(&home).expect(0);
    home
}

/// The verdict of each check, by its name.
pub fn verdict<'a>(report: &'a Value, check: &str) -> &'a str {
    let checks = report["checks"].as_array().expect("checks");
    let found = checks.iter().find(|c| c["check"] == check);
    found
        .and_then(|c| c["state"].as_str())
        .unwrap_or_else(|| panic!("no check {check} in {report:#}"))
}

/// The answer to an open question; null where it cannot be told.
pub fn answer<'a>(report: &'a Value, id: &str) -> &'a Value {
    let answers = report["answers"].as_array().expect("answers");
    let found = answers.iter().find(|a| a["id"] == id);
    &found.unwrap_or_else(|| panic!("no question {id}"))["answer"]
}

/// How often a difference was seen.
pub fn difference(report: &Value, path: &str, kind: &str) -> u64 {
    let all = report["differences"].as_array().expect("differences");
    let found = all.iter().find(|d| d["path"] == path && d["kind"] == kind);
    found.and_then(|d| d["count"].as_u64()).unwrap_or(0)
}
