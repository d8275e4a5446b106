//! The long lists, read once in pages and then only where they changed: no statement reads more than a page, and a change
//! costs what changed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures_util::future::try_join_all;

use super::msg::Msg;
use crate::domain::finding::Note;
use crate::domain::ids::AccountKey;
use crate::domain::party::ReviewItem;
use crate::domain::problem::Problem;
use crate::engine::context::Context;
use crate::engine::hub;
use crate::engine::judge::unjudged;
use crate::store::findings::FindingsMark;
use crate::store::hub::HubMark;
use crate::store::review::{REVIEW_PAGE, Waiting};

/// Review items in view, in pages of so many places.
const QUEUE: u32 = 1_000;
const PLACES: u32 = 500;
/// Rows read by one statement.
pub const PAGE: u32 = 100;

/// What was read already.
#[derive(Debug, Default)]
pub struct Lists {
    findings: FindingsMark,
    notes: BTreeMap<String, Vec<Note>>,
    /// The number of the last note.
    noted: i64,
    hub: HubMark,
    /// The items of the queue and their revisions.
    queue: HashMap<AccountKey, (i64, Arc<ReviewItem>)>,
}

/// True for a page after which nothing comes.
fn is_last<T>(page: &[T]) -> bool {
    page.len() < PAGE as usize
}

impl Lists {
    /// The queue, of which only what is new in it is read.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn queue(&mut self, ctx: &Context) -> Result<Msg, Problem> {
        let store = &ctx.store;
        let mut seen = HashSet::new();
        let pages = (0..QUEUE).step_by(PLACES as usize);
        let pages = try_join_all(pages.map(|skip| store.review_keys(PLACES, skip)));
        let (pages, total) = tokio::try_join!(pages, store.review_count())?;
        // The queue may move between two pages.
        let places = pages.into_iter().flatten();
        let waiting: Vec<Waiting> = places.filter(|w| seen.insert(w.key.clone())).collect();
        let known = |w: &Waiting| self.queue.get(&w.key).is_some_and(|q| q.0 == w.revision);
        let unread: Vec<AccountKey> = waiting
            .iter()
            .filter(|w| !known(w))
            .map(|w| w.key.clone())
            .collect();
        let mut read = HashMap::with_capacity(unread.len());
        for page in unread.chunks(REVIEW_PAGE) {
            let items = store.review_items(page).await?;
            read.extend(items.into_iter().map(|i| (i.key.clone(), Arc::new(i))));
        }
        let mut queue = HashMap::with_capacity(waiting.len());
        let mut items = Vec::with_capacity(waiting.len());
        for place in waiting {
            let item = if known(&place) {
                self.queue.get(&place.key).map(|(_, item)| Arc::clone(item))
            } else {
                // None: it was decided meanwhile.
                read.remove(&place.key)
            };
            if let Some(item) = item {
                items.push(Arc::clone(&item));
                queue.insert(place.key, (place.revision, item));
            }
        }
        self.queue = queue;
        Ok(Msg::Queue { items, total })
    }

    /// The notes on findings, of which only the new ones are read.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn notes(&mut self, ctx: &Context) -> Result<Msg, Problem> {
        loop {
            let page = ctx.store.finding_notes_since(self.noted, PAGE).await?;
            let done = is_last(&page);
            for (number, fingerprint, note) in page {
                self.noted = number;
                self.notes.entry(fingerprint).or_default().push(note);
            }
            if done {
                return Ok(Msg::Notes(self.notes.clone()));
            }
        }
    }

    /// The findings that changed since they were read last.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn findings(&mut self, ctx: &Context) -> Result<Msg, Problem> {
        let (mut rows, mut mark) = (Vec::new(), self.findings.clone());
        loop {
            let (page, read_to) = ctx.store.findings_since(&mark, PAGE).await?;
            mark = read_to;
            let done = is_last(&page);
            rows.extend(page);
            if done {
                break;
            }
        }
        let unjudged = unjudged(&ctx.store).await?;
        self.findings = mark;
        Ok(Msg::Findings { rows, unjudged })
    }

    /// The customers whose lines changed since they were read last.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn customers(&mut self, ctx: &Context) -> Result<Msg, Problem> {
        let (mut lines, mut mark) = (Vec::new(), self.hub.clone());
        loop {
            let (page, read_to) = ctx.store.hub_since(&mark, PAGE).await?;
            mark = read_to;
            let done = is_last(&page);
            lines.extend(page);
            if done {
                break;
            }
        }
        if mark == HubMark::default() {
            lines = hub::first_lines(ctx).await?;
        }
        self.hub = mark;
        Ok(Msg::Customers(lines))
    }
}
