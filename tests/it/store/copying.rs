//! A profile that moves from a file to a server, and back.

use vectis::domain::ids::TenantId;
use vectis::domain::log::{Level, LogEntry};
use vectis::domain::party::{PsaSystem, Verdict};
use vectis::store::decisions::Decided;
use vectis::store::{Store, StoreError};

use crate::support::database::{Database, Engine, on};
use crate::support::program::{Home, Ran};
use crate::support::rows::{
    account, company, finding, ion, key, looked_at, now, subscription, synced,
};
use crate::support::vendor::Ion;

/// Something in every table that people know.
async fn fill(store: &Store) {
    store.put_secret("ion", "s", b"sealed").await.unwrap();
    store.put_token(&ion(), b"token", now()).await.unwrap();
    store
        .replace_psa(
            PsaSystem::Csv,
            &[company("1", "Contoso"), company("2", "Fabrikam")],
            &[],
            now(),
        )
        .await
        .unwrap();
    let run = synced(
        store,
        &[account("a", "Contoso"), account("b", "Fabrikam \u{1F600}")],
        &[subscription("s", "a"), subscription("t", "b")],
    )
    .await;
    store.snapshot_week(&run, now()).await.unwrap();
    store.save_links(&["a", "b"].map(looked_at)).await.unwrap();
    store
        .decide(&key("a"), &Verdict::NoCounterpart, "ann", now())
        .await
        .unwrap();
    store
        .save_findings(&[finding("f", -245)], &[].into(), &[], "{}", now())
        .await
        .unwrap();
    let entry = LogEntry {
        at: now(),
        level: Level::Info,
        connection: None,
        text: "a word".to_owned(),
    };
    store.append_log(&vec![entry; 2_500]).await.unwrap();
}

/// What people see of a store.
async fn picture(store: &Store) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        store.customers().await.unwrap(),
        store.accounts().await.unwrap(),
        store.subscriptions().await.unwrap(),
        store.usage_since(now().week()).await.unwrap(),
        store.decisions(9).await.unwrap(),
        store.findings().await.unwrap(),
        store.log_tail(9).await.unwrap(),
        store.secret("ion", "s").await.unwrap(),
        store.runs(9).await.unwrap(),
    )
}

#[test]
fn a_copy_is_the_same_there_and_back() {
    on(Engine::Sqlite, async |file: Database| {
        let (server, back) = (
            Database::new(Engine::Postgres),
            Database::new(Engine::Sqlite),
        );
        let (file, server_store, back) =
            (file.open().await, server.open().await, back.open().await);
        fill(&file).await;
        // Another tenant's numbers on the server do not stand in the way.
        fill(&server.open_as("another").await).await;

        let there = file.copy_to(&server_store, &|_, _| {}).await.unwrap();
        let log = there.iter().find(|t| t.table == "sync_events").unwrap();
        assert_eq!(log.rows, 2_500);
        assert!(there.len() > 18 && there.iter().filter(|t| t.rows > 0).count() > 10);
        assert_eq!(picture(&file).await, picture(&server_store).await);
        let again = server_store.copy_to(&back, &|_, _| {}).await.unwrap();
        assert_eq!(there, again, "the same counts and checksums");
        assert_eq!(picture(&file).await, picture(&back).await);

        for store in [&server_store, &back] {
            // New rows get new numbers.
            let decided = store
                .decide(&key("b"), &Verdict::NoCounterpart, "ben", now())
                .await
                .unwrap();
            assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
            let entry = LogEntry {
                at: now(),
                level: Level::Info,
                connection: None,
                text: "the last".to_owned(),
            };
            store.append_log(&[entry]).await.unwrap();
            assert_eq!(store.log_tail(1).await.unwrap()[0].text, "the last");
        }
        for target in [&server_store, &file] {
            let refused = back.copy_to(target, &|_, _| {}).await;
            assert!(
                matches!(refused, Err(StoreError::CopyRefused(_))),
                "{refused:?}"
            );
        }
        let foreign = Database::new(Engine::Sqlite);
        foreign.open_as("another").await;
        let foreign = Store::open(&foreign.url, TenantId::from("msp"))
            .await
            .unwrap();
        assert!(matches!(
            server_store.copy_to(&foreign, &|_, _| {}).await,
            Err(StoreError::CopyRefused(_))
        ));
    });
}

fn run(home: &Home, url: &str, args: &[&str]) -> Ran {
    let all = args.iter().copied().chain(["--database", url]);
    home.command(all).output().expect("it starts").into()
}

#[test]
fn a_team_goes_on_with_the_copy() {
    let (home, vendor, server) = (Home::new(), Ion::of(20), Database::new(Engine::Postgres));
    vendor.connect(&home).expect(0);
    vendor.import_psa(&home).expect(0);
    home.run(["sync"]).expect(0);
    let list = |ran: Ran| ran.expect(0).json();
    let before = list(home.run(["findings", "--json"]));
    let copied = home
        .run(["database", "copy", "--to", &server.url, "--json"])
        .expect(0)
        .json();
    assert_eq!(copied["ok"], true);
    assert_eq!(
        before,
        list(run(&home, &server.url, &["findings", "--json"]))
    );
    let sync = run(&home, &server.url, &["sync", "--json"])
        .expect(0)
        .json();
    assert_eq!(
        sync["runs"][0]["state"], "complete",
        "the sealed token went along: {sync:#}"
    );
    let refused = home
        .run(["database", "copy", "--to", &server.url, "--json"])
        .expect(3)
        .json();
    assert_eq!(
        refused["error"]["title"], "The database was not copied",
        "{refused:#}"
    );
}
