//! SKUs and the PSA products that they are sold as: suggestions, decisions, undo.

use vectis::domain::agreement::{Coverage, ProductLink};
use vectis::domain::ids::SkuKey;
use vectis::domain::party::{LinkState, Verdict};
use vectis::domain::product::{ProductItem, ProductVerdict, SoldAs};
use vectis::domain::vendor::Vendor;
use vectis::store::Store;
use vectis::store::decisions::{Decided, Undone};

use crate::support::database::on_both_engines;
use crate::support::rows::{
    account, candidate, key, now, psa_product, sku_item, subscription, synced,
};

fn sku(sku: &str) -> SkuKey {
    SkuKey::new(Vendor::Synnex, sku)
}

fn sold_as(code: &str, seats_per_unit: i64, coverage: Coverage) -> SoldAs {
    SoldAs {
        code: code.to_owned(),
        seats_per_unit,
        coverage,
    }
}

fn link(sku: &str, code: &str, seats_per_unit: i64, coverage: Coverage) -> ProductLink {
    ProductLink {
        vendor: Vendor::Synnex,
        sku: sku.into(),
        product_code: code.to_owned(),
        seats_per_unit,
        coverage,
    }
}

/// `a` waits with two suggestions, `b` is linked, of `c` nothing is known.
async fn matched(store: &Store) {
    let waiting = ProductItem {
        candidates: vec![candidate("P1", 0.7), candidate("P2", 0.1)],
        ..sku_item("a")
    };
    let linked = ProductItem {
        state: LinkState::Auto,
        candidates: vec![candidate("P1", 0.999)],
        ..sku_item("b")
    };
    let products = ["P1", "P2", "P3"].map(psa_product);
    let skus = [waiting, linked, sku_item("c")];
    store.save_products(&skus, &products).await.unwrap();
}

async fn item(store: &Store, key: &SkuKey) -> ProductItem {
    let items = store.product_items().await.unwrap();
    items.into_iter().find(|i| i.line.key == *key).unwrap()
}

