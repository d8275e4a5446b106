//! Runs: begun, resumed, fenced, ended; pages, checkpoints, quarantine, snapshots.

use vectis::domain::log::{Level, LogEntry, Phase, RunState};
use vectis::domain::problem::{Problem, ProblemKind};
use vectis::store::StoreError;
use vectis::store::connections::Connection;
use vectis::store::feed::Area;
use vectis::store::pages::PageWrite;
use vectis::store::runs::{RunStart, Scope};

use crate::support::database::on_both_engines;
use crate::support::rows::{account, bad_row, ended, ion, now, page, start, subscription, synced};

fn connection(name: &str) -> Connection {
    Connection {
        name: name.into(),
        vendor: vectis::domain::vendor::Vendor::Synnex,
        base_url: "https://ion.example".to_owned(),
        settings: [("account_id".to_owned(), "400".to_owned())].into(),
        requests_per_minute: Some(28),
        created_at: now(),
        last_sync_at: None,
        listed_at: None,
    }
}

on_both_engines! {
    async fn a_run_goes_on_where_it_stopped(db: Database) {
        let store = db.open().await;
        let run = store.begin_run(&start("one")).await.unwrap();
        let first = PageWrite {
            customers: &[account("a", "Contoso")],
            cursor: Some("page 2"),
            expected_total: Some(2),
            received: 1,
            done: false,
            requests: 3,
            ..page("customers")
        };
        store.save_page(&run, &first).await.unwrap();
        store.end_run(&run, &ended(RunState::Interrupted, None, 1, now())).await.unwrap();

        let sunday_is_over = now().plus_seconds(23 * 3600);
        let less = RunStart { now: sunday_is_over, scope: Scope::Changed, ..start("two") };
        let again = store.begin_run(&less).await.unwrap();
        assert_eq!(again.scope, Scope::Everything, "as it began");
        assert_eq!((again.id, again.resumed, again.requests, again.week), (run.id, true, 3, run.week));
        assert!(again.epoch > run.epoch);
        let checkpoint = &again.checkpoints["customers"];
        assert_eq!(checkpoint.cursor.as_deref(), Some("page 2"));
        assert_eq!((checkpoint.pages, checkpoint.rows, checkpoint.expected_total, checkpoint.done), (1, 1, Some(2), false));

        let last = PageWrite { customers: &[account("b", "Fabrikam")], received: 1, ..page("customers") };
        store.save_page(&again, &last).await.unwrap();
        assert_eq!(store.seen_count(&again, "customers").await.unwrap(), 2);
        let ended = store.end_run(&again, &ended(RunState::Complete, None, 2, now())).await.unwrap();
        assert_eq!((ended.customers, ended.requests, ended.rate_limited, ended.resumed), (2, 4, 3, true));
        assert_eq!(store.run(run.id).await.unwrap(), Some(ended.clone()));
        assert_eq!(store.runs(10).await.unwrap(), [ended]);
        let next = store.begin_run(&RunStart { scope: Scope::Changed, ..start("three") }).await.unwrap();
        assert_eq!((next.resumed, next.scope), (false, Scope::Changed), "a complete run is not resumed");
    }

    async fn the_last_run_of_each_connection_is_found_among_many(db: Database) {
        let store = db.open().await;
        for name in ["ion", "pax8", "new"] {
            store.put_connection(&connection(name)).await.unwrap();
        }
        let run_of = async |name: &str| {
            let wanted = RunStart { connection: name.into(), full: true, ..start("one") };
            let run = store.begin_run(&wanted).await.unwrap();
            store.end_run(&run, &ended(RunState::Complete, None, 0, now())).await.unwrap()
        };
        let pax8 = run_of("pax8").await;
        run_of("of a connection that was removed").await;
        let mut ion = run_of("ion").await;
        for _ in 0..5 {
            ion = run_of("ion").await;
        }
        let mut last = store.last_runs().await.unwrap();
        last.sort_by_key(|run| run.id);
        assert_eq!(last, [pax8, ion]);
    }

    async fn old_or_unwanted_runs_are_abandoned(db: Database) {
        let store = db.open().await;
        let old = store.begin_run(&start("one")).await.unwrap();
        store.end_run(&old, &ended(RunState::Failed, Some("{}"), 0, now())).await.unwrap();
        let late = RunStart { now: now().plus_seconds(25 * 3600), ..start("one") };
        let fresh = store.begin_run(&late).await.unwrap();
        assert_ne!(fresh.id, old.id);
        store.end_run(&fresh, &ended(RunState::Interrupted, None, 0, late.now)).await.unwrap();
        let full = store.begin_run(&RunStart { full: true, ..late.clone() }).await.unwrap();
        assert_ne!(full.id, fresh.id);
        assert_eq!(store.run(fresh.id).await.unwrap().unwrap().state, RunState::Failed);
        store.end_run(&full, &ended(RunState::Complete, None, 0, late.now)).await.unwrap();
        assert!(!store.begin_run(&late).await.unwrap().resumed, "an abandoned run stays abandoned");
    }

    async fn only_one_process_runs_a_connection(db: Database) {
        let store = db.open().await;
        let run = store.begin_run(&start("one")).await.unwrap();
        let later = RunStart { now: now().plus_seconds(5), ..start("two") };
        let error = store.begin_run(&later).await.unwrap_err();
        assert!(matches!(&error, StoreError::RunHeld { by, since } if by == "one" && *since == now()), "{error}");
        assert_eq!(Problem::from(error).kind, ProblemKind::RunHeld);
        assert!(store.heartbeat(&run).await.unwrap());
        store.set_phase(&run, Phase::Customers).await.unwrap();
        assert_eq!(store.run(run.id).await.unwrap().unwrap().phase, "customers");

        // The first one stood still; its lease ran out and the second one took over.
        store.release_lease("run:ion", "one").await.unwrap();
        let taken = store.begin_run(&later).await.unwrap();
        assert!(taken.resumed);
        assert!(!store.heartbeat(&run).await.unwrap());
        let stale = PageWrite { customers: &[account("x", "Stale")], ..page("customers") };
        assert!(matches!(store.save_page(&run, &stale).await, Err(StoreError::TakenOver)));
        assert!(matches!(store.close_stream(&run, "customers", now()).await, Err(StoreError::TakenOver)));
        assert!(matches!(store.snapshot_week(&run, now()).await, Err(StoreError::TakenOver)));
        assert!(matches!(store.end_run(&run, &ended(RunState::Complete, None, 0, now())).await, Err(StoreError::TakenOver)));
        assert!(store.accounts().await.unwrap().is_empty());
        store.save_page(&taken, &stale).await.unwrap();
    }

    async fn a_bad_page_still_leaves_whole_rows(db: Database) {
        let store = db.open().await;
        let run = store.begin_run(&start("one")).await.unwrap();
        let mut twice = subscription("s1", "a");
        twice.seats = Some(11);
        twice.product_name = "Nul\0byte".to_owned();
        let write = PageWrite {
            customers: &[account("a", "Old name"), account("a", "New name")],
            subscriptions: &[subscription("s1", "a"), twice],
            quarantined: &[bad_row("subscriptions", "s9"), bad_row("subscriptions", "s9"), bad_row("subscriptions", "")],
            received: 7,
            ..page("subscriptions")
        };
        store.save_page(&run, &write).await.unwrap();
        assert_eq!(store.accounts().await.unwrap()[0].profile.name, "New name");
        let subscriptions = store.subscriptions().await.unwrap();
        assert_eq!(subscriptions.len(), 1);
        assert_eq!(subscriptions[0].subscription.seats, Some(11));
        assert_eq!(subscriptions[0].subscription.product_name, "Nulbyte");
        assert_eq!(store.seen_count(&run, "subscriptions").await.unwrap(), 2, "the row in quarantine has an id");
        let kept = store.quarantine(10).await.unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!((kept[0].run, kept[0].at, &kept[0].connection), (run.id, now(), &ion()));
        assert_eq!(store.run(run.id).await.unwrap().unwrap().quarantined, 2);
        store.restart_stream(&run, "subscriptions").await.unwrap();
        store.end_run(&run, &ended(RunState::Interrupted, None, 0, now())).await.unwrap();
        let again = store.begin_run(&start("one")).await.unwrap();
        assert!(again.resumed && again.checkpoints.is_empty());
    }

    async fn the_last_sync_of_a_week_wins(db: Database) {
        let store = db.open().await;
        store.put_connection(&connection("ion")).await.unwrap();
        let run = synced(&store, &[], &[subscription("s1", "a"), subscription("s2", "a")]).await;
        assert_eq!(store.snapshot_week(&run, now()).await.unwrap(), 2);
        let mut grown = subscription("s1", "a");
        grown.seats = Some(12);
        let write = PageWrite { subscriptions: &[grown], ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        assert_eq!(store.snapshot_week(&run, now().plus_seconds(60)).await.unwrap(), 2);
        let usage = store.usage_since(run.week).await.unwrap();
        assert_eq!(usage.len(), 2);
        assert_eq!((usage[0].1.as_str(), usage[0].2.seats, usage[0].2.week), ("s1", Some(12), run.week));
        assert!(store.usage_since(run.week.plus(1)).await.unwrap().is_empty());
        store.end_run(&run, &ended(RunState::Complete, None, 0, now())).await.unwrap();
        assert_eq!(store.connection(&ion()).await.unwrap().unwrap().last_sync_at, Some(now()));
    }

    async fn the_log_and_the_feed_go_on(db: Database) {
        let store = db.open().await;
        let other = db.open().await;
        let mut watch = other.watch().await.unwrap();
        let entry = |n: i64| LogEntry {
            at: now().plus_seconds(n),
            level: Level::Warn,
            connection: (n % 2 == 0).then(ion),
            text: format!("entry {n}"),
        };
        let entries: Vec<_> = (0..2500).map(entry).collect();
        store.append_log(&entries).await.unwrap();
        store.append_log(&[]).await.unwrap();
        assert_eq!(other.log_tail(2).await.unwrap(), [entry(2498), entry(2499)]);
        assert_eq!(other.log_tail(1_200).await.unwrap(), entries[1_300..]);
        // What is old goes, and what people need stays.
        let later = now().plus_seconds(90 * 86_400 + 500);
        assert_eq!(store.prune_log(now()).await.unwrap(), 0);
        assert_eq!(store.prune_log(later).await.unwrap(), 500);
        assert_eq!(other.log_tail(10_000).await.unwrap(), entries[500..]);
        let told = watch.next().await.unwrap();
        assert_eq!(told.iter().map(|c| c.area).collect::<Vec<_>>(), [Area::Log]);
    }
}
