//! How fast the store is on SQLite and on PostgreSQL, at the size of the blueprint.
//!
//! `cargo bench --bench store` runs all parts; `-- intake`, `-- queries` or `-- tenants` one of them. Ends with an error if a goal is
//! missed. Needs the programs `sqlite3`, `psql` and a PostgreSQL server.

use std::io::{Seek, Write};
use std::path::Path;
use std::process::{Command, ExitCode};

use vectis::domain::ids::TenantId;
use vectis::store::{EngineKind, Store};

mod fill;
mod intake;
#[path = "../../tests/it/support/postgres.rs"]
#[allow(dead_code, reason = "the tests stop and start their servers too")]
mod postgres;
mod queries;

/// What the tenants' names begin with; their numbers follow.
const TENANTS: &str = "bench-";

/// A tenant's name.
fn tenant(number: i64) -> TenantId {
    TenantId::from(format!("{TENANTS}{number}"))
}

/// A new database in words of both the store and the engine's own shell.
struct Database {
    engine: EngineKind,
    url: String,
}

impl Database {
    /// An empty one; a file goes into the folder.
    fn fresh(engine: EngineKind, folder: &Path, name: &str) -> Self {
        let url = match engine {
            EngineKind::Sqlite => format!("sqlite://{}", folder.join(name).display()),
            EngineKind::Postgres => postgres::fresh_database(),
        };
        Self { engine, url }
    }

    /// For the first tenant, who is the only one but where it is said.
    async fn open(&self) -> Store {
        self.open_for(0).await
    }

    async fn open_for(&self, number: i64) -> Store {
        let opened = Store::open(&self.url, tenant(number)).await;
        opened.expect("it opens")
    }

    /// Runs commands one after the other in the engine's own shell, in one process.
    fn shell(&self, commands: &[&str]) {
        let mut shell = match self.engine {
            EngineKind::Sqlite => {
                let mut shell = Command::new("sqlite3");
                shell.args(["-bail", "-csv", self.url.trim_start_matches("sqlite://")]);
                shell
            }
            EngineKind::Postgres => {
                let mut shell = Command::new("psql");
                shell.args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", &self.url]);
                shell.env("PGOPTIONS", format!("-c vectis.tenant={TENANTS}0"));
                shell
            }
        };
        // What the shells do themselves has a line to itself; everything else goes to the engine and ends in a semicolon.
        let line = |command: &&str| match command.starts_with(['.', '\\']) {
            true => format!("{command}\n"),
            false => format!("{command};\n"),
        };
        let script: String = commands.iter().map(line).collect();
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(script.as_bytes()).expect("it is written");
        file.rewind().expect("it is read from its start");
        let out = shell.stdin(file).output();
        let out = out.expect("sqlite3 and psql are installed");
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{:?}: {said}", self.engine);
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let parts: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|p| p == part);
    let folder = tempfile::tempdir().expect("a folder");
    let mut missed = Vec::new();
    for engine in [EngineKind::Sqlite, EngineKind::Postgres] {
        if wanted("intake") {
            missed.extend(intake::measure(engine, folder.path()).await);
        }
        if wanted("queries") {
            missed.extend(queries::measure(engine, folder.path(), fill::LARGE).await);
        }
        if wanted("tenants") {
            missed.extend(queries::measure(engine, folder.path(), fill::MANY).await);
        }
    }
    println!("load {}", load());
    for goal in &missed {
        println!("missed: {goal}");
    }
    ExitCode::from(u8::from(!missed.is_empty()))
}

/// How busy the machine is, where the system tells.
fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").map_or_else(
        |_| "unknown".to_owned(),
        |text| text.split(' ').take(3).collect::<Vec<_>>().join(" "),
    )
}
