//! How long a sync of so many requests takes, in real minutes, against a server that allows 30 in any 60 seconds by its
//! own clock, over a network whose latency wavers; from one process and from four on one database.
//!
//! `cargo bench --bench pacing`, or `… -- PROCESSES REQUESTS` for one run. Ends with an error if the server had to
//! refuse a request, or if a run took more than 3 % (or 2 s, where that is more) longer than the limit itself needs.

use std::process::{Command, ExitCode};
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use vectis::domain::ids::TenantId;
use vectis::domain::time::Ts;
use vectis::engine::pacer::Pace;
use vectis::sim::ion::{IonOptions, start};
use vectis::sim::world::{World, shared};
use vectis::store::Store;

#[path = "../tests/it/support/pace.rs"]
mod pace;

use pace::Client;

const LIMIT: usize = 30;
const WINDOW: Duration = Duration::from_secs(60);
const LATENCY: Duration = Duration::from_millis(60);

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let number = |text: &String| text.parse::<usize>().expect("a number");
    let good = match args.as_slice() {
        [worker, database, base, requests] if worker == "worker" => {
            runtime.block_on(work(database, base, number(requests)));
            true
        }
        [processes, requests] => runtime.block_on(run(number(processes), number(requests))),
        _ => {
            let runs = [(1, 17), (1, 95), (4, 95)];
            let bad = runs
                .iter()
                .filter(|(processes, requests)| !runtime.block_on(run(*processes, *requests)));
            bad.count() == 0
        }
    };
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One process of a run.
async fn work(database: &str, base: &str, requests: usize) {
    let store = open(database).await;
    let pace = Pace {
        limit: u32::try_from(LIMIT).expect("a small limit"),
        window: WINDOW,
        patience: WINDOW * 30,
    };
    let client = Client::new(store, base, pace, LATENCY);
    client.send_all(&AtomicUsize::new(requests)).await;
    client.journal.flush().await;
}

async fn open(database: &str) -> Store {
    Store::open(database, TenantId::from("msp"))
        .await
        .expect("the database opens")
}

/// So many requests from so many processes, from an idle start; true if all is well.
async fn run(processes: usize, requests: usize) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite://{}/data/vectis.db", folder.path().display());
    open(&database).await;
    let now: Ts = "2026-11-24T06:00:00Z".parse().expect("a time");
    let options = IonOptions {
        limit: LIMIT,
        window: WINDOW,
        ..IonOptions::default()
    };
    let server = start(shared(World::new(7, 1, now)), options)
        .await
        .expect("the service starts");
    let started = Instant::now();
    let program = std::env::current_exe().expect("this program");
    let children: Vec<_> = (0..processes)
        .map(|n| {
            let share = requests / processes + usize::from(n < requests % processes);
            Command::new(&program)
                .args(["worker", &database, &server.base_url(), &share.to_string()])
                .spawn()
                .expect("a process")
        })
        .collect();
    let ended = tokio::task::spawn_blocking(|| {
        let ended = children.into_iter().map(|mut child| child.wait());
        ended
            .filter(|e| e.as_ref().is_ok_and(|s| s.success()))
            .count()
    });
    let ended = ended.await.expect("all processes end");
    let (took, stats) = (started.elapsed().as_secs_f64(), server.stats());
    let least = WINDOW.as_secs_f64() * ((requests - 1) / LIMIT) as f64;
    let over = took - least;
    println!(
        "{processes} processes, {requests} requests: {took:.1} s; the limit needs {least:.0} s; {over:+.1} s ({:+.1} %); \
         {} × 429; at most {} in any 60 s",
        over / least.max(1.0) * 100.0,
        stats.rate_limited,
        stats.max_in_window
    );
    ended == processes
        && stats.rate_limited == 0
        && stats.max_in_window <= LIMIT
        && over <= (least * 0.03).max(2.0)
}
