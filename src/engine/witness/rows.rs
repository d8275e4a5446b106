//! How listings were read, and the rows that could not be taken.

use std::collections::{BTreeMap, HashSet};

use super::reasons::{Reasons, digest};
use crate::distributor::{Page, Stream};
use crate::domain::acceptance::{Completeness, ListingRead, QuarantineReason, Remark, RowOrder};
use crate::domain::text::clean;
use crate::http::redact;

/// Remarks that are kept.
const MOST_KINDS: usize = 60;

/// Counts pages and rows.
#[derive(Default)]
pub(super) struct RowsSeen {
    listings: BTreeMap<Stream, ListingSeen>,
    remarks: BTreeMap<(Stream, String), u64>,
    reasons: Reasons,
}

#[derive(Default)]
struct ListingSeen {
    read: ListingRead,
    /// Digests of the ids.
    ids: HashSet<u64>,
    nameless: u64,
    last_id: String,
    ended: bool,
}

impl RowsSeen {
    /// Counts a page.
    pub(super) fn page(&mut self, stream: Stream, page: &Page) {
        self.listings.entry(stream).or_default().page(page);
        for note in &page.notes {
            let key = (stream, redact::impersonal_text(&clean(note, 200)));
            if self.remarks.len() < MOST_KINDS || self.remarks.contains_key(&key) {
                *self.remarks.entry(key).or_default() += 1;
            }
        }
        for row in &page.quarantined {
            self.reasons.count(stream.tag(), row);
        }
    }

    /// A listing is begun again.
    pub(super) fn again(&mut self, stream: Stream) {
        let seen = self.listings.entry(stream).or_default();
        seen.read.rereads += 1;
        seen.read.received = 0;
        seen.nameless = 0;
        seen.last_id.clear();
        seen.ended = false;
    }

    /// How each listing was read.
    pub(super) fn listings(&self) -> Vec<ListingRead> {
        let summed = self.listings.iter().map(|(stream, seen)| {
            let mut read = seen.read.clone();
            read.stream = stream.tag().to_owned();
            read.distinct = seen.ids.len() as u64 + seen.nameless;
            read.completeness = match read.total {
                _ if !seen.ended => Completeness::Unfinished,
                Some(total) if read.distinct < total => Completeness::Short,
                Some(_) => Completeness::Counted,
                None => Completeness::Uncounted,
            };
            read
        });
        summed.collect()
    }

    /// What was odd, in words.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        let remarks = self.remarks.iter().map(|((stream, note), pages)| Remark {
            stream: stream.tag().to_owned(),
            note: note.clone(),
            pages: *pages,
        });
        remarks.collect()
    }

    /// Rows that could not be taken, the most frequent reason first.
    pub(super) fn quarantine(&self) -> Vec<QuarantineReason> {
        self.reasons.list()
    }
}

impl ListingSeen {
    fn page(&mut self, page: &Page) {
        let read = &mut self.read;
        read.pages += 1;
        read.asked = read.asked.max(page.asked);
        read.largest_page = read.largest_page.max(page.received);
        read.received += page.received;
        read.total = page.total.or(read.total);
        self.ended = page.next.is_none();
        let customers = page.customers.iter().map(|c| c.id.as_str());
        let subscriptions = page.subscriptions.iter().map(|s| s.id.as_str());
        let unchanged = page.unchanged.iter().map(|id| id.as_str());
        for id in customers.chain(subscriptions).chain(unchanged) {
            self.ids.insert(digest(&id));
            read.order = next_order(read.order, &self.last_id, id);
            id.clone_into(&mut self.last_id);
        }
        for row in &page.quarantined {
            match row.source_id.as_str() {
                "" => self.nameless += 1,
                // A resource name ends in the id that its row would have had.
                id => {
                    self.ids
                        .insert(digest(&id.rsplit('/').next().unwrap_or(id)));
                }
            }
        }
    }
}

