//! How an acceptance run read its listings.

use serde::Serialize;

/// How a listing was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ListingRead {
    /// `customers`, `subscriptions`.
    pub stream: String,
    /// Pages that came.
    pub pages: u64,
    /// Rows asked for on a page.
    pub asked: u64,
    /// Rows of the largest page.
    pub largest_page: u64,
    /// Rows of the last reading, repeats among them.
    pub received: u64,
    /// Different rows, over all readings.
    pub distinct: u64,
    /// What the server says the listing holds; none where it does not say.
    pub total: Option<u64>,
    /// How often the listing was begun again because rows were missing.
    pub rereads: u64,
    /// Whether all of it arrived.
    pub completeness: Completeness,
    /// In which order the rows came.
    pub order: RowOrder,
}

impl ListingRead {
    /// True where a page was cut short although more rows followed: the server's own limit.
    pub fn is_capped(&self) -> bool {
        self.largest_page < self.asked && self.received > self.largest_page
    }
}

/// Whether all of a listing arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// Its end was not reached.
    #[default]
    Unfinished,
    /// To its end, and as many as the server counts.
    Counted,
    /// To its end; the server gives no count to compare with.
    Uncounted,
    /// To its end, but rows are missing.
    Short,
}

/// The order of a listing's rows by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOrder {
    /// Fewer than two rows.
    #[default]
    Unknown,
    /// Each id higher than the one before.
    Ascending,
    /// Each id lower.
    Descending,
    /// Neither.
    None,
}
