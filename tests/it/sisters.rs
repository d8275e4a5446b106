//! Sister companies that share one account: a person gives single subscriptions to another customer, and everything counts
//! them there.

use serde_json::Value;
use vectis::sim::world::open;

use crate::support::database::{Database, Engine};
use crate::support::program::Home;
use crate::support::vendor::Ion;

fn list<const N: usize>(home: &Home, args: [&str; N]) -> Vec<Value> {
    let json = home.run(args).expect(0).json();
    json.as_array().expect("a list").clone()
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

fn licensing(home: &Home) -> Vec<Value> {
    list(home, ["licensing", "--json"])
}

/// The open findings of the leakage preset.
fn leakage(home: &Home) -> Vec<Value> {
    let args = [
        "findings", "--preset", "leakage", "--state", "open", "--json",
    ];
    list(home, args)
}

/// A customer's row of one SKU.
fn row_of<'a>(rows: &'a [Value], customer: &Value, sku: &str) -> Option<&'a Value> {
    let is = |r: &&Value| r["customer_id"] == *customer && text(r, "sku") == sku;
    rows.iter().find(is)
}

/// A row of one subscription whose seats are all contracted at a known cost.
fn is_simple(row: &Value, subscriptions: &[Value]) -> bool {
    let of_row = |s: &&Value| s["customer_id"] == row["customer_id"] && s["sku"] == row["sku"];
    row["unjudged"].is_null()
        && row["seats"].as_i64() > Some(0)
        && row["seats"] == row["contracted"]
        && row["in_grace"] == 0
        && subscriptions.iter().filter(of_row).count() == 1
}

fn usd(totals: &Value) -> f64 {
    let text = totals["USD"].as_str().unwrap_or("0");
    text.parse().expect("a decimal string")
}

fn what_is_given_counts_at_the_sister(home: &Home) {
    let ion = Ion::of(40);
    ion.connect(home).expect(0);
    ion.import_psa(home).expect(0);
    home.run(["sync"]).expect(0);
    let (before, found_before) = (licensing(home), leakage(home));
    let subscriptions = list(home, ["subscription", "list", "--json"]);
    assert!(list(home, ["subscription", "list", "--given", "--json"]).is_empty());

    // One customer's only subscription of a SKU, and a sister who has nothing of that product.
    let simple = |r: &&Value| is_simple(r, &subscriptions) && text(r, "currency") == "USD";
    let row = before.iter().find(simple).expect("a simple row");
    let (owner, sku) = (&row["customer_id"], text(row, "sku"));
    let has_product = |customer: &Value| {
        let same = |r: &&Value| r["customer_id"] == *customer;
        let mut rows = before.iter().filter(same);
        rows.any(|r| r["product_name"] == row["product_name"])
    };
    let other = |r: &&Value| r["customer_id"] != *owner && !has_product(&r["customer_id"]);
    let sister = before.iter().find(other).expect("a sister");
    let (sister, name) = (&sister["customer_id"], text(sister, "customer"));
    let given = |s: &&Value| s["customer_id"] == *owner && text(s, "sku") == sku;
    let id = text(
        subscriptions.iter().find(given).expect("it is listed"),
        "id",
    );

    let unknown = home
        .run(["subscription", "give", "synnex/nothing", name])
        .expect(2);
    assert!(
        unknown.err.contains("there is no subscription"),
        "{unknown:#?}"
    );
    let own = owner.to_string();
    let already = home.run(["subscription", "give", id, &own]).expect(2);
    assert!(already.err.contains("already"), "{already:#?}");
    home.run(["subscription", "give", id, "psa:no-such-company"])
        .expect(2);

    let gave = home.run(["subscription", "give", id, &sister.to_string(), "--json"]);
    let gave = gave.expect(0).json();
    assert_eq!(text(&gave, "subject"), format!("subscription:{id}"));
    let second = home.run(["subscription", "give", id, name]).expect(2);
    assert!(
        second.err.contains("Somebody else decided first"),
        "{second:#?}"
    );

    // Licensing and findings follow at once: nobody bills the sister for it.
    let after = licensing(home);
    let theirs = row_of(&after, sister, sku).expect("the sister has it");
    let left = row_of(&after, owner, sku);
    assert_eq!(left.and_then(|r| r["seats"].as_i64()).unwrap_or(0), 0);
    assert_eq!(
        (&theirs["seats"], &theirs["uncontracted"]),
        (&row["seats"], &row["seats"])
    );
    let found = leakage(home);
    let of_sister = row_of(&found, sister, sku).expect("uncontracted seats");
    assert_eq!(text(of_sister, "kind"), "uncontracted_seats");
    assert!(row_of(&found_before, sister, sku).is_none());

    // A later week's sync leaves it given, and every report counts it there.
    open(&ion.world).advance_week();
    home.run(["sync", "--full"]).expect(0);
    let kept = list(home, ["subscription", "list", "--given", "--json"]);
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (text(&kept[0], "id"), &kept[0]["customer_id"]),
        (id, sister)
    );
    assert_eq!(kept[0]["given"]["from_customer_id"], *owner);
    assert!(text(&kept[0]["given"], "by").starts_with("ana"));
    for customer in [name, &own] {
        let rows = list(
            home,
            ["subscription", "list", customer, "--given", "--json"],
        );
        assert_eq!(rows.len(), 1, "{customer}");
    }
    let usage = list(home, ["export", "usage", "--format", "json"]);
    let mut weeks = usage
        .iter()
        .filter(|u| format!("synnex/{}", text(u, "vendor_subscription_id")) == id);
    assert!(weeks.all(|u| u["customer_id"] == *sister));
    let section = home
        .run(["qbr", &sister.to_string(), "--json"])
        .expect(0)
        .json();
    let licences = section["licensing"].as_array().expect("a list");
    assert!(
        licences.iter().any(|l| text(l, "sku") == sku),
        "{section:#}"
    );
    let digest = home.run(["digest", "--json"]).expect(0).json();
    let open_rows = list(home, ["findings", "--state", "open", "--json"]);
    let opportunity: f64 = open_rows
        .iter()
        .filter(|f| {
            [
                "uncontracted_seats",
                "below_margin",
                "cancelled_still_billed",
            ]
            .contains(&text(f, "kind"))
        })
        .filter(|f| text(f, "currency") == "USD")
        .map(|f| text(f, "monthly_amount").parse::<f64>().expect("an amount"))
        .sum();
    assert!(
        (usd(&digest["opportunity"]) - opportunity).abs() < 1e-6,
        "{digest:#}"
    );

    // `review undo` knows nothing of it; its own undo brings back what was.
    home.run(["review", "undo"]).expect(2);
    home.run(["subscription", "undo"]).expect(0);
    home.run(["subscription", "undo"]).expect(2);
    let again = licensing(home);
    assert!(row_of(&again, sister, sku).is_none());
    assert!(row_of(&again, owner, sku).is_some_and(|r| r["seats"].as_i64() > Some(0)));
    assert!(row_of(&leakage(home), sister, sku).is_none());
}

#[test]
fn what_is_given_counts_at_the_sister_on_sqlite() {
    what_is_given_counts_at_the_sister(&Home::new());
}

#[test]
fn what_is_given_counts_at_the_sister_on_postgres() {
    let database = Database::new(Engine::Postgres);
    what_is_given_counts_at_the_sister(&Home::on(&database.url));
}
