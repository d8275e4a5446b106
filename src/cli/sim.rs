//! `vectis sim`: a simulated distributor on loopback, for tests and for trying things out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::session::usage;
use super::{Done, Output, signals};
use crate::config::{Environment, calendar};
use crate::domain::problem::Problem;
use crate::sim::connectwise::{self, ServerOptions};
use crate::sim::ion::{Amounts, Contract, IonOptions, SimError, Weather, start};
use crate::sim::psa_csv;
use crate::sim::world::{SharedWorld, World, open, shared};

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis sim --port 8700 --customers 200 --psa-files ./psa\n\nIts first line is one JSON object with what to configure. It runs until Ctrl-C."
)]
pub(crate) struct SimArgs {
    /// Which distributor
    #[arg(long, default_value = "synnex", value_parser = ["synnex"])]
    vendor: String,
    /// Simulate a PSA instead of a distributor
    #[arg(long, value_name = "SYSTEM", value_parser = ["connectwise"])]
    psa: Option<String>,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Customers of the simulated tenant
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=20_000))]
    customers: u32,
    /// The same seed gives the same tenant
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Requests allowed in any minute, 30 where nothing is said and none for a PSA; 0 means no limit
    #[arg(long, value_name = "N")]
    requests_per_minute: Option<usize>,
    /// Largest page of subscriptions that the server gives
    #[arg(long, default_value_t = 100, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    page_cap: u32,
    /// Faults, hostile names and broken rows, by the seed
    #[arg(long)]
    chaos: bool,
    /// What costs and prices of annual cycles refer to
    #[arg(long, default_value = "cycle", value_name = "cycle|month", value_parser = ["cycle", "month"])]
    cost_period: String,
    /// Answers that differ from the documents: unknown fields, words and types, more headers, compressed bodies
    #[arg(long)]
    drifted: bool,
    /// Also write companies.csv and contract_lines.csv of the tenant's PSA into this folder
    #[arg(long, value_name = "DIR")]
    psa_files: Option<PathBuf>,
}

pub(super) async fn run(args: SimArgs, output: Output) -> Result<Done, Problem> {
    let now = calendar(&Environment::of_process())?.now();
    let world = shared(World::new(args.seed, args.customers as usize, now));
    if let Some(folder) = &args.psa_files {
        write_psa_files(folder, &open(&world))?;
    }
    if args.psa.is_some() {
        return psa(&args, world, output).await;
    }
    let server = start(
        world,
        IonOptions {
            port: args.port,
            limit: args.requests_per_minute.unwrap_or(30),
            window: Duration::from_secs(60),
            weather: if args.chaos {
                Weather::Chaos
            } else {
                Weather::Calm
            },
            amounts: match args.cost_period.as_str() {
                "month" => Amounts::PerMonth,
                _ => Amounts::PerCycle,
            },
            contract: if args.drifted {
                Contract::Drifted
            } else {
                Contract::Documented
            },
            subscriptions_cap: args.page_cap as usize,
            seed: args.seed,
            ..IonOptions::default()
        },
    )
    .await
    .map_err(cannot_start)?;
    output.text(server.listening_line());
    let stop = CancellationToken::new();
    signals::cancel_on_interrupt(stop.clone());
    stop.cancelled().await;
    server.shutdown().await;
    Ok(Done::Well)
}

/// Serves the PSA of the same tenant.
async fn psa(args: &SimArgs, world: SharedWorld, output: Output) -> Result<Done, Problem> {
    let server = ServerOptions {
        port: args.port,
        limit: args.requests_per_minute.unwrap_or(0),
        weather: match args.chaos {
            true => Weather::Chaos,
            false => Weather::Calm,
        },
        seed: args.seed,
        ..ServerOptions::default()
    };
    let options = connectwise::Options {
        server,
        ..connectwise::Options::default()
    };
    let server = connectwise::start(world, options)
        .await
        .map_err(cannot_start)?;
    output.text(server.listening_line());
    let stop = CancellationToken::new();
    signals::cancel_on_interrupt(stop.clone());
    stop.cancelled().await;
    server.shutdown().await;
    Ok(Done::Well)
}

fn cannot_start(error: SimError) -> Problem {
    usage(
        "The simulator cannot start",
        error.to_string(),
        "choose another --port, or 0",
    )
}

fn write_psa_files(folder: &Path, world: &World) -> Result<(), Problem> {
    let files = [
        ("companies.csv", psa_csv::companies(world)),
        ("contract_lines.csv", psa_csv::contract_lines(world)),
    ];
    std::fs::create_dir_all(folder)
        .and_then(|()| {
            files
                .iter()
                .try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
        })
        .map_err(|e| {
            usage(
                format!("{} cannot be written", folder.display()),
                e.to_string(),
                "check the path and its permissions",
            )
        })
}
