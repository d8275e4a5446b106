//! Tests that need a database or another process.

mod console;
mod daemon;
mod engine;
mod evidence;
mod faults;
mod interrupted;
mod pacing;
mod path;
mod reports;
mod store;
mod support;
