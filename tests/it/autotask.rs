//! Autotask by its API: its own ways to refuse, and seats that are sold in bundles.

use vectis::sim::autotask;
use vectis::sim::world::open;

use crate::support::alike::{connect_anew, tell_alike};
use crate::support::program::{Home, Ran};
use crate::support::psa::{Autotask, visible};
use crate::support::vendor::{DAY, Ion};

#[test]
fn autotasks_refusals_are_told_apart() {
    let (home, ion) = (Home::new(), Ion::of(3));
    let psa = Autotask::of(&ion.world);
    psa.connect(&home, autotask::SECRET).expect(0);
    let tested = home.run(["psa", "test"]).expect(0);
    assert_eq!(
        tested.out,
        format!(
            "Connected to Autotask — {}\n",
            visible(&ion.world, |c| c.status == "Active")
        )
    );
    assert!(tested.err.contains("of all integrations"), "{}", tested.err);
    psa.connect(&home, "wrong").expect(0);
    let wrong = home.run(["psa", "test", "--json"]).expect(4).json();
    assert!(
        wrong["error"]["cause"]
            .as_str()
            .is_some_and(|c| c.contains("zone")),
        "{wrong}"
    );
    home.run(["psa", "set", "autotask", "--username", "nobody@x.example"])
        .expect(0);
    let unknown = home.run(["psa", "test", "--json"]).expect(4).json();
    assert_eq!(unknown["error"]["title"], "Autotask does not know the user");
}

#[test]
fn seats_that_are_sold_in_bundles_are_contracted_without_a_price() {
    let ion = Ion::of(30);
    tell_alike(&ion.world);
    for line in &mut open(&ion.world).lines {
        line.currency = "USD";
        line.billable = true;
    }
    let by_files = Home::at(DAY);
    ion.connect(&by_files).expect(0);
    ion.import_psa(&by_files).expect(0);
    by_files.run(["sync"]).expect(0);

    let options = autotask::Options {
        bundles: autotask::Bundles::Sold,
        ..autotask::Options::default()
    };
    let psa = Autotask::with(&ion.world, options);
    let by_api = Home::at(DAY);
    connect_anew(&ion, &by_api);
    psa.connect(&by_api, autotask::SECRET).expect(0);
    let database = by_api.database();
    let synced = by_api
        .command(["sync", "--json", "--database", &database])
        .env("VECTIS_PSA__CURRENCY", "USD")
        .output();
    let synced = Ran::from(synced.expect("the program starts"))
        .expect(0)
        .json();
    let bundled = {
        let world = open(&ion.world);
        let sold = world.lines.iter();
        sold.filter(|l| l.product.is_some() && l.id.is_multiple_of(4))
            .count()
    };
    assert!(bundled > 10);
    let lines = open(&ion.world).lines.len();
    assert_eq!(
        synced["psa"]["lines"],
        lines + bundled,
        "each holds two services"
    );
    assert_eq!(psa.server.stats().of(autotask::PathKind::Bundles), 2);

    // The same seats are contracted, and some of them have no price of their own.
    let seats = |home: &Home| {
        let rows = home.run(["licensing", "--json"]).expect(0).json();
        let rows = rows.as_array().expect("rows").clone();
        let mut seats: Vec<String> = rows
            .iter()
            .map(|r| {
                let of = |key: &str| r[key].to_string();
                [of("customer"), of("sku"), of("seats"), of("contracted")].join(" ")
            })
            .collect();
        seats.sort();
        let priced = rows.iter().filter(|r| !r["unit_price"].is_null()).count();
        (seats, priced)
    };
    let (files, api) = (seats(&by_files), seats(&by_api));
    assert_eq!(files.0, api.0);
    assert!(api.1 < files.1, "{} prices, {} by files", api.1, files.1);
}
