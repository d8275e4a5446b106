//! The hub: every customer with seats and money, and one customer's licensing table.

use super::super::canvas::{Canvas, Cell, Side};
use super::super::data::Data;
use super::super::keymap::Action;
use super::super::memory::PaneMemory;
use super::super::msg::{Effect, What};
use super::super::saving::Saved;
use super::super::widgets::list::Listing;
use super::licensing::{self, total_margin};
use super::{Cx, Handled, Pane, PaneId, View, after, chip};
use crate::domain::hub::CustomerLine;
use crate::domain::ids::CustomerId;
use crate::domain::money::grouped;
use crate::engine::command::Command;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Sort {
    #[default]
    Name,
    Cost,
    Uncontracted,
}

impl Sort {
    const ALL: [Sort; 3] = [Sort::Name, Sort::Cost, Sort::Uncontracted];

    /// In the heading, and remembered.
    fn label(self) -> &'static str {
        match self {
            Sort::Name => "name",
            Sort::Cost => "cost",
            Sort::Uncontracted => "uncontracted seats",
        }
    }

    fn next(self) -> Self {
        after(Sort::ALL, self)
    }
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
        let by = self.sort.label();
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
            // Of seats that were not read nobody knows whether they are billed.
            let unbilled = match c.uncontracted {
                _ if c.stale => "stale".to_owned(),
                n if n > 0 => format!("! {}", count(n)),
                _ => "–".to_owned(),
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
}

impl Pane for CustomersPane {
    fn count(&self, data: &Data) -> Option<u64> {
        data.customers.as_ref().map(|c| c.len() as u64)
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let (w, h) = (canvas.width(), canvas.height());
        match self.open {
            None => self.draw_list(view, canvas),
            Some(id) if view.zoomed => licensing::draw(view, canvas, id),
            Some(id) => {
                let top = (h / 2).max(3);
                self.draw_list(view, &mut canvas.part(0, 0, w, top));
                licensing::draw(view, &mut canvas.part(0, top, w, h.saturating_sub(top)), id);
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
            Action::Give => {
                if let Some(id) = self.row(cx.data).map(|c| c.customer.id) {
                    cx.data.giving = Some(id);
                    cx.out.effects.push(Effect::Load(What::Subscriptions(id)));
                }
            }
            Action::Undo => {
                if let Some(gift) = cx.data.newest_gift() {
                    let decision = Some(gift.id);
                    cx.out.notice = Some(format!("taking back: {} …", gift.words));
                    cx.out
                        .effects
                        .push(Effect::Engine(Command::Undo { decision }));
                }
            }
            Action::Sort => {
                self.sort = self.sort.next();
                self.refresh(cx.data);
            }
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        match action {
            Action::Open | Action::ToFindings | Action::WriteQbr | Action::Give => {
                self.row(data).is_some()
            }
            Action::Undo => data.newest_gift().is_some(),
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

    fn saved(&self, data: &Data) -> Option<Saved> {
        let all = data.customers.as_ref()?;
        let rows = self.list.order().iter().filter_map(|i| all.get(*i));
        Some(Saved::Customers(rows.cloned().collect()))
    }

    fn remembered(&self, _: &Data) -> PaneMemory {
        PaneMemory {
            sort: self.sort.label().to_owned(),
            selected: self.list.key().map_or(String::new(), ToString::to_string),
            ..PaneMemory::default()
        }
    }

    fn recall(&mut self, memory: &PaneMemory) {
        let sort = Sort::ALL.into_iter().find(|s| s.label() == memory.sort);
        self.sort = sort.unwrap_or_default();
        if let Ok(id) = memory.selected.parse() {
            self.list.recall(CustomerId(id));
        }
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
    /// Whose licensing table is open.
    pub fn open(&self) -> Option<CustomerId> {
        self.open
    }

    fn ask_licensing(&self, cx: &mut Cx<'_>) {
        if let Some(id) = self.open {
            cx.out.effects.push(Effect::Load(What::Licensing(id)));
        }
    }
}
