//! Links, decisions, undo, the review queue.

use vectis::domain::ids::CustomerId;
use vectis::domain::money::Money;
use vectis::domain::party::{Candidate, LinkState, PsaSystem, Verdict};
use vectis::domain::subscription::{BillingCycle, SubscriptionStatus};
use vectis::store::Store;
use vectis::store::decisions::{Decided, Undone};
use vectis::store::links::LinkWrite;

use crate::support::database::on_both_engines;
use crate::support::rows::{account, company, key, looked_at, now, profile, subscription, synced};

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
            note: String::new(),
        },
        LinkWrite {
            key: key("b"),
            state: LinkState::Auto,
            customer_id: Some(second),
            score: Some(0.999),
            candidates: vec![],
            note: String::new(),
        },
    ];
    store.save_links(&links).await.unwrap();
    (first, second)
}

/// `VECTIS_DECISIONS` decisions by twenty reviewers, or some.
fn decisions_asked_for() -> usize {
    let asked = std::env::var("VECTIS_DECISIONS").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(400)
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

    async fn every_verdict_can_be_taken_back(db: Database) {
        let store = db.open().await;
        let (_, second) = matched(&store).await;
        let before = store.accounts().await.unwrap();

        // The matcher linked b; a person may correct it, and undo brings the matcher's link back.
        let exclude = Verdict::Exclude { reason: "internal use".to_owned() };
        let Decided::Done(first) = store.decide(&key("b"), &exclude, "ann", now()).await.unwrap() else {
            panic!("not decided");
        };
        assert_eq!(first.words, "excluded Contoso Group: internal use");
        let Decided::Done(_) = store.decide(&key("a"), &Verdict::NoCounterpart, "ann", now()).await.unwrap() else {
            panic!("not decided");
        };
        let decided = store.accounts().await.unwrap();
        assert_eq!((decided[1].link_state, decided[1].customer_id), (LinkState::Excluded, None));
        let own = store.customer(decided[0].customer_id.unwrap()).await.unwrap().unwrap();
        assert_eq!((own.profile, own.psa, own.active), (profile("Contoso"), None, true));

        // The matcher leaves both alone.
        let write = |id: &str| LinkWrite {
            key: key(id),
            state: LinkState::Auto,
            customer_id: Some(second),
            score: Some(1.0),
            candidates: vec![],
            note: String::new(),
        };
        store.save_links(&[write("a"), write("b"), write("nobody")]).await.unwrap();
        assert_eq!(store.accounts().await.unwrap(), decided);

        assert!(matches!(store.undo(Some(first.id), "bob", now()).await.unwrap(), Undone::Done(_)));
        assert!(matches!(store.undo(None, "ann", now()).await.unwrap(), Undone::Done(_)));
        assert!(matches!(store.undo(None, "ann", now()).await.unwrap(), Undone::Nothing { .. }));
        assert_eq!(store.accounts().await.unwrap(), before);
        assert!(!store.customer(own.id).await.unwrap().unwrap().active);
        store.decide(&key("a"), &Verdict::NoCounterpart, "ann", now()).await.unwrap();
        assert!(store.customer(own.id).await.unwrap().unwrap().active, "the same row again");

        let stranger = Verdict::Confirm { customer_id: CustomerId(999_999) };
        assert_eq!(store.decide(&key("b"), &stranger, "ann", now()).await.unwrap(), Decided::NoSuchItem);
        assert_eq!(store.decide(&key("zz"), &exclude, "ann", now()).await.unwrap(), Decided::NoSuchItem);
        assert!(matches!(store.undo(Some(4711), "ann", now()).await.unwrap(), Undone::Nothing { .. }));
    }

    async fn of_twenty_reviewers_one_decides(db: Database) {
        let store = db.open().await;
        let items = decisions_asked_for();
        let accounts: Vec<_> = (0..items).map(|i| account(&format!("a{i}"), "Contoso")).collect();
        synced(&store, &accounts, &[]).await;
        let mut tasks = tokio::task::JoinSet::new();
        for reviewer in 0..20 {
            // Each one a process of its own, with connections of its own.
            let store = db.open().await;
            tasks.spawn(async move {
                let mut done = 0;
                let actor = format!("reviewer {reviewer}");
                // Neighbours meet: each item is decided by two, who come at it from both ends of their part.
                let mine: Vec<usize> = (0..items).filter(|i| i % 10 == reviewer % 10).collect();
                let order: Vec<usize> = if reviewer < 10 { mine } else { mine.into_iter().rev().collect() };
                for i in order {
                    let verdict = Verdict::Exclude { reason: "test".to_owned() };
                    match store.decide(&key(&format!("a{i}")), &verdict, &actor, now()).await.unwrap() {
                        Decided::Done(_) => done += 1,
                        Decided::Overtaken { words } => {
                            let other = format!("reviewer {} excluded Contoso", (reviewer + 10) % 20);
                            assert!(words.starts_with(&other), "{words}");
                        }
                        Decided::NoSuchItem => panic!("the item is there"),
                    }
                }
                done
            });
        }
        assert_eq!(tasks.join_all().await.iter().sum::<usize>(), items, "each was decided once");
        let kept = store.decisions(u32::MAX).await.unwrap();
        let subjects: std::collections::BTreeSet<_> = kept.iter().map(|d| &d.subject).collect();
        assert_eq!((kept.len(), subjects.len()), (items, items), "none is lost, none is doubled");
    }

    async fn the_dearest_item_comes_first(db: Database) {
        let store = db.open().await;
        let mut yearly = subscription("s2", "b");
        yearly.billing_cycle = BillingCycle::Annual;
        yearly.unit_cost = Some(Money::from_cents(24_000));
        let mut ended = subscription("s3", "a");
        ended.status = SubscriptionStatus::Cancelled;
        let accounts = [account("a", "Alpha"), account("b", "Beta"), account("c", "Gamma")];
        synced(&store, &accounts, &[subscription("s1", "a"), yearly, ended]).await;
        assert_eq!(store.review_count().await.unwrap(), 0, "nobody is asked before the matcher has looked");
        store.save_links(&["a", "b", "c"].map(looked_at)).await.unwrap();
        let queue = store.review_queue(2).await.unwrap();
        let seen: Vec<_> = queue
            .iter()
            .map(|i| (i.profile.name.as_str(), i.seats, i.monthly_cost[0].1.to_string()))
            .collect();
        assert_eq!(seen, [("Beta", 10, "200.00".to_owned()), ("Alpha", 10, "120.00".to_owned())]);
        assert_eq!(store.review_count().await.unwrap(), 3);
    }

    async fn a_decision_keeps_what_it_was_taken_on(db: Database) {
        let store = db.open().await;
        let (first, _) = matched(&store).await;
        let verdict = Verdict::Confirm { customer_id: first };
        store.decide(&key("a"), &verdict, "ann", now()).await.unwrap();
        let stands = store.standing_decisions().await.unwrap();
        let evidence = stands[&key("a")].evidence.clone().unwrap();
        assert_eq!(stands[&key("a")].actor, "ann");
        assert_eq!(evidence.account, profile("Contoso"));
        assert_eq!(evidence.customer, Some(profile("Contoso Ltd")));
        assert!(evidence.active);

        let words = [(key("a"), "another name".to_owned())];
        store.save_attention(&words).await.unwrap();
        let attention = async || store.accounts().await.unwrap()[0].attention.clone();
        assert_eq!(attention().await, "another name");
        store.undo(None, "ann", now()).await.unwrap();
        assert_eq!(attention().await, "", "nothing is decided, so nothing has changed");
    }
}
