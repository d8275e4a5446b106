//! Drawing into a part of the screen: every text passes the last sanitiser and stays inside.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::shown::{fit, width};
use super::theme::Theme;

/// A part of the screen; positions count from its own corner.
pub struct Canvas<'a> {
    buf: &'a mut Buffer,
    area: Rect,
}

/// A cell of a table row.
pub struct Cell<'a> {
    /// What it says.
    pub text: &'a str,
    /// How many columns it has; a space is left after it.
    pub width: u16,
    /// Numbers stand at the right.
    pub side: Side,
    /// How it looks.
    pub style: Style,
}

/// Where a text stands in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

impl<'a> Canvas<'a> {
    /// The part of the buffer that lies in `area`.
    pub fn new(buf: &'a mut Buffer, area: Rect) -> Self {
        let area = area.intersection(*buf.area());
        Self { buf, area }
    }

    /// Columns.
    pub fn width(&self) -> u16 {
        self.area.width
    }

    /// Rows.
    pub fn height(&self) -> u16 {
        self.area.height
    }

    /// Writes a text, cut to what is left of its row; gives the column after it.
    pub fn put(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        self.put_within(x, y, text, self.area.width.saturating_sub(x), style)
    }

    /// Writes a text, cut to `columns`; gives the column after it.
    pub fn put_within(&mut self, x: u16, y: u16, text: &str, columns: u16, style: Style) -> u16 {
        if y >= self.area.height || x >= self.area.width {
            return x;
        }
        let room = columns.min(self.area.width - x);
        let text = fit(text, usize::from(room));
        let (end, _) = self.buf.set_stringn(
            self.area.x + x,
            self.area.y + y,
            &text,
            usize::from(room),
            style,
        );
        end - self.area.x
    }

    /// Writes a text that ends at the right edge; gives the column where it starts.
    pub fn put_right(&mut self, y: u16, text: &str, style: Style) -> u16 {
        let w = u16::try_from(width(&fit(text, usize::from(self.area.width)))).unwrap_or(0);
        let x = self.area.width.saturating_sub(w);
        self.put(x, y, text, style);
        x
    }

    /// Writes the cells of a table row, one space between them.
    pub fn row(&mut self, mut x: u16, y: u16, cells: &[Cell<'_>]) {
        for cell in cells {
            let text = fit(cell.text, usize::from(cell.width));
            let used = u16::try_from(width(&text)).unwrap_or(0);
            let pad = match cell.side {
                Side::Left => 0,
                Side::Right => cell.width.saturating_sub(used),
            };
            self.put_within(x + pad, y, &text, cell.width - pad, cell.style);
            x = x.saturating_add(cell.width + 1);
        }
    }

    /// The first column of a list: `>` on the selected row, else the row's own sign. The row itself keeps its looks, so
    /// that a move of the selection rewrites two cells and not two rows.
    pub fn mark(&mut self, y: u16, selected: bool, sign: &str, theme: &Theme) {
        match selected {
            true => self.put(0, y, ">", theme.chip),
            false => self.put_within(0, y, sign, 1, theme.strong),
        };
    }

    /// A thin line with a title in it and words at its right end.
    pub fn rule(&mut self, y: u16, title: &str, right: &str, style: Style) {
        let dashes = "─".repeat(usize::from(self.area.width));
        self.put(0, y, &dashes, Style::new());
        let tail = u16::try_from(width(right)).unwrap_or(u16::MAX);
        let room = if right.is_empty() {
            self.area.width.saturating_sub(4)
        } else {
            self.area.width.saturating_sub(tail.saturating_add(8))
        };
        if !title.is_empty() && room > 0 {
            let end = self.put_within(1, y, &format!(" {title}"), room, style);
            self.put(end, y, " ", Style::new());
        }
        if !right.is_empty() && tail.saturating_add(4) < self.area.width {
            let x = self.area.width - tail - 3;
            self.put(x, y, &format!(" {right} "), Style::new());
        }
    }

    /// Empties the part.
    pub fn clear(&mut self) {
        for y in self.area.top()..self.area.bottom() {
            for x in self.area.left()..self.area.right() {
                if let Some(cell) = self.buf.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// A smaller part, in this part's own positions.
    pub fn part(&mut self, x: u16, y: u16, width: u16, height: u16) -> Canvas<'_> {
        let inner = Rect {
            x: self.area.x.saturating_add(x),
            y: self.area.y.saturating_add(y),
            width,
            height,
        };
        let area = inner.intersection(self.area);
        Canvas {
            buf: self.buf,
            area,
        }
    }

    /// Where a position of this part is on the screen.
    pub fn on_screen(&self, x: u16, y: u16) -> (u16, u16) {
        (self.area.x.saturating_add(x), self.area.y.saturating_add(y))
    }
}
