//! How the queue of accounts is drawn: both sides field by field, the candidates with their reasons.

use super::super::super::canvas::{Canvas, Cell, Side};
use super::super::super::keymap::Action;
use super::super::super::queues::Accounts;
use super::super::super::widgets::compare;
use super::super::View;
use super::accounts::AccountsList;
use super::layout::{self, Frame, Plan, Row, percent};
use crate::domain::money::{Totals, grouped};
use crate::domain::party::{Candidate, Profile, ReviewItem};

/// A profile has so many fields.
const FIELDS: u16 = 10;

/// Draws the list and the selected account.
pub fn draw(accounts: &AccountsList, view: &View<'_>, canvas: &mut Canvas<'_>) {
    let others = match view.data.sku_desk.waiting() {
        0 => String::new(),
        1 => view.hint(Action::Show, "shows 1 SKU"),
        n => view.hint(
            Action::Show,
            &format!("shows {} SKUs", grouped(i128::from(n))),
        ),
    };
    let frame = Frame {
        title: "Review",
        other: &others,
        nothing: match view.data.is_unread() {
            true => "Nothing has been read yet: s starts a sync.",
            false => "Nothing to review: every account is linked or decided.",
        },
    };
    layout::split(
        view,
        canvas,
        |part| layout::list(&accounts.work, &frame, |i| row(i, view), view, part),
        |part| item(accounts, view, part),
    );
}

/// What an item costs a month, by currency.
pub fn cost(item: &ReviewItem) -> String {
    if item.monthly_cost.is_empty() {
        return "cost unknown".to_owned();
    }
    let sums: Totals = item.monthly_cost.iter().map(|(c, m)| (c, *m)).collect();
    sums.shown()
}

fn row<'a>(item: &'a ReviewItem, view: &View<'_>) -> Row<'a> {
    let name = &item.profile.name;
    let best = item.candidates.first();
    Row {
        name: match view.data.desk.claimed(&item.key) {
            Some(who) => format!("{name} ({who} looks at it)"),
            None => name.clone(),
        },
        vendor: item.vendor.label(),
        seats: grouped(i128::from(item.seats)),
        money: cost(item),
        best: best.map_or("–".to_owned(), |(c, _)| percent(c.score)),
    }
}

fn item(accounts: &AccountsList, view: &View<'_>, canvas: &mut Canvas<'_>) {
    let Some(i) = accounts.work.item(view.data) else {
        return;
    };
    let t = view.theme;
    let mark = accounts.work.mark;
    let right = format!(
        "{} seats · {} a month",
        grouped(i128::from(i.seats)),
        cost(i)
    );
    let heading = format!("{} · {}", i.vendor.label(), i.key);
    canvas.rule(0, &heading, &right, t.strong);
    let marked = i.candidates.get(mark);
    let unknown = Profile::default();
    let theirs = marked.map_or(&unknown, |(_, profile)| profile);
    let fields = compare::fields(&i.profile, theirs);
    let plan = Plan::new(canvas.height(), FIELDS);
    let room = canvas.width().saturating_sub(2);
    if let Some(words) = view.data.desk.decided(&i.key) {
        layout::decided(view, canvas, words);
    } else if let Some(who) = view.data.desk.claimed(&i.key) {
        let words = format!("! {who} looks at this too: whoever decides first has decided");
        canvas.put_within(2, 1, &words, room, t.warn);
    } else if !i.note.is_empty() {
        canvas.put_within(2, 1, &i.note, room, t.warn);
    } else {
        layout::sides(canvas, marked.map(|_| mark), t);
    }
    compare::draw(canvas, 2, &fields, plan.fields, t);
    let from = layout::candidates_heading(view, canvas, &plan, i.candidates.len(), mark);
    let listed = i.candidates.iter().enumerate().skip(from);
    for (y, (n, (c, p))) in (plan.candidates() + 1..).zip(listed.take(plan.listed.into())) {
        candidate_line(canvas, y, n, c, p, n == mark, view);
    }
    layout::recent::<Accounts>(view, canvas, &plan);
    match marked {
        Some((candidate, _)) => {
            let told = background(view, i, Some(candidate));
            let told = candidate.reasons.iter().cloned().chain(told);
            layout::reasons(canvas, &plan, mark, &told.collect::<Vec<_>>(), t);
        }
        None => {
            let search = view.hint(Action::FindOther, "searches all customers.");
            let words = format!("None is likely. {search}");
            canvas.put(2, plan.candidates() + 1, &words, t.text);
            for (y, line) in (plan.candidates() + 2..).zip(background(view, i, None)) {
                canvas.put(2, y, &line, t.text);
            }
        }
    }
}

/// What else the candidate is linked to, and what was decided about the account before.
fn background(view: &View<'_>, item: &ReviewItem, candidate: Option<&Candidate>) -> Vec<String> {
    let Some(known) = &view.data.background else {
        return Vec::new();
    };
    if known.key != item.key || known.candidate != candidate.map(|c| c.customer_id) {
        return Vec::new();
    }
    let linked = known
        .linked
        .iter()
        .map(|(vendor, name)| format!("{name} ({})", vendor.label()));
    let linked: Vec<String> = linked.collect();
    let linked =
        (!linked.is_empty()).then(|| format!("· already linked to it: {}", linked.join(", ")));
    let decided = known.history.iter();
    let decided = decided.map(|d| format!("· {} {} {}", d.at.ago(view.now), d.actor, d.words));
    linked.into_iter().chain(decided).collect()
}

fn candidate_line(
    canvas: &mut Canvas<'_>,
    y: u16,
    n: usize,
    c: &Candidate,
    p: &Profile,
    marked: bool,
    view: &View<'_>,
) {
    let t = view.theme;
    let place = [p.domain.as_str(), &p.city].map(str::to_owned);
    let place = place
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let number = format!("{}", n + 1);
    let score = percent(c.score);
    let id = match c.psa_id.as_str() {
        "" => "in no PSA".to_owned(),
        id => format!("PSA {id}"),
    };
    // Where the rows are few, the place is left to the fields above.
    let free = canvas.width().saturating_sub(2 + 2 + 5 + 14 + 2);
    let (name, room) = match Plan::new(canvas.height(), FIELDS).tight {
        true => (free, 0),
        false => (free * 3 / 5, free * 2 / 5),
    };
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
            cell(score.as_str(), 4, Side::Right),
            cell(c.name.as_str(), name, Side::Left),
            cell(id.as_str(), 13, Side::Left),
            cell(&place, room, Side::Left),
        ],
    );
}
