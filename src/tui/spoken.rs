//! The screen as text: as it stands there, and as it is read aloud.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use super::state::State;
use super::view;

/// Rows of the screen that plain text says in another way: the tabs, and the keys at the bottom.
const TABS: usize = 1;

/// The frame as lines, without spaces at their ends.
pub fn lines(buf: &Buffer) -> Vec<String> {
    let mut out = Vec::new();
    for y in 0..buf.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buf.area.width {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buf[(x, y)].symbol();
            skip = symbol.width().saturating_sub(1);
            line.push_str(symbol);
        }
        out.push(line.trim_end().to_owned());
    }
    out
}

/// A line as it is read aloud: no shapes, columns told apart by commas, the selected row named as such.
fn spoken(line: &str) -> String {
    let (line, selected) = match line.strip_prefix("> ") {
        Some(rest) => (rest, true),
        None => (line, false),
    };
    let is_shape = |c: char| ('\u{2500}'..='\u{259f}').contains(&c);
    let bare: String = line
        .chars()
        .map(|c| if is_shape(c) { ' ' } else { c })
        .collect();
    let parts = bare.split("  ").map(str::trim).filter(|p| !p.is_empty());
    let words = parts.collect::<Vec<_>>().join(", ");
    match selected {
        true => format!("selected: {words}"),
        false => words,
    }
}

/// The screen as it is read aloud.
pub fn spoken_screen(state: &State) -> Vec<String> {
    let shown = lines(&view::draw(state).buf);
    let keys = shown.len().saturating_sub(1);
    shown
        .iter()
        .enumerate()
        .filter(|(n, _)| *n != TABS && *n != keys)
        .map(|(_, line)| spoken(line))
        .filter(|line| !line.is_empty())
        .collect()
}
