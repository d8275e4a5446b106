//! What people decided, and what other distributors list, in the matcher as a whole.

use super::rule_tests::{psa, record, run};
use super::{Alias, Match, Outcome, Record, Remembered, Ruling, Settings, match_companies};
use crate::domain::ids::CustomerId;

#[test]
fn what_a_person_decided_serves_other_accounts() {
    let companies = psa();
    let alias = |fields, company| Alias {
        profile: record("x", fields).profile,
        ruling: Ruling::Company(company),
        words: "ana linked it".to_owned(),
    };
    let first = |customer: &str, aliases: &[Alias]| {
        let customers = [record("a", customer)];
        let found = match_companies(
            &customers,
            &companies,
            aliases,
            &Settings::default(),
            &|_| {},
        );
        let company = found[0].suggestions.first().map(|s| s.company);
        (found[0].outcome, company)
    };
    let zeppelin = "Zeppelin Rides|zeppelin.example.net||0131 496 0999";
    let known = [alias(zeppelin, 1)];
    assert_ne!(first(zeppelin, &[]).0, Outcome::Auto);
    assert_eq!(
        first("Zeppelin Rides Ltd|||+44 131 496 0999", &known),
        (Outcome::Auto, Some(1))
    );
    assert_eq!(first("Zeppelin Rides", &known), (Outcome::Review, Some(1)));
    assert_ne!(
        first("Airship Rides|zeppelin.example.net", &known).0,
        Outcome::Auto
    );
    let contradicting = [alias(zeppelin, 1), alias(zeppelin, 2)];
    assert_ne!(first(zeppelin, &contradicting).0, Outcome::Auto);
}

#[test]
fn that_a_customer_is_in_no_psa_or_excluded_serves_other_accounts() {
    let companies = psa();
    let told = |customer: &str, known: &str, ruling| {
        let alias = Alias {
            profile: record("x", known).profile,
            ruling,
            words: String::new(),
        };
        let customers = [record("a", customer)];
        let settings = Settings::default();
        let mut found = match_companies(&customers, &companies, &[alias], &settings, &|_| {});
        let found = found.remove(0);
        (found.outcome, found.told.map(|t| t.how))
    };
    let none = Ruling::InNoPsa(CustomerId(7));
    let zeppelin = "Zeppelin Rides|zeppelin.example.net||0131 496 0999";
    let same = "Zeppelin Rides Ltd|||+44 131 496 0999";
    let (sure, name) = (Some(Remembered::Sure), Some(Remembered::Name));
    assert_eq!(told(same, zeppelin, none), (Outcome::Auto, sure));
    assert_eq!(
        told("Zeppelin Rides", zeppelin, none),
        (Outcome::Review, name)
    );
    assert_eq!(told("Airship Lines", zeppelin, none).1, None);
    assert_eq!(
        told(same, zeppelin, Ruling::Excluded),
        (Outcome::Review, sure),
        "nothing leaves the reports unseen"
    );
    let held = |c: &Record| {
        let p = &c.profile;
        format!("{}|{}|{}|{}", p.name, p.domain, p.email, p.phone)
    };
    let linked = companies
        .iter()
        .map(held)
        .find(|c| run(&[record("a", c)], &companies)[0].outcome == Outcome::Auto)
        .expect("a company that its own row is linked to");
    assert_eq!(
        told(&linked, &linked, none).0,
        Outcome::Review,
        "the PSA holds it by now"
    );
}

#[test]
fn customers_of_several_distributors_do_not_compete() {
    let companies = psa();
    let rows: Vec<Record> = companies
        .iter()
        .map(|c| record(&c.id, &c.profile.name))
        .collect();
    let alone = run(&rows, &companies);
    let twice: Vec<Record> = (0..2)
        .flat_map(|table| rows.iter().map(move |r| Record { table, ..r.clone() }))
        .collect();
    let both = run(&twice, &companies);
    let outcomes = |found: &[Match]| found.iter().map(|m| m.outcome).collect::<Vec<_>>();
    assert!(outcomes(&alone).contains(&Outcome::Auto));
    for part in both.chunks(rows.len()) {
        assert_eq!(outcomes(part), outcomes(&alone));
    }
    let mixed: Vec<Record> = twice
        .into_iter()
        .map(|r| Record { table: 0, ..r })
        .collect();
    assert!(
        !outcomes(&run(&mixed, &companies)).contains(&Outcome::Auto),
        "names that stand twice in one table are not the only ones"
    );
}
