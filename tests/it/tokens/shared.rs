//! One credential for several accounts.

use std::collections::BTreeSet;

use tokio_util::sync::CancellationToken;
use vectis::domain::time::Calendar;
use vectis::engine::sync::sync;
use vectis::sim::ion::PathKind;

use super::{ion, runtime};
use crate::support::context::process_of;
use crate::support::program::{Home, Ran};
use crate::support::vendor::Ion;

fn borrow(home: &Home, ion: &Ion, name: &str, from: &str) -> Ran {
    home.run([
        "connection",
        "set",
        name,
        "--vendor",
        "synnex",
        "--account-id",
        &ion.server.account_id(),
        "--credential",
        from,
        "--json",
    ])
}

#[test]
fn a_second_account_uses_the_tokens_and_the_budget_of_the_first() {
    let (home, ion) = (Home::new(), ion());
    ion.connect(&home).expect(0);
    borrow(&home, &ion, "second", "synnex").expect(0);
    home.run(["connection", "test", "second"]).expect(0);
    let list = home.run(["connection", "list"]).expect(0).out;
    assert!(list.contains("of synnex") && list.contains("own"), "{list}");
    let json = home.run(["connection", "list", "--json"]).expect(0).json();
    let credentials: Vec<_> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["credential"].clone())
        .collect();
    assert_eq!(credentials, ["synnex", "synnex"]);

    runtime().block_on(async {
        let ctx = process_of(&home, Calendar::wall()).await;
        let summary = sync(&ctx, &[], true, &CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(summary.runs.len(), 2);
        assert!(summary.problems().next().is_none());
        let gauges: BTreeSet<String> = ctx
            .bus
            .gauges()
            .iter()
            .map(|g| g.connection.to_string())
            .collect();
        assert_eq!(gauges, BTreeSet::from(["synnex".to_owned()]), "one budget");
        ctx.finish().await;
    });
    let stats = ion.server.stats();
    assert_eq!(stats.of(PathKind::Token), 1, "one token for both");

    let kept = home
        .run(["connection", "keepalive", "second", "--json"])
        .expect(0)
        .json();
    assert_eq!(
        (kept.as_array().unwrap().len(), &kept[0]["connection"]),
        (1, &"synnex".into())
    );
    let refused = home
        .run(["connection", "remove", "synnex", "--json"])
        .expect(2)
        .json();
    assert!(
        refused
            .to_string()
            .contains("lends its credential to second"),
        "{refused:#}"
    );
    home.run(["connection", "remove", "second"]).expect(0);
    home.run(["connection", "remove", "synnex"]).expect(0);
    assert!(
        std::fs::read_dir(home.path("home/tokens"))
            .unwrap()
            .next()
            .is_none(),
        "forgotten"
    );
}

#[test]
fn only_a_connection_with_a_credential_at_the_same_place_can_lend_it() {
    let (home, ion) = (Home::new(), ion());
    ion.connect(&home).expect(0);
    borrow(&home, &ion, "second", "synnex").expect(0);
    let table = [
        ("third", "nobody", "no connection 'nobody'"),
        ("third", "third", "no connection 'third'"),
        ("third", "second", "has no credential of its own"),
        ("synnex", "second", "has no credential of its own"),
    ];
    for (name, from, words) in table {
        let ran = borrow(&home, &ion, name, from).expect(2);
        assert!(ran.out.contains(words), "{name} from {from}: {}", ran.out);
    }
    let token = home.file("t", "abc");
    let pasted = home
        .run([
            "connection",
            "set",
            "second",
            "--refresh-token-file",
            &token,
            "--json",
        ])
        .expect(2);
    assert!(
        pasted.out.contains("paste the secret there"),
        "{}",
        pasted.out
    );
    let elsewhere = home
        .run([
            "connection",
            "set",
            "second",
            "--base-url",
            "https://elsewhere.example",
            "--json",
        ])
        .expect(2);
    assert!(
        elsewhere.out.contains("only sent to one host"),
        "{}",
        elsewhere.out
    );
    // The credential moves, and who borrows it moves with it.
    home.run([
        "connection",
        "set",
        "synnex",
        "--base-url",
        "https://other.example",
    ])
    .expect(0);
    let json = home.run(["connection", "list", "--json"]).expect(0).json();
    assert!(
        json.as_array()
            .unwrap()
            .iter()
            .all(|c| c["base_url"] == "https://other.example"),
        "{json:#}"
    );
}
