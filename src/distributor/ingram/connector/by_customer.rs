//! The way around a list of subscriptions over which the server breaks, as the vendor's notes admit of some accounts:
//! customer by customer.

use std::ops::Bound;
use std::sync::atomic::Ordering;

use super::super::endpoints::SUBSCRIPTIONS;
use super::super::paging::{self, Ended, Place};
use super::super::problems::Failed;
use super::Ingram;
use crate::distributor::{Page, Reach};
use crate::domain::ids::VendorCustomerId;
use crate::http::pacing::Class;

impl Ingram {
    /// The next customer's subscriptions, where the list of all of them cannot be had.
    pub(super) async fn by_customer(&self, mut place: Place) -> Result<Page, Failed> {
        let customers = match self.memory.customers() {
            Some(customers) => customers,
            None => {
                let mut cursor = None;
                loop {
                    let page = self.customers(cursor.as_ref(), Class::Bulk).await?;
                    match page.next {
                        Some(next) => cursor = Some(next),
                        None => break self.memory.customers().unwrap_or_default(),
                    }
                }
            }
        };
        let last = VendorCustomerId::new(place.customer.clone().unwrap_or_default());
        let mut left = customers.range((Bound::Excluded(last), Bound::Unbounded));
        let mut page = Page {
            // Subscriptions of customers that the list lacks exist, and nobody asks for them here.
            reach: Reach::Part,
            ..Page::default()
        };
        let Some(customer) = left.next() else {
            return Ok(page);
        };
        match self.of_customer(customer, place.limit, &mut page).await {
            Ok(()) => self.failed_in_a_row.store(0, Ordering::Relaxed),
            Err(failed) => page.unread.push(self.missed(customer, failed)?),
        }
        let left = left.count() as u64;
        place.customer = Some(customer.as_str().to_owned());
        page.requests_left = Some(left * 2);
        page.next = place.cursor().filter(|_| left > 0);
        Ok(page)
    }

    async fn of_customer(
        &self,
        customer: &VendorCustomerId,
        limit: u64,
        page: &mut Page,
    ) -> Result<(), Failed> {
        let mut place = Place {
            limit,
            ..Place::default()
        };
        loop {
            let mut query = place.query();
            query.push(("customerId", customer.as_str().to_owned()));
            let json = self.granted.get(SUBSCRIPTIONS, &query, Class::Bulk).await?;
            let rows = paging::rows(&json, &self.surprises).map_err(Failed::Shape)?;
            page.received += rows.rows.len() as u64;
            self.take(rows.rows, page).await?;
            let (next, ended) = place.after(&rows);
            if ended == Ended::Yes {
                return Ok(());
            }
            place = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{MARKET, config, connect, read_all, subscriptions};
    use super::*;
    use crate::distributor::{Distributor, Stream};
    use crate::http::testing::Reply;

    #[tokio::test]
    async fn a_server_that_breaks_over_the_list_is_read_by_customer() {
        let server = MARKET
            .serve(|asked| {
                let whole =
                    asked.path().ends_with("/subscriptions") && asked.field("customerId").is_none();
                whole.then(|| Reply::Json(501, json!({"status": 501, "message": "Oops"})))
            })
            .await;
        let ingram = connect(config(&server));
        let pages = read_all(&ingram).await.unwrap();
        assert_eq!((subscriptions(&pages).len(), pages.len()), (143, 10));
        assert!(
            pages[0].notes[0].contains("read by customer"),
            "{:?}",
            pages[0].notes
        );
        assert_eq!(
            pages[9].reach,
            Reach::Part,
            "customers that the list lacks were not asked for"
        );
        // A later process goes on after the fourth customer, and lists the customers for it.
        let rest = connect(config(&server));
        let page = rest
            .page(Stream::Subscriptions, pages[8].next.as_ref())
            .await
            .unwrap();
        assert_eq!(page.next, None);
        assert!(
            page.subscriptions
                .iter()
                .all(|row| row.vendor_customer_id.as_str() == "9")
        );
    }
}
