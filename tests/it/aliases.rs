//! What people decided at one distributor serves the other, is taken back with it, and is told of when its ground moves.

use serde_json::Value;
use vectis::domain::ids::{AccountKey, CustomerId, TenantId};
use vectis::domain::party::LinkState;
use vectis::sim::ion::IonOptions;
use vectis::sim::world::open;
use vectis::store::Store;
use vectis::store::links::AccountRow;

use crate::support::program::Home;
use crate::support::vendor::Ion;

/// The store of a home, for a look.
fn look<T>(home: &Home, read: impl AsyncFnOnce(Store) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&home.database(), TenantId::from("default")).await;
        read(store.expect("the home's database")).await
    })
}

fn accounts(home: &Home) -> Vec<AccountRow> {
    look(home, async |store| {
        store.accounts().await.expect("accounts")
    })
}

fn account(home: &Home, connection: &str, id: &str) -> AccountRow {
    let key = AccountKey::new(connection, id);
    let found = accounts(home).into_iter().find(|a| a.key == key);
    found.expect("the account")
}

/// How the accounts of a connection stand, by their ids.
fn states(home: &Home, connection: &str) -> Vec<(String, LinkState, Option<CustomerId>)> {
    accounts(home)
        .into_iter()
        .filter(|a| a.key.connection.as_str() == connection)
        .map(|a| {
            let id = a.key.vendor_customer_id.to_string();
            (id, a.link_state, a.customer_id)
        })
        .collect()
}

fn list(home: &Home, args: &[&str]) -> Vec<Value> {
    let database = home.database();
    let all = [&["review", "list", "--json", "--database", &database], args].concat();
    let ran: crate::support::program::Ran = home
        .command(all)
        .output()
        .expect("the program starts")
        .into();
    let listed = ran.expect(0).json();
    listed.as_array().expect("a list").clone()
}

/// Items of a connection that wait, each with a name of its own.
fn waiting(home: &Home, connection: &str) -> Vec<Value> {
    let items = list(home, &[]);
    let of = |i: &&Value| {
        let id = i["id"].as_str().expect("an id");
        id.starts_with(&format!("{connection}/"))
    };
    let mut items: Vec<Value> = items.iter().filter(of).cloned().collect();
    items.dedup_by_key(|i| i["name"].to_string());
    items
}

fn id(item: &Value) -> &str {
    item["vendor_customer_id"].as_str().expect("an id")
}

/// One tenant at two distributors, and its PSA.
fn two() -> (Home, Ion, Ion) {
    let home = Home::new();
    let other = IonOptions {
        limit: 0,
        seed: 2,
        ..IonOptions::default()
    };
    let (first, second) = (Ion::of(60), Ion::with(60, other));
    first.connect(&home).expect(0);
    second.connect_as(&home, "second", "100000").expect(0);
    first.import_psa(&home).expect(0);
    (home, first, second)
}

#[test]
fn a_decision_at_one_distributor_serves_the_other_until_it_is_undone() {
    let (home, _first, _second) = two();
    let alone = home.run(["sync", "synnex", "--json"]).expect(0).json();
    let before = states(&home, "synnex");
    let items = waiting(&home, "synnex");
    let [linked, none, excluded, ..] = items.as_slice() else {
        panic!("too few items: {items:#?}");
    };
    let customer = linked["candidates"][0]["customer_id"].to_string();
    let key = |item: &Value| format!("synnex/{}", id(item));
    home.run(["review", "confirm", &key(linked), &customer])
        .expect(0);
    home.run(["review", "none", &key(none)]).expect(0);
    home.run(["review", "exclude", &key(excluded), "internal use"])
        .expect(0);

    let both = home.run(["sync", "second", "--json"]).expect(0).json();
    let at = |item: &Value| account(&home, "second", id(item));
    assert_eq!(at(linked).link_state, LinkState::Auto);
    assert_eq!(
        at(linked).customer_id.map(|c| c.to_string()),
        Some(customer)
    );
    assert_eq!(at(none).link_state, LinkState::Auto);
    let declared = account(&home, "synnex", id(none)).customer_id;
    assert!(declared.is_some());
    assert_eq!(at(none).customer_id, declared);
    assert_eq!(at(excluded).link_state, LinkState::Pending);
    let shown = home.run(["review", "show", &format!("second/{}", id(excluded))]);
    let note = format!("excluded {} on ", key(excluded));
    assert!(shown.expect(0).out.contains(&note), "{note}");
    let count = |sync: &Value| sync["match"]["auto"].as_u64().expect("a count");
    assert_eq!(
        count(&both),
        2 * count(&alone) + 2,
        "each distributor's accounts are judged on their own"
    );

    for _ in 0..3 {
        home.run(["review", "undo"]).expect(0);
    }
    home.run(["match"]).expect(0);
    assert_eq!(states(&home, "synnex"), before);
    assert_eq!(states(&home, "second"), before);
    assert!(at(excluded).attention.is_empty());
}

