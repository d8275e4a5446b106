//! The demo's stage: simulated distributors that answer, a PSA from files, and a database that knows them.

use std::time::Duration;

use clap::Args;

use super::console::ConsoleArgs;
use super::session::{Session, usage};
use super::stands::{self, Climate, SHOWN, Stand};
use super::throw_away::ThrowAway;
use crate::domain::ids::{AccountKey, PsaId};
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::domain::time::Calendar;
use crate::engine::context::Context;
use crate::engine::setup;
use crate::psa::csv::{Options, Source, read_companies, read_lines};
use crate::sim::accounts;
use crate::sim::psa_csv;
use crate::sim::server::Weather;
use crate::sim::world::{SharedWorld, World, open, shared};
use crate::tui::bridge::NextWeek;

#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Example: vectis demo --speed 10\n         vectis demo --headless --speed 60 --json"
)]
pub(crate) struct DemoArgs {
    /// Customers of the simulated tenant at TD SYNNEX; the other distributors have a part of them, and others beside
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=20_000))]
    customers: u32,
    /// The same seed gives the same tenant
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many times faster than the real API's pace
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// Faults, hostile names and broken rows, by the seed
    #[arg(long)]
    chaos: bool,
    /// The same story without a screen: several weeks, and what they brought
    #[arg(long)]
    pub(super) headless: bool,
    #[command(flatten)]
    pub(super) console: ConsoleArgs,
}

impl DemoArgs {
    /// How many times faster than the real API's pace.
    pub(super) fn speed(&self) -> f64 {
        self.speed
    }
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(n) if (0.1..=1000.0).contains(&n) => Ok(n),
        _ => Err("give a number from 0.1 to 1000".to_owned()),
    }
}

/// The demo's world: distributors that answer, a database that knows them.
pub(super) struct Stage {
    /// The engine's parts, on the throw-away database.
    pub ctx: Context,
    world: SharedWorld,
    stands: Vec<Stand>,
    /// Removed with the stage.
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Starts the simulated distributors, makes the database, connects the ones and imports the PSA.
    pub(super) async fn set(
        args: &DemoArgs,
        session: &Session,
        calendar: Calendar,
    ) -> Result<Self, Problem> {
        let customers = args.customers as usize;
        let shares = stands::shares(customers);
        let now = calendar.now();
        let world = shared(World::with_shares(args.seed, customers, now, &shares));
        let window = Duration::from_secs_f64(60.0 / args.speed);
        let climate = Climate {
            window,
            weather: if args.chaos {
                Weather::Chaos
            } else {
                Weather::Calm
            },
            seed: args.seed,
        };
        let mut open = Vec::with_capacity(SHOWN.len());
        for vendor in SHOWN {
            let stand = Stand::open(*vendor, &world, climate).await;
            open.push(stand.map_err(|e| {
                usage(
                    format!("The simulated {} cannot start", vendor.label()),
                    e.to_string(),
                    "try again",
                )
            })?);
        }
        let mut settings = session.settings();
        settings.window = window;
        let ThrowAway {
            store,
            sealer,
            folder,
        } = ThrowAway::open("demo").await?;
        let ctx = Context::new(store, sealer, calendar, settings);
        let stage = Self {
            ctx,
            world,
            stands: open,
            _folder: folder,
        };
        stage.connect().await?;
        stage.import_psa().await?;
        Ok(stage)
    }

    async fn connect(&self) -> Result<(), Problem> {
        for stand in &self.stands {
            let name = stands::connection(stand.vendor());
            setup::save(&self.ctx, &name, stand.draft()).await?;
        }
        Ok(())
    }

    async fn import_psa(&self) -> Result<(), Problem> {
        import_psa(&self.ctx, &self.world).await
    }

    /// The PSA company that an account really is; none if the PSA does not hold it.
    pub(super) fn counterpart(&self, account: &AccountKey) -> Option<PsaId> {
        let vendor = stands::vendor_of(&account.connection)?;
        let id = account.vendor_customer_id.as_str();
        let company = accounts::company(&open(&self.world), vendor, id)?;
        Some(PsaId::new(company.to_string()))
    }

    /// Moves the simulated world and the calendar one week forward, each time it is called; the PSA follows.
    pub(super) fn next_week(&self) -> NextWeek {
        let (world, ctx) = (self.world.clone(), self.ctx.clone());
        Box::new(move || {
            let (world, ctx) = (world.clone(), ctx.clone());
            Box::pin(async move {
                open(&world).advance_week();
                ctx.calendar.advance_weeks(1);
                import_psa(&ctx, &world).await
            })
        })
    }

    /// Stops the simulated distributors and removes the database.
    pub(super) async fn strike(self) {
        self.ctx.finish().await;
        for stand in self.stands {
            stand.close().await;
        }
        self.ctx.store.close().await;
    }
}

/// Reads the PSA's files as they are this week, as a person would import them.
async fn import_psa(ctx: &Context, world: &SharedWorld) -> Result<(), Problem> {
    let (companies, lines) = {
        let world = open(world);
        (psa_csv::companies(&world), psa_csv::contract_lines(&world))
    };
    let source = |name, text| Source {
        name,
        bytes: str::as_bytes(text),
    };
    let read = read_companies(&source("companies.csv", &companies))?;
    let lines = read_lines(
        &source("contract_lines.csv", &lines),
        &read.companies,
        &Options::default(),
    )?;
    let import = read.and(lines);
    let now = ctx.calendar.now();
    ctx.store
        .replace_psa(PsaSystem::Csv, &import.companies, &import.lines, now)
        .await?;
    Ok(())
}
