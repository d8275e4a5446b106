//! What a distributor tells of one account only when asked: the Microsoft tenant decides the link.

use vectis::sim::ion::PathKind;

use crate::support::program::Home;
use crate::support::vendor::{Ion, status};

fn waiting(home: &Home) -> Vec<serde_json::Value> {
    let list = home.run(["review", "list", "--json"]).expect(0).json();
    list.as_array().expect("a list").clone()
}

#[test]
fn the_queue_shrinks_by_what_the_distributor_tells_and_a_later_sync_keeps_it() {
    let (home, ion) = (Home::new(), Ion::of(120));
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    home.run(["sync"]).expect(0);
    let before = waiting(&home);
    let asked = ion.server.stats().of(PathKind::CloudProfiles);
    assert_eq!(asked, 0, "no sync asks for single accounts");

    let one = before[0]["id"].as_str().expect("an id");
    let told = home.run(["review", "evidence", one, "--json"]).expect(0);
    let told = &told.json()[0];
    assert_eq!(told["id"], one);
    assert_eq!(
        told["ms_tenant_id"].as_str().map(str::len),
        Some(36),
        "{told}"
    );
    assert_eq!(ion.server.stats().of(PathKind::CloudProfiles), 1);

    let all = home
        .run(["review", "evidence", "--all", "--json"])
        .expect(0);
    assert!(
        all.json()
            .as_array()
            .is_some_and(|told| told.len() + 1 >= before.len() - 1)
    );
    let after = waiting(&home);
    assert!(
        after.len() < before.len(),
        "{} of {} wait",
        after.len(),
        before.len()
    );
    for item in &after {
        // Of a customer that is billed, but not listed, the distributor tells nothing.
        let name = item["profile"]["name"].as_str().expect("a name");
        let is_told = item["profile"]["ms_tenant_id"] != "";
        assert_ne!(is_told, name.ends_with(", not listed"), "{item}");
    }
    let again = home
        .run(["review", "evidence", "--all", "--json"])
        .expect(0);
    assert_eq!(
        again.json().as_array().map(Vec::len),
        Some(2),
        "only what was told nothing of is asked again"
    );

    home.run(["sync"]).expect(0);
    assert_eq!(
        waiting(&home).len(),
        after.len(),
        "the listing lacks it, the store keeps it"
    );
}

#[test]
fn a_refusal_is_explained_and_changes_nothing() {
    let (home, ion) = (Home::new(), Ion::of(40));
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    home.run(["sync"]).expect(0);
    let before = waiting(&home);
    ion.always(PathKind::CloudProfiles, status(403));
    let id = before[0]["id"].as_str().expect("an id");
    let refused = home
        .run(["review", "evidence", id, "--json"])
        .expect(5)
        .json();
    assert!(refused["error"]["remedy"].is_string(), "{refused}");
    assert_eq!(waiting(&home), before);
    home.run(["review", "evidence", "synnex/0", "--json"])
        .expect(2);
}
