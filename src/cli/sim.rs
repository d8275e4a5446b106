//! `vectis sim`: a simulated distributor on loopback, for tests and for trying things out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::session::usage;
use super::{Done, Output, signals};
use crate::config::{Environment, calendar};
use crate::domain::problem::Problem;
use crate::domain::vendor::Vendor;
use crate::sim::autotask;
use crate::sim::connectwise;
use crate::sim::halo;
use crate::sim::ingram::{self, IngramOptions, Totals};
use crate::sim::ion::{self, Amounts, Contract, IonOptions};
use crate::sim::pax8::{self, Pax8Options};
use crate::sim::psa_csv;
use crate::sim::server::{AccessLife, Hint, Server, ServerOptions, Service, SimError, Weather};
use crate::sim::sherweb::{self, Calls, Integration, SherwebOptions};
use crate::sim::world::{SharedWorld, World, open, shared};

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis sim --port 8700 --customers 200 --psa-files ./psa\n\nIts first line is one JSON object with what to configure. It runs until Ctrl-C."
)]
pub(crate) struct SimArgs {
    /// Which distributor
    #[arg(
        long,
        default_value = "synnex",
        value_name = "synnex|pax8|sherweb|ingram_micro"
    )]
    vendor: Vendor,
    /// Simulate the PSA of that distributor's tenant instead
    #[arg(long, value_name = "SYSTEM", value_parser = ["connectwise", "autotask", "halo"])]
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
    /// Requests allowed in any minute; 0 means no limit [default: as at the vendor, 30 at synnex]
    #[arg(long, value_name = "N")]
    requests_per_minute: Option<usize>,
    /// Largest page that the server gives, where there are pages [default: as at the vendor]
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    page_cap: Option<u32>,
    /// How long access tokens live [default: as at the vendor]
    #[arg(long, value_name = "SECONDS")]
    token_life: Option<u64>,
    /// Refusals for too many requests do not say when to come back (all but synnex)
    #[arg(long)]
    no_retry_after: bool,
    /// The deprecated call for subscriptions is the only one there is (sherweb)
    #[arg(long)]
    old_calls: bool,
    /// A PSA integration is switched on in the portal: no receivable charges (sherweb)
    #[arg(long)]
    psa_integration: bool,
    /// Nothing is sold in bundles of services (autotask)
    #[arg(long)]
    no_bundles: bool,
    /// Lists of subscriptions do not tell their total (ingram_micro)
    #[arg(long)]
    no_totals: bool,
    /// How long every answer takes (all but synnex)
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency: u64,
    /// Faults, hostile names and broken rows, by the seed
    #[arg(long)]
    chaos: bool,
    /// What costs and prices of annual cycles refer to (synnex)
    #[arg(long, default_value = "cycle", value_name = "cycle|month", value_parser = ["cycle", "month"])]
    cost_period: String,
    /// Answers that differ from the documents: unknown fields, words and types, more headers, compressed bodies (synnex)
    #[arg(long)]
    drifted: bool,
    /// Also write companies.csv and contract_lines.csv of the tenant's PSA into this folder
    #[arg(long, value_name = "DIR")]
    psa_files: Option<PathBuf>,
}

pub(super) async fn run(args: SimArgs, output: Output) -> Result<Done, Problem> {
    let now = calendar(&Environment::of_process())?.now();
    let customers = args.customers as usize;
    let world = match args.vendor {
        Vendor::Synnex => World::new(args.seed, customers, now),
        _ => {
            let others = [Vendor::Pax8, Vendor::Sherweb, Vendor::IngramMicro];
            World::with_shares(args.seed, customers, now, &others.map(|v| (v, customers)))
        }
    };
    let world = shared(world);
    if let Some(folder) = &args.psa_files {
        write_psa_files(folder, &open(&world))?;
    }
    if let Some(system) = args.psa.as_deref() {
        return psa(system, &args, world, output).await;
    }
    match args.vendor {
        Vendor::Synnex => {
            let server = ion::start(world, args.ion()).await.map_err(no_start)?;
            serve(&server.listening_line(), output).await;
            server.shutdown().await;
        }
        Vendor::Pax8 => {
            let usual = Pax8Options::default();
            let options = Pax8Options {
                server: args.server(usual.server),
                access: args.access(usual.access),
                page_cap: args.page_cap(usual.page_cap),
                hint: args.hint(),
            };
            finish(pax8::start(world, options).await.map_err(no_start)?, output).await;
        }
        Vendor::Sherweb => {
            let usual = SherwebOptions::default();
            let options = SherwebOptions {
                server: args.server(usual.server.clone()),
                access: args.access(usual.access),
                hint: args.hint(),
                calls: if args.old_calls {
                    Calls::Old
                } else {
                    Calls::New
                },
                integration: if args.psa_integration {
                    Integration::On
                } else {
                    Integration::Off
                },
            };
            finish(
                sherweb::start(world, options).await.map_err(no_start)?,
                output,
            )
            .await;
        }
        Vendor::IngramMicro => {
            let usual = IngramOptions::default();
            let options = IngramOptions {
                server: args.server(usual.server.clone()),
                access: args.access(usual.access),
                page_cap: args.page_cap(usual.page_cap),
                hint: args.hint(),
                totals: if args.no_totals {
                    Totals::Missing
                } else {
                    Totals::Given
                },
            };
            finish(
                ingram::start(world, options).await.map_err(no_start)?,
                output,
            )
            .await;
        }
    }
    Ok(Done::Well)
}

