//! Tests that need a database or another process.

mod aliases;
mod console;
mod contracts;
mod cost_period;
mod daemon;
mod engine;
mod evidence;
mod faults;
mod ingram;
mod interrupted;
mod killed;
mod licensing;
mod network;
mod onboard;
mod pacing;
mod path;
mod pax8;
mod readonly;
mod replay;
mod reports;
mod sherweb;
mod sims;
mod store;
mod support;
mod together;
mod tokens;
