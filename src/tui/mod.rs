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
mod data;
mod desk;
mod input;
mod keymap;
pub mod lists;
pub mod msg;
mod overlays;
mod painter;
mod panes;
mod queues;
mod reading;
mod ring;
mod run;
#[cfg(test)]
mod sample;
mod shown;
mod signals;
mod state;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod update;
mod view;
mod widgets;

pub use run::{DemoInfo, Exit, Options, TuiError, run};
pub use theme::ThemeName;
