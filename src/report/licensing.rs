//! The licensing export.

use crate::domain::hub::stale_words;
use crate::findings::LicensingRow;

use super::sheet::{Cell, Sheet};

/// Every column, for files.
pub fn sheet(rows: &[LicensingRow]) -> Sheet {
    let columns = [
        "customer",
        "customer_id",
        "vendor_label",
        "vendor",
        "sku",
        "product_name",
        "seats",
        "contracted",
        "uncontracted",
        "over_contracted",
        "in_grace",
        "unit_cost",
        "unit_price",
        "margin",
        "margin_percent",
        "currency",
        "price_currency",
        "unjudged",
        "stale",
        "stale_since",
        "revenue",
    ];
    Sheet::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.customer),
            Cell::number(Some(row.customer_id)),
            Cell::text(&row.vendor_label),
            Cell::text(row.vendor.tag()),
            Cell::text(row.sku.as_str()),
            Cell::text(&row.product_name),
            Cell::number(row.seats),
            Cell::number(row.contracted),
            Cell::number(row.uncontracted),
            Cell::number(row.over_contracted),
            Cell::number(Some(row.in_grace)),
            Cell::number(row.unit_cost),
            Cell::number(row.unit_price),
            Cell::number(row.margin),
            Cell::number(row.margin_percent.as_ref()),
            Cell::maybe(row.currency.as_ref()),
            Cell::maybe(row.price_currency.as_ref()),
            Cell::maybe(row.unjudged.map(|reason| reason.label())),
            Cell::text(row.stale.to_string()),
            Cell::maybe(row.stale_since),
            Cell::number(row.revenue),
        ]
    })
}

/// What fits on a screen, for people. A stale row says since when: that is why it is not judged.
pub fn overview(rows: &[LicensingRow]) -> Sheet {
    let columns = [
        "customer",
        "vendor",
        "product",
        "seats",
        "contracted",
        "uncontracted",
        "cost",
        "price",
        "revenue",
        "margin %",
        "currency",
        "unjudged",
    ];
    Sheet::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.customer),
            Cell::text(row.vendor.label()),
            Cell::text(&row.product_name),
            Cell::number(row.seats),
            Cell::number(row.contracted),
            Cell::number(row.uncontracted),
            Cell::number(row.unit_cost.map(|m| m.shown())),
            Cell::number(row.unit_price.map(|m| m.shown())),
            Cell::number(row.revenue.map(|m| m.shown())),
            Cell::number(row.margin_percent.as_ref()),
            Cell::maybe(row.currency.as_ref()),
            match row.stale {
                true => Cell::text(stale_words(row.stale_since)),
                false => Cell::maybe(row.unjudged.map(|reason| reason.label())),
            },
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::super::csv::{Guard, csv};
    use super::super::table::table;
    use super::*;
    use crate::findings::example::msp;

    #[test]
    fn csv_holds_the_same_names_as_json() {
        let rows = msp().evaluate().licensing;
        let sheet = sheet(&rows);
        let json = serde_json::to_value(&rows[0]).unwrap();
        let mut keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        let mut columns = sheet.columns.clone();
        keys.sort();
        columns.sort();
        assert_eq!(columns, keys);
        let text = csv(&sheet, Guard::Formulas);
        let abbey = "\"Abbey Care\",7,\"Pax8\",\"pax8\",\"DEF\",\"Product DEF\",12,10,2,0,0,10.00,15.00,5.00,33.3,\"USD\",,,\"false\",,150.00";
        assert_eq!(text.lines().nth(1).unwrap(), abbey);
    }

    #[test]
    fn people_see_why_a_row_is_not_judged() {
        let text = table(&overview(&msp().evaluate().licensing));
        let vale = text
            .lines()
            .find(|l| l.contains("Product M365-BS") && l.starts_with("Vale"))
            .unwrap();
        assert!(vale.ends_with("without cost"), "{vale}");
        let mut rows = msp().evaluate().licensing;
        rows[0].stale = true;
        rows[0].stale_since = Some("2026-11-17T06:00:00Z".parse().unwrap());
        let text = table(&overview(&rows));
        assert!(text.contains("stale since 2026-11-17"), "{text}");
        let text = csv(&sheet(&rows), Guard::Formulas);
        assert!(text.contains("\"true\",\"2026-11-17T06:00:00Z\""), "{text}");
    }
}
