//! What is to be accepted in one go, shown before it is: every link with its reasons, and each can be taken out.

use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::canvas::{Canvas, Cell, Side};
use super::super::panes::guard::PASTED;
use super::super::panes::review::percent;
use super::super::theme::Theme;
use super::super::widgets::list::offset;
use crate::domain::ids::{CustomerId, Subject};
use crate::domain::shown::wrap;

/// Rows for the reasons of the selected link, below their heading.
const WHY: u16 = 3;

/// A link that may be accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The account or SKU.
    pub subject: Subject,
    /// What it is linked to.
    pub to: Counterpart,
    /// What the distributor calls it.
    pub ours: String,
    /// What the PSA calls its counterpart.
    pub theirs: String,
    /// The counterpart's id in the PSA.
    pub psa_id: String,
    /// The matcher's score, from 0 to 1.
    pub score: f64,
    /// Why, and why not.
    pub reasons: Vec<String>,
}

/// What an account or a SKU is linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counterpart {
    /// A customer of the hub.
    Customer(CustomerId),
    /// The product of this code.
    Product(String),
}

/// What a key did.
#[derive(Debug)]
pub enum Answered {
    /// Nothing is accepted yet.
    Open,
    /// Nothing is accepted; it says why, if something was asked for.
    Refused(&'static str),
    /// Closed: nothing is accepted.
    Closed,
    /// These are accepted.
    Accepted(Vec<Proposal>),
}

/// The preview.
#[derive(Debug)]
pub struct Batch {
    /// What they have in common.
    title: String,
    /// What else would fit and was left out, and why; empty for nothing.
    left_out: String,
    rows: Vec<(Proposal, Taken)>,
    at: usize,
    seen: Option<Duration>,
}

/// Whether a link is among those that will be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    In,
    Out,
}

impl Batch {
    /// All of these are in it, to begin with.
    pub fn new(title: String, left_out: String, rows: Vec<Proposal>) -> Self {
        Self {
            title,
            left_out,
            rows: rows.into_iter().map(|row| (row, Taken::In)).collect(),
            at: 0,
            seen: None,
        }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Each link in words, for whoever hears the list.
    pub fn named(&self) -> impl Iterator<Item = String> {
        self.rows.iter().map(|(row, taken)| {
            let out = match taken {
                Taken::In => "",
                Taken::Out => ", taken out",
            };
            format!("{} → {}{out}", row.ours, row.theirs)
        })
    }

    fn accepted(&self) -> impl Iterator<Item = &Proposal> {
        let taken = self.rows.iter().filter(|(_, taken)| *taken == Taken::In);
        taken.map(|(row, _)| row)
    }

    /// It is on screen from now on.
    pub fn painted(&mut self, at: Duration) {
        self.seen.get_or_insert(at);
    }

    /// Goes to the row at this place.
    pub fn go_to(&mut self, at: usize) {
        self.at = at.min(self.rows.len().saturating_sub(1));
    }

    /// Takes a key that arrived at this time, among so many in one go.
    pub fn key(&mut self, key: KeyEvent, at: Duration, burst: usize) -> Answered {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc | KeyCode::Backspace | KeyCode::Char('q') => return Answered::Closed,
            KeyCode::Char('c') if ctrl => return Answered::Closed,
            KeyCode::Enter => return self.answered(at, burst),
            KeyCode::Char(' ') => self.turn(),
            KeyCode::Char('j') | KeyCode::Down => self.go_to(self.at + 1),
            KeyCode::Char('k') | KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::PageDown => self.go_to(self.at + 10),
            KeyCode::PageUp => self.at = self.at.saturating_sub(10),
            KeyCode::Char('g') | KeyCode::Home => self.at = 0,
            KeyCode::Char('G') | KeyCode::End => self.go_to(usize::MAX),
            _ => {}
        }
        Answered::Open
    }

    fn turn(&mut self) {
        if let Some((_, taken)) = self.rows.get_mut(self.at) {
            *taken = match taken {
                Taken::In => Taken::Out,
                Taken::Out => Taken::In,
            };
        }
    }

    /// Nobody accepts what was not on screen.
    fn answered(&self, at: Duration, burst: usize) -> Answered {
        if burst >= PASTED {
            return Answered::Refused("many keys at once: nothing was decided");
        }
        if self.seen.is_none_or(|seen| at < seen) {
            return Answered::Refused("typed ahead: this list was not on screen yet");
        }
        let accepted: Vec<Proposal> = self.accepted().cloned().collect();
        match accepted.is_empty() {
            true => Answered::Refused("every link was taken out: nothing is accepted"),
            false => Answered::Accepted(accepted),
        }
    }

