//! What is remembered of a listing while it is read: the page size that the server takes, and where it has been.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{customers, problems, subscriptions};
use crate::distributor::{Cursor, Page, Stream};
use crate::domain::problem::Problem;

/// The page size that is asked for. The server may give less; what it honours is learned from what comes.
const LARGEST_PAGE: u64 = 1_000;

/// The documented default, used if the largest is refused.
pub(super) const MODEST_PAGE: u64 = 100;

/// No listing has more pages than this.
const MOST_PAGES: u32 = 1_000;

/// One listing's paging.
#[derive(Default)]
pub(super) struct Paging {
    /// The page size to ask for where the largest was refused; 0 if it was not.
    asked: AtomicU64,
    /// True once a stored place was refused and the listing begun again.
    begun_again: AtomicBool,
    /// The places that were read, to notice circles.
    read: Mutex<HashSet<String>>,
}

impl Paging {
    /// How many rows to ask for.
    pub fn size(&self) -> u64 {
        match self.asked.load(Ordering::Relaxed) {
            0 => LARGEST_PAGE,
            learned => learned,
        }
    }

    /// The largest page was refused.
    pub fn ask_modestly(&self) {
        self.asked.store(MODEST_PAGE, Ordering::Relaxed);
    }

    /// True the first time: a stored place is given up once.
    pub fn may_begin_again(&self) -> bool {
        !self.begun_again.swap(true, Ordering::Relaxed)
    }

    /// Refuses a next page that was read before, and the thousandth. Reading one page again is no circle.
    pub fn check_circles(
        &self,
        stream: Stream,
        cursor: Option<&Cursor>,
        page: &Page,
    ) -> Result<(), Problem> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let here = cursor
            .map(|cursor| place(stream, cursor).0)
            .unwrap_or_default();
        if here.is_empty() || read.contains(&here) {
            read.clear();
        }
        read.insert(here);
        let Some((next, pages)) = page.next.as_ref().map(|next| place(stream, next)) else {
            return Ok(());
        };
        if read.contains(&next) {
            return Err(problems::endless(
                stream,
                "the next page is one that was read before",
            ));
        }
        if pages >= MOST_PAGES {
            return Err(problems::endless(
                stream,
                &format!("{pages} pages and no end"),
            ));
        }
        Ok(())
    }
}

/// A place as one text, and how many pages lie before it.
fn place(stream: Stream, cursor: &Cursor) -> (String, u32) {
    let found = match stream {
        Stream::Customers => customers::Place::of(cursor).map(|place| (place.token, place.pages)),
        Stream::Subscriptions => {
            subscriptions::Place::of(cursor).map(|place| (place.offset.to_string(), place.pages))
        }
    };
    found.unwrap_or_default()
}
