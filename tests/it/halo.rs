//! HaloPSA by its API: set up, proved, read, and the same money found as from the files of the same tenant.

use serde_json::{Value, json};
use vectis::sim::halo::{
    CLIENT_SECRET, Fault, FaultOrder, HaloPath, ListedLines, Options, TENANT, Weather,
};
use vectis::sim::world::open;

use crate::support::alike::{assert_alike, connect_anew, tell_alike};
use crate::support::program::Home;
use crate::support::psa::{Halo, visible};
use crate::support::vendor::{DAY, Ion};

fn status(status: u16) -> Fault {
    Fault::Status {
        status,
        retry_after: None,
    }
}

fn notes(read: &Value) -> String {
    read["psa"]["notes"].to_string()
}

#[test]
fn the_api_finds_the_same_money_as_the_files() {
    let ion = Ion::of(30);
    tell_alike(&ion.world);
    let by_files = Home::at(DAY);
    ion.connect(&by_files).expect(0);
    ion.import_psa(&by_files).expect(0);
    let files = by_files.run(["sync", "--json"]).expect(0).json();

    let halo = Halo::of(&ion.world);
    let by_halo = Home::at(DAY);
    connect_anew(&ion, &by_halo);
    halo.connect(&by_halo).expect(0);
    let api = by_halo.run(["sync", "--json"]).expect(0).json();
    assert_eq!(api["psa"]["state"], "complete", "{api:#}");
    let (companies, lines) = {
        let world = open(&ion.world);
        (world.companies.len(), world.lines.len())
    };
    assert_eq!(api["psa"]["companies"], companies);
    assert_eq!(api["psa"]["lines"], lines, "{api:#}");
    assert_eq!(files["match"], api["match"]);
    assert_alike(&by_files, &by_halo, 10);

    // The token, and a page or two of each of three listings.
    let stats = halo.server.stats();
    assert!(stats.total <= 7, "{stats:?}");
    assert_eq!(api["psa"]["requests"], stats.total);
    assert_eq!(stats.tokens_issued, 1);
    let notes = notes(&api);
    for part in ["HaloPSA computes itself", "are inactive", "charged once"] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    assert!(!notes.contains("how often they bill"), "{notes}");
}

#[test]
fn a_client_is_linked_by_its_microsoft_tenant() {
    let (home, ion) = (Home::new(), Ion::of(30));
    let halo = Halo::of(&ion.world);
    halo.connect(&home).expect(0);
    home.run(["psa", "sync"]).expect(0);
    let customers = home.run(["export", "customers", "--format", "json"]);
    let customers = customers.expect(0).json();
    let told = |row: &Value| {
        row["ms_tenant_id"]
            .as_str()
            .is_some_and(|id| !id.is_empty())
    };
    let told = customers
        .as_array()
        .expect("rows")
        .iter()
        .filter(|c| told(c));
    let kept = open(&ion.world)
        .companies
        .iter()
        .filter(|c| !c.tenant_id.is_empty())
        .count();
    assert!(kept > 0);
    assert_eq!(told.count(), kept);
}

#[test]
fn a_person_sets_halo_up_and_proves_it() {
    let (home, ion) = (Home::new(), Ion::of(8));
    let halo = Halo::of(&ion.world);
    let lacking = home.run(["psa", "set", "halo", "--client-id", "x", "--json"]);
    let lacking = lacking.expect(2).json();
    let remedy = lacking["error"]["remedy"].as_str().unwrap_or_default();
    assert!(
        remedy.contains("--base-url") && remedy.contains("halopsa.com"),
        "{lacking}"
    );

    halo.connect(&home).expect(0);
    let companies = open(&ion.world).companies.len();
    let tested = home.run(["psa", "test"]).expect(0);
    assert_eq!(
        tested.out,
        format!(
            "Connected to HaloPSA — {}\n",
            visible(&ion.world, |c| c.status != "Inactive")
        )
    );
    let database = std::fs::read(home.path("data/vectis.db")).expect("the database");
    let secret = CLIENT_SECRET.as_bytes();
    assert!(
        !database.windows(secret.len()).any(|w| w == secret),
        "the client secret lies in the clear"
    );

    halo.connect_with(&home, "wrong", TENANT).expect(0);
    let wrong = home.run(["psa", "test", "--json"]).expect(4).json();
    assert_eq!(wrong["error"]["code"], "credentials_rejected", "{wrong}");
    let read = home.run(["psa", "sync", "--json"]).expect(4).json();
    assert_eq!(read["psa"]["state"], "failed");
    let doctor = home.run(["doctor", "--json"]).expect(3).json();
    let mut checks = doctor.as_array().expect("a list").iter();
    let check = checks.find(|c| c["what"] == "PSA");
    assert_eq!(check.expect("a check of the PSA")["ok"], false);

    halo.connect_with(&home, CLIENT_SECRET, "other").expect(0);
    let elsewhere = home.run(["psa", "test", "--json"]).expect(8).json();
    let remedy = elsewhere["error"]["remedy"].as_str().unwrap_or_default();
    assert!(remedy.contains("--tenant"), "{elsewhere}");

    // Nobody needs to name a tenant where there is only one.
    halo.connect_with(&home, CLIENT_SECRET, "").expect(0);
    let read = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert_eq!(read["psa"]["companies_new"], companies);
    home.run(["doctor"]).expect(0);
}

