//! The PSA by its API: set up, proved, read with a sync, and the same money found as from its files.

use serde_json::{Value, json};
use vectis::sim::autotask;
use vectis::sim::connectwise::{Fault, FaultOrder, PathKind};
use vectis::sim::psa_csv;
use vectis::sim::world::open;

use crate::support::alike::{assert_alike, connect_anew, tell_alike};
use crate::support::program::{Home, Ran};
use crate::support::psa::{Autotask, ConnectWise, visible};
use crate::support::vendor::{DAY, Ion};

#[test]
fn both_apis_find_the_same_money_as_the_files() {
    let ion = Ion::of(30);
    tell_alike(&ion.world);
    for line in &mut open(&ion.world).lines {
        // Autotask names no currency, and no line that is not billed.
        line.currency = "USD";
        line.billable = true;
    }
    let by_files = Home::at(DAY);
    ion.connect(&by_files).expect(0);
    ion.import_psa(&by_files).expect(0);
    let files = by_files.run(["sync", "--json"]).expect(0).json();

    let connectwise = ConnectWise::of(&ion.world);
    let by_connectwise = Home::at(DAY);
    connect_anew(&ion, &by_connectwise);
    connectwise.connect(&by_connectwise).expect(0);
    let api = by_connectwise.run(["sync", "--json"]).expect(0).json();
    assert_eq!(api["psa"]["state"], "complete", "{api:#}");
    let (companies, lines) = {
        let world = open(&ion.world);
        (world.companies.len(), world.lines.len())
    };
    assert_eq!(api["psa"]["companies"], companies);
    assert_eq!(api["psa"]["lines"], lines);
    assert_eq!(files["match"], api["match"]);
    assert_alike(&by_files, &by_connectwise, 10);

    let autotask = Autotask::of(&ion.world);
    let by_autotask = Home::at(DAY);
    connect_anew(&ion, &by_autotask);
    autotask.connect(&by_autotask, autotask::SECRET).expect(0);
    let database = by_autotask.database();
    let synced = by_autotask
        .command(["sync", "--json", "--database", &database])
        .env("VECTIS_PSA__CURRENCY", "USD")
        .output();
    let api = Ran::from(synced.expect("the program starts"))
        .expect(0)
        .json();
    assert_eq!(api["psa"]["state"], "complete", "{api:#}");
    assert_eq!(api["psa"]["companies"], companies);
    assert_eq!(api["psa"]["lines"], lines);
    assert_eq!(files["match"], api["match"]);
    assert_alike(&by_files, &by_autotask, 10);
    let stats = autotask.server.stats();
    assert!(stats.total <= 10, "{stats:?}");
    let notes = api["psa"]["notes"].to_string();
    assert!(notes.contains("of 10000 requests in 60 minutes"), "{notes}");
}

#[test]
fn a_person_sets_the_psa_up_and_proves_it() {
    let (home, ion) = (Home::new(), Ion::of(8));
    let psa = ConnectWise::of(&ion.world);
    let none = home.run(["psa", "test", "--json"]).expect(2).json();
    assert_eq!(none["error"]["title"], "No PSA is set up");
    let lacking = home
        .run(["psa", "set", "connectwise", "--region", "na", "--json"])
        .expect(2)
        .json();
    assert!(
        lacking["error"]["remedy"]
            .as_str()
            .is_some_and(|r| r.contains("--company")),
        "{lacking}"
    );
    let nowhere = home
        .run(["psa", "set", "connectwise", "--region", "mars", "--json"])
        .expect(2)
        .json();
    assert!(
        nowhere["error"]["remedy"]
            .as_str()
            .is_some_and(|r| r.contains("na, eu, au")),
        "{nowhere}"
    );

    psa.connect(&home).expect(0);
    let tested = home.run(["psa", "test"]).expect(0);
    let companies = open(&ion.world).companies.len();
    assert_eq!(
        tested.out,
        format!(
            "Connected to ConnectWise PSA — {}\n",
            visible(&ion.world, |c| c.status != "Inactive")
        )
    );
    let tested = home.run(["psa", "test", "--json"]).expect(0).json();
    assert_eq!(
        (tested["ok"].clone(), tested["companies_visible"].clone()),
        (json!(true), json!(companies))
    );

    let database = std::fs::read(home.path("data/vectis.db")).expect("the database");
    let key = vectis::sim::connectwise::PRIVATE_KEY.as_bytes();
    assert!(
        !database.windows(key.len()).any(|w| w == key),
        "the private key lies in the clear"
    );

    psa.connect_with(&home, "wrong").expect(0);
    let wrong = home.run(["psa", "test", "--json"]).expect(4).json();
    assert_eq!(wrong["error"]["code"], "credentials_rejected");
    let read = home.run(["psa", "sync", "--json"]).expect(4).json();
    assert_eq!(read["psa"]["state"], "failed");
    let doctor = home.run(["doctor", "--json"]).expect(3).json();
    let check = doctor
        .as_array()
        .expect("a list")
        .iter()
        .find(|c| c["what"] == "PSA")
        .cloned();
    assert_eq!(check.expect("a check of the PSA")["ok"], false);

    psa.connect(&home).expect(0);
    let by_hand = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert_eq!(by_hand["psa"]["companies_new"], companies);
    assert_eq!(by_hand["psa"]["full"], true);
    home.run(["doctor"]).expect(0);
    let refused = ion.import_psa(&home).expect(2);
    let said = format!("{}{}", refused.out, refused.err);
    assert!(said.contains("read by its API"), "{said}");
    home.run(["psa", "remove"]).expect(0);
    ion.import_psa(&home).expect(0);
}