    /// Draws it into its frame.
    pub fn draw(&self, canvas: &mut Canvas<'_>, t: &Theme) {
        let (w, h) = (canvas.width(), canvas.height());
        let count = self.accepted().count();
        let (title, n) = (&self.title, self.rows.len());
        canvas.put(
            0,
            0,
            &format!("{count} of {n} to accept in one go: {title}"),
            t.strong,
        );
        let notes = u16::from(!self.left_out.is_empty());
        let rows = h.saturating_sub(1 + 1 + WHY + notes + 1);
        let from = offset(self.at, n, usize::from(rows));
        let listed = self.rows.iter().enumerate().skip(from);
        for (y, (place, (row, taken))) in (1..=rows).zip(listed) {
            draw_row(canvas, y, row, *taken, place == self.at, t);
        }
        let y = rows + 1;
        canvas.rule(y, "Why the one at >, and why not", "", t.strong);
        if let Some((row, _)) = self.rows.get(self.at) {
            let all = row.reasons.join("   ");
            let lines = wrap(&all, usize::from(w), usize::from(WHY));
            for (y, line) in (y + 1..).zip(&lines) {
                canvas.put(0, y, line, t.text);
            }
        }
        if notes > 0 {
            canvas.put(0, h.saturating_sub(2), &self.left_out, t.warn);
        }
        let keys = format!("space takes one out   Enter links the {count} with ✓   Esc links none");
        canvas.put(0, h.saturating_sub(1), &keys, t.text);
    }
}

fn draw_row(
    canvas: &mut Canvas<'_>,
    y: u16,
    row: &Proposal,
    taken: Taken,
    selected: bool,
    t: &Theme,
) {
    let free = canvas.width().saturating_sub(2 + 2 + 5 + 2 + 14 + 1);
    let (check, score) = match taken {
        Taken::In => ("✓", percent(row.score)),
        Taken::Out => ("·", percent(row.score)),
    };
    canvas.mark(y, selected, " ", t);
    let cell = |text, width, side| Cell {
        text,
        width,
        side,
        style: t.text,
    };
    let psa_id = format!("PSA {}", row.psa_id);
    canvas.row(
        2,
        y,
        &[
            cell(check, 1, Side::Left),
            cell(score.as_str(), 4, Side::Right),
            cell(row.ours.as_str(), free / 2, Side::Left),
            cell("→", 1, Side::Left),
            cell(row.theirs.as_str(), free - free / 2, Side::Left),
            cell(&psa_id, 13, Side::Left),
        ],
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::AccountKey;

    fn batch(n: usize) -> Batch {
        let row = |i: usize| Proposal {
            subject: AccountKey::new("synnex", i.to_string()).into(),
            to: Counterpart::Customer(CustomerId(1)),
            ours: format!("Contoso {i}"),
            theirs: "Contoso Ltd".to_owned(),
            psa_id: "7".to_owned(),
            score: 0.97,
            reasons: vec!["+ same name".to_owned()],
        };
        Batch::new("sure".to_owned(), String::new(), (0..n).map(row).collect())
    }

    fn press(batch: &mut Batch, code: KeyCode) -> Answered {
        let key = KeyEvent::new(code, KeyModifiers::NONE);
        batch.key(key, Duration::from_secs(9), 1)
    }

    #[test]
    fn what_was_taken_out_is_not_accepted() {
        let mut b = batch(3);
        b.painted(Duration::from_secs(1));
        press(&mut b, KeyCode::Down);
        press(&mut b, KeyCode::Char(' '));
        let Answered::Accepted(rows) = press(&mut b, KeyCode::Enter) else {
            panic!("accepted")
        };
        let ours: Vec<&str> = rows.iter().map(|r| r.ours.as_str()).collect();
        assert_eq!(ours, ["Contoso 0", "Contoso 2"]);
        press(&mut b, KeyCode::Home);
        press(&mut b, KeyCode::Char(' '));
        press(&mut b, KeyCode::End);
        press(&mut b, KeyCode::Char(' '));
        assert!(matches!(
            press(&mut b, KeyCode::Enter),
            Answered::Refused(_)
        ));
    }

    #[test]
    fn nothing_is_accepted_unseen() {
        let mut b = batch(2);
        let early = Duration::from_secs(3);
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        assert!(matches!(b.key(enter, early, 1), Answered::Refused(_)));
        b.painted(Duration::from_secs(4));
        assert!(matches!(b.key(enter, early, 1), Answered::Refused(_)));
        assert!(matches!(
            b.key(enter, Duration::from_secs(5), PASTED),
            Answered::Refused(_)
        ));
        assert!(matches!(
            b.key(enter, Duration::from_secs(5), 1),
            Answered::Accepted(_)
        ));
        assert!(matches!(press(&mut b, KeyCode::Esc), Answered::Closed));
    }
}
