//! Tests that need a database or another process.

mod store;
mod support;
