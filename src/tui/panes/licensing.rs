//! One customer's licensing table: seats, contracts, cost, price and margin for each SKU.

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
    let rows = view.data.licensing.get(&id);
    let stale = rows.into_iter().flatten().filter(|row| row.stale);
    let right = match stale.map(|row| row.stale_since).min() {
        Some(since) => format!("{label} · {}", stale_words(since)),
        None => label.to_owned(),
    };
    canvas.rule(0, &format!("Licensing of {name}"), &right, t.strong);
    let Some(rows) = rows else {
        canvas.put(2, 1, "reading the licensing table …", t.text);
        return;
    };
    if rows.is_empty() {
        canvas.put(2, 1, "No subscriptions.", t.text);
        return;
    }
    let name = canvas
        .width()
        .saturating_sub(13 + 1 + 7 + 11 + 9 + 10 + 11 + 4 + 6)
        .max(8);
    let line = |canvas: &mut Canvas<'_>, y: u16, texts: [&str; 9], style| {
        let cell = |text, width, side| Cell {
            text,
            width,
            side,
            style,
        };
        canvas.row(
            0,
            y,
            &[
                cell(texts[0], 12, Side::Left),
                cell(texts[1], name, Side::Left),
                cell(texts[2], 6, Side::Right),
                cell(texts[3], 10, Side::Right),
                cell(texts[4], 8, Side::Right),
                cell(texts[5], 9, Side::Right),
                cell(texts[6], 10, Side::Right),
                cell(texts[7], 3, Side::Left),
                cell(texts[8], 6, Side::Right),
            ],
        );
    };
    line(
        canvas,
        1,
        [
            "distributor",
            "product",
            "seats",
            "contracted",
            "unbilled",
            "unit cost",
            "unit price",
            "",
            "margin",
        ],
        t.text,
    );
    for (n, l) in rows
        .iter()
        .enumerate()
        .take(usize::from(canvas.height().saturating_sub(2)))
    {
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
        let currency = l.currency.as_ref().map_or("", |c| c.as_str());
        line(
            canvas,
            u16::try_from(n).unwrap_or(0) + 2,
            [
                l.vendor.label(),
                &l.product_name,
                &seats,
                &contracted,
                &unbilled,
                &cost,
                &price,
                currency,
                &margin(l),
            ],
            t.text,
        );
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
