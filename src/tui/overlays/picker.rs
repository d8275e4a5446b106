//! One of several, found by typing: the palette, the help, a counterpart, a reason.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::to_input_request;

use super::super::canvas::{Canvas, Cell, Side};
use super::super::data::Data;
use super::super::keymap::COMMANDS;
use super::super::panes::review::About;
use super::super::theme::Theme;
use super::super::widgets::{fuzzy, list::offset};
use crate::domain::hub::CustomerLine;
use crate::domain::ids::{AccountKey, SkuKey, SubscriptionKey};
use crate::domain::shown::{safe, width};

/// A row to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What it is; searched.
    pub label: String,
    /// More about it, at the right; searched too.
    pub hint: String,
    /// What it stands for, in the words of the purpose.
    pub value: i64,
}

impl Choice {
    /// A row that is only its text.
    pub fn plain(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            hint: String::new(),
            value: 0,
        }
    }
}

/// What the choice is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Run a command; the value is its place in the table.
    Command,
    /// Use a theme; the value is its place among them.
    Theme,
    /// Do a step of the checklist; the value is its place, or -1 to show or hide it.
    Step,
    /// Which of the subscriptions that are listed is to be given away; the value is its place.
    Subscription(Vec<SubscriptionKey>),
    /// Give this subscription away; the value is the hub customer's id.
    Give(SubscriptionKey),
    /// Take this account out; the label is the reason.
    Exclude(AccountKey),
    /// Link this account; the value is the hub customer's id.
    Counterpart(AccountKey),
    /// Put together what this SKU is sold as.
    Sku(SkuKey, About),
    /// Mute this finding; the text is days and reason.
    Mute(String),
    /// Add the text as a note to this finding.
    Note(String),
}

impl Purpose {
    /// True if choosing writes something.
    pub fn decides(&self) -> bool {
        !matches!(
            self,
            Purpose::Command | Purpose::Theme | Purpose::Step | Purpose::Subscription(_)
        )
    }
}

/// What a key did.
#[derive(Debug)]
pub enum Picked {
    /// Nothing is chosen yet.
    Open,
    /// Closed without a choice.
    Closed,
    /// A row was chosen.
    Row(Choice),
    /// A text was typed that is no row.
    Text(String),
}

/// A list to choose from.
#[derive(Debug)]
pub struct Picker {
    title: String,
    rows: Vec<Choice>,
    free_text: bool,
    /// What the choice is for.
    pub purpose: Purpose,
    input: Input,
    order: Vec<usize>,
    at: usize,
}

impl Picker {
    /// Only the rows can be chosen.
    pub fn new(title: String, rows: Vec<Choice>, purpose: Purpose) -> Self {
        let order = (0..rows.len()).collect();
        Self {
            title,
            rows,
            free_text: false,
            purpose,
            input: Input::default(),
            order,
            at: 0,
        }
    }

    /// A text of one's own can be typed instead.
    pub fn with_free_text(title: String, rows: Vec<Choice>, purpose: Purpose) -> Self {
        Self {
            free_text: true,
            ..Self::new(title, rows, purpose)
        }
    }

    /// How many rows there are to choose from, whatever is searched.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The rows that the search found, best first.
    pub fn found(&self) -> impl Iterator<Item = &str> {
        let rows = self.order.iter().filter_map(|i| self.rows.get(*i));
        rows.map(|row| row.label.as_str())
    }

    /// Goes to the row at this place of what was found.
    pub fn go_to(&mut self, at: usize) {
        self.at = at.min(self.order.len().saturating_sub(1));
    }

    /// Searches for this text instead of what was typed before.
    pub fn search_for(&mut self, text: &str) {
        self.input.reset();
        self.paste(text);
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Picked {
        let last = self.order.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => return Picked::Closed,
            KeyCode::Enter => return self.chosen(),
            KeyCode::Down | KeyCode::Tab => self.at = (self.at + 1).min(last),
            KeyCode::Up | KeyCode::BackTab => self.at = self.at.saturating_sub(1),
            KeyCode::PageDown => self.at = (self.at + 10).min(last),
            KeyCode::PageUp => self.at = self.at.saturating_sub(10),
            _ => {
                if let Some(request) = to_input_request(&Event::Key(key)) {
                    self.input.handle(request);
                    self.search();
                }
            }
        }
        Picked::Open
    }

    /// Takes a pasted text into the search.
    pub fn paste(&mut self, text: &str) {
        insert(&mut self.input, text);
        self.search();
    }

