//! Several processes on one row, and processes that die.

use std::time::Duration;

use super::tests::{Endpoint, keeper};
use super::*;
use crate::distributor::testing::MemoryStore;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_processes_that_refresh_all_the_time_reuse_nothing() {
    let store = MemoryStore::pasted("r0");
    let endpoint = Endpoint::new(&store, []);
    let tasks = (0..4).map(|owner| {
        let keeper = keeper(&store.other_process(owner), &endpoint);
        tokio::spawn(async move {
            let mut access = keeper.access().await.unwrap();
            for _ in 0..5 {
                access = keeper.renew(&access.token).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let calls = endpoint.calls();
    let expected: Vec<_> = (0..calls.len()).map(|n| format!("r{n}")).collect();
    assert_eq!(calls, expected, "each token was spent once, in order");
    assert_eq!(store.refresh(), format!("r{}", calls.len()));
}

#[test]
fn a_process_that_is_killed_loses_a_token_only_in_the_one_window_and_says_so() {
    let (mut good, mut lost) = (0, 0);
    for moment in 0..30 {
        let store = MemoryStore::pasted("r0");
        let endpoint = Endpoint::new(&store, []);
        // Dropping a runtime ends its tasks where they stand, as SIGKILL does.
        let runtime = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
        };
        let dying = runtime();
        dying.block_on(async {
            let killed = Duration::from_millis(moment);
            let _ = tokio::time::timeout(killed, keeper(&store, &endpoint).access()).await;
        });
        drop(dying);
        let spent_unsaved = *endpoint.spent.lock().unwrap() == 1 && store.refresh() == "r0";
        store.row.lock().unwrap().holder = None;
        let outcome = runtime().block_on(keeper(&store.other_process(1), &endpoint).access());
        match outcome {
            Ok(_) => good += 1,
            Err(TokenError::Refused { token, .. })
                if spent_unsaved && token.interrupted.is_some() =>
            {
                lost += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(good + lost, 30);
    assert!(good >= 20, "{good} good, {lost} lost");
}
