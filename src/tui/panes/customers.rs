//! The hub: every customer with seats and money, and one customer's licensing table.

use super::super::canvas::{Canvas, Cell, Side};
use super::super::data::Data;
use super::super::keymap::Action;
use super::super::msg::{Effect, LicensingLine, What};
use super::super::widgets::list::Listing;
use super::{Cx, Handled, Pane, PaneId, View, chip};
use crate::domain::hub::CustomerLine;
use crate::domain::ids::CustomerId;
use crate::domain::money::{Money, Totals, grouped};

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Sort {
    #[default]
    Name,
    Cost,
    Uncontracted,
}

/// Which customers, and whose licensing table is open.
#[derive(Debug, Default)]
pub struct CustomersPane {
    list: Listing<CustomerId>,
    sort: Sort,
    open: Option<CustomerId>,
}

impl CustomersPane {
    fn row<'d>(&self, data: &'d Data) -> Option<&'d CustomerLine> {
        data.customers.as_ref()?.get(self.list.selected()?)
    }

    fn draw_list(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let t = view.theme;
        let by = match self.sort {
            Sort::Name => "name",
            Sort::Cost => "cost",
            Sort::Uncontracted => "uncontracted seats",
        };
        let heading = format!(
            "Customers {}, by {by}{}",
            self.list.order().len(),
            chip(self.list.filter())
        );
        canvas.rule(0, &heading, "", t.strong);
        let Some(rows) = &view.data.customers else {
            canvas.put(2, 1, "reading the customers …", t.text);
            return;
        };
        if self.list.order().is_empty() {
            let words = match self.list.filter() {
                "" => "No customers yet: bring in the PSA and sync.".to_owned(),
                text => format!("nothing passes /{text}: Esc clears the filter"),
            };
            canvas.put(2, 1, &words, t.text);
            return;
        }
        let wide = canvas.width() >= 110;
        let fixed = 2 + 13 + 7 + 11 + 9 + 17 + if wide { 17 + 9 } else { 0 };
        let name = canvas.width().saturating_sub(fixed).max(8);
        let line = |canvas: &mut Canvas<'_>, y: u16, texts: [&str; 8], style| {
            let cell = |text, width, side| Cell {
                text,
                width,
                side,
                style,
            };
            let mut cells = vec![
                cell(texts[0], name, Side::Left),
                cell(texts[1], 12, Side::Left),
                cell(texts[2], 6, Side::Right),
                cell(texts[3], 10, Side::Right),
                cell(texts[4], 8, Side::Right),
                cell(texts[5], 16, Side::Right),
            ];
            if wide {
                cells.push(cell(texts[6], 16, Side::Right));
                cells.push(cell(texts[7], 8, Side::Right));
            }
            canvas.row(2, y, &cells);
        };
        let heads = [
            "customer",
            "distributor",
            "seats",
            "contracted",
            "unbilled",
            "cost a month",
            "billed a month",
            "margin",
        ];
        line(canvas, 1, heads, t.text);
        for (n, (_, at, selected)) in self
            .list
            .window(usize::from(canvas.height().saturating_sub(2)))
            .enumerate()
        {
            let Some(c) = rows.get(at) else { continue };
            let y = u16::try_from(n).unwrap_or(0) + 2;
            let style = t.text;
            canvas.mark(y, selected, " ", t);
            let count = |n: i64| grouped(i128::from(n));
            let unbilled = if c.uncontracted > 0 {
                format!("! {}", count(c.uncontracted))
            } else {
                "–".to_owned()
            };
            line(
                canvas,
                y,
                [
                    &c.customer.profile.name,
                    &c.vendor_label,
                    &count(c.seats),
                    &count(c.contracted),
                    &unbilled,
                    &c.monthly_cost.shown(),
                    &c.monthly_revenue.shown(),
                    &total_margin(&c.monthly_cost, &c.monthly_revenue),
                ],
                style,
            );
        }
    }

    fn draw_licensing(&self, view: &View<'_>, canvas: &mut Canvas<'_>, id: CustomerId) {
        let t = view.theme;
        let who = view
            .data
            .customers
            .iter()
            .flatten()
            .find(|c| c.customer.id == id);
        let name = who.map_or("", |c| c.customer.profile.name.as_str());
        let label = who.map_or("", |c| c.vendor_label.as_str());
        canvas.rule(0, &format!("Licensing of {name}"), label, t.strong);
        let Some(rows) = view.data.licensing.get(&id) else {
            canvas.put(2, 1, "reading the licensing table …", t.text);
            return;
        };
        if rows.is_empty() {
            canvas.put(2, 1, "No subscriptions.", t.text);
            return;
        }
        let name = canvas
            .width()
            .saturating_sub(13 + 7 + 11 + 9 + 12 + 12 + 4 + 8)
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
                    cell(texts[5], 11, Side::Right),
                    cell(texts[6], 11, Side::Right),
                    cell(texts[7], 3, Side::Left),
                    cell(texts[8], 7, Side::Right),
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
}

