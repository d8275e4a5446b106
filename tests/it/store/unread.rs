//! Accounts that a run could not read, rows that it needed not read again, and what is told of some rows alone.

use vectis::domain::commitment::{Commitment, Grace, ScheduledSeats};
use vectis::domain::ids::SubscriptionId;
use vectis::domain::log::RunState;
use vectis::domain::subscription::Subscription;
use vectis::store::gone::Closed;
use vectis::store::pages::PageWrite;
use vectis::store::subscriptions::SubscriptionRow;
use vectis::store::unread::Unread;

use crate::support::database::on_both_engines;
use crate::support::rows::{ended, ion, key, now, page, start, subscription, synced};

fn unread(customer: &str) -> Unread {
    Unread {
        customer: customer.into(),
        problem: "{}".to_owned(),
    }
}

fn gone(rows: &[SubscriptionRow]) -> Vec<(&str, bool)> {
    rows.iter()
        .map(|row| (row.subscription.id.as_str(), row.gone_since.is_some()))
        .collect()
}

/// A row of a revision, with the fine print of a commitment.
fn committed(id: &str, revision: &str) -> Subscription {
    Subscription {
        commitment: Commitment {
            ends_on: Some(now().date()),
            grace: Some(Grace {
                until: now().date(),
                down_to: 3,
            }),
            scheduled: Some(ScheduledSeats {
                on: now().date(),
                seats: 0,
            }),
        },
        revision: revision.to_owned(),
        ..subscription(id, "a")
    }
}

on_both_engines! {
    async fn an_account_that_was_not_read_keeps_its_rows_and_others_lose_theirs(db: Database) {
        let store = db.open().await;
        let all = [subscription("a1", "a"), subscription("b1", "b"), subscription("b2", "b")];
        let first = synced(&store, &[], &all).await;
        store.end_run(&first, &ended(RunState::Complete, None, 0, now())).await.unwrap();

        let run = store.begin_run(&start("one")).await.unwrap();
        let write = PageWrite { unread: &[unread("a"), unread("a")], ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        let write = PageWrite { subscriptions: &all[1..2], ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        assert_eq!(store.unread_in(&run).await.unwrap(), [unread("a")]);
        let closed = store.close_stream(&run, "subscriptions", now()).await.unwrap();
        assert_eq!(closed, Closed { gone: 1, held: false });
        let rows = store.subscriptions().await.unwrap();
        assert_eq!(gone(&rows), [("a1", false), ("b1", false), ("b2", true)]);
        let stale = store.unread_accounts().await.unwrap();
        assert_eq!(stale, [(key("a"), Some(now()))].into(), "with the time of their last reading");

        // The week's seats of the account are those of the last reading, and say so.
        let later = now().plus_seconds(3_600);
        assert_eq!(store.snapshot_week(&run, later).await.unwrap(), 2);
        store.end_run(&run, &ended(RunState::Partial, None, 0, now())).await.unwrap();

        let run = store.begin_run(&start("two")).await.unwrap();
        let write = PageWrite { subscriptions: &all[..2], ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        assert!(!store.unread_accounts().await.unwrap().is_empty(), "until the run has read all");
        store.close_stream(&run, "subscriptions", now()).await.unwrap();
        assert!(store.unread_accounts().await.unwrap().is_empty());
    }

    async fn a_listing_that_is_read_again_forgets_what_it_missed(db: Database) {
        let store = db.open().await;
        let run = store.begin_run(&start("one")).await.unwrap();
        let write = PageWrite { unread: &[unread("a")], ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        store.restart_stream(&run, "subscriptions").await.unwrap();
        assert_eq!(store.unread_in(&run).await.unwrap(), []);
    }

    async fn unchanged_rows_are_seen_with_what_was_told_of_them(db: Database) {
        let store = db.open().await;
        let rows = [committed("s1", "r1"), committed("s2", ""), subscription("s3", "a")];
        let first = synced(&store, &[], &rows).await;
        store.end_run(&first, &ended(RunState::Complete, None, 0, now())).await.unwrap();
        let known = store.revisions(&ion()).await.unwrap();
        assert_eq!(known, [("s1".into(), "r1".to_owned())].into());
        let stored: Vec<_> = store.subscriptions().await.unwrap().into_iter().map(|r| r.subscription).collect();
        assert_eq!(stored, rows);

        let run = store.begin_run(&start("one")).await.unwrap();
        let unchanged = ["s1", "s1", "never-heard-of"].map(SubscriptionId::from);
        let plain = [subscription("s2", "a")];
        let write = PageWrite { unchanged: &unchanged, subscriptions: &plain, ..page("subscriptions") };
        store.save_page(&run, &write).await.unwrap();
        assert_eq!(store.seen_count(&run, "subscriptions").await.unwrap(), 2);
        let closed = store.close_stream(&run, "subscriptions", now()).await.unwrap();
        assert_eq!(closed, Closed { gone: 1, held: false });
        let after = store.subscriptions().await.unwrap();
        assert_eq!(gone(&after), [("s1", false), ("s2", false), ("s3", true)]);
        assert_eq!(after[0].subscription, rows[0], "with its commitment");
        assert!(after[1].subscription.commitment.is_empty(), "told no longer");
        assert_eq!(store.revisions(&ion()).await.unwrap(), known);
    }
}