#[test]
fn the_next_reading_asks_for_changes_and_the_token_serves_on() {
    let (home, ion) = (Home::new(), Ion::of(40));
    let halo = Halo::of(&ion.world);
    halo.connect(&home).expect(0);
    let first = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert_eq!(first["psa"]["full"], true);
    let before = halo.server.stats();
    let next = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert_eq!(next["psa"]["full"], false);
    for key in ["companies", "lines"] {
        assert_eq!(next["psa"][key], first["psa"][key], "{key}");
    }
    for gone in ["companies_gone", "lines_gone"] {
        assert_eq!(next["psa"][gone], 0, "{gone}");
    }
    let after = halo.server.stats();
    assert_eq!(after.tokens_issued, 1, "one token for both");
    assert!(after.total - before.total <= before.total);
    assert_eq!(after.methods.get("POST"), Some(&1));
    assert_eq!(after.methods.len(), 2, "{:?}", after.methods);
}

#[test]
fn invoices_that_are_listed_without_lines_are_asked_for_one_by_one() {
    let (home, ion) = (Home::new(), Ion::of(8));
    let options = Options {
        lines: ListedLines::Missing,
        ..Options::default()
    };
    let halo = Halo::with(&ion.world, options);
    halo.connect(&home).expect(0);
    let read = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert_eq!(read["psa"]["lines"], open(&ion.world).lines.len());
    assert!(halo.server.stats().of(HaloPath::Invoice) > 3);
}

#[test]
fn what_goes_wrong_is_told_and_what_was_read_stays() {
    let (home, ion) = (Home::new(), Ion::of(8));
    let halo = Halo::of(&ion.world);
    ion.connect(&home).expect(0);
    halo.connect(&home).expect(0);
    let first = home.run(["sync", "--json"]).expect(0).json();
    let read = |fault: Fault, path: HaloPath, code: i32| {
        halo.server.fault(FaultOrder::next(fault, path));
        home.run(["psa", "sync", "--full", "--json"])
            .expect(code)
            .json()
    };
    for (fault, path, code) in [
        (status(403), HaloPath::Invoices, 5),
        (status(404), HaloPath::Clients, 6),
    ] {
        let failed = read(fault, path, code);
        assert_eq!(failed["findings"], first["findings"], "nothing moved");
        assert_eq!(failed["psa"]["lines"], 0);
    }
    // What passes is tried again within the reading; the hint of the second 429 stands in the body.
    for fault in [
        Fault::ExpireAccess,
        Fault::CutBody,
        Fault::Limited { seconds: 1 },
        Fault::Limited { seconds: 1 },
    ] {
        let passed = read(fault, HaloPath::Invoices, 0);
        assert_eq!(passed["psa"]["lines"], first["psa"]["lines"]);
    }
    // A row that cannot be read is put aside, and the rest goes on.
    let order = json!({"fault": "replace", "pointer": "/clients/0", "value": "a client", "path": "clients"});
    let order = serde_json::from_value(order).expect("an order");
    halo.server.fault(order);
    let rest = home
        .run(["psa", "sync", "--full", "--json"])
        .expect(9)
        .json();
    assert_eq!(rest["psa"]["quarantined"], 1);
    assert_eq!(rest["psa"]["state"], "partial");
    // A listing that stays short of what it tells is no reading.
    let short = json!({"fault": "replace", "pointer": "/record_count", "value": 9000, "path": "invoices", "times": 9});
    halo.server
        .fault(serde_json::from_value(short).expect("an order"));
    let failed = home.run(["psa", "sync", "--json"]).expect(8).json();
    let seen = failed["psa"]["error"]["seen"].as_str().unwrap_or_default();
    assert!(seen.contains("9000 rows are told"), "{failed:#}");
    // A sign-in page that stays is no outage.
    halo.server.fault(FaultOrder {
        times: 99,
        ..FaultOrder::next(Fault::Html { status: 200 }, HaloPath::Clients)
    });
    let page = home.run(["psa", "sync", "--json"]).expect(4).json();
    let title = page["psa"]["error"]["title"].as_str().unwrap_or_default();
    assert!(title.contains("sign-in page"), "{page:#}");
}

