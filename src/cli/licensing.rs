//! `vectis licensing`: seats, contracts, cost, revenue and margin for each customer and SKU.

use clap::Args;

use super::Done;
use super::session::{Session, usage};
use crate::domain::problem::Problem;
use crate::domain::vendor::Vendor;
use crate::engine::judge::evaluate_now;
use crate::findings::LicensingRow;
use crate::report::licensing::overview;
use crate::report::table::table;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis licensing 'Harbour Dental'\n         vectis licensing --vendor synnex --json"
)]
pub(crate) struct LicensingArgs {
    /// A customer's id, or a part of its name
    customer: Option<String>,
    /// Only what is bought from this distributor
    #[arg(long)]
    vendor: Option<String>,
}

pub(super) async fn run(args: LicensingArgs, session: Session) -> Result<Done, Problem> {
    let vendor = args
        .vendor
        .map(|tag| {
            tag.parse::<Vendor>()
                .map_err(|e| usage("Unknown distributor", e.to_string(), "give --vendor synnex"))
        })
        .transpose()?;
    let ctx = session.context().await?;
    let rows: Vec<LicensingRow> = evaluate_now(&ctx)
        .await?
        .licensing
        .into_iter()
        .filter(|r| {
            vendor.is_none_or(|v| v == r.vendor)
                && args.customer.as_deref().is_none_or(|c| is_meant(c, r))
        })
        .collect();
    if rows.is_empty() && args.customer.is_some() {
        session
            .output
            .note("no customer of that id or name has subscriptions");
    }
    session.output.result(&rows, || table(&overview(&rows)));
    Ok(Done::Well)
}

/// By id, or by a part of the name in any case.
fn is_meant(customer: &str, row: &LicensingRow) -> bool {
    row.customer_id.to_string() == customer
        || row
            .customer
            .to_lowercase()
            .contains(&customer.to_lowercase())
}
