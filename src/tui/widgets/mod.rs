//! What several panes draw: lists, gauges, progress, and two profiles side by side.

pub mod compare;
pub mod fuzzy;
pub mod gauge;
pub mod list;
pub mod progress;
pub mod seats;
