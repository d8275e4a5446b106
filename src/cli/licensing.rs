//! `vectis licensing`: seats, contracts, cost, revenue and margin for each customer and SKU.

use clap::Args;

use super::Done;
use super::preset::Preset;
use super::session::{Session, usage};
use crate::domain::problem::Problem;
use crate::domain::vendor::Vendor;
use crate::engine::context::Context;
use crate::engine::judge::{evaluate_now, licensing_of};
use crate::findings::{LicensingRow, Outcome};
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
    /// A ready choice
    #[arg(long, value_enum)]
    preset: Option<Preset>,
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
    let mut rows = match args.customer.as_deref() {
        Some(customer) => of_customers(&ctx, customer, args.preset).await?,
        None => chosen(evaluate_now(&ctx).await?, args.preset),
    };
    rows.retain(|r| vendor.is_none_or(|v| v == r.vendor));
    if rows.is_empty() && args.customer.is_some() {
        session
            .output
            .note("no customer of that id or name has subscriptions");
    }
    session.output.result(&rows, || table(&overview(&rows)));
    Ok(Done::Well)
}

/// By id, or by a part of the name in any case. Many are quicker found among all.
async fn of_customers(
    ctx: &Context,
    customer: &str,
    preset: Option<Preset>,
) -> Result<Vec<LicensingRow>, Problem> {
    let wanted = customer.to_lowercase();
    let mut meant = ctx.store.customers().await?;
    meant.retain(|c| {
        c.id.to_string() == customer || c.profile.name.to_lowercase().contains(&wanted)
    });
    if let ([one], None) = (meant.as_slice(), preset) {
        return licensing_of(ctx, one.id).await;
    }
    let mut rows = chosen(evaluate_now(ctx).await?, preset);
    rows.retain(|r| meant.iter().any(|c| c.id == r.customer_id));
    Ok(rows)
}

/// The rows of a preset, or all.
pub(super) fn chosen(outcome: Outcome, preset: Option<Preset>) -> Vec<LicensingRow> {
    match preset {
        Some(Preset::Leakage) => outcome.leakage(),
        None => outcome.licensing,
    }
}
