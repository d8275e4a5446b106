//! `vectis connection`: distributor connections.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::keepalive::{self, KeepaliveArgs};
use super::session::Session;
use super::vendor_fields::VendorFields;
use super::{Done, Output, signals};
use crate::distributor::needs::{self, Need};
use crate::domain::ids::ConnectionName;
use crate::domain::problem::Problem;
use crate::domain::vendor::Vendor;
use crate::engine::connections::states;
use crate::engine::keepalive::warnings;
use crate::engine::setup::{self, Draft, cost_period};
use crate::engine::test::{PATIENCE, test};
use crate::report::sheet::{Cell, Sheet};
use crate::report::table::table;
use crate::secret::{Asking, InputError, obtain};
use crate::store::connections::{CREDENTIAL, Connection};

#[derive(Debug, Args)]
pub(crate) struct ConnectionArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show the connections and the age of their tokens
    #[command(after_help = "Example: vectis connection list --json")]
    List,
    /// Make or change a connection; secrets come from files, the environment or a prompt
    #[command(
        after_help = "Example: vectis connection set synnex --vendor synnex --account-id 10505 --refresh-token-file token.txt"
    )]
    Set(Box<SetArgs>),
    /// Prove a connection's credential
    #[command(after_help = "Example: vectis connection test synnex")]
    Test {
        /// Its name
        name: String,
        /// Seconds to wait while the distributor answers 429
        #[arg(long, default_value_t = PATIENCE.as_secs(), value_name = "SECONDS")]
        patience: u64,
    },
    /// Rotate refresh tokens that were not rotated for 7 days, so that none ends unused; for cron
    #[command(after_help = "Example: vectis connection keepalive --json")]
    Keepalive(KeepaliveArgs),
    /// Forget a connection and its secrets; what was synced through it stays
    #[command(after_help = "Example: vectis connection remove synnex")]
    Remove {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Args)]
struct SetArgs {
    /// Its name
    name: String,
    /// The distributor: synnex, pax8, sherweb or ingram_micro
    #[arg(long)]
    vendor: Option<String>,
    /// Where the API is, if not at the vendor's usual place
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Requests allowed in any 60 seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    requests_per_minute: Option<u32>,
    /// Use the credential and the budget of this connection, for another account of the same distributor; '' ends that
    #[arg(long, value_name = "CONNECTION")]
    credential: Option<String>,
    #[command(flatten)]
    fields: VendorFields,
}

pub(super) async fn run(args: ConnectionArgs, session: Session) -> Result<Done, Problem> {
    match args.verb {
        Verb::List => list(&session).await,
        Verb::Set(args) => set(*args, &session).await,
        Verb::Test { name, patience } => test_one(&name, patience, &session).await,
        Verb::Keepalive(args) => keepalive::run(args, session).await,
        Verb::Remove { name } => {
            let ctx = session.context().await?;
            setup::remove(&ctx, &ConnectionName::new(&name)).await?;
            session
                .output
                .result(&json!({ "removed": name }), || format!("removed {name}"));
            Ok(Done::Well)
        }
    }
}

async fn list(session: &Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let states = states(&ctx).await?;
    let near = warnings(&ctx).await?;
    ctx.journal.flush().await;
    let now = ctx.calendar.now();
    session.output.result(&states, || {
        if states.is_empty() {
            return "No distributor is connected yet: vectis connection set synnex --vendor synnex --account-id …".to_owned();
        }
        let columns = [
            "name", "distributor", "account", "credential", "costs per", "refresh token", "last sync", "base URL",
        ];
        table(&Sheet::of(&columns, &states, |state| {
            let connection = &state.connection;
            vec![
                Cell::text(connection.name.as_str()),
                Cell::text(connection.vendor.label()),
                Cell::maybe(account(connection)),
                Cell::text(connection.lender().map_or_else(|| "own".to_owned(), |lender| format!("of {lender}"))),
                Cell::text(cost_period(connection).tag()),
                Cell::text(state.token_words(now)),
                Cell::text(connection.last_sync_at.map_or_else(|| "never".to_owned(), |at| at.ago(now))),
                Cell::text(&connection.base_url),
            ]
        }))
    });
    tell(&near, session.output);
    Ok(Done::Well)
}

