//! Keys by name: `j`, `ctrl-d`, `enter`, `shift-tab`, as the table of commands and the configuration write them.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The key's name as in the table: `j`, `ctrl-d`, `enter`, `shift-tab`.
pub fn pressed(key: &KeyEvent) -> String {
    let base = match key.code {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Enter => "enter".to_owned(),
        KeyCode::Esc => "esc".to_owned(),
        KeyCode::Tab => "tab".to_owned(),
        KeyCode::BackTab => "shift-tab".to_owned(),
        KeyCode::Backspace => "backspace".to_owned(),
        KeyCode::Up => "up".to_owned(),
        KeyCode::Down => "down".to_owned(),
        KeyCode::Left => "left".to_owned(),
        KeyCode::Right => "right".to_owned(),
        KeyCode::Home => "home".to_owned(),
        KeyCode::End => "end".to_owned(),
        KeyCode::PageUp => "pgup".to_owned(),
        KeyCode::PageDown => "pgdn".to_owned(),
        KeyCode::Delete => "del".to_owned(),
        KeyCode::F(n) => format!("f{n}"),
        _ => return String::new(),
    };
    let mut out = String::new();
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        out += "ctrl-";
    }
    if key.modifiers.contains(KeyModifiers::ALT) {
        out += "alt-";
    }
    out + &base
}

/// True for a letter that a split arrow or function key may leave behind.
pub fn is_left_behind(key: &str) -> bool {
    key.len() == 1 && "ABCDFHOPQRS".contains(key)
}

/// The key as the table writes it: `Ctrl-R` is `ctrl-r`; none for what is no key.
pub fn chord(text: &str) -> Option<String> {
    const NAMED: [&str; 15] = [
        "enter",
        "esc",
        "tab",
        "shift-tab",
        "backspace",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pgup",
        "pgdn",
        "del",
        "space",
    ];
    let mut letters = text.chars();
    if let (Some(c), None) = (letters.next(), letters.next()) {
        return (!c.is_control() && !c.is_whitespace()).then(|| text.to_owned());
    }
    let text = text.to_lowercase();
    for held in ["ctrl-", "alt-"] {
        if let Some(rest) = text.strip_prefix(held) {
            return chord(rest).map(|key| format!("{held}{key}"));
        }
    }
    let function = text.strip_prefix('f').and_then(|n| n.parse::<u8>().ok());
    let is_named =
        NAMED.contains(&text.as_str()) || function.is_some_and(|n| (1..=12).contains(&n));
    is_named.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::keymap::COMMANDS;
    use super::*;

    #[test]
    fn keys_are_read_as_people_write_them() {
        for (written, read) in [
            ("j", Some("j")),
            ("G", Some("G")),
            ("Ctrl-R", Some("ctrl-r")),
            ("Enter", Some("enter")),
            ("F5", Some("f5")),
            ("alt-x", Some("alt-x")),
            ("ctrl-", None),
            ("f13", None),
            ("entre", None),
            ("", None),
            (" ", None),
            ("\u{1b}", None),
        ] {
            assert_eq!(chord(written).as_deref(), read, "{written:?}");
        }
        for c in COMMANDS {
            for key in c.keys {
                assert_eq!(chord(key).as_deref(), Some(*key));
            }
        }
    }
}
