//! Many processes that rotate one token as fast as they can.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;
use vectis::distributor::token::TokenStore;
use vectis::domain::ids::ConnectionName;
use vectis::domain::time::Calendar;
use vectis::engine::connect::connector;
use vectis::engine::tokens::StoreTokens;

use super::{ion, run_in, runtime};
use crate::support::context::process_of;
use crate::support::program::Home;
use crate::support::vendor::Ion;

/// How many rotations: 400, or what `VECTIS_ROTATIONS` says.
fn rotations() -> u64 {
    let asked = std::env::var("VECTIS_ROTATIONS").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(400)
}

/// One process's share, with `refreshers` connectors of its own: each rotates whenever nobody else has just done so.
fn rotate(home: &Home, ion: &Ion, until: u64, refreshers: usize) {
    runtime().block_on(async {
        let ctx = process_of(home, Calendar::wall()).await;
        let name = ConnectionName::from("synnex");
        let connection = ctx.store.connection(&name).await.unwrap().unwrap();
        let loops = (0..refreshers).map(|_| async {
            let connector = connector(&ctx, &connection, CancellationToken::new())
                .await
                .unwrap();
            while ion.server.stats().tokens_issued < until {
                connector.distributor.keep_alive(i64::MIN).await.unwrap();
            }
        });
        futures_util::future::join_all(loops).await;
        ctx.finish().await;
    });
}

#[test]
fn eight_processes_that_rotate_one_token_reuse_none_and_lose_none() {
    let (home, ion, until) = (Home::new(), ion(), rotations());
    ion.connect(&home).expect(0);
    let started = Instant::now();
    let (days, by_programs) = (AtomicI64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for n in 0..6 {
            // One of them has two connectors, as a console that syncs while a person tests.
            let (home, ion, refreshers) = (&home, &ion, if n == 0 { 2 } else { 1 });
            scope.spawn(move || rotate(home, ion, until, refreshers));
        }
        for _ in 0..2 {
            scope.spawn(|| {
                while ion.server.stats().tokens_issued < until {
                    // Each later by the calendar than any token so far, so that it is due.
                    let day = days.fetch_add(8, Ordering::Relaxed) + 8;
                    let ran = run_in(&home, day, ["connection", "keepalive", "--json"]).expect(0);
                    // "fresh" where somebody whose calendar is later was faster.
                    let has_rotated = ran.json()[0]["outcome"] == "rotated";
                    by_programs.fetch_add(u64::from(has_rotated), Ordering::Relaxed);
                    // Starting programs takes more of the machine than rotating.
                    std::thread::sleep(Duration::from_millis(500));
                }
            });
        }
    });
    let stats = ion.server.stats();
    println!(
        "{} rotations in {:?}, {} by programs, {} requests",
        stats.tokens_issued,
        started.elapsed(),
        by_programs.load(Ordering::Relaxed),
        stats.total
    );
    assert_eq!(stats.token_reuse_attempts, 0);
    assert!(stats.tokens_issued >= until);
    assert!(by_programs.load(Ordering::Relaxed) >= 2);
    runtime().block_on(async {
        let ctx = process_of(&home, Calendar::wall()).await;
        let connection = ctx
            .store
            .connection(&"synnex".into())
            .await
            .unwrap()
            .unwrap();
        let tokens = StoreTokens::new(ctx.clone(), &connection)
            .load()
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            tokens.refresh.expose_secret(),
            ion.server.current_refresh_token()
        );
        let stored = u64::try_from(tokens.version - 1).unwrap();
        assert_eq!(stored, stats.tokens_issued, "each pair was stored once");
    });
    assert_eq!(super::journals(&home), 0);
}
