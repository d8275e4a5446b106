//! What the matcher promises as a whole: the rule of the automatic link, and properties that hold for any input.

use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use proptest::strategy::Strategy;

use super::{Match, Outcome, Record, Settings, match_companies, match_on_threads};
use crate::domain::party::Profile;

/// `name|domain|email|phone|address|city|state|postcode|country`; what is left out is unknown.
pub fn record(id: &str, fields: &str) -> Record {
    let mut parts = fields.split('|').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let profile = Profile {
        name: next(),
        domain: next(),
        email: next(),
        phone: next(),
        address: next(),
        city: next(),
        state: next(),
        postcode: next(),
        country: next(),
        ..Profile::default()
    };
    Record {
        id: id.to_owned(),
        profile,
        other_ms_tenants: Vec::new(),
        active: true,
        psa_id_hint: None,
        table: 0,
    }
}

/// Decides with the usual settings.
pub fn run(customers: &[Record], companies: &[Record]) -> Vec<Match> {
    match_companies(customers, companies, &[], &Settings::default(), &|_| {})
}

pub fn psa() -> Vec<Record> {
    vec![
        record(
            "1",
            "Valley Wealth Management Ltd|valleywealth.example.com||020 7946 0011|12 Oak Lane|Leeds",
        ),
        record(
            "2",
            "Northwind Bakery|northwindbakery.com|info@northwindbakery.com|0113 496 0222|4 Mill Road|York",
        ),
        record(
            "3",
            "Northwind Properties|northwindbakery.com||0113 496 0222|4 Mill Road|York",
        ),
        record(
            "4",
            "Tailspin Toys|tailspin.example.org|||9 High Street|Bath",
        ),
        record(
            "5",
            "Tailspin Toys|tailspin.example.org|||9 High Street|Bath",
        ),
        record(
            "6",
            "zz Fabrikam Steel|fabrikamsteel.com||0114 496 0333|1 Forge Way|Sheffield",
        ),
        record(
            "7",
            "Fabrikam Steel|fabrikamsteel.com||0114 496 0333|1 Forge Way|Sheffield",
        ),
    ]
}

fn first_id<'a>(found: &Match, companies: &'a [Record]) -> &'a str {
    &companies[found.suggestions[0].company].id
}

#[test]
fn sure_links_are_made_and_explained() {
    let customers = [record(
        "a",
        "VALLEY WEALTH MANAGEMENT|www.valleywealth.example.com||+44 20 7946 0011|12 Oak Ln|Leeds",
    )];
    let found = run(&customers, &psa());
    assert_eq!(
        (found[0].outcome, first_id(&found[0], &psa())),
        (Outcome::Auto, "1")
    );
    let reasons = found[0].suggestions[0].reasons.join("\n");
    for said in [
        "+ same name",
        "+ same domain valleywealth.example.com",
        "+ same phone",
        "+ same town Leeds",
    ] {
        assert!(reasons.contains(said), "{said} is missing in\n{reasons}");
    }
}

#[test]
fn two_tenants_of_one_company_are_both_linked() {
    let tenant = |id| {
        record(
            id,
            "Northwind Bakery|northwindbakery.com||0113 496 0222|4 Mill Road|York",
        )
    };
    let found = run(&[tenant("a"), tenant("b")], &psa());
    assert!(
        found
            .iter()
            .all(|m| m.outcome == Outcome::Auto && first_id(m, &psa()) == "2")
    );
}

#[test]
fn rows_that_nothing_tells_apart_go_to_a_person() {
    let found = run(
        &[record(
            "a",
            "Tailspin Toys|tailspin.example.org|||9 High Street|Bath",
        )],
        &psa(),
    );
    assert_eq!(found[0].outcome, Outcome::Review);
    let psa = psa();
    let mut ids: Vec<&str> = found[0].suggestions[..2]
        .iter()
        .map(|s| psa[s.company].id.as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["4", "5"]);
}

#[test]
fn the_live_row_goes_before_the_one_marked_as_old() {
    let found = run(
        &[record(
            "a",
            "Fabrikam Steel|fabrikamsteel.com||0114 496 0333|1 Forge Way|Sheffield",
        )],
        &psa(),
    );
    assert_eq!(first_id(&found[0], &psa()), "7");
    let old = found[0]
        .suggestions
        .iter()
        .find(|s| psa()[s.company].id == "6")
        .unwrap();
    assert!(
        old.reasons
            .iter()
            .any(|r| r == "- the PSA row is marked as not in use")
    );
}

#[test]
fn nothing_alike_is_no_counterpart() {
    let found = run(
        &[record(
            "a",
            "Quixotic Zeppelin Rides|zeppelin.example.net||0131 496 0999||Perth",
        )],
        &psa(),
    );
    assert_eq!(found[0].outcome, Outcome::None);
    assert_eq!(
        run(&[record("a", "Anything")], &[])[0],
        Match {
            outcome: Outcome::None,
            suggestions: Vec::new(),
            told: None,
        }
    );
    assert!(run(&[], &psa()).is_empty());
}

