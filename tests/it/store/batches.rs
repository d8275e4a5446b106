//! Decisions that are made in one go, and taken back in one go.

use vectis::domain::ids::{AccountKey, CustomerId};
use vectis::domain::party::{Decision, PsaSystem, Verdict};
use vectis::store::Store;
use vectis::store::decisions::{Decided, Undone};

use crate::support::database::on_both_engines;
use crate::support::rows::{account, company, key, looked_at, now, synced};

/// Four accounts that wait, and a customer that they may be.
async fn waiting(store: &Store) -> CustomerId {
    store
        .replace_psa(PsaSystem::Csv, &[company("1", "Contoso Ltd")], &[], now())
        .await
        .unwrap();
    let ids = ["a", "b", "c", "d"];
    synced(store, &ids.map(|id| account(id, "Contoso")), &[]).await;
    store.save_links(&ids.map(looked_at)).await.unwrap();
    store.companies().await.unwrap()[0].0
}

fn confirm(ids: &[&str], customer_id: CustomerId) -> Vec<(AccountKey, Verdict)> {
    let verdict = Verdict::Confirm { customer_id };
    ids.iter().map(|id| (key(id), verdict.clone())).collect()
}

fn done(all: Vec<Decided>) -> Vec<Decision> {
    let done = all.into_iter().filter_map(|decided| match decided {
        Decided::Done(decision) => Some(decision),
        _ => None,
    });
    done.collect()
}

on_both_engines! {
    async fn what_is_decided_in_one_go_is_taken_back_in_one_go(db: Database) {
        let store = db.open().await;
        let contoso = waiting(&store).await;
        let before = store.accounts().await.unwrap();
        let all = store.decide_all(&confirm(&["c", "a", "b"], contoso), "ann", now()).await.unwrap();
        let subjects: Vec<String> = all.iter().map(|d| match d {
            Decided::Done(d) => d.subject.clone(),
            other => panic!("{other:?}"),
        }).collect();
        assert_eq!(subjects, ["ion/c", "ion/a", "ion/b"], "in the order in which they were given");
        assert_eq!(store.review_count().await.unwrap(), 1);
        let all = done(all);
        let first = all.iter().map(|d| d.id).min().unwrap();
        assert!(all.iter().all(|d| d.batch == (d.id != first).then_some(first)), "{all:?}");
        assert_eq!(store.decisions(9).await.unwrap().iter().filter(|d| d.batch == Some(first)).count(), 2);

        // One of them was taken back by itself, and decided otherwise: that is no part of it any more.
        assert!(matches!(store.undo(Some(all[1].id), "bob", now()).await.unwrap(), Undone::Done(_)));
        store.decide(&key("a"), &Verdict::NoCounterpart, "bob", now()).await.unwrap();
        let undone = store.undo_all(first, "ann", now()).await.unwrap();
        let undone: Vec<&str> = undone.iter().map(|d| d.subject.as_str()).collect();
        assert_eq!(undone.len(), 2, "{undone:?}");
        assert!(!undone.contains(&"ion/a"));
        assert!(store.undo_all(first, "ann", now()).await.unwrap().is_empty(), "nothing is left of it");
        assert_eq!(store.review_count().await.unwrap(), 3);
        let after = store.accounts().await.unwrap();
        let at = |id: &str| before.iter().position(|row| row.key == key(id)).unwrap();
        for id in ["b", "c", "d"] {
            assert_eq!(after[at(id)], before[at(id)], "{id} is as it was");
        }
    }

    async fn the_first_decision_stands_and_the_others_are_made(db: Database) {
        let store = db.open().await;
        let contoso = waiting(&store).await;
        store.decide(&key("b"), &Verdict::NoCounterpart, "bob", now()).await.unwrap();
        let later = now().plus_seconds(180);
        let asked = confirm(&["a", "b", "nobody", "c"], contoso);
        let all = store.decide_all(&asked, "ann", later).await.unwrap();
        assert_eq!(all[1], Decided::Overtaken { words: "bob Contoso is in no PSA, 3 min ago".to_owned() });
        assert_eq!(all[2], Decided::NoSuchItem);
        assert_eq!(done(all).len(), 2);
        assert_eq!(store.review_count().await.unwrap(), 1);
    }

    async fn of_ten_that_accept_the_same_each_item_is_decided_once(db: Database) {
        let store = db.open().await;
        let contoso = waiting(&store).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..10 {
            // Each one a process of its own, with connections of its own.
            let store = db.open().await;
            let ids = if n % 2 == 0 { ["a", "b", "c", "d"] } else { ["d", "c", "b", "a"] };
            let asked = confirm(&ids, contoso);
            tasks.spawn(async move {
                done(store.decide_all(&asked, &format!("reviewer {n}"), now()).await.unwrap()).len()
            });
        }
        assert_eq!(tasks.join_all().await.iter().sum::<usize>(), 4);
        assert_eq!(store.decisions(99).await.unwrap().len(), 4);
    }
}
