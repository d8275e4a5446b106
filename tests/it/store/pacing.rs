//! The request budget.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use vectis::domain::quota::Quota;
use vectis::store::Store;
use vectis::store::pacing::{Grant, PaceClass, PaceNews, PaceRule};

use crate::support::database::on_both_engines;

fn rule(limit: u32, window_ms: u64, hold_ms: u64) -> PaceRule {
    PaceRule {
        limit,
        window_ms,
        hold_ms,
        minute_ms: 60_000,
    }
}

async fn take(store: &Store, rule: &PaceRule, class: PaceClass) -> Grant {
    store.pace_take("ion", rule, class, "test").await.unwrap()
}

fn is_slot(grant: Grant) -> bool {
    matches!(grant, Grant::Slot(_))
}

on_both_engines! {
    async fn people_go_ahead_of_a_sync(db: Database) {
        let store = db.open().await;
        let rule = rule(8, 600_000, 60_000);
        assert!(is_slot(take(&store, &rule, PaceClass::Interactive).await));
        // The burst of a sync leaves slots where a person is about.
        for _ in 0..5 {
            assert!(is_slot(take(&store, &rule, PaceClass::Bulk).await));
        }
        assert!(matches!(take(&store, &rule, PaceClass::Bulk).await, Grant::Wait { .. }));
        let Grant::Slot(last) = take(&store, &rule, PaceClass::Token).await else { panic!("no slot") };
        let state = store.pace_state("ion", &rule).await.unwrap();
        assert_eq!((state.used, state.ceiling, state.history.len()), (7, 8, 30));
        assert_eq!(state.history[29] + state.history[28], 7);
        store.pace_free("ion", last, &rule).await.unwrap();
        assert_eq!(store.pace_state("ion", &rule).await.unwrap().used, 6);
        for _ in 0..2 {
            assert!(is_slot(take(&store, &rule, PaceClass::Interactive).await));
        }
        let Grant::Wait { ms } = take(&store, &rule, PaceClass::Interactive).await else { panic!("no limit") };
        assert!((590_000..=600_000).contains(&ms), "{ms}");
    }

    async fn a_process_that_stood_still_opens_nobodys_slot(db: Database) {
        let store = db.open().await;
        let dead = rule(1, 20, 0);
        let Grant::Slot(stale) = take(&store, &dead, PaceClass::Interactive).await else { panic!("no slot") };
        let rule = rule(1, 600_000, 60_000);
        let until = Instant::now() + Duration::from_secs(5);
        while !is_slot(store.pace_take("ion", &PaceRule { window_ms: 20, ..rule }, PaceClass::Interactive, "b").await.unwrap()) {
            assert!(Instant::now() < until, "the slot of the dead process never opened");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        store.pace_free("ion", stale, &dead).await.unwrap();
        store.pace_give("ion", stale, &dead).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(store.pace_state("ion", &rule).await.unwrap().used, 1);
    }

    async fn what_one_process_learns_holds_all(db: Database) {
        let (here, there) = (db.open().await, db.open().await);
        let rule = rule(8, 60_000, 60_000);
        let Grant::Slot(first) = take(&here, &rule, PaceClass::Bulk).await else { panic!("no slot") };
        let Grant::Slot(second) = take(&here, &rule, PaceClass::Bulk).await else { panic!("no slot") };
        let refusal = here.pace_refused("ion", first, &rule, Some(300), 20).await.unwrap();
        assert_eq!((refusal.in_a_row, refusal.repeated), (1, false));
        // What was on its way neither doubles the pause nor ends it.
        let late = there.pace_answered("ion", second, &rule).await.unwrap();
        assert_eq!(late, []);
        let Grant::Paused { ms } = take(&there, &rule, PaceClass::Interactive).await else { panic!("no pause") };
        assert!((100..=320).contains(&ms), "{ms}");
        tokio::time::sleep(Duration::from_millis(ms + 20)).await;
        // One goes alone, whoever it is; its 429 doubles the pause for all.
        let Grant::Slot(alone) = take(&there, &rule, PaceClass::Interactive).await else { panic!("no trial") };
        assert!(matches!(take(&here, &rule, PaceClass::Interactive).await, Grant::Paused { .. }));
        let again = here.pace_refused("ion", alone, &rule, None, 0).await.unwrap();
        assert_eq!((again.in_a_row, again.pause_ms), (2, 120_000));
        let state = there.pace_state("ion", &rule).await.unwrap();
        assert_eq!((state.ceiling, state.rate_limited_last_hour), (5, 2));
        assert!(state.paused_ms > 110_000 && state.next_slot_ms >= state.paused_ms);
        assert_eq!(here.pace_state("unknown", &rule).await.unwrap().used, 0);
    }

    async fn a_servers_own_word_is_taken_where_it_is_lower(db: Database) {
        let store = db.open().await;
        let rule = rule(8, 60_000, 60_000);
        let say = |limit, remaining| Quota { limit: Some(limit), remaining: Some(remaining), ..Quota::default() };
        let told = store.pace_told("ion", &rule, &say(6, 6)).await.unwrap();
        assert_eq!(told, [PaceNews::ServerLimit(6)]);
        assert_eq!(store.pace_told("ion", &rule, &say(6, 5)).await.unwrap(), []);
        assert_eq!(store.pace_state("ion", &rule).await.unwrap().ceiling, 6);
        let spent = Quota { reset: Some(Duration::from_secs(30)), ..say(6, 0) };
        store.pace_told("ion", &rule, &spent).await.unwrap();
        assert!(matches!(take(&store, &rule, PaceClass::Bulk).await, Grant::Paused { ms } if ms > 25_000));
        assert_eq!(store.pace_told("ion", &rule, &say(30, 30)).await.unwrap(), []);
        assert_eq!(store.pace_state("ion", &rule).await.unwrap().ceiling, 8);
    }

    async fn no_window_ever_holds_more_than_the_limit(db: Database) {
        let rule = rule(6, 600, 5_000);
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
                            Grant::Wait { ms } | Grant::Paused { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
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
