//! Tests that need a database or another process.

mod console;
mod cost_period;
mod engine;
mod faults;
mod interrupted;
mod onboard;
mod path;
mod store;
mod support;
