//! `vectis match`: match again what no person has decided.

use clap::Args;

use super::Done;
use super::session::Session;
use crate::domain::problem::Problem;
use crate::engine::judge::judge;
use crate::engine::linking::{Keep, link};

#[derive(Debug, Args)]
#[command(after_help = "Example: vectis match --dry-run")]
pub(crate) struct MatchArgs {
    /// Only count, change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(args: MatchArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    let keep = if args.dry_run {
        Keep::DryRun
    } else {
        Keep::Write
    };
    let counts = link(&ctx, keep).await?;
    if keep == Keep::Write {
        judge(&ctx).await?;
    }
    ctx.journal.flush().await;
    session.output.result(&counts, || {
        format!(
            "{}: {} linked, {} to review, {} without a counterpart",
            if args.dry_run { "would be" } else { "matched" },
            counts.auto,
            counts.review,
            counts.none
        )
    });
    Ok(Done::Well)
}
