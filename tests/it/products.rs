//! A SKU that matches nothing waits in the product queue; what a person decides about it is in the findings at once.

use serde_json::Value;
use vectis::domain::finding::{Unjudged, UnjudgedReason};
use vectis::domain::ids::TenantId;
use vectis::sim::licence::Line;
use vectis::sim::world::open;
use vectis::store::Store;

use crate::support::database::{Database, Engine};
use crate::support::program::Home;
use crate::support::vendor::Ion;

/// The suite that most customers have; in this PSA its lines are called by a name of the MSP's own.
const SUITE: &str = "M365-BP";
const OWN_CODE: &str = "DESK";

/// What the last judgement could not judge.
fn unjudged(home: &Home, reason: UnjudgedReason) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let kept = runtime.block_on(async {
        let store = Store::open(&home.database(), TenantId::from("default")).await;
        store.expect("the home's database").unjudged().await
    });
    let kept = kept.expect("can be read").expect("was judged");
    let counts: Unjudged = serde_json::from_str(&kept).expect("counts");
    counts.get(&reason).copied().unwrap_or(0)
}

fn listed(home: &Home) -> Vec<Value> {
    let all = home.run(["product", "list", "--json"]).expect(0).json();
    all.as_array().expect("a list").clone()
}

fn sku(item: &Value) -> &str {
    item["sku"].as_str().expect("a SKU")
}

/// The tenant of a simulated distributor, whose PSA sells the suite under a name that nothing resembles.
fn synced(home: &Home) -> Ion {
    let ion = Ion::of(40);
    {
        let mut world = open(&ion.world);
        // Some lines have no code, but the suite's name.
        let is_suite =
            |l: &&mut Line| l.product_code == SUITE || l.product_name.contains("Business Premium");
        for line in world.lines.iter_mut().filter(is_suite) {
            OWN_CODE.clone_into(&mut line.product_code);
            "Managed desk".clone_into(&mut line.product_name);
            line.vendor_sku.clear();
        }
    }
    ion.connect(home).expect(0);
    ion.import_psa(home).expect(0);
    home.run(["sync"]).expect(0);
    ion
}

fn a_decision_about_a_sku_is_in_the_findings_at_once(home: &Home) {
    let _ion = synced(home);
    let before = unjudged(home, UnjudgedReason::UnmappedProduct);
    assert!(before > 0);
    let waiting = listed(home);
    let cost = |i: &Value| -> f64 {
        let usd = i["monthly_cost"]["USD"].as_str().unwrap_or("0");
        usd.parse().expect("a number")
    };
    assert!(waiting.is_sorted_by(|a, b| cost(a) >= cost(b)), "by money");
    let premium = |i: &&Value| {
        i["name"]
            .as_str()
            .is_some_and(|n| n.contains("Business Premium"))
    };
    let suites: Vec<&Value> = waiting.iter().filter(premium).collect();
    let dearest = *suites.first().expect("the suite waits");
    assert!(cost(dearest) > 0.0 && dearest["seats"].as_i64() > Some(0));
    assert!(dearest["customers"].as_i64() > Some(1));
    let suggested = dearest["products"].as_array().expect("suggestions");
    assert!(suggested.iter().all(|p| p["product_code"] != OWN_CODE));
    let text = home
        .run(["product", "show", "synnex", sku(dearest)])
        .expect(0)
        .out;
    assert!(
        text.contains("Business Premium") && text.contains("a month"),
        "{text}"
    );

    for (args, said) in [
        (["synnex", sku(dearest), "DESKS"], "did you mean DESK?"),
        (["synnex", sku(dearest), "DESK=0"], "no number of seats"),
        (["synnex", "no-such-sku", OWN_CODE], "lists no SKU"),
        (["sinnex", sku(dearest), OWN_CODE], "did you mean synnex?"),
    ] {
        let [vendor, sku, code] = args;
        let refused = home.run(["product", "link", vendor, sku, code]).expect(2);
        assert!(refused.err.contains(said), "{said}: {refused:#?}");
    }

    let linked = home.run(["product", "link", "synnex", sku(dearest), "desk", "--json"]);
    let linked = linked.expect(0).json();
    assert!(
        linked["words"]
            .as_str()
            .is_some_and(|w| w.ends_with("→ DESK")),
        "{linked}"
    );
    let after = unjudged(home, UnjudgedReason::UnmappedProduct);
    assert!(after < before, "{after} of {before}");
    assert!(listed(home).iter().all(|i| i["sku"] != dearest["sku"]));
    let second = home
        .run(["product", "none", "synnex", sku(dearest)])
        .expect(2);
    assert!(
        second.err.contains("Somebody else decided first"),
        "{second:#?}"
    );

    // Later matching leaves it alone.
    home.run(["match"]).expect(0);
    home.run(["sync", "--full"]).expect(0);
    assert_eq!(unjudged(home, UnjudgedReason::UnmappedProduct), after);
    let all = home
        .run(["product", "list", "--all", "--json"])
        .expect(0)
        .json();
    let of_it = all
        .as_array()
        .and_then(|all| all.iter().find(|i| i["sku"] == dearest["sku"]));
    let of_it = of_it.expect("it is listed");
    assert_eq!(
        (&of_it["state"], &of_it["products"][0]["product_code"]),
        (&"confirmed".into(), &OWN_CODE.into())
    );

    home.run(["product", "undo"]).expect(0);
    assert_eq!(unjudged(home, UnjudgedReason::UnmappedProduct), before);
    assert_eq!(listed(home), waiting);

    home.run(["product", "none", "synnex", sku(dearest)])
        .expect(0);
    assert_eq!(unjudged(home, UnjudgedReason::UnmappedProduct), after);
    assert_eq!(
        unjudged(home, UnjudgedReason::SoldAsNoProduct),
        before - after
    );
    home.run(["review", "undo"]).expect(2);
    home.run(["product", "undo"]).expect(0);
    assert_eq!(unjudged(home, UnjudgedReason::SoldAsNoProduct), 0);
}

#[test]
fn a_person_says_what_a_sku_is_sold_as_on_sqlite() {
    a_decision_about_a_sku_is_in_the_findings_at_once(&Home::new());
}

#[test]
fn a_person_says_what_a_sku_is_sold_as_on_postgres() {
    let database = Database::new(Engine::Postgres);
    a_decision_about_a_sku_is_in_the_findings_at_once(&Home::on(&database.url));
}
