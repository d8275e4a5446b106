//! Links, decisions, undo, the review queue.

use vectis::domain::ids::CustomerId;
use vectis::domain::party::{Candidate, LinkState, PsaSystem, Verdict};
use vectis::store::Store;
use vectis::store::decisions::{Decided, Undone};
use vectis::store::links::LinkWrite;

use crate::support::database::on_both_engines;
use crate::support::rows::{account, company, key, now, profile, subscription, synced};

/// Two companies, two accounts, and the matcher's word: `a` waits with two candidates, `b` is linked.
async fn matched(store: &Store) -> (CustomerId, CustomerId) {
    let companies = [company("1", "Contoso Ltd"), company("2", "Contoso Holding")];
    store
        .replace_psa(PsaSystem::Csv, &companies, &[], now())
        .await
        .unwrap();
    let hub = store.companies().await.unwrap();
    let (first, second) = (hub[0].0, hub[1].0);
    synced(
        store,
        &[account("a", "Contoso"), account("b", "Contoso Group")],
        &[subscription("s1", "a")],
    )
    .await;
    let candidate = |id: CustomerId, psa: &str, name: &str, score| Candidate {
        customer_id: id,
        psa_id: psa.into(),
        name: name.to_owned(),
        score,
        reasons: vec!["+ same domain".to_owned()],
    };
    let links = [
        LinkWrite {
            key: key("a"),
            state: LinkState::Pending,
            customer_id: None,
            score: Some(0.8),
            candidates: vec![
                candidate(first, "1", "Contoso Ltd", 0.8),
                candidate(second, "2", "Contoso Holding", 0.1),
            ],
        },
        LinkWrite {
            key: key("b"),
            state: LinkState::Auto,
            customer_id: Some(second),
            score: Some(0.999),
            candidates: vec![],
        },
    ];
    store.save_links(&links, now()).await.unwrap();
    (first, second)
}

on_both_engines! {
    async fn a_decision_stands_until_it_is_undone(db: Database) {
        let store = db.open().await;
        let (first, _) = matched(&store).await;
        let before = store.review_item(&key("a")).await.unwrap().unwrap();
        assert_eq!(before.candidates.len(), 2);
        assert_eq!(before.candidates[0].1, profile("Contoso Ltd"));
        assert_eq!(before.seats, 10);
        assert_eq!(before.monthly_cost[0].1.to_string(), "120.00");

        let verdict = Verdict::Confirm { customer_id: first };
        let Decided::Done(decision) = store.decide(&key("a"), &verdict, "ann", now()).await.unwrap() else {
            panic!("not decided");
        };
        assert_eq!(decision.words, "linked Contoso → Contoso Ltd");
        assert_eq!(store.review_count().await.unwrap(), 0);
        let accounts = store.accounts().await.unwrap();
        assert_eq!((accounts[0].link_state, accounts[0].customer_id), (LinkState::Confirmed, Some(first)));

        let later = now().plus_seconds(180);
        let second = store.decide(&key("a"), &Verdict::NoCounterpart, "bob", later).await.unwrap();
        assert_eq!(second, Decided::Overtaken { words: "ann linked Contoso → Contoso Ltd, 3 min ago".to_owned() });

        assert!(matches!(store.undo(None, "bob", later).await.unwrap(), Undone::Nothing { .. }));
        let Undone::Done(undo) = store.undo(None, "ann", later).await.unwrap() else {
            panic!("not undone");
        };
        assert_eq!(undo.undoes, Some(decision.id));
        assert_eq!(store.review_item(&key("a")).await.unwrap(), Some(before));
        assert!(matches!(store.undo(Some(decision.id), "ann", later).await.unwrap(), Undone::Nothing { .. }));
        let log = store.decisions(10).await.unwrap();
        assert_eq!(log.iter().map(|d| d.id).collect::<Vec<_>>(), [undo.id, decision.id]);
    }
}
