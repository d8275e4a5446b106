//! Which keys ask for which command: as the table says, or as the configuration does.

use super::chord::{chord, is_left_behind};
use super::keymap::{Action, COMMANDS, Command, Place};
use super::state::is_change;
use crate::config::{Binding, ConfigError};
use crate::domain::text::{clean, nearest};

/// The keys of each command, in the order of the table.
#[derive(Debug, Clone)]
pub struct Keymap(Vec<Vec<String>>);

impl Default for Keymap {
    fn default() -> Self {
        let own = |c: &Command| c.keys.iter().map(|k| (*k).to_owned()).collect();
        Keymap(COMMANDS.iter().map(own).collect())
    }
}

impl Keymap {
    /// The table's keys, with those of the configuration in the place of a command's own.
    ///
    /// # Errors
    /// For a command that there is not, a key that is none or that another command of the place has, and for a letter that
    /// must decide nothing; each with its place.
    pub fn new(bindings: &[Binding]) -> Result<Self, ConfigError> {
        let mut keymap = Self::default();
        let mut given = Vec::with_capacity(bindings.len());
        for binding in bindings {
            let at = index_of(&binding.path).ok_or_else(|| unknown(binding))?;
            keymap.0[at] = read(&COMMANDS[at], binding)?;
            // A later layer wins.
            given.retain(|(before, _)| *before != at);
            given.push((at, binding));
        }
        for (at, binding) in given {
            keymap.check_alone(at, binding)?;
        }
        Ok(keymap)
    }

    /// That no other command of the place has one of these keys.
    fn check_alone(&self, at: usize, binding: &Binding) -> Result<(), ConfigError> {
        let command = &COMMANDS[at];
        for (n, key) in self.0[at].iter().enumerate() {
            let others = COMMANDS.iter().enumerate();
            let taken = others
                .filter(|(i, c)| *i != at && c.place == command.place)
                .find(|(i, _)| self.0[*i].contains(key));
            if let Some((_, other)) = taken {
                return Err(ConfigError::KeyTaken {
                    place: binding
                        .keys
                        .get(n)
                        .map_or(&binding.place, |(_, place)| place)
                        .clone(),
                    key: binding.path.clone(),
                    chord: key.clone(),
                    by: path(other),
                });
            }
        }
        Ok(())
    }

    /// The command that a key asks for in a place: its own first, then those of everywhere.
    pub fn find(&self, place: Place, key: &str) -> Option<&'static Command> {
        let at = |p: Place| {
            let mut rows = COMMANDS.iter().zip(&self.0);
            rows.find(|(c, keys)| c.place == p && keys.iter().any(|k| k == key))
                .map(|(c, _)| c)
        };
        at(place).or_else(|| at(Place::Everywhere))
    }

    /// The keys that ask for a command in a place; a key of everywhere may mean something else there.
    pub fn keys_in(&self, place: Place, command: &Command) -> impl Iterator<Item = &str> {
        let at = COMMANDS.iter().position(|c| std::ptr::eq(c, command));
        let keys = at.and_then(|at| self.0.get(at)).into_iter().flatten();
        keys.map(String::as_str).filter(move |key| {
            self.find(place, key)
                .is_some_and(|c| std::ptr::eq(c, command))
        })
    }

    /// The first key that asks for this action in a place; empty where none does.
    pub fn key(&self, place: Place, action: Action) -> &str {
        let of = |wanted: Place| {
            COMMANDS
                .iter()
                .filter(move |c| c.place == wanted && c.action == action)
        };
        of(place)
            .chain(of(Place::Everywhere))
            .find_map(|c| self.keys_in(place, c).next())
            .unwrap_or_default()
    }

    /// The commands that keys ask for in a place, its own first, each with its first key.
    pub fn of_place(&self, place: Place) -> impl Iterator<Item = (&'static Command, &str)> {
        let of = move |wanted: Place| COMMANDS.iter().filter(move |c| c.place == wanted);
        let rest = of(Place::Everywhere).filter(move |_| place != Place::Everywhere);
        of(place)
            .chain(rest)
            .filter_map(move |c| Some((c, self.keys_in(place, c).next()?)))
    }
}

fn path(command: &Command) -> String {
    format!("{}.{}", command.place.section(), command.name)
}

fn index_of(wanted: &str) -> Option<usize> {
    COMMANDS.iter().position(|c| path(c) == wanted)
}

/// True for a command with which a key typed by mistake would do harm.
fn decides(command: &Command) -> bool {
    let confirms = command.action == Action::Open;
    is_change(command.action) || (confirms && matches!(command.place, Place::Review | Place::Skus))
}

fn read(command: &Command, binding: &Binding) -> Result<Vec<String>, ConfigError> {
    let bad = |place: &crate::config::Place, wanted: &str| ConfigError::BadValue {
        place: place.clone(),
        key: binding.path.clone(),
        wanted: wanted.to_owned(),
    };
    let mut keys = Vec::with_capacity(binding.keys.len());
    for (text, place) in &binding.keys {
        let Some(key) = chord(text) else {
            let wanted = "a key such as \"s\", \"G\", \"ctrl-r\", \"enter\", \"f5\" or \"pgdn\"";
            return Err(bad(place, wanted));
        };
        if decides(command) && is_left_behind(&key) {
            let wanted = "another key: a split arrow key may leave A–D, F, H, O and P–S behind, so they decide nothing";
            return Err(bad(place, wanted));
        }
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() && command.action == Action::Quit {
        return Err(bad(
            &binding.place,
            "a key: without one nobody finds the way out",
        ));
    }
    Ok(keys)
}

/// What was meant: that name in another place, a command of the same place with a like name, or whatever is most alike.
fn unknown(binding: &Binding) -> ConfigError {
    let (section, name) = binding.path.rsplit_once('.').unwrap_or(("", &binding.path));
    let here = COMMANDS.iter().filter(|c| c.place.section() == section);
    let like = nearest(name, here.map(|c| c.name)).map(|name| format!("{section}.{name}"));
    let elsewhere = COMMANDS.iter().find(|c| c.name == name).map(path);
    let paths: Vec<String> = COMMANDS.iter().map(path).collect();
    ConfigError::UnknownKey {
        place: binding.place.clone(),
        key: clean(&binding.path, 80),
        nearest: elsewhere
            .or(like)
            .or_else(|| nearest(&binding.path, paths.iter().map(String::as_str))),
    }
}

/// The sections `[keys]` of `config.example.toml`: every command with its keys and what it does.
pub fn example() -> String {
    let mut out = String::from(
        "\n# The console's keys. Each line is a command and the keys that ask for it; the first is shown in footer, help and\n\
         # palette. [keys] holds in every pane; a pane's own section goes before it. In one section no key may stand twice.\n\
         # Keys: \"j\", \"G\", \"ctrl-r\", \"alt-x\", \"enter\", \"esc\", \"tab\", \"shift-tab\", \"space\", \"backspace\", \"del\", \"up\",\n\
         # \"down\", \"left\", \"right\", \"home\", \"end\", \"pgup\", \"pgdn\", \"f1\" … \"f12\"; [] is no key, only the palette.\n",
    );
    for place in Place::ALL {
        out += &format!("\n[{}]\n", place.section());
        for c in COMMANDS.iter().filter(|c| c.place == place) {
            let keys: Vec<String> = c.keys.iter().map(|k| format!("{k:?}")).collect();
            out += &format!("# {}\n{} = [{}]\n", c.help, c.name, keys.join(", "));
        }
    }
    out
}

#[cfg(test)]
mod tests;