/// What tells one account of a distributor from another.
fn account(connection: &Connection) -> Option<&String> {
    let first = needs::of(connection.vendor).settings.first()?;
    connection.settings.get(first.key)
}

/// Says on stderr which tokens end soon.
pub(super) fn tell(warnings: &[String], output: Output) {
    for words in warnings {
        output.note(words);
    }
}

async fn set(args: SetArgs, session: &Session) -> Result<Done, Problem> {
    let name = ConnectionName::new(args.name);
    let vendor = args
        .vendor
        .map(|tag| {
            tag.parse::<Vendor>().map_err(|e| {
                super::session::usage(
                    "Unknown distributor",
                    e.to_string(),
                    "give --vendor synnex, pax8, sherweb or ingram_micro",
                )
            })
        })
        .transpose()?;
    let VendorFields {
        mut settings,
        mut files,
    } = args.fields;
    settings.extend(
        args.credential
            .clone()
            .map(|lender| (CREDENTIAL.to_owned(), lender)),
    );
    let ctx = session.context().await?;
    let borrows = args
        .credential
        .is_some_and(|lender| !lender.trim().is_empty());
    let before = ctx.store.connection(&name).await?;
    let is_new = !borrows && before.is_none();
    let variables = session.env.as_map();
    let mut secrets = Vec::new();
    let kind = vendor.or(before.as_ref().map(|connection| connection.vendor));
    let declared = kind
        .map(|vendor| needs::of(vendor).secrets)
        .unwrap_or_default();
    for declared in declared {
        let (secret, file) = (declared.name, files.remove(&declared.name));
        // What must be there is asked for once; the rest only where something names it.
        let ask = is_new && declared.need == Need::Required;
        let named = file.is_some()
            || variables
                .get(&secret.variable(&name))
                .is_some_and(|v| !v.is_empty());
        if !named && !ask {
            continue;
        }
        let asking = if session.output.json {
            Asking::Never
        } else {
            Asking::Allowed
        };
        match obtain(secret, &name, file.as_deref(), variables, asking) {
            Ok(value) => secrets.push((secret, value)),
            // What is missing is explained where it is needed, with the place to find it.
            Err(InputError::Missing { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if let Some((stray, vendor)) = files.into_keys().next().zip(kind) {
        return Err(setup::no_use(vendor, &stray.flag()));
    }
    let draft = Draft {
        vendor,
        base_url: args.base_url,
        settings,
        requests_per_minute: args.requests_per_minute,
        secrets,
    };
    let connection = setup::save(&ctx, &name, draft).await?;
    ctx.journal.flush().await;
    let moved = before.is_some_and(|old| cost_period(&old) != cost_period(&connection));
    let words = json!({ "name": connection.name, "vendor": connection.vendor, "base_url": connection.base_url, "settings": connection.settings });
    session.output.result(&words, || {
        format!(
            "saved {} ({}); {}: vectis {} {}",
            connection.name,
            connection.vendor.label(),
            if moved {
                "costs are read so from the next sync on"
            } else {
                "prove it with"
            },
            if moved { "sync" } else { "connection test" },
            connection.name
        )
    });
    Ok(Done::Well)
}

async fn test_one(name: &str, patience: u64, session: &Session) -> Result<Done, Problem> {
    let patience = Duration::from_secs(patience);
    let ctx = session.context().await?.with_patience(patience);
    let cancel = CancellationToken::new();
    signals::cancel_but_finish(cancel.clone(), session.tasks.clone());
    let name = ConnectionName::new(name);
    let connected = test(&ctx, &name, &cancel).await;
    let near = warnings(&ctx).await;
    ctx.journal.flush().await;
    let connected = connected?;
    tell(&near?, session.output);
    session
        .output
        .result(&connected, || connected.message.clone());
    Ok(Done::Well)
}
