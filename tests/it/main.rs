//! Tests that need a database or another process.

mod console;
mod engine;
mod faults;
mod interrupted;
mod path;
mod store;
mod support;
mod together;
