//! Connections to distributors and the PSA: how they stand, how old their tokens are, Test, acceptance, and adding one.

use super::super::canvas::{Canvas, Cell, Side};
use super::super::checklist::{Step, next};
use super::super::data::{Data, TestState};
use super::super::keymap::Action;
use super::super::msg::{ConnectionLine, Effect, Source};
use super::super::overlays::Overlay;
use super::super::overlays::form::Form;
use super::super::overlays::reader::Reader;
use super::super::widgets::list::Listing;
use super::first_steps::draw_welcome;
use super::{Cx, Handled, Pane, PaneId, View, chip};
use crate::domain::ids::ConnectionName;
use crate::domain::money::grouped;
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::domain::shown::wrap;
use crate::domain::time::Ts;
use crate::engine::command::Command;
use crate::engine::token_age::{self, Urgency};

/// Which connection.
#[derive(Debug, Default)]
pub struct ConnectionsPane {
    list: Listing<ConnectionName>,
}

/// The refresh token's age and end in words, and how urgent the end is.
pub fn token(line: &ConnectionLine, now: Ts) -> (String, Urgency) {
    let end = line.token_expires_at;
    let words = token_age::words(line.token_age_days, end, now);
    (words, token_age::urgency(end, now))
}

/// `complete, synced 5 min ago`.
fn state_words(line: &ConnectionLine, now: Ts) -> String {
    match line.last_sync_at {
        Some(at) => format!("{}, synced {}", line.state, at.ago(now)),
        None => line.state.clone(),
    }
}

/// The name as people know it; there is one PSA, which has no name of its own.
fn shown_name(line: &ConnectionLine) -> &str {
    match line.source {
        Source::Distributor(_) => line.name.as_str(),
        Source::Psa(_) => "PSA",
    }
}

/// How a connection stands, line by line.
fn facts(c: &ConnectionLine, now: Ts) -> Vec<(&'static str, String)> {
    let time =
        |at: Option<Ts>| at.map_or("–".to_owned(), |at| format!("{} ({})", at.ago(now), at));
    let facts = [
        ("state", c.state.clone()),
        ("token", token(c, now).0),
        ("last sync", time(c.last_sync_at)),
        ("next sync", time(c.next_sync_at)),
        ("customers", grouped(i128::from(c.customers))),
        ("subscriptions", grouped(i128::from(c.subscriptions))),
    ];
    // The PSA has neither a refresh token nor listings of a distributor.
    let is_told = |label: &str| match c.source {
        Source::Distributor(_) => true,
        Source::Psa(_) => !matches!(label, "token" | "customers" | "subscriptions"),
    };
    facts
        .into_iter()
        .filter(|(label, _)| is_told(label))
        .collect()
}

/// How good the news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Good,
    Bad,
    Plain,
}

/// What a person reads first: what the Test said, else what the last run failed at.
fn news(c: &ConnectionLine, data: &Data) -> Vec<(&'static str, String, Tone)> {
    let problem = |head: &'static str, mark: &str, p: &Problem| {
        let lines = problem_lines(p).into_iter();
        let lines = lines.map(|(label, text)| match label {
            "" => (head, format!("{mark}{text}"), Tone::Bad),
            label => (label, text.to_owned(), Tone::Plain),
        });
        lines.collect()
    };
    match (data.tests.get(&c.name), &c.problem) {
        (Some(TestState::Running), _) => vec![("test", asking(c.source).to_owned(), Tone::Plain)],
        (Some(TestState::Done(Ok(words))), _) => vec![("test", format!("✓ {words}"), Tone::Good)],
        (Some(TestState::Done(Err(p))), _) => problem("test", "✗ ", p),
        (None, Some(p)) => problem("problem", "", p),
        (None, None) => Vec::new(),
    }
}

/// A connection on one line, for this pane and the overview.
pub fn draw_line(
    canvas: &mut Canvas<'_>,
    y: u16,
    line: &ConnectionLine,
    selected: bool,
    view: &View<'_>,
) {
    let t = view.theme;
    let style = t.text;
    canvas.mark(y, selected, " ", t);
    let (token, urgency) = token(line, view.now);
    let urgent = match urgency {
        Urgency::None => style,
        Urgency::Warn => t.warn,
        Urgency::Alarm => t.bad,
    };
    let (state, said) = match &line.problem {
        Some(p) => (format!("✗ {}", p.title), t.bad),
        None => (state_words(line, view.now), style),
    };
    let next = line
        .next_sync_at
        .map_or(String::new(), |at| format!("next {}", at.ago(view.now)));
    let wide = canvas.width() >= 86;
    let name = view.name_columns(canvas.width());
    let fixed = 2 + name + 1 + 13 + 21 + if wide { 14 } else { 0 };
    let cell = |text, width, style| Cell {
        text,
        width,
        side: Side::Left,
        style,
    };
    let mut cells = vec![
        cell(shown_name(line), name, style),
        cell(line.source.label(), 12, style),
        cell(&state, canvas.width().saturating_sub(fixed).max(10), said),
        cell(&token, 20, urgent),
    ];
    if wide {
        cells.push(cell(&next, 13, style));
    }
    canvas.row(2, y, &cells);
}

/// What is said while a Test runs.
pub fn asking(source: Source) -> &'static str {
    match source {
        Source::Distributor(_) => "asking the distributor …",
        Source::Psa(PsaSystem::Csv) => "reading the files …",
        Source::Psa(_) => "asking the PSA …",
    }
}

