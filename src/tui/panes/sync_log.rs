//! What runs and what happened: phases with counts and time left, budgets, and the log with its filters.

use std::collections::VecDeque;

use super::super::canvas::Canvas;
use super::super::data::Data;
use super::super::keymap::Action;
use super::super::memory::PaneMemory;
use super::super::overlays::Overlay;
use super::super::overlays::reader::Reader;
use super::super::ring::LogRing;
use super::super::saving::Saved;
use super::super::widgets::list::Step;
use super::sync_log_view::{draw_entry, draw_runs};
use super::{Cx, Handled, Pane, PaneId, View, chip};
use crate::domain::log::{Level, LogEntry};

/// Which entries pass, and which one is selected.
#[derive(Debug)]
pub struct SyncLogPane {
    filter: String,
    from: Level,
    shown: VecDeque<u64>,
    seen: u64,
    at: usize,
    follow: bool,
}

impl Default for SyncLogPane {
    fn default() -> Self {
        Self {
            filter: String::new(),
            from: Level::Info,
            shown: VecDeque::new(),
            seen: 0,
            at: 0,
            follow: true,
        }
    }
}

impl SyncLogPane {
    fn passes(&self, e: &LogEntry) -> bool {
        e.level >= self.from
            && (self.filter.is_empty()
                || holds(&e.text, &self.filter)
                || e.connection
                    .as_ref()
                    .is_some_and(|c| holds(c.as_str(), &self.filter)))
    }

    /// Looks at what came since the last time only.
    fn catch_up(&mut self, log: &LogRing) {
        while self.shown.front().is_some_and(|n| *n < log.first()) {
            self.shown.pop_front();
            self.at = self.at.saturating_sub(1);
        }
        for n in self.seen.max(log.first())..log.end() {
            if log.get(n).is_some_and(|e| self.passes(e)) {
                self.shown.push_back(n);
            }
        }
        self.seen = log.end();
        if self.follow {
            self.at = self.shown.len().saturating_sub(1);
        }
    }

    fn start_over(&mut self, log: &LogRing) {
        let kept = self.shown.get(self.at).copied();
        self.shown.clear();
        self.seen = 0;
        self.catch_up(log);
        self.stay_at(kept);
    }

    /// The filter asks for more than before: only what passed it can pass it now.
    fn narrow(&mut self, log: &LogRing) {
        let kept = self.shown.get(self.at).copied();
        let mut shown = std::mem::take(&mut self.shown);
        shown.retain(|n| log.get(*n).is_some_and(|e| self.passes(e)));
        self.shown = shown;
        self.stay_at(kept);
    }

    fn stay_at(&mut self, kept: Option<u64>) {
        let last = self.shown.len().saturating_sub(1);
        self.at = match kept {
            Some(kept) if !self.follow => self.shown.partition_point(|n| *n < kept).min(last),
            _ => last,
        };
    }

    fn entry<'d>(&self, data: &'d Data) -> Option<&'d LogEntry> {
        data.log.get(*self.shown.get(self.at)?)
    }

    fn step(&mut self, step: Step) {
        let last = self.shown.len().saturating_sub(1);
        self.at = match step {
            Step::Up => self.at.saturating_sub(1),
            Step::Down => self.at + 1,
            Step::HalfUp => self.at.saturating_sub(10),
            Step::HalfDown => self.at + 10,
            Step::Top => 0,
            Step::Bottom => last,
        }
        .min(last);
        self.follow = self.at == last && matches!(step, Step::Bottom | Step::Down | Step::HalfDown);
    }

    fn previous_error(&mut self, data: &Data) {
        let before = (0..self.at).rev().find(|i| {
            let entry = self.shown.get(*i).and_then(|n| data.log.get(*n));
            entry.is_some_and(|e| e.level == Level::Error)
        });
        if let Some(at) = before {
            self.at = at;
            self.follow = false;
        }
    }

    fn draw_log(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let t = view.theme;
        let follow = match self.follow {
            true => "following".to_owned(),
            false => view.hint(Action::Follow, "follows"),
        };
        let count = match (self.shown.len(), view.data.log.len()) {
            (n, all) if n == all => format!("{all}"),
            (n, all) => format!("{n} of {all}"),
        };
        let heading = format!(
            "Log {count}, {} and above{}",
            self.from.tag(),
            chip(&self.filter)
        );
        canvas.rule(0, &heading, &follow, t.strong);
        if self.shown.is_empty() {
            let words = if view.data.log.is_empty() {
                "Nothing happened yet."
            } else {
                "Nothing passes the filter."
            };
            canvas.put(2, 1, words, t.text);
            return;
        }
        let h = usize::from(canvas.height().saturating_sub(1));
        // Following, the newest entry is the last line; else the list stands still while the selection moves.
        let from = if self.follow {
            self.shown.len().saturating_sub(h)
        } else {
            super::super::widgets::list::offset(self.at, self.shown.len(), h)
        };
        for (line, n) in self.shown.range(from..).take(h).enumerate() {
            if let Some(e) = view.data.log.get(*n) {
                draw_entry(
                    canvas,
                    u16::try_from(line).unwrap_or(0) + 1,
                    e,
                    from + line == self.at,
                    view,
                );
            }
        }
    }
}

