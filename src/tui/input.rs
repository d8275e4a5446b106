//! From terminal events to input: split escape sequences are joined again, a key counts when it goes down.

use std::time::{Duration, Instant};

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind, poll, read,
};
use ratatui::crossterm::terminal::size;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// How long a lone Esc waits for the rest of a sequence on a near terminal.
pub const NEAR: Duration = Duration::from_millis(30);
/// … and over SSH.
pub const FAR: Duration = Duration::from_millis(100);

/// No sequence that we know is longer.
const LONGEST: usize = 24;

/// What a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key went down.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The terminal has a new size.
    Resize(u16, u16),
    /// The left button went down at this column and row.
    Click(u16, u16),
    /// The wheel turned by a notch; down, if true.
    Wheel(bool),
}

/// Reads the terminal on a thread of its own. The thread is never waited for: once the terminal is gone it does not end.
/// `painted` is the size of the first frame: a change of size before anybody listened for it is told as one that comes now.
pub fn read_terminal(
    started: Instant,
    painted: (u16, u16),
) -> UnboundedReceiver<(Event, Duration)> {
    let (tell, told) = unbounded_channel();
    std::thread::spawn(move || {
        // From the first look on, the signal of a new size is listened for.
        let _ = poll(Duration::ZERO);
        if let Ok((w, h)) = size()
            && (w, h) != painted
        {
            let _ = tell.send((Event::Resize(w, h), started.elapsed()));
        }
        while let Ok(event) = read() {
            if tell.send((event, started.elapsed())).is_err() {
                break;
            }
        }
    });
    told
}

/// Joins what a slow link took apart (`ESC` `[` `A` is the up arrow). Times are since any fixed instant.
#[derive(Debug)]
pub struct Decoder {
    patience: Duration,
    held: Option<(Duration, String)>,
}

impl Decoder {
    /// Waits this long for the rest of a sequence.
    pub fn new(patience: Duration) -> Self {
        Self {
            patience,
            held: None,
        }
    }

    /// Takes an event that arrived at `now`; gives what is certain.
    pub fn feed(&mut self, event: Event, now: Duration) -> Vec<Input> {
        let mut out = self.expire(now);
        match event {
            Event::Key(key) if key.kind == KeyEventKind::Release => {}
            Event::Key(key) => self.key(key, now, &mut out),
            Event::Paste(text) => {
                out.extend(self.flush());
                out.push(Input::Paste(text));
            }
            Event::Resize(w, h) => out.push(Input::Resize(w, h)),
            Event::Mouse(mouse) => out.extend(match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => {
                    Some(Input::Click(mouse.column, mouse.row))
                }
                MouseEventKind::ScrollDown => Some(Input::Wheel(true)),
                MouseEventKind::ScrollUp => Some(Input::Wheel(false)),
                _ => None,
            }),
            Event::FocusGained | Event::FocusLost => {}
        }
        out
    }

    /// When the wait for the rest of a sequence ends.
    pub fn deadline(&self) -> Option<Duration> {
        self.held.as_ref().map(|(since, _)| *since + self.patience)
    }

    /// Gives up waiting if it is time: what is held was a lone Esc.
    pub fn expire(&mut self, now: Duration) -> Vec<Input> {
        match self.deadline() {
            Some(at) if now >= at => self.flush(),
            _ => Vec::new(),
        }
    }

    fn flush(&mut self) -> Vec<Input> {
        self.held
            .take()
            .map(|_| Input::Key(plain(KeyCode::Esc)))
            .into_iter()
            .collect()
    }

    fn key(&mut self, key: KeyEvent, now: Duration, out: &mut Vec<Input>) {
        let bare = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        if key.code == KeyCode::Esc && bare {
            out.extend(self.flush());
            self.held = Some((now, String::new()));
            return;
        }
        let Some((since, mut seen)) = self.held.take() else {
            out.push(Input::Key(key));
            return;
        };
        match key.code {
            KeyCode::Char(c) if bare && (!seen.is_empty() || matches!(c, '[' | 'O')) => {
                seen.push(c);
                if !is_complete(&seen) && seen.len() < LONGEST {
                    self.held = Some((since.max(now), seen));
                } else if let Some(code) = meaning(&seen) {
                    out.push(Input::Key(plain(code)));
                }
            }
            _ => {
                out.push(Input::Key(plain(KeyCode::Esc)));
                out.push(Input::Key(key));
            }
        }
    }
}

fn plain(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// True once the final byte of a CSI or SS3 sequence has come.
fn is_complete(seen: &str) -> bool {
    seen.len() > 1 && seen.ends_with(|c: char| ('@'..='~').contains(&c))
}

/// The key that a sequence stands for; none for answers of the terminal and anything unknown, which are swallowed.
fn meaning(seen: &str) -> Option<KeyCode> {
    let body = seen.get(1..)?;
    Some(match body {
        "A" => KeyCode::Up,
        "B" => KeyCode::Down,
        "C" => KeyCode::Right,
        "D" => KeyCode::Left,
        "H" | "1~" | "7~" => KeyCode::Home,
        "F" | "4~" | "8~" => KeyCode::End,
        "5~" => KeyCode::PageUp,
        "6~" => KeyCode::PageDown,
        "3~" => KeyCode::Delete,
        "Z" => KeyCode::BackTab,
        "M" if seen.starts_with('O') => KeyCode::Enter,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(decoder: &mut Decoder, keys: &str, at: u64) -> Vec<Input> {
        let mut out = Vec::new();
        for c in keys.chars() {
            let code = if c == '\u{1b}' {
                KeyCode::Esc
            } else {
                KeyCode::Char(c)
            };
            out.extend(decoder.feed(Event::Key(plain(code)), Duration::from_millis(at)));
        }
        out
    }

    fn key(code: KeyCode) -> Input {
        Input::Key(plain(code))
    }

    #[test]
    fn a_split_arrow_is_one_key() {
        let mut d = Decoder::new(NEAR);
        assert_eq!(typed(&mut d, "\u{1b}", 0), []);
        assert_eq!(typed(&mut d, "[", 10), []);
        assert_eq!(typed(&mut d, "A", 20), [key(KeyCode::Up)]);
        assert_eq!(typed(&mut d, "\u{1b}OB", 50), [key(KeyCode::Down)]);
        assert_eq!(typed(&mut d, "\u{1b}[5~", 60), [key(KeyCode::PageUp)]);
        assert_eq!(
            typed(&mut d, "\u{1b}[?62;c1", 70),
            [key(KeyCode::Char('1'))]
        );
    }

    #[test]
    fn a_lone_escape_waits_and_then_counts() {
        let mut d = Decoder::new(NEAR);
        typed(&mut d, "\u{1b}", 0);
        assert_eq!(d.deadline(), Some(NEAR));
        assert_eq!(d.expire(Duration::from_millis(29)), []);
        assert_eq!(d.expire(NEAR), [key(KeyCode::Esc)]);
        assert_eq!(
            typed(&mut d, "\u{1b}x", 100),
            [key(KeyCode::Esc), key(KeyCode::Char('x'))]
        );
        typed(&mut d, "\u{1b}", 200);
        assert_eq!(
            typed(&mut d, "[", 400),
            [key(KeyCode::Esc), key(KeyCode::Char('['))]
        );
    }

    #[test]
    fn a_key_that_goes_up_is_nothing() {
        let mut d = Decoder::new(NEAR);
        let mut up = plain(KeyCode::Char('n'));
        up.kind = KeyEventKind::Release;
        assert_eq!(d.feed(Event::Key(up), Duration::ZERO), []);
    }
}
