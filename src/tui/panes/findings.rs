//! Money found: what is lost, for whom, on what evidence, and what to do about it.

use super::super::canvas::{Canvas, Cell, Side};
use super::super::data::Data;
use super::super::keymap::Action;
use super::super::memory::PaneMemory;
use super::super::msg::Effect;
use super::super::overlays::Overlay;
use super::super::overlays::picker::{Choice, Picker, Purpose};
use super::super::saving::Saved;
use super::super::widgets::list::Listing;
use super::finding_detail::{self, First, seats_of};
use super::{Cx, Handled, Pane, PaneId, View, after, chip};
use crate::domain::finding::{FindingRow, FindingState};
use crate::engine::command::{Command, FindingChange};
use crate::engine::seats::SeatsOf;

/// From this width the detail stands beside the list.
const WIDE: u16 = 120;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Sort {
    #[default]
    Money,
    Kind,
    Customer,
}

impl Sort {
    const ALL: [Sort; 3] = [Sort::Money, Sort::Kind, Sort::Customer];

    /// In the heading, and remembered.
    fn label(self) -> &'static str {
        match self {
            Sort::Money => "money",
            Sort::Kind => "kind",
            Sort::Customer => "customer",
        }
    }

    fn next(self) -> Self {
        after(Sort::ALL, self)
    }
}

/// Which findings are in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shown {
    #[default]
    Open,
    All,
    Leakage,
}

impl Shown {
    const ALL: [Shown; 3] = [Shown::Open, Shown::All, Shown::Leakage];

    /// In the heading, and remembered.
    fn label(self) -> &'static str {
        match self {
            Shown::Open => "open",
            Shown::All => "all",
            Shown::Leakage => "leakage",
        }
    }

    fn next(self) -> Self {
        after(Shown::ALL, self)
    }

    fn has(self, row: &FindingRow) -> bool {
        let is_open = row.state == FindingState::Open;
        match self {
            Shown::Open => is_open,
            Shown::All => true,
            Shown::Leakage => is_open && row.finding.kind.is_leakage(),
        }
    }
}

/// Which findings, in which order.
#[derive(Debug, Default)]
pub struct FindingsPane {
    list: Listing<String>,
    sort: Sort,
    shown: Shown,
    open: bool,
    first: First,
}

impl FindingsPane {
    fn row<'d>(&self, data: &'d Data) -> Option<&'d FindingRow> {
        data.findings.as_ref()?.get(self.list.selected()?)
    }

    fn change(&self, change: FindingChange, cx: &mut Cx<'_>) {
        if let Some(row) = self.row(cx.data) {
            let fingerprint = row.finding.fingerprint.clone();
            cx.out.effects.push(Effect::Engine(Command::Finding {
                fingerprint,
                change,
            }));
        }
    }

    fn heading(&self, data: &Data) -> String {
        let by = self.sort.label();
        let which = self.shown.label();
        format!(
            "Findings {} {which}, by {by}{}",
            self.number(data),
            chip(self.list.filter())
        )
    }

    fn number(&self, data: &Data) -> String {
        let all = data.findings.as_ref().map_or(0, Vec::len);
        match self.list.order().len() {
            n if n == all || self.list.filter().is_empty() => n.to_string(),
            n => format!("{n} of {all}"),
        }
    }

    fn draw_list(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let t = view.theme;
        let total = format!("opportunity {} a month", view.data.opportunity.shown());
        canvas.rule(0, &self.heading(view.data), &total, t.strong);
        let Some(rows) = &view.data.findings else {
            canvas.put(2, 1, "reading the findings …", t.text);
            return;
        };
        let unjudged = view.data.unjudged_words();
        let h = canvas
            .height()
            .saturating_sub(1 + u16::from(!unjudged.is_empty()));
        if self.list.order().is_empty() {
            let words = match self.list.filter() {
                "" if view.data.is_unread() => {
                    "Nothing has been read yet: s starts a sync.".to_owned()
                }
                "" if !unjudged.is_empty() => {
                    "Nothing found among what could be judged.".to_owned()
                }
                "" => "Nothing found: what is bought is contracted and billed.".to_owned(),
                text => format!("nothing passes /{text}: Esc clears the filter"),
            };
            canvas.put(2, 1, &words, t.text);
        }
        for (line, (_, at, selected)) in self.list.window(usize::from(h)).enumerate() {
            if let Some(row) = rows.get(at) {
                draw_row(
                    canvas,
                    u16::try_from(line).unwrap_or(0) + 1,
                    row,
                    selected,
                    view,
                );
            }
        }
        if !unjudged.is_empty() {
            let y = canvas.height().saturating_sub(1);
            canvas.put(2, y, &unjudged, t.text);
        }
    }

    fn draw_detail(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        if let Some(row) = self.row(view.data) {
            finding_detail::draw(row, self.first, view, canvas);
        }
    }

    /// Whose seats the detail shows, on a screen of so many columns; none while no detail is shown.
    pub fn seats_shown(&self, data: &Data, columns: u16) -> Option<SeatsOf> {
        let row = self.row(data).filter(|_| self.open || columns >= WIDE)?;
        seats_of(row)
    }
}

