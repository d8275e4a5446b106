//! A tenant of some size. The figures are printed (`--nocapture`); the bounds only catch a blunder, such as
//! a statement that became quadratic or an index that is missing, on a slow machine and without optimisation.

use std::time::{Duration, Instant};

use vectis::domain::log::RunState;
use vectis::domain::subscription::Subscription;
use vectis::store::pages::PageWrite;

use crate::support::database::on_both_engines;
use crate::support::rows::{account, ended, looked_at, now, page, start, subscription};

const ACCOUNTS: usize = 500;
const SUBSCRIPTIONS: usize = 5_000;

fn said(what: &str, engine: vectis::store::EngineKind, rows: usize, took: Duration) {
    let rate = rows as f64 / took.as_secs_f64();
    eprintln!("{engine:?}: {what}: {rows} rows in {took:.2?}, {rate:.0} rows/s");
    assert!(rate > 500.0, "{what}: only {rate:.0} rows/s");
}

on_both_engines! {
    async fn thousands_of_subscriptions(db: Database) {
        let store = db.open().await;
        let engine = store.engine();
        let accounts: Vec<_> =
            (0..ACCOUNTS).map(|i| account(&format!("a{i}"), &format!("Customer {i}"))).collect();
        let listed: Vec<Subscription> = (0..SUBSCRIPTIONS)
            .map(|i| subscription(&format!("sub-{i:08}"), &format!("a{}", i % ACCOUNTS)))
            .collect();
        let run = store.begin_run(&start("one")).await.unwrap();
        let write = PageWrite { customers: &accounts, ..page("customers") };
        store.save_page(&run, &write).await.unwrap();
        for round in ["insert", "update"] {
            let began = Instant::now();
            for part in listed.chunks(1_000) {
                store.save_page(&run, &PageWrite { subscriptions: part, ..page("subscriptions") }).await.unwrap();
            }
            said(round, engine, SUBSCRIPTIONS, began.elapsed());
        }
        let began = Instant::now();
        assert_eq!(store.snapshot_week(&run, now()).await.unwrap(), SUBSCRIPTIONS as u64);
        said("snapshot", engine, SUBSCRIPTIONS, began.elapsed());
        let began = Instant::now();
        assert_eq!(store.close_stream(&run, "subscriptions", now()).await.unwrap().gone, 0);
        said("close", engine, SUBSCRIPTIONS, began.elapsed());
        let began = Instant::now();
        assert_eq!(store.subscriptions().await.unwrap().len(), SUBSCRIPTIONS);
        said("read", engine, SUBSCRIPTIONS, began.elapsed());
        let links: Vec<_> = (0..ACCOUNTS).map(|i| looked_at(&format!("a{i}"))).collect();
        store.save_links(&links).await.unwrap();
        let began = Instant::now();
        assert_eq!(store.review_queue(50).await.unwrap().len(), 50);
        said("review queue", engine, SUBSCRIPTIONS, began.elapsed());
        store.end_run(&run, &ended(RunState::Complete, None, 0, now())).await.unwrap();
    }
}
