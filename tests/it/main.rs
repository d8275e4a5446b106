//! Tests that need a database or another process.

mod console;
mod engine;
mod faults;
mod interrupted;
mod network;
mod path;
mod readonly;
mod replay;
mod store;
mod support;
