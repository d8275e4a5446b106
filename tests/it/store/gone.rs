//! What a complete listing no longer holds.

use vectis::domain::log::RunState;
use vectis::domain::subscription::{Subscription, SubscriptionStatus};
use vectis::store::gone::Closed;
use vectis::store::links::AccountRow;
use vectis::store::pages::PageWrite;

use crate::support::database::on_both_engines;
use crate::support::rows::{account, bad_row, ended, ion, now, page, start, subscription, synced};

fn many(n: usize) -> Vec<Subscription> {
    (0..n)
        .map(|i| subscription(&format!("s{i:03}"), "a"))
        .collect()
}

on_both_engines! {
    async fn what_is_missing_is_gone_until_it_is_seen_again(db: Database) {
        let store = db.open().await;
        let first = synced(&store, &[], &many(4)).await;
        store.end_run(&first, &ended(RunState::Complete, None, 0, now())).await.unwrap();

        let run = store.begin_run(&start("one")).await.unwrap();
        let write = PageWrite {
            subscriptions: &many(2),
            quarantined: &[bad_row("subscriptions", "s002")],
            ..page("subscriptions")
        };
        store.save_page(&run, &write).await.unwrap();
        let later = now().plus_seconds(60);
        let closed = store.close_stream(&run, "subscriptions", later).await.unwrap();
        assert_eq!(closed, Closed { gone: 1, held: false });
        let gone = |rows: &[vectis::store::subscriptions::SubscriptionRow]| -> Vec<bool> {
            rows.iter().map(|r| r.gone_since.is_some()).collect()
        };
        let rows = store.subscriptions().await.unwrap();
        assert_eq!(gone(&rows), [false, false, false, true], "a row in quarantine was listed");
        assert_eq!(rows[3].gone_since, Some(later));
        assert_eq!(store.close_stream(&run, "subscriptions", later).await.unwrap().gone, 0);
        assert_eq!(store.snapshot_week(&run, later).await.unwrap(), 3);

        let write = PageWrite { subscriptions: &many(4), ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        assert_eq!(gone(&store.subscriptions().await.unwrap()), [false; 4]);
    }

    async fn a_listing_that_lost_too_much_is_not_believed(db: Database) {
        let store = db.open().await;
        let first = synced(&store, &[], &many(100)).await;
        store.end_run(&first, &ended(RunState::Complete, None, 0, now())).await.unwrap();

        let run = store.begin_run(&start("one")).await.unwrap();
        let write = PageWrite { subscriptions: &many(79), ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        let closed = store.close_stream(&run, "subscriptions", now()).await.unwrap();
        assert_eq!(closed, Closed { gone: 21, held: true });
        assert!(store.subscriptions().await.unwrap().iter().all(|s| s.gone_since.is_none()));

        // New rows do not make the loss look smaller; one more old row does.
        let mut listed = many(80);
        listed.extend((0..200).map(|i| subscription(&format!("new{i}"), "a")));
        let write = PageWrite { subscriptions: &listed, ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        let closed = store.close_stream(&run, "subscriptions", now()).await.unwrap();
        assert_eq!(closed, Closed { gone: 20, held: false });
    }

    async fn an_empty_listing_is_not_believed(db: Database) {
        let store = db.open().await;
        let first = synced(&store, &[], &many(3)).await;
        store.end_run(&first, &ended(RunState::Complete, None, 0, now())).await.unwrap();
        let run = store.begin_run(&start("one")).await.unwrap();
        store.save_page(&run, &page("subscriptions")).await.unwrap();
        let closed = store.close_stream(&run, "subscriptions", now()).await.unwrap();
        assert_eq!(closed, Closed { gone: 3, held: true });
    }

    async fn a_customer_that_is_billed_but_not_listed_is_kept(db: Database) {
        let store = db.open().await;
        let live = [subscription("s1", "a"), subscription("s2", "b")];
        let ended_one = Subscription { status: SubscriptionStatus::Cancelled, ..subscription("s3", "c") };
        let all = [&live[..], &[ended_one]].concat();
        let first = synced(&store, &[account("a", "Acme")], &all).await;
        assert_eq!(store.keep_unlisted(&first, now()).await.unwrap(), 1);
        assert_eq!(store.unlisted(&ion()).await.unwrap(), ["b".into()].into());
        let names = |rows: Vec<AccountRow>| -> Vec<String> {
            rows.into_iter().filter(|r| r.gone_since.is_none()).map(|r| r.profile.name).collect()
        };
        assert_eq!(names(store.accounts().await.unwrap()), ["Acme", "Customer b, not listed"]);
        store.end_run(&first, &ended(RunState::Complete, None, 0, now())).await.unwrap();

        // Now neither is listed, and only one of them still buys.
        let second = synced(&store, &[], &live[1..]).await;
        assert_eq!(store.keep_unlisted(&second, now()).await.unwrap(), 1);
        store.close_stream(&second, "customers", now()).await.unwrap();
        assert_eq!(names(store.accounts().await.unwrap()), ["Customer b, not listed"]);
        store.end_run(&second, &ended(RunState::Complete, None, 0, now())).await.unwrap();

        let third = synced(&store, &[account("b", "Birch")], &live[1..]).await;
        assert_eq!(store.keep_unlisted(&third, now()).await.unwrap(), 0);
        assert_eq!(names(store.accounts().await.unwrap()), ["Birch"]);
    }
}
