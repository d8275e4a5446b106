//! Drawing into a part of the screen: every text passes the last sanitiser and stays inside.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::panes::PaneId;
use super::theme::Theme;
use super::veil::Veil;
use crate::domain::shown::{fit, width};

/// A frame: its cells, and what a click on it can mean.
pub struct Frame {
    /// The cells.
    pub buf: Buffer,
    /// Where the cursor stands; none where it is hidden.
    pub cursor: Option<(u16, u16)>,
    /// What can be clicked, in the order of its drawing.
    pub spots: Vec<Spot>,
}

/// A place on the screen that can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Where.
    pub area: Rect,
    /// What is there.
    pub what: What,
}

/// What is at a place that can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The tab of a pane.
    Tab(PaneId),
    /// A row of the list that fills this part.
    Row {
        /// The list's part of the screen.
        list: Rect,
        /// True for the selected row.
        selected: bool,
    },
}

/// A part of the screen; positions count from its own corner.
pub struct Canvas<'a> {
    buf: &'a mut Buffer,
    spots: &'a mut Vec<Spot>,
    veil: Option<&'a Veil>,
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
    /// The whole frame. Where there is a veil, no name is written without it.
    pub fn of(frame: &'a mut Frame, veil: Option<&'a Veil>) -> Self {
        Self {
            area: frame.buf.area,
            buf: &mut frame.buf,
            spots: &mut frame.spots,
            veil,
        }
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
        let text = self.veil.map_or(Cow::Borrowed(text), |v| v.hide(text));
        self.put_bare(x, y, &text, room, style)
    }

    /// Writes what the veil has seen.
    fn put_bare(&mut self, x: u16, y: u16, text: &str, columns: u16, style: Style) -> u16 {
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

    /// A number by which somebody can be found (phone, postcode), blotted out where names are hidden.
    pub fn number<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.veil
            .map_or(Cow::Borrowed(text), |v| Cow::Owned(v.blot(text)))
    }

    /// A line of the log, in which names may stand that no table in sight holds.
    pub fn log_line<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.veil
            .map_or(Cow::Borrowed(text), |v| v.hide_in_log(text))
    }

    /// Says that the columns from `x` to `end` of a row are a pane's tab.
    pub fn tab(&mut self, x: u16, end: u16, y: u16, pane: PaneId) {
        let area = self.row_area(x, y, end.saturating_sub(x));
        self.spots.push(Spot {
            area,
            what: What::Tab(pane),
        });
    }

    fn row_area(&self, x: u16, y: u16, width: u16) -> Rect {
        let (x, y) = self.on_screen(x, y);
        Rect::new(x, y, width, 1).intersection(self.area)
    }

    /// Writes the cells of a table row, one space between them.
    pub fn row(&mut self, mut x: u16, y: u16, cells: &[Cell<'_>]) {
        for cell in cells {
            let text = self
                .veil
                .map_or(Cow::Borrowed(cell.text), |v| v.hide(cell.text));
            let text = fit(&text, usize::from(cell.width));
            let used = u16::try_from(width(&text)).unwrap_or(0);
            let pad = match cell.side {
                Side::Left => 0,
                Side::Right => cell.width.saturating_sub(used),
            };
            self.put_bare(x + pad, y, &text, cell.width - pad, cell.style);
            x = x.saturating_add(cell.width + 1);
        }
    }

    /// Draws one of ratatui's widgets into the part of `(x, y, width, height)`. It must hold no text from outside, which
    /// neither the sanitiser nor the veil would see.
    pub fn widget(&mut self, (x, y, width, height): (u16, u16, u16, u16), widget: impl Widget) {
        let (x, y) = self.on_screen(x, y);
        let area = Rect::new(x, y, width, height).intersection(self.area);
        if !area.is_empty() {
            widget.render(area, self.buf);
        }
    }

    /// Gives cells of a row another look.
    pub fn restyle(&mut self, (x, y, width): (u16, u16, u16), style: Style) {
        let area = self.row_area(x, y, width);
        self.buf.set_style(area, style);
    }

    /// Writes a sign into every empty cell of a row.
    pub fn fill_blank(&mut self, y: u16, sign: char, style: Style) {
        let row = self.row_area(0, y, self.area.width);
        for x in row.left()..row.right() {
            if let Some(cell) = self.buf.cell_mut((x, row.y))
                && cell.symbol() == " "
            {
                cell.set_char(sign).set_style(style);
            }
        }
    }

    /// The first column of a list: `>` on the selected row, else the row's own sign. The row itself keeps its looks, so
    /// that a move of the selection rewrites two cells and not two rows.
    pub fn mark(&mut self, y: u16, selected: bool, sign: &str, theme: &Theme) {
        let area = self.row_area(0, y, self.area.width);
        self.spots.push(Spot {
            area,
            what: What::Row {
                list: self.area,
                selected,
            },
        });
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
            spots: self.spots,
            veil: self.veil,
            area,
        }
    }

    /// Where a position of this part is on the screen.
    pub fn on_screen(&self, x: u16, y: u16) -> (u16, u16) {
        (self.area.x.saturating_add(x), self.area.y.saturating_add(y))
    }
}