    fn search(&mut self) {
        let pattern = self.input.value();
        let mut found: Vec<(i32, usize)> = self
            .rows
            .iter()
            .enumerate()
            .filter_map(|(i, r)| {
                let text = format!("{} {} {}", r.label, r.hint, self.also(r));
                Some((fuzzy::score(pattern, &text)?, i))
            })
            .collect();
        found.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
        self.order = found.into_iter().map(|(_, i)| i).collect();
        self.at = 0;
    }

    /// What else a command is known by: its names in the configuration and in the footer.
    fn also(&self, row: &Choice) -> String {
        let is_command = self.purpose == Purpose::Command;
        let at = usize::try_from(row.value).ok().filter(|_| is_command);
        let command = at.and_then(|at| COMMANDS.get(at));
        command.map_or(String::new(), |c| format!("{} {}", c.name, c.word))
    }

    fn chosen(&self) -> Picked {
        let typed = self.input.value().trim();
        match self.order.get(self.at).and_then(|i| self.rows.get(*i)) {
            Some(row) => Picked::Row(row.clone()),
            None if self.free_text && !typed.is_empty() => Picked::Text(typed.to_owned()),
            None => Picked::Open,
        }
    }

    /// Draws it into its frame; gives where the cursor stands.
    pub fn draw(&self, canvas: &mut Canvas<'_>, theme: &Theme) -> (u16, u16) {
        let (w, h) = (canvas.width(), canvas.height());
        canvas.put(0, 0, &self.title, theme.strong);
        let label = if self.rows.is_empty() {
            "text: "
        } else {
            "search: "
        };
        let x = canvas.put(0, 1, label, theme.text);
        let room = usize::from(w.saturating_sub(x + 1));
        let skip = self.input.visual_scroll(room.max(1));
        let shown: String = self.input.value().chars().skip(skip).collect();
        canvas.put(x, 1, &shown, theme.strong);
        let rows = usize::from(h.saturating_sub(2));
        if self.order.is_empty() {
            let words = if self.free_text {
                "Enter takes what you typed"
            } else {
                "nothing found"
            };
            canvas.put(2, 2, words, theme.text);
        }
        let widest = self.rows.iter().map(|r| width(&r.hint)).max().unwrap_or(0);
        let hint = u16::try_from(widest).unwrap_or(w).min(w / 2);
        let from = offset(self.at, self.order.len(), rows);
        for (line, i) in self.order.iter().enumerate().skip(from).take(rows) {
            let Some(r) = self.rows.get(*i) else { continue };
            let y = u16::try_from(line - from).unwrap_or(0) + 2;
            let style = if line == self.at {
                theme.strong
            } else {
                theme.text
            };
            canvas.mark(y, line == self.at, " ", theme);
            let cell = |text, width| Cell {
                text,
                width,
                side: Side::Left,
                style,
            };
            canvas.row(
                2,
                y,
                &[
                    cell(r.label.as_str(), w.saturating_sub(hint + 3)),
                    cell(r.hint.as_str(), hint),
                ],
            );
        }
        let cursor = self.input.visual_cursor().saturating_sub(skip).min(room);
        canvas.on_screen(x + u16::try_from(cursor).unwrap_or(0), 1)
    }
}

/// Every customer of the hub, to choose one of them.
pub fn customers(data: &Data) -> Vec<Choice> {
    let hub = data.customers.iter().flatten();
    let choice = |c: &CustomerLine| {
        let p = &c.customer.profile;
        let place = [&p.domain, &p.city, &p.country].into_iter();
        let place: Vec<&str> = place
            .map(String::as_str)
            .filter(|s| !s.is_empty())
            .collect();
        Choice {
            label: p.name.clone(),
            hint: place.join(" · "),
            value: c.customer.id.0,
        }
    };
    hub.map(choice).collect()
}

/// Inserts a pasted text at the cursor, on one line.
pub fn insert(input: &mut Input, text: &str) {
    for c in safe(text.trim()).chars().take(4096) {
        input.handle(tui_input::InputRequest::InsertChar(c));
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyModifiers;

    use super::*;

    fn press(p: &mut Picker, code: KeyCode) -> Picked {
        p.key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn typing_finds_and_enter_takes() {
        let rows = ["internal use", "test"].map(Choice::plain).into();
        let mut p = Picker::with_free_text("why".to_owned(), rows, Purpose::Command);
        for c in "te".chars() {
            press(&mut p, KeyCode::Char(c));
        }
        assert!(matches!(press(&mut p, KeyCode::Enter), Picked::Row(r) if r.label == "test"));
        p.paste("amwork\u{1b}[2J");
        assert!(matches!(press(&mut p, KeyCode::Enter), Picked::Text(t) if t == "teamwork[2J"));
        assert!(matches!(press(&mut p, KeyCode::Esc), Picked::Closed));
    }
}