#[test]
fn a_link_stays_and_is_told_of_once_when_its_ground_moves() {
    let home = Home::new();
    let ion = Ion::of(60);
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    home.run(["sync"]).expect(0);
    let hub = look(&home, async |store| {
        store.customers().await.expect("the hub")
    });
    let active = |c: &Value| {
        let id = c["customer_id"].as_i64().expect("a number");
        hub.iter().any(|h| h.id == CustomerId(id) && h.active)
    };
    let items = waiting(&home, "synnex");
    let mut pairs = items.iter().filter_map(|item| {
        let candidates = item["candidates"].as_array()?;
        Some((item, candidates.iter().find(|c| active(c))?))
    });
    let (item, candidate) = pairs.next().expect("an item with a candidate");
    let key = format!("synnex/{}", id(item));
    let customer = candidate["customer_id"].to_string();
    home.run(["review", "confirm", &key, &customer]).expect(0);
    home.run(["sync", "--full"]).expect(0);
    assert_eq!(list(&home, &["--changed"]), Vec::<Value>::new());

    {
        let mut world = open(&ion.world);
        let wanted: u64 = id(item).parse().expect("a number");
        let found = world.customers.iter_mut().find(|c| c.id == wanted);
        let found = found.expect("the customer");
        found.organisation = "Zanzibar Balloon Works".to_owned();
        found.email = Some("office@zanzibar-balloons.example".to_owned());
        found.tenant_domain = "zanzibar-balloons.example".to_owned();
    }
    home.run(["sync", "--full"]).expect(0);
    home.run(["sync", "--full"]).expect(0);
    let changed = list(&home, &["--changed"]);
    assert_eq!(changed.len(), 1, "{changed:#?}");
    assert_eq!(changed[0]["id"], key.as_str());
    let words = changed[0]["changed"].as_str().expect("words");
    assert!(
        words.contains("is called Zanzibar Balloon Works now"),
        "{words}"
    );
    assert_eq!(changed[0]["link_state"], "confirmed");
    assert_eq!(changed[0]["customer_id"].to_string(), customer);
    let told = look(&home, async |store| {
        store.log_tail(10_000).await.expect("a log")
    });
    let told = told.iter().filter(|l| l.text.contains("needs a look"));
    assert_eq!(told.count(), 1, "once, not at each sync");
    let out = home.run(["review", "list"]).expect(0).out;
    assert!(out.contains("changed since they were linked: 1"), "{out}");
    home.run(["review", "show", &key]).expect(0);

    let psa_id = candidate["psa_id"].as_str().expect("an id").to_owned();
    {
        let mut world = open(&ion.world);
        world.companies.retain(|c| c.id.to_string() != psa_id);
        world.lines.retain(|l| l.company.to_string() != psa_id);
    }
    ion.import_psa(&home).expect(0);
    let changed = list(&home, &["--changed"]);
    let mine = changed.iter().find(|c| c["id"] == key.as_str());
    let words = mine.expect("still there")["changed"].to_string();
    assert!(words.contains("no longer active in the PSA"), "{words}");
    assert_eq!(
        account(&home, "synnex", id(item)).link_state,
        LinkState::Confirmed
    );

    home.run(["review", "undo"]).expect(0);
    let changed = list(&home, &["--changed"]);
    assert!(!changed.iter().any(|c| c["id"] == key.as_str()));
}
