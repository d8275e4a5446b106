//! Age, warnings, and refreshing ahead of time.

use vectis::domain::time::Calendar;
use vectis::engine::Engine;
use vectis::engine::keepalive::warnings;

use super::{ion, run_in, runtime};
use crate::support::context::process_of;
use crate::support::program::Home;

#[test]
fn keepalive_rotates_what_was_not_rotated_for_a_week() {
    let (home, ion) = (Home::new(), ion());
    ion.connect(&home).expect(0);
    home.run(["connection", "test", "synnex"]).expect(0);
    let fresh = home.run(["connection", "keepalive"]).expect(0);
    assert!(
        fresh.out.contains("rotated less than 7 days ago"),
        "{}",
        fresh.out
    );
    assert_eq!(ion.server.stats().tokens_issued, 1);
    let due = run_in(&home, 8, ["connection", "keepalive", "synnex", "--json"])
        .expect(0)
        .json();
    assert_eq!(
        (&due[0]["connection"], &due[0]["outcome"]),
        (&"synnex".into(), &"rotated".into())
    );
    assert!(
        due[0]["token"]
            .as_str()
            .unwrap()
            .contains("0 d old, 31 d left"),
        "{due:#}"
    );
    assert_eq!(ion.server.stats().tokens_issued, 2);
    home.run(["connection", "keepalive", "nobody"]).expect(2);
}

#[test]
fn a_running_engine_rotates_ahead_of_time() {
    let (home, ion) = (Home::new(), ion());
    ion.connect(&home).expect(0);
    home.run(["connection", "test", "synnex"]).expect(0);
    runtime().block_on(async {
        let later = Calendar::wall().now().plus_seconds(8 * 86_400);
        let ctx = process_of(&home, Calendar::fixed(later)).await;
        let (engine, _events) = Engine::start(ctx.clone());
        let rotated = async {
            while ion.server.stats().tokens_issued < 2 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), rotated)
            .await
            .unwrap();
        engine.shutdown().await;
        ctx.finish().await;
    });
    assert_eq!(ion.server.stats().token_reuse_attempts, 0);
}

#[test]
fn an_end_that_is_near_is_said_in_every_place_and_logged_once_a_day() {
    let (home, ion) = (Home::new(), ion());
    ion.connect(&home).expect(0);
    home.run(["connection", "test", "synnex"]).expect(0);
    for (days, words, marked) in [
        (20, "20 d old, 11 d left", ""),
        (27, "27 d old, ! 4 d left", "! "),
        (31, "31 d old, !! 22 h left", "!! "),
    ] {
        let list = run_in(&home, days, ["connection", "list"]).expect(0);
        assert!(list.out.contains(words), "{}", list.out);
        let said = format!("{marked}the refresh token of synnex ends in");
        assert_eq!(list.err.contains(&said), !marked.is_empty(), "{}", list.err);
        // The access token is over by then, but its life is asked for first: nothing is spent.
        assert_eq!(ion.server.stats().tokens_issued, 1);
    }
    runtime().block_on(async {
        let later = Calendar::wall().now().plus_seconds(27 * 86_400);
        let ctx = process_of(&home, Calendar::fixed(later)).await;
        assert_eq!(warnings(&ctx).await.unwrap().len(), 1);
        assert_eq!(warnings(&ctx).await.unwrap().len(), 1);
        ctx.journal.flush().await;
        let log = ctx.store.log_tail(100).await.unwrap();
        let told = log
            .iter()
            .filter(|e| e.text.starts_with("! the refresh token"))
            .count();
        assert_eq!(told, 1, "once a day over all processes: {log:#?}");
    });
}
