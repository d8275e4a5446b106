//! The request budget.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use vectis::store::Store;
use vectis::store::pacing::{Grant, PaceClass, PaceRule};

use crate::support::database::on_both_engines;

async fn take(store: &Store, rule: &PaceRule, class: PaceClass) -> Grant {
    store.pace_take("ion", rule, class, "test").await.unwrap()
}

fn is_slot(grant: Grant) -> bool {
    matches!(grant, Grant::Slot(_))
}

on_both_engines! {
    async fn people_go_ahead_of_a_sync(db: Database) {
        let store = db.open().await;
        let rule = PaceRule { limit: 8, window_ms: 600_000, hold_ms: 60_000 };
        let Grant::Slot(first) = take(&store, &rule, PaceClass::Bulk).await else { panic!("no slot") };
        let Grant::Wait { ms } = take(&store, &rule, PaceClass::Bulk).await else { panic!("no gap") };
        assert!((70_000..=75_000).contains(&ms), "bulk starts are window / limit apart: {ms}");
        for _ in 0..4 {
            assert!(is_slot(take(&store, &rule, PaceClass::Interactive).await));
        }
        let Grant::Wait { ms } = take(&store, &rule, PaceClass::Interactive).await else { panic!("no cap") };
        assert!((590_000..=600_000).contains(&ms), "people may use half of a small ring: {ms}");
        let state = store.pace_state("ion", &rule).await.unwrap();
        assert_eq!((state.used, state.ceiling, state.history.len()), (5, 8, 30));
        assert_eq!(state.history[29] + state.history[28], 5);
        store.pace_free("ion", first).await.unwrap();
        assert_eq!(store.pace_state("ion", &rule).await.unwrap().used, 4);
    }

    async fn a_process_that_stood_still_opens_nobodys_slot(db: Database) {
        let store = db.open().await;
        let dead = PaceRule { limit: 1, window_ms: 20, hold_ms: 0 };
        let Grant::Slot(stale) = take(&store, &dead, PaceClass::Interactive).await else { panic!("no slot") };
        let rule = PaceRule { limit: 1, window_ms: 600_000, hold_ms: 60_000 };
        let until = Instant::now() + Duration::from_secs(5);
        while !is_slot(store.pace_take("ion", &PaceRule { window_ms: 20, ..rule }, PaceClass::Interactive, "b").await.unwrap()) {
            assert!(Instant::now() < until, "the slot of the dead process never opened");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        store.pace_free("ion", stale).await.unwrap();
        store.pace_give("ion", stale, &dead).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(store.pace_state("ion", &rule).await.unwrap().used, 1);
    }

    async fn a_pause_and_a_lower_ceiling_hold_everybody(db: Database) {
        let store = db.open().await;
        let rule = PaceRule { limit: 4, window_ms: 600_000, hold_ms: 0 };
        store.pace_ceiling("ion", 2).await.unwrap();
        assert!(is_slot(take(&store, &rule, PaceClass::Interactive).await));
        store.pace_pause("ion", 90_000).await.unwrap();
        store.pace_pause("ion", 10).await.unwrap();
        let Grant::Wait { ms } = take(&store, &rule, PaceClass::Interactive).await else { panic!("no pause") };
        assert!(ms > 80_000, "{ms}");
        store.note_rate_limited("ion").await.unwrap();
        store.note_rate_limited("ion").await.unwrap();
        let state = store.pace_state("ion", &rule).await.unwrap();
        assert_eq!((state.ceiling, state.rate_limited_last_hour), (2, 2));
        assert!(state.paused_ms > 80_000 && state.next_slot_ms >= state.paused_ms);
        assert_eq!(store.pace_state("unknown", &rule).await.unwrap().used, 0);
    }

    async fn no_window_ever_holds_more_than_the_limit(db: Database) {
        let rule = PaceRule { limit: 6, window_ms: 600, hold_ms: 5_000 };
        let arrivals: Arc<Mutex<Vec<Instant>>> = Arc::default();
        let mut tasks = tokio::task::JoinSet::new();
        for process in 0..4 {
            let store = db.open().await;
            let arrivals = Arc::clone(&arrivals);
            tasks.spawn(async move {
                for n in 0..9 {
                    let class = if n % 4 == 0 { PaceClass::Interactive } else { PaceClass::Bulk };
                    let slot = loop {
                        match store.pace_take("ion", &rule, class, &process.to_string()).await.unwrap() {
                            Grant::Slot(slot) => break slot,
                            Grant::Wait { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
                        }
                    };
                    tokio::time::sleep(Duration::from_millis((process * 13 + n * 7) % 60)).await;
                    arrivals.lock().unwrap().push(Instant::now());
                    store.pace_give("ion", slot, &rule).await.unwrap();
                }
            });
        }
        tasks.join_all().await;
        let mut arrivals = arrivals.lock().unwrap().clone();
        arrivals.sort();
        assert_eq!(arrivals.len(), 36);
        for window in arrivals.windows(7) {
            let span = window[6] - window[0];
            assert!(span >= Duration::from_millis(598), "7 requests in {span:?}");
        }
    }
}