#[test]
fn a_reading_takes_the_fewest_requests_and_the_next_asks_for_changes() {
    let (home, ion) = (Home::new(), Ion::of(60));
    let psa = ConnectWise::of(&ion.world);
    psa.connect(&home).expect(0);
    let read = home.run(["psa", "sync", "--json"]).expect(0).json();
    let stats = psa.server.stats();
    assert_eq!(read["psa"]["requests"], stats.total);
    let pages = |rows: u64| rows / 1_000 + 1;
    let companies = stats.of(PathKind::Companies);
    assert!(
        companies <= pages(read["psa"]["companies"].as_u64().unwrap()) + 1,
        "{stats:?}"
    );
    assert!(
        stats.of(PathKind::Agreements) <= 2 && stats.of(PathKind::Catalog) <= 2,
        "{stats:?}"
    );
    let methods: Vec<&String> = stats.methods.keys().collect();
    assert_eq!(methods, ["GET"]);
    let next = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert_eq!(next["psa"]["full"], false);
    for key in ["companies", "lines"] {
        assert_eq!(next["psa"][key], read["psa"][key], "{key}");
    }
    assert_eq!(
        (
            next["psa"]["companies_gone"].clone(),
            next["psa"]["lines_gone"].clone()
        ),
        (json!(0), json!(0))
    );
}

#[test]
fn a_company_that_vanishes_keeps_its_links_and_is_told_of() {
    let (home, ion) = (Home::new(), Ion::of(40));
    let psa = ConnectWise::of(&ion.world);
    ion.connect(&home).expect(0);
    psa.connect(&home).expect(0);
    home.run(["sync"]).expect(0);
    let customers = |home: &Home| {
        home.run(["export", "customers", "--format", "json"])
            .expect(0)
            .json()
    };
    let before = customers(&home).as_array().map(Vec::len);
    let linked = open(&ion.world).truth.iter().find_map(|t| {
        let clear = t.difficulty == vectis::sim::world::Difficulty::Clear;
        t.company.filter(|_| clear)
    });
    let gone = linked.expect("a company with a clear account");
    open(&ion.world).companies.retain(|c| c.id != gone);
    let read = home
        .run(["psa", "sync", "--full", "--json"])
        .expect(0)
        .json();
    assert_eq!(read["psa"]["companies_gone"], 1, "{read:#}");
    assert_eq!(customers(&home).as_array().map(Vec::len), before);
    assert!(read["psa"]["notes"].as_array().is_some(), "{read:#}");

    // A role that lost its rights shows shorter lists, not errors: nothing is believed of that.
    let few = open(&ion.world).companies.len() / 2;
    open(&ion.world).companies.truncate(few);
    let doubted = home
        .run(["psa", "sync", "--full", "--json"])
        .expect(5)
        .json();
    assert!(
        doubted["psa"]["error"]["seen"]
            .as_str()
            .is_some_and(|s| s.contains("missing at once")),
        "{doubted:#}"
    );
    assert_eq!(doubted["psa"]["companies_gone"], 0);
    let accepted = home
        .run(["psa", "sync", "--accept", "--json"])
        .expect(0)
        .json();
    assert!(
        accepted["psa"]["companies_gone"].as_u64() > Some(20),
        "{accepted:#}"
    );
}

