//! Two tenants in one database do not see each other.

use vectis::domain::party::{PsaSystem, Verdict};
use vectis::domain::product::ProductVerdict;
use vectis::domain::vendor::Vendor;
use vectis::store::connections::Connection;
use vectis::store::decisions::{Decided, Undone};
use vectis::store::pacing::{Grant, PaceClass, PaceRule};

use crate::support::database::{Database, Engine, on, on_both_engines};
use crate::support::rows::{
    account, bad_row, company, ended, finding, ion, key, now, page, start, subscription, synced,
};

on_both_engines! {
    async fn a_tenant_sees_only_its_own(db: Database) {
        let (ours, theirs) = (db.open().await, db.open_as("another").await);
        let connection = Connection {
            name: ion(),
            vendor: Vendor::Synnex,
            base_url: String::new(),
            settings: [].into(),
            requests_per_minute: None,
            created_at: now(),
            last_sync_at: None,
            listed_at: None,
        };
        ours.put_connection(&connection).await.unwrap();
        ours.put_secret("ion", "s", b"x").await.unwrap();
        ours.put_token(&ion(), b"x", now()).await.unwrap();
        ours.replace_psa(PsaSystem::Csv, &[company("1", "Contoso")], &[], now()).await.unwrap();
        let customer = ours.companies().await.unwrap()[0].0;
        let run = synced(&ours, &[account("a", "Contoso")], &[subscription("s", "a")]).await;
        let bad = [bad_row("customers", "b")];
        let write = vectis::store::pages::PageWrite { quarantined: &bad, ..page("customers") };
        ours.save_page(&run, &write).await.unwrap();
        ours.snapshot_week(&run, now()).await.unwrap();
        ours.save_findings(&[finding("f", 100)], &[].into(), &[], "{}", now()).await.unwrap();
        let verdict = Verdict::Confirm { customer_id: customer };
        let Decided::Done(decision) = ours.decide(&key("a"), &verdict, "ann", now()).await.unwrap() else {
            panic!("not decided");
        };
        let rule = PaceRule { limit: 1, window_ms: 60_000, hold_ms: 60_000, minute_ms: 60_000 };
        let taken = ours.pace_take("c", &rule, PaceClass::Bulk, "p").await.unwrap();

        assert!(theirs.connections().await.unwrap().is_empty());
        assert!(theirs.secret_names("ion").await.unwrap().is_empty());
        assert!(theirs.token(&ion()).await.unwrap().is_none());
        assert!(theirs.customers().await.unwrap().is_empty());
        assert!(theirs.customer(customer).await.unwrap().is_none());
        assert!(theirs.accounts().await.unwrap().is_empty());
        assert!(theirs.subscriptions().await.unwrap().is_empty());
        assert!(theirs.usage_since(now().week()).await.unwrap().is_empty());
        assert!(theirs.quarantine(9).await.unwrap().is_empty());
        assert!(theirs.findings().await.unwrap().is_empty());
        assert!(theirs.decisions(9).await.unwrap().is_empty());
        assert!(theirs.runs(9).await.unwrap().is_empty() && theirs.run(run.id).await.unwrap().is_none());
        assert!(theirs.lease_holder("run:ion").await.unwrap().is_none());
        assert!(matches!(theirs.undo(Some(decision.id), "ann", now()).await.unwrap(), Undone::Nothing { .. }));
        assert_eq!(theirs.decide(&key("a"), &verdict, "bob", now()).await.unwrap(), Decided::NoSuchItem);
        assert!(matches!(taken, Grant::Slot(_)));
        assert!(matches!(theirs.pace_take("c", &rule, PaceClass::Bulk, "p").await.unwrap(), Grant::Slot(_)));
        assert!(theirs.begin_run(&start("test")).await.is_ok());
        theirs.remove_connection(&ion()).await.unwrap();
        assert_eq!(ours.connections().await.unwrap().len(), 1);
        // A customer of another tenant cannot be linked to.
        synced(&theirs, &[account("z", "Zeta")], &[]).await;
        assert_eq!(theirs.decide(&key("z"), &verdict, "bob", now()).await.unwrap(), Decided::NoSuchItem);
    }
}

fn movable<T: Send>(future: T) {
    drop(future);
}

/// The engine runs these on any thread. Nothing is run here: it need only compile.
#[test]
fn the_stores_futures_can_move_to_another_thread() {
    on(Engine::Sqlite, async |db: Database| {
        let store = db.open().await;
        let run = store.begin_run(&start("test")).await.unwrap();
        movable(store.begin_run(&start("test")));
        movable(store.save_page(&run, &page("customers")));
        movable(store.close_stream(&run, "customers", now()));
        movable(store.snapshot_week(&run, now()));
        let end = ended(vectis::domain::log::RunState::Complete, None, 0, now());
        movable(store.end_run(&run, &end));
        movable(store.set_phase(&run, vectis::domain::log::Phase::Done));
        movable(store.replace_psa(PsaSystem::Csv, &[], &[], now()));
        movable(store.save_products(&[], &[]));
        let sku = vectis::domain::ids::SkuKey::new(Vendor::Synnex, "SKU-1");
        movable(store.decide_product(&sku, &ProductVerdict::NoProduct, "ann", now()));
        movable(store.save_links(&[]));
        movable(store.decide(&key("a"), &Verdict::NoCounterpart, "ann", now()));
        movable(store.undo(None, "ann", now()));
        movable(store.save_findings(&[], &[].into(), &[], "{}", now()));
        movable(store.review_queue(1));
        movable(store.append_log(&[]));
        movable(store.clone().close());
    });
}
