//! The command line: one file for each verb; prints tables for people or JSON for scripts.
//!
//! Results go to stdout, everything else to stderr. A failure is a [`Problem`], printed whole, and its exit code.

mod acceptance_file;
mod completions;
mod connection;
mod console;
mod daemon;
mod database;
mod deliver;
mod delivery;
mod demo;
mod digest;
mod doctor;
mod export;
mod findings;
mod gather;
mod keepalive;
mod licensing;
mod logging;
mod mail_settings;
mod match_files;
mod matching;
mod onboard;
mod output;
mod preset;
mod product;
mod progress;
mod psa;
mod psa_import;
mod psa_set;
mod qbr;
mod qbr_file;
mod recording;
mod replay;
mod review;
mod saved_view;
mod session;
mod signals;
mod sim;
mod stage;
mod stands;
mod story;
mod subscription;
mod sync;
mod throw_away;
mod vendor_fields;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::problem::{Problem, ProblemKind};
use output::Output;
use session::Session;

/// Joins licence distributors with your PSA and finds the money in between.
///
/// Without a command the console opens.
#[derive(Debug, Parser)]
#[command(
    name = "vectis",
    version,
    max_term_width = 110,
    disable_help_subcommand = true,
    after_help = "Example: vectis demo            try it on a simulated distributor\n         vectis connection set synnex --vendor synnex --account-id 10505\n         vectis sync && vectis findings"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    console: console::ConsoleArgs,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// Options of every verb.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Configuration file instead of the one in the user's folder
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// Profile (one for each MSP) of the configuration
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Database: sqlite:///path/file.db or postgres://host/name
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
    /// Say more on stderr
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Colours
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    color: ColorChoice,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Even in a pipe.
    Always,
    /// Not at all.
    Never,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Open the console on a simulated distributor and PSA, on a throw-away database
    Demo(stage::DemoArgs),
    /// Connections to distributors: list, set, test, keepalive, remove
    Connection(connection::ConnectionArgs),
    /// The PSA side: set, test and sync it by its API, or import its files
    Psa(psa::PsaArgs),
    /// Read everything once, match it, and look for money
    Sync(sync::SyncArgs),
    /// Take a new tenant into service: every check, every difference from the documented API
    Onboard(onboard::OnboardArgs),
    /// Run a sync from a recording that `--record` made, without a network
    Replay(replay::ReplayArgs),
    /// Match again what no person has decided
    Match(matching::MatchArgs),
    /// Match two files of companies, without any database
    MatchFiles(match_files::MatchFilesArgs),
    /// The review queue: list, show, confirm, none, exclude, undo
    Review(review::ReviewArgs),
    /// What distributor SKUs are sold as in the PSA: list, show, link, none, undo
    Product(product::ProductArgs),
    /// Whose single subscriptions are, where sister companies share an account: list, give, undo
    Subscription(subscription::SubscriptionArgs),
    /// Seats, contracts, cost, revenue and margin for each customer and SKU
    Licensing(licensing::LicensingArgs),
    /// Money found: list, mute, resolve, reopen
    Findings(findings::FindingsArgs),
    /// Tables for spreadsheets
    Export(export::ExportArgs),
    /// The Monday digest: what is open, what changed since last week, where it is worst
    Digest(digest::DigestArgs),
    /// The licensing section of a customer's quarterly business review
    Qbr(qbr::QbrArgs),
    /// Copy the data into another database
    Database(database::DatabaseArgs),
    /// Run the schedule without a screen: nightly sync, Monday digest, tokens kept alive
    Daemon(daemon::DaemonArgs),
    /// Run a simulated distributor on loopback
    Sim(sim::SimArgs),
    /// Check configuration, calendar, terminal, key, database and connections
    Doctor(doctor::DoctorArgs),
    /// Print completions for a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page
    Man,
}

/// How a verb that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// All of it.
    Well,
    /// All of it, but some rows are in quarantine.
    WithQuarantine,
    /// The output says what failed; this is its kind.
    Told(ProblemKind),
    /// A signal asked the console to go; the terminal was given back.
    Signalled(u8),
}

impl Done {
    fn exit_code(self) -> u8 {
        match self {
            Done::Well => 0,
            Done::WithQuarantine => 9,
            Done::Told(kind) => kind.exit_code(),
            Done::Signalled(signal) => 128 + signal,
        }
    }
}

