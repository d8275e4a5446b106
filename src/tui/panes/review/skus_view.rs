//! How the queue of SKUs is drawn: both sides field by field, the products that are offered with their reasons.

use super::super::super::canvas::{Canvas, Cell, Side};
use super::super::super::keymap::Action;
use super::super::super::queues::Skus;
use super::super::super::widgets::compare::{self, Field};
use super::super::View;
use super::layout::{self, Frame, Plan, Row, percent};
use super::skus::{Offer, SkusList};
use crate::domain::money::grouped;
use crate::domain::product::{ProductItem, PsaProduct, SkuLine, said};

/// Name, number, edition, term, cycle.
const FIELDS: u16 = 5;

/// Draws the list and the selected SKU.
pub fn draw(skus: &SkusList, view: &View<'_>, canvas: &mut Canvas<'_>) {
    let others = match view.data.desk.waiting() {
        0 => "shows customers".to_owned(),
        1 => "shows 1 customer".to_owned(),
        n => format!("shows {} customers", grouped(i128::from(n))),
    };
    let frame = Frame {
        title: "SKUs",
        other: &view.hint(Action::Show, &others),
        nothing: "Nothing to decide: every SKU that is bought is linked to a product of the PSA.",
    };
    layout::split(
        view,
        canvas,
        |part| layout::list(&skus.work, &frame, row, view, part),
        |part| item(skus, view, part),
    );
}

fn cost(line: &SkuLine) -> String {
    match line.monthly_cost.is_empty() {
        true => "cost unknown".to_owned(),
        false => line.monthly_cost.shown(),
    }
}

fn row(item: &ProductItem) -> Row<'_> {
    let line = &item.line;
    let best = item.candidates.first();
    Row {
        name: line.name.clone(),
        vendor: line.key.vendor.label(),
        seats: grouped(i128::from(line.seats)),
        money: cost(line),
        best: best.map_or("–".to_owned(), |c| percent(c.score)),
    }
}

fn item(skus: &SkusList, view: &View<'_>, canvas: &mut Canvas<'_>) {
    let Some(i) = skus.work.item(view.data) else {
        return;
    };
    let (t, line, mark) = (view.theme, &i.line, skus.work.mark);
    let right = format!(
        "{} seats of {} · {} a month",
        grouped(i128::from(line.seats)),
        customers(line.customers),
        cost(line)
    );
    canvas.rule(0, line.key.vendor.label(), &right, t.strong);
    let offers = skus.offers(i);
    let marked = offers.get(mark);
    let plan = Plan::new(canvas.height(), FIELDS);
    match view.data.sku_desk.decided(&line.key) {
        Some(words) => layout::decided(view, canvas, words),
        None => layout::sides(canvas, marked.map(|_| mark), t),
    }
    let unknown = PsaProduct::default();
    let theirs = marked.map_or(&unknown, |o| o.product);
    compare::draw(canvas, 2, &fields(line, theirs), plan.fields, t);
    let from = layout::candidates_heading(view, canvas, &plan, offers.len(), mark);
    let listed = offers.iter().enumerate().skip(from);
    for (y, (n, offer)) in (plan.candidates() + 1..).zip(listed.take(plan.listed.into())) {
        offer_line(canvas, y, n, offer, n == mark, view);
    }
    layout::recent::<Skus>(view, canvas, &plan);
    match marked {
        Some(offer) if offer.score.is_none() => {
            let words = ["found by you".to_owned()];
            layout::reasons(canvas, &plan, mark, &words, t);
        }
        Some(offer) => layout::reasons(canvas, &plan, mark, offer.reasons, t),
        None => {
            let search = view.hint(Action::FindOther, "searches all products,");
            let none = view.hint(Action::NoCounterpart, "says that it is none.");
            let words = format!("Nothing like it in the PSA: {search} {none}");
            canvas.put(2, plan.candidates() + 1, &words, t.text);
        }
    }
}

fn customers(n: i64) -> String {
    match n {
        1 => "1 customer".to_owned(),
        n => format!("{} customers", grouped(i128::from(n))),
    }
}

/// What differs is marked: another edition is another product, another term or cycle is the same on other terms.
fn fields<'a>(ours: &'a SkuLine, theirs: &'a PsaProduct) -> Vec<Field<'a>> {
    let pair = |label, left, right| Field { label, left, right };
    [
        pair("name", ours.name.as_str(), theirs.name.as_str()),
        pair("SKU", ours.key.sku.as_str(), &theirs.vendor_sku),
        pair("edition", &ours.edition, &theirs.edition),
        pair("term", &ours.term, &theirs.term),
        pair("billed", &ours.cycle, &theirs.cycle),
    ]
    .into_iter()
    .filter(|f| !(f.left.is_empty() && f.right.is_empty()))
    .collect()
}

fn offer_line(
    canvas: &mut Canvas<'_>,
    y: u16,
    n: usize,
    offer: &Offer<'_>,
    marked: bool,
    view: &View<'_>,
) {
    let t = view.theme;
    let number = format!("{}", n + 1);
    let check = if offer.said.chosen { "✓" } else { " " };
    let score = offer.score.map_or("–".to_owned(), percent);
    let product = offer.product;
    let words = match said(offer.said.seats_per_unit, offer.said.coverage) {
        none if none.is_empty() => format!(
            "{} seats, {}",
            grouped(i128::from(product.seats)),
            customers(product.customers)
        ),
        said => said,
    };
    let free = canvas.width().saturating_sub(2 + 2 + 2 + 5 + 4);
    let code = (free / 5).max(12);
    let more = (free / 4).max(22);
    let name = free.saturating_sub(code + more);
    canvas.mark(y, marked, " ", t);
    let cell = |text, width, side| Cell {
        text,
        width,
        side,
        style: t.text,
    };
    canvas.row(
        2,
        y,
        &[
            cell(number.as_str(), 1, Side::Left),
            cell(check, 1, Side::Left),
            cell(score.as_str(), 4, Side::Right),
            cell(product.code.as_str(), code, Side::Left),
            cell(product.name.as_str(), name, Side::Left),
            cell(&words, more, Side::Left),
        ],
    );
}
