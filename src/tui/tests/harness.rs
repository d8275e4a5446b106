//! A screen without a terminal: messages and keys in, frames, bytes and effects out.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::time::Calendar;
use crate::tui::act::Arrival;
use crate::tui::msg::{Effect, Msg};
use crate::tui::options::Options;
use crate::tui::painter::Painter;
use crate::tui::sample;
use crate::tui::spoken::lines;
use crate::tui::state::State;
use crate::tui::view;

/// A screen and the bytes it wrote.
pub struct Bench {
    pub state: State,
    pub painter: Painter<Vec<u8>>,
    pub effects: Vec<Effect>,
    at: Duration,
}

pub fn options() -> Options {
    Options {
        actor: "me".to_owned(),
        calendar: Calendar::fixed(sample::now()),
        ..Options::default()
    }
}

impl Bench {
    /// A screen that knows these messages and is painted.
    pub fn new(size: (u16, u16), msgs: Vec<Msg>) -> Self {
        Self::with(&options(), size, msgs)
    }

    pub fn with(options: &Options, size: (u16, u16), msgs: Vec<Msg>) -> Self {
        let mut bench = Self {
            state: State::new(options, size),
            painter: Painter::new(Vec::new()),
            effects: Vec::new(),
            at: Duration::ZERO,
        };
        for msg in msgs {
            bench.tell(msg);
        }
        bench.paint();
        bench
    }

    pub fn tell(&mut self, msg: Msg) {
        let effects = self.state.apply(msg, sample::now());
        self.effects.extend(effects);
    }

    /// Paints; gives the bytes.
    pub fn paint(&mut self) -> usize {
        let frame = view::draw(&self.state);
        let bytes = self.painter.paint(frame.buf, frame.cursor).unwrap();
        self.state.painted(self.at);
        bytes
    }

    /// Keys with time to look in between, named as in the table; gives the bytes of the last frame.
    pub fn keys(&mut self, names: &str) -> usize {
        let mut bytes = 0;
        for name in names.split(' ') {
            self.at += Duration::from_secs(2);
            self.press(name, 1);
            bytes = self.paint();
        }
        bytes
    }

    /// A key without a frame after it.
    pub fn press(&mut self, name: &str, burst: usize) {
        let arrival = Arrival {
            at: self.at,
            now: sample::now(),
            burst,
        };
        let effects = self.state.key(key(name), arrival);
        self.effects.extend(effects);
    }

    pub fn wait(&mut self, time: Duration) {
        self.at += time;
    }

    pub fn frame(&self) -> Buffer {
        view::draw(&self.state).buf
    }

    /// The frame as lines, without spaces at their ends.
    pub fn text(&self) -> String {
        text(&self.frame())
    }

    /// The effects since the last time, as text.
    pub fn asked(&mut self) -> String {
        let effects = std::mem::take(&mut self.effects);
        effects
            .iter()
            .map(|e| format!("{e:?}"))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// The key of this name.
pub fn key(name: &str) -> KeyEvent {
    let (rest, modifiers) = match name.strip_prefix("ctrl-") {
        Some(rest) => (rest, KeyModifiers::CONTROL),
        None => (name, KeyModifiers::NONE),
    };
    let code = match rest {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "backspace" => KeyCode::Backspace,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "space" => KeyCode::Char(' '),
        c => KeyCode::Char(c.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

pub fn text(buf: &Buffer) -> String {
    let lines = lines(buf).into_iter();
    lines.map(|line| line + "\n").collect()
}

/// Runs of cells that are not plain, line by line: `3: 0-6 BOLD`.
pub fn styles(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buf.area.height {
        let mut x = 0;
        while x < buf.area.width {
            let style = buf[(x, y)].style();
            let from = x;
            while x < buf.area.width && buf[(x, y)].style() == style {
                x += 1;
            }
            let fg = style.fg.unwrap_or_default();
            let plain = fg == ratatui::style::Color::Reset && style.add_modifier.is_empty();
            if !plain {
                out += &format!("{y}: {from}-{} {fg:?} {:?}\n", x - 1, style.add_modifier);
            }
        }
    }
    out
}
