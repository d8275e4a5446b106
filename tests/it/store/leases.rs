//! Leases.

use crate::support::database::on_both_engines;

on_both_engines! {
    async fn a_lease_has_one_holder_and_a_rising_epoch(db: Database) {
        let store = db.open().await;
        let first = store.take_lease("token:ion", "one", 60).await.unwrap().unwrap();
        assert_eq!(store.take_lease("token:ion", "two", 60).await.unwrap(), None);
        let (owner, left) = store.lease_holder("token:ion").await.unwrap().unwrap();
        assert_eq!(owner, "one");
        assert!((58..=60).contains(&left), "{left}");
        assert!(store.renew_lease("token:ion", "one", first, 60).await.unwrap());
        let again = store.take_lease("token:ion", "one", 60).await.unwrap().unwrap();
        assert!(again > first, "the owner may take it again");
        assert!(!store.renew_lease("token:ion", "one", first, 60).await.unwrap());

        store.release_lease("token:ion", "two").await.unwrap();
        assert!(store.lease_holder("token:ion").await.unwrap().is_some());
        store.release_lease("token:ion", "one").await.unwrap();
        assert_eq!(store.lease_holder("token:ion").await.unwrap(), None);
        assert!(!store.renew_lease("token:ion", "one", again, 60).await.unwrap(), "given back");
        let next = store.take_lease("token:ion", "two", 0).await.unwrap().unwrap();
        assert!(next > again);
        assert!(store.take_lease("token:ion", "three", 60).await.unwrap().is_some(), "it has run out");
        assert!(!store.renew_lease("token:ion", "two", next, 60).await.unwrap());
    }

    async fn of_many_at_once_one_gets_it(db: Database) {
        let store = db.open().await;
        let mut tasks = tokio::task::JoinSet::new();
        for i in 0..20 {
            let store = store.clone();
            tasks.spawn(async move { store.take_lease("run:ion", &format!("p{i}"), 60).await.unwrap() });
        }
        assert_eq!(tasks.join_all().await.into_iter().flatten().count(), 1);
    }
}
