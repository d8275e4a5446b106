//! Which of the PSA's companies are active: by types and statuses that a person chose.

use vectis::sim::world::open;

use crate::support::program::{Home, Ran};
use crate::support::psa::{ConnectWise, visible};
use crate::support::vendor::Ion;

#[test]
fn a_person_chooses_which_companies_are_active() {
    let (home, ion) = (Home::new(), Ion::of(60));
    let psa = ConnectWise::of(&ion.world);
    psa.connect(&home).expect(0);
    let set = |types: &str, statuses: &str| {
        let (of, in_status) = ("--company-types", "--company-statuses");
        home.run(["psa", "set", "connectwise", of, types, in_status, statuses])
            .expect(0);
    };
    let all = home.run(["psa", "sync", "--json"]).expect(0).json();
    let active = |home: &Home| {
        let rows = home.run(["export", "customers", "--format", "json"]);
        let rows = rows.expect(0).json();
        let rows = rows.as_array().expect("rows").clone();
        rows.iter().filter(|row| row["active"] == true).count()
    };
    assert_eq!(all["psa"]["companies_active"], active(&home));
    assert_eq!(active(&home), count(&ion, |_, status| status != "Inactive"));

    // Another choice is heeded by the next reading, which reads all companies again.
    set("client", "active, imported");
    let words = visible(&ion.world, |c| c.kind == "Client" && c.status == "Active");
    let tested = home.run(["psa", "test"]).expect(0);
    assert!(
        tested.out.ends_with(&format!("{words}\n")),
        "{}",
        tested.out
    );
    let read = home.run(["psa", "sync", "--json"]).expect(0).json();
    assert_eq!(read["psa"]["full"], true);
    assert_eq!(
        read["psa"]["companies"], all["psa"]["companies"],
        "all are kept"
    );
    assert_eq!(
        active(&home),
        count(&ion, |kind, status| kind == "Client" && status == "Active")
    );
    assert_eq!(read["psa"]["companies_active"], active(&home));
    let notes = read["psa"]["notes"].to_string();
    assert!(
        notes.contains("no company is of the status 'imported'"),
        "{notes}"
    );

    // A word that nobody bears is told by a Test too.
    set("Clent", "");
    let misspelt = home.run(["psa", "test"]).expect(0);
    assert!(
        misspelt.err.contains("check --company-types"),
        "{}",
        misspelt.err
    );

    // The configuration serves where the PSA was set up without a choice.
    set("", "");
    let database = home.database();
    let read = home
        .command(["psa", "sync", "--json", "--database", &database])
        .env("VECTIS_PSA__COMPANY_TYPES", "Prospect")
        .output();
    let read = Ran::from(read.expect("the program starts"))
        .expect(0)
        .json();
    assert_eq!(
        read["psa"]["companies_active"],
        count(&ion, |kind, _| kind == "Prospect")
    );
}

fn count(ion: &Ion, is_active: impl Fn(&str, &str) -> bool) -> usize {
    let companies = &open(&ion.world).companies;
    companies
        .iter()
        .filter(|c| is_active(c.kind, c.status))
        .count()
}