#[test]
fn bad_weather_is_lived_through() {
    let (home, ion) = (Home::new(), Ion::of(60));
    let mut options = Options::default();
    options.server.weather = Weather::Chaos;
    options.server.seed = 5;
    options.page_cap = 20;
    let halo = Halo::with(&ion.world, options);
    halo.connect(&home).expect(0);
    let ran = home.run(["psa", "sync", "--json", "--patience", "60"]);
    assert!(matches!(ran.code, Some(0 | 9)), "{ran:#?}");
    let read = ran.json();
    assert!(read["psa"]["companies"].as_u64() > Some(60), "{read:#}");
    assert!(halo.server.stats().faults_served > 0);
    assert!(!ran.out.contains('\u{1b}'));
}

#[test]
fn a_sync_of_one_connection_reads_the_psa_too() {
    let (home, ion) = (Home::new(), Ion::of(8));
    let halo = Halo::of(&ion.world);
    ion.connect(&home).expect(0);
    halo.connect(&home).expect(0);
    for _ in 0..2 {
        let before = halo.server.stats().of(HaloPath::Invoices);
        let synced = home.run(["sync", "synnex", "--json"]).expect(0).json();
        assert_eq!(synced["psa"]["state"], "complete", "{synced:#}");
        assert_eq!(halo.server.stats().of(HaloPath::Invoices), before + 1);
    }
    // A reading is whole or none, so no remedy promises that it goes on.
    halo.server.fault(FaultOrder {
        times: 99,
        ..FaultOrder::next(status(429), HaloPath::Invoices)
    });
    let limited = home.run(["psa", "sync", "--json", "--patience", "1"]);
    let limited = limited.expect(7).json();
    let remedy = limited["psa"]["error"]["remedy"]
        .as_str()
        .unwrap_or_default();
    assert!(remedy.contains("from its beginning"), "{limited:#}");
}

#[test]
fn the_daemon_tries_a_psa_again_that_could_not_be_read() {
    let (home, ion) = (Home::new(), Ion::of(8));
    let halo = Halo::of(&ion.world);
    ion.connect(&home).expect(0);
    halo.connect(&home).expect(0);
    halo.server.fault(FaultOrder {
        times: 5,
        ..FaultOrder::next(status(503), HaloPath::Invoices)
    });
    let failed = home.run(["daemon", "--once", "--json"]).expect(8).json();
    assert_eq!(failed["sync"]["runs"][0]["state"], "complete", "{failed:#}");
    assert_eq!(failed["sync"]["psa"]["state"], "failed");
    let (ion_asked, psa_asked) = (ion.server.stats().total, halo.server.stats().total);
    home.run(["daemon", "--once", "--json"]).expect(0);
    assert_eq!(
        ion.server.stats().total,
        ion_asked,
        "the distributor is done"
    );
    assert!(halo.server.stats().total > psa_asked);
    home.run(["doctor"]).expect(0);
    // What a person must mend is not tried again.
    halo.connect_with(&home, "wrong", TENANT).expect(0);
    home.run(["psa", "sync"]).expect(4);
    let asked = halo.server.stats().total;
    home.run(["daemon", "--once", "--json"]).expect(0);
    assert_eq!(halo.server.stats().total, asked);
}