/// Runs the program with these arguments and gives its exit code. Not generic, so that the whole program is compiled
/// once, here, and not again for whoever calls it.
pub fn run(args: &[OsString]) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, args),
    };
    let output = Output::new(&cli.global);
    let ended = runtime().and_then(|runtime| {
        let ended = runtime.block_on(dispatch(cli, output));
        // A blocking read (a prompt, a terminal that is gone) must not hold the process up.
        runtime.shutdown_background();
        ended
    });
    match ended {
        Ok(done) => ExitCode::from(done.exit_code()),
        Err(problem) => {
            output.problem(&problem);
            ExitCode::from(problem.kind.exit_code())
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            Problem::new(
                ProblemKind::Unexpected,
                "The program could not start its threads",
            )
            .seen(error.to_string())
            .remedy("check the limits of this user (ulimit -u)")
        })
}

async fn dispatch(cli: Cli, output: Output) -> Result<Done, Problem> {
    match cli.verb {
        Some(Verb::MatchFiles(args)) => return match_files::run(args, output),
        Some(Verb::Completions(args)) => return completions::completions(args, output),
        Some(Verb::Man) => return completions::man(output),
        Some(Verb::Sim(args)) => return sim::run(args, output).await,
        _ => {}
    }
    let place = match cli.global.database {
        Some(_) => replay::Place::Given,
        None => replay::Place::ThrowAway,
    };
    let session = Session::load(cli.global, output)?;
    let tasks = session.tasks.clone();
    let ended = obey(cli.verb, cli.console, session, place).await;
    // A refresh that has begun comes to its end, whatever stopped the verb: its answer holds the next token.
    signals::finish(&tasks).await;
    ended
}

async fn obey(
    verb: Option<Verb>,
    console: console::ConsoleArgs,
    session: Session,
    place: replay::Place,
) -> Result<Done, Problem> {
    match verb {
        None => console::run(console, session).await,
        Some(Verb::Demo(args)) => demo::run(args, session).await,
        Some(Verb::Connection(args)) => connection::run(args, session).await,
        Some(Verb::Psa(args)) => psa::run(args, session).await,
        Some(Verb::Sync(args)) => sync::run(args, session).await,
        Some(Verb::Onboard(args)) => onboard::run(args, session).await,
        Some(Verb::Replay(args)) => replay::run(args, session, place).await,
        Some(Verb::Match(args)) => matching::run(args, session).await,
        Some(Verb::Review(args)) => review::run(args, session).await,
        Some(Verb::Product(args)) => product::run(args, session).await,
        Some(Verb::Subscription(args)) => subscription::run(args, session).await,
        Some(Verb::Licensing(args)) => licensing::run(args, session).await,
        Some(Verb::Findings(args)) => findings::run(args, session).await,
        Some(Verb::Export(args)) => export::run(args, session).await,
        Some(Verb::Digest(args)) => digest::run(args, session).await,
        Some(Verb::Qbr(args)) => qbr::run(args, session).await,
        Some(Verb::Database(args)) => database::run(args, session).await,
        Some(Verb::Daemon(args)) => daemon::run(args, session).await,
        Some(Verb::Doctor(args)) => doctor::run(args, session).await,
        Some(Verb::MatchFiles(_) | Verb::Completions(_) | Verb::Man | Verb::Sim(_)) => {
            Ok(Done::Well)
        }
    }
}

/// Prints clap's words, or the JSON document that scripts asked for.
fn refuse(error: &clap::Error, args: &[OsString]) -> ExitCode {
    let is_failure = error.use_stderr();
    if is_failure && args.iter().any(|a| a == "--json") {
        let text = error.render().to_string();
        let mut lines = text.lines().filter(|l| !l.trim().is_empty());
        let seen = lines
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ");
        let problem = Problem::new(ProblemKind::Usage, "The command line cannot be understood")
            .seen(seen)
            .remedy("see `vectis --help`, or the verb's own --help");
        output::print(&format!("{:#}\n", problem.to_json()));
    } else {
        let _ = error.print();
    }
    ExitCode::from(if is_failure { 2 } else { 0 })
}
