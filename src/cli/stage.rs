//! The demo's stage: a simulated distributor that answers, a PSA from files, and a database that knows them.

use std::time::Duration;

use clap::Args;
use secrecy::SecretString;

use super::session::{Session, usage};
use super::throw_away::ThrowAway;
use crate::domain::ids::{AccountKey, ConnectionName, PsaId};
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::domain::time::Calendar;
use crate::domain::vendor::Vendor;
use crate::engine::context::Context;
use crate::engine::setup::{self, ACCOUNT_ID, Draft};
use crate::psa::csv::{Options, Source, read_companies, read_lines};
use crate::secret::SecretName;
use crate::sim::ion::{IonOptions, IonServer, Weather, start};
use crate::sim::psa_csv;
use crate::sim::world::{SharedWorld, World, open, shared};
use crate::tui::bridge::NextWeek;

/// The pace that the demo keeps, as a real tenant would.
pub(super) const REQUESTS_PER_MINUTE: u32 = 28;

#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Example: vectis demo --speed 10\n         vectis demo --headless --speed 60 --json"
)]
pub(crate) struct DemoArgs {
    /// Customers of the simulated tenant
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

/// The demo's world: a distributor that answers, a database that knows it.
pub(super) struct Stage {
    /// The engine's parts, on the throw-away database.
    pub ctx: Context,
    world: SharedWorld,
    server: IonServer,
    /// Removed with the stage.
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Starts the simulated distributor, makes the database, connects the one and imports the PSA.
    pub(super) async fn set(
        args: &DemoArgs,
        session: &Session,
        calendar: Calendar,
    ) -> Result<Self, Problem> {
        let world = shared(World::new(
            args.seed,
            args.customers as usize,
            calendar.now(),
        ));
        let window = Duration::from_secs_f64(60.0 / args.speed);
        let options = IonOptions {
            window,
            weather: if args.chaos {
                Weather::Chaos
            } else {
                Weather::Calm
            },
            seed: args.seed,
            ..IonOptions::default()
        };
        let server = start(world.clone(), options).await.map_err(|e| {
            usage(
                "The simulated distributor cannot start",
                e.to_string(),
                "try again",
            )
        })?;
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
            server,
            _folder: folder,
        };
        stage.connect().await?;
        stage.import_psa().await?;
        Ok(stage)
    }

    async fn connect(&self) -> Result<(), Problem> {
        let draft = Draft {
            vendor: Some(Vendor::Synnex),
            base_url: Some(self.server.base_url()),
            settings: [(ACCOUNT_ID.to_owned(), self.server.account_id())].into(),
            requests_per_minute: Some(REQUESTS_PER_MINUTE),
            secrets: vec![(
                SecretName::RefreshToken,
                SecretString::from(self.server.refresh_token()),
            )],
        };
        setup::save(&self.ctx, &ConnectionName::from("synnex"), draft).await?;
        Ok(())
    }

    async fn import_psa(&self) -> Result<(), Problem> {
        import_psa(&self.ctx, &self.world).await
    }

    /// The PSA company that an account really is; none if the PSA does not hold it.
    pub(super) fn counterpart(&self, account: &AccountKey) -> Option<PsaId> {
        let customer = account.vendor_customer_id.as_str().parse().ok()?;
        let company = open(&self.world).company_of(customer)?;
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

    /// Stops the simulated distributor and removes the database.
    pub(super) async fn strike(self) {
        self.ctx.finish().await;
        self.server.shutdown().await;
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
