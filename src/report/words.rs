//! Sentences that several reports share.

use serde::{Deserialize, Serialize};

use crate::domain::finding::{FindingKind, FindingRow, Unjudged, unjudged_words};
use crate::domain::hub::stale_words;
use crate::domain::ids::CustomerId;
use crate::domain::money::{Currency, Money, Totals};
pub use crate::domain::time::CalendarSource;
use crate::domain::time::Ts;
use crate::findings::LicensingRow;

use super::document::{Block, Document};
use super::findings::{Notes, note_of};
use super::sheet::Cell;

/// A listing that a report rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What people call it: `TD SYNNEX (main)`, `ConnectWise PSA`.
    pub name: String,
    /// When it was last read to its end.
    pub read_at: Option<Ts>,
    /// True if it is partial, or older than its schedule allows.
    pub stale: bool,
}

/// Licensing rows that are stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaleRows {
    /// How many.
    pub rows: usize,
    /// When the oldest of them was read; none if it never was.
    pub since: Option<Ts>,
}

impl StaleRows {
    /// Those among some.
    pub(super) fn among(licensing: &[LicensingRow]) -> Self {
        let stale = licensing.iter().filter(|row| row.stale);
        Self {
            rows: stale.clone().count(),
            since: stale.map(|row| row.stale_since).min().flatten(),
        }
    }

    /// `3 rows are stale since 2026-11-17: …`; none where there are none.
    fn words(self) -> Option<String> {
        let stale = stale_words(self.since);
        let beginning = match self.rows {
            0 => return None,
            1 => format!("1 row is {stale}"),
            n => format!("{n} rows are {stale}"),
        };
        Some(format!(
            "{beginning}: not read since, kept as it was and not judged"
        ))
    }
}

/// A finding in a report's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Which finding.
    pub fingerprint: String,
    /// Its kind.
    pub kind: FindingKind,
    /// Whose.
    pub customer: String,
    /// Their id; none for an account without a decision.
    pub customer_id: Option<CustomerId>,
    /// Of what.
    pub product_name: String,
    /// How much a month.
    pub monthly_amount: Money,
    /// Of the amount.
    pub currency: Currency,
    /// The line of its evidence that holds the arithmetic.
    pub because: String,
    /// What people wrote about it, oldest first, ` | ` between the notes; empty where nobody did.
    #[serde(default)]
    pub note: String,
}

impl Item {
    /// A finding with what people wrote about it.
    pub(super) fn new(row: &FindingRow, notes: &Notes) -> Self {
        let finding = &row.finding;
        Self {
            fingerprint: finding.fingerprint.clone(),
            kind: finding.kind,
            customer: finding.customer.clone(),
            customer_id: finding.customer_id,
            product_name: finding.product_name.clone(),
            monthly_amount: finding.monthly_amount,
            currency: finding.currency.clone(),
            because: because(&finding.evidence),
            note: note_of(notes, &finding.fingerprint),
        }
    }
}

/// The first line with arithmetic in it, else the first.
fn because(evidence: &[String]) -> String {
    let counts = |line: &&String| line.contains(" = ") || line.contains(" → ");
    let line = evidence.iter().find(counts).or_else(|| evidence.first());
    line.cloned().unwrap_or_default()
}

/// The columns of a table that ends in notes: the last is left out where nobody wrote one.
pub(super) fn noted_columns<'a>(
    columns: &'a [&'static str],
    mut notes: impl Iterator<Item = &'a str>,
) -> &'a [&'static str] {
    match (columns, notes.any(|note| !note.is_empty())) {
        ([others @ .., _], false) => others,
        _ => columns,
    }
}

/// An amount in a table: `USD 26.67`.
pub(super) fn amount(money: Money, currency: &Currency) -> Cell {
    Cell::Number(format!("{currency} {}", money.shown()))
}

/// `14 rows could not be judged: 9 unmapped customer, 5 without cost.`, or that all could.
pub fn unjudged(counts: &Unjudged) -> String {
    let words = unjudged_words(counts);
    words.map_or_else(|| "Every row could be judged.".to_owned(), |w| w + ".")
}

/// A signed total for people: `USD +26.67`, `USD -40.00 + EUR +3.00`, or `no change`.
pub fn change(totals: &Totals) -> String {
    let parts: Vec<String> = totals
        .iter()
        .filter(|(_, m)| *m != Money::ZERO)
        .map(|(currency, money)| {
            let sign = if money.is_negative() { "" } else { "+" };
            format!("{currency} {sign}{}", money.shown())
        })
        .collect();
    match parts.is_empty() {
        true => "no change".to_owned(),
        false => parts.join(" and "),
    }
}

/// How old the data is, and whether the calendar is the machine's own.
pub(super) fn foundations(
    document: &mut Document,
    sources: &[Source],
    stale: StaleRows,
    at: Ts,
    calendar: CalendarSource,
) {
    let line = |source: &Source| {
        let name = &source.name;
        match source.read_at {
            None => format!("{name}: never read to its end"),
            Some(read) => {
                let stale = match source.stale {
                    true => ", too old or incomplete: its rows are not judged",
                    false => "",
                };
                format!("{name}: read {read}, {}{stale}", read.ago(at))
            }
        }
    };
    document.heading("How old the data is");
    match sources.is_empty() {
        true => document.paragraph("Nothing has been read yet."),
        false => {
            let lines = sources.iter().map(line).chain(stale.words());
            document.push(Block::List(lines.collect()))
        }
    };
    document.paragraph(
        "All amounts are for a whole month at today's seats: the price of a longer cycle is divided by its months, and a \
         change in the middle of a cycle is not prorated.",
    );
    if calendar == CalendarSource::Set {
        document.push(Block::Notice(format!(
            "The calendar of this report was set to {at}; it is not the machine's own time."
        )));
    }
}

#[cfg(test)]
mod tests {
    use super::super::plain::plain;
    use super::*;
    use crate::domain::finding::UnjudgedReason;
    use crate::findings::example::msp;
    use crate::findings::sample::now;

    #[test]
    fn counts_and_changes_read_like_speech() {
        let mut counts = Unjudged::new();
        assert_eq!(unjudged(&counts), "Every row could be judged.");
        counts.insert(UnjudgedReason::UnmappedCustomer, 9);
        counts.insert(UnjudgedReason::UnknownCost, 5);
        assert_eq!(
            unjudged(&counts),
            "14 rows could not be judged: 9 unmapped customer, 5 without cost."
        );
        let mut totals = Totals::default();
        assert_eq!(change(&totals), "no change");
        totals.add(&Currency::parse("USD").unwrap(), Money::from_cents(-1_833));
        assert_eq!(change(&totals), "USD -18.33");
    }

    #[test]
    fn a_stale_row_is_told_beside_the_age_of_the_listings() {
        let mut rows = msp().evaluate().licensing;
        let told = |rows: &[LicensingRow]| {
            let mut document = Document::new("x");
            let source = Source {
                name: "Sherweb (main)".to_owned(),
                read_at: Some(now()),
                stale: false,
            };
            let stale = StaleRows::among(rows);
            foundations(
                &mut document,
                &[source],
                stale,
                now(),
                CalendarSource::Machine,
            );
            plain(&document)
        };
        assert!(!told(&rows).contains("stale"));
        rows[0].stale = true;
        rows[0].stale_since = Some("2026-11-17T06:00:00Z".parse().unwrap());
        let text = told(&rows);
        assert!(text.contains("1 row is stale since 2026-11-17"), "{text}");
        rows[1].stale = true;
        let text = told(&rows);
        assert!(
            text.contains("2 rows are stale: "),
            "one was never read: {text}"
        );
    }
}
