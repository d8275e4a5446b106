//! Test: proves a connection's credential and says what it can see.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::connect::connector;
use super::connections::unknown_connection;
use super::context::Context;
use crate::domain::ids::ConnectionName;
use crate::domain::log::Level;
use crate::domain::problem::Problem;
use crate::domain::vendor::Vendor;

/// A person looks at the screen and waits: 429s are not sat out for longer than this.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What a successful Test says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    /// Always true; a failure is a [`Problem`].
    pub ok: bool,
    /// The distributor's tag.
    pub vendor: Vendor,
    /// Its name for people.
    pub label: String,
    /// Customers that the credential can see.
    pub customers_visible: u64,
    /// `Connected to TD SYNNEX — N customers visible`.
    pub message: String,
}

/// Tests a connection; a person waits, so its requests go ahead of bulk work.
pub async fn test(
    ctx: &Context,
    name: &ConnectionName,
    cancel: &CancellationToken,
) -> Result<Connected, Problem> {
    let Some(connection) = ctx.store.connection(name).await? else {
        return Err(unknown_connection(name, &ctx.store.connections().await?));
    };
    let vendor = connection.vendor;
    let connector = connector(ctx, &connection, cancel.clone()).await?;
    let seen = connector.distributor.test().await;
    match &seen {
        Ok(_) => {}
        Err(problem) => ctx.journal.log(
            Level::Error,
            Some(name),
            format!("test failed: {}: {}", problem.title, problem.seen),
        ),
    }
    let seen = seen?;
    let least = if seen.exact { "" } else { "at least " };
    let message = format!(
        "Connected to {} — {least}{} customers visible",
        vendor.label(),
        seen.customers
    );
    ctx.journal.log(Level::Info, Some(name), &message);
    Ok(Connected {
        ok: true,
        vendor,
        label: vendor.label().to_owned(),
        customers_visible: seen.customers,
        message,
    })
}
