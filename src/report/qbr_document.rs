//! The QBR section as people read it.

use crate::findings::LicensingRow;

use super::document::{Block, Document};
use super::qbr::{Qbr, Renewal};
use super::sheet::{Cell, Sheet};
use super::words::{self, Item};

/// The section as a report, for people.
pub fn document(qbr: &Qbr) -> Document {
    let mut out = Document::new(format!("Licensing: {}", qbr.customer));
    out.paragraph(match qbr.vendor_label.as_str() {
        "" => format!("{} to {}.", qbr.from, qbr.to),
        label => format!("{} to {}. Licences from: {label}.", qbr.from, qbr.to),
    });
    out.heading("Cost, revenue, margin");
    let is_known = qbr.licensing.is_empty() || qbr.rows_without_margin < qbr.licensing.len();
    out.push(Block::List(vec![
        format!("Licences cost {} a month.", qbr.cost.shown()),
        format!("The agreements bring {} a month.", qbr.revenue.shown()),
        match is_known {
            true => format!("That leaves {} a month.", qbr.margin.shown()),
            false => "What that leaves is not known.".to_owned(),
        },
    ]));
    if qbr.rows_without_margin > 0 {
        out.paragraph(format!(
            "{} of {} products are not in the margin: their seats, cost or price is not known.",
            qbr.rows_without_margin,
            qbr.licensing.len()
        ));
    }
    out.heading("Products");
    out.table_or(products(&qbr.licensing), "No licences.");
    out.heading("Seats over the quarter");
    match qbr.chart.series.is_empty() {
        true => out.paragraph("No week has been captured yet."),
        false => out.push(Block::Chart(qbr.chart.clone())),
    };
    out.heading("Put right");
    out.paragraph(format!(
        "Opportunity put right: {} a month.",
        qbr.resolved_amount.shown()
    ));
    out.table_or(
        findings(&qbr.resolved),
        "Nothing was resolved in this quarter.",
    );
    out.heading("Still open");
    out.paragraph(format!(
        "Opportunity open: {} a month.",
        qbr.open_amount.shown()
    ));
    out.table_or(findings(&qbr.open), "Nothing is open.");
    out.heading("Renewals and commitments");
    out.table_or(renewal_sheet(&qbr.renewals), "No renewal is known.");
    out.heading("What could not be judged");
    out.paragraph(words::unjudged(&qbr.unjudged));
    words::foundations(&mut out, &qbr.sources, qbr.stale, qbr.at, qbr.calendar);
    out
}

fn products(rows: &[LicensingRow]) -> Sheet {
    let columns = [
        "product",
        "from",
        "seats",
        "contracted",
        "cost",
        "price",
        "revenue",
        "margin %",
        "currency",
    ];
    Sheet::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.product_name),
            Cell::text(row.vendor.label()),
            Cell::number(row.seats),
            Cell::number(row.contracted),
            Cell::number(row.unit_cost.map(|m| m.shown())),
            Cell::number(row.unit_price.map(|m| m.shown())),
            Cell::number(row.revenue.map(|m| m.shown())),
            Cell::number(row.margin_percent.as_ref()),
            Cell::maybe(row.currency.as_ref()),
        ]
    })
}

fn findings(items: &[Item]) -> Sheet {
    let columns = ["kind", "product", "a month", "because", "note"];
    let columns = words::noted_columns(&columns, items.iter().map(|i| i.note.as_str()));
    Sheet::of(columns, items, |item| {
        vec![
            Cell::text(item.kind.label()),
            Cell::text(&item.product_name),
            words::amount(item.monthly_amount, &item.currency),
            Cell::text(&item.because),
            Cell::text(&item.note),
        ]
    })
}

fn renewal_sheet(renewals: &[Renewal]) -> Sheet {
    let columns = ["renews", "product", "seats", "from", "commitment"];
    Sheet::of(&columns, renewals, |renewal| {
        vec![
            Cell::text(renewal.on.to_string()),
            Cell::text(&renewal.product_name),
            Cell::number(renewal.seats),
            Cell::text(renewal.vendor.label()),
            Cell::text(match renewal.committed {
                true => "seats are committed until then",
                false => "",
            }),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::super::html::html;
    use super::super::markdown::markdown;
    use super::super::qbr::tests::{abbey, nothing};
    use super::*;

    #[test]
    fn both_forms_say_it_and_html_has_the_chart() {
        let report = document(&abbey());
        let (text, page) = (markdown(&report), html(&report));
        for said in [
            "Pax8",
            "USD 120.00",
            "2026-12-10",
            "uncontracted seats",
            "2026-11-24 ana@host: asked them",
            "not prorated",
        ] {
            assert!(text.contains(said) && page.contains(said), "{said}");
        }
        assert!(page.contains("<svg") && !text.contains("<svg"));
        assert!(text.contains("| Product DEF | 12 | 12 | +0 |"), "{text}");
    }

    #[test]
    fn no_margin_is_told_where_no_product_has_one() {
        let mut qbr = abbey();
        assert!(markdown(&document(&qbr)).contains("That leaves USD 30.00 a month."));
        qbr.rows_without_margin = qbr.licensing.len();
        assert!(markdown(&document(&qbr)).contains("What that leaves is not known."));
    }

    #[test]
    fn a_customer_without_anything_is_said_so() {
        let nothing = nothing();
        let text = markdown(&document(&nothing));
        assert!(text.contains("No licences."));
        assert!(text.contains("No week has been captured yet."));
    }
}
