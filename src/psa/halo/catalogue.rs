//! The items that lines name and do not tell themselves: asked for one by one, or the whole catalogue, whichever takes
//! fewer requests.

use std::collections::BTreeSet;

use super::endpoints;
use super::items::{self, Items};
use super::join::put_aside;
use super::listing::{Far, Listing, PAGE, count, list};
use super::problems::Failed;
use super::telling::Teller;
use crate::domain::problem::Problem;
use crate::http::grant::{GrantError, Granted};
use crate::http::pacing::Class;
use crate::psa::Reading;

/// So few items are asked for without looking how large the catalogue is.
const FEW: usize = 3;

/// The items of these numbers, as far as they can be read. Without them seats and prices are known all the same.
pub(super) async fn read(
    api: &Granted,
    wanted: &BTreeSet<i64>,
    told: &Teller<'_>,
    reading: &mut Reading,
) -> Result<Items, Problem> {
    let found = match takes_fewer_alone(api, wanted).await {
        Ok(true) => alone(api, wanted, told, reading).await,
        Ok(false) => whole(api, wanted, told, reading).await,
        Err(failed) => Err(failed),
    };
    match found {
        Err(Failed::Grant(GrantError::Api(e))) if matches!(e.status(), Some(400 | 403 | 404)) => {
            reading.notes.push(
                "the items may not be read, so some lines have no part number: give the application's agent the right to see items"
                    .to_owned(),
            );
            Ok(Items::new())
        }
        found => found.map_err(|failed| super::problems::reading(&failed, items::LISTING)),
    }
}

async fn takes_fewer_alone(api: &Granted, wanted: &BTreeSet<i64>) -> Result<bool, Failed> {
    if wanted.len() <= FEW {
        return Ok(true);
    }
    let all = count(api, endpoints::ITEMS, &items::query(), Class::Bulk).await?;
    Ok(all.div_ceil(PAGE as u64) > wanted.len() as u64)
}

async fn alone(
    api: &Granted,
    wanted: &BTreeSet<i64>,
    told: &Teller<'_>,
    reading: &mut Reading,
) -> Result<Items, Failed> {
    let mut found = Items::new();
    for (at, id) in wanted.iter().enumerate() {
        match api.get(&endpoints::item(*id), &[], Class::Bulk).await {
            Ok(json) => match items::item(&json) {
                Ok((id, item)) => {
                    found.insert(id, item);
                }
                Err(row) => put_aside(reading, row),
            },
            // A line may name an item that was deleted.
            Err(GrantError::Api(e)) if e.status() == Some(404) => {}
            Err(error) => return Err(Failed::Grant(error)),
        }
        let far = Far {
            rows: found.len() as u64,
            pages_left: (wanted.len() - at - 1) as u64,
        };
        told.far(items::LISTING, far, 0);
    }
    Ok(found)
}

async fn whole(
    api: &Granted,
    wanted: &BTreeSet<i64>,
    told: &Teller<'_>,
    reading: &mut Reading,
) -> Result<Items, Failed> {
    let own = items::query();
    let listing = Listing {
        path: endpoints::ITEMS,
        query: &own,
    };
    let mut found = Items::new();
    list(api, &listing, |page, far| {
        for value in page {
            match items::item(value) {
                Ok((id, item)) if wanted.contains(&id) => {
                    found.insert(id, item);
                }
                Ok(_) => {}
                Err(row) => put_aside(reading, row),
            }
        }
        told.far(items::LISTING, far, 0);
    })
    .await?;
    Ok(found)
}
