//! The console: it draws what messages told it and sends what keys ask for. Only [`bridge`] and what it reads with know
//! engine and store.
//!
//! ```text
//! inbox ──► update::apply ─┐                       ┌─► painter ─► terminal
//!                          ├─► State ─► view::draw ┤
//! keys ───► keymap ► act ──┘      │                └─ nothing, where nothing changed
//!                                 └─► outbox: what engine and store are asked to do
//! ```

mod act;
mod answer;
pub mod bridge;
mod canvas;
mod checklist;
mod chord;
mod data;
mod desk;
mod giving;
mod input;
mod keymap;
mod keys;
pub mod lists;
mod memory;
mod mouse;
pub mod msg;
mod options;
mod overlays;
mod pace;
mod painter;
mod panes;
mod plain;
mod preferences;
mod psa_files;
mod queues;
mod reading;
mod ring;
mod run;
#[cfg(test)]
mod sample;
pub mod saving;
mod signals;
mod spoken;
mod state;
mod taken;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod update;
mod veil;
mod veil_words;
mod view;
mod widgets;

pub use keys::{Keymap, example as keys_example};
pub use options::{DemoInfo, Options};
pub use run::{Exit, TuiError, run};
pub use theme::ThemeName;
