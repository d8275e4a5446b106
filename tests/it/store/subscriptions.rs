//! Single subscriptions that people give to sister companies.

use vectis::domain::ids::{CustomerId, SubscriptionKey};
use vectis::domain::log::RunState;
use vectis::domain::party::{PsaSystem, Verdict};
use vectis::store::Store;
use vectis::store::decisions::{Decided, Undone};

use crate::support::database::on_both_engines;
use crate::support::rows::{account, company, ended, ion, key, now, subscription, synced};

fn sub(id: &str) -> SubscriptionKey {
    SubscriptionKey::new(ion(), id)
}

/// An account of Contoso with two subscriptions, and its sister, Fabrikam, who has none. Gives their ids.
async fn sisters(store: &Store) -> [CustomerId; 2] {
    let companies = [company("1", "Contoso"), company("2", "Fabrikam")];
    let psa = store.replace_psa(PsaSystem::Csv, &companies, &[], now());
    psa.await.unwrap();
    listed(store).await;
    let customers = store.customers().await.unwrap();
    let [contoso, fabrikam] = [customers[0].id, customers[1].id];
    let verdict = Verdict::Confirm {
        customer_id: contoso,
    };
    let linked = store.decide(&key("a"), &verdict, "ann", now()).await;
    assert!(matches!(linked, Ok(Decided::Done(_))), "{linked:?}");
    [contoso, fabrikam]
}

async fn listed(store: &Store) {
    let subscriptions = [subscription("s1", "a"), subscription("s2", "a")];
    let run = synced(store, &[account("a", "Contoso group")], &subscriptions).await;
    let end = ended(RunState::Complete, None, 0, now());
    store.end_run(&run, &end).await.unwrap();
}

async fn given(store: &Store) -> Vec<Option<CustomerId>> {
    let rows = store.subscriptions().await.unwrap();
    rows.into_iter().map(|row| row.customer_id).collect()
}

on_both_engines! {
    async fn a_given_subscription_stays_given_until_it_is_undone(db: Database) {
        let store = db.open().await;
        let [contoso, fabrikam] = sisters(&store).await;
        let give = |to, actor| {
            let store = &store;
            async move { store.give_subscription(&sub("s2"), to, actor, now()).await.unwrap() }
        };
        let Decided::Done(first) = give(fabrikam, "ann").await else {
            panic!("not given");
        };
        assert_eq!(first.subject, "subscription:ion/s2");
        assert_eq!(first.words, "gave Microsoft 365 Business Premium (ion/s2) to Fabrikam");
        assert_eq!(given(&store).await, [None, Some(fabrikam)]);
        let giver = store.givers().await.unwrap().remove(&sub("s2")).unwrap();
        assert_eq!((giver.words(), giver.decision), ("ann, 2026-11-24".to_owned(), first.id));

        // A later listing leaves it, and so does the next person who gives without taking back.
        listed(&store).await;
        assert_eq!(given(&store).await, [None, Some(fabrikam)]);
        let words = format!("ann {}, just now", first.words);
        assert_eq!(give(contoso, "bob").await, Decided::Overtaken { words });
        let about: Vec<_> = store.subscriptions_about(fabrikam).await.unwrap();
        assert_eq!(about.len(), 1);

        // Each kind of decision has an undo of its own; a number is a number.
        let undone = store.undo_subscription(None, "bob", now()).await.unwrap();
        assert!(matches!(undone, Undone::Nothing { .. }), "bob gave nothing");
        let Undone::Done(account) = store.undo(None, "ann", now()).await.unwrap() else {
            panic!("the link can be undone");
        };
        assert_eq!(account.subject, "ion/a");
        assert_eq!(given(&store).await, [None, Some(fabrikam)]);
        let Undone::Done(undo) = store.undo_subscription(None, "ann", now()).await.unwrap() else {
            panic!("not undone");
        };
        assert_eq!((undo.undoes, undo.subject), (Some(first.id), first.subject));
        assert_eq!(given(&store).await, [None, None]);
        assert!(store.givers().await.unwrap().is_empty());

        let again = give(fabrikam, "bob").await;
        assert!(matches!(again, Decided::Done(_)), "{again:?}");
        let standing = store.standing_decisions().await.unwrap();
        assert_eq!(standing.into_keys().collect::<Vec<_>>(), [key("a")], "not a decision about an account");
    }

    async fn nobody_and_nothing_are_refused(db: Database) {
        let store = db.open().await;
        let [_, fabrikam] = sisters(&store).await;
        let stranger = CustomerId(fabrikam.0 + 1_000);
        for (id, to) in [("s3", fabrikam), ("s2", stranger)] {
            let answer = store.give_subscription(&sub(id), to, "ann", now()).await.unwrap();
            assert_eq!(answer, Decided::NoSuchItem, "{id} to {to}");
        }
        assert_eq!(given(&store).await, [None, None]);
        assert_eq!(store.decisions(10).await.unwrap().len(), 1);
    }
}