/// `18.5%` of the price; a negative margin has its sign; `–` where a side is unknown.
fn margin(l: &LicensingLine) -> String {
    match (l.unit_cost, l.unit_price) {
        (Some(cost), Some(price)) => percent(cost, price),
        _ => "–".to_owned(),
    }
}

fn total_margin(cost: &Totals, revenue: &Totals) -> String {
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

impl Pane for CustomersPane {
    fn count(&self, data: &Data) -> Option<u64> {
        data.customers.as_ref().map(|c| c.len() as u64)
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let (w, h) = (canvas.width(), canvas.height());
        match self.open {
            None => self.draw_list(view, canvas),
            Some(id) if view.zoomed => self.draw_licensing(view, canvas, id),
            Some(id) => {
                let top = (h / 2).max(3);
                self.draw_list(view, &mut canvas.part(0, 0, w, top));
                self.draw_licensing(view, &mut canvas.part(0, top, w, h.saturating_sub(top)), id);
            }
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        match action {
            Action::Move(step) => {
                let empty = Vec::new();
                let rows = cx.data.customers.as_ref().unwrap_or(&empty);
                self.list.step(step, rows, |c| c.customer.id);
                if self.open.is_some() {
                    self.open = self.row(cx.data).map(|c| c.customer.id);
                    self.ask_licensing(cx);
                }
            }
            Action::Open => {
                self.open = match self.open {
                    None => self.row(cx.data).map(|c| c.customer.id),
                    Some(_) => None,
                };
                self.ask_licensing(cx);
            }
            Action::Back if self.open.is_some() => self.open = None,
            Action::Back => cx.out.go = Some((PaneId::Overview, String::new())),
            Action::ToFindings => {
                if let Some(c) = self.row(cx.data) {
                    cx.out.go = Some((PaneId::Findings, c.customer.profile.name.clone()));
                }
            }
            Action::WriteQbr => {
                if let Some(c) = self.row(cx.data) {
                    let name = &c.customer.profile.name;
                    cx.out.notice = Some(format!("writing the QBR section of {name} …"));
                    cx.out.effects.push(Effect::WriteQbr(c.customer.id));
                }
            }
            Action::Sort => {
                self.sort = match self.sort {
                    Sort::Name => Sort::Cost,
                    Sort::Cost => Sort::Uncontracted,
                    Sort::Uncontracted => Sort::Name,
                };
                self.refresh(cx.data);
            }
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        match action {
            Action::Open | Action::ToFindings | Action::WriteQbr => self.row(data).is_some(),
            _ => true,
        }
    }

    fn refresh(&mut self, data: &Data) {
        let Some(rows) = &data.customers else { return };
        let mut sorted: Vec<usize> = (0..rows.len()).collect();
        match self.sort {
            Sort::Name => {
                sorted.sort_by_cached_key(|i| rows[*i].customer.profile.name.to_lowercase())
            }
            Sort::Cost => sorted.sort_by_cached_key(|i| {
                std::cmp::Reverse(rows[*i].monthly_cost.iter().map(|(_, m)| m).max())
            }),
            Sort::Uncontracted => sorted.sort_by_key(|i| std::cmp::Reverse(rows[*i].uncontracted)),
        }
        self.list.rebuild(
            rows,
            sorted,
            |c| c.customer.id,
            |c| {
                let p = &c.customer.profile;
                format!("{} {} {} {}", p.name, p.domain, p.city, c.vendor_label)
            },
        );
    }

    fn filter(&self) -> &str {
        self.list.filter()
    }

    fn set_filter(&mut self, text: &str, data: &Data) {
        self.list.set_filter(text);
        self.refresh(data);
    }

    fn copied(&self, data: &Data, whole_row: bool) -> Option<String> {
        let c = self.row(data)?;
        let name = c.customer.profile.name.clone();
        if !whole_row {
            return Some(name);
        }
        let counts = [c.seats, c.contracted, c.uncontracted]
            .map(|n| n.to_string())
            .join("\t");
        Some(
            [
                name,
                c.vendor_label.clone(),
                counts,
                c.monthly_cost.shown(),
                c.monthly_revenue.shown(),
            ]
            .join("\t"),
        )
    }
}

impl CustomersPane {
    fn ask_licensing(&self, cx: &mut Cx<'_>) {
        if let Some(id) = self.open {
            cx.out.effects.push(Effect::Load(What::Licensing(id)));
        }
    }
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
