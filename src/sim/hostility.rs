//! Hostile text, seeded: some names attack terminals, tables and logs.

use serde_json::Value;

use super::dice::Dice;
use super::server::{ServerOptions, Weather};

/// Whether rows are spoilt, and by which seed. The same row is always spoilt in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hostility {
    /// Clean rows.
    None,
    /// Hostile names and broken rows.
    Seeded(u64),
}

impl Hostility {
    /// As a server's weather wants it.
    pub(super) fn of(options: &ServerOptions) -> Self {
        match options.weather {
            Weather::Calm => Hostility::None,
            Weather::Chaos => Hostility::Seeded(options.seed),
        }
    }

    /// A PSA's company: in chaos some names are hostile, and some rows lose all their names.
    pub(super) fn spoil_company(self, mut row: Value, names: &[&str]) -> Value {
        let id = row["id"].as_u64().unwrap_or(0);
        let Some(mut dice) = self.dice("hostile company", id) else {
            return row;
        };
        let Some((first, _)) = names.split_first() else {
            return row;
        };
        if dice.chance(6) {
            let name = row[*first].as_str().unwrap_or_default().to_owned();
            row[*first] = hostile_text(&name, &mut dice).into();
        }
        if dice.below(150) == 0 {
            for name in names {
                row[*name] = Value::Null;
            }
        }
        row
    }

    /// The chance that spoils one thing of a kind; none if rows are clean.
    pub(super) fn dice(self, purpose: &str, number: u64) -> Option<Dice> {
        match self {
            Hostility::None => None,
            Hostility::Seeded(seed) => Some(Dice::new(seed, purpose, number)),
        }
    }
}

/// A name that attacks terminals, tables and logs.
pub(super) fn hostile_text(name: &str, dice: &mut Dice) -> String {
    match dice.below(9) {
        0 => format!("\u{1b}[31m{name}\u{1b}[2J\u{1b}[H"),
        1 => format!(
            "\u{1b}]0;owned\u{7}{name}\u{1b}]8;;http://evil.example\u{1b}\\click\u{1b}]8;;\u{1b}\\"
        ),
        2 => format!("{name}\r\nINFO sync finished, 0 findings\n"),
        3 => format!("{name} {}", "A".repeat(10_000)),
        4 => format!("\u{202e}{name}\u{202c}"),
        5 => name.chars().flat_map(|c| [c, '\u{200b}']).collect(),
        6 => format!("=cmd|'/c calc'!A1 {name}"),
        7 => format!("{name}e{}", "\u{301}".repeat(300)),
        _ => format!("{name}\u{0}\u{8}\u{9b}2J\u{feff}"),
    }
}
