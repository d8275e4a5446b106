//! Puts a frame on the terminal: only the cells that differ, in one write, inside a synchronized update.

use std::io::{self, Write};

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::crossterm::cursor::{Hide, MoveTo, Show};
use ratatui::crossterm::queue;
use ratatui::crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate,
};
use ratatui::layout::Rect;

use crate::domain::shown::width;

/// The terminal as we left it, and the writer to it.
pub struct Painter<W: Write> {
    writer: W,
    /// A frame is put together here, so that it leaves in one write.
    frame: Vec<u8>,
    shown: Buffer,
    cursor: Option<(u16, u16)>,
    clear: bool,
}

impl<W: Write> Painter<W> {
    /// A terminal that shows nothing yet.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            frame: Vec::with_capacity(64 * 1024),
            shown: Buffer::empty(Rect::ZERO),
            cursor: None,
            clear: false,
        }
    }

    /// Forget what the terminal shows: the next frame is written whole.
    pub fn forget(&mut self) {
        self.shown = Buffer::empty(Rect::ZERO);
        self.cursor = None;
        self.clear = true;
    }

    /// Writes what differs from the last frame; nothing at all where nothing does. Gives the bytes written.
    pub fn paint(&mut self, frame: Buffer, cursor: Option<(u16, u16)>) -> io::Result<usize> {
        if frame.area != self.shown.area {
            self.clear |= self.shown.area != Rect::ZERO;
            self.shown = Buffer::empty(frame.area);
        }
        let changed = bridged(self.shown.diff(&frame), &frame);
        if changed.is_empty() && cursor == self.cursor && !self.clear {
            return Ok(0);
        }
        self.frame.clear();
        let out = &mut self.frame;
        queue!(out, BeginSynchronizedUpdate)?;
        if self.clear {
            queue!(out, Clear(ClearType::All))?;
        }
        let mut visible = self.cursor.is_some();
        if !changed.is_empty() {
            if visible {
                queue!(out, Hide)?;
                visible = false;
            }
            CrosstermBackend::new(&mut *out).draw(changed.into_iter())?;
        }
        if let Some((x, y)) = cursor {
            queue!(out, MoveTo(x, y))?;
        }
        match (cursor.is_some(), visible) {
            (true, false) => queue!(out, Show)?,
            (false, true) => queue!(out, Hide)?,
            _ => {}
        }
        queue!(out, EndSynchronizedUpdate)?;
        self.writer.write_all(&self.frame)?;
        self.writer.flush()?;
        self.clear = false;
        self.shown = frame;
        self.cursor = cursor;
        Ok(self.frame.len())
    }

    /// Writes something that is no frame: a clipboard sequence.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)?;
        self.writer.flush()
    }

    /// What was written to.
    #[cfg(test)]
    pub fn writer(&self) -> &W {
        &self.writer
    }
}

/// A move of the cursor takes about this many bytes.
const MOVE: usize = 7;

/// Adds unchanged cells between changed ones where writing them is cheaper than moving the cursor over them.
fn bridged<'a>(changed: Vec<(u16, u16, &'a Cell)>, frame: &'a Buffer) -> Vec<(u16, u16, &'a Cell)> {
    let mut out: Vec<(u16, u16, &Cell)> = Vec::with_capacity(changed.len() * 2);
    for (x, y, cell) in changed {
        if let Some((last_x, last_y, last)) = out.last().copied() {
            let after = last_x + u16::try_from(width(last.symbol())).unwrap_or(1).max(1);
            let gap: Vec<&Cell> = (after..x).filter_map(|x| frame.cell((x, y))).collect();
            let bytes: usize = gap.iter().map(|c| c.symbol().len()).sum();
            let is_plain = |c: &&Cell| width(c.symbol()) == 1 && c.style() == last.style();
            if last_y == y && after < x && bytes <= MOVE && gap.iter().all(is_plain) {
                out.extend((after..x).zip(gap).map(|(x, c)| (x, y, c)));
            }
        }
        out.push((x, y, cell));
    }
    out
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    fn frame(text: &str) -> Buffer {
        let mut buf = Buffer::empty(Rect::new(0, 0, 20, 2));
        buf.set_string(0, 0, text, Style::new());
        buf
    }

    #[test]
    fn an_equal_frame_writes_nothing() {
        let mut painter = Painter::new(Vec::new());
        assert!(painter.paint(frame("one"), None).unwrap() > 0);
        assert_eq!(painter.paint(frame("one"), None).unwrap(), 0);
        let small = painter.paint(frame("two"), None).unwrap();
        assert!(small > 0 && small < 60, "{small}");
    }

    #[test]
    fn a_frame_is_bracketed_and_only_a_new_size_clears() {
        let mut painter = Painter::new(Vec::new());
        painter.paint(frame("one"), None).unwrap();
        let text = String::from_utf8(painter.writer().clone()).unwrap();
        assert!(text.starts_with("\x1b[?2026h") && text.ends_with("\x1b[?2026l"));
        assert!(!text.contains("\x1b[2J"));
        painter
            .paint(Buffer::empty(Rect::new(0, 0, 5, 5)), None)
            .unwrap();
        let text = String::from_utf8(painter.writer().clone()).unwrap();
        assert!(text.contains("\x1b[2J"));
    }

    #[test]
    fn small_gaps_are_written_over() {
        let mut painter = Painter::new(Vec::new());
        painter.paint(frame("a b c d e f 日 h"), None).unwrap();
        let before = painter.writer().len();
        painter.paint(frame("A b C d E f 日 H"), None).unwrap();
        let text = String::from_utf8(painter.writer()[before..].to_vec()).unwrap();
        assert!(text.contains("A b C d E"), "{text:?}");
        assert_eq!(text.matches('H').count(), 3, "two moves and the letter");
    }

    #[test]
    fn the_cursor_comes_and_goes() {
        let mut painter = Painter::new(Vec::new());
        painter.paint(frame("one"), Some((3, 0))).unwrap();
        painter.paint(frame("one"), None).unwrap();
        let text = String::from_utf8(painter.writer().clone()).unwrap();
        assert!(text.contains("\x1b[?25h") && text.contains("\x1b[?25l"));
    }
}
