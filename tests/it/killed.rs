//! SIGKILL at any moment of a sync whose tokens rotate all the time: what was read is never wrong, and the token is lost
//! only where no client could keep it.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use vectis::sim::ion::IonOptions;

use crate::support::ingram::Ingram;
use crate::support::pax8::Pax8;
use crate::support::program::{Home, Ran};
use crate::support::sherweb::Sherweb;
use crate::support::vendor::Ion;

/// Kills in one home before its sync may end.
const KILLS_EACH: usize = 10;
/// Homes at a time.
const THREADS: usize = 4;

/// 200, or what `VECTIS_KILLS` says.
fn kills() -> usize {
    let asked = std::env::var("VECTIS_KILLS").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(200)
}

/// The moments: 1, or what `VECTIS_KILL_SEED` says.
fn seed() -> u64 {
    let asked = std::env::var("VECTIS_KILL_SEED").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// A small tenant on small pages, whose access tokens serve two requests each.
fn home() -> (Home, Ion) {
    let options = IonOptions {
        limit: 0,
        subscriptions_cap: 20,
        access_requests: 2,
        ..IonOptions::default()
    };
    let (home, ion) = (Home::new(), Ion::with(12, options));
    ion.connect(&home).expect(0);
    ion.import_psa(&home).expect(0);
    (home, ion)
}

fn start(home: &Home) -> Child {
    home.command(["sync", "--database", &home.database()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// The tables that a sync fills, as they stand.
fn tables(home: &Home) -> [String; 3] {
    ["licensing", "customers", "usage"].map(|table| home.run(["export", table]).expect(0).out)
}

/// The token is refused: proves that it was lost in the one window, that the words say so, and pastes the next one.
fn paste_after_loss(home: &Home, ion: &Ion, ran: &Ran) {
    let stats = ion.server.stats();
    assert!(
        !stats.newest_pair_is_used,
        "a pair that had arrived was lost: {ran:#?}"
    );
    assert_eq!(
        crate::tokens::journals(home),
        0,
        "the journal has the next token: {ran:#?}"
    );
    let error = ran.json()["runs"][0]["error"].clone();
    let text = error.to_string();
    let words = [
        "The refresh token was spent by an interrupted refresh",
        "A refresh of ours, begun at",
        "on ana",
        "the answer with the next token was sent but never stored",
        "Request New Credentials",
    ];
    for word in words {
        assert!(text.contains(word), "'{word}' in {error:#}");
    }
    let token = home.file("token", &ion.server.current_refresh_token());
    home.run([
        "connection",
        "set",
        "synnex",
        "--refresh-token-file",
        &token,
    ])
    .expect(0);
}

/// Syncs to the end, with as many pastes as the losses need; counts them.
fn sync_to_the_end(home: &Home, ion: &Ion) -> usize {
    for lost in 0..3 {
        let ran = home.run(["sync", "--json"]);
        if ran.code == Some(0) {
            return lost;
        }
        paste_after_loss(home, ion, &ran.expect(4));
    }
    panic!("the sync does not come to its end");
}

/// Kills a sync again and again, lets it end, and compares. Gives the kills that hit, and the tokens lost.
fn torment(seed: u64, longest: Duration, calm: &[String; 3]) -> (usize, usize) {
    let mut dice = fastrand::Rng::with_seed(seed);
    let (home, ion) = home();
    let (mut hit, mut lost) = (0, 0);
    for _ in 0..KILLS_EACH {
        let mut child = start(&home);
        std::thread::sleep(longest.mul_f64(dice.f64()));
        child.kill().expect("it can be killed or has ended");
        match child.wait().expect("it ends").code() {
            None => hit += 1,
            Some(0) => {}
            Some(4) => lost += sync_to_the_end(&home, &ion),
            other => panic!("seed {seed}: the sync ended with {other:?}"),
        }
    }
    lost += sync_to_the_end(&home, &ion);
    assert_eq!(tables(&home), *calm, "seed {seed}");
    let stats = ion.server.stats();
    assert_eq!(
        stats.token_reuse_attempts > 0,
        lost > 0,
        "seed {seed}: {stats:#?}"
    );
    (hit, lost)
}

#[test]
fn a_sync_that_is_killed_at_any_moment_ends_as_if_nothing_had_happened() {
    let (calm, ion) = home();
    let started = Instant::now();
    calm.run(["sync"]).expect(0);
    let longest = started.elapsed();
    assert!(
        ion.server.stats().tokens_issued >= 3,
        "tokens rotate in the middle"
    );
    let calm = tables(&calm);
    let (wanted, seed) = (kills(), seed());
    let (homes, hits, losses) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while hits.load(Ordering::Relaxed) < wanted {
                    let n = homes.fetch_add(1, Ordering::Relaxed);
                    let (hit, lost) = torment(seed.wrapping_mul(1000) + n as u64, longest, &calm);
                    hits.fetch_add(hit, Ordering::Relaxed);
                    losses.fetch_add(lost, Ordering::Relaxed);
                }
            });
        }
    });
    let (hits, losses) = (hits.into_inner(), losses.into_inner());
    println!(
        "{hits} kills in {:?}: {losses} tokens lost in the window",
        started.elapsed()
    );
    assert!(hits >= wanted);
}

/// Kills syncs with a distributor whose tokens are asked for anew, lets one end, and compares.
fn is_unharmed(connect: impl Fn(&Home) -> Ran) {
    let (calm, home) = (Home::new(), Home::new());
    connect(&calm).expect(0);
    connect(&home).expect(0);
    let started = Instant::now();
    calm.run(["sync"]).expect(0);
    let longest = started.elapsed();
    let mut dice = fastrand::Rng::with_seed(seed());
    let mut hit = 0;
    for _ in 0..2 * KILLS_EACH {
        let mut child = start(&home);
        std::thread::sleep(longest.mul_f64(dice.f64()));
        child.kill().expect("it can be killed or has ended");
        match child.wait().expect("it ends").code() {
            None => hit += 1,
            ended => assert_eq!(ended, Some(0)),
        }
    }
    assert!(hit > 0, "some syncs were killed");
    home.run(["sync"]).expect(0);
    assert_eq!(tables(&home), tables(&calm));
}

#[test]
fn syncs_with_the_other_distributors_are_killed_without_harm() {
    let pax8 = Pax8::of(60);
    is_unharmed(|home| pax8.connect(home));
    let sherweb = Sherweb::with(20, Sherweb::options());
    is_unharmed(|home| sherweb.connect(home));
    let ingram = Ingram::with(20, Ingram::options());
    is_unharmed(|home| ingram.connect(home));
}
