//! How the console is started.

use std::path::PathBuf;

use super::keys::Keymap;
use super::theme::ThemeName;
use crate::domain::time::Calendar;

/// How the console is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which colours.
    pub theme: ThemeName,
    /// `NO_COLOR` or `--color never`.
    pub no_color: bool,
    /// The demo, if it is one.
    pub demo: Option<DemoInfo>,
    /// Only watch.
    pub read_only: bool,
    /// Which keys ask for what.
    pub keymap: Keymap,
    /// Listen to the mouse.
    pub mouse: bool,
    /// Hide names.
    pub privacy: bool,
    /// Who decides: only this person's decisions are taken back by `u`.
    pub actor: String,
    /// Columns and rows, instead of the terminal's.
    pub size: Option<(u16, u16)>,
    /// True over SSH, where the rest of an escape sequence may come late.
    pub far: bool,
    /// For ages.
    pub calendar: Calendar,
    /// Lines instead of a screen.
    pub plain: bool,
    /// One frame as text, and nothing more.
    pub once: bool,
    /// The file of what is remembered from one start to the next.
    pub memory: Option<PathBuf>,
    /// Panics after the first frame (`VECTIS_PANIC=ui`): a test can see that the terminal is given back.
    pub panics: bool,
}

/// What the heading says about the demo.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoInfo {
    /// How much faster than real the pacing runs.
    pub speed: f64,
}

impl DemoInfo {
    /// `demo`, or `demo at 10 × speed`.
    pub fn words(&self) -> String {
        if (self.speed - 1.0).abs() < f64::EPSILON {
            "demo".to_owned()
        } else {
            format!("demo at {} × speed", self.speed)
        }
    }
}
