//! One customer's licensing table: seats, contracts, cost, price and margin for each SKU.

use ratatui::style::Style;

use super::super::canvas::{Canvas, Cell, Side};
use super::super::msg::LicensingLine;
use super::View;
use crate::domain::hub::stale_words;
use crate::domain::ids::CustomerId;
use crate::domain::money::{Money, Totals, grouped};

/// Draws a customer's licensing table.
pub fn draw(view: &View<'_>, canvas: &mut Canvas<'_>, id: CustomerId) {
    let t = view.theme;
    let who = view
        .data
        .customers
        .iter()
        .flatten()
        .find(|c| c.customer.id == id);
    let name = who.map_or("", |c| c.customer.profile.name.as_str());
    let label = who.map_or("", |c| c.vendor_label.as_str());
    let known = view.data.licensing.get(&id);
    let rows = known.map_or(&[][..], Vec::as_slice);
    let columns = Columns::of(rows, canvas.width());
    let stale = rows.iter().filter(|row| row.stale);
    let since = stale.map(|row| row.stale_since).min();
    let right = [
        Some(label.to_owned()),
        columns.shared_currency(rows).map(|c| c.to_string()),
        since.map(stale_words),
    ];
    let right = right.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    canvas.rule(0, &format!("Licensing of {name}"), &right, t.strong);
    if rows.is_empty() {
        let words = match known {
            None => "reading the licensing table …",
            Some(_) => "No subscriptions.",
        };
        canvas.put(2, 1, words, t.text);
        return;
    }
    columns.row(canvas, 1, HEADS, t.text);
    let room = usize::from(canvas.height().saturating_sub(2));
    for (y, l) in (2..).zip(rows.iter().take(room)) {
        let unknown = || "unknown".to_owned();
        let seats = l.seats.map_or_else(unknown, |n| grouped(i128::from(n)));
        let contracted = l
            .contracted
            .map_or("unmapped".to_owned(), |n| grouped(i128::from(n)));
        let unbilled = match (l.seats, l.contracted) {
            _ if l.stale => "stale".to_owned(),
            (Some(s), Some(c)) if s > c => format!("! {}", grouped(i128::from(s - c))),
            _ => "–".to_owned(),
        };
        let cost = l.unit_cost.map_or_else(unknown, Money::shown);
        let price = l.unit_price.map_or_else(unknown, Money::shown);
        let texts = [
            l.vendor.label(),
            &l.product_name,
            &seats,
            &contracted,
            &unbilled,
            &cost,
            &price,
            currency(l),
            &margin(l),
        ];
        columns.row(canvas, y, texts, t.text);
    }
}

const HEADS: [&str; 9] = [
    "distributor",
    "product",
    "seats",
    "contracted",
    "unbilled",
    "unit cost",
    "unit price",
    "",
    "margin",
];

fn currency(line: &LicensingLine) -> &str {
    line.currency.as_ref().map_or("", |c| c.as_str())
}

/// How wide each column is; 0 for one that is left out.
struct Columns([u16; 9]);

impl Columns {
    /// Where there is little room, the name of the product comes first: a distributor or a currency that all rows share is
    /// left out, since the heading and the customer's sums name them.
    fn of(rows: &[LicensingLine], width: u16) -> Self {
        let narrow = width < 100;
        let is_shared = |of: fn(&LicensingLine) -> &str| {
            narrow && rows.iter().all(|l| of(l) == rows.first().map_or("", of))
        };
        let vendor = if is_shared(|l| l.vendor.label()) {
            0
        } else {
            12
        };
        let currency = if is_shared(currency) { 0 } else { 3 };
        let money = if narrow { 10 } else { 11 };
        let mut columns = [vendor, 0, 6, 10, 8, money, money, currency, 7];
        let gaps = columns.iter().filter(|c| **c > 0).count();
        let taken: u16 = columns.iter().sum::<u16>() + u16::try_from(gaps).unwrap_or(0);
        columns[1] = width.saturating_sub(taken).max(8);
        Self(columns)
    }

    /// The currency that has no column, to be named elsewhere.
    fn shared_currency<'l>(&self, rows: &'l [LicensingLine]) -> Option<&'l str> {
        let first = rows.first().map(currency).filter(|text| !text.is_empty());
        first.filter(|_| self.0[7] == 0)
    }

    fn row(&self, canvas: &mut Canvas<'_>, y: u16, texts: [&str; 9], style: Style) {
        let cells = self.0.into_iter().zip(texts).enumerate();
        let cells: Vec<Cell<'_>> = cells
            .filter(|(_, (width, _))| *width > 0)
            .map(|(n, (width, text))| Cell {
                text,
                width,
                side: match n {
                    0 | 1 | 7 => Side::Left,
                    _ => Side::Right,
                },
                style,
            })
            .collect();
        canvas.row(0, y, &cells);
    }
}

/// `18.5%` of the price; a negative margin has its sign; `–` where a side is unknown.
fn margin(l: &LicensingLine) -> String {
    match (l.unit_cost, l.unit_price) {
        (Some(cost), Some(price)) => percent(cost, price),
        _ => "–".to_owned(),
    }
}

/// The same of sums; `–` where they are not of one currency.
pub fn total_margin(cost: &Totals, revenue: &Totals) -> String {
    let mut sums = revenue.iter();
    match (sums.next(), sums.next()) {
        (Some((currency, price)), None) if cost.iter().all(|(c, _)| c == currency) => {
            percent(cost.get(currency), price)
        }
        _ => "–".to_owned(),
    }
}

fn percent(cost: Money, price: Money) -> String {
    if price.units() <= 0 {
        return "–".to_owned();
    }
    let tenths = (price - cost).scaled(1000, price.units()).units();
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}%", tenths.abs() / 10, tenths.abs() % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_keep_their_sign() {
        let m = |text: &str| text.parse::<Money>().unwrap();
        assert_eq!(percent(m("80"), m("100")), "20.0%");
        assert_eq!(percent(m("100.5"), m("100")), "-0.5%");
        assert_eq!(percent(m("1"), Money::ZERO), "–");
    }
}