fn draw_row(canvas: &mut Canvas<'_>, y: u16, row: &FindingRow, selected: bool, view: &View<'_>) {
    let t = view.theme;
    let f = &row.finding;
    let style = t.text;
    let sign = match row.state {
        FindingState::Open => " ",
        FindingState::Muted => "m",
        FindingState::Resolved => "✓",
    };
    canvas.mark(y, selected, sign, t);
    let rest = canvas.width().saturating_sub(2 + 13 + 4 + 24 + 1);
    let customer = rest * 11 / 20;
    let amount = f.monthly_amount.shown();
    let cell = |text, width, side| Cell {
        text,
        width,
        side,
        style,
    };
    canvas.row(
        2,
        y,
        &[
            cell(amount.as_str(), 12, Side::Right),
            cell(f.currency.as_str(), 3, Side::Left),
            cell(f.kind.label(), 23, Side::Left),
            cell(f.customer.as_str(), customer, Side::Left),
            cell(
                f.product_name.as_str(),
                rest.saturating_sub(customer),
                Side::Left,
            ),
        ],
    );
}

impl Pane for FindingsPane {
    fn count(&self, data: &Data) -> Option<u64> {
        data.findings.as_ref().map(|_| data.open_findings as u64)
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let (w, h) = (canvas.width(), canvas.height());
        if self.open && view.zoomed {
            self.draw_detail(view, canvas);
        } else if w >= WIDE {
            let left = w * 6 / 10;
            self.draw_list(view, &mut canvas.part(0, 0, left, h));
            self.draw_detail(view, &mut canvas.part(left + 1, 0, w - left - 1, h));
        } else if self.open {
            let top = (h / 3).max(3);
            self.draw_list(view, &mut canvas.part(0, 0, w, top));
            self.draw_detail(view, &mut canvas.part(0, top, w, h.saturating_sub(top)));
        } else {
            self.draw_list(view, canvas);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        let empty = Vec::new();
        match action {
            Action::Move(step) => {
                let rows = cx.data.findings.as_ref().unwrap_or(&empty);
                self.list
                    .step(step, rows, |r| r.finding.fingerprint.clone());
            }
            Action::Open => self.open = !self.open,
            Action::Chart => {
                self.first = match self.first {
                    First::Chart if self.open => First::Text,
                    _ => First::Chart,
                };
                self.open = true;
            }
            Action::Back if self.open => self.open = false,
            Action::Back => cx.out.go = Some((PaneId::Overview, String::new())),
            Action::Sort => {
                self.sort = self.sort.next();
                self.refresh(cx.data);
            }
            Action::Show => {
                self.shown = self.shown.next();
                self.refresh(cx.data);
            }
            Action::Mute => {
                if let Some(row) = self.row(cx.data) {
                    let rows = ["7 days", "30 days", "90 days", "365 days"]
                        .map(Choice::plain)
                        .into();
                    let title =
                        "Mute for how long, and why? Choose, or type: 45 waiting for the renewal"
                            .to_owned();
                    let purpose = Purpose::Mute(row.finding.fingerprint.clone());
                    cx.out.ask = Some(Overlay::Picker(Picker::with_free_text(
                        title, rows, purpose,
                    )));
                }
            }
            Action::Note => {
                if let Some(row) = self.row(cx.data) {
                    let title = format!("A note on {}", row.finding.customer);
                    let purpose = Purpose::Note(row.finding.fingerprint.clone());
                    let picker = Picker::with_free_text(title, Vec::new(), purpose);
                    cx.out.ask = Some(Overlay::Picker(picker));
                }
            }
            Action::Resolve => self.change(
                FindingChange::Resolve {
                    reason: String::new(),
                },
                cx,
            ),
            Action::Reopen => self.change(
                FindingChange::Reopen {
                    reason: String::new(),
                },
                cx,
            ),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        let state = self.row(data).map(|r| r.state);
        match action {
            Action::Open | Action::Note => state.is_some(),
            Action::Chart => self.row(data).is_some_and(|row| seats_of(row).is_some()),
            Action::Mute | Action::Resolve => state == Some(FindingState::Open),
            Action::Reopen => state.is_some_and(|s| s != FindingState::Open),
            _ => true,
        }
    }

    fn refresh(&mut self, data: &Data) {
        let Some(rows) = &data.findings else { return };
        let mut sorted: Vec<usize> = (0..rows.len())
            .filter(|i| self.shown.has(&rows[*i]))
            .collect();
        let money = |i: &usize| std::cmp::Reverse(rows[*i].finding.monthly_amount.abs());
        match self.sort {
            Sort::Money => sorted.sort_by_key(money),
            Sort::Kind => sorted.sort_by_key(|i| (rows[*i].finding.kind, money(i))),
            Sort::Customer => sorted.sort_by(|a, b| {
                let name = |i: &usize| rows[*i].finding.customer.to_lowercase();
                name(a).cmp(&name(b)).then_with(|| money(a).cmp(&money(b)))
            }),
        }
        self.list.rebuild(
            rows,
            sorted,
            |r| r.finding.fingerprint.clone(),
            |r| {
                let f = &r.finding;
                let vendor = f.vendor.map_or("", |v| v.label());
                format!(
                    "{} {} {} {vendor}",
                    f.customer,
                    f.product_name,
                    f.kind.label()
                )
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
        let all = data.findings.as_ref()?;
        let rows = self.list.order().iter().filter_map(|i| all.get(*i));
        Some(Saved::Findings(rows.cloned().collect(), data.notes.clone()))
    }

    fn remembered(&self, _: &Data) -> PaneMemory {
        PaneMemory {
            sort: self.sort.label().to_owned(),
            show: self.shown.label().to_owned(),
            selected: self.list.key().cloned().unwrap_or_default(),
            ..PaneMemory::default()
        }
    }

    fn recall(&mut self, memory: &PaneMemory) {
        let sort = Sort::ALL.into_iter().find(|s| s.label() == memory.sort);
        self.sort = sort.unwrap_or_default();
        let shown = Shown::ALL.into_iter().find(|s| s.label() == memory.show);
        self.shown = shown.unwrap_or_default();
        self.list.recall(memory.selected.clone());
    }

    fn copied(&self, data: &Data, whole_row: bool) -> Option<String> {
        let f = &self.row(data)?.finding;
        if !whole_row {
            return Some(f.customer.clone());
        }
        let amount = f.monthly_amount.to_string();
        Some(
            [
                f.kind.label(),
                &f.customer,
                &f.product_name,
                &amount,
                f.currency.as_str(),
            ]
            .join("\t"),
        )
    }
}
