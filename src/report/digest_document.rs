//! The digest as people read it.

use super::digest::{Digest, SetAside, TopCustomer};
use super::document::{Block, Document};
use super::sheet::{Cell, Sheet};
use super::words::{self, Item};

/// So many rows of each list are shown.
const TOP_ROWS: usize = 10;

/// The digest as a report, for people.
pub fn document(digest: &Digest) -> Document {
    let mut out = Document::new(match digest.profile.as_str() {
        "" => format!("Money found, {}", digest.week),
        profile => format!("Money found, {}: {profile}", digest.week),
    });
    out.push(Block::Figure {
        label: "Open opportunity a month".to_owned(),
        value: digest.opportunity.shown(),
    });
    out.paragraph(format!(
        "Since last week: {} ({} new, {} resolved).",
        words::change(&digest.net_change),
        digest.new.len(),
        digest.resolved.len()
    ));
    out.heading("Top customers");
    out.table_or(
        top_sheet(&digest.top_customers),
        "No customer has an open opportunity.",
    );
    out.heading("New");
    list(&mut out, &digest.new, "Nothing new.");
    out.heading("Resolved");
    list(&mut out, &digest.resolved, "Nothing was resolved.");
    out.heading("Seats");
    out.paragraph(match digest.seat_growth {
        Some(growth) => format!(
            "{} seats bought, {growth:+} since the week before.",
            digest.seats
        ),
        None => format!(
            "{} seats bought; the week before was not captured.",
            digest.seats
        ),
    });
    if digest.over_contracted > 0 {
        out.paragraph(format!(
            "{} seats are billed above what is bought; they are no part of the opportunity.",
            digest.over_contracted
        ));
    }
    list(&mut out, &digest.drift, "No licensing drift.");
    out.heading("All open findings");
    let kinds = digest.kinds.iter().filter(|k| k.count > 0);
    let kinds = Sheet::of(&["kind", "open", "a month", "counted"], kinds, |kind| {
        vec![
            Cell::text(kind.kind.label()),
            Cell::number(Some(kind.count)),
            Cell::Number(kind.monthly_amount.shown()),
            Cell::text(match kind.in_opportunity {
                true => "in the opportunity",
                false => "apart",
            }),
        ]
    });
    out.table_or(kinds, "Nothing is open.");
    out.heading("What could not be judged");
    out.paragraph(words::unjudged(&digest.unjudged));
    if digest.set_aside.count > 0 {
        out.paragraph(set_aside(&digest.set_aside));
    }
    words::foundations(
        &mut out,
        &digest.sources,
        digest.stale,
        digest.at,
        digest.calendar,
    );
    out
}

/// What the total lacks although nobody put it right.
fn set_aside(aside: &SetAside) -> String {
    let are = if aside.count == 1 {
        "finding is"
    } else {
        "findings are"
    };
    format!(
        "{} {are} set aside, {} a month when last judged: not put right, but part of no total until judged again.",
        aside.count,
        aside.monthly_amount.shown()
    )
}

fn list(out: &mut Document, items: &[Item], nothing: &str) {
    let shown = || items.iter().take(TOP_ROWS);
    let columns = ["kind", "customer", "product", "a month", "because", "note"];
    let columns = words::noted_columns(&columns, shown().map(|item| item.note.as_str()));
    let sheet = Sheet::of(columns, shown(), |item| {
        vec![
            Cell::text(item.kind.label()),
            Cell::text(&item.customer),
            Cell::text(&item.product_name),
            words::amount(item.monthly_amount, &item.currency),
            Cell::text(&item.because),
            Cell::text(&item.note),
        ]
    });
    out.table_or(sheet, nothing);
    if items.len() > TOP_ROWS {
        out.paragraph(format!("… and {} more.", items.len() - TOP_ROWS));
    }
}

fn top_sheet(top: &[TopCustomer]) -> Sheet {
    Sheet::of(&["customer", "a month", "findings"], top, |row| {
        vec![
            Cell::text(&row.customer),
            words::amount(row.monthly_amount, &row.currency),
            Cell::number(Some(row.findings)),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::super::digest::tests::example;
    use super::super::html::html;
    use super::super::markdown::markdown;
    use super::super::plain::plain;
    use super::super::sample::unbroken;
    use super::super::words::CalendarSource;
    use super::*;

    #[test]
    fn every_form_says_the_same() {
        let report = document(&example(None, CalendarSource::Set));
        for text in [plain(&report), markdown(&report), html(&report)] {
            for said in [
                "USD 256.17",
                "EUR 60.00",
                "Since last week: USD -18.33 (1 new, 1 resolved).",
                "Mill Bakery",
                "194 seats bought, +4 since the week before.",
                "5 rows could not be judged: 1 unmapped customer, 1 unmapped product, 1 without cost, 1 excluded, 1 with a lapsed contract.",
                "1 finding is set aside, USD 12.50 a month when last judged",
                "read 2026-11-24T06:00:00Z, 60 min ago",
                "2026-11-24 ana@host: asked them",
                "a change in the middle of a cycle is not prorated",
                "The calendar of this report was set to 2026-11-24T07:00:00Z",
            ] {
                assert!(unbroken(&text).contains(said), "{said} in\n{text}");
            }
        }
        let machine = plain(&document(&example(None, CalendarSource::Machine)));
        assert!(!machine.contains("calendar"));
    }
}