/// The order so far, after one more id. Digits compare as numbers: the longer one is the higher one.
fn next_order(order: RowOrder, last: &str, id: &str) -> RowOrder {
    let step = match (last.len(), last).cmp(&(id.len(), id)) {
        _ if last.is_empty() => return order,
        std::cmp::Ordering::Equal => return order,
        std::cmp::Ordering::Less => RowOrder::Ascending,
        std::cmp::Ordering::Greater => RowOrder::Descending,
    };
    match order {
        RowOrder::Unknown => step,
        same if same == step => same,
        _ => RowOrder::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distributor::Cursor;
    use crate::domain::ids::VendorCustomerId;
    use crate::domain::party::{Profile, VendorCustomer};
    use crate::domain::subscription::Quarantined;

    fn page(ids: &[&str], total: Option<u64>, more: bool) -> Page {
        Page {
            customers: (ids.iter())
                .map(|id| VendorCustomer {
                    id: VendorCustomerId::from(*id),
                    profile: Profile::default(),
                    psa_id_hint: None,
                })
                .collect(),
            received: ids.len() as u64,
            asked: 1_000,
            total,
            next: more.then(|| Cursor("x".to_owned())),
            ..Page::default()
        }
    }

    fn read(pages: &[Page]) -> ListingRead {
        let mut rows = RowsSeen::default();
        for page in pages {
            rows.page(Stream::Customers, page);
        }
        rows.listings().remove(0)
    }

    #[test]
    fn a_listing_is_complete_only_if_every_row_is_accounted_for() {
        let whole = read(&[
            page(&["8", "9"], Some(3), true),
            page(&["10"], Some(3), false),
        ]);
        assert_eq!(whole.completeness, Completeness::Counted);
        assert_eq!((whole.pages, whole.largest_page, whole.distinct), (2, 2, 3));
        assert_eq!(whole.order, RowOrder::Ascending);
        assert!(whole.is_capped());
        let twice = read(&[
            page(&["8", "9"], Some(3), true),
            page(&["9"], Some(3), false),
        ]);
        assert_eq!(twice.completeness, Completeness::Short);
        let cut = read(&[page(&["8"], Some(3), true)]);
        assert_eq!(cut.completeness, Completeness::Unfinished);
        let silent = read(&[page(&["9", "8", "11"], None, false)]);
        assert_eq!(silent.completeness, Completeness::Uncounted);
        assert_eq!(silent.order, RowOrder::None);
        assert!(!silent.is_capped());
    }

    #[test]
    fn rows_are_put_aside_by_reason_once_each_and_without_people() {
        let row = |id: &str, reason: &str| Quarantined {
            stream: "customers".to_owned(),
            source_id: id.to_owned(),
            reason: reason.to_owned(),
            payload: r#"{"customerEmail":"ana@example.com","customerPhone":"+15550100","n":1}"#
                .to_owned(),
        };
        let mut rows = RowsSeen::default();
        let broken = Page {
            quarantined: vec![
                row("accounts/1/customers/7", "seats 'many' is no whole number"),
                row("8", "seats 'few' is no whole number"),
                row("9", "seats -4 is negative"),
                row("", "name is missing"),
            ],
            received: 4,
            ..Page::default()
        };
        rows.page(Stream::Customers, &broken);
        rows.again(Stream::Customers);
        rows.page(Stream::Customers, &broken);
        let seen: Vec<_> = (rows.quarantine().into_iter())
            .map(|r| (r.reason, r.count))
            .collect();
        assert_eq!(
            seen,
            [
                ("seats '…' is no whole number".to_owned(), 2),
                ("name is missing".to_owned(), 1),
                ("seats … is negative".to_owned(), 1)
            ]
        );
        let text = format!("{:?}", rows.quarantine());
        assert!(
            !text.contains("example.com") && !text.contains("5550100"),
            "{text}"
        );
        let listing = rows.listings().remove(0);
        assert_eq!(
            (listing.distinct, listing.rereads, listing.received),
            (4, 1, 4)
        );
    }
}
