//! Tells the others which review item the person looks at, for as long as that is so.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use crate::domain::ids::AccountKey;

/// Whoever only passes by an item does not look at it.
const PASSING: Duration = Duration::from_millis(400);
/// A claim is renewed this often; it lasts three times as long.
const RENEW: Duration = Duration::from_secs(40);

/// Keeps the claim where the person looks, and gives it up at the end.
pub(super) async fn keep(
    ctx: Context,
    mut looking: watch::Receiver<Option<AccountKey>>,
    stop: CancellationToken,
) {
    let mut claimed = None;
    loop {
        let renew = async {
            match claimed {
                Some(_) => tokio::time::sleep(RENEW).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = renew => {}
            changed = looking.changed() => if changed.is_err() || passes(&stop).await {
                break;
            },
        }
        claimed = looking.borrow_and_update().clone();
        claim(&ctx, claimed.as_ref()).await;
    }
    if claimed.is_some() {
        claim(&ctx, None).await;
    }
}

/// Waits until the person stays at an item; true if the end comes first.
async fn passes(stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => true,
        () = tokio::time::sleep(PASSING) => false,
    }
}

/// A claim that cannot be written only means that the others do not see it.
async fn claim(ctx: &Context, key: Option<&AccountKey>) {
    if let Err(error) = ctx.store.claim(key, &ctx.settings.actor).await {
        tracing::debug!(%error, "the claim on a review item was not written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_does_not_wait_for_an_item_that_is_passed_by() {
        let stop = CancellationToken::new();
        stop.cancel();
        let ended = tokio::time::timeout(PASSING / 4, passes(&stop)).await;
        assert_eq!(ended, Ok(true));
    }
}