async fn decided(store: &Store, key: &SkuKey, verdict: &ProductVerdict, actor: &str) -> i64 {
    match store
        .decide_product(key, verdict, actor, now())
        .await
        .unwrap()
    {
        Decided::Done(decision) => decision.id,
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    async fn a_sku_is_sold_as_what_a_person_says_until_it_is_undone(db: Database) {
        let store = db.open().await;
        matched(&store).await;
        let before = store.product_items().await.unwrap();
        let waits: Vec<_> = before.iter().filter(|i| i.waits()).map(|i| i.line.key.sku.as_str()).collect();
        assert_eq!(waits, ["a", "c"]);
        assert_eq!(before[0].candidates[0], candidate("P1", 0.7));
        assert_eq!(before[0].line, sku_item("a").line);

        let parts = ProductVerdict::Link {
            sold_as: vec![sold_as("P1", 1, Coverage::Inferred), sold_as("P3", 10, Coverage::Bundle)],
        };
        let Decided::Done(first) = store.decide_product(&sku("a"), &parts, "ann", now()).await.unwrap() else {
            panic!("not decided");
        };
        assert_eq!(first.subject, "product:synnex/a");
        assert_eq!(first.words, "linked Product a → P1, P3 (10 seats a unit, bundle)");
        assert_eq!(
            store.product_links().await.unwrap(),
            [
                link("a", "P1", 1, Coverage::Inferred),
                link("a", "P3", 10, Coverage::Bundle),
                link("b", "P1", 1, Coverage::Inferred),
            ]
        );

        // The first decision stands, and so it does after the matcher had another look.
        let second = store.decide_product(&sku("a"), &ProductVerdict::NoProduct, "bob", now().plus_seconds(180)).await;
        let words = "ann linked Product a → P1, P3 (10 seats a unit, bundle), 3 min ago".to_owned();
        assert_eq!(second.unwrap(), Decided::Overtaken { words });
        let sold = item(&store, &sku("a")).await;
        matched(&store).await;
        assert_eq!(item(&store, &sku("a")).await, sold);
        assert_eq!((sold.state, sold.waits()), (LinkState::Confirmed, false));

        assert!(matches!(store.undo_product(None, "bob", now()).await.unwrap(), Undone::Nothing { .. }));
        let Undone::Done(undo) = store.undo_product(None, "ann", now()).await.unwrap() else {
            panic!("not undone");
        };
        assert_eq!(undo.undoes, Some(first.id));
        assert_eq!(store.product_items().await.unwrap(), before);
        assert!(matches!(store.undo(Some(first.id), "ann", now()).await.unwrap(), Undone::Nothing { .. }));
    }

    async fn a_link_of_the_matcher_may_be_corrected_and_comes_back(db: Database) {
        let store = db.open().await;
        matched(&store).await;
        let before = store.product_items().await.unwrap();
        let none = decided(&store, &sku("b"), &ProductVerdict::NoProduct, "ann").await;
        assert_eq!(store.product_links().await.unwrap(), [link("b", "", 1, Coverage::Inferred)]);
        let sold = item(&store, &sku("b")).await;
        assert_eq!((sold.state, sold.candidates.len()), (LinkState::NoCounterpart, 0));
        matched(&store).await;
        assert_eq!(item(&store, &sku("b")).await, sold);
        assert!(matches!(store.undo(Some(none), "bob", now()).await.unwrap(), Undone::Done(_)));
        assert_eq!(store.product_items().await.unwrap(), before);
    }

    async fn what_does_not_exist_is_not_decided(db: Database) {
        let store = db.open().await;
        matched(&store).await;
        let verdict = |code: &str, seats| ProductVerdict::Link {
            sold_as: vec![sold_as("P1", 1, Coverage::Inferred), sold_as(code, seats, Coverage::Inferred)],
        };
        for (key, verdict) in [
            (sku("nobody"), ProductVerdict::NoProduct),
            (sku("a"), verdict("P9", 1)),
            (sku("a"), verdict("P2", 0)),
            (sku("a"), ProductVerdict::Link { sold_as: Vec::new() }),
        ] {
            assert_eq!(store.decide_product(&key, &verdict, "ann", now()).await.unwrap(), Decided::NoSuchItem);
        }
        assert!(store.decisions(9).await.unwrap().is_empty());
        let another = db.open_as("another").await;
        assert!(another.product_items().await.unwrap().is_empty());
        assert!(another.psa_products().await.unwrap().is_empty());
    }

    async fn each_queue_takes_back_its_own(db: Database) {
        let store = db.open().await;
        matched(&store).await;
        synced(&store, &[account("a", "Contoso")], &[subscription("s1", "a")]).await;
        let Decided::Done(whose) = store.decide(&key("a"), &Verdict::NoCounterpart, "ann", now()).await.unwrap() else {
            panic!("not decided");
        };
        let what = decided(&store, &sku("a"), &ProductVerdict::NoProduct, "ann").await;
        assert_eq!(store.standing_decisions().await.unwrap().len(), 1, "accounts alone");
        let undone = |undone| match undone {
            Undone::Done(decision) => decision.undoes,
            Undone::Nothing { .. } => None,
        };
        assert_eq!(undone(store.undo(None, "ann", now()).await.unwrap()), Some(whose.id));
        assert_eq!(undone(store.undo(None, "ann", now()).await.unwrap()), None);
        assert_eq!(undone(store.undo_product(None, "ann", now()).await.unwrap()), Some(what));
    }

    async fn one_of_many_decides(db: Database) {
        let store = db.open().await;
        matched(&store).await;
        let mut tries = tokio::task::JoinSet::new();
        for n in 0..8 {
            let store = store.clone();
            tries.spawn(async move {
                let actor = format!("person {n}");
                store.decide_product(&sku("a"), &ProductVerdict::NoProduct, &actor, now()).await.unwrap()
            });
        }
        let done = tries.join_all().await;
        let won = done.iter().filter(|d| matches!(d, Decided::Done(_))).count();
        assert_eq!((won, store.decisions(99).await.unwrap().len()), (1, 1));
    }
}