#[test]
fn a_tenant_guid_decides_before_a_typed_id() {
    let mut companies = psa();
    companies[3].profile.ms_tenant_id = "6F2C1E0A-0000-4000-8000-000000000001".to_owned();
    let mut customer = record("a", "Northwind Bakery");
    customer.psa_id_hint = Some(" 1 ".to_owned());
    let found = run(std::slice::from_ref(&customer), &companies);
    assert_eq!(
        (found[0].outcome, first_id(&found[0], &companies)),
        (Outcome::Auto, "1")
    );
    customer.profile.ms_tenant_id = "6f2c1e0a-0000-4000-8000-000000000001".to_owned();
    let found = run(std::slice::from_ref(&customer), &companies);
    assert_eq!(
        (found[0].outcome, first_id(&found[0], &companies)),
        (Outcome::Auto, "4")
    );
    // A company may have several tenants: any of them decides, and says so.
    let only = std::mem::take(&mut companies[3].profile.ms_tenant_id);
    companies[3].profile.ms_tenant_id = "7a2c1e0a-0000-4000-8000-000000000002".to_owned();
    companies[3].other_ms_tenants = vec![only.clone()];
    let found = run(std::slice::from_ref(&customer), &companies);
    assert_eq!(
        (found[0].outcome, first_id(&found[0], &companies)),
        (Outcome::Auto, "4")
    );
    let reasons = &found[0].suggestions[0].reasons;
    assert!(
        reasons[0].contains("same Microsoft tenant 6f2c1e0a"),
        "{reasons:?}"
    );
    companies[4].profile.ms_tenant_id = only;
    assert_eq!(run(&[customer], &companies)[0].outcome, Outcome::Review);
}

#[test]
fn bad_names_are_survived() {
    let long = "Contoso ".repeat(1250);
    let names = [
        "",
        "x",
        long.as_str(),
        "!!! --- ???",
        "株式会社 Контосо Ltd",
        "\u{202e}osotnoC\u{200f}",
        "((((",
        "t/a",
        " - ",
        "zz",
        "0",
    ];
    let rows: Vec<Record> = names.iter().map(|n| record("same id", n)).collect();
    let found = run(&rows, &rows);
    assert_eq!(found.len(), names.len());
    assert!(
        found
            .iter()
            .flat_map(|m| &m.suggestions)
            .all(|s| s.score.is_finite() && (0.0..=1.0).contains(&s.score))
    );
}

#[test]
fn thousands_of_rows_with_one_name_are_bounded() {
    let companies: Vec<Record> = (0..5_000)
        .map(|i| record(&i.to_string(), "Central Office Services"))
        .collect();
    let found = run(&[record("a", "Central Office Services Ltd")], &companies);
    assert_eq!(found[0].outcome, Outcome::Review);
    assert!(found[0].suggestions.len() <= 10);
}

fn word() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "Acme",
        "Contoso",
        "Bakery",
        "Group",
        "Ltd",
        "York",
        "&",
        "(OLD)",
        "t/a",
        "Energy",
        "5",
        "Müller",
        "ミニストップ",
    ])
    .prop_map(str::to_owned)
}

fn any_record() -> impl Strategy<Value = Record> {
    let name = proptest::prop_oneof![
        proptest::collection::vec(word(), 0..5).prop_map(|w| w.join(" ")),
        any::<String>()
    ];
    let domain = proptest::sample::select(vec![
        "",
        "acme.com",
        "contoso.onmicrosoft.com",
        "gmail.com",
        "..",
        "http://",
    ]);
    let phone = proptest::sample::select(vec!["", "+44 20 7946 0011", "555", "x"]);
    (name, domain, phone, any::<String>(), 0u8..20).prop_map(|(name, domain, phone, city, id)| {
        let profile = Profile {
            name,
            domain: domain.to_owned(),
            email: format!("jo@{domain}"),
            phone: phone.to_owned(),
            city,
            ..Profile::default()
        };
        Record {
            id: id.to_string(),
            profile,
            other_ms_tenants: Vec::new(),
            active: id % 7 != 0,
            psa_id_hint: None,
            table: 0,
        }
    })
}

fn decisions(
    customers: &[Record],
    companies: &[Record],
    threads: usize,
) -> Vec<(Outcome, Vec<(Profile, i64)>)> {
    let found = match_on_threads(
        customers,
        companies,
        &[],
        &Settings::default(),
        &|_| {},
        threads,
    );
    let shown = |m: Match| {
        (
            m.outcome,
            m.suggestions
                .into_iter()
                .map(|s| {
                    (
                        companies[s.company].profile.clone(),
                        (s.score * 1e9).round() as i64,
                    )
                })
                .collect(),
        )
    };
    found.into_iter().map(shown).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn order_and_threads_do_not_matter(customers in proptest::collection::vec(any_record(), 0..6), mut companies in proptest::collection::vec(any_record(), 0..12)) {
        companies.sort_by(|a, b| a.id.cmp(&b.id));
        companies.dedup_by(|a, b| a.id == b.id);
        let before = decisions(&customers, &companies, 1);
        prop_assert_eq!(&before, &decisions(&customers, &companies, 3));
        let (mut turned, mut other) = (customers.clone(), companies.clone());
        turned.reverse();
        other.reverse();
        let mut after = decisions(&turned, &other, 2);
        after.reverse();
        prop_assert_eq!(before, after);
    }

    #[test]
    fn an_unrelated_row_changes_no_other_decision(customers in proptest::collection::vec(any_record(), 1..5), companies in proptest::collection::vec(any_record(), 0..8)) {
        let mut more = companies.clone();
        // One word, since a drawn name may well be the initials of two.
        more.push(record("unrelated", "Qqqqwwww|qqqq.example.invalid||0999 999 9999|77 Zzzz Xxxx|Vvvv"));
        let outcomes = |companies: &[Record]| run(&customers, companies).into_iter().map(|m| m.outcome).collect::<Vec<_>>();
        prop_assert_eq!(outcomes(&companies), outcomes(&more));
    }
}
