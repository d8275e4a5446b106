//! Rotating tokens, with real processes, a real store and single-use tokens on the other side.

mod alive;
mod journal;
mod many;
mod shared;
mod signals;
mod stories;

use std::process::Command;

use vectis::http::network::bare_client;
use vectis::sim::ion::IonOptions;

use crate::support::program::{Home, Ran};
use crate::support::vendor::Ion;

/// A small tenant without a limit.
fn ion() -> Ion {
    Ion::with(
        5,
        IonOptions {
            limit: 0,
            ..IonOptions::default()
        },
    )
}

/// So many days and an hour from now, for `VECTIS_NOW`.
fn in_days(days: i64) -> String {
    vectis::domain::time::Calendar::wall()
        .now()
        .plus_seconds(days * 86_400 + 3_600)
        .to_string()
}

/// Runs the program on a home's database some days later.
pub fn run_in<const N: usize>(home: &Home, days: i64, args: [&str; N]) -> Ran {
    let database = home.database();
    let mut command: Command = home.command(args.into_iter().chain(["--database", &database]));
    command.env("VECTIS_NOW", in_days(days));
    command.output().expect("the program starts").into()
}

/// Spends the token that works now behind everybody's back, as another program does; gives the pair that came.
async fn spend_elsewhere(ion: &Ion) -> serde_json::Value {
    let token = ion.server.current_refresh_token();
    let answer = bare_client()
        .build()
        .expect("a client")
        .post(format!("{}/oauth/token", ion.server.base_url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("grant_type=refresh_token&refresh_token={token}"))
        .send()
        .await
        .expect("the simulator answers");
    let body = answer.text().await.expect("a body");
    serde_json::from_str(&body).expect("a token pair")
}

/// A runtime for a test's own requests and contexts.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// The journals that lie in a home.
pub fn journals(home: &Home) -> usize {
    let Ok(folder) = std::fs::read_dir(home.path("home/tokens")) else {
        return 0;
    };
    let is_journal = |name: &std::ffi::OsStr| name.to_string_lossy().ends_with(".journal");
    folder
        .flatten()
        .filter(|e| is_journal(&e.file_name()))
        .count()
}