/// The PSA of the tenant.
async fn psa(
    system: &str,
    args: &SimArgs,
    world: SharedWorld,
    output: Output,
) -> Result<Done, Problem> {
    match system {
        "autotask" => {
            let options = autotask::Options {
                server: args.server(ServerOptions::default()),
                bundles: if args.no_bundles {
                    autotask::Bundles::None
                } else {
                    autotask::Bundles::Sold
                },
            };
            let server = autotask::start(world, options).await;
            finish(server.map_err(no_start)?, output).await;
        }
        "halo" => {
            let usual = halo::Options::default();
            let options = halo::Options {
                server: args.server(usual.server.clone()),
                access: args.access(usual.access),
                page_cap: args.page_cap(usual.page_cap),
                hint: args.hint(),
                ..usual
            };
            finish(halo::start(world, options).await.map_err(no_start)?, output).await;
        }
        _ => {
            let usual = connectwise::Options::default();
            let options = connectwise::Options {
                server: args.server(usual.server),
                page_cap: args.page_cap(usual.page_cap),
            };
            let server = connectwise::start(world, options).await;
            finish(server.map_err(no_start)?, output).await;
        }
    }
    Ok(Done::Well)
}

impl SimArgs {
    fn ion(&self) -> IonOptions {
        let usual = IonOptions::default();
        IonOptions {
            port: self.port,
            limit: self.requests_per_minute.unwrap_or(usual.limit),
            weather: self.weather(),
            amounts: match self.cost_period.as_str() {
                "month" => Amounts::PerMonth,
                _ => Amounts::PerCycle,
            },
            contract: if self.drifted {
                Contract::Drifted
            } else {
                Contract::Documented
            },
            subscriptions_cap: self.page_cap(usual.subscriptions_cap),
            access_life: self
                .token_life
                .map_or(usual.access_life, Duration::from_secs),
            seed: self.seed,
            ..usual
        }
    }

    fn server(&self, usual: ServerOptions) -> ServerOptions {
        ServerOptions {
            port: self.port,
            limit: self.requests_per_minute.unwrap_or(usual.limit),
            weather: self.weather(),
            latency: Duration::from_millis(self.latency),
            seed: self.seed,
            ..usual
        }
    }

    fn access(&self, usual: AccessLife) -> AccessLife {
        AccessLife {
            life: self.token_life.map_or(usual.life, Duration::from_secs),
            ..usual
        }
    }

    fn page_cap(&self, usual: usize) -> usize {
        self.page_cap.map_or(usual, |rows| rows as usize)
    }

    fn hint(&self) -> Hint {
        if self.no_retry_after {
            Hint::Missing
        } else {
            Hint::Given
        }
    }

    fn weather(&self) -> Weather {
        if self.chaos {
            Weather::Chaos
        } else {
            Weather::Calm
        }
    }
}

async fn finish<S: Service>(server: Server<S>, output: Output) {
    serve(&server.listening_line(), output).await;
    server.shutdown().await;
}

/// Tells where it listens, and waits for Ctrl-C.
async fn serve(first_line: &str, output: Output) {
    output.text(first_line);
    let stop = CancellationToken::new();
    signals::cancel_on_interrupt(stop.clone());
    stop.cancelled().await;
}

fn no_start(error: SimError) -> Problem {
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
