//! `vectis database`: moves a profile's data from one database to another.

use std::io::{IsTerminal, Write};

use clap::{Args, Subcommand};
use serde_json::json;

use super::Done;
use super::session::Session;
use crate::domain::money::grouped;
use crate::domain::problem::Problem;
use crate::report::sheet::{Cell, Sheet};
use crate::report::table::table;
use crate::store::Store;

#[derive(Debug, Args)]
pub(crate) struct DatabaseArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Copy this profile into an empty database and prove that it arrived: from SQLite to PostgreSQL, or back
    #[command(
        after_help = "Example: vectis database copy --to postgres://vectis@db.example.com/vectis"
    )]
    Copy {
        /// Where to: postgres://user@host/name or sqlite:///path/file.db
        #[arg(long, value_name = "URL")]
        to: String,
    },
}

pub(super) async fn run(args: DatabaseArgs, session: Session) -> Result<Done, Problem> {
    let Verb::Copy { to } = args.verb;
    let source = session.store().await?;
    let target = Store::open(&to, source.tenant().clone()).await?;
    let live = std::io::stderr().is_terminal() && !session.output.quiet;
    let told = move |name: &str, rows: u64| {
        if live {
            let mut err = std::io::stderr().lock();
            let _ = write!(err, "\r{name:<30} {rows:>12}").and_then(|()| err.flush());
        }
    };
    let copied = source.copy_to(&target, &told).await;
    if live {
        session.output.note("");
    }
    let copied = copied?;
    let rows: u64 = copied.iter().map(|t| t.rows).sum();
    let document = json!({ "ok": true, "rows": rows, "tables": copied });
    session.output.result(&document, || {
        let shown = copied.iter().filter(|t| t.rows > 0);
        let sheet = Sheet::of(&["table", "rows", "checksum"], shown, |t| {
            vec![
                Cell::text(&t.table),
                Cell::number(Some(t.rows)),
                Cell::text(&t.checksum),
            ]
        });
        format!(
            "{}\ncopied {} rows: every count and every value is the same on both sides.\n\
             From now on use the copy alone (--database or database.url), with the same key file: a refresh token works \
             once, and both databases hold it.\n",
            table(&sheet),
            grouped(i128::from(rows))
        )
    });
    target.close().await;
    source.close().await;
    Ok(Done::Well)
}
