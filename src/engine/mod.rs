//! The background engine: commands in, events out; sync runs, leases, checkpoints.

pub mod command;
pub mod event;
