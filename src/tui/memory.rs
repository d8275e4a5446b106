//! What the console remembers from one start to the next: pane and colours, and each pane's filter, order and selected row. A small
//! file of our own; whatever is wrong with it, the console opens as if it were not there.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::checklist::Told;
use super::panes::PaneId;
use super::state::State;
use super::theme::ThemeName;
use crate::domain::text::clean;

/// A larger file is none of ours.
const MAX_FILE: u64 = 64 * 1024;
/// A longer text is not remembered whole.
const MAX_TEXT: usize = 300;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The pane that was open, by its label.
    pane: String,
    /// By the pane's label.
    panes: BTreeMap<String, PaneMemory>,
    /// The colours that a person chose while it ran, and those of the configuration at that time; empty for none.
    theme: String,
    instead_of: String,
    /// What of the checklist no table tells.
    findings_read: bool,
    accepted: bool,
    checklist_hidden: bool,
}

/// What a pane was left at; each in the pane's own words, empty where there is nothing to say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaneMemory {
    /// The filter.
    pub filter: String,
    /// What the list is sorted by.
    pub sort: String,
    /// Which rows it shows.
    pub show: String,
    /// The selected row.
    pub selected: String,
}

impl PaneMemory {
    fn bounded(&self) -> Self {
        let short = |text: &String| clean(text, MAX_TEXT);
        Self {
            filter: short(&self.filter),
            sort: short(&self.sort),
            show: short(&self.show),
            selected: short(&self.selected),
        }
    }
}

impl Memory {
    /// Reads the file; nothing where it is missing, too large or rubbish.
    pub fn read(path: &Path) -> Self {
        let mut text = String::new();
        let read = std::fs::File::open(path)
            .and_then(|file| file.take(MAX_FILE + 1).read_to_string(&mut text));
        match read {
            Ok(n) if n as u64 <= MAX_FILE => serde_json::from_str(&text).unwrap_or_default(),
            _ => Self::default(),
        }
    }

    /// Writes the file, for this user alone: the whole of it, or nothing.
    ///
    /// # Errors
    /// When folder or disk do not let it.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(serde_json::to_string(self)?.as_bytes())?;
        new.persist(path)?;
        Ok(())
    }

    /// What the state would be remembered by.
    pub fn of(state: &State) -> Self {
        let panes = PaneId::ALL.into_iter().map(|id| {
            let pane = state.pane(id);
            let memory = PaneMemory {
                filter: pane.filter().to_owned(),
                ..pane.remembered(&state.data)
            };
            (id.label().to_owned(), memory.bounded())
        });
        Self {
            pane: state.pane.label().to_owned(),
            panes: panes.filter(|(_, m)| *m != PaneMemory::default()).collect(),
            theme: state.chosen_theme.map_or("", ThemeName::tag).to_owned(),
            instead_of: state.configured_theme.tag().to_owned(),
            findings_read: state.data.told.findings_read,
            accepted: state.data.told.accepted,
            checklist_hidden: state.data.told.hidden,
        }
    }
}

impl State {
    /// Goes on where it was left.
    pub fn recall(&mut self, memory: &Memory) {
        self.data.told = Told {
            findings_read: memory.findings_read,
            accepted: memory.accepted,
            hidden: memory.checklist_hidden,
        };
        // Whoever has changed the configuration since then wants what it says now.
        let same = memory.instead_of == self.configured_theme.tag();
        let chosen = ThemeName::ALL.into_iter().find(|t| t.tag() == memory.theme);
        if let Some(theme) = chosen.filter(|_| same) {
            self.use_theme(theme);
        }
        for id in PaneId::ALL {
            if id.label() == memory.pane {
                self.pane = id;
            }
            if let Some(memory) = memory.panes.get(id.label()) {
                let memory = memory.bounded();
                let (pane, data) = self.pane_mut(id);
                pane.recall(&memory);
                pane.set_filter(&memory.filter, data);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample;
    use super::super::tests::{Bench, options};
    use super::*;

    #[test]
    fn the_console_goes_on_where_it_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("console").join("default.json");
        let mut b = Bench::new((80, 24), sample::full());
        b.keys("4 t t j j j 5 v v 3 t v / d e n t enter j");
        let left = b.text();
        Memory::of(&b.state).write(&path).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }

        let mut again = Bench::new((80, 24), Vec::new());
        again.state.recall(&Memory::read(&path));
        for msg in sample::full() {
            again.tell(msg);
        }
        assert_eq!(again.text(), left);
        assert_eq!(Memory::of(&again.state), Memory::of(&b.state));
        b.keys("esc 4");
        again.keys("esc 4");
        assert_eq!(again.text(), b.text(), "the customers too");
        b.keys("5");
        again.keys("5");
        assert_eq!(again.text(), b.text(), "and the log");
    }

    #[test]
    fn rubbish_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        assert_eq!(Memory::read(&path), Memory::default());
        for rubbish in ["", "{", "[]", "{\"pane\": 5}", "\u{0}", &" ".repeat(70_000)] {
            std::fs::write(&path, rubbish).unwrap();
            assert_eq!(Memory::read(&path), Memory::default(), "{rubbish:.20}");
        }
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert_eq!(Memory::read(&path), Memory::default());
    }

    proptest! {
        #[test]
        fn no_memory_breaks_the_screen(text in "\\PC{0,40}|.{0,40}") {
            let one = PaneMemory {
                filter: text.clone(),
                sort: text.clone(),
                show: text.clone(),
                selected: text,
            };
            let panes = PaneId::ALL.map(|id| (id.label().to_owned(), one.clone()));
            let memory = Memory { pane: "Findings".to_owned(), panes: panes.into(), ..Memory::default() };
            let mut state = State::new(&options(), (80, 24));
            state.recall(&memory);
            for msg in sample::full() {
                state.apply(msg, sample::now());
            }
            super::super::view::draw(&state);
        }
    }
}