/// A problem in full: what was seen, why, what to do.
pub fn problem_lines(p: &Problem) -> Vec<(&'static str, &str)> {
    let request = p.request.as_deref().unwrap_or_default();
    [
        ("", p.title.as_str()),
        ("seen", &p.seen),
        ("cause", &p.cause),
        ("what to do", &p.remedy),
        ("request", request),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .collect()
}

impl ConnectionsPane {
    fn row<'d>(&self, data: &'d Data) -> Option<&'d ConnectionLine> {
        data.connections.as_ref()?.get(self.list.selected()?)
    }

    /// The selected connection, if it is a distributor's.
    fn distributor(&self, data: &Data) -> Option<ConnectionName> {
        let line = self.row(data)?;
        matches!(line.source, Source::Distributor(_)).then(|| line.name.clone())
    }

    fn draw_detail(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let Some(c) = self.row(view.data) else { return };
        let t = view.theme;
        canvas.rule(
            0,
            &format!("{} · {}", shown_name(c), c.source.label()),
            &view.hint(Action::Test, "tests it"),
            t.strong,
        );
        let w = usize::from(canvas.width().saturating_sub(15));
        let mut y = 1;
        let mut say = |canvas: &mut Canvas<'_>, label: &str, text: &str, style| {
            canvas.put_within(0, y, label, 14, t.text);
            for line in wrap(text, w, 6) {
                canvas.put(15, y, &line, style);
                y += 1;
            }
        };
        let news = news(c, view.data);
        for (label, text, tone) in &news {
            let style = match tone {
                Tone::Good => t.good,
                Tone::Bad => t.bad,
                Tone::Plain => t.text,
            };
            say(canvas, label, text, style);
        }
        if !news.is_empty() {
            say(canvas, "", " ", t.text);
        }
        for (label, text) in &facts(c, view.now) {
            say(canvas, label, text, t.text);
        }
    }
}

impl Pane for ConnectionsPane {
    fn count(&self, _: &Data) -> Option<u64> {
        None
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let t = view.theme;
        if view.data.is_first_run() {
            draw_welcome(view, canvas);
            return;
        }
        let (w, h) = (canvas.width(), canvas.height());
        let Some(rows) = &view.data.connections else {
            canvas.rule(0, "Connections", "", t.strong);
            canvas.put(2, 1, "reading the connections …", t.text);
            return;
        };
        let list_h = u16::try_from(rows.len()).unwrap_or(h).min(h / 3).max(1);
        if !view.zoomed {
            canvas.rule(
                0,
                &format!("Connections {}{}", rows.len(), chip(self.list.filter())),
                &view.hint(Action::Add, "adds one"),
                t.strong,
            );
            for (line, (_, at, selected)) in self.list.window(usize::from(list_h)).enumerate() {
                if let Some(c) = rows.get(at) {
                    draw_line(
                        canvas,
                        u16::try_from(line).unwrap_or(0) + 1,
                        c,
                        selected,
                        view,
                    );
                }
            }
        }
        let top = if view.zoomed { 0 } else { list_h + 2 };
        self.draw_detail(view, &mut canvas.part(0, top, w, h.saturating_sub(top)));
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        match action {
            Action::Move(step) => {
                let empty = Vec::new();
                let rows = cx.data.connections.as_ref().unwrap_or(&empty);
                self.list.step(step, rows, |c| c.name.clone());
            }
            Action::Test => {
                if let Some(connection) = self.row(cx.data).map(|c| c.name.clone()) {
                    cx.data.tests.insert(connection.clone(), TestState::Running);
                    cx.out
                        .effects
                        .push(Effect::Engine(Command::Test { connection }));
                }
            }
            Action::Open => {
                if let Some(line) = self.row(cx.data) {
                    let title = format!("{} · {}", shown_name(line), line.source.label());
                    let news = news(line, cx.data).into_iter();
                    let news = news.map(|(label, text, _)| (label, text));
                    let lines = news.chain(facts(line, cx.now));
                    let lines = lines.map(|(label, text)| format!("{label}: {text}"));
                    let lines = lines.collect();
                    cx.out.ask = Some(Overlay::Reader(Reader::new(&title, lines)));
                }
            }
            Action::Add => {
                let form = match next(cx.data) {
                    Some(Step::Psa) => Form::of_psa(),
                    _ => Form::default(),
                };
                cx.out.ask = Some(Overlay::Form(Box::new(form)));
            }
            Action::Accept => {
                if let Some(name) = self.distributor(cx.data) {
                    let words =
                        format!("acceptance run of {name}: test, sync of all of it, report …");
                    cx.out.notice = Some(words);
                    cx.out.effects.push(Effect::Accept(name));
                }
            }
            Action::Back => cx.out.go = Some((PaneId::Overview, String::new())),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        match action {
            Action::Test | Action::Open => self.row(data).is_some(),
            Action::Accept => self.distributor(data).is_some(),
            _ => true,
        }
    }

    fn refresh(&mut self, data: &Data) {
        let Some(rows) = &data.connections else {
            return;
        };
        self.list.rebuild(
            rows,
            0..rows.len(),
            |c| c.name.clone(),
            |c| format!("{} {}", shown_name(c), c.source.label()),
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
        if !whole_row {
            return Some(c.name.to_string());
        }
        Some([c.name.as_str(), c.source.label(), &c.state].join("\t"))
    }
}