/// True if `text` holds `part`, whatever the case of ASCII letters; makes no copy, since 100,000 entries are asked.
fn holds(text: &str, part: &str) -> bool {
    let (t, p) = (text.as_bytes(), part.as_bytes());
    let Some(first) = p.first() else { return true };
    let Some(last) = t.len().checked_sub(p.len()) else {
        return false;
    };
    let (low, high) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let begins = t.iter().take(last + 1).enumerate();
    begins
        .filter(|(_, b)| **b == low || **b == high)
        .any(|(at, _)| t[at..at + p.len()].eq_ignore_ascii_case(p))
}

impl Pane for SyncLogPane {
    fn count(&self, _: &Data) -> Option<u64> {
        None
    }

    fn render(&self, view: &View<'_>, canvas: &mut Canvas<'_>) {
        let (w, h) = (canvas.width(), canvas.height());
        let mut top = 0;
        if !view.zoomed {
            let half = (h / 2).max(4).min(h);
            let mut upper = canvas.part(0, 0, w, half);
            upper.rule(0, "Sync", "", view.theme.strong);
            top = draw_runs(view, &mut upper, 1).min(half);
        }
        self.draw_log(view, &mut canvas.part(0, top, w, h.saturating_sub(top)));
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Handled {
        match action {
            Action::Move(step) => self.step(step),
            Action::Follow => {
                self.follow = true;
                self.at = self.shown.len().saturating_sub(1);
            }
            Action::Show => {
                self.from = match self.from {
                    Level::Debug => Level::Info,
                    Level::Info => Level::Warn,
                    Level::Warn => Level::Error,
                    Level::Error => Level::Debug,
                };
                self.start_over(&cx.data.log);
            }
            Action::PreviousError => self.previous_error(cx.data),
            Action::Open => {
                if let Some(e) = self.entry(cx.data) {
                    let connection = e.connection.as_ref().map_or("", |c| c.as_str());
                    let lines = vec![
                        format!("{}  {}  {connection}", e.at, e.level.tag()),
                        String::new(),
                        e.text.clone(),
                    ];
                    cx.out.ask = Some(Overlay::Reader(Reader::of_log("Log entry", lines)));
                }
            }
            Action::Back => cx.out.go = Some((PaneId::Overview, String::new())),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn can(&self, action: Action, data: &Data) -> bool {
        match action {
            Action::Open => self.entry(data).is_some(),
            Action::Follow => !self.follow,
            _ => true,
        }
    }

    fn refresh(&mut self, data: &Data) {
        self.catch_up(&data.log);
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn set_filter(&mut self, text: &str, data: &Data) {
        let narrower = text.starts_with(&self.filter);
        text.clone_into(&mut self.filter);
        if narrower {
            self.narrow(&data.log);
        } else {
            self.start_over(&data.log);
        }
    }

    fn saved(&self, data: &Data) -> Option<Saved> {
        let rows = self.shown.iter().filter_map(|n| data.log.get(*n));
        Some(Saved::Log(rows.cloned().collect()))
    }

    /// The selected entry is not: the log begins with its newest ones.
    fn remembered(&self, _: &Data) -> PaneMemory {
        PaneMemory {
            show: self.from.tag().to_owned(),
            ..PaneMemory::default()
        }
    }

    fn recall(&mut self, memory: &PaneMemory) {
        self.from = Level::from_tag(&memory.show);
    }

    fn copied(&self, data: &Data, whole_row: bool) -> Option<String> {
        let e = self.entry(data)?;
        if !whole_row {
            return Some(e.text.clone());
        }
        let connection = e.connection.as_ref().map_or("", |c| c.as_str());
        Some(
            [
                e.at.to_string().as_str(),
                e.level.tag(),
                connection,
                &e.text,
            ]
            .join("\t"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Ts;

    fn entry(level: Level, text: &str) -> LogEntry {
        LogEntry {
            at: Ts::default(),
            level,
            connection: None,
            text: text.to_owned(),
        }
    }

    #[test]
    fn following_scrolling_and_filtering() {
        let mut data = Data::default();
        let mut pane = SyncLogPane::default();
        for n in 0..50 {
            data.log.push(entry(
                if n % 10 == 0 {
                    Level::Error
                } else {
                    Level::Info
                },
                &format!("line {n}"),
            ));
        }
        pane.refresh(&data);
        assert_eq!(pane.entry(&data).unwrap().text, "line 49");
        pane.step(Step::Up);
        data.log.push(entry(Level::Debug, "quiet"));
        data.log.push(entry(Level::Warn, "slow"));
        pane.refresh(&data);
        assert_eq!(
            pane.entry(&data).unwrap().text,
            "line 48",
            "scrolled back, it stays"
        );
        pane.previous_error(&data);
        assert_eq!(pane.entry(&data).unwrap().text, "line 40");
        pane.set_filter("LINE 4", &data);
        assert_eq!(pane.entry(&data).unwrap().text, "line 40");
        assert_eq!(pane.shown.len(), 11);
    }
}