#[test]
fn what_goes_wrong_is_told_and_what_was_read_stays() {
    let (home, ion) = (Home::new(), Ion::of(8));
    let psa = ConnectWise::of(&ion.world);
    ion.connect(&home).expect(0);
    psa.connect(&home).expect(0);
    let first = home.run(["sync", "--json"]).expect(0).json();
    for (fault, code) in [
        (
            Fault::Status {
                status: 401,
                retry_after: None,
            },
            4,
        ),
        (
            Fault::Status {
                status: 403,
                retry_after: None,
            },
            5,
        ),
    ] {
        psa.server.fault(FaultOrder {
            after: 3,
            ..FaultOrder::next(fault, PathKind::Additions)
        });
        let failed = home.run(["psa", "sync", "--json"]).expect(code).json();
        assert_eq!(failed["findings"], first["findings"], "nothing moved");
        assert_eq!(failed["psa"]["lines"], 0);
    }
    // In a whole sync the distributor's part goes on.
    psa.server.fault(FaultOrder::next(
        Fault::Status {
            status: 403,
            retry_after: None,
        },
        PathKind::Agreements,
    ));
    let sync = home.run(["sync", "--json"]).expect(5).json();
    assert_eq!(sync["runs"][0]["state"], "complete");
    assert_eq!(sync["psa"]["state"], "failed");
    assert_eq!(sync["findings"], first["findings"]);
    // What passes is tried again within the reading.
    let limited = Fault::Status {
        status: 429,
        retry_after: Some("0".to_owned()),
    };
    psa.server
        .fault(FaultOrder::next(limited, PathKind::Additions));
    psa.server
        .fault(FaultOrder::next(Fault::CutBody, PathKind::Catalog));
    let passed = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert!(
        passed["psa"]["rate_limited"].as_u64() >= Some(1),
        "{passed:#}"
    );
    // A row that cannot be read is put aside, and the rest goes on.
    let broken = json!("a quantity").to_string();
    let order = json!({"fault": "replace", "pointer": "/0", "value": broken, "path": "companies"});
    psa.server
        .fault(serde_json::from_value(order).expect("an order"));
    let rest = home
        .run(["psa", "sync", "--full", "--json"])
        .expect(9)
        .json();
    assert_eq!(
        (
            rest["psa"]["quarantined"].clone(),
            rest["psa"]["state"].clone()
        ),
        (json!(1), json!("partial"))
    );
    // A company that cannot be read this time is listed all the same, and stays as it was known.
    home.run(["psa", "sync", "--full"]).expect(0);
    let first = open(&ion.world).companies.iter().map(|c| c.id).min();
    let order =
        json!({"fault": "replace", "pointer": "/0", "value": {"id": first}, "path": "companies"});
    psa.server
        .fault(serde_json::from_value(order).expect("an order"));
    let kept = home.run(["psa", "sync", "--full", "--json"]).expect(9);
    let kept = kept.json();
    assert_eq!(kept["psa"]["companies_gone"], 0, "{kept:#}");
}

#[test]
fn files_first_and_the_api_later_keep_links_and_history() {
    let (home, ion) = (Home::new(), Ion::of(30));
    let psa = ConnectWise::of(&ion.world);
    ion.connect(&home).expect(0);
    let folder = home.path("psa");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(
        folder.join("companies.csv"),
        psa_csv::companies(&open(&ion.world)),
    )
    .expect("a file");
    ion.import_psa(&home).expect(0);
    home.run(["sync"]).expect(0);
    let links = |home: &Home| {
        let rows = home
            .run(["export", "customers", "--format", "json"])
            .expect(0)
            .json();
        let mut ids: Vec<String> = rows
            .as_array()
            .expect("rows")
            .iter()
            .map(Value::to_string)
            .collect();
        ids.sort();
        ids.len()
    };
    let before = links(&home);
    psa.connect(&home).expect(0);
    let read = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert_eq!(
        read["psa"]["companies_new"], 0,
        "all are known by id and name: {read:#}"
    );
    assert_eq!(links(&home), before);
}
