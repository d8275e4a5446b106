//! `vectis doctor`: what the program stands on, each with what is wrong and what to do.

use std::io::IsTerminal;

use clap::Args;
use serde::Serialize;

use super::Done;
use super::session::Session;
use crate::domain::problem::{Problem, ProblemKind};
use crate::engine::connections::states;
use crate::engine::context::Context;
use crate::engine::duty;
use crate::engine::setup::missing_secrets;
use crate::report::sheet::{Cell, Sheet};
use crate::report::table::table;
use crate::store::EngineKind;

#[derive(Debug, Args)]
#[command(after_help = "Example: vectis doctor --json")]
pub(crate) struct DoctorArgs {}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    what: &'static str,
    ok: bool,
    found: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    remedy: String,
}

impl Check {
    fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self {
            what,
            ok: true,
            found: found.into(),
            remedy: String::new(),
        }
    }

    fn bad(what: &'static str, problem: &Problem) -> Self {
        let found = if problem.seen.is_empty() {
            problem.title.clone()
        } else {
            format!("{}: {}", problem.title, problem.seen)
        };
        Self {
            what,
            ok: false,
            found,
            remedy: problem.remedy.clone(),
        }
    }
}

pub(super) async fn run(_: DoctorArgs, session: Session) -> Result<Done, Problem> {
    let mut checks = vec![configuration(&session), calendar(&session), terminal()];
    match session.sealer() {
        Ok(_) => checks.push(Check::good(
            "key",
            session.folders.key_file().display().to_string(),
        )),
        Err(problem) => checks.push(Check::bad("key", &problem)),
    }
    match session.context().await {
        Ok(ctx) => {
            checks.push(database(&ctx).await);
            checks.push(daemon(&ctx).await?);
            checks.extend(connections(&ctx).await?);
            checks.extend(psa(&ctx).await?);
        }
        Err(problem) => checks.push(Check::bad("database", &problem)),
    }
    session.output.result(&checks, || {
        table(&Sheet::of(
            &["", "what", "found", "what to do"],
            &checks,
            |check| {
                vec![
                    Cell::text(if check.ok { "ok" } else { "!!" }),
                    Cell::text(check.what),
                    Cell::text(&check.found),
                    Cell::text(&check.remedy),
                ]
            },
        ))
    });
    Ok(if checks.iter().all(|c| c.ok) {
        Done::Well
    } else {
        Done::Told(ProblemKind::Configuration)
    })
}

fn configuration(session: &Session) -> Check {
    let found = match &session.config.file {
        Some(path) => path.display().to_string(),
        None => format!(
            "defaults; no file at {}",
            session.folders.config_file().display()
        ),
    };
    Check::good("configuration", found)
}

fn calendar(session: &Session) -> Check {
    let how = if session.calendar.is_set() {
        "set by VECTIS_NOW"
    } else {
        "the machine's clock"
    };
    Check::good("calendar", format!("{} ({how})", session.calendar.now()))
}

fn terminal() -> Check {
    let found = if std::io::stdout().is_terminal() {
        "a terminal"
    } else {
        "no terminal: the console needs one"
    };
    Check::good("terminal", found)
}

async fn database(ctx: &Context) -> Check {
    let store = &ctx.store;
    let read = async {
        let engine = match store.engine() {
            EngineKind::Sqlite => "SQLite",
            EngineKind::Postgres => "PostgreSQL",
        };
        let version = store.engine_version().await?;
        let (size, schema) = (store.size_bytes().await?, store.schema_version().await?);
        let tenants = match store.tenants().await? {
            1 => format!("profile {} alone", store.tenant()),
            n => format!("profile {}, one of {n}", store.tenant()),
        };
        let mut found = format!(
            "{engine} {version}, {} MB, schema {schema} (current), {tenants}",
            size.div_ceil(1_000_000)
        );
        if store.tenant_is_told_each_time() {
            found += ", behind a pooler";
        }
        for backup in store.backups() {
            found += &format!(", backup {}", backup.display());
        }
        let mut check = Check::good("database", found);
        if store.sees_through_row_security().await? {
            "this role sees every profile's rows: give the program a role that is no superuser"
                .clone_into(&mut check.remedy);
        }
        Ok::<_, Problem>(check)
    };
    match read.await {
        Ok(check) => check,
        Err(problem) => Check::bad("database", &problem),
    }
}

/// Whether a daemon runs the schedule; without one nothing happens by itself, which is no fault.
async fn daemon(ctx: &Context) -> Result<Check, Problem> {
    let now = ctx.calendar.now();
    let found = match duty::running(ctx).await? {
        None => "none runs: nothing is synced or sent by itself".to_owned(),
        Some(daemon) => format!(
            "runs on {}, seen {}; next sync {}, next digest {}",
            daemon.on,
            daemon.seen_at.ago(now),
            daemon.next_sync_at,
            daemon.next_digest_at
        ),
    };
    Ok(Check::good("daemon", found))
}

/// How the PSA was read last, without a request: a Test is `vectis psa test`.
async fn psa(ctx: &Context) -> Result<Option<Check>, Problem> {
    let Some(psa) = ctx.store.psa_settings().await? else {
        return Ok(None);
    };
    let now = ctx.calendar.now();
    let read = match psa.last_sync_at {
        Some(at) => format!("read {}", at.ago(now)),
        None => "never read".to_owned(),
    };
    let label = psa.system.label();
    Ok(Some(match &psa.failed {
        None => Check::good("PSA", format!("{label}: {read}")),
        Some(problem) => Check {
            what: "PSA",
            ok: false,
            found: format!(
                "{label}: {read}; the last try failed: {}: {}",
                problem.title, problem.seen
            ),
            remedy: problem.remedy.clone(),
        },
    }))
}

/// Each connection's token, without a request: a Test is `vectis connection test`.
async fn connections(ctx: &Context) -> Result<Vec<Check>, Problem> {
    let now = ctx.calendar.now();
    let mut checks = Vec::new();
    for state in states(ctx).await? {
        let name = &state.connection.name;
        let missing = match state.connection.lender() {
            Some(_) => Vec::new(),
            None => missing_secrets(ctx, &state.connection).await?,
        };
        checks.push(match missing.first() {
            Some(secret) => Check {
                what: "connection",
                ok: false,
                found: format!("{name}: no {}", secret.label()),
                remedy: format!("vectis connection set {name} {} FILE", secret.flag()),
            },
            None => Check {
                what: "connection",
                ok: !state.token_needs_attention,
                found: format!("{name}: token {}, {}", state.token_words(now), state.run_words()),
                remedy: if state.token_needs_attention {
                    format!("paste a new refresh token: vectis connection set {name} --refresh-token-file FILE")
                } else if state.token_is_old(now) {
                    "renew it, as a sync does too: vectis connection keepalive".to_owned()
                } else {
                    String::new()
                },
            },
        });
    }
    Ok(checks)
}
